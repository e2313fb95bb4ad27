// SPDX-License-Identifier: Apache-2.0
// From nodes of the graph to MathML.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "vesica/kinetics/network.h"

namespace vesica::kinetics {

/// Writes formulas of one network as MathML. A graph shares what a tree repeats, so the size of each tree is known
/// before it is written.
class MathWriter {
 public:
  explicit MathWriter(const Network& network);

  /// Refuses, with Error(kUnsupported) naming `what`, a formula whose tree is beyond what read_sbml reads back, alone
  /// or together with all formulas admitted before.
  void admit(Node formula, std::string_view what);
  /// True when an admitted formula holds what only Level 3 Version 2 has: rateOf, min, max, quotient, rem, numbers used
  /// as truth values and the reverse.
  bool needs_version_2() const { return needs_version_2_; }
  /// `<math>...</math>` of an admitted formula; `truth`: it is used as a truth value. Symbols of the kind
  /// kLocalParameter are written without their reaction.
  void write(Node formula, bool truth, std::string& out) const;

 private:
  void node(Node n, bool truth, std::string& out) const;
  void number(double value, bool truth, std::string& out) const;
  void chain(Node n, std::string_view element, bool truth, std::string& out) const;
  void pieces(Node n, bool truth, std::string& out) const;
  bool is_truth(Node n) const;

  const Network& network_;
  std::vector<double> elements_;  ///< of the tree below each node
  std::vector<int> height_;       ///< with chains of one operation as one level
  std::vector<int> operands_;     ///< arguments along the longest path
  std::vector<bool> version_2_;
  double admitted_ = 0;
  bool needs_version_2_ = false;
};

}  // namespace vesica::kinetics
