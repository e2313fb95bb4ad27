// SPDX-License-Identifier: Apache-2.0
#include "vesica/report/figures.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "vesica/base/text.h"
#include "vesica/report/figures_index.h"
#include "vesica/report/labels.h"
#include "vesica/table/select.h"

namespace vesica {

namespace {

bool any_mark(const Figure& figure) {
  const auto drawn = [](const Mark& mark) { return std::isfinite(mark.y) || std::isfinite(mark.low); };
  return !figure.panels.empty() || std::any_of(figure.series.begin(), figure.series.end(), [&](const Series& series) {
    return series.role != Role::kReference && std::any_of(series.marks.begin(), series.marks.end(), drawn);
  });
}

/// True when some row of the quantity has a number (a concentration without a stated dilution has none).
bool any_value(const RowIndex& index, const std::string& quantity) {
  for (const std::string& sample : index.samples(quantity)) {
    for (const std::size_t i : index.rows(quantity, sample)) {
      if (std::isfinite(index.table().value(i))) return true;
    }
  }
  return false;
}

/// Quantities whose replicates are drawn for every sample: those that are compared, else size and concentration.
std::vector<std::string> replicate_quantities(const RowIndex& index, std::span<const Finding> findings) {
  std::vector<std::string> result;
  const auto add = [&](const std::string& quantity) {
    const bool known = std::find(result.begin(), result.end(), quantity) != result.end();
    if (!known && !quantity.empty() && !index.samples(quantity).empty() && result.size() < 2)
      result.push_back(quantity);
  };
  for (const Finding& finding : findings) {
    if (finding.kind == "comparison") add(finding.quantity);
  }
  add("vesicle.diameter.mean");
  add(any_value(index, "vesicle.concentration") ? "vesicle.concentration" : "vesicle.concentration.measured");
  return result;
}

std::size_t replicate_count(const RowIndex& index, const std::string& quantity, const std::string& sample) {
  std::set<std::string_view> names;
  for (const std::size_t i : index.rows(quantity, sample)) {
    if (!index.table().replicate(i).empty()) names.insert(index.table().replicate(i));
  }
  return names.size();
}

std::vector<std::string> samples_in_order(const Study& study, const RowIndex& index,
                                          const std::vector<std::string>& quantities) {
  std::set<std::string> present;
  for (const std::string& quantity : quantities) {
    for (std::string& sample : index.samples(quantity)) present.insert(std::move(sample));
  }
  std::vector<std::string> result;
  for (const Sample& sample : study.samples) {
    if (present.erase(sample.id) > 0) result.push_back(sample.id);
  }
  std::vector<std::string> others(present.begin(), present.end());
  std::sort(others.begin(), others.end(), natural_less);
  result.insert(result.end(), others.begin(), others.end());
  return result;
}

std::size_t units_of(const Finding& finding) {
  std::size_t units = 0;
  for (const FindingGroup& group : finding.groups) units += group.units.size();
  return units;
}

constexpr std::string_view kShape = "vesicle.number_share", kDensity = "vesicle.number_density";

bool has_predicted_curve(const RowIndex& index, const std::string& quantity, const std::string& sample,
                         const std::string& condition) {
  const std::vector<std::size_t> rows = index.rows_with_predictions(quantity, sample, condition);
  return std::any_of(rows.begin(), rows.end(), [&](std::size_t i) {
    return index.table().origin(i) == Origin::kPredicted && std::isfinite(index.table().at(i));
  });
}

/// The curves of a sample that are drawn: the shape of a size distribution is that of its density, so it is drawn in
/// its place where a prediction stands beside it, and not at all elsewhere.
std::vector<std::string> curves_of(const RowIndex& index, const Study& study, std::vector<std::string> curves,
                                   const std::string& sample) {
  const bool shape = has_predicted_curve(index, std::string(kShape), sample, study.condition_of(sample));
  std::erase(curves, shape ? kDensity : kShape);
  return curves;
}

/// Figures of findings of kind "agreement"; the quantities that they tell of are added to `told`.
std::vector<Figure> agreement_figures(const ObservationTable& table, const Study& study,
                                      std::span<const Finding> findings, std::set<std::string>& told) {
  std::vector<Figure> out;
  for (const Finding& finding : findings) {
    if (finding.kind != "agreement") continue;
    out.push_back(is_predicted_by_group(finding) ? agreement_figure(finding, study)
                                                 : agreement_figure(table, study, finding.quantity));
    out.back().finding = finding.id;
    told.insert(finding.quantity);
    const Value* pairs = finding.details.find("pairs");
    if (pairs == nullptr) continue;
    for (const Value& pair : pairs->items) {
      if (const Value* quantity = pair.find("quantity")) told.insert(quantity->text);
    }
  }
  return out;
}

}  // namespace

std::vector<std::string> flagged_replicates(const ObservationTable& table, std::span<const Issue> issues,
                                            const std::string& sample) {
  std::vector<std::string> result;
  for (std::size_t i = 0; i < table.size(); ++i) {
    if (table.sample(i) != sample || table.replicate(i).empty() || !(table.value(i) > 0)) continue;
    if (table.quantity(i).find("flagged") != std::string_view::npos) result.emplace_back(table.replicate(i));
  }
  for (const Issue& issue : issues) {
    const bool names = issue.kind.find("flag") != std::string::npos && issue.sample == sample;
    if (names && !issue.where.item.empty()) result.push_back(issue.where.item);
  }
  return result;
}

std::vector<Figure> study_figures(const Study& study, const ObservationTable& table, std::span<const Finding> findings,
                                  std::span<const Issue> issues) {
  const RowIndex index(table);
  std::vector<Figure> figures;
  std::set<std::string> ids;
  const auto keep = [&](Figure figure) {
    if (!any_mark(figure)) return;
    const std::string id = figure.id;
    for (int k = 2; !ids.insert(figure.id).second; ++k) figure.id = id + "-" + std::to_string(k);
    figures.push_back(std::move(figure));
  };
  for (const Finding& finding : findings) {
    if (finding.kind != "comparison") keep(map_figure(finding));
    for (Figure& figure : detail_figures(finding)) keep(std::move(figure));
  }
  std::set<std::string> paired;
  for (const Pair& pair : pair_rows(table)) paired.insert(std::string(table.quantity(pair.measured)));
  std::set<std::string> told;
  for (Figure& figure : agreement_figures(table, study, findings, told)) keep(std::move(figure));
  for (const std::string& quantity : paired) {
    if (!told.contains(quantity)) keep(agreement_figure(table, study, quantity));
  }
  for (Figure& course : course_figures(table, study)) keep(std::move(course));
  const auto agreement = std::find_if(findings.begin(), findings.end(),
                                      [](const Finding& finding) { return finding.kind == "agreement"; });
  std::size_t effects = 0;
  for (const Finding& finding : findings) {
    if (finding.kind == "measured" && units_of(finding) > 1) keep(group_figure(finding, study));
    if (finding.groups.empty() || finding.kind != "comparison") continue;
    keep(group_figure(finding, study));
    const auto estimates = std::count_if(finding.tests.begin(), finding.tests.end(),
                                         [](const FindingTest& test) { return std::isfinite(test.estimate); });
    if (estimates > 1) keep(forest_figure(finding, study));
    effects += static_cast<std::size_t>(std::count_if(finding.tests.begin(), finding.tests.end(),
                                                      [](const FindingTest& t) { return std::isfinite(t.hedges_g); }));
  }
  if (effects > 1 && findings.size() > 1) keep(effects_figure(findings, study));
  const std::vector<std::string> curves = index.curve_quantities();
  for (const std::string& quantity : curves) {
    if (index.samples(quantity).size() < 2) continue;
    Figure overlay = curve_overlay_figure(index, study, quantity);
    const bool predicted = std::any_of(overlay.series.begin(), overlay.series.end(),
                                       [](const Series& series) { return series.predicted; });
    if (quantity == kShape && !predicted) continue;
    if (predicted && agreement != findings.end()) overlay.finding = agreement->id;
    keep(std::move(overlay));
  }
  const std::vector<std::string> strips = replicate_quantities(index, findings);
  std::vector<std::string> wanted = curves;
  wanted.insert(wanted.end(), strips.begin(), strips.end());
  ObservationTable flags =
      table.select([&](std::size_t i) { return table.quantity(i).find("flagged") != std::string_view::npos; });
  for (const std::string& sample : samples_in_order(study, index, wanted)) {
    for (const std::string& quantity : curves_of(index, study, curves, sample)) {
      keep(curve_figure(index, study, quantity, sample));
    }
    const std::vector<std::string> flagged = flagged_replicates(flags, issues, sample);
    for (const std::string& quantity : strips) {
      if (replicate_count(index, quantity, sample) > 1) keep(replicates_figure(index, quantity, sample, flagged));
    }
  }
  return figures;
}

}  // namespace vesica
