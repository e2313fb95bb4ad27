// SPDX-License-Identifier: Apache-2.0
#include "vesica/app/corrections.h"

#include <algorithm>
#include <map>
#include <set>

#include "vesica/app/app.h"
#include "vesica/app/reading.h"
#include "vesica/app/session.h"
#include "vesica/base/message.h"
#include "vesica/base/os/files.h"
#include "vesica/base/text.h"
#include "vesica/io/json.h"

namespace vesica {

namespace {

std::string matched(const Edit& edit, const std::string& column) {
  const auto found = edit.match.find(column);
  return found == edit.match.end() ? "" : found->second;
}

Value numbers(const std::vector<double>& values) {
  Value out = Value::array();
  for (const double value : values) out.append(Value::of(value));
  return out;
}

std::string names_of(const std::vector<const MeasureItem*>& items) {
  std::vector<std::string> names;
  for (const MeasureItem* item : items) names.push_back(item->input->path);
  return join(names, ", ");
}

/// The one input that the user means: a sample, a path as in the sheet, or a file's name.
const MeasureItem& item_meant(const Plan& plan, const std::string& what, const std::string& study,
                              const std::string& hint) {
  std::vector<const MeasureItem*> meant, fit;
  std::vector<std::string> known;
  for (const MeasureItem& item : plan.measures) {
    const std::string& path = item.input->path;
    const std::string file = path_text(path_from(path).filename());
    if (item.facts.sample == what || path == what || file == what) meant.push_back(&item);
    if (item.assay->check_correction == nullptr) continue;
    known.insert(known.end(), {item.facts.sample, path, file});
    if (!meant.empty() && meant.back() == &item) fit.push_back(&item);
  }
  if (meant.empty()) {
    const auto near = did_you_mean(what, known);
    throw Error(
        ErrorKind::kNoInput, say("No sample and no file of the study is called \"{}\".", what), {study, 0, 0, ""},
        near ? say("Did you mean \"{}\"?", *near)
             : say("Samples and files stand in the study's sheet; \"vesica run {}\" first takes new ones in.", study));
  }
  if (fit.empty())
    throw Error(ErrorKind::kConfig,
                say("Nothing is corrected by hand in what \"{}\" measures.", meant.front()->assay->id),
                {names_of(meant), 0, 0, ""}, hint);
  if (fit.size() > 1)
    throw Error(ErrorKind::kUsage, say("\"{}\" has several inputs: {}.", what, names_of(fit)), {study, 0, 0, ""},
                say("Name the file instead of the sample."));
  return *fit.front();
}

/// Kind and geometry of a placement.
Edit edit_of(const PlaceOptions& options) {
  Edit edit;
  edit.action = "correct";
  edit.kind = "cylinder";
  edit.geometry = Value::table();
  edit.geometry.set("centre_mm", numbers(options.centre_mm));
  if (!options.axis.empty()) edit.geometry.set("axis", numbers(options.axis));
  if (options.radius_mm) edit.geometry.set("radius_mm", Value::of(*options.radius_mm));
  if (options.height_mm) edit.geometry.set("height_mm", Value::of(*options.height_mm));
  return edit;
}

}  // namespace

std::vector<Edit> corrections_for(const MeasureItem& item, const std::string& sha256, const std::vector<Edit>& active) {
  std::vector<Edit> out;
  for (const Edit& edit : active) {
    if (edit.action == "correct" && !sha256.empty() && matched(edit, "sha256") == sha256 &&
        matched(edit, "assay") == item.assay->id &&
        (matched(edit, "part") == item.facts.part || !item.shares_file))  // alone, its part is but a name
      out.push_back(edit);
  }
  return out;
}

Value corrections_value(const std::vector<Edit>& corrections) {
  if (corrections.empty()) return Value::null();
  Value out = Value::array();
  for (const Edit& edit : corrections) {
    Value one = Value::table();
    one.set("edit", Value::of(edit.number));
    one.set("kind", Value::of(edit.kind));
    one.set("geometry", edit.geometry);
    one.set("reason", Value::of(edit.reason));
    one.set("author", Value::of(edit.author));
    out.append(std::move(one));
  }
  return out;
}

bool lacks_corrections(const MeasureItem& item, const Run& run, const std::vector<Edit>& active) {
  const Value* had = run.settings.find("corrections");
  const std::string sha256 = run.inputs.empty() ? "" : run.inputs.front().second;
  return write_json(had != nullptr ? *had : Value::null()) !=
         write_json(corrections_value(corrections_for(item, sha256, active)));
}

std::vector<Issue> unattached_corrections(const Plan& plan, const Store& store) {
  const std::vector<Edit> active = store.active_edits();
  std::set<std::int64_t> attached;
  std::map<std::string, std::string> runs;
  for (const ItemRecord& item : store.items()) runs[item.key] = item.run;
  for (const MeasureItem& item : plan.measures) {
    if (item.assay->check_correction == nullptr || runs.count(item.key) == 0) continue;
    const auto run = store.run(runs[item.key]);
    if (!run || run->inputs.empty()) continue;
    for (const Edit& edit : corrections_for(item, run->inputs.front().second, active)) attached.insert(edit.number);
  }
  std::map<std::pair<std::string, std::string>, std::vector<const Edit*>> lost;  // by content and part
  for (const Edit& edit : active)
    if (edit.action == "correct" && attached.count(edit.number) == 0)
      lost[{matched(edit, "sha256"), matched(edit, "part")}].push_back(&edit);
  std::vector<Issue> out;
  for (const auto& [content, edits] : lost) {
    const Edit& first = *edits.front();
    const std::string path = matched(first, "input");
    std::vector<std::string> names;
    for (const Edit* edit : edits) names.push_back(std::to_string(edit->number));
    out.push_back(
        {Severity::kWarning,
         "edit.unattached",
         edits.size() == 1
             ? say("Edit {} ({}, \"{}\") is not used: no input has the content that it was made for.", first.number,
                   translate(first.kind), first.reason)
             : say("Edits {} are not used: no input has the content that they were made for.", join(names, ", ")),
         {path, 0, 0, ""},
         say("Put the file back, or look at the new one and place it again; vesica undo --edit {} takes the old "
             "placement away.",
             first.number),
         path,
         ""});
  }
  return out;
}

Corrected add_corrections(const Correcting& who, const MakeCorrections& make) {
  if (trim(who.reason).empty()) throw Error(ErrorKind::kUsage, say("A correction by hand needs a reason."));
  Store store = open_results(who.study, who.out);
  const Study study = load_quietly(who.study);
  std::vector<Error> ignored;
  const Plan plan = make_plan(study, ignored);
  const MeasureItem& item = item_meant(plan, who.what, who.study, who.hint);
  Corrected out;
  out.input = item.input->path;
  const std::filesystem::path path = path_from(study.folder) / path_from(out.input);
  const auto identity = input_identity(path);
  if (!identity)
    throw Error(ErrorKind::kNoInput, say("The file is not there or cannot be read."), {out.input, 0, 0, ""},
                say("Correct its path in the sheet or put the file back."));
  const std::optional<std::string> known = store.known_file(out.input, *identity);
  const std::string sha256 = known ? *known : hash_input(path);
  const Reading reading = read_input(path, out.input, sha256);
  require_format(*item.assay, reading);
  out.edits = make(store, item, corrections_for(item, sha256, store.active_edits()));
  for (Edit& edit : out.edits) {
    edit.match = {{"assay", std::string(item.assay->id)}, {"input", out.input}, {"sha256", sha256}};
    if (!item.facts.part.empty()) edit.match["part"] = item.facts.part;
    edit.reason = who.reason;
    edit.author = who.author;
    item.assay->check_correction(reading, item.settings, edit);
  }
  store.begin_session(who.command, std::string(version()));
  for (Edit& edit : out.edits) out.numbers.push_back(edit.number = store.add_edit(edit));
  store.end_session("complete");
  return out;
}

std::string place_region(const PlaceOptions& options) {
  const Corrected done = add_corrections(
      {options.study, options.out, options.what, options.reason, options.author, "place",
       say("Only a cylinder of the assay \"bone_ct\" is placed.")},
      [&](const Store&, const MeasureItem&, const std::vector<Edit>&) { return std::vector<Edit>{edit_of(options)}; });
  return say("Edit {}: the cylinder of {} is placed by hand. vesica run {} measures this input again; vesica undo "
             "takes "
             "it back.",
             done.numbers.front(), done.input, options.study) +
         "\n";
}

}  // namespace vesica
