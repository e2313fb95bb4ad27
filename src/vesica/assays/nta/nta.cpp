// SPDX-License-Identifier: Apache-2.0
#include "vesica/assays/nta/nta.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "vesica/base/text.h"

namespace vesica::nta {

namespace {

constexpr double kNm2PerUm2 = 1e6;
constexpr double kNm3PerUm3 = 1e9;

double density(const Distribution& bins, std::size_t i) { return bins.amount[i] / (bins.upper[i] - bins.lower[i]); }

}  // namespace

double nanosight_viscosity_mpa_s(double temperature_c) {
  const double below = 20 - temperature_c;
  return std::pow(10.0, (1.3272 * below - 0.001053 * below * below) / (temperature_c + 105));
}

double zetaview_viscosity_mpa_s(double temperature_c) { return 1.0020 - 0.02043 * (temperature_c - 20); }

std::optional<Distribution> distribution_of(const SizeTable& table) {
  const std::size_t n = table.centre_nm.size();
  if (table.lower_nm.size() != n || table.upper_nm.size() != n || table.concentration_per_ml.size() != n) {
    return std::nullopt;
  }
  for (std::size_t i = 0; i < n; ++i) {
    const double lower = table.lower_nm[i], upper = table.upper_nm[i], centre = table.centre_nm[i];
    const double amount = table.concentration_per_ml[i];
    if (!(lower >= 0 && lower < upper && lower <= centre && centre <= upper && std::isfinite(upper)))
      return std::nullopt;
    if (i > 0 && !(centre > table.centre_nm[i - 1])) return std::nullopt;
    if (!(amount >= 0) || !std::isfinite(amount)) return std::nullopt;
  }
  return Distribution{table.lower_nm, table.upper_nm, table.centre_nm, table.concentration_per_ml};
}

void scale_sizes(Distribution& bins, double factor) {
  for (std::vector<double>* column : {&bins.lower, &bins.upper, &bins.centre}) {
    for (double& value : *column) value *= factor;
  }
}

double total(const Distribution& bins) {
  double sum = 0;
  for (const double amount : bins.amount) sum += amount;
  return sum;
}

double percentile(const Distribution& bins, double p) {
  const double target = p * total(bins);
  double below = 0;
  double last = kNaN;
  for (std::size_t i = 0; i < bins.amount.size(); ++i) {
    const double amount = bins.amount[i];
    if (!(amount > 0)) continue;
    if (below + amount >= target) {
      return bins.lower[i] + std::max(0.0, target - below) / amount * (bins.upper[i] - bins.lower[i]);
    }
    below += amount;
    last = bins.upper[i];
  }
  return last;
}

double mode(const Distribution& bins) {
  std::size_t top = 0;
  double highest = 0;
  for (std::size_t i = 0; i < bins.amount.size(); ++i) {
    if (density(bins, i) <= highest) continue;
    highest = density(bins, i);
    top = i;
  }
  if (!(highest > 0)) return kNaN;
  if (top == 0 || top + 1 == bins.amount.size()) return bins.centre[top];
  const double x0 = bins.centre[top - 1], x1 = bins.centre[top], x2 = bins.centre[top + 1];
  const double left = (highest - density(bins, top - 1)) / (x1 - x0);   // >= 0: slope up to the top
  const double right = (highest - density(bins, top + 1)) / (x2 - x1);  // >= 0: slope down from it
  if (!(left + right > 0)) return x1;
  // Newton's form of the parabola: its slope at x1 is the mean of both slopes weighted by the other interval.
  const double curvature = -(left + right) / (x2 - x0);
  const double slope = (left * (x2 - x1) - right * (x1 - x0)) / (x2 - x0);
  return std::clamp(x1 - slope / (2 * curvature), x0, x2);
}

SizeSummary summarise(const Distribution& bins) {
  SizeSummary out{total(bins), kNaN, kNaN, kNaN, kNaN, kNaN, kNaN, kNaN, 0, 0};
  if (!(out.total > 0)) return out;
  double first = 0;
  for (std::size_t i = 0; i < bins.amount.size(); ++i) {
    const double d = bins.centre[i];
    first += bins.amount[i] * d;
    out.surface_um2 += bins.amount[i] * std::numbers::pi * d * d / kNm2PerUm2;
    out.volume_um3 += bins.amount[i] * std::numbers::pi / 6 * d * d * d / kNm3PerUm3;
  }
  out.mean = first / out.total;
  double second = 0;
  for (std::size_t i = 0; i < bins.amount.size(); ++i) {
    second += bins.amount[i] * (bins.centre[i] - out.mean) * (bins.centre[i] - out.mean);
  }
  out.sd = std::sqrt(second / out.total);
  out.mode = mode(bins);
  out.d10 = percentile(bins, 0.1);
  out.d50 = percentile(bins, 0.5);
  out.d90 = percentile(bins, 0.9);
  out.span = (out.d90 - out.d10) / out.d50;
  return out;
}

Distribution regrid(const Distribution& bins, double width_nm) {
  Distribution out;
  std::size_t used = bins.amount.size();
  while (used > 0 && !(bins.amount[used - 1] > 0)) --used;
  if (used == 0) return out;
  const double needed = std::ceil(bins.upper[used - 1] / width_nm - 1e-9);
  if (!(needed <= static_cast<double>(kMaxGridBins))) return out;
  const auto n = static_cast<std::size_t>(std::max(1.0, needed));
  out.amount.assign(n, 0.0);
  for (std::size_t i = 0; i < used; ++i) {
    if (!(bins.amount[i] > 0)) continue;
    const double per_nm = density(bins, i);
    auto k = std::min(n - 1, static_cast<std::size_t>(bins.lower[i] / width_nm));
    double left = bins.lower[i];
    for (; k < n; ++k) {
      const double right = k + 1 == n ? bins.upper[i] : std::min(bins.upper[i], static_cast<double>(k + 1) * width_nm);
      if (right > left) out.amount[k] += per_nm * (right - left);
      left = std::max(left, right);
      if (right >= bins.upper[i]) break;
    }
  }
  for (std::size_t k = 0; k < n; ++k) {
    out.lower.push_back(static_cast<double>(k) * width_nm);
    out.upper.push_back(static_cast<double>(k + 1) * width_nm);
    out.centre.push_back((static_cast<double>(k) + 0.5) * width_nm);
  }
  return out;
}

bool is_flagged(const SizeVideo& video, std::string_view rule) {
  if (rule == "none") return false;
  if (rule == "any") return !video.flags.empty();
  for (const auto& [key, word] : video.flags) {
    if (rule == "concentration" && key.starts_with("Concentration Warnings: ")) return true;
    if (rule == "validity" && key == "Concentration Warnings: Validity of concentration measurement") return true;
  }
  return false;
}

std::vector<std::string> experiments_of(const SizeReport& report) {
  std::vector<std::string> out(report.videos.size());
  constexpr std::string_view kIntro = "Created from combined experiments:";
  const ReportEntry* remarks = report.find("Experiment Details", "Remarks");
  if (remarks == nullptr || remarks->values.empty() || !remarks->values[0].starts_with(kIntro)) return out;
  std::vector<std::string> names;
  for (std::string_view name : split(std::string_view(remarks->values[0]).substr(kIntro.size()), ',')) {
    name = trim(name);
    if (name.ends_with(".nano")) name.remove_suffix(5);
    while (name.ends_with('_') || name.ends_with(' ')) name.remove_suffix(1);
    if (!name.empty()) names.emplace_back(name);
  }
  for (std::size_t i = 0; i < out.size(); ++i) {
    for (const std::string& name : names) {
      const std::string& video = report.videos[i].name;
      const bool fits = video.starts_with(name) &&
                        (video.size() == name.size() || video[name.size()] == '_' || video[name.size()] == ' ');
      if (fits && name.size() > out[i].size()) out[i] = name;
    }
    if (out[i].empty()) return std::vector<std::string>(out.size());
  }
  return out;
}

}  // namespace vesica::nta
