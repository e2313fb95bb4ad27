// SPDX-License-Identifier: Apache-2.0
// One fold-out a sample: figures, quantities, replicates, settings and files.
#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <optional>
#include <tuple>

#include <fmt/format.h>

#include "vesica/base/message.h"
#include "vesica/base/number.h"
#include "vesica/base/text.h"
#include "vesica/quantity/behind_number.h"
#include "vesica/report/figures_index.h"
#include "vesica/report/html_parts.h"
#include "vesica/report/labels.h"

namespace vesica {

namespace {

constexpr std::size_t kReplicateColumns = 6;  // chosen: more do not fit A4
enum class Detail { kFull, kNoFigures, kLine };

/// Rows of one sample that are single numbers, by what they are about.
struct SampleRows {
  struct Line {
    std::string quantity, target, part;
    double time_h = kNaN;
    bool predicted = false;
    std::vector<std::size_t> own;  // replicate empty
    std::map<std::string, std::size_t, decltype(&natural_less)> replicates{&natural_less};
    std::optional<std::size_t> prediction;  // for the sample's condition
  };
  std::vector<Line> lines;
  std::set<std::string, decltype(&natural_less)> replicates{&natural_less};
  std::set<std::string> runs;
  std::size_t curve_rows = 0;
};

using SampleMap = std::map<std::string, SampleRows>;

/// Rank of a quantity: sizes, then amounts, then others by name, then the circumstances of the measurement.
std::size_t rank_of(const std::string& quantity) {
  static constexpr std::string_view kFirst[] = {
      "vesicle.diameter.mean", "vesicle.diameter.median", "vesicle.diameter.mode",
      "vesicle.diameter.d10",  "vesicle.diameter.d90",    "vesicle.diameter.sd",
      "vesicle.diameter.span", "vesicle.concentration",   "vesicle.concentration.measured"};
  const auto found = std::find(std::begin(kFirst), std::end(kFirst), quantity);
  return static_cast<std::size_t>(found - std::begin(kFirst));
}

/// Printed by the instrument, or a circumstance of the measurement: shown in a fold of its own.
bool is_instruments(const SampleRows::Line& line) {
  return line.quantity.starts_with("nta.") || line.target == "as_printed";
}

/// Drops means without flagged videos where they say the same as the means of all (no video is flagged), and sorts.
void tidy_lines(const ObservationTable& table, std::vector<SampleRows::Line>& lines) {
  std::map<std::tuple<std::string, std::string, std::string>, double> all;
  const auto key_of = [](const SampleRows::Line& line) {
    return std::tuple(line.quantity, line.part, std::isfinite(line.time_h) ? exact_number(line.time_h) : std::string());
  };
  for (const SampleRows::Line& line : lines) {
    if (line.target.empty() && line.own.size() == 1 && !line.predicted)
      all[key_of(line)] = table.value(line.own.front());
  }
  std::erase_if(lines, [&](const SampleRows::Line& line) {
    if (line.target != "unflagged_videos" || line.own.size() != 1 || !line.replicates.empty()) return false;
    const auto found = all.find(key_of(line));
    const double value = table.value(line.own.front());
    return found != all.end() && (found->second == value || (std::isnan(found->second) && std::isnan(value)));
  });
  std::stable_sort(lines.begin(), lines.end(), [](const SampleRows::Line& l, const SampleRows::Line& r) {
    const std::size_t left = rank_of(l.quantity), right = rank_of(r.quantity);
    return std::tie(left, l.quantity, l.target) < std::tie(right, r.quantity, r.target);
  });
}

/// Gives every measured line the prediction for its condition. One of several scenarios: the first row.
void add_predictions(const ObservationTable& table, SampleMap& samples) {
  using Key = std::tuple<std::string_view, std::string_view, std::string_view, std::string_view, std::string>;
  const auto time_of = [](double time_h) { return std::isfinite(time_h) ? exact_number(time_h) : std::string(); };
  std::map<Key, std::size_t> predictions;
  for (std::size_t i = 0; i < table.size(); ++i) {
    if (table.origin(i) != Origin::kPredicted || !table.sample(i).empty() || std::isfinite(table.at(i))) continue;
    predictions.try_emplace(
        {table.quantity(i), table.target(i), table.part(i), table.condition(i), time_of(table.time_h(i))}, i);
  }
  if (predictions.empty()) return;
  for (auto& [sample, rows] : samples) {
    for (SampleRows::Line& line : rows.lines) {
      if (line.predicted || (line.own.empty() && line.replicates.empty())) continue;
      const std::size_t row = line.own.empty() ? line.replicates.begin()->second : line.own.front();
      const auto found =
          predictions.find({line.quantity, line.target, line.part, table.condition(row), time_of(line.time_h)});
      if (found != predictions.end()) line.prediction = found->second;
    }
  }
}

SampleMap collect(const ObservationTable& table) {
  SampleMap samples;
  using Key = std::tuple<std::string, std::string, std::string, std::string, std::string, bool>;
  std::map<Key, std::size_t> lines;
  for (std::size_t i = 0; i < table.size(); ++i) {
    if (table.sample(i).empty()) continue;
    SampleRows& rows = samples[std::string(table.sample(i))];
    if (!table.run(i).empty()) rows.runs.emplace(table.run(i));
    if (std::isfinite(table.at(i))) {
      ++rows.curve_rows;
      continue;
    }
    const bool predicted = table.origin(i) == Origin::kPredicted;
    const std::string_view target = table.target(i) == kAllReplicates ? "" : table.target(i);
    const Key key{table.sample(i),
                  table.quantity(i),
                  target,
                  table.part(i),
                  std::isfinite(table.time_h(i)) ? exact_number(table.time_h(i)) : "",
                  predicted};
    const auto [found, fresh] = lines.try_emplace(key, rows.lines.size());
    if (fresh) {
      rows.lines.emplace_back();
      SampleRows::Line& line = rows.lines.back();
      line.quantity = table.quantity(i), line.target = target, line.part = table.part(i);
      line.time_h = table.time_h(i), line.predicted = predicted;
    }
    SampleRows::Line& line = rows.lines[found->second];
    if (table.replicate(i).empty()) {
      line.own.push_back(i);
    } else {
      line.replicates.emplace(std::string(table.replicate(i)), i);
      rows.replicates.emplace(table.replicate(i));
    }
  }
  for (auto& [sample, rows] : samples) tidy_lines(table, rows.lines);
  add_predictions(table, samples);
  return samples;
}

std::string line_name(const Page& page, const SampleRows::Line& line) {
  std::string out = quantity_html(page, line.quantity, line.target);
  const Quantity* quantity = find_quantity(line.quantity);
  const std::string unit = quantity == nullptr ? "" : readable_unit(quantity->unit);
  if (!unit.empty()) out += ", " + escape_xml(unit);
  std::string more = line.part;
  if (std::isfinite(line.time_h)) more += (more.empty() ? "" : ", ") + readable_number(line.time_h, 3) + " h";
  if (line.predicted) more += (more.empty() ? "" : ", ") + say("predicted");
  if (!more.empty()) out += fmt::format(" <span class=\"soft\">({})</span>", escape_xml(more));
  return out;
}

std::string cell(const Page& page, std::size_t row) {
  const ObservationTable& table = page.content.table;
  return number_html(page, value_or_status(table, row), observation_id(table, row));
}

std::string predicted_cell(const Page& page, std::size_t row) {
  const ObservationTable& table = page.content.table;
  const std::string interval = interval_text(table.low(row), table.high(row), quantity_digits(table.quantity(row)));
  return cell(page, row) + (interval.empty() ? "" : fmt::format("<span class=\"sub\">{}</span>", escape_xml(interval)));
}

/// `instruments`: the lines that stand in a fold of their own, or the others.
std::string quantities_table(const Page& page, const std::string& caption, const SampleRows& rows, bool instruments) {
  const ObservationTable& table = page.content.table;
  const bool columns = rows.replicates.size() <= kReplicateColumns;
  std::vector<HtmlTable::Column> heads = {
      {say("Quantity"), false}, {say("Value"), true}, {say("Interval"), true}, {"n", true}};
  const bool predicted = std::any_of(rows.lines.begin(), rows.lines.end(), [&](const SampleRows::Line& line) {
    return is_instruments(line) == instruments && line.prediction;
  });
  if (predicted) heads.push_back({say("Predicted"), true});
  if (columns) {
    for (const std::string& replicate : rows.replicates) heads.push_back({replicate, true});
  }
  HtmlTable out(caption, heads);
  for (const SampleRows::Line& line : rows.lines) {
    if (is_instruments(line) != instruments) continue;
    std::vector<std::string> cells = {line_name(page, line), "", "", ""};
    for (const std::size_t i : line.own) {
      const std::string interval = interval_text(table.low(i), table.high(i), quantity_digits(line.quantity));
      cells[1] += cell(page, i);
      cells[2] += interval.empty()
                      ? ""
                      : fmt::format("{}<span class=\"id\">{}</span>", interval, escape_xml(table.interval(i)));
      cells[3] += table.n(i) > 0 ? readable_count(table.n(i)) : "";
    }
    if (predicted) cells.push_back(line.prediction ? predicted_cell(page, *line.prediction) : "");
    if (columns) {
      for (const std::string& replicate : rows.replicates) {
        const auto found = line.replicates.find(replicate);
        cells.push_back(found == line.replicates.end() ? "" : cell(page, found->second));
      }
    }
    out.row(cells);
  }
  return out.empty() ? "" : out.html();
}

std::string replicates_table(const Page& page, const std::string& sample, const SampleRows& rows) {
  if (rows.replicates.size() <= kReplicateColumns) return "";
  HtmlTable out(say("Replicates of {}", sample),
                {{say("Quantity"), false}, {say("Replicate"), false}, {say("Value"), true}});
  for (const SampleRows::Line& line : rows.lines) {
    for (const auto& [replicate, row] : line.replicates) {
      out.row({line_name(page, line), escape_xml(replicate), cell(page, row)});
    }
  }
  return fmt::format("<details><summary>{}</summary><div class=\"inside\">{}</div></details>\n",
                     escape_xml(say("{} replicate(s)", rows.replicates.size())), out.html());
}

std::string files_and_settings(const Page& page, const SampleRows& rows) {
  std::string out;
  for (const Run& run : page.content.runs) {
    if (!rows.runs.contains(run.id)) continue;
    out += "<p class=\"small\">" + escape_xml(fmt::format("{}, {}", run.id, run.producer));
    for (const auto& [path, hash] : run.inputs) {
      out += fmt::format("<br/><code>{}</code> <span class=\"id inline\" title=\"SHA-256 {}\">{}</span>",
                         escape_xml(path), escape_xml(hash), escape_xml(hash.substr(0, 12)));
    }
    std::vector<std::string> settings = flat_settings(run.settings);
    const auto common = page.common_settings.find(run.producer);
    if (common != page.common_settings.end()) {
      std::erase_if(settings, [&](const std::string& setting) { return common->second.contains(setting); });
    }
    if (!settings.empty()) out += fmt::format("<br/><code>{}</code>", escape_xml(join(settings, "; ")));
    out += "</p>\n";
  }
  if (out.empty()) return "";
  return fmt::format("<details><summary>{}</summary><div class=\"inside\">{}</div></details>\n",
                     escape_xml(say("Files, and settings that are its own")), out);
}

std::string about(const Page& page, const std::string& id) {
  const Sample* sample = page.content.study.find_sample(id);
  if (sample == nullptr) return "";
  std::vector<std::string> parts;
  const auto add = [&](const std::string& name, const std::string& value) {
    if (!value.empty()) parts.push_back(name + ": " + value);
  };
  add(say("kind"), word_text(sample->kind));
  add(say("from"), sample->parent);
  add(say("block"), page.content.study.block_of(id));
  const Protocol* protocol = page.content.study.find_protocol(sample->protocol);
  add(say("protocol"), protocol == nullptr || protocol->title.empty() ? sample->protocol : protocol->title);
  for (const auto& [key, value] : sample->attributes) add(key, value);
  return paragraph(join(parts, " · "), "small soft");
}

/// What stands for a sample in one line: mean diameter and concentration of a preparation, then what comparisons ask.
std::vector<std::pair<std::string, std::string>> key_quantities(const Page& page) {
  std::vector<std::pair<std::string, std::string>> out = {{"vesicle.diameter.mean", ""}, {"vesicle.concentration", ""}};
  for (const Finding& finding : page.content.findings) {
    const std::pair wanted(finding.quantity, finding.target);
    if (is_comparison(finding) && std::find(out.begin(), out.end(), wanted) == out.end()) out.push_back(wanted);
  }
  return out;
}

/// "mean diameter 143.2 nm" of one line of a sample: its own value, or its only replicate's; empty when it has none or
/// several.
std::string key_number(const Page& page, const std::vector<const SampleRows::Line*>& lines) {
  std::vector<std::size_t> found;
  for (const SampleRows::Line* line : lines) {
    if (line->own.empty() && line->replicates.size() != 1) continue;
    found.push_back(line->own.empty() ? line->replicates.begin()->second : line->own.front());
  }
  if (found.size() != 1) return "";
  const bool number = std::isfinite(page.content.table.value(found.front()));
  const std::string& quantity = lines.front()->quantity;
  const std::string unit = number ? readable_unit(find_quantity(quantity)->unit) : "";
  const std::string& target = lines.front()->target;
  const std::string name = quantity_text(quantity, target == "all_fields" ? "" : target);
  return fmt::format("{} {}{}", name, value_or_status(page.content.table, found.front()),
                     name.find(unit) != std::string::npos ? "" : behind_number(unit));
}

/// A sample's key quantities in one line; none that it has at several times or in several fields. Where it has none of
/// them: what stands for cells.
std::string key_numbers(const Page& page, const SampleRows& rows) {
  constexpr std::size_t kMost = 3;  // chosen: a line
  constexpr std::array<std::string_view, 6> kCells = {"nuclei.count",
                                                      "nuclei.positive_rate",
                                                      "uptake.positive_fraction",
                                                      "uptake.corrected_fraction",
                                                      "uptake.signal_positive_fraction",
                                                      "uptake.spots_per_cell"};
  std::vector<std::string> parts;
  const auto add = [&](const std::vector<const SampleRows::Line*>& lines) {
    std::string text = parts.size() < kMost ? key_number(page, lines) : "";
    if (!text.empty()) parts.push_back(std::move(text));
  };
  for (const auto& [quantity, target] : key_quantities(page)) {
    std::vector<const SampleRows::Line*> lines;
    for (const SampleRows::Line& line : rows.lines) {
      if (line.quantity == quantity && line.target == target && !line.predicted && line.part.empty())
        lines.push_back(&line);
    }
    add(lines);
  }
  if (!parts.empty()) return join(parts, " · ");
  for (const std::string_view quantity : kCells) {
    std::map<std::string, std::vector<const SampleRows::Line*>> by_target;
    for (const SampleRows::Line& line : rows.lines) {
      if (line.quantity == quantity && !line.predicted) by_target[line.target].push_back(&line);
    }
    const auto pooled = by_target.find("all_fields");  // of all fields of the sample: stands for them
    if (pooled != by_target.end()) {
      add(pooled->second);
      continue;
    }
    for (const auto& [target, lines] : by_target) add(lines);
  }
  return join(parts, " · ");
}

std::string sample_html(Page& page, const std::string& sample, const SampleRows& rows, Detail detail, bool first) {
  const std::string condition = condition_title(page.content.study, page.content.study.condition_of(sample));
  std::string key = condition;
  const std::string numbers = key_numbers(page, rows);
  if (!numbers.empty()) key += (key.empty() ? "" : " · ") + numbers;
  const std::string title =
      fmt::format("<span class=\"name\">{}</span><span class=\"key\">{}</span>", escape_xml(sample), escape_xml(key));
  if (detail == Detail::kLine) return "<p class=\"small\">" + title + "</p>\n";
  const auto figures = page.by_sample.find(sample);
  const bool drawn = detail == Detail::kFull && figures != page.by_sample.end();
  std::string out = fmt::format("<details class=\"sample{}{}\"><summary>{}</summary><div class=\"inside\">\n",
                                first ? " first" : "", drawn ? "" : " bare", title);
  out += about(page, sample);
  if (drawn) {
    std::string inner;
    for (const Figure* figure : figures->second) inner += figure_html(page, *figure);
    out += figures->second.size() > 1 ? "<div class=\"pair\">" + inner + "</div>\n" : inner;
  }
  if (const auto own = page.sample_page.find(sample); own != page.sample_page.end()) {
    out += paragraph(pretty_numbers(own->second->answer), "answer") + detail_lists(*own->second) +
           detail_tables(*own->second);
  }
  out += "<div class=\"screen\">";
  out += quantities_table(page, say("Quantities of {}", sample), rows, false);
  const std::string instruments = quantities_table(page, say("What the instrument prints of {}", sample), rows, true);
  if (!instruments.empty()) {
    out += fmt::format("<details><summary>{}</summary><div class=\"inside\">{}</div></details>\n",
                       escape_xml(say("The instrument's own numbers")), instruments);
  }
  out += replicates_table(page, sample, rows) + files_and_settings(page, rows);
  return out + "</div></div></details>\n";
}

std::string notice(std::size_t without_figures, std::size_t lines, const Page& page) {
  std::string out;
  if (without_figures > 0) {
    out += say("The figures of the last {} sample(s) would make this file too large; they lie in the folder {}.",
               without_figures, page.content.figures_folder);
  }
  if (lines > 0) {
    out += (out.empty() ? "" : " ") +
           say("Of the last {} sample(s) only one line is here; the values are in observations.tsv and results.xlsx.",
               lines);
  }
  return out.empty() ? "" : "<div class=\"note\">" + paragraph(out) + "</div>\n";
}

}  // namespace

std::string section_samples(Page& page, std::size_t budget) {
  std::string out =
      "<section aria-labelledby=\"samples\">\n" +
      heading(2, has_preparations(page.content) ? say("Preparations and other samples") : say("Samples"), "samples");
  for (const Figure* figure : page.overview) {
    if (figure->kind == "curves") out += figure_html(page, *figure);
  }
  const SampleMap samples = collect(page.content.table);
  const std::vector<std::string> order = samples_with_rows(page.content);
  constexpr std::size_t kNoticeBytes = 1000;  // room for the two sentences of notice()
  std::vector<std::string> html(order.size());
  std::vector<Detail> detail(order.size(), Detail::kFull);
  std::size_t used = out.size() + kNoticeBytes;
  for (std::size_t i = 0; i < order.size(); ++i) {
    html[i] = sample_html(page, order[i], samples.at(order[i]), Detail::kFull, i == 0);
    used += html[i].size();
  }
  for (const Detail level : {Detail::kNoFigures, Detail::kLine}) {
    for (std::size_t i = order.size(); i-- > 0 && used > budget;) {
      used -= html[i].size();
      html[i] = sample_html(page, order[i], samples.at(order[i]), level, i == 0);
      used += html[i].size();
      detail[i] = level;
    }
  }
  const auto at_level = [&](Detail level) {
    return static_cast<std::size_t>(std::count(detail.begin(), detail.end(), level));
  };
  out += notice(at_level(Detail::kNoFigures), at_level(Detail::kLine), page);
  if (order.empty()) out += paragraph(say("No sample has a value."));
  out += paragraph(
      say("On paper the numbers of single samples are left out: they are on the screen and in results.xlsx."), "paper");
  for (const std::string& sample : html) out += sample;
  return out + "</section>\n";
}

}  // namespace vesica
