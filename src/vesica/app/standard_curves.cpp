// SPDX-License-Identifier: Apache-2.0
#include "vesica/app/standard_curves.h"

#include <algorithm>
#include <cmath>

#include "vesica/base/message.h"
#include "vesica/base/number.h"
#include "vesica/base/text.h"
#include "vesica/quantity/quantity.h"
#include "vesica/report/labels.h"

namespace vesica {

namespace {

constexpr double kNormal975 = 1.959963984540054;  // 97.5 % quantile of the standard normal

double number_in(const std::vector<std::string_view>& cells, std::size_t i) {
  return i < cells.size() ? parse_number(cells[i]).value_or(kNaN) : kNaN;
}

std::string parameter_text(const std::vector<std::string_view>& cells) {
  return std::string(cells[1]) + " " + readable_number(number_in(cells, 3), 4) + " ± " +
         readable_number(number_in(cells, 4), 2);
}

}  // namespace

Figure standard_curve_figure(const std::string& tsv, const std::string& id) {
  Figure figure;
  figure.id = id;
  figure.kind = "curves";
  std::string unit, model, weight, analyte;
  std::vector<std::string> parameters;
  Series standards{"standards", say("standards"), Role::kUnit, 0, false, {}};
  Series line{"curve", say("curve"), Role::kLine, 1, false, {}};
  Series band{"band", "", Role::kBand, 1, false, {}};
  std::size_t zeros = 0;
  for (const std::string_view row : split_lines(tsv)) {
    const std::vector<std::string_view> cells = split(row, '\t');
    if (cells.size() < 4) continue;
    const std::string_view kind = cells[0];
    if (kind == "unit") unit = cells[1];
    if (kind == "model") model = cells[1];
    if (kind == "weight") weight = cells[1];
    if (kind == "analyte") analyte = cells[1];
    if (kind == "parameter") parameters.push_back(parameter_text(cells));
    Mark mark;
    mark.x = number_in(cells, 2);
    mark.y = number_in(cells, 3);
    if ((kind != "standard" && kind != "curve") || std::isnan(mark.x) || std::isnan(mark.y)) continue;
    zeros += mark.x <= 0 ? 1 : 0;
    if (mark.x <= 0) continue;
    if (kind == "standard") {
      standards.marks.push_back(mark);
      continue;
    }
    line.marks.push_back(mark);
    const double se = number_in(cells, 4);
    if (!std::isfinite(se)) continue;
    mark.low = mark.y - kNormal975 * se;
    mark.high = mark.y + kNormal975 * se;
    band.marks.push_back(mark);
  }
  figure.title = analyte.empty() ? say("Standard curve") : say("Standard curve of {}", analyte);
  figure.caption = say("Points: standard wells, blank taken off. Line: {0}, weights {1}: {2}. Band: 95 % of the curve.",
                       model, weight, join(parameters, ", "));
  if (zeros > 0) figure.caption += " " + say("{} well(s) without analyte (has|have) no place on this axis.", zeros);
  figure.alt = figure.title + ". " + figure.caption;
  figure.x = {say("Concentration") + (unit.empty() ? "" : " (" + readable_unit(unit) + ")"), true, false, {}};
  figure.y = {say("Signal"), false, true, {}};
  if (!band.marks.empty()) figure.series.push_back(std::move(band));
  figure.series.push_back(std::move(line));
  figure.series.push_back(std::move(standards));
  return figure;
}

std::vector<Figure> standard_curve_figures(const Store& store) {
  std::vector<ArtifactRecord> records = store.artifacts();
  std::erase_if(records, [](const ArtifactRecord& record) {
    return !record.name.starts_with("standard_curve") || !record.name.ends_with(".tsv");
  });
  std::sort(records.begin(), records.end(), [](const ArtifactRecord& a, const ArtifactRecord& b) {
    return a.key != b.key ? natural_less(a.key, b.key) : natural_less(a.name, b.name);
  });
  std::vector<Figure> out;
  for (const ArtifactRecord& record : records)
    out.push_back(
        standard_curve_figure(store.artifact_bytes(record), "standard_curve_" + std::to_string(out.size() + 1)));
  std::erase_if(out, [](const Figure& figure) { return figure.series.back().marks.empty(); });
  return out;
}

}  // namespace vesica
