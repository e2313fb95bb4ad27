// SPDX-License-Identifier: Apache-2.0
// Names across the study: those that must exist, those given twice, those that look alike, and the tree's cycles.
#include <algorithm>
#include <cmath>
#include <map>
#include <unordered_map>
#include <unordered_set>

#include "vesica/base/message.h"
#include "vesica/base/text.h"
#include "vesica/quantity/quantity.h"
#include "vesica/quantity/unit.h"
#include "vesica/study/assembly.h"
#include "vesica/study/names.h"

namespace vesica {

namespace {

/// The names of one kind, in order and for look-up.
struct NameList {
  std::vector<std::string> names;
  std::unordered_set<std::string> set;
  void add(const std::string& name) {
    if (!name.empty() && set.insert(name).second) names.push_back(name);
  }
};

bool matches_quantity(std::string_view pattern) {
  if (!pattern.ends_with('*')) return find_quantity(pattern) != nullptr;
  pattern.remove_suffix(1);
  for (const Quantity& quantity : all_quantities())
    if (quantity.id.starts_with(pattern)) return true;
  return false;
}

std::string quantity_hint(const std::string& name) {
  if (const auto near = nearest_quantity(name)) return say("Did you mean {}?", in_quotes(*near));
  return say("\"vesica describe quantities\" lists all.");
}

class NameChecker {
 public:
  explicit NameChecker(Assembly& assembly) : assembly_(assembly), study_(assembly.study) {
    for (const Sample& sample : study_.samples) {
      samples_.add(sample.id);
      kinds_.add(sample.kind);
      if (sample.kind.empty() || sample.kind == "preparation") preparations_.add(sample.id);
    }
    for (const Condition& condition : study_.conditions) conditions_.add(condition.id);
    for (const Protocol& protocol : study_.protocols) protocols_.add(protocol.id);
    for (const Layout& layout : study_.layouts) layouts_.add(layout.id);
    for (const KnownPart& assay : assembly.known.assays) assays_.add(assay.id);
    for (const KnownPart& model : assembly.known.models) models_.add(model.id);
    for (const std::string& factor : assembly.factors) factors_.add(factor);
  }

  void check() {
    check_duplicates("sample", study_.samples);
    check_duplicates("condition", study_.conditions);
    check_duplicates("protocol", study_.protocols);
    check_duplicates("layout", study_.layouts);
    check_duplicates("comparison", study_.comparisons);
    check_duplicates("scenario", study_.scenarios);
    for (const Reference& reference : assembly_.references) check(reference);
    check_look_alikes();
    check_cycles();
  }

 private:
  template <typename Item>
  void check_duplicates(std::string_view section, const std::vector<Item>& items) {
    std::unordered_map<std::string, const Item*> first;
    for (const Item& item : items) {
      if (item.id.empty()) continue;
      const auto [found, is_new] = first.emplace(item.id, &item);
      if (is_new) continue;
      assembly_.problems.add(
          "",
          say("[[{0}]] {1} is declared twice, first at {2}.", section, in_quotes(item.id), found->second->place.text()),
          item.place, say("Give each its own id."));
    }
  }

  void check(const Reference& reference) {
    switch (reference.refers) {
      case Refers::kSample:
        return want(reference, samples_, say("There is no sample {}.", in_quotes(reference.name)));
      case Refers::kPreparation:
        if (samples_.set.contains(reference.name) && !preparations_.set.contains(reference.name)) {
          assembly_.problems.add("no preparation " + reference.name,
                                 say("Sample {} is not of the kind \"preparation\".", in_quotes(reference.name)),
                                 reference.place, say("Only a preparation can be given."));
          return;
        }
        return want(reference, samples_, say("There is no sample {}.", in_quotes(reference.name)));
      case Refers::kCondition:
        return want(reference, conditions_, say("There is no condition {}.", in_quotes(reference.name)));
      case Refers::kProtocol:
        return want(reference, protocols_, say("There is no protocol {}.", in_quotes(reference.name)));
      case Refers::kLayout:
        return want(reference, layouts_, say("There is no layout {}.", in_quotes(reference.name)));
      case Refers::kAssay:
        return want(reference, assays_, say("There is no assay {}.", in_quotes(reference.name)));
      case Refers::kModel:
        return want(reference, models_, say("There is no model {}.", in_quotes(reference.name)));
      case Refers::kFactor:
        return want(reference, factors_, say("There is no factor {}.", in_quotes(reference.name)));
      case Refers::kSampleKind:
        return want(reference, kinds_, say("No sample is of the kind {}.", in_quotes(reference.name)));
      case Refers::kQuantity:
      case Refers::kQuantityPattern:
        return want_quantity(reference);
      case Refers::kUnit:
        if (!parse_unit(reference.name))
          assembly_.problems.add("unit " + reference.name, say("{} is no unit.", in_quotes(reference.name)),
                                 reference.place, say("Write it in UCUM: ug, mL, {{particles}}, {{particles}}/mL."));
        return;
      case Refers::kGroup:
      case Refers::kNothing:
        return;
    }
  }

  void want(const Reference& reference, const NameList& list, std::string what) {
    if (list.set.contains(reference.name)) return;
    std::string hint = suggest(reference.name, list.names);
    if (hint.empty()) hint = hint_when_none(reference.refers);
    assembly_.problems.add(what, what, reference.place, hint);
  }

  static std::string hint_when_none(Refers refers) {
    switch (refers) {
      case Refers::kSample:
      case Refers::kPreparation:
        return say("Declare it with [[sample]], or name it in the sheet.");
      case Refers::kCondition:
        return say("Declare it with [[condition]].");
      case Refers::kSampleKind:
        return say("Fill the column {} of the sheet: what could have been given another group?", in_quotes("kind"));
      case Refers::kLayout:
        return say("Draw it on a sheet of that name in samples.xlsx, or declare it with [[layout]] in study.toml.");
      case Refers::kFactor:
        return say("Declare it in [study] factors, or as a level of a condition.");
      default:
        return say("Declare it in study.toml.");
    }
  }

  void want_quantity(const Reference& reference) {
    const bool pattern = reference.refers == Refers::kQuantityPattern;
    if (pattern ? matches_quantity(reference.name) : find_quantity(reference.name) != nullptr) return;
    assembly_.problems.add("quantity " + reference.name, say("There is no quantity {}.", in_quotes(reference.name)),
                           reference.place, quantity_hint(reference.name));
  }

  /// One list of names in which two may look alike.
  struct Alike {
    std::string what;
    std::unordered_map<std::string, std::pair<std::string, Place>> by_look, by_fold;
  };

  void see(Alike& list, const std::string& name, const Place& place) {
    if (name.empty()) return;
    const auto [same_look, new_look] = list.by_look.emplace(visual_form(name), std::make_pair(name, place));
    if (!new_look) {
      if (same_look->second.first != name)
        assembly_.problems.add("alike " + list.what + name,
                               say("The {0} {1} and {2} look alike; the other is at {3}.", list.what, in_quotes(name),
                                   in_quotes(same_look->second.first), same_look->second.second.text()),
                               place, say("Write both in one way: capitals, full-width signs and blanks count."));
      return;
    }
    const auto [same_fold, new_fold] = list.by_fold.emplace(fold_name(name), std::make_pair(name, place));
    if (!new_fold)
      assembly_.problems.warn(
          "alike " + list.what + name,
          say("The {0} {1} and {2} differ only in blanks, dashes or underscores; the other is at "
              "{3}.",
              list.what, in_quotes(name), in_quotes(same_fold->second.first), same_fold->second.second.text()),
          place, say("Write both in one way if they are one."));
  }

  void check_look_alikes() {
    Alike samples{say("samples"), {}, {}}, conditions{say("conditions"), {}, {}}, kinds{say("kinds"), {}, {}},
        blocks{say("blocks"), {}, {}}, factors{say("factors"), {}, {}};
    std::map<std::string, Alike> levels;
    const auto see_levels = [&](const Levels& all, const Place& place) {
      for (const auto& [factor, level] : all) {
        Alike& list = levels.try_emplace(factor, Alike{say("levels of {}", factor), {}, {}}).first->second;
        if (std::isnan(level.number)) see(list, level.text, place);
      }
    };
    for (const Condition& condition : study_.conditions) {
      see(conditions, condition.id, condition.place);
      see_levels(condition.levels, condition.place);
    }
    for (const Sample& sample : study_.samples) {
      see(samples, sample.id, sample.place);
      see(kinds, sample.kind, sample.place);
      see(blocks, sample.block, sample.place);
      see_levels(sample.levels, sample.place);
    }
    for (const std::string& factor : assembly_.factors) see(factors, factor, assembly_.study_place("factors"));
  }

  void check_cycles() {
    std::unordered_map<std::string, std::size_t> index;
    for (std::size_t i = 0; i < study_.samples.size(); ++i) index.emplace(study_.samples[i].id, i);
    std::vector<std::size_t> seen_in(study_.samples.size(), 0);  // 0: not yet; else the walk that met it
    for (std::size_t start = 0; start < study_.samples.size(); ++start) {
      std::vector<std::string> walk;
      std::size_t at = start;
      while (seen_in[at] == 0) {
        seen_in[at] = start + 1;
        walk.push_back(study_.samples[at].id);
        const auto parent = index.find(study_.samples[at].parent);
        if (study_.samples[at].parent.empty() || parent == index.end()) break;
        at = parent->second;
        if (seen_in[at] == start + 1) {
          report_cycle(walk, at);
          break;
        }
      }
    }
  }

  void report_cycle(const std::vector<std::string>& walk, std::size_t at) {
    const Sample& sample = study_.samples[at];
    const auto begin = std::find(walk.begin(), walk.end(), sample.id);
    std::vector<std::string> cycle(begin, walk.end());
    cycle.push_back(sample.id);
    if (cycle.size() > kMostInCycle) cycle = {cycle[0], cycle[1], "…", cycle.back()};
    assembly_.problems.add("", say("The tree of samples runs in a circle: {}.", join(cycle, " → ")), sample.place,
                           say("A parent is what a sample was taken from; clear one of them."));
  }

  static constexpr std::size_t kMostInCycle = 12;  // chosen: of names in one sentence

  Assembly& assembly_;
  Study& study_;
  NameList samples_, preparations_, kinds_, conditions_, protocols_, layouts_, assays_, models_, factors_;
};

}  // namespace

void check_names(Assembly& assembly) { NameChecker(assembly).check(); }

}  // namespace vesica
