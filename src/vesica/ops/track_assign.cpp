// SPDX-License-Identifier: Apache-2.0
#include "vesica/ops/track_assign.h"

#include <functional>
#include <limits>
#include <queue>
#include <utility>

namespace vesica::ops {

namespace {

constexpr double kFar = std::numeric_limits<double>::infinity();

/// Prices and matches while rows are added one after the other.
class Assignment {
 public:
  Assignment(std::span<const std::vector<Choice>> rows, std::size_t columns, double alone)
      : rows_(rows),
        alone_(alone),
        row_price_(rows.size(), 0.0),
        column_price_(columns, 0.0),
        column_of_(rows.size(), kAlone),
        row_of_(columns, kAlone),
        distance_(columns, kFar),
        reached_from_(columns, kAlone),
        is_settled_(columns, false) {}

  /// Finds the cheapest way to make room for a row: a path that ends at a free column or at a row that goes alone.
  void add(std::size_t start) {
    std::vector<std::size_t> settled, touched;
    using Entry = std::pair<double, std::size_t>;
    std::priority_queue<Entry, std::vector<Entry>, std::greater<>> open;
    double best_alone = kFar, here = 0;
    std::size_t last_alone = kAlone, end = kAlone;
    for (std::size_t row = start;;) {
      const double lonely = here + alone_ - row_price_[row];
      if (lonely < best_alone) {
        best_alone = lonely;
        last_alone = row;
      }
      for (const Choice& choice : rows_[row]) {
        const double d = here + choice.cost - row_price_[row] - column_price_[choice.column];
        if (is_settled_[choice.column] || d >= distance_[choice.column]) continue;
        if (distance_[choice.column] == kFar) touched.push_back(choice.column);
        distance_[choice.column] = d;
        reached_from_[choice.column] = row;
        open.emplace(d, choice.column);
      }
      while (!open.empty() && (is_settled_[open.top().second] || open.top().first > distance_[open.top().second]))
        open.pop();
      if (open.empty() || open.top().first > best_alone) break;
      const auto [d, column] = open.top();
      open.pop();
      here = d;
      if (row_of_[column] == kAlone) {
        end = column;
        break;
      }
      settled.push_back(column);
      is_settled_[column] = true;  // rounding must not reach it again
      row = row_of_[column];
    }
    const double length = end == kAlone ? best_alone : here;
    row_price_[start] += length;
    for (const std::size_t column : settled) {
      const double slack = length - distance_[column];
      column_price_[column] -= slack;
      row_price_[row_of_[column]] += slack;
    }
    turn_over(start, end, last_alone);
    for (const std::size_t column : touched) {
      distance_[column] = kFar;
      is_settled_[column] = false;
    }
  }

  std::vector<std::size_t> take() { return std::move(column_of_); }

 private:
  /// Every row on the path takes the column it came by; the row `left` goes alone when no free column ends the path.
  void turn_over(std::size_t start, std::size_t end, std::size_t left) {
    std::size_t column = end;
    if (end == kAlone) {
      column = column_of_[left];
      column_of_[left] = kAlone;
      if (left == start) return;
    }
    while (true) {
      const std::size_t row = reached_from_[column];
      const std::size_t before = column_of_[row];
      column_of_[row] = column;
      row_of_[column] = row;
      if (row == start) return;
      column = before;
    }
  }

  std::span<const std::vector<Choice>> rows_;
  double alone_;
  std::vector<double> row_price_, column_price_;
  std::vector<std::size_t> column_of_, row_of_;
  std::vector<double> distance_;
  std::vector<std::size_t> reached_from_;
  std::vector<bool> is_settled_;
};

}  // namespace

std::vector<std::size_t> assign(std::span<const std::vector<Choice>> rows, std::size_t columns, double alone) {
  Assignment assignment(rows, columns, alone);
  for (std::size_t i = 0; i < rows.size(); ++i) assignment.add(i);
  return assignment.take();
}

}  // namespace vesica::ops
