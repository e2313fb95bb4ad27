// SPDX-License-Identifier: Apache-2.0
// Questions to a study's results, and edits of them.
#include <algorithm>
#include <map>
#include <set>

#include "vesica/app/app.h"
#include "vesica/app/corrections.h"
#include "vesica/app/names.h"
#include "vesica/app/outputs.h"
#include "vesica/app/session.h"
#include "vesica/base/message.h"
#include "vesica/base/number.h"
#include "vesica/base/os/files.h"
#include "vesica/base/text.h"
#include "vesica/io/json.h"
#include "vesica/quantity/quantity.h"
#include "vesica/study/load.h"

namespace vesica {

namespace {

std::string line(const std::string& name, const std::string& value) {
  return name + ": " + (value.empty() ? "–" : value) + "\n";
}

std::string value_text(const Observation& row) {
  const Quantity* quantity = find_quantity(row.quantity);
  std::string text =
      readable_number(row.value, quantity != nullptr ? quantity->digits : 4) + " " + readable_unit(row.unit);
  if (!std::isnan(row.low))
    text += say(" ({} to {}, {})", readable_number(row.low), readable_number(row.high), row.interval);
  if (row.status != Status::kOk) text += std::string(", ") + to_text(row.status);
  return text;
}

Value row_value(const ObservationTable& table, std::size_t i) {
  const Observation row = table.row(i);
  Value out = Value::table();
  out.set("id", Value::of(observation_id(table, i)));
  for (const auto& [name, text] :
       std::initializer_list<std::pair<const char*, std::string>>{{"quantity", row.quantity},
                                                                  {"target", row.target},
                                                                  {"condition", row.condition},
                                                                  {"sample", row.sample},
                                                                  {"replicate", row.replicate},
                                                                  {"part", row.part},
                                                                  {"origin", to_text(row.origin)},
                                                                  {"source", row.source},
                                                                  {"unit", row.unit},
                                                                  {"status", to_text(row.status)},
                                                                  {"run", row.run}})
    out.set(name, Value::of(text));
  for (const auto& [name, number] : std::initializer_list<std::pair<const char*, double>>{
           {"time_h", row.time_h}, {"at", row.at}, {"value", row.value}, {"low", row.low}, {"high", row.high}})
    out.set(name, std::isnan(number) ? Value::null() : Value::of(number));
  return out;
}

Value run_value(const Run& run) {
  Value out = Value::table();
  out.set("id", Value::of(run.id));
  out.set("producer", Value::of(run.producer));
  out.set("version", Value::of(run.version));
  out.set("seed", Value::of(static_cast<std::int64_t>(run.seed)));
  out.set("started", Value::of(run.started));
  out.set("ended", Value::of(run.ended));
  out.set("status", Value::of(run.status));
  Value inputs = Value::array();
  for (const auto& [path, hash] : run.inputs) {
    Value input = Value::table();
    input.set("path", Value::of(path));
    input.set("sha256", Value::of(hash));
    inputs.append(std::move(input));
  }
  out.set("inputs", std::move(inputs));
  out.set("settings", run.settings);
  return out;
}

/// A correction as a run recorded it: "centre_mm = 5, 5.2, 3 (edit 2, by Li): "sutures pulled it aside"".
std::string correction_text(const Value& recorded) {
  const auto word = [&](const char* name) {
    const Value* found = recorded.find(name);
    return found != nullptr ? found->text : std::string();
  };
  Edit edit;
  if (const Value* geometry = recorded.find("geometry")) edit.geometry = *geometry;
  const Value* number = recorded.find("edit");
  return say("{} {} (edit {}, by {}): \"{}\"", translate(word("kind")), about_text(edit),
             number != nullptr ? number->integer : 0, word("author"), word("reason"));
}

std::string why_text(const ObservationTable& table, std::size_t i, const std::optional<Run>& run,
                     const std::string& excluded) {
  const Observation row = table.row(i);
  const Quantity* quantity = find_quantity(row.quantity);
  std::string out = line(
      say("Quantity"), row.quantity + (quantity != nullptr ? ": " + std::string(translate(quantity->definition)) : ""));
  if (!row.target.empty()) out += line(say("Target"), row.target);
  out += line(say("Value"), value_text(row));
  out += line(say("Sample"), row.sample) + line(say("Condition"), row.condition);
  if (!row.replicate.empty()) out += line(say("Replicate"), row.replicate);
  if (!row.part.empty()) out += line(say("Part"), row.part);
  if (!std::isnan(row.at))
    out += line(say("At"), exact_number(row.at) + (quantity != nullptr ? " " + std::string(quantity->at_unit) : ""));
  if (!std::isnan(row.time_h)) out += line(say("Time"), exact_number(row.time_h) + " h");
  if (!excluded.empty()) out += line(say("Excluded"), excluded);
  if (!run) return out;
  out += line(say("Made by"), run->producer + ", Vesica " + run->version);
  for (const auto& [path, hash] : run->inputs) out += line(say("From file"), path + "\n  SHA-256 " + hash);
  out += line(say("Run"), run->id + ", " + run->started + say(", seed {}", run->seed));
  if (const Value* corrections = run->settings.find("corrections")) {
    for (const Value& edit : corrections->items) out += line(say("Placed by hand"), correction_text(edit));
  }
  out += say("Settings") + ":\n";
  for (const auto& [name, value] : run->settings.members) {
    if (name == "corrections") continue;
    std::string text = replace_all(write_json(value), "\n", " ");
    while (text.ends_with(' ')) text.pop_back();
    out += "  " + name + " = " + text + "\n";
  }
  return out;
}

/// The files behind a derived row: those of the measured rows of the same sample and assay, in their order.
std::vector<std::pair<std::string, std::string>> files_behind(const ObservationTable& table, std::size_t row,
                                                              const Store& store) {
  std::vector<std::pair<std::string, std::string>> files;
  std::set<std::string_view> seen;
  for (std::size_t i = 0; i < table.size(); ++i) {
    if (table.sample(i) != table.sample(row) || table.source(i) != table.source(row) ||
        table.origin(i) != Origin::kMeasured || !seen.insert(table.run(i)).second)
      continue;
    const auto run = store.run(std::string(table.run(i)));
    if (!run) continue;
    for (const auto& file : run->inputs) {
      if (std::find(files.begin(), files.end(), file) == files.end()) files.push_back(file);
    }
  }
  return files;
}

Value edit_value(const Edit& edit) {
  Value out = Value::table();
  out.set("number", Value::of(edit.number));
  out.set("action", Value::of(edit.action));
  Value match = Value::table();
  for (const auto& [column, value] : edit.match) match.set(column, Value::of(value));
  out.set("match", std::move(match));
  if (!edit.kind.empty()) {
    out.set("kind", Value::of(edit.kind));
    out.set("geometry", edit.geometry);
  }
  out.set("reason", Value::of(edit.reason));
  out.set("author", Value::of(edit.author));
  out.set("time", Value::of(edit.time));
  if (edit.undoes > 0) out.set("undoes", Value::of(edit.undoes));
  return out;
}

struct StatusCounts {
  std::map<std::string, std::size_t> items;
  std::vector<Issue> errors;
  bool outputs_current = false;
};

StatusCounts count_status(const Study& study, const Store& store) {
  StatusCounts counts;
  bool has_outputs = false, outputs_stale = false;
  for (const ItemRecord& item : store.items()) {
    if (item.key == "outputs") {
      has_outputs = true;
      outputs_stale = item.stale;
      continue;
    }
    ++counts.items[item.stale ? "stale" : item.status];
  }
  for (const Issue& issue : store.current_issues()) {
    if (issue.severity == Severity::kError) counts.errors.push_back(issue);
  }
  std::size_t unmeasured = 0;
  std::map<std::string, ItemRecord> known;
  for (const ItemRecord& item : store.items()) known[item.key] = item;
  std::vector<Error> ignored;
  const Plan plan = make_plan(study, ignored);
  const std::vector<Edit> active = store.active_edits();
  for (const MeasureItem& item : plan.measures) {
    const auto found = known.find(item.key);
    unmeasured += found == known.end() ? 1 : 0;
    if (found == known.end() || item.assay->check_correction == nullptr) continue;
    const auto run = store.run(found->second.run);
    if (!run || !lacks_corrections(item, *run, active)) continue;
    --counts.items[found->second.status];
    ++counts.items["stale"];
  }
  if (unmeasured > 0) counts.items["to_do"] = unmeasured;
  counts.outputs_current = has_outputs && !outputs_stale && unmeasured == 0;
  return counts;
}

bool is_called(const std::string& path, const std::string& name) {
  return path == name || path_text(path_from(path).filename()) == name;
}

/// The edits about one input (path as in the sheet, or file name), and what takes them back; empty: all. Those made
/// when its file bore another name are among them.
std::vector<Edit> edits_of_input(const Store& store, std::vector<Edit> all, const std::string& input) {
  if (input.empty()) return all;
  std::set<std::string> contents;
  for (const ItemRecord& item : store.items()) {
    if (!item.key.starts_with("measure|")) continue;
    const auto run = store.run(item.run);
    if (run && !run->inputs.empty() && is_called(run->inputs.front().first, input))
      contents.insert(run->inputs.front().second);
  }
  std::set<std::int64_t> numbers;
  std::vector<Edit> out;
  for (Edit& edit : all) {
    const auto path = edit.match.find("input"), content = edit.match.find("sha256");
    const bool is_its = (path != edit.match.end() && is_called(path->second, input)) ||
                        (content != edit.match.end() && contents.contains(content->second));
    if (!is_its && numbers.count(edit.undoes) == 0) continue;
    numbers.insert(edit.number);
    out.push_back(std::move(edit));
  }
  return out;
}

}  // namespace

std::string study_status(const std::string& study, const std::string& out, bool json, int& exit_code) {
  const std::filesystem::path folder = results_folder(study, out);
  const Study recipe = load_quietly(study);
  if (!Store::exists(folder)) {
    std::error_code ignored;
    if (!std::filesystem::exists(path_from(study), ignored))
      throw Error(ErrorKind::kNoInput, say("There is no study."), {study, 0, 0, ""}, say("Check the name."));
    exit_code = 0;
    if (!json) return say("Nothing is measured yet: vesica run {}", study) + "\n";
    Value empty = Value::table();
    empty.set("schema", Value::of("vesica.status/1"));
    empty.set("measured", Value::of(false));
    return write_json(empty);
  }
  const Store store = Store::open_for_reading(folder);
  const StatusCounts counts = count_status(recipe, store);
  exit_code = counts.errors.empty() ? 0 : 2;
  if (json) {
    Value all = Value::table();
    all.set("schema", Value::of("vesica.status/1"));
    all.set("measured", Value::of(true));
    Value items = Value::table();
    for (const auto& [state, count] : counts.items) items.set(state, Value::of(static_cast<std::int64_t>(count)));
    all.set("items", std::move(items));
    all.set("outputs_current", Value::of(counts.outputs_current));
    Value errors = Value::array();
    for (const Issue& issue : counts.errors) {
      Value one = Value::table();
      one.set("input", Value::of(issue.input));
      one.set("message", Value::of(issue.message));
      one.set("hint", Value::of(issue.hint));
      errors.append(std::move(one));
    }
    all.set("errors", std::move(errors));
    return write_json(all);
  }
  std::string text = line(say("Results"), path_text(folder));
  for (const auto& [state, count] : counts.items)
    text += "  " + std::string(translate(state)) + ": " + std::to_string(count) + "\n";
  text += counts.outputs_current ? say("Tables, figures and report are those of these results.") + "\n"
                                 : say("Tables and report are older than the results: vesica run {}", study) + "\n";
  for (const Issue& issue : counts.errors)
    text += say("failed") + ": " + issue.input + ": " + issue.message + " " + issue.hint + "\n";
  return text;
}

std::string study_why(const std::string& study, const std::string& out, const std::string& id, bool json) {
  const Store store = Store::open_for_reading(results_folder(study, out));
  const CurrentRows rows = current_rows(load_quietly(study), store);
  Value found = Value::array();
  std::string text;
  for (const ObservationTable* table : {&rows.kept, &rows.excluded}) {
    for (std::size_t i = 0; i < table->size(); ++i) {
      if (!equals_ignoring_case(observation_id(*table, i), id)) continue;
      auto run = store.run(std::string(table->run(i)));
      if (run && run->inputs.empty() && table->origin(i) == Origin::kMeasured)
        run->inputs = files_behind(*table, i, store);
      const std::string excluded = table == &rows.excluded ? rows.reasons[i] : "";
      if (!text.empty()) text += "\n";
      text += why_text(*table, i, run, excluded);
      Value one = row_value(*table, i);
      one.set("excluded", excluded.empty() ? Value::null() : Value::of(excluded));
      one.set("run_record", run ? run_value(*run) : Value::null());
      found.append(std::move(one));
    }
  }
  if (text.empty())
    throw Error(ErrorKind::kUsage, say("No current row has the id \"{}\".", id), {},
                say("Ids stand in the first column of observations.tsv and beside every number of the report."));
  if (!json) return text;
  Value all = Value::table();
  all.set("schema", Value::of("vesica.why/1"));
  all.set("rows", std::move(found));
  return write_json(all);
}

std::string study_history(const std::string& study, const std::string& out, bool json, const std::string& input) {
  const Store store = Store::open_for_reading(results_folder(study, out));
  const std::vector<Edit> asked = edits_of_input(store, store.edits(), input);
  if (json) {
    Value all = Value::table();
    all.set("schema", Value::of("vesica.history/1"));
    Value edits = Value::array();
    for (const Edit& edit : asked) edits.append(edit_value(edit));
    all.set("edits", std::move(edits));
    Value sessions = Value::array();
    for (const SessionRecord& session : store.sessions()) {
      Value one = Value::table();
      one.set("command", Value::of(session.command));
      one.set("version", Value::of(session.version));
      one.set("user", Value::of(session.user));
      one.set("started", Value::of(session.started));
      one.set("ended", Value::of(session.ended));
      one.set("status", Value::of(session.status));
      sessions.append(std::move(one));
    }
    all.set("sessions", std::move(sessions));
    return write_json(all);
  }
  std::string text = say("Edits") + ":\n";
  for (const Edit& edit : asked) {
    text += "  " + std::to_string(edit.number) + "  " + edit.time + "  " + edit.author + "  " +
            std::string(translate(edit.action));
    if (!edit.kind.empty()) text += " " + std::string(translate(edit.kind));
    if (edit.undoes > 0) text += " " + std::to_string(edit.undoes);
    if (!edit.match.empty()) text += "  " + about_text(edit);
    text += edit.reason.empty() ? "\n" : "  \"" + edit.reason + "\"\n";
  }
  text += say("Commands that changed the results") + ":\n";
  for (const SessionRecord& session : store.sessions())
    text += "  " + session.started + "  " + session.user + "  " + session.command + "  Vesica " + session.version +
            "  " + std::string(translate(session.status)) + "\n";
  return text;
}

namespace {

/// The path that the study gives a file which the user calls by its path or its name alone.
std::string path_in_study(const Study& study, const std::string& said) {
  std::set<std::string> called;
  for (const Input& input : study.inputs) {
    if (input.path == said) return said;
    if (path_text(path_from(input.path).filename()) == said) called.insert(input.path);
  }
  if (called.size() > 1)
    throw Error(ErrorKind::kUsage, say("{} files of the study are called \"{}\".", called.size(), said), {},
                say("Write the path as the sheet does: {}.", *called.begin()));
  return called.empty() ? said : *called.begin();
}

}  // namespace

std::string exclude_rows(const ExcludeOptions& options) {
  if (options.match.empty())
    throw Error(ErrorKind::kUsage, say("Say which rows: --sample, --input, --replicate, --quantity or --id."));
  if (trim(options.reason).empty()) throw Error(ErrorKind::kUsage, say("An exclusion needs a reason."));
  Store store = open_results(options.study, options.out);
  const Study study = load_quietly(options.study);
  const std::size_t before = current_rows(study, store).excluded.size();
  Edit edit;
  edit.action = "exclude";
  edit.match.insert(options.match.begin(), options.match.end());
  if (const auto input = edit.match.find("input"); input != edit.match.end())
    input->second = path_in_study(study, input->second);
  edit.reason = options.reason;
  edit.author = options.author;
  store.begin_session("exclude", std::string(version()));
  const std::int64_t number = store.add_edit(edit);
  const std::size_t after = current_rows(study, store).excluded.size();
  if (after == before) {
    store.undo(number, say("It concerned no row."), options.author);
    store.end_session("complete");
    throw Error(ErrorKind::kConfig, say("No current row has {}.", about_text(edit)), {},
                say("vesica status shows what is measured; ids and names stand in observations.tsv."));
  }
  store.end_session("complete");
  return say("Edit {}: {} row(s) set aside. Run the study again to see the results without (it|them); vesica undo "
             "takes it back.",
             number, after - before) +
         "\n";
}

std::string undo_edit(const std::string& study, const std::string& out, std::optional<std::int64_t> number,
                      const std::string& input, std::size_t count) {
  Store store = open_results(study, out);
  std::vector<std::int64_t> numbers;
  if (number) {
    numbers.push_back(*number);
  } else {
    const std::vector<Edit> active = edits_of_input(store, store.active_edits(), input);
    if (active.empty()) throw Error(ErrorKind::kUsage, say("There is no edit to take back."), {input, 0, 0, ""});
    for (auto edit = active.rbegin(); edit != active.rend() && numbers.size() < count; ++edit)
      numbers.push_back(edit->number);
  }
  store.begin_session("undo", std::string(version()));
  std::vector<std::int64_t> made;
  for (const std::int64_t one : numbers) made.push_back(store.undo(one, ""));
  store.end_session("complete");
  if (numbers.size() > 1)
    return say("Edits {0} to {1} take {2} edits back. Run the study again to see the results.", made.front(),
               made.back(), made.size()) +
           "\n";
  return say("Edit {} takes edit {} back. Run the study again to see the results.", made.front(), numbers.front()) +
         "\n";
}

namespace {

/// The undo that a redo takes back: the last one that holds and took no undo back; nothing when there is none.
std::optional<Edit> last_undo(const std::vector<Edit>& all) {
  std::set<std::int64_t> undone;
  for (auto edit = all.rbegin(); edit != all.rend(); ++edit) {
    if (edit->action != "undo" || undone.count(edit->number) > 0) continue;
    const auto target =
        std::find_if(all.begin(), all.end(), [&](const Edit& one) { return one.number == edit->undoes; });
    const bool takes_an_undo_back = target != all.end() && target->action == "undo";
    if (!takes_an_undo_back) return *edit;
    undone.insert(edit->undoes);
  }
  return std::nullopt;
}

}  // namespace

std::string redo_edit(const std::string& study, const std::string& out, const std::string& input, std::size_t count) {
  Store store = open_results(study, out);
  std::vector<std::pair<std::int64_t, std::int64_t>> made;  // event, the edit that it puts in force again
  while (made.size() < count) {
    const std::optional<Edit> last = last_undo(edits_of_input(store, store.edits(), input));
    if (!last && made.empty()) throw Error(ErrorKind::kUsage, say("There is no undo to take back."), {input, 0, 0, ""});
    if (!last) break;
    if (made.empty()) store.begin_session("redo", std::string(version()));
    made.emplace_back(store.undo(last->number, ""), last->undoes);
  }
  store.end_session("complete");
  if (made.size() > 1)
    return say("Edits {0} to {1} put {2} edits in force again. Run the study again to see the results.",
               made.front().first, made.back().first, made.size()) +
           "\n";
  return say("Edit {} puts edit {} in force again. Run the study again to see the results.", made.front().first,
             made.front().second) +
         "\n";
}

}  // namespace vesica
