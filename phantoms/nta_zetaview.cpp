// SPDX-License-Identifier: Apache-2.0
// ZetaView's text format, software 8.05 and 8.06, as in public exports.
#include <algorithm>
#include <cmath>
#include <numbers>

#include "phantoms/nta_render.h"
#include <fmt/format.h>

#include "vesica/base/text.h"

namespace vesica::phantom {

namespace {

constexpr double kPerCount = 4.291e5;  // concentration per counted particle, /mL: one public instrument
constexpr std::size_t kLinear = 1200;
constexpr double kLinearStep = 5;
constexpr std::size_t kLog = 200;
constexpr double kLogFirst = 4.683;  // first and last centre (6.025e3) as in public exports
constexpr double kLogRatio = 1.03664;

/// "2.500E+0": four digits, exponent without leading zeros.
std::string scientific(double value) {
  const std::string text = fmt::format("{:.3E}", value);
  const std::size_t mark = text.find('E');
  return text.substr(0, mark + 2) + std::to_string(std::stoi(text.substr(mark + 2)));
}

std::string row(double size, double count, double per_trace) {
  const double volume = count * std::numbers::pi / 6 * size * size * size;
  const double projected = count * std::numbers::pi / 4 * size * size;
  return fmt::format("{}\t{}\t{}\t{}\t{}\r\n", scientific(size), scientific(count), scientific(count * per_trace),
                     scientific(volume), scientific(projected));
}

/// Median between bin centres of the linear table, as ZetaView prints it.
double printed_median(const std::vector<double>& counts, double traces) {
  double below = 0;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    if (counts[i] > 0 && below + counts[i] >= traces / 2) {
      const double centre = kLinearStep * (static_cast<double>(i) + 0.5);
      const double before = i > 0 ? centre - kLinearStep : 0;
      return before + (traces / 2 - below) / counts[i] * (centre - before);
    }
    below += counts[i];
  }
  return 0;
}

std::string header(const NtaPhantomSettings& settings, const NtaExport& what, const SeenVideo& video, double median) {
  const bool newer = settings.version == "zetaview_8.06";
  const auto traces = static_cast<double>(video.true_nm.size());
  const double average = video.cell_per_ml / kPerCount;
  std::string out;
  const auto add = [&](const std::string& line) { out += line + "\r\n"; };
  add(fmt::format("Original File:\tC:\\data\\{}_size_488.avi\tSection:\t0.1 [0]", video.name));
  add("Operator:\tphantom");
  add("Experiment:\t" + video.name);
  add(newer ? "ZetaView S/N:\t24-1152" : "ZetaVIEW S/N:\t18-398");
  add(newer ? "Software:\tZetaView (version 8.06.01 SP1)\tAnalyze:\t8.06.01 SP1"
            : "Software:\tZetaView (version 8.05.16 SP3)\tAnalyze:\t8.05.16 SP3");
  add("SOP:\tEV_488");
  add("Sample:\t" + what.sample);
  add("Electrolyte:\tPBS");
  add("pH:\t7.000000\tentered");
  add(newer ? "Conductivity: 65.000000\tsensed" : "Conductivity:\t14912.000000\tsensed");
  if (newer) add("SetTemperature:\t25.000000");
  add(fmt::format("Temperature:\t{:.6f}\tsensed", video.temperature_c));
  add(fmt::format("Viscosity:\t{:.6f}", video.viscosity_mpa_s));
  add("Date:\t2023-04-19");
  add("Time:\t10:31:11");
  add("Remarks:\trendered, not measured");
  add("Sample Info 3:");
  add("Scattering Intensity:\t22.600000");
  add(fmt::format("Detected Particles:\t{:.0f}", average));
  add("Particle Drift Checked:\t1904-01-01 01:00:00");
  add(std::string("Particle Drift Check Result:\t") + (video.flagged ? "too high" : "Good"));
  add("Cell Check Result:\tVery Good");
  add("Type of Measurement:\tSize Distribution");
  if (newer) add("Positions:\t11");
  add(fmt::format("Number of Traces:\t{:.0f}\t(at 0.099990)\tAverage Number of Particles:\t{:.6f}\tDilution::\t{:.6f}",
                  traces, average, settings.dilution));
  if (newer) add("Concentration Correction Factor:\t1.000000");
  add("Image Evaluation:");
  add("Minimum Brightness:\t30");
  add("Minimum Tracelength:\t15");
  add("Camera:\tFpSec 30 #Cycles 1 FRate 30.000000");
  add("Brightness:\tNaN");
  add("Camera Trigger Duration \xB5s:\tShutter Duration");  // Latin-1
  add("Cell parameter:");
  add("Micrometer per Pixel:\t0.713000");
  add("Results (Pos 0.099993):");
  add(fmt::format("Median Number (D50):\t{:.6f}", median));
  add(fmt::format("Median Concentration (D50):\t{:.6f}", median));
  add("Size Distribution");
  add("Size / nm\tNumber\tConcentration / cm-3\tVolume / nm^3\tArea / nm^2");
  return out;
}

/// Points between digits become commas, as a German or French Windows writes them.
std::string with_commas(std::string text) {
  const auto digit = [&](std::size_t i) { return i < text.size() && text[i] >= '0' && text[i] <= '9'; };
  const std::size_t software = text.find("Software:");
  const std::size_t end = text.find("\r\n", software);
  for (std::size_t i = 1; i < text.size(); ++i) {
    if (text[i] == '.' && digit(i - 1) && digit(i + 1) && !(i > software && i < end)) text[i] = ',';
  }
  return text;
}

}  // namespace

std::string zetaview_text(const NtaPhantomSettings& settings, const NtaExport& what, const SeenVideo& video) {
  std::vector<double> linear(kLinear, 0.0);
  std::vector<double> log(kLog, 0.0);
  for (const double d : video.reported_nm) {
    linear[std::min(kLinear - 1, static_cast<std::size_t>(d / kLinearStep))] += 1;
    const double place = std::log(d / kLogFirst) / std::log(kLogRatio) + 0.5;
    log[static_cast<std::size_t>(std::clamp(place, 0.0, static_cast<double>(kLog - 1)))] += 1;
  }
  const auto traces = static_cast<double>(video.true_nm.size());
  const double per_trace = traces > 0 ? video.cell_per_ml / traces : 0;
  std::string out = header(settings, what, video, printed_median(linear, traces));
  for (std::size_t i = 0; i < kLinear && traces > 0; ++i)
    out += row(kLinearStep * (static_cast<double>(i) + 0.5), linear[i], per_trace);
  out += "-1.000E+0\t-1.000E+0\t-1.000E+0\t-1.000E+0\t0.000E+0\r\n";
  for (std::size_t i = 0; i < kLog && traces > 0; ++i)
    out += row(kLogFirst * std::pow(kLogRatio, static_cast<double>(i)), log[i], per_trace);
  return settings.decimal_comma ? with_commas(std::move(out)) : out;
}

}  // namespace vesica::phantom
