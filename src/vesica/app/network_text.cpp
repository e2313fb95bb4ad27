// SPDX-License-Identifier: Apache-2.0
#include "vesica/app/network_text.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "vesica/base/message.h"
#include "vesica/base/number.h"
#include "vesica/base/text.h"
#include "vesica/quantity/quantity.h"
#include "vesica/report/text_table.h"

namespace vesica {

namespace {

using network::Bands;
using network::Column;
using network::Problem;

constexpr std::size_t kMostCurves = 14;  // chosen: seven colours, each whole and dashed
constexpr std::size_t kMostBands = 5;    // chosen: more bands on one another are a grey surface
constexpr std::size_t kMostFigures = 6;  // chosen: of few individuals, who have one figure a symbol
constexpr double kFigureHeightMm = 90;
constexpr std::size_t kColours = 7;

std::string number(double value) { return std::isfinite(value) ? readable_number(value == 0 ? 0 : value) : "–"; }

/// "concentration", as the catalogue calls it in a word.
std::string kind_of(const Column& column) { return std::string(translate(find_quantity(column.quantity)->symbol)); }

/// Positions of the lowest and highest value of a column.
struct Extremes {
  std::size_t lowest = 0, highest = 0;
  bool any = false;
};

Extremes extremes(const Gathered& gathered, std::size_t column) {
  Extremes out;
  for (std::size_t m = 0; m < gathered.moments(); ++m) {
    const double value = gathered.middle(m, column);
    if (!std::isfinite(value)) continue;
    if (!out.any || value < gathered.middle(out.lowest, column)) out.lowest = m;
    if (!out.any || value > gathered.middle(out.highest, column)) out.highest = m;
    out.any = true;
  }
  return out;
}

std::vector<std::string> course_line(const Gathered& gathered, std::size_t c) {
  const Column& column = gathered.problem().columns[c];
  const Extremes at = extremes(gathered, c);
  const std::size_t last = gathered.moments() - 1;
  std::vector<std::string> out = {column.target, kind_of(column), readable_unit(column.unit)};
  if (gathered.problem().steady_state) {
    out.push_back(number(gathered.middle(0, c)));
    if (gathered.is_ensemble()) {
      out.push_back(number(gathered.low(0, c)));
      out.push_back(number(gathered.high(0, c)));
    }
    return out;
  }
  out.push_back(number(gathered.middle(0, c)));
  out.push_back(number(gathered.middle(last, c)));
  if (gathered.is_ensemble()) {
    out.push_back(number(gathered.low(last, c)));
    out.push_back(number(gathered.high(last, c)));
  }
  out.push_back(at.any ? number(gathered.middle(at.lowest, c)) : "–");
  out.push_back(at.any ? number(gathered.middle(at.highest, c)) : "–");
  out.push_back(at.any ? number(gathered.problem().moments[at.highest].time) : "–");
  return out;
}

std::vector<std::string> head_line(const Gathered& gathered) {
  std::vector<std::string> out = {say("symbol"), say("quantity"), say("unit")};
  const bool many = gathered.is_ensemble();
  if (gathered.problem().steady_state) {
    out.push_back(many ? say("median") : say("value"));
    if (many) out.insert(out.end(), {"5 %", "95 %"});
    return out;
  }
  out.push_back(say("start"));
  out.push_back(say("end"));
  if (many) out.insert(out.end(), {say("end, 5 %"), say("end, 95 %")});
  out.insert(out.end(), {say("min"), say("max"), say("time of max")});
  return out;
}

/// Columns by quantity and unit: each group has an axis of its own.
std::vector<std::vector<std::size_t>> by_axis(const Gathered& gathered) {
  std::vector<std::vector<std::size_t>> out;
  std::map<std::pair<std::string, std::string>, std::size_t> known;
  for (std::size_t c = 0; c < gathered.problem().columns.size(); ++c) {
    const Column& column = gathered.problem().columns[c];
    const auto [place, fresh] = known.try_emplace({column.quantity, column.unit}, out.size());
    if (fresh) out.emplace_back();
    out[place->second].push_back(c);
  }
  return out;
}

/// The columns that change most over time, in their order.
std::vector<std::size_t> most_changing(const Gathered& gathered, std::vector<std::size_t> columns, std::size_t most) {
  if (columns.size() <= most) return columns;
  std::map<std::size_t, double> change;
  for (const std::size_t c : columns) {
    const Extremes at = extremes(gathered, c);
    change[c] = at.any ? gathered.middle(at.highest, c) - gathered.middle(at.lowest, c) : 0;
  }
  std::stable_sort(columns.begin(), columns.end(), [&](std::size_t a, std::size_t b) { return change[a] > change[b]; });
  columns.resize(most);
  std::sort(columns.begin(), columns.end());
  return columns;
}

std::string time_label(const Problem& problem) {
  const std::string unit = readable_unit(problem.time_unit);
  return unit.empty() ? say("Time (the model's unit)") : say("Time ({})", unit);
}

/// "Concentration (nmol/L)", behind a name "MAPK: concentration (nmol/L)".
std::string value_label(const Column& column, const std::string& name = "") {
  std::string out = name.empty() ? kind_of(column) : name + ": " + kind_of(column);
  if (name.empty() && !out.empty() && out[0] >= 'a' && out[0] <= 'z') out[0] = static_cast<char>(out[0] - 'a' + 'A');
  const std::string unit = readable_unit(column.unit);
  if (unit.empty() && column.unit != "1") return say("{} (the model's unit)", out);
  return unit.empty() ? out : out + " (" + unit + ")";
}

/// The line of a symbol, or its median and, where there are many individuals, its band.
void add_series(const Gathered& gathered, std::size_t c, std::size_t place, Figure& figure,
                std::vector<Series>& bands) {
  const Column& column = gathered.problem().columns[c];
  Series line;
  line.name = column.target;
  line.title = gathered.is_ensemble() ? say("{}, median", column.target) : column.target;
  line.role = Role::kLine;
  line.colour = static_cast<int>(place % kColours) + 1;
  line.predicted = place >= kColours;  // dashed: the second round of the colours
  Series band = line;
  band.name += " 5-95 %";
  band.title =
      place > 0 ? ""
                : say("5 to 95 % of {} individuals", readable_count(static_cast<long long>(gathered.problem().size())));
  band.role = Role::kBand;
  for (std::size_t m = 0; m < gathered.moments(); ++m) {
    Mark mark;
    mark.x = gathered.problem().moments[m].time;
    mark.y = gathered.middle(m, c);
    line.marks.push_back(mark);
    mark.low = gathered.low(m, c);
    mark.high = gathered.high(m, c);
    band.marks.push_back(mark);
  }
  figure.series.push_back(std::move(line));
  if (gathered.is_ensemble()) bands.push_back(std::move(band));
}

Figure begin_figure(const std::string& title, const Gathered& gathered, const Column& first, std::size_t number) {
  Figure figure;
  figure.id = "network-" + std::to_string(number);
  figure.kind = "time";
  figure.title = figure.caption = figure.alt = title;
  figure.quantity = first.quantity;
  figure.x.label = time_label(gathered.problem());
  figure.y.label = value_label(first);
  figure.width = FigureWidth::kDouble;
  figure.height_mm = kFigureHeightMm;
  return figure;
}

/// A curve an individual.
std::vector<Figure> figures_of_few(const std::string& title, const Gathered& gathered, std::size_t& left_out) {
  std::vector<std::size_t> all(gathered.problem().columns.size());
  for (std::size_t c = 0; c < all.size(); ++c) all[c] = c;
  const std::vector<std::size_t> shown = most_changing(gathered, all, kMostFigures);
  left_out += all.size() - shown.size();
  std::vector<Figure> out;
  for (const std::size_t c : shown) {
    const Column& column = gathered.problem().columns[c];
    Figure figure = begin_figure(title, gathered, column, out.size() + 1);
    figure.y.label = value_label(column, column.target);
    for (std::size_t i = 0; i < gathered.few().size(); ++i) {
      Series line;
      line.name = line.title = gathered.few()[i].individual;
      line.role = Role::kLine;
      line.colour = static_cast<int>(i % kColours) + 1;
      line.predicted = i >= kColours;
      for (std::size_t m = 0; m < gathered.moments(); ++m) {
        Mark mark;
        mark.x = gathered.problem().moments[m].time;
        mark.y = gathered.few()[i].values[m * all.size() + c];
        line.marks.push_back(mark);
      }
      figure.series.push_back(std::move(line));
    }
    out.push_back(std::move(figure));
  }
  return out;
}

}  // namespace

Gathered::Gathered(const Problem& problem)
    : problem_(problem), moments_(problem.steady_state ? 1 : problem.moments.size()) {
  if (problem.is_ensemble()) bands_.emplace(problem);
}

void Gathered::add(const network::Course& course) {
  if (bands_) {
    bands_->add(course);
    if (problem_.drawn == 0 && problem_.size() <= kFew) few_.push_back(course);
  } else {
    values_ = course.values;
  }
}

double Gathered::value(std::size_t moment, std::size_t column, double share) const {
  if (bands_) return bands_->at(moment, column).quantile(share);
  const std::size_t i = moment * problem_.columns.size() + column;
  return i < values_.size() ? values_[i] : kNaN;
}

double Gathered::middle(std::size_t moment, std::size_t column) const { return value(moment, column, Bands::kMiddle); }
double Gathered::low(std::size_t moment, std::size_t column) const { return value(moment, column, Bands::kLow); }
double Gathered::high(std::size_t moment, std::size_t column) const { return value(moment, column, Bands::kHigh); }

std::string network_heading(const std::string& file, const Problem& problem) {
  std::string out = file + ": " + network_contents(problem.network);
  if (problem.steady_state) {
    out += say(", ") + say("steady state");
  } else {
    const std::string unit = readable_unit(problem.time_unit);
    out += say(", ") +
           say("{} to {}", exact_number(problem.moments.front().time), exact_number(problem.moments.back().time));
    if (!unit.empty()) out += " " + unit;
  }
  if (problem.is_ensemble())
    out += say(", ") + say("{} individual(s)", readable_count(static_cast<long long>(problem.size())));
  return out + "\n";
}

std::string network_contents(const kinetics::Network& network) {
  std::map<kinetics::SymbolKind, std::size_t> counts;
  for (const kinetics::Symbol& symbol : network.symbols) ++counts[symbol.kind];
  std::vector<std::string> parts;
  const auto count = [&](std::size_t n, const std::string& one, const std::string& many) {
    if (n > 0) parts.push_back(n == 1 ? one : many);
  };
  const std::size_t species = counts[kinetics::SymbolKind::kSpecies];
  const std::size_t parameters =
      counts[kinetics::SymbolKind::kParameter] + counts[kinetics::SymbolKind::kLocalParameter];
  count(species, say("1 species"), say("{} species", species));
  count(network.reactions.size(), say("1 reaction"), say("{} reaction(s)", network.reactions.size()));
  count(parameters, say("1 parameter"), say("{} parameter(s)", parameters));
  count(network.events.size(), say("1 event"), say("{} event(s)", network.events.size()));
  const std::string name = network.name.empty() ? network.id : network.name;
  const std::string held = parts.empty() ? say("nothing") : join(parts, say(", "));
  return name.empty() ? held : say("{} ({})", name, held);
}

std::string network_summary(const Gathered& gathered, const network::Totals& totals, std::size_t columns) {
  TextLines lines = {head_line(gathered)};
  for (std::size_t c = 0; c < gathered.problem().columns.size(); ++c) lines.push_back(course_line(gathered, c));
  std::vector<bool> right(lines.front().size(), true);
  right[0] = right[1] = right[2] = false;
  std::string out = "\n" + aligned_text(lines, right, columns) + "\n";
  out += say("Method: {}.", totals.method) + "\n";
  const auto count = [](long n) { return readable_count(n); };
  out += say("Work: {} step(s) ({} rejected), {} evaluation(s), {} Jacobian(s), {} factorisation(s).",
             count(totals.work.steps), count(totals.work.rejected), count(totals.work.rhs),
             count(totals.work.jacobians), count(totals.work.factorisations)) +
         "\n";
  if (totals.failed > 0 && gathered.is_ensemble())
    out += say("{} of {} individual(s) did not run to the end.", readable_count(static_cast<long long>(totals.failed)),
               readable_count(static_cast<long long>(totals.runs))) +
           "\n";
  return out;
}

std::vector<Figure> network_figures(const std::string& title, const Gathered& gathered, std::size_t& left_out) {
  if (!gathered.few().empty()) return figures_of_few(title, gathered, left_out);
  std::vector<Figure> out;
  for (const std::vector<std::size_t>& all : by_axis(gathered)) {
    const std::vector<std::size_t> shown =
        most_changing(gathered, all, gathered.is_ensemble() ? kMostBands : kMostCurves);
    left_out += all.size() - shown.size();
    Figure figure = begin_figure(title, gathered, gathered.problem().columns[all.front()], out.size() + 1);
    std::vector<Series> bands;  // last, so that the legend begins with the symbols; they are drawn below all lines
    for (std::size_t i = 0; i < shown.size(); ++i) add_series(gathered, shown[i], i, figure, bands);
    figure.series.insert(figure.series.end(), bands.begin(), bands.end());
    out.push_back(std::move(figure));
  }
  return out;
}

}  // namespace vesica
