// SPDX-License-Identifier: Apache-2.0
// Inputs from study.toml (templates against the files there are) and from the sheet, brought together.
#include <algorithm>
#include <cmath>
#include <filesystem>
#include <unordered_map>
#include <unordered_set>

#include "vesica/base/message.h"
#include "vesica/base/number.h"
#include "vesica/base/text.h"
#include "vesica/study/assembly.h"
#include "vesica/study/names.h"
#include "vesica/study/paths.h"

namespace vesica {

namespace {

constexpr std::size_t kNamesShown = 12;  // chosen: of missing files in one sentence

/// A factor that multiplies every concentration: two places that state it are never both right.
constexpr std::string_view kDilution = "dilution";

/// The members of Input that are plain text, by key.
constexpr std::pair<std::string_view, std::string Input::*> kTextMembers[] = {
    {"path", &Input::path},           {"assay", &Input::assay},   {"sample", &Input::sample},
    {"condition", &Input::condition}, {"part", &Input::part},     {"replicate", &Input::replicate},
    {"role", &Input::role},           {"layout", &Input::layout}, {"controls", &Input::controls},
    {"position", &Input::position}};

std::string* text_member(Input& input, std::string_view key) {
  for (const auto& [name, member] : kTextMembers)
    if (name == key) return &(input.*member);
  return nullptr;
}

/// The value of what a draft states under a key of `places`, as text.
std::string stated(const InputDraft& draft, const std::string& key) {
  constexpr std::string_view kSetting = "setting:";
  if (key == "time_h") return exact_number(draft.input.time_h);
  if (key.starts_with(kSetting)) {
    const auto found = draft.input.settings.find(key.substr(kSetting.size()));
    return found == draft.input.settings.end() ? "" : found->second;
  }
  InputDraft copy = draft;
  const std::string* member = text_member(copy.input, key);
  return member == nullptr ? "" : *member;
}

bool same_value(const std::string& a, const std::string& b) {
  const auto first = parse_number(a), second = parse_number(b);
  return first && second ? *first == *second : a == b;
}

void take(InputDraft& into, const InputDraft& from, const std::string& key) {
  constexpr std::string_view kSetting = "setting:";
  if (key == "time_h") {
    into.input.time_h = from.input.time_h;
  } else if (key.starts_with(kSetting)) {
    into.input.settings[key.substr(kSetting.size())] = stated(from, key);
  } else if (std::string* member = text_member(into.input, key)) {
    *member = stated(from, key);
  }
  into.places[key] = from.places.at(key);
}

std::string normal_path(const std::string& path) {
  return std::filesystem::path(path).lexically_normal().generic_string();
}

std::string key_name(std::string_view key) {
  constexpr std::string_view kSetting = "setting:";
  return std::string(key.starts_with(kSetting) ? key.substr(kSetting.size()) : key);
}

class Gatherer {
 public:
  Gatherer(Assembly& assembly, StudyFiles& files) : assembly_(assembly), files_(files) {}

  void gather() {
    index_sheet();
    const std::vector<Input> declared = std::move(assembly_.study.inputs);
    assembly_.study.inputs.clear();
    for (std::size_t i = 0; i < declared.size(); ++i) add_declared(declared[i], i);
    check_files();
    for (const InputDraft& draft : assembly_.drafts) assembly_.study.inputs.push_back(draft.input);
  }

 private:
  void index_sheet() {
    std::unordered_map<std::string, std::size_t> seen;
    for (std::size_t i = 0; i < assembly_.drafts.size(); ++i) {
      const Input& input = assembly_.drafts[i].input;
      const std::string path = normal_path(input.path);
      by_path_[path].push_back(i);
      const auto [first, added] = seen.emplace(path + '\x1f' + input.assay + '\x1f' + input.part, i);
      if (!added) report_twice(input, assembly_.drafts[first->second].input);
    }
  }

  void report_twice(const Input& again, const Input& first) {
    assembly_.problems.add("", say("{0} is named twice, first at {1}.", in_quotes(again.path), first.place.text()),
                           again.place, say("Keep one, or tell the parts of the file apart in {}.", in_quotes("part")));
  }

  void add_declared(const Input& input, std::size_t index) {
    if (input.path.empty()) return;  // reported by the reader
    const Place place = assembly_.place_of("input", index, "path");
    try {
      const PathTemplate path = PathTemplate::parse(input.path, place);
      if (!path.is_pattern() || files_.state(input.path) == FileState::kPresent) {
        add_draft(draft_of(input, index), index);
      } else if (check_names(path, input, place)) {
        expand(path, input, index, place);
      }
    } catch (const Error& error) {
      assembly_.problems.add(error);
    }
  }

  InputDraft draft_of(const Input& input, std::size_t index) const {
    InputDraft draft;
    draft.input = input;
    const Value* item = assembly_.item("input", index);
    if (item == nullptr) return draft;
    for (const auto& [key, value] : item->members) {
      if (key == "settings") {
        for (const auto& [setting, text] : value.members) draft.places["setting:" + setting] = text.place;
      } else {
        draft.places[key] = value.place;
      }
    }
    return draft;
  }

  std::vector<std::string> capture_names(const Input& input) const {
    std::vector<std::string> names = {"sample",   "condition", "replicate", "part",     "time_h",
                                      "time_d",   "time_min",  "role",      "controls", "layout",
                                      "position", "kind",      "parent",    "block",    "protocol"};
    names.insert(names.end(), assembly_.factors.begin(), assembly_.factors.end());
    if (const KnownPart* assay = assembly_.known.find_assay(input.assay)) {
      const std::vector<std::string> settings = field_names(assay->settings);
      names.insert(names.end(), settings.begin(), settings.end());
    }
    return names;
  }

  bool check_names(const PathTemplate& path, const Input& input, const Place& place) {
    const std::vector<std::string> known = capture_names(input);
    bool good = true;
    for (const std::string& name : path.names()) {
      const bool prefixed = name.starts_with("factor:") || name.starts_with("attribute:");
      if (prefixed || std::find(known.begin(), known.end(), name) != known.end()) continue;
      good = false;
      const auto near = nearest_name(name, known);
      assembly_.problems.add("", say("The path captures {}, which is nothing that Vesica knows.", in_quotes(name)),
                             place,
                             near ? say("Did you mean {}?", in_quotes(*near))
                                  : say("A factor is captured as {{factor:{0}}}, a note as {{attribute:{0}}}.", name));
    }
    return good;
  }

  void expand(const PathTemplate& path, const Input& input, std::size_t index, const Place& place) {
    std::size_t matches = 0;
    const bool folders = input.path.ends_with('/');
    for (const std::string& file : folders ? folders_of(files_.list()) : files_.list()) {
      const std::optional<PathMatch> match = path.match(folders ? file + "/" : file);
      if (!match) continue;
      ++matches;
      InputDraft draft = draft_of(input, index);
      draft.input.path = file;
      for (const auto& [name, text] : match->captures) apply_capture(name, text, place, draft);
      if (match->ambiguous) report_ambiguous(file, *match, place);
      add_draft(std::move(draft), index);
    }
    if (matches == 0 && !assembly_.plan_only)
      assembly_.problems.add("", say("No file matches {}.", in_quotes(input.path)), place,
                             files_.list().empty()
                                 ? say("The study's folder holds no files yet.")
                                 : say("The first file there is {}.", in_quotes(files_.list().front())));
  }

  /// The folders that hold files, in the order of the files: a pattern that ends in "/" takes each as one input.
  static std::vector<std::string> folders_of(const std::vector<std::string>& files) {
    std::vector<std::string> out;
    std::unordered_set<std::string> seen;
    for (const std::string& file : files) {
      const std::size_t slash = file.rfind('/');
      if (slash != std::string::npos && seen.insert(file.substr(0, slash)).second) out.push_back(file.substr(0, slash));
    }
    return out;
  }

  void report_ambiguous(const std::string& file, const PathMatch& match, const Place& place) {
    std::vector<std::string> parts;
    for (const auto& [name, text] : match.captures) parts.push_back(name + " = " + in_quotes(text));
    assembly_.problems.warn(
        "ambiguous " + place.text(),
        say("{0} can be split in more than one way; taken as {1}.", in_quotes(file), join(parts, ", ")), place,
        say("Where a part is a number, write {{replicate:digits}}."));
  }

  void apply_capture(const std::string& name, const std::string& captured, const Place& place, InputDraft& draft) {
    const std::string text(trim_unicode(captured));
    if (name == "time_h" || name == "time_d" || name == "time_min") {
      const double hours = name == "time_h" ? 1 : name == "time_d" ? 24 : 1.0 / 60;
      const std::optional<double> number = parse_number(text);
      if (!number) {
        assembly_.problems.add("", say("{0} in {1} is no time.", in_quotes(text), in_quotes(draft.input.path)), place,
                               "");
        return;
      }
      set_once(
          "time_h", [&] { draft.input.time_h = *number * hours; }, place, draft);
    } else if (std::string* member = text_member(draft.input, name)) {
      set_once(
          name, [&] { *member = text; }, place, draft);
    } else if (is_fact(name)) {
      draft_facts_.push_back({"", fact_name(name), text, place});
    } else {
      set_once(
          "setting:" + name, [&] { draft.input.settings[name] = text; }, place, draft);
    }
  }

  bool is_fact(const std::string& name) const {
    return name == "kind" || name == "parent" || name == "block" || name == "protocol" || name.starts_with("factor:") ||
           name.starts_with("attribute:") || assembly_.factors.contains(name);
  }

  std::string fact_name(const std::string& name) const {
    return assembly_.factors.contains(name) ? "factor:" + name : name;
  }

  template <typename Set>
  void set_once(const std::string& key, Set set, const Place& place, InputDraft& draft) {
    if (draft.places.contains(key)) {
      assembly_.problems.add("captured and stated " + place.text() + key,
                             say("{} is captured by the path and stated beside it.", in_quotes(key_name(key))),
                             draft.places.at(key), say("Keep one of them."));
      return;
    }
    set();
    draft.places[key] = place;
  }

  void add_draft(InputDraft draft, std::size_t) {
    const std::vector<SampleFact> facts = std::move(draft_facts_);
    draft_facts_.clear();
    const std::string path = normal_path(draft.input.path);
    bool merged = false;
    for (const std::size_t i : by_path_[path]) {
      InputDraft& other = assembly_.drafts[i];
      const bool same_assay = other.input.assay.empty() || other.input.assay == draft.input.assay;
      const bool same_part = draft.input.part.empty() || other.input.part == draft.input.part;
      if (!same_assay || !same_part) continue;
      if (other.from_sheet) {
        merge(other, draft);
        state_facts(other.input.sample, facts, draft);
        merged = true;
      } else if (other.input.part == draft.input.part) {
        report_twice(draft.input, other.input);
        return;
      }
    }
    if (merged) return;
    state_facts(draft.input.sample, facts, draft);
    if (!draft.input.sample.empty()) draft.input.condition.clear();  // now a fact about the sample
    by_path_[path].push_back(assembly_.drafts.size());
    assembly_.drafts.push_back(std::move(draft));
  }

  void state_facts(const std::string& sample, const std::vector<SampleFact>& facts, const InputDraft& draft) {
    if (sample.empty()) return;
    const auto place = draft.places.find("sample");
    assembly_.facts.push_back({sample, "", "", place == draft.places.end() ? draft.input.place : place->second});
    if (!draft.input.condition.empty())
      assembly_.facts.push_back({sample, "condition", draft.input.condition, draft.places.at("condition")});
    for (SampleFact fact : facts) {
      fact.sample = sample;
      assembly_.facts.push_back(std::move(fact));
    }
  }

  void merge(InputDraft& sheet, const InputDraft& toml) {
    for (const auto& [key, place] : toml.places) {
      if (key == "path" || (key == "condition" && !sheet.input.sample.empty())) continue;
      const auto stated_there = sheet.places.find(key);
      if (stated_there == sheet.places.end()) {
        take(sheet, toml, key);
      } else if (!same_value(stated(sheet, key), stated(toml, key))) {
        const std::string name = key_name(key);
        const std::string what = name == kDilution
                                     ? say("The dilution is given twice: {0} here and {1} at {2}.", stated(sheet, key),
                                           stated(toml, key), place.text())
                                     : say("{0} is {1} here and {2} at {3}.", in_quotes(name),
                                           in_quotes(stated(sheet, key)), in_quotes(stated(toml, key)), place.text());
        assembly_.problems.add("merge " + name + place.text(), what, stated_there->second,
                               say("Keep the right one and delete the other."));
      }
    }
  }

  void check_files() {
    std::vector<const InputDraft*> missing;
    for (const InputDraft& draft : assembly_.drafts) {
      const auto stated_at = draft.places.find("path");
      const Place& place = stated_at == draft.places.end() ? draft.input.place : stated_at->second;
      switch (files_.state(draft.input.path)) {
        case FileState::kPresent:
          break;
        case FileState::kMissing:
          if (!assembly_.plan_only) missing.push_back(&draft);
          break;
        case FileState::kFolder:
          if (takes_folders(draft.input.assay)) break;
          assembly_.problems.add("", say("{} is a folder.", in_quotes(draft.input.path)), place,
                                 say("Name its files, or write {} in study.toml.", in_quotes(draft.input.path + "/*")));
          break;
        case FileState::kOutside:
          assembly_.problems.add(
              "outside", say("{} leads out of the study's folder.", in_quotes(draft.input.path)), place,
              say("Copy the file into the folder, or allow its folder in study.toml: [study] raw_folders = [\"{}\"].",
                  std::filesystem::path(draft.input.path).parent_path().generic_string()));
          break;
      }
    }
    if (!missing.empty()) report_missing(missing);
  }

  bool takes_folders(const std::string& assay) const {
    const KnownPart* known = assembly_.known.find_assay(assay);
    return known != nullptr && known->takes_folders;
  }

  void report_missing(const std::vector<const InputDraft*>& missing) {
    std::vector<std::string> names;
    for (const InputDraft* draft : missing) {
      if (names.size() == kNamesShown) break;
      const Place& place = draft->input.place;
      const std::string at = place.line > 0 ? say("line {}", place.line) : place.item;
      names.push_back(draft->input.path + " (" + at + ")");
    }
    std::string list = join(names, ", ");
    if (missing.size() > names.size()) list = say("{0} and {1} more", list, missing.size() - names.size());
    assembly_.problems.warn(
        "", say("{0} of {1} file(s) (is|are) not there: {2}.", missing.size(), assembly_.drafts.size(), list),
        missing.front()->input.place, missing_hint(missing.front()->input.path));
  }

  std::string missing_hint(const std::string& path) {
    const std::string slashes = replace_all(path, "\\", "/");
    if (slashes != path && files_.state(slashes) == FileState::kPresent)
      return say("Did you mean {}?", in_quotes(slashes));
    const std::string folded = fold_name(slashes);
    const std::string file_name = fold_name(std::filesystem::path(slashes).filename().generic_string());
    const std::string* elsewhere = nullptr;
    for (const std::string& file : files_.list()) {
      if (fold_name(file) == folded) return say("Did you mean {}?", in_quotes(file));
      if (elsewhere == nullptr && fold_name(std::filesystem::path(file).filename().generic_string()) == file_name)
        elsewhere = &file;
    }
    if (elsewhere != nullptr) return say("Did you mean {}?", in_quotes(*elsewhere));
    if (const auto near = nearest_name(slashes, files_.list())) return say("Did you mean {}?", in_quotes(*near));
    return say("Paths begin at the study's folder; check names and endings.");
  }

  Assembly& assembly_;
  StudyFiles& files_;
  std::unordered_map<std::string, std::vector<std::size_t>> by_path_;
  std::vector<SampleFact> draft_facts_;
};

}  // namespace

void gather_inputs(Assembly& assembly, StudyFiles& files) { Gatherer(assembly, files).gather(); }

}  // namespace vesica
