// SPDX-License-Identifier: Apache-2.0
#include "vesica/ops/segment_threshold_methods.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace vesica::thresholds {

namespace {

/// Running averages of three bins are repeated at most this often: ImageJ's limit.
constexpr int kMostSmoothing = 10000;

Bin bin_of(double value, std::size_t bins) {
  if (!std::isfinite(value) || value < 0 || value >= static_cast<double>(bins)) return std::nullopt;
  return static_cast<std::size_t>(value);
}

struct Ends {
  std::size_t first = 0, last = 0;  ///< bins that hold something
};
Ends ends_of(Counts counts) {
  Ends out{0, counts.size() - 1};
  while (counts[out.first] == 0 && out.first < out.last) ++out.first;
  while (counts[out.last] == 0 && out.last > out.first) --out.last;
  return out;
}

std::vector<std::size_t> modes_of(const std::vector<double>& counts) {
  std::vector<std::size_t> out;
  for (std::size_t i = 1; i + 1 < counts.size(); ++i) {
    if (counts[i - 1] < counts[i] && counts[i + 1] < counts[i]) out.push_back(i);
  }
  return out;
}

/// One running average over three bins.
void smooth(std::vector<double>& counts) {
  double before = 0;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    const double here = counts[i], after = i + 1 < counts.size() ? counts[i + 1] : 0;
    counts[i] = (before + here + after) / 3;
    before = here;
  }
}

/// The histogram averaged until it has two modes; empty when that never happens.
std::vector<double> two_modes(Counts counts) {
  std::vector<double> out(counts.begin(), counts.end());
  for (int i = 0; i <= kMostSmoothing; ++i) {
    if (modes_of(out).size() == 2) return out;
    smooth(out);
  }
  return {};
}

/// Shares of every bin, of all up to it, and of all beyond it.
struct Shares {
  std::vector<double> p, below, above;
  std::size_t first = 0, last = 0;  ///< thresholds that leave something on both sides
};
Shares shares_of(Counts counts) {
  constexpr double kNothing = std::numeric_limits<double>::epsilon();
  Shares out;
  double all = 0, sum = 0;
  for (const double count : counts) all += count;
  for (const double count : counts) {
    out.p.push_back(count / all);
    out.below.push_back(sum += count / all);
    out.above.push_back(1 - sum);
  }
  out.last = counts.size() - 1;
  while (out.first < out.last && out.below[out.first] < kNothing) ++out.first;
  while (out.last > out.first && std::abs(out.above[out.last]) < kNothing) --out.last;
  return out;
}

/// Where `entropy` of the part below plus that of the part above is greatest, the first of equals; 0 when none is
/// positive. `term` gives a bin's part, `join` the whole of both sums.
template <typename Term, typename Join>
std::size_t greatest(const Shares& shares, const Term& term, const Join& join) {
  std::size_t out = 0;
  double best = 0;
  for (std::size_t t = shares.first; t <= shares.last; ++t) {
    double low = 0, high = 0;
    for (std::size_t i = 0; i <= t; ++i) low += term(shares.p[i] / shares.below[t]);
    for (std::size_t i = t + 1; i < shares.p.size(); ++i) {
      if (shares.p[i] > 0) high += term(shares.p[i] / shares.above[t]);
    }
    const double value = join(low, high);
    if (value > best) {
      best = value;
      out = t;
    }
  }
  return out;
}

}  // namespace

Sums running(Counts counts) {
  Sums out;
  double n = 0, m = 0;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    out.count.push_back(n += counts[i]);
    out.moment.push_back(m += counts[i] * static_cast<double>(i));
  }
  return out;
}

Bin mean(Counts counts) {
  const Sums sums = running(counts);
  return static_cast<std::size_t>(std::floor(sums.moment.back() / sums.count.back()));
}

Bin ij_isodata(Counts counts) {
  // The outermost bins may hold erased or saturated pixels: they do not count.
  std::vector<double> inner(counts.begin(), counts.end());
  inner.front() = inner.back() = 0;
  std::size_t low = 0, high = inner.size() - 1;
  while (low < inner.size() - 1 && inner[low] == 0) ++low;
  while (high > 0 && inner[high] == 0) --high;
  if (low >= high) return counts.size() / 2;
  const Sums sums = running(inner);
  double result = 0;
  std::size_t moving = low;
  do {
    const double below = sums.count[moving], above = sums.count[high] - below;
    result = (sums.moment[moving] / below + (sums.moment[high] - sums.moment[moving]) / above) / 2;
    ++moving;
  } while (static_cast<double>(moving + 1) <= result && moving + 1 < high);
  return bin_of(std::floor(result + 0.5), counts.size());
}

Bin default_isodata(Counts counts) {
  std::vector<double> held(counts.begin(), counts.end());
  const auto mode = std::max_element(held.begin(), held.end());
  double next = 0;
  for (auto each = held.begin(); each != held.end(); ++each) {
    if (each != mode) next = std::max(next, *each);
  }
  if (*mode > 2 * next && next != 0) *mode = std::trunc(1.5 * next);
  return ij_isodata(held);
}

Bin huang(Counts counts) {
  constexpr double kLeast = 1e-6;  // memberships nearer to 0 or 1 add no fuzziness
  const Ends ends = ends_of(counts);
  const double term = 1 / static_cast<double>(ends.last - ends.first);
  const Sums sums = running(counts);
  const auto fuzziness = [&](std::size_t i, double middle) {
    const double u = 1 / (1 + term * std::abs(static_cast<double>(i) - middle));
    if (u < kLeast || u > 1 - kLeast) return 0.0;
    return counts[i] * (-u * std::log(u) - (1 - u) * std::log(1 - u));
  };
  double best = std::numeric_limits<double>::max();
  Bin out;
  for (std::size_t t = 0; t < counts.size(); ++t) {
    const double above = sums.count.back() - sums.count[t];
    const double low = sums.count[t] > 0 ? sums.moment[t] / sums.count[t] : 0;
    const double high = above > 0 ? (sums.moment.back() - sums.moment[t]) / above : 0;
    double value = 0;
    for (std::size_t i = ends.first; i <= ends.last; ++i) value += fuzziness(i, i <= t ? low : high);
    if (value < best) {
      best = value;
      out = t;
    }
  }
  return out;
}

Bin intermodes(Counts counts) {
  const std::vector<double> smoothed = two_modes(counts);
  if (smoothed.empty()) return std::nullopt;
  const std::vector<std::size_t> modes = modes_of(smoothed);
  return (modes[0] + modes[1]) / 2;
}

Bin minimum(Counts counts) {
  const std::vector<double> smoothed = two_modes(counts);
  if (smoothed.empty()) return std::nullopt;
  const std::size_t last = ends_of(counts).last;
  for (std::size_t i = 1; i < last; ++i) {
    if (smoothed[i - 1] > smoothed[i] && smoothed[i + 1] >= smoothed[i]) return i;
  }
  return std::nullopt;
}

Bin min_error(Counts counts) {
  constexpr int kMostSteps = 1000;  // chosen: it settles within a few or walks in a circle
  const Sums sums = running(counts);
  std::vector<double> squares;
  double square = 0;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    squares.push_back(square += static_cast<double>(i * i) * counts[i]);
  }
  const double all = sums.count.back();
  std::size_t threshold = mean(counts).value_or(0);
  for (int step = 0; step < kMostSteps; ++step) {
    const double low = sums.count[threshold], high = all - low;
    const double mu = sums.moment[threshold] / low, nu = (sums.moment.back() - sums.moment[threshold]) / high;
    const double sigma2 = squares[threshold] / low - mu * mu, tau2 = (square - squares[threshold]) / high - nu * nu;
    const double w0 = 1 / sigma2 - 1 / tau2, w1 = mu / sigma2 - nu / tau2;
    const double w2 = mu * mu / sigma2 - nu * nu / tau2 +
                      std::log10(sigma2 * (high / all) * (high / all) / (tau2 * (low / all) * (low / all)));
    const double root = w1 * w1 - w0 * w2;
    if (root < 0) return threshold;
    const double next = std::floor((w1 + std::sqrt(root)) / w0);
    if (std::isnan(next)) return threshold;
    const Bin bin = bin_of(next, counts.size());
    if (!bin || *bin == threshold) return bin;
    threshold = *bin;
  }
  return std::nullopt;
}

Bin moments(Counts counts) {
  const Shares shares = shares_of(counts);
  double m1 = 0, m2 = 0, m3 = 0;
  for (std::size_t i = 0; i < shares.p.size(); ++i) {
    const auto x = static_cast<double>(i);
    m1 += x * shares.p[i];
    m2 += x * x * shares.p[i];
    m3 += x * x * x * shares.p[i];
  }
  const double cd = m2 - m1 * m1, c0 = (m1 * m3 - m2 * m2) / cd, c1 = (m2 * m1 - m3) / cd;
  const double apart = std::sqrt(c1 * c1 - 4 * c0);
  const double z0 = 0.5 * (-c1 - apart), z1 = 0.5 * (-c1 + apart);
  const double share = (z1 - m1) / (z1 - z0);
  for (std::size_t i = 0; i < shares.below.size(); ++i) {
    if (shares.below[i] > share) return i;
  }
  return std::nullopt;
}

Bin percentile(Counts counts) {
  constexpr double kForeground = 0.5;  // ImageJ's share
  const Sums sums = running(counts);
  double best = 1;
  Bin out;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    const double away = std::abs(sums.count[i] / sums.count.back() - kForeground);
    if (away < best) {
      best = away;
      out = i;
    }
  }
  return out;
}

Bin renyi_entropy(Counts counts) {
  const Shares shares = shares_of(counts);
  const auto log_product = [](double low, double high) { return low * high > 0 ? std::log(low * high) : 0; };
  std::array<std::size_t, 3> t = {
      greatest(
          shares, [](double p) { return std::sqrt(p); },
          [&](double low, double high) { return 2 * log_product(low, high); }),
      greatest(
          shares, [](double p) { return p > 0 ? -p * std::log(p) : 0; },
          [](double low, double high) { return low + high; }),
      greatest(
          shares, [](double p) { return p * p; }, [&](double low, double high) { return -log_product(low, high); })};
  std::sort(t.begin(), t.end());
  constexpr std::size_t kNear = 5;  // bins: Sahoo 1997
  const bool low_near = t[1] - t[0] <= kNear, high_near = t[2] - t[1] <= kNear;
  std::array<double, 3> beta = {1, 2, 1};
  if (low_near && !high_near) beta = {0, 1, 3};
  if (!low_near && high_near) beta = {3, 1, 0};
  const double omega = shares.below[t[2]] - shares.below[t[0]];
  return bin_of(static_cast<double>(t[0]) * (shares.below[t[0]] + 0.25 * omega * beta[0]) +
                    0.25 * static_cast<double>(t[1]) * omega * beta[1] +
                    static_cast<double>(t[2]) * (shares.above[t[2]] + 0.25 * omega * beta[2]),
                counts.size());
}

Bin shanbhag(Counts counts) {
  const Shares shares = shares_of(counts);
  double best = std::numeric_limits<double>::max();
  Bin out;
  for (std::size_t t = shares.first; t <= shares.last; ++t) {
    double low = 0, high = 0;
    const double below = 0.5 / shares.below[t], above = 0.5 / shares.above[t];
    for (std::size_t i = 1; i <= t; ++i) low -= shares.p[i] * std::log(1 - below * shares.below[i - 1]);
    for (std::size_t i = t + 1; i < shares.p.size(); ++i) high -= shares.p[i] * std::log(1 - above * shares.above[i]);
    const double value = std::abs(low * below - high * above);
    if (value < best) {
      best = value;
      out = t;
    }
  }
  return out;
}

}  // namespace vesica::thresholds
