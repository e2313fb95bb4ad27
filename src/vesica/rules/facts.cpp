// SPDX-License-Identifier: Apache-2.0
#include "vesica/rules/facts.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "vesica/base/number.h"
#include "vesica/base/text.h"
#include "vesica/study/declare.h"
#include "vesica/study/keys.h"

namespace vesica::rules {

namespace {

// Keys of a step that rules may name: those of model spin, which checks them, and of a gradient.
constexpr const char* kStepKeys[] = {"kind",          "rotor",
                                     "rcf_at",        "keep",
                                     "note",          "rcf_g",
                                     "rpm",           "minutes",
                                     "recovery",      "carry_over",
                                     "temperature_c", "viscosity_mpa_s",
                                     "tube_bore_mm",  "medium_density_g_ml"};

std::string inline_words(const Value& value) {
  std::vector<std::string> parts;
  for (const Value& item : value.items) parts.push_back(item.text.empty() ? exact_number(item.number) : item.text);
  for (const auto& [key, member] : value.members)
    parts.push_back(key + " = " + (member.text.empty() ? exact_number(member.number) : member.text));
  return join(parts, ", ");
}

Answer answer_of(const Value& value) {
  switch (value.kind) {
    case Value::Kind::kBool:
      return Answer::of(value.boolean);
    case Value::Kind::kInteger:
    case Value::Kind::kNumber:
      return Answer::of(value.number);
    case Value::Kind::kText:
      return Answer::of(value.text);
    case Value::Kind::kArray:
    case Value::Kind::kTable:
      return Answer::of(inline_words(value));
    case Value::Kind::kNull:
      break;
  }
  return Answer::of(std::string());
}

Record record_of(const std::vector<KeyRow>& rows) {
  Record out;
  for (const KeyRow& row : rows) out[row.name] = answer_of(row.value);
  for (const char* name : {"target", "gene", "id", "to", "path", "quantity"}) {
    const auto found = out.find(name);
    if (found == out.end() || !found->second.holds()) continue;
    out["(label)"] = found->second;
    break;
  }
  return out;
}

class FactSections {
 public:
  explicit FactSections(Facts& facts) : facts_(facts) {}
  template <typename Item>
  void one(std::string_view name, Item& member, std::string_view) {
    facts_.tables[std::string(name)] = record_of(key_rows(member));
  }
  template <typename Item>
  void many(std::string_view name, std::vector<Item>& members, std::string_view) {
    std::vector<Record>& list = facts_.lists[std::string(name)];
    for (Item& member : members) list.push_back(record_of(key_rows(member)));
  }

 private:
  Facts& facts_;
};

class WordSections {
 public:
  explicit WordSections(Vocabulary& words) : words_(words) {}
  template <typename Item>
  void one(std::string_view name, Item&, std::string_view) {
    words_.tables[std::string(name)] = names<Item>();
  }
  template <typename Item>
  void many(std::string_view name, std::vector<Item>&, std::string_view) {
    words_.lists[std::string(name)] = names<Item>();
  }

 private:
  template <typename Item>
  static std::vector<std::string> names() {
    std::vector<std::string> out;
    for (const KeyRow& row : key_rows(Item{})) out.push_back(row.name);
    return out;
  }
  Vocabulary& words_;
};

void add_steps(const Study& study, Facts& facts) {
  std::vector<Record>& steps = facts.lists["step"];
  for (const Protocol& protocol : study.protocols) {
    for (std::size_t i = 0; i < protocol.steps.items.size(); ++i) {
      Record record;
      for (const char* key : kStepKeys) record[key] = Answer::of(std::string());
      for (const auto& [key, value] : protocol.steps.items[i].members) record[key] = answer_of(value);
      record["(label)"] = Answer::of(protocol.id + " step " + std::to_string(i + 1));
      steps.push_back(std::move(record));
    }
  }
}

/// Attributes of a sample and of all its ancestors; the nearest wins.
Record attributes_of(const Study& study, const Sample& sample) {
  Record out;
  const Sample* node = &sample;
  for (std::size_t depth = 0; node != nullptr && depth <= study.samples.size(); ++depth) {
    for (const auto& [key, value] : node->attributes) out.try_emplace(key, Answer::of(value));
    node = node->parent.empty() ? nullptr : study.find_sample(node->parent);
  }
  return out;
}

void add_rows(const Study& study, const ObservationTable& rows, Facts& facts) {
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (rows.origin(i) != Origin::kMeasured || !std::isfinite(rows.value(i)) || std::isfinite(rows.at(i))) continue;
    Known& known = facts.quantities[std::string(rows.quantity(i))];
    known.unit = rows.unit(i);
    known.values.push_back(rows.value(i));
    if (!rows.target(i).empty()) known.targets.emplace_back(rows.target(i));
  }
  for (const Reported& reported : study.reported) {
    if (!std::isfinite(reported.value) || facts.quantities.count(reported.quantity) > 0) continue;
    facts.quantities[reported.quantity].values.push_back(reported.value);
  }
}

void add_plan(const Study& study, const ObservationTable& rows, const std::vector<AssayAbility>& assays, Facts& facts) {
  const bool measured = [&] {
    for (std::size_t i = 0; i < rows.size(); ++i)
      if (rows.origin(i) == Origin::kMeasured) return true;
    return false;
  }();
  std::set<std::string> ids, roles;
  for (const Input& input : study.inputs) {
    ids.insert(input.assay);
    if (!input.role.empty()) roles.insert(input.role);
  }
  for (const Layout& layout : study.layouts)
    for (const auto& [position, role] : layout.roles) roles.insert(role);
  facts.assays.assign(ids.begin(), ids.end());
  facts.roles.assign(roles.begin(), roles.end());
  if (measured) return;
  for (const AssayAbility& assay : assays) {
    if (ids.count(assay.id) == 0) continue;
    facts.planned.insert(facts.planned.end(), assay.quantities.begin(), assay.quantities.end());
    facts.any_input_yields_anything = facts.any_input_yields_anything || assay.quantities.empty();
  }
}

}  // namespace

Answer Answer::of(bool truth) {
  Answer out;
  out.truth = truth;
  return out;
}

Answer Answer::of(double number) {
  Answer out;
  out.kind = Kind::kNumber;
  out.number = number;
  return out;
}

Answer Answer::of(std::string text) {
  Answer out;
  out.kind = Kind::kText;
  out.text = std::move(text);
  return out;
}

bool Answer::holds() const {
  switch (kind) {
    case Kind::kTruth:
      return truth;
    case Kind::kNumber:
      return !std::isnan(number);
    case Kind::kText:
      return !trim(text).empty();
  }
  return false;
}

std::string Answer::shown() const {
  switch (kind) {
    case Kind::kTruth:
      return truth ? "yes" : "no";
    case Kind::kNumber:
      return std::isnan(number) ? "" : exact_number(number);
    case Kind::kText:
      return text;
  }
  return "";
}

double Answer::as_number() const {
  if (kind == Kind::kNumber) return number;
  if (kind == Kind::kTruth) return truth ? 1 : 0;
  constexpr std::string_view kParts = "0123456789.eE+-";
  const std::size_t first = text.find_first_of("0123456789");
  if (first == std::string::npos) return std::numeric_limits<double>::quiet_NaN();
  const std::size_t sign = first > 0 && text[first - 1] == '-' ? first - 1 : first;
  std::size_t end = text.find_first_not_of(kParts, sign);
  if (end == std::string::npos) end = text.size();
  for (; end > first; --end)  // "5 - 10" and "1e" end in what is no number
    if (const auto found = parse_number(std::string_view(text).substr(sign, end - sign))) return *found;
  return std::numeric_limits<double>::quiet_NaN();
}

const Vocabulary& vocabulary() {
  static const Vocabulary words = [] {
    Vocabulary out;
    Study study;
    describe_sections(WordSections(out), study);
    out.lists["preparation"] = out.lists["sample"];
    out.lists["animal"] = out.lists["sample"];
    out.lists["step"].assign(std::begin(kStepKeys), std::end(kStepKeys));
    return out;
  }();
  return words;
}

Facts facts_of(const Study& study, const ObservationTable& rows, const std::vector<AssayAbility>& assays) {
  Facts facts;
  Study copy = study;
  describe_sections(FactSections(facts), copy);
  add_steps(study, facts);
  std::vector<Record>& preparations = facts.lists["preparation"];
  std::vector<Record>& animals = facts.lists["animal"];
  for (std::size_t i = 0; i < study.samples.size(); ++i) {
    const Record& record = facts.lists["sample"][i];
    facts.attributes.push_back(attributes_of(study, study.samples[i]));
    if (study.samples[i].kind == "preparation") preparations.push_back(record);
    if (study.samples[i].kind == "animal") animals.push_back(record);
  }
  add_rows(study, rows, facts);
  add_plan(study, rows, assays, facts);
  return facts;
}

}  // namespace vesica::rules
