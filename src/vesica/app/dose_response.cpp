// SPDX-License-Identifier: Apache-2.0
#include "vesica/app/dose_response.h"

#include <algorithm>
#include <cmath>

#include "vesica/base/message.h"
#include "vesica/base/number.h"
#include "vesica/base/text.h"
#include "vesica/quantity/behind_number.h"
#include "vesica/quantity/quantity.h"
#include "vesica/report/labels.h"

namespace vesica {

namespace {

constexpr double kNormal975 = 1.959963984540054;  // 97.5 % quantile of the standard normal

/// What one artifact says.
struct Curve {
  std::string sample, unit, why, quantity = "viability.percent_of_control";
  double time_h = kNaN, ec50 = kNaN, low = kNaN, high = kNaN, untreated = 0;
  std::size_t untreated_wells = 0;
  Series wells{"wells", "", Role::kUnit, 1, false, {}};
  Series line{"curve", "", Role::kLine, 1, false, {}};
  Series band{"band", "", Role::kBand, 1, false, {}};
};

void take_point(std::string_view kind, Mark mark, double se, Curve& out) {
  if (kind == "well" && mark.x <= 0) {
    out.untreated += mark.y;
    ++out.untreated_wells;
  } else if (kind == "well") {
    out.wells.marks.push_back(mark);
  } else if (mark.x > 0) {
    out.line.marks.push_back(mark);
    if (!std::isfinite(se)) return;
    mark.low = mark.y - kNormal975 * se;
    mark.high = mark.y + kNormal975 * se;
    out.band.marks.push_back(mark);
  }
}

Curve read_curve(const std::string& tsv) {
  Curve out;
  for (const std::string_view row : split_lines(tsv)) {
    const std::vector<std::string_view> cells = split(row, '\t');
    if (cells.size() < 5) continue;
    const auto number = [&](std::size_t i) { return parse_number(cells[i]).value_or(kNaN); };
    const std::string_view kind = cells[0];
    if (kind == "sample") out.sample = cells[1];
    if (kind == "unit") out.unit = cells[1];
    if (kind == "quantity" && find_quantity(cells[1]) != nullptr) out.quantity = cells[1];
    if (kind == "why") out.why = cells[1];
    if (kind == "time_h") out.time_h = number(2);
    if (kind == "ec50") out.ec50 = number(2), out.low = number(3), out.high = number(4);
    Mark mark;
    mark.x = number(2), mark.y = number(3);
    if ((kind == "well" || kind == "curve") && std::isfinite(mark.x) && std::isfinite(mark.y))
      take_point(kind, mark, number(4), out);
  }
  return out;
}

std::string caption_of(const Curve& curve, const std::string& unit) {
  std::string out = say("Points: {} well(s) with a dose.", curve.wells.marks.size());
  if (std::isfinite(curve.ec50)) {
    out += " " + say("Line: four-parameter logistic; band: 95 % of the curve; dashed: EC50 {0} (95 % {1} to {2}){3}.",
                     readable_number(curve.ec50, 3), readable_number(curve.low, 3), readable_number(curve.high, 3),
                     behind_number(unit));
  } else if (!curve.why.empty()) {
    out += " " + say("No EC50: {}", translate(curve.why));
  }
  if (curve.untreated_wells > 0)
    out += " " + say("The {} well(s) without a dose (is|are) the dashed line across.", curve.untreated_wells);
  return out;
}

}  // namespace

Figure dose_response_figure(const std::string& tsv, const std::string& id) {
  Curve curve = read_curve(tsv);
  const std::string unit = curve.unit.empty() || curve.unit == "1" ? "" : readable_unit(curve.unit);
  Figure figure;
  figure.id = id;
  figure.kind = "curves";
  figure.title = std::isnan(curve.time_h)
                     ? say("Dose and response: {}", curve.sample)
                     : say("Dose and response: {0}, {1} h", curve.sample, exact_number(curve.time_h));
  figure.caption = caption_of(curve, unit);
  figure.alt = figure.title + ". " + figure.caption;
  figure.x = {say("Dose") + (unit.empty() ? "" : " (" + unit + ")"), true, false, {}};
  figure.y = {axis_label(*find_quantity(curve.quantity)), false, true, {}};
  const auto reference = [&](const char* name, double x, double y) {
    Series out{name, "", Role::kReference, 0, false, {}};
    Mark mark;
    mark.x = x, mark.y = y;
    out.marks.push_back(mark);
    figure.series.push_back(std::move(out));
  };
  if (!curve.band.marks.empty()) figure.series.push_back(std::move(curve.band));
  if (curve.untreated_wells > 0)
    reference("untreated", kNaN, curve.untreated / static_cast<double>(curve.untreated_wells));
  if (std::isfinite(curve.ec50)) reference("ec50", curve.ec50, kNaN);
  if (!curve.line.marks.empty()) figure.series.push_back(std::move(curve.line));
  figure.series.push_back(std::move(curve.wells));
  return figure;
}

std::vector<Figure> dose_response_figures(const Store& store) {
  std::vector<ArtifactRecord> records = store.artifacts();
  std::erase_if(records, [](const ArtifactRecord& record) {
    return !record.name.starts_with("dose_response") || !record.name.ends_with(".tsv");
  });
  std::sort(records.begin(), records.end(), [](const ArtifactRecord& a, const ArtifactRecord& b) {
    return a.key != b.key ? natural_less(a.key, b.key) : natural_less(a.name, b.name);
  });
  std::vector<Figure> out;
  for (const ArtifactRecord& record : records) {
    if (out.size() == kMostDoseFigures) break;
    out.push_back(
        dose_response_figure(store.artifact_bytes(record), "dose_response_" + std::to_string(out.size() + 1)));
  }
  std::erase_if(out, [](const Figure& figure) { return figure.series.back().marks.empty(); });
  return out;
}

}  // namespace vesica
