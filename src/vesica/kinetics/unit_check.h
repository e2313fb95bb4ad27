// SPDX-License-Identifier: Apache-2.0
// Units carried through formulas.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "vesica/kinetics/network.h"
#include "vesica/quantity/unit.h"

namespace vesica::kinetics {

/// The units of all nodes of a network. A node's unit is nothing where it cannot be known.
class UnitCheck {
 public:
  explicit UnitCheck(const Network& network);

  /// A sentence when the formula mixes units or does not come out in `wanted` (nothing: whatever it is); empty when all
  /// is well or unknown. `subject` begins the sentence: "The rate of r".
  std::string complaint(Node formula, const std::optional<Unit>& wanted, const std::string& subject) const;

  std::optional<Unit> of_symbol(std::uint32_t symbol) const { return symbols_[symbol]; }
  std::optional<Unit> time() const { return time_; }
  /// a / b; nothing when one is not known.
  static std::optional<Unit> quotient(const std::optional<Unit>& a, const std::optional<Unit>& b);

 private:
  enum class Fault : unsigned char { kNone, kMixed, kNotANumber };
  struct Value {
    std::optional<Unit> unit;
    bool literal = false;  ///< a bare number: takes the unit of what it is added to or compared with
  };
  Value value_of(const Term& term, Fault& fault) const;
  Value power(const Term& term, Fault& fault) const;
  Value shared(Node a, Node b, Fault& fault) const;

  const Network& network_;
  std::optional<Unit> time_;
  std::vector<std::optional<Unit>> symbols_;
  std::vector<Value> values_;
  std::vector<Fault> faults_;
};

/// For people: "1e-09 mol/(L s)"; "1" for a pure number.
std::string readable_unit(const Unit& unit);
bool same_unit(const Unit& a, const Unit& b);

}  // namespace vesica::kinetics
