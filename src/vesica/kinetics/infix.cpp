// SPDX-License-Identifier: Apache-2.0
#include "vesica/kinetics/infix.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <mutex>
#include <string>
#include <utility>

#include <sbml/math/ASTNode.h>
#include <sbml/math/L3Parser.h>
#include <sbml/math/L3ParserSettings.h>

#include "vesica/base/message.h"
#include "vesica/base/text.h"
#include "vesica/kinetics/math_read.h"
#include "vesica/kinetics/problems.h"

namespace vesica::kinetics {

namespace {

/// libSBML's parser keeps its last error in a variable of the whole process.
std::mutex& parser_mutex() {
  static std::mutex mutex;
  return mutex;
}

/// From "Error when parsing input '...' at position 6:  syntax error, ..." the position and the last part.
std::pair<int, std::string> taken_apart(const std::string& said) {
  constexpr std::string_view kMark = "' at position ";
  const auto at = said.rfind(kMark);
  if (at == std::string::npos) return {0, said};
  const int position = std::atoi(said.c_str() + at + kMark.size());
  const auto colon = said.find(':', at);
  return {position, colon == std::string::npos ? said : std::string(trim(std::string_view(said).substr(colon + 1)))};
}

}  // namespace

void AstDelete::operator()(ASTNode* tree) const { delete tree; }

Ast parse_infix(std::string_view formula, const Place& where) {
  if (formula.size() > kLongestFormula)
    throw Error(ErrorKind::kData, say("The formula is longer than {} characters.", kLongestFormula), where,
                say("Name intermediate results: parameters with assignment rules."));
  if (trim(formula).empty()) throw Error(ErrorKind::kData, say("The formula is empty."), where);
  if (!is_valid_utf8(formula) || formula.find('\0') != std::string_view::npos)
    throw Error(ErrorKind::kData, say("The formula is not text."), where);
  L3ParserSettings settings;
  settings.setParseLog(L3P_PARSE_LOG_AS_LOG10);
  settings.setParseUnits(L3P_NO_UNITS);
  settings.setComparisonCaseSensitivity(L3P_COMPARE_BUILTINS_CASE_SENSITIVE);
  settings.setParseModuloL3v2(L3P_MODULO_IS_REM);
  settings.setParseL3v2Functions(L3P_PARSE_L3V2_FUNCTIONS_DIRECTLY);
  const std::scoped_lock lock(parser_mutex());
  Ast tree(SBML_parseL3FormulaWithSettings(std::string(formula).c_str(), &settings));
  if (tree != nullptr) return tree;
  char* said = SBML_getLastParseL3Error();
  const auto [position, reason] = taken_apart(said == nullptr ? std::string() : std::string(said));
  std::free(said);
  Place place = where;
  place.column = position;
  throw Error(ErrorKind::kData,
              say("The formula \"{0}\" cannot be read at character {1}: {2}.", shown(formula), position, shown(reason)),
              place, say("Write products with *, powers with ^, and close every bracket."));
}

Node read_infix(Network& network, std::string_view formula, const Place& where) {
  const Ast tree = parse_infix(formula, where);
  SymbolMap symbols;
  for (std::uint32_t i = 0; i < network.symbols.size(); ++i) symbols.emplace(network.symbols[i].id, i);
  return MathReader(network.graph, symbols).read(*tree, nullptr, where);
}

bool is_infix_word(std::string_view id) {
  constexpr std::array<std::string_view, 10> kWords = {"time",  "avogadro", "pi",       "exponentiale", "true",
                                                       "false", "inf",      "infinity", "nan",          "notanumber"};
  return std::find(kWords.begin(), kWords.end(), id) != kWords.end();
}

bool is_sbml_id(std::string_view id) {
  const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
  if (id.empty() || !letter(id[0])) return false;
  return std::all_of(id.begin(), id.end(), [&](char c) { return letter(c) || (c >= '0' && c <= '9'); });
}

}  // namespace vesica::kinetics
