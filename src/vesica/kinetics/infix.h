// SPDX-License-Identifier: Apache-2.0
// Formulas as people type them.
#pragma once

#include <memory>
#include <string_view>

#include "vesica/base/error.h"
#include "vesica/kinetics/network.h"

class ASTNode;

namespace vesica::kinetics {

/// Longest formula (chosen: a page of text).
inline constexpr std::size_t kLongestFormula = 1 << 16;

struct AstDelete {
  void operator()(ASTNode* tree) const;
};
using Ast = std::unique_ptr<ASTNode, AstDelete>;

/// Parses SBML's infix notation of Level 3 (libSBML's parser): + - * / ^ %, comparisons, && || !, numbers, names,
/// calls such as exp, ln, log (base 10), log10, log2-like log(b, x), sqrt, root(n, x), sin, piecewise(v, c, ..., o),
/// min, max, quotient, rem, rateOf; `time`, `avogadro`, `pi`, `exponentiale`, `true`, `false`, `inf`, `nan`. Names and
/// words keep their case. Throws Error(kData) at `where`, whose column becomes the place in the formula.
Ast parse_infix(std::string_view formula, const Place& where);

/// The formula as a node of the network's graph; names are those of the network's symbols (local parameters by their
/// full id are not reachable). Throws Error(kData) or (kUnsupported) as parse_infix and read_sbml do.
Node read_infix(Network& network, std::string_view formula, const Place& where);

/// True for the words that mean something of their own in a formula, so that no symbol can be called that.
bool is_infix_word(std::string_view id);
/// Letters, digits and underscores, no digit first: what SBML allows as an id.
bool is_sbml_id(std::string_view id);

}  // namespace vesica::kinetics
