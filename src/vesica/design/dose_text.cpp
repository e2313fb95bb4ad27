// SPDX-License-Identifier: Apache-2.0
// Designed doses for people and programs.
#include "vesica/design/dose_text.h"

#include <algorithm>
#include <cmath>

#include "vesica/base/message.h"
#include "vesica/base/number.h"
#include "vesica/base/text.h"
#include "vesica/report/text_table.h"

namespace vesica::design {

namespace {

constexpr std::size_t kDriversShown = 3;    // chosen
constexpr std::size_t kFigurePoints = 200;  // chosen
constexpr double kFigureHeight_mm = 80;
constexpr std::string_view kYield = "yield.per_cell_day";

Band plain(double value) { return {value, kNaN, kNaN}; }

std::string count_text(double value) {
  if (std::isnan(value)) return "–";
  if (!std::isfinite(value)) return say("out of reach");
  std::string out = fmt::format("{:.1e}", value);  // 1.4e+09 reads 1.4e9
  const auto e = out.find('e');
  const std::string power = exact_number(std::stod(out.substr(e + 1)));
  return out.substr(0, e + 1) + power;
}

std::string band_text(const Band& band) {
  if (std::isnan(band.low)) return count_text(band.value);
  return say("{} ({} to {})", count_text(band.value), count_text(band.low), count_text(band.high));
}

/// "intranasal", "gel, intracerebral".
std::string route_text(const DoseWay& way) { return way.gel.empty() ? way.route : say("gel, {}", way.route); }

std::string given_text(const DoseWish& wish, const DoseWay& way) {
  if (!way.gel.empty()) return way.gel;
  if (way.infusion) return say("evenly over {} h", exact_number(wish.to_h - wish.start_h));
  return way.doses == 1 ? say("once") : say("every {} h", exact_number(way.every_h));
}

std::string wish_text(const DoseWish& wish) {
  const std::string count = count_text(wish.at_least);
  return wish.measure == Measure::kMinimum
             ? say("{} of {}: at least {} vesicles at every moment from {} to {} h.", wish.organ, wish.body.species,
                   count, exact_number(wish.from_h), exact_number(wish.to_h))
             : say("{} of {}: at least {} vesicles on average from {} to {} h (an area of {} vesicles × h).",
                   wish.organ, wish.body.species, count, exact_number(wish.from_h), exact_number(wish.to_h),
                   count_text(wish.at_least * (wish.to_h - wish.from_h)));
}

std::string key_of(const DoseWay& way) { return way.gel.empty() ? way.route : "gel"; }

/// The first `shown` ways and the best of every route.
std::vector<const DoseWay*> shown_ways(const DoseWish& wish, const DoseDesign& design) {
  std::vector<const DoseWay*> out;
  std::vector<std::string> seen;
  for (std::size_t i = 0; i < design.ways.size(); ++i) {
    const DoseWay& way = design.ways[i];
    const bool best = std::find(seen.begin(), seen.end(), key_of(way)) == seen.end();
    if (best) seen.push_back(key_of(way));
    if (best || i < wish.shown) out.push_back(&way);
  }
  return out;
}

std::string chance_text(const DoseWay& way) {
  return std::isnan(way.reached) ? "" : readable_number(100 * way.reached, 2) + " %";
}

std::string ways_table(const DoseWish& wish, const DoseDesign& design, std::size_t columns) {
  TextLines lines = {{"", "route", "given", "doses", "each", "in all (95 % of the draws)", "enough in", ""}};
  const std::vector<const DoseWay*> shown = shown_ways(wish, design);
  for (std::size_t i = 0; i < shown.size(); ++i) {
    const DoseWay& way = *shown[i];
    const std::string verdict = way.status == WayStatus::kTooMany          ? say("more than there are")
                                : way.status == WayStatus::kNothingArrives ? say("nothing arrives in time")
                                                                           : "";
    lines.push_back({std::to_string(i + 1), route_text(way), given_text(wish, way), std::to_string(way.doses),
                     count_text(way.each()), band_text(way.total), chance_text(way), verdict});
  }
  std::string out = aligned_text(lines, {true, false, false, true, true, false, true, false}, columns);
  if (shown.size() < design.ways.size())
    out += say("{} further way(s) (needs|need) more; --limit 0 shows all.", design.ways.size() - shown.size()) + "\n";
  return out + say("Enough in: share of the draws in which the dose in front of the brackets brings the wish.") + "\n";
}

std::string what_decides(const DoseDesign& design, std::size_t columns) {
  TextLines lines = {{"route", "number", "range", "known", "vesicles in all at its ends", "source"}};
  for (const DoseWay& way : design.ways) {
    for (std::size_t i = 0; i < std::min(kDriversShown, way.drivers.size()); ++i) {
      const DoseDriver& driver = way.drivers[i];
      lines.push_back({i == 0 ? route_text(way) : "", driver.row->id,
                       exact_number(driver.row->low) + " – " + exact_number(driver.row->high),
                       std::string(translate(to_text(driver.row->known))),
                       count_text(driver.at_low) + " … " + count_text(driver.at_high), driver.row->source});
    }
  }
  if (lines.size() == 1) return "";
  return say("What decides: the numbers that move the dose most, each at the ends of its range") + "\n" +
         aligned_text(lines, {false, false, false, false, false, false}, columns) + "\n";
}

std::string for_a_cell(const DoseWish& wish, const DoseDesign& design) {
  if (!design.knows_cells) return say("How many vesicles that is for a cell is not known: state --cells.") + "\n";
  std::string out =
      say("{} vesicles for {} cells: {} taken up by each cell, {} copies of a given miRNA, {} of what is "
          "needed.",
          count_text(wish.at_least), count_text(design.cells), readable_number(design.answer.vesicles_per_cell, 2),
          readable_number(design.answer.copies_per_cell, 2), readable_number(design.answer.ratio, 2)) +
      "\n";
  switch (feasibility::verdict(design.answer.ratio)) {
    case feasibility::Verdict::kPasses:
      out += say("Enough copies can arrive for the mechanism to work.");
      break;
    case feasibility::Verdict::kUncertain:
      out += say("Copies fall short, yet by less than a hundredfold: measure copies per vesicle and their escape.");
      break;
    case feasibility::Verdict::kFails:
      out +=
          say("Mechanism not supported by stoichiometry: {} vesicles in the organ would be needed, or another way of "
              "working; see vesica predict feasibility.",
              count_text(wish.at_least / design.answer.ratio));
      break;
    case feasibility::Verdict::kUnknown:
      out += say("Whether that is enough cannot be said.");
      break;
  }
  std::vector<std::string> ids;
  for (const ParameterRow* row : design.evidence)
    ids.push_back(row->id + " [" + std::string(translate(to_text(row->known))) + "]");
  return out + "\n" + say("Leans on: {}", join(ids, ", ")) + "\n";
}

std::string to_make(const DoseWish& wish, const DoseDesign& design) {
  const ParameterRow* row = find_parameter(kYield);
  const DoseWay& best = design.ways.front();
  if (row == nullptr || !std::isfinite(best.total.value)) return "";
  std::string out = say("{} vesicles are what {} cells shed in a day ({}: {} a cell, {}).",
                        count_text(best.total.value), count_text(best.total.value / row->value), row->id,
                        exact_number(row->value), std::string(translate(to_text(row->known)))) +
                    "\n";
  if (std::isfinite(wish.available))
    out += (best.total.value <= wish.available
                ? say("There are {}: enough for {} animal(s) by the first way.", count_text(wish.available),
                      readable_count(static_cast<long long>(std::min(1e9, wish.available / best.total.value))))
                : say("There are {}: the first way needs {} times as many.", count_text(wish.available),
                      readable_number(best.total.value / wish.available, 2))) +
           "\n";
  return out;
}

std::string remarks(const DoseWish& wish, const DoseDesign& design) {
  std::string out;
  const auto uses = [&](auto matches) { return std::any_of(design.ways.begin(), design.ways.end(), matches); };
  if (uses([](const DoseWay& way) {
        return way.route == "intracerebral" || way.route == "intrathecal" || way.infusion;
      }))
    out += "  " +
           say("The order counts vesicles, not surgery: repeated doses into brain or CSF and infusions need a "
               "cannula.") +
           "\n";
  if (uses([](const DoseWay& way) { return !way.gel.empty(); }))
    out +=
        "  " + say("A gel releases as into a perfect sink; vesicles still in it are not counted in the organ.") + "\n";
  if (uses([](const DoseWay& way) { return way.route == "intranasal"; }))
    out += "  " +
           say("The share of an intranasal dose that reaches the brain is an assumption: no measurement for "
               "vesicles was found.") +
           "\n";
  if (wish.body.structure == "two_compartments")
    out += "  " + say("The constants of the model of two compartments are those of liposomes.") + "\n";
  else
    out += "  " +
           say("The constants of phagocytes are those of gold nanoparticles, digestion is that of lipid "
               "nanoparticles.") +
           "\n";
  if (design.borrowed > 0)
    out += "  " +
           say("Borrowed from another species: {} number(s) of the body of species {}.", design.borrowed,
               wish.body.species) +
           "\n";
  return say("To bear in mind") + "\n" + out;
}

std::string unreachable(const DoseWish& wish, const DoseDesign& design) {
  const DoseWay& first = design.ways.front();
  if (first.status == WayStatus::kTooMany)
    return say("Not reachable with {} vesicles: {} would be needed at least.", count_text(wish.available),
               count_text(first.total.value)) +
           "\n  " +
           say("At most {} in the organ can be reached by the first way.",
               count_text(wish.at_least * wish.available / first.total.value)) +
           "\n";
  return say("Not reachable: by none of these ways does more than a hundred-millionth of the dose stay until {} h.",
             exact_number(wish.to_h)) +
         "\n  " + say("Shorten the window, allow doses more often (--every), or another route.") + "\n";
}

}  // namespace

std::string text_of(const DoseWish& wish, const DoseDesign& design, std::size_t columns) {
  std::string out = wish_text(wish) + "\n" + say("First dose at {} h.", exact_number(wish.start_h)) + "\n\n";
  if (design.reached())
    out += say("Reached. Fewest vesicles: {}, {}: {} in all.", route_text(design.ways.front()),
               given_text(wish, design.ways.front()), count_text(design.ways.front().total.value)) +
           "\n\n";
  else
    out += unreachable(wish, design) + "\n";
  out += ways_table(wish, design, columns) + "\n";
  out += what_decides(design, columns);
  out += for_a_cell(wish, design) + to_make(wish, design) + "\n";
  return out + remarks(wish, design);
}

std::vector<Fact> facts_of(const DoseWish& wish, const DoseDesign& design) {
  std::vector<Fact> out;
  out.push_back({"wish", "organ", {}, "", wish.organ});
  out.push_back({"wish", "species", {}, "", wish.body.species});
  out.push_back({"wish", "at_least", plain(wish.at_least), "{particles}", std::string(to_text(wish.measure))});
  out.push_back({"wish", "from", plain(wish.from_h), "h", ""});
  out.push_back({"wish", "to", plain(wish.to_h), "h", ""});
  for (std::size_t i = 0; i < design.ways.size(); ++i) {
    const DoseWay& way = design.ways[i];
    const std::string part = "way " + std::to_string(i + 1);
    out.push_back({part, "status", {}, "", std::string(to_text(way.status))});
    out.push_back({part, "route", {}, "", way.route});
    out.push_back({part,
                   "given",
                   {},
                   "",
                   !way.gel.empty() ? "gel " + way.gel
                   : way.infusion   ? "infusion"
                   : way.doses > 1  ? "repeated"
                                    : "once"});
    out.push_back({part, "doses", plain(static_cast<double>(way.doses)), "1", ""});
    if (way.every_h > 0) out.push_back({part, "interval", plain(way.every_h), "h", ""});
    out.push_back({part, "total", way.total, "{particles}", ""});
    out.push_back({part, "each", plain(way.each()), "{particles}", ""});
    if (!std::isnan(way.reached)) out.push_back({part, "draws_that_reach_it", plain(way.reached), "1", ""});
    if (!std::isnan(way.exposure.low)) out.push_back({part, "in_organ", way.exposure, "{particles}", ""});
    for (const DoseDriver& driver : way.drivers)
      out.push_back({part + " evidence " + driver.row->id,
                     "total_at_ends",
                     {kNaN, driver.at_low, driver.at_high},
                     "{particles}",
                     to_text(driver.row->known)});
  }
  if (design.knows_cells) {
    out.push_back({"cell", "vesicles_taken_up", plain(design.answer.vesicles_per_cell), "1", ""});
    out.push_back({"cell", "copies", plain(design.answer.copies_per_cell), "1", ""});
    out.push_back({"cell", "ratio", plain(design.answer.ratio), "1",
                   std::string(feasibility::to_text(feasibility::verdict(design.answer.ratio)))});
  }
  return out;
}

Figure figure_of(const DoseWish& wish, const DoseDesign& design, const Context& context) {
  Figure out;
  out.id = "design-dose";
  out.kind = "curves";
  out.title = say("Vesicles in {} by the best way of each route", wish.organ);
  out.x.label = say("Time (h)");
  out.y.label = say("Vesicles in {}", wish.organ);
  out.y.log = true;
  out.height_mm = kFigureHeight_mm;
  out.caption = out.alt = wish_text(wish);
  std::vector<double> times;
  for (std::size_t i = 1; i <= kFigurePoints; ++i)
    times.push_back(wish.start_h + (wish.to_h - wish.start_h) * static_cast<double>(i) / kFigurePoints);
  std::vector<std::string> seen;
  for (const DoseWay& way : design.ways) {
    if (!std::isfinite(way.total.value) || std::find(seen.begin(), seen.end(), key_of(way)) != seen.end()) continue;
    seen.push_back(key_of(way));
    Series line;
    line.name = key_of(way);
    line.title = say("{}, {}: {}", route_text(way), given_text(wish, way), count_text(way.total.value));
    line.role = Role::kLine;
    line.colour = static_cast<int>(seen.size());
    const std::vector<double> amounts = course_of(wish, way, way.total.value, times, context);
    for (std::size_t i = 0; i < times.size(); ++i) {
      Mark mark;
      mark.x = times[i];
      mark.y = amounts[i] > wish.at_least * 1e-3 ? amounts[i] : kNaN;  // three decades below the wish are enough
      line.marks.push_back(mark);
    }
    out.series.push_back(std::move(line));
  }
  for (const double x : {wish.from_h, wish.to_h, kNaN}) {
    Series reference;
    reference.name = std::isnan(x) ? "at_least" : x == wish.from_h ? "from" : "to";
    reference.role = Role::kReference;
    Mark mark;
    mark.x = x;
    if (std::isnan(x)) mark.y = wish.at_least;
    mark.label = reference.name;
    reference.marks.push_back(mark);
    out.series.push_back(std::move(reference));
  }
  return out;
}

}  // namespace vesica::design
