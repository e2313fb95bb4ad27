// SPDX-License-Identifier: Apache-2.0
#include "vesica/rules/expression.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "vesica/base/number.h"
#include "vesica/base/require.h"
#include "vesica/base/text.h"
#include "vesica/quantity/quantity.h"

namespace vesica::rules {

namespace {

/// Letters and digits alone, small: "CD-63" and "cd63" are one.
std::string plain(std::string_view text) {
  std::string out;
  for (const char c : lower_ascii(text))
    if (static_cast<unsigned char>(c) >= 0x80 || std::isalnum(static_cast<unsigned char>(c)) != 0) out += c;
  return out;
}

/// The words of "Alix (PDCD6IP), anti-CD63", plain.
std::vector<std::string> plain_words(std::string_view text) {
  std::vector<std::string> out = {plain(text)};
  std::string word;
  const auto end = [&] {
    std::string found = plain(word);
    if (found.starts_with("anti")) out.push_back(found.substr(4));
    if (!found.empty()) out.push_back(std::move(found));
    word.clear();
  };
  for (const char c : text) {
    if (std::string_view(" (),;/+&").find(c) != std::string_view::npos) {
      end();
    } else {
      word += c;
    }
  }
  end();
  return out;
}

/// Every number in a text: "P3 to P4" → 3, 4; "-80 °C" → -80.
std::vector<double> numbers_in(std::string_view text) {
  constexpr std::string_view kDigits = "0123456789";
  std::vector<double> out;
  for (std::size_t at = text.find_first_of(kDigits); at != std::string_view::npos;
       at = text.find_first_of(kDigits, at)) {
    std::size_t end = std::min(text.find_first_not_of("0123456789.", at), text.size());
    const bool negative = at > 0 && text[at - 1] == '-' && (at < 2 || text[at - 2] == ' ');
    while (text[end - 1] == '.') --end;
    if (const auto number = parse_number(text.substr(at, end - at))) out.push_back(negative ? -*number : *number);
    at = end;
  }
  return out;
}

/// What is stated for all preparations and what one of them says: numbers must lie within those stated, texts be equal.
bool agree(const std::string& whole, const std::string& one) {
  const std::vector<double> stated = numbers_in(whole), own = numbers_in(one);
  if (stated.empty() || own.empty()) return plain(whole) == plain(one);
  const auto ends = std::minmax_element(stated.begin(), stated.end());
  return std::all_of(own.begin(), own.end(),
                     [&](double number) { return number >= *ends.first && number <= *ends.second; });
}

bool matches(std::string_view id, std::string_view wanted) {
  return !wanted.empty() && wanted.back() == '*' ? id.starts_with(wanted.substr(0, wanted.size() - 1)) : id == wanted;
}

class Evaluator {
 public:
  Evaluator(const Facts& facts, const WordLists& lists, Remarks* remarks)
      : facts_(facts), lists_(lists), remarks_(remarks) {}

  Answer operator()(const Node& node) const {
    switch (node.op) {
      case Node::Op::kTruth:
        return Answer::of(node.number != 0);
      case Node::Op::kNumber:
        return Answer::of(node.number);
      case Node::Op::kText:
        return Answer::of(node.text);
      case Node::Op::kName:
        return named(node);
      case Node::Op::kKey: {
        const auto found = item_->find(node.text);
        return found == item_->end() ? Answer::of(std::string()) : found->second;
      }
      case Node::Op::kNot:
        return Answer::of(!(*this)(node.children[0]).holds());
      case Node::Op::kAnd:
        return Answer::of(std::all_of(node.children.begin(), node.children.end(),
                                      [&](const Node& child) { return (*this)(child).holds(); }));
      case Node::Op::kOr:
        return Answer::of(std::any_of(node.children.begin(), node.children.end(),
                                      [&](const Node& child) { return (*this)(child).holds(); }));
      case Node::Op::kCompare:
        return Answer::of(compare(node.text, (*this)(node.children[0]), (*this)(node.children[1])));
      case Node::Op::kCall:
        return call(node);
    }
    return {};
  }

 private:
  static bool compare(const std::string& sign, const Answer& a, const Answer& b) {
    const bool texts = a.kind == Answer::Kind::kText && b.kind == Answer::Kind::kText;
    if (sign == "==" || sign == "!=") {
      const bool same = texts ? equals_ignoring_case(trim(a.text), trim(b.text)) : a.as_number() == b.as_number();
      return same == (sign == "==");
    }
    const double x = a.as_number(), y = b.as_number();  // a NaN makes every one of these false
    return sign == "<" ? x < y : sign == "<=" ? x <= y : sign == ">" ? x > y : x >= y;
  }

  Answer named(const Node& node) const {
    const auto table = facts_.tables.find(node.from);
    if (table == facts_.tables.end()) return Answer::of(all_have(node.from, node.text));
    const auto found = table->second.find(node.text);
    return found == table->second.end() ? Answer::of(std::string()) : found->second;
  }

  const std::vector<Record>& list(const std::string& name) const {
    static const std::vector<Record> kNone;
    const auto found = facts_.lists.find(name);
    return found == facts_.lists.end() ? kNone : found->second;
  }

  bool all_have(const std::string& name, const std::string& key) const {
    const std::vector<Record>& items = list(name);
    bool all = !items.empty();
    for (const Record& item : items) {
      const auto found = item.find(key);
      if (found != item.end() && found->second.holds()) continue;
      remark_failing(item);
      all = false;
    }
    return all;
  }

  void remark_failing(const Record& item) const {
    const auto label = item.find("(label)");
    if (remarks_ == nullptr || label == item.end()) return;
    std::vector<std::string>& failing = remarks_->failing;  // two questions of one test may fail for the same item
    const bool known = std::find(failing.begin(), failing.end(), label->second.text) != failing.end();
    if (!known) failing.push_back(label->second.text);
  }

  Answer call(const Node& node) const {
    const std::string& name = node.text;
    const auto text = [&](std::size_t i) -> const std::string& { return node.children[i].text; };
    if (name == "has") return Answer::of((*this)(node.children[0]).holds());
    if (name == "stated") return Answer::of(stated(text(0)));
    if (name == "attribute") return Answer::of(attribute(text(0), text(1)));
    if (name == "any" || name == "all" || name == "count" || name == "distinct" || name == "join")
      return over_items(node);
    if (name == "measured") return Answer::of(measured(text(0)));
    if (name == "gives") return Answer::of(measured(text(0)) || planned(text(0)));
    if (name == "value") return Answer::of(value(text(0)));
    if (name == "assay") return Answer::of(std::count(facts_.assays.begin(), facts_.assays.end(), text(0)) > 0);
    if (name == "role") return Answer::of(std::count(facts_.roles.begin(), facts_.roles.end(), text(0)) > 0);
    if (name == "in") return Answer::of(in_list((*this)(node.children[0]).shown(), text(1)));
    if (name == "number") return Answer::of((*this)(node.children[0]).as_number());
    return Answer::of(has_words(node, name == "begins"));
  }

  bool has_words(const Node& node, bool at_beginning) const {
    const std::string whole = lower_ascii(trim((*this)(node.children[0]).shown()));
    return std::any_of(node.children.begin() + 1, node.children.end(), [&](const Node& child) {
      const std::string part = lower_ascii((*this)(child).shown());
      return !part.empty() && (at_beginning ? whole.starts_with(part) : whole.find(part) != std::string::npos);
    });
  }

  bool in_list(const std::string& text, const std::string& name) const {
    const auto found = lists_.find(name);
    VESICA_REQUIRE(found != lists_.end(), "a list that the parser has checked is gone");
    const std::vector<std::string> words = plain_words(text);
    return std::any_of(found->second.begin(), found->second.end(), [&](const std::string& entry) {
      return std::find(words.begin(), words.end(), plain(entry)) != words.end();
    });
  }

  bool stated(const std::string& key) const {
    const std::string whole = facts_.tables.at("reporting").at(key).text;
    const std::vector<Record>& samples = list("sample");
    std::size_t preparations = 0, with = 0;
    for (std::size_t i = 0; i < samples.size(); ++i) {
      if (samples[i].at("kind").text != "preparation") continue;
      ++preparations;
      const auto found = facts_.attributes[i].find(key);
      if (found == facts_.attributes[i].end() || !found->second.holds()) continue;
      ++with;
      if (remarks_ != nullptr && !whole.empty() && !agree(whole, found->second.text))
        remarks_->conflicts.push_back(key + " = \"" + whole + "\" ([reporting]), \"" + found->second.text + "\" (" +
                                      samples[i].at("id").text + ")");
    }
    return !whole.empty() || (preparations > 0 && with == preparations);
  }

  bool attribute(const std::string& kind, const std::string& key) const {
    const std::vector<Record>& samples = list("sample");
    std::size_t of_kind = 0, with = 0;
    for (std::size_t i = 0; i < samples.size(); ++i) {
      if (samples[i].at("kind").text != kind) continue;
      ++of_kind;
      const auto found = facts_.attributes[i].find(key);
      if (found != facts_.attributes[i].end() && found->second.holds()) {
        ++with;
      } else {
        remark_failing(samples[i]);
      }
    }
    return of_kind > 0 && with == of_kind;
  }

  /// any, all, count, distinct, join.
  Answer over_items(const Node& node) const {
    const bool has_key = node.text == "distinct" || node.text == "join";
    const std::size_t test_at = has_key ? 2 : 1;
    const std::vector<Record>& items = list(node.children[0].text);
    std::size_t holding = 0;
    std::set<std::string> seen;
    std::vector<std::string> values;
    Evaluator inner(*this);
    for (const Record& item : items) {
      inner.item_ = &item;
      const bool holds = test_at >= node.children.size() || inner(node.children[test_at]).holds();
      if (!holds && node.text == "all") remark_failing(item);
      if (!holds) continue;
      ++holding;
      if (!has_key) continue;
      const auto found = item.find(node.children[1].text);
      const std::string shown = found == item.end() ? "" : found->second.shown();
      if (!shown.empty() && seen.insert(plain(shown)).second) values.push_back(shown);
    }
    if (node.text == "any") return Answer::of(holding > 0);
    if (node.text == "all") return Answer::of(!items.empty() && holding == items.size());
    if (node.text == "count") return Answer::of(static_cast<double>(holding));
    if (node.text == "distinct") return Answer::of(static_cast<double>(values.size()));
    return Answer::of(join(values, "; "));
  }

  bool measured(const std::string& wanted) const {
    return std::any_of(facts_.quantities.begin(), facts_.quantities.end(),
                       [&](const auto& known) { return matches(known.first, wanted); });
  }

  bool planned(const std::string& wanted) const {
    return facts_.any_input_yields_anything ||
           std::any_of(facts_.planned.begin(), facts_.planned.end(),
                       [&](const std::string& id) { return matches(id, wanted) || matches(wanted, id); });
  }

  /// Lowest to highest of the known numbers, with unit.
  std::string value(const std::string& wanted) const {
    std::vector<double> values;
    std::string unit;
    for (const auto& [id, known] : facts_.quantities) {
      if (!matches(id, wanted)) continue;
      values.insert(values.end(), known.values.begin(), known.values.end());
      const Quantity* quantity = find_quantity(id);
      unit = known.unit.empty() && quantity != nullptr ? std::string(quantity->unit) : known.unit;
    }
    if (values.empty()) return "";
    const auto [low, high] = std::minmax_element(values.begin(), values.end());
    const auto shown = [](double number) { return readable_number(number, 4); };
    const std::string range = *low == *high ? shown(*low) : shown(*low) + " to " + shown(*high);
    return range + (unit.empty() || unit == "1" ? "" : " " + unit);
  }

  const Facts& facts_;
  const WordLists& lists_;
  Remarks* remarks_;
  const Record* item_ = nullptr;
};

}  // namespace

Answer Expression::answer(const Facts& facts, Remarks* remarks) const {
  if (empty_) return Answer::of(true);
  return Evaluator(facts, lists_, remarks)(root_);
}

}  // namespace vesica::rules
