// SPDX-License-Identifier: Apache-2.0
#include "vesica/solve/sparse_lu.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <span>

#include "vesica/base/require.h"

namespace vesica::solve {

namespace {

std::size_t index(int i) { return static_cast<std::size_t>(i); }

int ones(std::uint64_t word) {
  // Without a flag for newer processors std::popcount is a call into a library.
  word -= (word >> 1) & 0x5555555555555555u;
  word = (word & 0x3333333333333333u) + ((word >> 2) & 0x3333333333333333u);
  return static_cast<int>((((word + (word >> 4)) & 0x0f0f0f0f0f0f0f0fu) * 0x0101010101010101u) >> 56);
}

/// Sets of row or column numbers as bits, one set a row of the table.
class BitTable {
 public:
  explicit BitTable(std::size_t size) : words_((size + 63) / 64), bits_(size * words_) {}
  void set(std::size_t row, std::size_t bit) { bits_[row * words_ + bit / 64] |= std::uint64_t{1} << (bit % 64); }
  void clear(std::size_t row, std::size_t bit) { bits_[row * words_ + bit / 64] &= ~(std::uint64_t{1} << (bit % 64)); }
  void join(std::size_t row, std::size_t other) {
    for (std::size_t w = 0; w < words_; ++w) bits_[row * words_ + w] |= bits_[other * words_ + w];
  }
  long count(std::size_t row) const {
    long sum = 0;
    for (std::size_t w = 0; w < words_; ++w) sum += ones(bits_[row * words_ + w]);
    return sum;
  }
  void append_members(std::size_t row, std::vector<int>& to) const {
    for (std::size_t w = 0; w < words_; ++w)
      for (std::uint64_t rest = bits_[row * words_ + w]; rest != 0; rest &= rest - 1)
        to.push_back(static_cast<int>(w * 64) + std::countr_zero(rest));
  }

 private:
  std::size_t words_;
  std::vector<std::uint64_t> bits_;
};

/// Lists one after the other: members[starts[k] .. starts[k + 1]).
struct Lists {
  std::vector<int> starts = {0}, members;
  std::span<const int> operator[](std::size_t k) const {
    return std::span(members).subspan(index(starts[k]), index(starts[k + 1] - starts[k]));
  }
  void close() { starts.push_back(static_cast<int>(members.size())); }
};

/// The lists turned round: k stands in list rename[i] for each i in list k; ascending.
Lists turned(const Lists& lists, std::span<const int> rename) {
  Lists out;
  out.starts.assign(rename.size() + 1, 0);
  for (int i : lists.members) ++out.starts[index(rename[index(i)]) + 1];
  for (std::size_t i = 0; i < rename.size(); ++i) out.starts[i + 1] += out.starts[i];
  out.members.resize(lists.members.size());
  std::vector<int> next(out.starts.begin(), out.starts.end() - 1);
  for (std::size_t k = 0; k + 1 < lists.starts.size(); ++k)
    for (int i : lists[k]) out.members[index(next[index(rename[index(i)])]++)] = static_cast<int>(k);
  return out;
}

}  // namespace

/// What symbolic elimination finds: pivot order, and for each pivot the states of its column's and row's rest.
struct SparseLu::Symbols {
  std::vector<int> order;
  Lists lower, upper;

  explicit Symbols(const SparsePattern& pattern) {
    const std::size_t n = index(pattern.size);
    BitTable rows(n), columns(n);
    for (std::size_t column = 0; column < n; ++column)
      for (int e = pattern.starts[column]; e < pattern.starts[column + 1]; ++e) {
        const std::size_t row = index(pattern.rows[index(e)]);
        if (row == column) continue;
        rows.set(row, column);
        columns.set(column, row);
      }
    constexpr long kDone = std::numeric_limits<long>::max();
    std::vector<long> cost(n);
    for (std::size_t i = 0; i < n; ++i) cost[i] = rows.count(i) * columns.count(i);
    for (std::size_t k = 0; k < n; ++k) {
      const auto pivot = static_cast<std::size_t>(std::min_element(cost.begin(), cost.end()) - cost.begin());
      order.push_back(static_cast<int>(pivot));
      columns.append_members(pivot, lower.members);
      rows.append_members(pivot, upper.members);
      lower.close();
      upper.close();
      for (int i : lower[k]) {
        rows.clear(index(i), pivot);
        rows.join(index(i), pivot);
        rows.clear(index(i), index(i));
      }
      for (int j : upper[k]) {
        columns.clear(index(j), pivot);
        columns.join(index(j), pivot);
        columns.clear(index(j), index(j));
      }
      for (int i : lower[k]) cost[index(i)] = rows.count(index(i)) * columns.count(index(i));
      for (int j : upper[k]) cost[index(j)] = rows.count(index(j)) * columns.count(index(j));
      cost[pivot] = kDone;
    }
  }
};

SparseLu::SparseLu(const SparsePattern& pattern, int lanes, InstructionSet set)
    : size_(pattern.size), lanes_(lanes), kernels_(kernels(lanes, set)), pattern_(pattern) {
  lay_out(pattern, Symbols(pattern));
  const std::size_t m = index(lanes);
  jacobian_ = LaneBuffer((index(pattern.entries()) + 1) * m);
  factors_ = LaneBuffer(source_.size() * m);
  inverse_ = LaneBuffer(index(size_) * m);
  work_ = LaneBuffer(index(size_) * m);
}

Method stiff_method(const SparsePattern& pattern) {
  constexpr int kAlwaysFew = 80;        // 80 full rows take 80³ / 3 products
  constexpr int kTooLargeToAsk = 3000;  // chosen: the question itself would take longer than a run
  constexpr long kMostProducts = 200'000;
  if (pattern.size <= kAlwaysFew) return Method::kRosenbrock;
  if (pattern.size > kTooLargeToAsk) return Method::kCvodes;
  return SparseLu::products(pattern) > kMostProducts ? Method::kCvodes : Method::kRosenbrock;
}

long SparseLu::products(const SparsePattern& pattern) {
  const Symbols symbols(pattern);
  long sum = 0;
  for (std::size_t k = 0; k < index(pattern.size); ++k)
    sum += static_cast<long>(symbols.lower[k].size() * symbols.upper[k].size());
  return sum;
}

void SparseLu::lay_out(const SparsePattern& pattern, const Symbols& symbols) {
  const std::size_t n = index(size_);
  order_ = symbols.order;
  std::vector<int> place(n), same(n), at(n);
  for (std::size_t k = 0; k < n; ++k) {
    place[index(order_[k])] = static_cast<int>(k);
    same[k] = static_cast<int>(k);
  }
  const Lists below = turned(symbols.lower, place);  // columns of each row of L
  // Turned twice, the columns of each row of U ascend as well.
  const Lists above = turned(turned(symbols.upper, place), same);
  const Lists given = turned({pattern.starts, pattern.rows}, place);  // the pattern's columns in each row
  rows_.push_back(0);
  for (std::size_t i = 0; i < n; ++i) {
    columns_.insert(columns_.end(), below[i].begin(), below[i].end());
    diagonal_.push_back(static_cast<int>(columns_.size()));
    columns_.push_back(static_cast<int>(i));
    columns_.insert(columns_.end(), above[i].begin(), above[i].end());
    rows_.push_back(static_cast<int>(columns_.size()));
    source_.resize(columns_.size(), pattern.entries());
    for (int s = rows_[i]; s < rows_[i + 1]; ++s) at[index(columns_[index(s)])] = s;
    for (int column : given[i]) {
      const auto begin = pattern.rows.begin() + pattern.starts[index(column)];
      const auto end = pattern.rows.begin() + pattern.starts[index(column) + 1];
      source_[index(at[index(place[index(column)])])] =
          static_cast<int>(std::lower_bound(begin, end, order_[i]) - pattern.rows.begin());
    }
    for (int s = rows_[i]; s < diagonal_[i]; ++s) {
      const std::size_t k = index(columns_[index(s)]);
      for (int u = diagonal_[k] + 1; u < rows_[k + 1]; ++u) targets_.push_back(at[index(columns_[index(u)])]);
    }
  }
}

void SparseLu::drop_non_numbers() {
  const std::size_t count = index(pattern_.entries()) * index(lanes_);
  if (kernels_.non_numbers(static_cast<long>(count), jacobian_.data()) == 0) return;
  for (std::size_t i = 0; i < count; ++i)
    if (!std::isfinite(jacobian_[i])) jacobian_[i] = 0;
}

void SparseLu::factor(const double* shift) {
  const Elimination e = {size_,           order_.data(),  source_.data(), rows_.data(), diagonal_.data(),
                         columns_.data(), targets_.data()};
  kernels_.factor(e, jacobian_.data(), shift, factors_.data(), inverse_.data(), growth_.data());
  if (any_dense_) is_dense_.fill(false);
  any_dense_ = false;
}

void SparseLu::factor_dense(int lane, double shift) {
  const std::size_t m = index(lanes_);
  auto& dense = dense_[index(lane)];
  if (!dense) dense = std::make_unique<Dense>();
  Eigen::MatrixXd matrix = shift * Eigen::MatrixXd::Identity(size_, size_);
  for (int column = 0; column < size_; ++column)
    for (int e = pattern_.starts[index(column)]; e < pattern_.starts[index(column) + 1]; ++e)
      matrix(pattern_.rows[index(e)], column) -= jacobian_[index(e) * m + index(lane)];
  // States differ by many powers of ten: bring rows, then columns to 1, so that pivots and condition mean something.
  const auto scale = [](double largest) { return largest > 0 ? 1 / largest : 1.0; };
  dense->rows = matrix.cwiseAbs().rowwise().maxCoeff().unaryExpr(scale);
  matrix = dense->rows.asDiagonal() * matrix;
  dense->columns = matrix.cwiseAbs().colwise().maxCoeff().transpose().unaryExpr(scale);
  matrix = matrix * dense->columns.asDiagonal();
  dense->factors.compute(matrix);
  dense->b.resize(size_);
  is_dense_[index(lane)] = any_dense_ = true;
}

bool SparseLu::dense_is_regular(int lane) const {
  const auto& dense = dense_[index(lane)];
  // Chosen: beyond this the inverse has no digit left.
  constexpr double kWorstCondition = 1e-15;
  return dense && dense->factors.rcond() > kWorstCondition;
}

void SparseLu::solve(const double* b, const double* more, double* x) {
  const Elimination e = {size_,           order_.data(),  source_.data(), rows_.data(), diagonal_.data(),
                         columns_.data(), targets_.data()};
  kernels_.solve(e, factors_.data(), inverse_.data(), b, more, work_.data(), x);
  if (!any_dense_) return;
  for (int lane = 0; lane < lanes_; ++lane)
    if (is_dense_[index(lane)]) solve_dense(lane, b, more, x);
}

void SparseLu::solve_dense(int lane, const double* b, const double* more, double* x) {
  Dense& dense = *dense_[index(lane)];
  const std::size_t m = index(lanes_), n = index(size_);
  for (std::size_t i = 0; i < n; ++i) {
    const std::size_t at = i * m + index(lane);
    dense.b[static_cast<Eigen::Index>(i)] = more == nullptr ? b[at] : b[at] + more[at];
  }
  dense.x = dense.factors.solve(dense.rows.cwiseProduct(dense.b)).cwiseProduct(dense.columns);
  for (std::size_t i = 0; i < n; ++i) x[i * m + index(lane)] = dense.x[static_cast<Eigen::Index>(i)];
}

}  // namespace vesica::solve
