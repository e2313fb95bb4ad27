// SPDX-License-Identifier: Apache-2.0
#include "vesica/app/course_figure.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <map>
#include <set>

#include "vesica/base/message.h"
#include "vesica/base/os/files.h"
#include "vesica/base/text.h"
#include "vesica/quantity/quantity.h"
#include "vesica/report/render.h"

namespace vesica {

namespace {

constexpr std::size_t kFewestMoments = 3;
constexpr double kFigureHeightMm = 90;
constexpr int kColours = 7;
constexpr std::size_t kFigurePoints = 96;  ///< chosen: a smooth line at 183 mm
constexpr double kFigureBend = 2;          ///< chosen: time grows with the square of the position
constexpr double kDecadesShown = 6;        ///< chosen: below is nothing that anybody could measure

/// Rows of a quantity by target, in order of time.
using Courses = std::map<std::string, std::vector<std::size_t>>;

std::map<std::string, Courses> courses_of(const ObservationTable& rows) {
  std::map<std::string, Courses> out;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (std::isfinite(rows.time_h(i)) && std::isfinite(rows.value(i)) && std::isnan(rows.at(i)) && rows.part(i).empty())
      out[std::string(rows.quantity(i))][std::string(rows.target(i))].push_back(i);
  }
  for (auto& [quantity, courses] : out) {
    std::erase_if(courses, [](const auto& one) { return one.second.size() < kFewestMoments; });
    for (auto& [target, all] : courses)
      std::sort(all.begin(), all.end(), [&](std::size_t a, std::size_t b) { return rows.time_h(a) < rows.time_h(b); });
  }
  std::erase_if(out, [](const auto& one) { return one.second.empty(); });
  return out;
}

double peak_of(const ObservationTable& rows, const std::vector<std::size_t>& course) {
  double out = 0;
  for (const std::size_t i : course) out = std::max(out, rows.value(i));
  return out;
}

/// The targets that reach highest, highest first.
std::vector<std::string> highest(const ObservationTable& rows, const Courses& courses) {
  std::vector<std::pair<double, std::string>> all;
  for (const auto& [target, course] : courses) all.emplace_back(-peak_of(rows, course), target);
  std::stable_sort(all.begin(), all.end());
  std::vector<std::string> out;
  for (std::size_t i = 0; i < std::min(all.size(), kMostTargets); ++i) out.push_back(all[i].second);
  return out;
}

void add_course(const ObservationTable& rows, const std::vector<std::size_t>& course, const std::string& target,
                double floor, Figure& figure, std::vector<Series>& bands) {
  Series line;
  line.name = target.empty() ? figure.quantity : target;
  line.title = replace_all(target, "_", " ");
  line.role = Role::kLine;
  line.colour = static_cast<int>(bands.size()) % kColours + 1;
  Series band = line;
  band.name += " band";
  band.title = bands.empty() ? say("95 % of the draws") : "";
  band.role = Role::kBand;
  const auto shown = [&](double value) { return value >= floor ? value : floor > 0 ? kNaN : value; };
  bool has_band = false;
  for (const std::size_t i : course) {
    Mark mark;
    mark.x = rows.time_h(i);
    mark.y = shown(rows.value(i));
    line.marks.push_back(mark);
    mark.low = floor > 0 ? std::max(floor, rows.low(i)) : rows.low(i);
    mark.high = floor > 0 ? std::max(floor, rows.high(i)) : rows.high(i);
    has_band = has_band || std::isfinite(rows.low(i));
    band.marks.push_back(mark);
  }
  figure.series.push_back(std::move(line));
  if (!has_band) band.title.clear();
  bands.push_back(std::move(band));
}

Figure figure_of(const std::string& title, const ObservationTable& rows, const std::string& quantity,
                 const Courses& courses) {
  const Quantity* entry = find_quantity(quantity);
  Figure figure;
  figure.id = replace_all(quantity, ".", "-");
  figure.kind = "time";
  figure.title = figure.caption = figure.alt = title;
  figure.quantity = quantity;
  figure.x.label = say("Time (h)");
  figure.y.label = entry != nullptr ? axis_label(*entry) : quantity;
  figure.y.log = entry != nullptr && entry->scale == Scale::kLog;
  figure.y.from_zero = !figure.y.log;
  figure.width = FigureWidth::kDouble;
  figure.height_mm = kFigureHeightMm;
  const std::vector<std::string> targets = highest(rows, courses);
  double top = 0;
  for (const std::string& target : targets) top = std::max(top, peak_of(rows, courses.at(target)));
  const double floor = figure.y.log ? top * std::pow(10, -kDecadesShown) : 0;
  std::vector<Series> bands;
  for (const std::string& target : targets) add_course(rows, courses.at(target), target, floor, figure, bands);
  figure.series.insert(figure.series.end(), bands.begin(), bands.end());
  return figure;
}

std::string lower_extension(const std::string& file) { return lower_ascii(path_text(path_from(file).extension())); }

}  // namespace

std::vector<double> figure_times(double end_h) {
  std::vector<double> out;
  for (std::size_t i = 0; i <= kFigurePoints; ++i)
    out.push_back(end_h * std::pow(static_cast<double>(i) / kFigurePoints, kFigureBend));
  return out;
}

std::vector<Figure> course_figures(const std::string& title, const ObservationTable& rows) {
  std::vector<Figure> linear, log;
  for (const auto& [quantity, courses] : courses_of(rows)) {
    Figure figure = figure_of(title, rows, quantity, courses);
    (figure.y.log ? log : linear).push_back(std::move(figure));
  }
  std::move(log.begin(), log.end(), std::back_inserter(linear));
  return linear;
}

void check_figure_file(const std::string& file) {
  const std::string ending = lower_extension(file);
  if (ending != ".svg" && ending != ".png" && ending != ".pdf")
    throw Error(ErrorKind::kUsage, say("--figure draws .svg, .png and .pdf, not \"{}\".", ending), {},
                say("Write --figure course.svg."));
}

void write_figure_files(const std::string& file, const std::vector<Figure>& figures, Console& console) {
  const std::filesystem::path path = path_from(file);
  const std::string ending = lower_extension(file);
  for (std::size_t i = 0; i < figures.size(); ++i) {
    std::filesystem::path one = path;
    if (i > 0) {
      one.replace_filename(path.stem());
      one += "-" + std::to_string(i + 1);
      one += path.extension();
    }
    const std::string svg = figure_svg(figures[i]);
    write_file_atomically(one, ending == ".svg" ? svg : ending == ".png" ? svg_to_png(svg) : svg_to_pdf(svg));
    console.say_line(say("Figure: {}", path_text(one)));
  }
}

}  // namespace vesica
