// SPDX-License-Identifier: Apache-2.0
#include "vesica/assays/nta/nta.h"

#include <algorithm>
#include <cmath>

#include "vesica/base/text.h"

namespace vesica::nta {

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
