// SPDX-License-Identifier: Apache-2.0
// Names of the mechanism graph: any spelling of a gene, miRNA, cell, process or disease to its row of names.tsv.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "vesica/evidence/evidence.h"

namespace vesica {

/// What a spelling is looked up as: "BMSC" names a source of vesicles, "bone" a disease, everything else a node.
enum class NameSlot { kNode, kSource, kDisease };
/// The slot of a row of the table, by its kind.
NameSlot slot_of(const NameRow& row);

/// A spelling without what people write differently: case, blanks, dashes and other signs go (a plus stays), Greek
/// letters become their names, British and American "ae", "oe" and "is" become one. "TNF-α" and "TNFalpha" are the
/// same, so are "NF-κB" and "nf kappa b". Letters outside ASCII stay.
std::string plain_spelling(std::string_view utf8);

/// A name found; `opposite`: the spelling means less of it ("p62 ubiquitination").
struct NameMatch {
  const NameRow* row = nullptr;
  bool opposite = false;
  explicit operator bool() const { return row != nullptr; }
};

class NameIndex {
 public:
  /// Keeps pointers into `names`. The first row of two with the same spelling wins.
  explicit NameIndex(const std::vector<NameRow>& names);

  /// By preferred name, id, database identifier, alias or opposite; then without a part in brackets.
  NameMatch find(std::string_view text, NameSlot slot) const;
  /// Rows whose names stand in the text as whole words, in the order of the table: diseases of "SCI; nerve injury".
  std::vector<const NameRow*> mentioned(std::string_view text, NameSlot slot) const;
  /// A known spelling near to the typed one.
  std::optional<std::string> nearest(std::string_view typed, const std::vector<NameSlot>& slots) const;
  const NameRow* by_id(std::string_view id) const;
  /// True for the row itself and everything that is a kind of it.
  bool is_a(const NameRow& narrow, const NameRow& broad) const;
  const std::vector<NameRow>& rows() const { return *rows_; }

 private:
  struct Key {
    NameSlot slot;
    std::string plain;
    auto operator<=>(const Key&) const = default;
  };
  const std::vector<NameRow>* rows_;
  std::map<Key, NameMatch> by_spelling_;
  std::map<std::string, const NameRow*, std::less<>> by_id_;
};

/// The index of the built-in table, made once on first use (thread-safe).
const NameIndex& built_in_names();

}  // namespace vesica
