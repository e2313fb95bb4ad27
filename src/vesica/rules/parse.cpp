// SPDX-License-Identifier: Apache-2.0
// Text of an expression into nodes, every name checked.
#include <algorithm>
#include <cctype>
#include <optional>
#include <span>

#include "vesica/base/message.h"
#include "vesica/base/number.h"
#include "vesica/base/text.h"
#include "vesica/quantity/quantity.h"
#include "vesica/rules/expression.h"

namespace vesica::rules {

namespace {

/// What stands between the brackets of a function: L list, K key of that list, T test about an item of it, Q quantity,
/// N a key of [reporting], A any key, W a list of words, S text or number, s further texts, P a path, I a literal.
struct Function {
  std::string_view name;
  std::string_view arguments;
  std::size_t least;  ///< arguments needed
};
constexpr Function kFunctions[] = {
    {"has", "P", 1},     {"stated", "N", 1},     {"attribute", "IA", 2}, {"any", "LT", 2},     {"all", "LT", 2},
    {"count", "LT", 1},  {"distinct", "LKT", 2}, {"join", "LKT", 2},     {"measured", "Q", 1}, {"gives", "Q", 1},
    {"value", "Q", 1},   {"assay", "I", 1},      {"role", "I", 1},       {"in", "SW", 2},      {"contains", "Ss", 2},
    {"begins", "Ss", 2}, {"number", "S", 1},
};

struct Token {
  enum class Kind { kEnd, kWord, kText, kNumber, kSign };
  Kind kind = Kind::kEnd;
  std::string text;
  double number = 0;
  std::size_t at = 0;  ///< byte
};

class Parser {
 public:
  Parser(std::string_view text, const WordLists& lists, const Place& where)
      : text_(text), lists_(lists), where_(where) {}

  Node parse() {
    if (text_.size() > kMaxExpression)
      fail(0, say("An expression has {} characters; at most {} are read.", text_.size(), kMaxExpression));
    if (!is_valid_utf8(text_)) fail(0, say("The expression is no valid text."));
    next();
    Node root = either(0);
    if (token_.kind != Token::Kind::kEnd)
      fail(token_.at, say("\"{}\" stands where the expression should end.", shortened(token_.text)),
           say("Join tests by and, or."));
    return root;
  }

 private:
  [[noreturn]] void fail(std::size_t at, std::string what, std::string hint = {}) const {
    Place place = where_;
    if (place.column > 0) place.column += static_cast<int>(at);
    throw Error(ErrorKind::kConfig, std::move(what), place, std::move(hint));
  }

  static bool is_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '.'; }

  void next() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\n' || text_[at_] == '\t' || text_[at_] == '\r'))
      ++at_;
    token_ = Token{};
    token_.at = at_;
    if (at_ >= text_.size()) return;
    const char c = text_[at_];
    if (c == '"' || c == '\'') return read_text(c);
    if (std::isdigit(static_cast<unsigned char>(c)) != 0 ||
        (c == '-' && at_ + 1 < text_.size() && text_[at_ + 1] != '-'))
      return read_number();
    if (is_word(c)) {
      const std::size_t begin = at_;
      while (at_ < text_.size() && is_word(text_[at_])) ++at_;
      token_.kind = Token::Kind::kWord;
      token_.text = std::string(text_.substr(begin, at_ - begin));
      return;
    }
    token_.kind = Token::Kind::kSign;
    const std::string_view two = text_.substr(at_, 2);
    const bool wide = two == "==" || two == "!=" || two == "<=" || two == ">=";
    if (!wide && std::string_view("(),<>").find(c) == std::string_view::npos)
      fail(at_, say("\"{}\" means nothing here.", character()),
           say("Signs are ( ) , == != < <= > >=; words are and, or, not."));
    token_.text = std::string(text_.substr(at_, wide ? 2 : 1));
    at_ += wide ? 2 : 1;
  }

  /// The whole character at hand.
  std::string_view character() const {
    std::size_t end = at_ + 1;
    while (end < text_.size() && (static_cast<unsigned char>(text_[end]) & 0xC0) == 0x80) ++end;
    return text_.substr(at_, end - at_);
  }

  void read_text(char quote) {
    const std::size_t end = text_.find(quote, at_ + 1);
    if (end == std::string_view::npos) fail(at_, say("A text begins here and does not end."));
    token_.kind = Token::Kind::kText;
    token_.text = std::string(text_.substr(at_ + 1, end - at_ - 1));
    at_ = end + 1;
  }

  void read_number() {
    const std::size_t begin = at_++;
    while (at_ < text_.size() && (is_word(text_[at_]) || ((text_[at_] == '-' || text_[at_] == '+') &&
                                                          (text_[at_ - 1] == 'e' || text_[at_ - 1] == 'E'))))
      ++at_;
    const std::string_view word = text_.substr(begin, at_ - begin);
    const auto number = parse_number(word);
    if (!number) fail(begin, say("\"{}\" is no number.", shortened(word)));
    token_.kind = Token::Kind::kNumber;
    token_.text = std::string(word);
    token_.number = *number;
  }

  bool is_sign(std::string_view sign) const { return token_.kind == Token::Kind::kSign && token_.text == sign; }
  bool is_word(std::string_view word) const { return token_.kind == Token::Kind::kWord && token_.text == word; }

  void expect(std::string_view sign) {
    if (!is_sign(sign)) fail(token_.at, say("\"{}\" is missing here.", sign));
    next();
  }

  Node made(Node::Op op, std::vector<Node> children = {}) {
    if (++nodes_ > kMaxNodes) fail(token_.at, say("The expression has more than {} parts.", kMaxNodes));
    Node node;
    node.op = op;
    node.children = std::move(children);
    return node;
  }

  void check_depth(int depth) const {
    if (depth > kMaxDepth) fail(token_.at, say("Brackets are nested more than {} deep.", kMaxDepth));
  }

  Node either(int depth) {
    check_depth(depth);
    Node left = both(depth);
    if (!is_word("or")) return left;
    Node out = made(Node::Op::kOr);
    out.children.push_back(std::move(left));
    while (is_word("or")) {
      next();
      out.children.push_back(both(depth));
    }
    return out;
  }

  Node both(int depth) {
    Node left = negated(depth);
    if (!is_word("and")) return left;
    Node out = made(Node::Op::kAnd);
    out.children.push_back(std::move(left));
    while (is_word("and")) {
      next();
      out.children.push_back(negated(depth));
    }
    return out;
  }

  Node negated(int depth) {
    check_depth(depth);
    if (!is_word("not")) return compared(depth);
    next();
    Node out = made(Node::Op::kNot);
    out.children.push_back(negated(depth + 1));
    return out;
  }

  Node compared(int depth) {
    Node left = single(depth);
    constexpr std::string_view kSigns[] = {"==", "!=", "<", "<=", ">", ">="};
    if (token_.kind != Token::Kind::kSign ||
        std::find(std::begin(kSigns), std::end(kSigns), token_.text) == std::end(kSigns))
      return left;
    Node out = made(Node::Op::kCompare);
    out.text = token_.text;
    next();
    out.children.push_back(std::move(left));
    out.children.push_back(single(depth));
    return out;
  }

  Node single(int depth) {
    const Token token = token_;
    switch (token.kind) {
      case Token::Kind::kText: {
        next();
        Node out = made(Node::Op::kText);
        out.text = token.text;
        return out;
      }
      case Token::Kind::kNumber: {
        next();
        Node out = made(Node::Op::kNumber);
        out.number = token.number;
        return out;
      }
      case Token::Kind::kWord:
        return word(token, depth);
      case Token::Kind::kSign:
        if (token.text == "(") {
          next();
          Node out = either(depth + 1);
          expect(")");
          return out;
        }
        fail(token.at, say("\"{}\" stands where a test should begin.", token.text));
      case Token::Kind::kEnd:
        break;
    }
    fail(token.at, say("The expression ends where a test should begin."));
  }

  Node word(const Token& token, int depth) {
    next();
    if (token.text == "true" || token.text == "false") {
      Node out = made(Node::Op::kTruth);
      out.number = token.text == "true" ? 1 : 0;
      return out;
    }
    if (is_sign("(")) return call(token, depth);
    if (token.text.find('.') != std::string::npos) return name(token);
    if (scope_ == nullptr)
      fail(token.at, say("\"{}\" is no word of the language.", shortened(token.text)),
           say("Write the table before it, as study.{0} or reporting.{0}.", shortened(token.text)));
    check_name(token, *scope_, say("{0} has no key \"{1}\".", scope_name_, shortened(token.text)));
    Node out = made(Node::Op::kKey);
    out.text = token.text;
    return out;
  }

  void check_name(const Token& token, const std::vector<std::string>& known, std::string what) const {
    if (std::find(known.begin(), known.end(), token.text) != known.end()) return;
    const auto near = did_you_mean(token.text, known);
    fail(token.at, std::move(what),
         near ? say("Did you mean \"{}\"?", *near) : say("Known: {}.", shortened(join(known, ", "), 300)));
  }

  Node name(const Token& token) {
    const std::size_t dot = token.text.find('.');
    const std::string table = token.text.substr(0, dot), key = token.text.substr(dot + 1);
    const auto found = vocabulary().tables.find(table);
    if (found == vocabulary().tables.end()) {
      std::vector<std::string> known;
      for (const auto& [one, keys] : vocabulary().tables) known.push_back(one);
      Token at = token;
      at.text = table;
      check_name(at, known, say("There is no table \"{}\".", shortened(table)));
    }
    Token at = token;
    at.text = key;
    at.at += dot + 1;
    check_name(at, found->second, say("{0} has no key \"{1}\".", "[" + table + "]", shortened(key)));
    Node out = made(Node::Op::kName);
    out.from = table;
    out.text = key;
    return out;
  }

  Node call(const Token& token, int depth) {
    const auto* function = std::find_if(std::begin(kFunctions), std::end(kFunctions),
                                        [&](const Function& one) { return one.name == token.text; });
    if (function == std::end(kFunctions)) {
      std::vector<std::string> known;
      for (const Function& one : kFunctions) known.emplace_back(one.name);
      check_name(token, known, say("There is no function \"{}\".", shortened(token.text)));
    }
    next();
    Node out = made(Node::Op::kCall);
    out.text = token.text;
    const std::vector<std::string>* outer = scope_;
    const std::string outer_name = scope_name_;
    std::size_t given = 0;
    while (!is_sign(")")) {
      if (given > 0) expect(",");
      const char wanted = given < function->arguments.size()  ? function->arguments[given]
                          : function->arguments.back() == 's' ? 's'
                                                              : '\0';
      if (wanted == '\0')
        fail(token_.at, say("{0}() takes at most {1} argument(s).", token.text, function->arguments.size()));
      out.children.push_back(argument(wanted, depth));
      ++given;
    }
    scope_ = outer;
    scope_name_ = outer_name;
    if (given < function->least)
      fail(token.at, say("{0}() needs {1} argument(s), but has {2}.", token.text, function->least, given));
    next();
    return out;
  }

  /// The literal at hand, as a word or in quotes.
  Token literal() {
    if (token_.kind != Token::Kind::kText && token_.kind != Token::Kind::kWord)
      fail(token_.at, say("A name is missing here."));
    const Token out = token_;
    next();
    return out;
  }

  Node text_node(const Token& token) {
    Node out = made(Node::Op::kText);
    out.text = token.text;
    return out;
  }

  Node argument(char wanted, int depth) {
    check_depth(depth + 1);
    switch (wanted) {
      case 'T':
      case 'S':
      case 's':
        return either(depth + 1);
      case 'L': {
        const Token token = literal();
        std::vector<std::string> known;
        for (const auto& [one, keys] : vocabulary().lists) known.push_back(one);
        check_name(token, known, say("There is no list \"{}\".", shortened(token.text)));
        scope_ = &vocabulary().lists.find(token.text)->second;
        scope_name_ = token.text;
        return text_node(token);
      }
      case 'K': {
        const Token token = literal();
        check_name(token, *scope_, say("{0} has no key \"{1}\".", scope_name_, shortened(token.text)));
        return text_node(token);
      }
      case 'N': {
        const Token token = literal();
        check_name(token, vocabulary().tables.find("reporting")->second,
                   say("{0} has no key \"{1}\".", "[reporting]", shortened(token.text)));
        return text_node(token);
      }
      case 'Q':
        return quantity();
      case 'W': {
        const Token token = literal();
        std::vector<std::string> known;
        for (const auto& [one, words] : lists_) known.push_back(one);
        check_name(token, known, say("The rule file has no list \"{}\".", shortened(token.text)));
        return text_node(token);
      }
      case 'P':
        return path();
      default:
        return text_node(literal());
    }
  }

  Node quantity() {
    const Token token = literal();
    const bool pattern = !token.text.empty() && token.text.back() == '*';
    const std::string beginning = pattern ? token.text.substr(0, token.text.size() - 1) : token.text;
    std::vector<std::string> known;
    for (const Quantity& one : all_quantities()) {
      if (pattern ? std::string_view(one.id).starts_with(beginning) : one.id == token.text) return text_node(token);
      known.emplace_back(one.id);
    }
    const auto near = did_you_mean(token.text, known);
    fail(token.at, say("There is no quantity \"{}\".", shortened(token.text)),
         near ? say("Did you mean \"{}\"?", *near) : say("vesica describe quantities lists them."));
  }

  /// "reporting.medium", "antibody.dilution", "protocol.steps.rotor".
  Node path() {
    Token token = literal();
    constexpr std::string_view kSteps = "protocol.steps.";
    if (token.text.starts_with(kSteps)) token.text = "step." + token.text.substr(kSteps.size());
    const std::size_t dot = token.text.find('.');
    if (dot == std::string::npos)
      fail(token.at, say("\"{}\" names no key.", shortened(token.text)), say("Write TABLE.KEY, as reporting.medium."));
    const std::string list = token.text.substr(0, dot);
    const auto found = vocabulary().lists.find(list);
    if (found == vocabulary().lists.end()) return name(token);
    Token key = token;
    key.text = token.text.substr(dot + 1);
    check_name(key, found->second, say("{0} has no key \"{1}\".", list, shortened(key.text)));
    Node out = made(Node::Op::kName);
    out.from = list;
    out.text = key.text;
    return out;
  }

  std::string_view text_;
  const WordLists& lists_;
  const Place& where_;
  std::size_t at_ = 0, nodes_ = 0;
  Token token_;
  const std::vector<std::string>* scope_ = nullptr;  ///< keys of the list in whose test we are
  std::string scope_name_;
};

}  // namespace

Expression parse_expression(std::string_view text, const WordLists& lists, const Place& where) {
  return Expression(Parser(text, lists, where).parse(), lists);
}

}  // namespace vesica::rules
