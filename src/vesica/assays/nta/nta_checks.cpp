// SPDX-License-Identifier: Apache-2.0
// What the instrument prints against what its own bins say.
#include <algorithm>
#include <cmath>
#include <numbers>

#include "vesica/assays/nta/nta_parts.h"
#include "vesica/base/message.h"
#include "vesica/base/number.h"

namespace vesica::nta {

namespace {

constexpr double kTotalTolerance = 0.005;     // print of three digits: 801 videos lay within 0.9958 to 1.0046
constexpr double kNta32Offset = -1.0;         // nm: NTA 3.2 prints percentiles 1.000 nm too low (451 videos)
constexpr double kPercentileTolerance = 0.3;  // nm; chosen: 347 + 451 videos had an SD of 0.03 and a print step of 0.1
constexpr double kViscosityTolerance = 2e-6;  // relative; both laws were recovered within 5.5e-7, print of six decimals
constexpr double kColumnTolerance = 2e-3;     // relative; ZetaView prints four digits
constexpr double kCentreRuleTolerance = 0.02;  // of a bin; chosen
// Concentration per counted particle, /mL: 3.77e5 to 4.59e5 on three instruments; ten times either way is a unit error.
constexpr double kLowestConstant = 4e4;
constexpr double kHighestConstant = 5e6;

bool differs(double a, double b, double tolerance) {
  return std::abs(a - b) > tolerance * std::max(std::abs(a), std::abs(b));
}

class VideoCheck {
 public:
  VideoCheck(const SizeReport& report, const SizeVideo& video, const SizeTable& table, const Distribution& bins,
             const std::string& path, std::vector<Issue>& issues)
      : report_(report), video_(video), table_(table), bins_(bins), path_(path), issues_(issues) {}

  void check_total();
  void check_median();
  void check_viscosity();
  void check_zetaview();

 private:
  void check_columns();
  void check_counts();
  void warn(const char* kind, std::string message, std::string hint, Severity severity = Severity::kWarning) {
    issues_.push_back(issue(severity, kind, std::move(message), std::move(hint), path_));
  }
  double printed(const char* name) const {
    const auto found = table_.printed.find(name);
    return found == table_.printed.end() ? kNaN : found->second;
  }

  const SizeReport& report_;
  const SizeVideo& video_;
  const SizeTable& table_;
  const Distribution& bins_;
  const std::string& path_;
  std::vector<Issue>& issues_;
};

void VideoCheck::check_total() {
  const double print = video_.concentration_per_ml;
  if (!(print > 0) || !differs(total(bins_), print, kTotalTolerance)) return;
  warn("nta.total_mismatch",
       say("The bins of the video \"{}\" add up to {} per mL, the file prints {}.", video_.name,
           readable_number(total(bins_), 4), readable_number(print, 4)),
       say("Bins are missing or were edited; export the file again."));
}

/// Median over bin centres, as ZetaView prints it: linear between the centres of the cumulated counts.
double median_between_centres(const Distribution& bins) {
  const double half = total(bins) / 2;
  double below = 0;
  for (std::size_t i = 0; i < bins.amount.size(); ++i) {
    if (below + bins.amount[i] >= half && bins.amount[i] > 0) {
      const double before = i > 0 ? bins.centre[i - 1] : bins.lower[i];
      return before + (half - below) / bins.amount[i] * (bins.centre[i] - before);
    }
    below += bins.amount[i];
  }
  return kNaN;
}

void VideoCheck::check_median() {
  const double print = printed("d50");
  if (!(print > 0) || !(total(bins_) > 0)) return;
  const bool nanosight = report_.vendor == "NanoSight";
  const double own = nanosight ? percentile(bins_, 0.5) : median_between_centres(bins_);
  double difference = print - own;
  double tolerance = kPercentileTolerance;
  if (nanosight) {
    const bool is32 = report_.software_version.starts_with("NTA 3.2");
    const bool is34 = report_.software_version.starts_with("NTA 3.4");
    if (is32 || (!is34 && std::abs(difference - kNta32Offset) < std::abs(difference))) difference -= kNta32Offset;
  } else {
    if (table_.scale != "linear") return;
    tolerance = kCentreRuleTolerance * (bins_.upper[0] - bins_.lower[0]);
  }
  if (std::abs(difference) <= tolerance) return;
  warn("nta.median_mismatch",
       say("The file prints a median of {} nm for the video \"{}\"; by the rule of its version its bins give {} nm.",
           readable_number(print, 4), video_.name, readable_number(print - difference, 4)),
       say("Bins or print were edited, or this build counts otherwise; the bins are used."));
}

void VideoCheck::check_viscosity() {
  const double t = video_.temperature_c;
  if (!std::isfinite(t) || !(video_.viscosity_mpa_s > 0)) return;
  const double law = report_.vendor == "NanoSight" ? nanosight_viscosity_mpa_s(t) : zetaview_viscosity_mpa_s(t);
  if (!differs(video_.viscosity_mpa_s, law, kViscosityTolerance)) return;
  warn("nta.viscosity_law",
       say("The instrument sized the video \"{}\" with {} mPa.s; its law for water at {} Celsius gives {}: somebody "
           "entered a "
           "value, or this build has another law.",
           video_.name, readable_number(video_.viscosity_mpa_s, 6), readable_number(t, 4), readable_number(law, 6)),
       say("Sizes are corrected from the value that was used; when the diluent is not water, set \"viscosity_mpa_s\"."),
       Severity::kNote);
}

void VideoCheck::check_columns() {
  const bool whole = table_.number.size() == bins_.amount.size() && table_.volume_nm3.size() == bins_.amount.size() &&
                     table_.area_nm2.size() == bins_.amount.size();
  double constant = kNaN;
  for (std::size_t i = 0; i < bins_.amount.size() && whole; ++i) {
    if (!(table_.number[i] > 0)) continue;
    const double per_count = bins_.amount[i] / table_.number[i];
    const double volume = table_.number[i] * std::numbers::pi / 6 * std::pow(bins_.centre[i], 3);
    const double area = table_.number[i] * std::numbers::pi / 4 * std::pow(bins_.centre[i], 2);
    if (std::isnan(constant)) constant = per_count;
    const char* wrong = differs(per_count, constant, kColumnTolerance)            ? "Concentration"
                        : differs(table_.volume_nm3[i], volume, kColumnTolerance) ? "Volume"
                        : differs(table_.area_nm2[i], area, kColumnTolerance)     ? "Area"
                                                                                  : nullptr;
    if (wrong == nullptr) continue;
    warn("nta.zetaview_column",
         say("At {} nm the column \"{}\" does not follow from the column \"Number\" as in every other ZetaView export.",
             readable_number(bins_.centre[i], 4), wrong),
         say("The table was edited, or this build counts otherwise; numbers and concentrations are used as they are."));
    return;
  }
}

void VideoCheck::check_counts() {
  double counted = 0;
  for (const double n : table_.number) counted += n;
  for (const SizeTable& other : video_.tables) {
    double theirs = 0;
    for (const double n : other.number) theirs += n;
    const double outside = std::abs(theirs - video_.completed_tracks);
    if (std::isfinite(outside) && outside > 0.5) {
      warn(
          "nta.zetaview_traces",
          say("The {} size table holds {} trace(s), the file prints {}.", other.scale, theirs, video_.completed_tracks),
          say("Lines are missing, or traces lie outside the table; export the file again."));
    }
  }
  const double average = video_.particles_per_frame;
  if (!(counted > 0) || !(average > 0)) return;
  const double constant = total(bins_) / average;
  if (constant >= kLowestConstant && constant <= kHighestConstant) return;
  warn("nta.zetaview_constant",
       say("One counted particle stands for {} per mL; three known instruments have 3.8e5 to 4.6e5.",
           readable_number(constant, 3)),
       say("Check the unit of the concentration column and the correction factor of the instrument."));
}

void VideoCheck::check_zetaview() {
  check_columns();
  check_counts();
  const ReportEntry* correction = report_.find("Header", "Concentration Correction Factor");
  if (correction == nullptr || correction->values.empty()) return;
  const std::optional<double> factor = parse_number(correction->values[0], DecimalMark::kComma);
  if (factor && *factor != 1) {
    warn("nta.zetaview_correction",
         say("The instrument notes a concentration correction factor of {}; it is taken as already applied.", *factor),
         say("When it is not, multiply it into \"dilution\"."));
  }
}

}  // namespace

void cross_check(const SizeReport& report, const SizeVideo& video, const Settings& settings, const std::string& path,
                 std::vector<Issue>& issues) {
  const SizeTable* table = number_table(video, settings);
  if (table == nullptr) return;
  const std::optional<Distribution> bins = distribution_of(*table);
  if (!bins) return;
  VideoCheck check(report, video, *table, *bins, path, issues);
  check.check_total();
  check.check_median();
  check.check_viscosity();
  if (report.vendor == "ZetaView") check.check_zetaview();
}

}  // namespace vesica::nta
