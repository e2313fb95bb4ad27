// SPDX-License-Identifier: Apache-2.0
// Which nuclei are positive: cuts from controls and mixtures, shares with their intervals, rates over fields.
#include <algorithm>
#include <array>
#include <cmath>
#include <tuple>

#include "vesica/assays/nuclei/nuclei.h"
#include "vesica/base/message.h"
#include "vesica/base/number.h"
#include "vesica/base/text.h"
#include "vesica/data/proportion.h"

namespace vesica::nuclei {

namespace {

constexpr std::size_t kLeastNuclei = 20;  // chosen: below, a tail has no shape

void drop_nan(std::vector<double>& values) {
  values.erase(std::remove_if(values.begin(), values.end(), [](double v) { return !std::isfinite(v); }), values.end());
  std::sort(values.begin(), values.end());
}

double median_of_sorted(const std::vector<double>& values) {
  const std::size_t n = values.size();
  return n == 0 ? kNaN : n % 2 == 1 ? values[n / 2] : (values[n / 2 - 1] + values[n / 2]) / 2;
}

struct Normal {
  double mean = 0, sd = 1, share = 0.5;
  double density(double x) const {
    const double z = (x - mean) / sd;
    return share / sd * std::exp(-z * z / 2);
  }
};

/// Two normals from the halves of the values that part them best (least squares), then expectation maximisation.
std::array<Normal, 2> fit_two(const std::vector<double>& x) {
  constexpr int kSteps = 500;
  constexpr double kStill = 1e-10;  // relative change of the means
  const std::size_t n = x.size();
  std::vector<double> sum(n + 1, 0);
  for (std::size_t i = 0; i < n; ++i) sum[i + 1] = sum[i] + x[i];
  std::size_t split = n / 2;
  double best = -1;
  for (std::size_t k = 1; k < n; ++k) {
    const auto a = static_cast<double>(k), b = static_cast<double>(n - k);
    const double apart = sum[k] / a - (sum[n] - sum[k]) / b;
    if (a * b * apart * apart > best) {
      best = a * b * apart * apart;
      split = k;
    }
  }
  // No component narrower than a hundredth of the range: one value alone is no population.
  const double floor = std::max(1e-9, (x.back() - x.front()) / 100);
  std::array<Normal, 2> out;
  const auto set = [&](Normal& part, const auto& weight) {
    double w = 0, m = 0, s = 0;
    for (std::size_t i = 0; i < n; ++i) {
      w += weight(i);
      m += weight(i) * x[i];
    }
    m /= std::max(w, 1e-300);
    for (std::size_t i = 0; i < n; ++i) s += weight(i) * (x[i] - m) * (x[i] - m);
    part = {m, std::max(floor, std::sqrt(s / std::max(w, 1e-300))), w / static_cast<double>(n)};
  };
  set(out[0], [&](std::size_t i) { return i < split ? 1.0 : 0.0; });
  set(out[1], [&](std::size_t i) { return i < split ? 0.0 : 1.0; });
  std::vector<double> upper(n);
  for (int step = 0; step < kSteps; ++step) {
    for (std::size_t i = 0; i < n; ++i) {
      const double a = out[0].density(x[i]), b = out[1].density(x[i]);
      upper[i] = a + b > 0 ? b / (a + b) : (x[i] > (out[0].mean + out[1].mean) / 2 ? 1 : 0);
    }
    const double before = out[0].mean + out[1].mean;
    set(out[0], [&](std::size_t i) { return 1 - upper[i]; });
    set(out[1], [&](std::size_t i) { return upper[i]; });
    if (std::abs(out[0].mean + out[1].mean - before) <= kStill * (std::abs(before) + 1)) break;
  }
  if (out[0].mean > out[1].mean) std::swap(out[0], out[1]);
  return out;
}

}  // namespace

Cut cut_from_control(std::vector<double> values) {
  drop_nan(values);
  Cut out;
  out.n = static_cast<std::int64_t>(values.size());
  if (values.size() < kLeastNuclei) return out;
  constexpr double kShare = 0.99;
  const auto rank = static_cast<std::size_t>(std::ceil(kShare * static_cast<double>(values.size())));
  out.value = values[std::min(rank, values.size()) - 1];
  out.control_median = median_of_sorted(values);
  return out;
}

Cut cut_from_mixture(std::vector<double> values) {
  drop_nan(values);
  Cut out;
  out.n = static_cast<std::int64_t>(values.size());
  if (values.size() < kLeastNuclei) return out;
  const double middle = median_of_sorted(values);
  std::vector<double> away, logs;
  for (const double value : values) away.push_back(std::abs(value - middle));
  std::sort(away.begin(), away.end());
  const double scale = 2 * 1.4826 * median_of_sorted(away);
  if (!(scale > 0)) return out;
  for (const double value : values) logs.push_back(std::asinh((value - middle) / scale));
  if (!(logs.back() > logs.front())) return out;
  const std::array<Normal, 2> parts = fit_two(logs);
  out.separation = std::sqrt(2.0) * (parts[1].mean - parts[0].mean) / std::hypot(parts[0].sd, parts[1].sd);
  constexpr double kAshman = 2;
  if (!(out.separation >= kAshman)) return out;
  double low = parts[0].mean, high = parts[1].mean;
  for (int i = 0; i < 100; ++i) {
    const double here = (low + high) / 2;
    (parts[0].density(here) > parts[1].density(here) ? low : high) = here;
  }
  out.value = middle + scale * std::sinh((low + high) / 2);
  return out;
}

bool control_is_brighter(const Cut& cut, const std::vector<double>& values) {
  if (!std::isfinite(cut.control_median)) return false;
  std::size_t all = 0, above = 0;
  for (const double value : values) {
    if (!std::isfinite(value)) continue;
    ++all;
    if (value > cut.control_median) ++above;
  }
  return all >= kLeastNuclei && static_cast<double>(above) < 0.1 * static_cast<double>(all);
}

Outcome derive_rates(const ObservationTable& table) {
  struct Sum {
    Observation row;
    std::uint64_t positive = 0, all = 0;
    bool bad = false;
  };
  std::map<std::tuple<std::string, std::string, std::string, std::string, std::string>, Sum> sums;
  for (std::size_t i = 0; i < table.size(); ++i) {
    if (table.quantity(i) != "nuclei.positive_fraction" || table.origin(i) != Origin::kMeasured) continue;
    Observation row = table.row(i);
    std::string time = std::isfinite(row.time_h) ? std::to_string(row.time_h) : "";
    Sum& sum = sums[{row.target, row.condition, row.sample, row.replicate, std::move(time)}];
    sum.row = row;
    if (row.status == Status::kOk && std::isfinite(row.value)) {
      sum.positive += static_cast<std::uint64_t>(std::llround(row.value * static_cast<double>(row.n)));
      sum.all += static_cast<std::uint64_t>(row.n);
    } else if (row.status != Status::kNoObjects) {
      sum.bad = true;
    }
  }
  Outcome out;
  for (auto& [key, sum] : sums) {
    Observation row = sum.row;
    row.quantity = "nuclei.positive_rate";
    row.part.clear();
    row.sd = kNaN;
    const Share share = wilson95(sum.positive, sum.all);
    row.value = share.value;
    row.low = share.low;
    row.high = share.high;
    row.interval = sum.all > 0 ? "wilson95" : "";
    row.n = static_cast<std::int64_t>(sum.all);
    row.status = sum.all > 0 ? Status::kOk : sum.bad ? Status::kNotMeasurable : Status::kNoObjects;
    out.observations.add(row);
  }
  return out;
}

std::optional<Issue> mixed_magnifications(const ObservationTable& table) {
  constexpr double kSame = 0.02;                       // chosen: calibrations of one objective differ by less
  std::map<double, std::vector<std::string>> samples;  // by size of the pixel
  for (std::size_t i = 0; i < table.size(); ++i) {
    if (table.quantity(i) != "nuclei.pixel_size" || table.origin(i) != Origin::kMeasured) continue;
    if (!std::isfinite(table.value(i)) || table.sample(i).empty()) continue;
    auto same = std::find_if(samples.begin(), samples.end(), [&](const auto& each) {
      return std::abs(each.first - table.value(i)) <= kSame * each.first;
    });
    if (same == samples.end()) same = samples.emplace(table.value(i), std::vector<std::string>{}).first;
    const std::string name(table.sample(i));
    if (std::find(same->second.begin(), same->second.end(), name) == same->second.end()) same->second.push_back(name);
  }
  if (samples.size() < 2) return std::nullopt;
  constexpr std::size_t kShown = 3;
  std::vector<std::string> parts;
  for (const auto& [pixel, names] : samples) {
    std::vector<std::string> shown(names.begin(),
                                   names.begin() + static_cast<std::ptrdiff_t>(std::min(kShown, names.size())));
    if (names.size() > kShown) shown.push_back("...");
    parts.push_back(say("{0} µm in {1}", readable_number(pixel, 3), join(shown, ", ")));
  }
  return Issue{Severity::kWarning,
               "nuclei.mixed_magnification",
               say("Samples were photographed at different magnifications, a pixel is {}: one setting finds different "
                   "nuclei at each, and their numbers cannot be compared.",
                   join(parts, "; ")),
               {},
               say("Compare images of one magnification, or check \"pixel_um\"."),
               "",
               ""};
}

}  // namespace vesica::nuclei
