// SPDX-License-Identifier: Apache-2.0
// Facts about samples from study.toml, the sheet and captured paths, brought together; contradictions are problems.
#include <algorithm>
#include <unordered_map>

#include "vesica/base/message.h"
#include "vesica/base/number.h"
#include "vesica/base/text.h"
#include "vesica/study/assembly.h"
#include "vesica/study/names.h"

namespace vesica {

namespace {

constexpr std::size_t kLongestQuote = 80;
constexpr std::size_t kMostSuggested = 10;

class FactMerger {
 public:
  explicit FactMerger(Assembly& assembly) : assembly_(assembly), samples_(assembly.study.samples) {}

  void merge() {
    for (std::size_t i = 0; i < samples_.size(); ++i) {
      if (!index_.emplace(samples_[i].id, i).second) continue;  // ids given twice are reported by check_names()
      remember_declared(i);
    }
    for (const SampleFact& fact : assembly_.facts) add(fact);
    add_conditions();
  }

 private:
  static std::string key(const std::string& sample, const std::string& fact) { return sample + '\x1f' + fact; }

  void remember_declared(std::size_t i) {
    const Sample& sample = samples_[i];
    for (const char* name : {"kind", "parent", "block", "condition", "protocol"})
      places_[key(sample.id, name)] = assembly_.place_of("sample", i, name);
    for (const auto& [factor, level] : sample.levels) places_[key(sample.id, "factor:" + factor)] = sample.place;
    for (const auto& [name, value] : sample.attributes) places_[key(sample.id, "attribute:" + name)] = sample.place;
  }

  void add(const SampleFact& fact) {
    const auto [found, is_new] = index_.emplace(fact.sample, samples_.size());
    if (is_new) {
      samples_.emplace_back();
      samples_.back().id = fact.sample;
      samples_.back().place = fact.place;
    }
    if (fact.name.empty()) return;
    Sample& sample = samples_[found->second];
    refer(fact);
    if (fact.name.starts_with("factor:")) {
      add_level(sample, fact);
    } else if (fact.name.starts_with("attribute:")) {
      add_text(sample.attributes[fact.name.substr(std::string_view("attribute:").size())], sample, fact);
    } else {
      add_text(*member(sample, fact.name), sample, fact);
    }
  }

  static std::string* member(Sample& sample, const std::string& name) {
    if (name == "kind") return &sample.kind;
    if (name == "parent") return &sample.parent;
    if (name == "block") return &sample.block;
    return name == "protocol" ? &sample.protocol : &sample.condition;
  }

  void refer(const SampleFact& fact) {
    const Refers refers = fact.name == "parent"      ? Refers::kSample
                          : fact.name == "condition" ? Refers::kCondition
                          : fact.name == "protocol"  ? Refers::kProtocol
                                                     : Refers::kNothing;
    if (refers != Refers::kNothing) assembly_.references.push_back({refers, fact.value, fact.place});
  }

  void add_text(std::string& known, const Sample& sample, const SampleFact& fact) {
    if (known.empty()) {
      known = fact.value;
      places_[key(sample.id, fact.name)] = fact.place;
    } else if (known != fact.value) {
      report(sample, fact, known);
    }
  }

  void add_level(Sample& sample, const SampleFact& fact) {
    const std::string factor = fact.name.substr(std::string_view("factor:").size());
    assembly_.factors.insert(factor);
    const Level level = level_from(fact.value);
    const auto [known, is_new] = sample.levels.emplace(factor, level);
    if (is_new) {
      places_[key(sample.id, fact.name)] = fact.place;
    } else if (!(known->second == level)) {
      report(sample, fact, known->second.text);
    }
  }

  void report(const Sample& sample, const SampleFact& fact, const std::string& known) {
    const std::size_t colon = fact.name.find(':');
    const std::string name = colon == std::string::npos ? fact.name : fact.name.substr(colon + 1);
    const std::string hint = fact.name == "condition" ? say("A sample has one group. When one donor was measured under "
                                                            "several, give each its own sample name and "
                                                            "write the donor under {0} or {1}.",
                                                            in_quotes("parent"), in_quotes("block"))
                                                      : say("Keep the right one.");
    assembly_.problems.add("fact " + sample.id + fact.name + known + fact.value,
                           say("Sample {0} has {1} {2} here and {3} at {4}.", in_quotes(sample.id), in_quotes(name),
                               in_quotes(fact.value), in_quotes(known), places_[key(sample.id, fact.name)].text()),
                           fact.place, hint);
  }

  /// Without a single [[condition]] the groups are those that samples and inputs name.
  void add_conditions() {
    std::vector<Condition>& conditions = assembly_.study.conditions;
    if (!conditions.empty()) return;
    std::set<std::string> seen;
    const auto add = [&](const std::string& id, const Place& place) {
      if (id.empty() || !seen.insert(id).second) return;
      conditions.push_back({id, "", {}, place});
    };
    for (const Sample& sample : samples_) {
      const auto place = places_.find(key(sample.id, "condition"));
      add(sample.condition, place == places_.end() ? sample.place : place->second);
    }
    for (const Input& input : assembly_.study.inputs) add(input.condition, input.place);
    for (const SampleFact& fact : assembly_.facts)  // also those that contradict: reported once, as that
      if (fact.name == "condition") add(fact.value, fact.place);
  }

  Assembly& assembly_;
  std::vector<Sample>& samples_;
  std::unordered_map<std::string, std::size_t> index_;
  std::unordered_map<std::string, Place> places_;
};

}  // namespace

const Value* Assembly::item(std::string_view section, std::size_t index) const {
  const Value* list = tree.find(section);
  if (list == nullptr || index >= list->items.size()) return nullptr;
  return &list->items[index];
}

Place Assembly::place_of(std::string_view section, std::size_t index, std::string_view key) const {
  const Value* found = item(section, index);
  if (found == nullptr) return {};
  const Value* value = found->find(key);
  return value == nullptr ? found->place : value->place;
}

Place Assembly::study_place(std::string_view key) const {
  const Value* table = tree.find("study");
  const Value* value = table == nullptr ? nullptr : table->find(key);
  return value != nullptr ? value->place : table != nullptr ? table->place : Place{};
}

Level level_from(std::string_view text) {
  Level level;
  level.text = std::string(text);
  if (const auto number = parse_number(half_width(text))) level.number = *number;
  return level;
}

std::string in_quotes(std::string_view raw) {
  std::string text(raw.substr(0, kLongestQuote));
  if (raw.size() > kLongestQuote) {
    while (!text.empty() && (static_cast<unsigned char>(raw[text.size()]) & 0xC0) == 0x80) text.pop_back();
    text += "…";
  }
  for (char& c : text)
    if (static_cast<unsigned char>(c) < ' ') c = ' ';
  return "\"" + text + "\"";
}

std::string suggest(std::string_view typed, const std::vector<std::string>& known) {
  auto near = nearest_name(typed, known);
  if (!near) near = did_you_mean(typed, known);
  if (near) return say("Did you mean {}?", in_quotes(*near));
  if (known.empty()) return "";
  std::vector<std::string> shown;
  for (const std::string& name : known) {
    if (shown.size() == kMostSuggested) break;
    shown.push_back(in_quotes(name));
  }
  const std::string list = join(shown, ", ");
  return known.size() > shown.size() ? say("There are {0} and {1} more.", list, known.size() - shown.size())
                                     : say("There are: {}.", list);
}

void merge_sample_facts(Assembly& assembly) { FactMerger(assembly).merge(); }

}  // namespace vesica
