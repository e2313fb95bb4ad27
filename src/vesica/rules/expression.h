// SPDX-License-Identifier: Apache-2.0
// The small language of reporting rules: questions to a study, answered with true or false, a number or a text.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "vesica/base/error.h"
#include "vesica/rules/facts.h"

namespace vesica::rules {

/// Bounds on one expression, chosen: the longest of ours has 200 characters and 5 levels.
inline constexpr std::size_t kMaxExpression = 2000;  ///< bytes
inline constexpr int kMaxDepth = 32;
inline constexpr std::size_t kMaxNodes = 400;

/// Lists of words that a rule file brings along: "ev_membrane" → CD9, CD63, ...
using WordLists = std::map<std::string, std::vector<std::string>, std::less<>>;

/// One node of a parsed expression. Plain data; made by parse_expression() alone.
struct Node {
  enum class Op { kTruth, kNumber, kText, kName, kKey, kNot, kAnd, kOr, kCompare, kCall };
  Op op = Op::kTruth;
  std::string text;    ///< text, key, comparison sign, name of the function
  std::string from;    ///< kName: the table
  double number = 0;   ///< kTruth: 0 or 1
  int list_words = 0;  ///< kCall in(): 1 when `text` names a list that exists
  std::vector<Node> children;
};

/// What came out beside the answer.
struct Remarks {
  std::vector<std::string> failing;    ///< items for which an all() does not hold: "TSG101"
  std::vector<std::string> conflicts;  ///< facts that are stated twice and differently
};

/// A parsed expression; empty when none was written.
class Expression {
 public:
  Expression() = default;
  Expression(Node root, WordLists lists) : root_(std::move(root)), lists_(std::move(lists)), empty_(false) {}
  bool empty() const { return empty_; }
  const Node& root() const { return root_; }
  /// The answer about a study. Total: whatever the facts are, there is an answer; a number that is none is NaN.
  Answer answer(const Facts& facts, Remarks* remarks = nullptr) const;
  bool holds(const Facts& facts, Remarks* remarks = nullptr) const { return answer(facts, remarks).holds(); }

 private:
  Node root_;
  WordLists lists_;
  bool empty_ = true;
};

/// Parses one expression. `where` is the place of its first character. Names that do not exist, wrong numbers of
/// arguments and anything beyond the bounds are Error(kConfig) at the place of the word, with "did you mean".
///
///   or, and, not, ( ), == != < <= > >=, "text", numbers, true, false
///   TABLE.KEY                    a text or number of [study] or [reporting]; true when it is given
///   has("TABLE.KEY")             the same; of a list: it has items, and each has the key
///   stated("KEY")                [reporting] KEY, or an attribute KEY of every preparation
///   attribute("KIND", "KEY")     every sample of the kind has the attribute, its own or an ancestor's
///   any|all|count(LIST, TEST)    items of a list for which TEST holds; in TEST, a bare KEY is the item's own.
///                                all() needs at least one item
///   distinct(LIST, KEY, TEST)    how many different values; join(LIST, KEY, TEST) those values as one text
///   measured("QUANTITY")         a row of results, or a number under [[reported]]; * at the end for all that begin so
///   gives("QUANTITY")            measured, or while nothing has been measured: an input of an assay that yields it
///   assay("ID"), role("NAME")    an input of this assay, of this role (layouts too)
///   value("QUANTITY")            the number with its unit, as text; empty when not measured
///   in(TEXT, "LIST")             a word of the text stands in the rule file's list; case and dashes do not matter
///   contains(TEXT, "a", ...)     any of the words stands in it; case does not matter
///   begins(TEXT, "a", ...)       the text begins with one of them
///   number(TEXT)                 the first number in a text
Expression parse_expression(std::string_view text, const WordLists& lists, const Place& where);

}  // namespace vesica::rules
