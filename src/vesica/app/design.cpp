// SPDX-License-Identifier: Apache-2.0
// `vesica design`: wishes as typed, designs as text, rows or figure.
#include <algorithm>

#include "vesica/app/app.h"
#include "vesica/app/names.h"
#include "vesica/base/message.h"
#include "vesica/base/os/files.h"
#include "vesica/base/text.h"
#include "vesica/design/dose_text.h"
#include "vesica/design/text.h"
#include "vesica/io/json.h"
#include "vesica/report/render.h"
#include "vesica/study/load.h"

namespace vesica {

namespace {

constexpr std::string_view kEndings[] = {".svg", ".png", ".pdf"};

std::string ending_of(const std::string& file) { return lower_ascii(path_text(path_from(file).extension())); }

void check_figure_name(const std::string& file) {
  const std::string ending = ending_of(file);
  if (file.empty() || std::find(std::begin(kEndings), std::end(kEndings), ending) != std::end(kEndings)) return;
  throw Error(ErrorKind::kUsage, say("--figure draws .svg, .png and .pdf, not \"{}\".", ending), {},
              say("Write --figure design.svg."));
}

/// The first under the name as typed, further ones with "-2", ...
void write_figures(const std::vector<Figure>& figures, const std::string& file, Console& console) {
  const std::filesystem::path path = path_from(file);
  for (std::size_t i = 0; i < figures.size(); ++i) {
    std::filesystem::path one = path;
    if (i > 0) {
      one.replace_filename(path.stem());
      one += "-" + std::to_string(i + 1);
      one += path.extension();
    }
    const std::string svg = figure_svg(figures[i]), ending = ending_of(file);
    write_file_atomically(one, ending == ".svg" ? svg : ending == ".png" ? svg_to_png(svg) : svg_to_pdf(svg));
    console.say_line(say("Figure: {}", path_text(one)));
  }
}

void set_all(AnySettings& settings, const std::vector<std::pair<std::string, std::string>>& pairs) {
  for (const auto& [name, value] : pairs) set_field(settings, name, value, {"--set", 0, 0, name});
}

std::string rendered(Print print, std::string_view question, std::string_view status,
                     const std::vector<design::Fact>& facts, const std::string& text) {
  if (print == Print::kTsv) return design::facts_tsv(facts);
  if (print == Print::kJson) return write_json(design::facts_value(question, status, facts));
  return text;
}

/// "study.toml:uc" as file and id; a colon that belongs to the path ("D:/study.toml") stays with it.
std::pair<std::string, std::string> file_and_id(const std::string& typed) {
  std::error_code ignored;
  const auto colon = typed.rfind(':');
  if (colon == std::string::npos || std::filesystem::exists(path_from(typed), ignored)) return {typed, ""};
  return {typed.substr(0, colon), typed.substr(colon + 1)};
}

Protocol read_protocol(const std::string& typed) {
  const auto [file, id] = file_and_id(typed);
  const LoadedStudy loaded = load_study(path_from(file), known_names());
  const std::vector<Protocol>& all = loaded.study.protocols;
  if (all.empty()) {
    if (!loaded.problems.empty()) throw loaded.problems.front();
    throw Error(ErrorKind::kConfig, say("The file holds no protocol."), {file, 0, 0, ""},
                say("Add [[protocol]] with its [[protocol.steps]]; vesica describe study shows the keys."));
  }
  std::vector<std::string> ids;
  for (const Protocol& protocol : all) {
    if (protocol.id == id || (id.empty() && all.size() == 1)) return protocol;
    ids.push_back(protocol.id);
  }
  const auto near = did_you_mean(id, ids);
  throw Error(
      ErrorKind::kConfig,
      id.empty() ? say("The file holds {} protocols.", all.size()) : say("The file holds no protocol \"{}\".", id),
      {file, 0, 0, ""},
      near ? say("Did you mean \"{}\"?", *near)
           : say("Name one behind a colon, {}:ID. Known: {}.", file, join(ids, ", ")));
}

std::vector<spin::Step> steps_of(const Protocol& protocol, Console& console) {
  std::vector<Error> problems;
  std::vector<spin::Step> steps = spin::read_steps(protocol.steps, problems);
  for (const Error& problem : problems) console.issue(issue_from(problem));
  if (!problems.empty()) throw Error(ErrorKind::kConfig, say("{} problem(s) with the steps.", problems.size()));
  return steps;
}

/// The designed protocol as steps, with a single clearing spin: pooling is no step of a protocol.
std::vector<spin::Step> steps_of(const design::SpinWish& wish, const design::SpinDesign& made) {
  std::vector<spin::Step> steps;
  for (const design::DesignedSpin& one : made.spins) {
    spin::Step step;
    step.rotor = wish.rotor;
    step.tube_bore_mm = wish.tube_bore_mm;
    step.rcf_g = one.ways.front().rcf_rav_g;
    step.minutes = one.ways.front().minutes;
    step.keep_pellet = one.keep_pellet;
    steps.push_back(std::move(step));
  }
  return steps;
}

void check_combination(const DesignSpinOptions& options) {
  const auto missing = [](std::string_view name, const std::string& hint) {
    throw Error(ErrorKind::kUsage, say("--{} is missing.", name), {}, hint);
  };
  if (!options.protocol.empty()) {
    if (options.keep_from_nm || options.remove_above_nm)
      throw Error(ErrorKind::kUsage, say("--protocol brings its own cuts."), {},
                  say("Leave out --keep-from and --remove-above, or --protocol."));
    if (options.to_rotor.empty()) missing("to-rotor", say("Name the rotor that the protocol is carried to."));
    return;
  }
  if (options.rotor.empty())
    missing("rotor", say("Name your rotor, for instance --rotor \"Type 45 Ti\"; vesica evidence --about rotor lists "
                         "those that are known."));
  if (!options.keep_from_nm) missing("keep-from", say("State the smallest size to keep, in nm: --keep-from 60"));
}

design::SpinWish wish_of(const DesignSpinOptions& options, const spin::Settings& settings) {
  design::SpinWish wish;
  wish.rotor = &find_rotor(options.rotor);
  wish.keep_from_nm = *options.keep_from_nm;
  wish.settings = settings;
  wish.draws = options.draws;
  wish.remove_above_nm = options.remove_above_nm.value_or(wish.remove_above_nm);
  wish.yield = options.yield.value_or(wish.yield);
  wish.max_rpm = options.max_rpm.value_or(wish.max_rpm);
  wish.tube_bore_mm = options.tube_bore_mm.value_or(wish.tube_bore_mm);
  wish.shortest_minutes = options.shortest_minutes.value_or(wish.shortest_minutes);
  wish.longest_h = options.longest_h.value_or(wish.longest_h);
  wish.rounds = options.rounds.value_or(wish.rounds);
  return wish;
}

}  // namespace

DesignAnswer design_spin(const DesignSpinOptions& options, const Context& context, Console& console) {
  check_combination(options);
  check_figure_name(options.figure);
  AnySettings any = AnySettings::of(spin::Settings{});
  set_all(any, options.set);
  const spin::Settings& settings = any.get<spin::Settings>();
  DesignAnswer answer;
  std::vector<design::Fact> facts;
  std::vector<Figure> figures;
  std::vector<spin::Step> steps;
  std::int64_t rounds = 1;
  std::string text, status = "reached";
  const RotorRow* from = options.rotor.empty() ? nullptr : &find_rotor(options.rotor);
  const RotorRow* to = options.to_rotor.empty() ? nullptr : &find_rotor(options.to_rotor);
  if (options.protocol.empty()) {
    const design::SpinWish wish = wish_of(options, settings);
    const design::SpinDesign made = design::design_spin(wish, context);
    status = design::to_text(made.status);
    answer.reached = made.status == design::SpinStatus::kReached;
    facts = design::facts_of(wish, made);
    text = design::text_of(wish, made, options.columns);
    if (!made.spins.empty()) figures.push_back(design::figure_of(wish, made));
    steps = steps_of(wish, made);
    rounds = made.rounds;
  } else {
    steps = steps_of(read_protocol(options.protocol), console);
    answer.reached = true;
  }
  if (to != nullptr && !steps.empty()) {
    const double bore = options.to_tube_bore_mm.value_or(std::numeric_limits<double>::quiet_NaN());
    const design::Transfer moved = design::transfer_spins(steps, from, *to, bore, settings, options.draws, context);
    const std::vector<design::Fact> more = design::facts_of(moved);
    facts.insert(facts.end(), more.begin(), more.end());
    text += (text.empty() ? "" : "\n") + design::text_of(moved, options.columns, rounds);
    figures.push_back(design::figure_of(moved));
  }
  if (!options.figure.empty()) write_figures(figures, options.figure, console);
  answer.text = rendered(options.print, "spin", status, facts, text);
  return answer;
}

namespace {

/// What the wish itself decides is no setting here.
void check_dose_settings(const DesignDoseOptions& options) {
  for (const std::string_view name : {"route", "dose", "dose_unit", "schedule", "repeats", "interval_h", "infusion_h",
                                      "label", "duration_h", "draws"}) {
    for (const auto& [field, value] : options.set) {
      if (field == name)
        throw Error(ErrorKind::kUsage, say("{} is what the design decides, not a setting of it.", field), {},
                    say("Use --routes, --every, --gels or --draws."));
    }
  }
}

design::DoseWish wish_of(const DesignDoseOptions& options, const distribution::Settings& body) {
  const auto missing = [](std::string_view name, const std::string& hint) {
    throw Error(ErrorKind::kUsage, say("--{} is missing.", name), {}, hint);
  };
  if (options.organ.empty()) missing("organ", say("Name where the vesicles have to be, for instance --organ brain"));
  if (!options.from_h) missing("from-h", say("State when the window begins, in hours: --from-h 6"));
  if (!options.to_h) missing("to-h", say("State when the window ends, in hours: --to-h 72"));
  if (options.at_least.has_value() == options.area.has_value())
    throw Error(ErrorKind::kUsage, say("Choose one of --at-least and --area."), {},
                say("--at-least 1e8 counts vesicles, --area 1e10 vesicles times hours."));
  if (!options.measure.empty() && options.measure != "minimum" && options.measure != "average")
    throw Error(ErrorKind::kUsage, say("\"{}\" is no measure.", options.measure), {},
                say("Known: {}.", "minimum, average"));
  design::DoseWish wish;
  wish.organ = options.organ;
  wish.from_h = *options.from_h;
  wish.to_h = *options.to_h;
  wish.start_h = options.start_h.value_or(0);
  if (options.measure == "average" || options.area) wish.measure = design::Measure::kAverage;
  wish.at_least = options.area ? *options.area / (wish.to_h - wish.from_h) : *options.at_least;
  wish.routes = options.routes;
  wish.gels = options.gels;
  if (options.every_h) wish.every_h = *options.every_h;
  wish.available = options.available.value_or(wish.available);
  wish.cells = options.cells.value_or(wish.cells);
  wish.draws = options.draws.value_or(wish.draws);
  if (options.shown) wish.shown = *options.shown == 0 ? SIZE_MAX : static_cast<std::size_t>(*options.shown);
  wish.body = body;
  return wish;
}

}  // namespace

DesignAnswer design_dose(const DesignDoseOptions& options, const Context& context, Console& console) {
  check_figure_name(options.figure);
  check_dose_settings(options);
  AnySettings any = AnySettings::of(distribution::Settings{});
  set_all(any, options.set);
  const design::DoseWish wish = wish_of(options, any.get<distribution::Settings>());
  const design::DoseDesign made = design::design_dose(wish, context);
  if (!options.figure.empty()) write_figures({design::figure_of(wish, made, context)}, options.figure, console);
  const std::string_view status = design::to_text(made.ways.front().status);
  return {rendered(options.print, "dose", status, design::facts_of(wish, made),
                   design::text_of(wish, made, options.columns)),
          made.reached()};
}

}  // namespace vesica
