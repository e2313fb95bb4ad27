// SPDX-License-Identifier: Apache-2.0
// One outcome as JSON, TSV and lines for a terminal.
#include <algorithm>
#include <cmath>
#include <map>

#include <fmt/format.h>

#include "vesica/base/hash.h"
#include "vesica/base/message.h"
#include "vesica/base/number.h"
#include "vesica/base/text.h"
#include "vesica/report/exports.h"
#include "vesica/report/labels.h"
#include "vesica/report/text_table.h"
#include "vesica/settings/json_text.h"
#include "vesica/table/tsv.h"

namespace vesica {

namespace {

/// Members of one JSON object in their order.
class Object {
 public:
  Object& text(std::string_view key, std::string_view value) { return raw(key, json_text(value)); }
  Object& number(std::string_view key, double value) { return raw(key, json_number(value)); }
  Object& raw(std::string_view key, const std::string& json) {
    out_ += (out_.empty() ? "{" : ",") + json_text(key) + ":" + json;
    return *this;
  }
  std::string json() const { return out_.empty() ? "{}" : out_ + "}"; }

 private:
  std::string out_;
};

std::string observation_json(const ObservationTable& table, std::size_t i) {
  Object out;
  out.text("id", observation_id(table, i)).text("quantity", table.quantity(i)).text("target", table.target(i));
  out.text("condition", table.condition(i)).text("sample", table.sample(i)).text("replicate", table.replicate(i));
  out.text("part", table.part(i)).number("time_h", table.time_h(i)).number("at", table.at(i));
  out.text("origin", to_text(table.origin(i))).text("source", table.source(i)).number("value", table.value(i));
  out.text("unit", table.unit(i)).number("low", table.low(i)).number("high", table.high(i));
  out.text("interval", table.interval(i)).number("sd", table.sd(i)).raw("n", std::to_string(table.n(i)));
  return out.text("status", to_text(table.status(i))).text("run", table.run(i)).json();
}

std::string issue_json(const Issue& issue) {
  Object where;
  where.text("file", issue.where.file).raw("line", std::to_string(issue.where.line));
  where.raw("column", std::to_string(issue.where.column)).text("item", issue.where.item);
  Object out;
  out.text("severity", to_text(issue.severity)).text("kind", issue.kind).text("message", issue.message);
  return out.raw("where", where.json())
      .text("hint", issue.hint)
      .text("input", issue.input)
      .text("sample", issue.sample)
      .json();
}

std::string run_json(const Run& run) {
  std::string inputs;
  for (const auto& [path, hash] : run.inputs) {
    inputs += (inputs.empty() ? "" : ",") + Object().text("path", path).text("sha256", hash).json();
  }
  Object out;
  out.text("id", run.id)
      .text("producer", run.producer)
      .text("version", run.version)
      .raw("settings", write_json(run.settings));
  out.raw("inputs", "[" + inputs + "]").raw("seed", std::to_string(run.seed));
  return out.text("started", run.started).text("ended", run.ended).text("status", run.status).json();
}

// ---- text for a terminal -------------------------------------------------------------------------------------------

std::vector<std::string> text_line(const ObservationTable& table, std::size_t i) {
  std::string where(table.sample(i));
  for (const std::string_view more : {table.replicate(i), table.part(i)}) {
    if (!more.empty()) where += (where.empty() ? "" : ", ") + std::string(more);
  }
  if (where.empty()) where = table.condition(i);
  if (std::isfinite(table.time_h(i)))
    where += fmt::format("{}{} h", where.empty() ? "" : ", ", readable_number(table.time_h(i), 3));
  const int digits = quantity_digits(table.quantity(i));
  std::string value = table.status(i) == Status::kOk ? value_text(table.value(i), digits) : to_text(table.status(i));
  if (table.status(i) == Status::kBelowRange) value = "< " + value_text(table.value(i), digits);
  if (table.status(i) == Status::kAboveRange) value = "> " + value_text(table.value(i), digits);
  return {quantity_text(table.quantity(i), table.target(i)),
          where,
          value,
          readable_unit(table.unit(i)),
          interval_text(table.low(i), table.high(i), digits),
          table.n(i) > 0 ? std::to_string(table.n(i)) : "",
          observation_id(table, i)};
}

std::string curve_name(const ObservationTable& table, std::size_t i) {
  std::string name = quantity_text(table.quantity(i), table.target(i));
  for (const std::string_view more : {table.sample(i), table.replicate(i), table.part(i)}) {
    if (!more.empty()) name += ", " + std::string(more);
  }
  return name;
}

}  // namespace

std::string write_outcome_json(const Outcome& outcome, const Run& run) {
  std::string observations, issues, artifacts;
  for (std::size_t i = 0; i < outcome.observations.size(); ++i) {
    observations += (i == 0 ? "\n" : ",\n") + observation_json(outcome.observations, i);
  }
  for (const Issue& issue : outcome.issues) issues += (issues.empty() ? "\n" : ",\n") + issue_json(issue);
  for (const Artifact& artifact : outcome.artifacts) {
    Object out;
    out.text("name", artifact.name)
        .text("media_type", artifact.media_type)
        .raw("size", std::to_string(artifact.bytes.size()));
    out.text("sha256", sha256(artifact.bytes)).text("about", artifact.about);
    artifacts += (artifacts.empty() ? "\n" : ",\n") + out.json();
  }
  return fmt::format(
      "{{\"schema\":\"vesica.outcome/"
      "1\",\n\"observations\":[{}],\n\"issues\":[{}],\n\"artifacts\":[{}],\n\"run\":{}}}\n",
      observations, issues, artifacts, run_json(run));
}

std::string write_outcome_tsv(const Outcome& outcome) { return write_observations_tsv(outcome.observations); }

std::string write_outcome_text(const Outcome& outcome, std::size_t width) {
  const ObservationTable& table = outcome.observations;
  TextLines lines;
  std::vector<std::pair<std::string, std::size_t>> curves;
  std::map<std::string, std::size_t> known;
  for (std::size_t i = 0; i < table.size(); ++i) {
    if (!std::isfinite(table.at(i))) {
      lines.push_back(text_line(table, i));
      continue;
    }
    const auto [found, fresh] = known.try_emplace(curve_name(table, i), curves.size());
    if (fresh) curves.emplace_back(found->first, 0);
    ++curves[found->second].second;
  }
  if (!lines.empty()) {
    lines.insert(lines.begin(),
                 {say("quantity"), say("of"), say("value"), say("unit"), say("interval"), "n", say("id")});
  }
  std::string out = aligned_text(lines, {false, false, true, false, true, true, false}, width);
  for (const auto& [name, points] : curves)
    out += say("{}: a curve of {} point(s) (--tsv or --json)", name, points) + "\n";
  if (out.empty()) out = say("There is no value.") + "\n";
  for (const Issue& issue : outcome.issues) {
    out += fmt::format("{}: {}", word_text(to_text(issue.severity)), issue.message);
    const std::string place = issue.where.text();
    if (!place.empty()) out += " (" + place + ")";
    out += "\n";
    if (!issue.hint.empty()) out += "  " + issue.hint + "\n";
  }
  return out;
}

}  // namespace vesica
