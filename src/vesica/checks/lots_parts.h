// SPDX-License-Identifier: Apache-2.0
// What the findings about lots share: values with what is declared of them, charts. Inside `checks` only.
#pragma once

#include <initializer_list>
#include <set>
#include <string>
#include <vector>

#include "vesica/checks/lots.h"
#include "vesica/checks/preparation_rows.h"

namespace vesica::lots_detail {

/// One value of a quantity in one preparation, with what is declared of it.
struct Item {
  const preparation_detail::Preparation* preparation = nullptr;
  std::string lot, donor, storage_c;
  double date = kNaN, days = kNaN, cycles = kNaN;
  preparation_detail::Measured measured;
  preparation_detail::Mean mean;
};
std::vector<Item> items_of(const preparation_detail::PreparationRows& rows, const std::string& quantity);
/// The values of a quantity in a preparation; protein from wherever it stands.
preparation_detail::Measured values_of(const preparation_detail::PreparationRows& rows,
                                       const preparation_detail::Preparation& preparation, const std::string& quantity);

bool is_log(const std::string& quantity);
std::string title_of(const std::string& quantity);
std::string axis_of(const std::string& quantity);

/// Pieces of details.figures: a mark, a line across at y, a series, a list.
Value point(double x, double y, const std::string& label, const std::string& sample, bool hollow);
Value across(double y, const std::string& label);
Value series(const std::string& name, const std::string& title, const std::string& role, int colour, Value marks);
Value list(std::initializer_list<Value> values);

/// A chart over lots: points joined by a line, centre and limits dashed; NaN: no such limit.
struct ChartText {
  std::string id, title, caption, axis;
};
Value chart_figure(const ChartText& text, bool log, const std::vector<std::string>& names,
                   const std::vector<double>& values, const std::set<std::size_t>& signals, double low, double centre,
                   double high);

/// Findings of kind "stability" of one quantity, one a storage temperature.
std::vector<Finding> stability_findings(const std::string& quantity, const std::vector<Item>& items,
                                        const std::vector<Criterion>& criteria, const LotsSettings& settings);

}  // namespace vesica::lots_detail
