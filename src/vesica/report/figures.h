// SPDX-License-Identifier: Apache-2.0
// Figures from findings and rows. Nothing is computed here beyond the envelope of what is drawn.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "vesica/contract/finding.h"
#include "vesica/report/figure.h"
#include "vesica/study/study.h"
#include "vesica/table/observation_table.h"

namespace vesica {

/// Unit means over small points by group, interval of the mean, brackets of the contrasts (Lord 2020,
/// 10.1083/jcb.202001064). Repeated comparisons become time courses.
Figure group_figure(const Finding& finding, const Study& study);
/// Point estimate and interval of every contrast of the finding. No marks when no contrast has an estimate.
Figure forest_figure(const Finding& finding, const Study& study);
/// Hedges g with interval of every contrast of every finding: sizes of effect that can be read side by side.
Figure effects_figure(std::span<const Finding> findings, const Study& study);
/// The map of a compatibility check. `finding.details` is read as
///   maps = [ { title, row_label, column_label, value_label, reference, rows = ["..."], columns = ["..."],
///              cells = [[ number | { value, text, status, compatible } ]] } ]
/// (or one such table directly under `details` or `details.map`), caption = "...". Cells that are missing stay empty.
Figure map_figure(const Finding& finding);
/// The figures that a check describes: details.figures = [ { id, kind, title, caption, alt, x_label, x_log,
/// x_categories, y_label, y_log, y_categories, wide, series = [ { name, title, role (unit, line, band, interval,
/// reference), colour, predicted, marks = [ { x, y, x_low, x_high, low, high, sample, label, hollow } ] } ] } ]. Those
/// of a page belong to its sample, others to their finding.
std::vector<Figure> detail_figures(const Finding& finding);
/// A size distribution (any quantity whose rows have `at`) of one preparation: the mean or only curve, the band between
/// the lowest and the highest video, the prediction dashed where there is one.
Figure curve_figure(const ObservationTable& table, const Study& study, const std::string& quantity,
                    const std::string& sample);
/// One curve a preparation, coloured by condition, on one axis.
Figure curve_overlay_figure(const ObservationTable& table, const Study& study, const std::string& quantity);
/// Replicates (videos) of one preparation side by side; those with a flag (an Issue naming sample and replicate's
/// input) are hollow.
Figure replicates_figure(const ObservationTable& table, const std::string& quantity, const std::string& sample,
                         std::span<const std::string> flagged_replicates);
/// Measured on x, predicted on y, with both intervals and the line of equality; one point a pair of pair_rows().
Figure agreement_figure(const ObservationTable& table, const Study& study, const std::string& quantity);
/// A finding of kind "agreement" whose predictions are the same for all units of a group: the units, and beside them
/// the prediction with its interval, from details.pairs (quantity, target, condition, predicted, low, high).
Figure agreement_figure(const Finding& finding, const Study& study);
bool is_predicted_by_group(const Finding& finding);

/// A predicted quantity over time: a dashed line with its band for each condition (or sample) that was predicted at two
/// times or more, and every measured value as a point. No marks when nothing was predicted so.
Figure course_figure(const ObservationTable& table, const Study& study, const std::string& quantity,
                     const std::string& target);
/// One for each quantity and target that was predicted at several times and has no axis of its own.
std::vector<Figure> course_figures(const ObservationTable& table, const Study& study);

/// The replicates of a sample that a row of a quantity with "flagged" in its id says to be (value above 0), or that an
/// issue of a kind with "flag" in it names as `where.item`.
std::vector<std::string> flagged_replicates(const ObservationTable& table, std::span<const Issue> issues,
                                            const std::string& sample);
/// Every figure of a study, in the order of the report; ids are unique and good file names.
std::vector<Figure> study_figures(const Study& study, const ObservationTable& table, std::span<const Finding> findings,
                                  std::span<const Issue> issues);

}  // namespace vesica
