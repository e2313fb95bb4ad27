// SPDX-License-Identifier: Apache-2.0
// NanoSight's own formats. Layout of NTA 3.2 and 3.4 as in public exports; of 3.0 no public file was at hand: it is
// written like 3.2 without the block [Concentration Warnings] (our assumption).
#include <algorithm>
#include <cmath>
#include <numbers>

#include "phantoms/nta_render.h"
#include <fmt/format.h>

#include "vesica/base/text.h"

namespace vesica::phantom {

namespace {

constexpr std::size_t kBins = 1000;
constexpr double kFrameRate = 25;   // Hz; NTA prints 24.9825
constexpr double kPixelUm = 0.166;  // sCMOS with 20x, NanoTrackJ's table
constexpr double kBoltzmann = 1.380649e-23;

double percentile(const std::vector<double>& bins, double p) {
  double sum = 0;
  for (const double each : bins) sum += each;
  double below = 0;
  for (std::size_t i = 0; i < bins.size(); ++i) {
    if (bins[i] > 0 && below + bins[i] >= p * sum) return static_cast<double>(i) + (p * sum - below) / bins[i];
    below += bins[i];
  }
  return static_cast<double>(bins.size());
}

/// What NTA prints about one distribution.
struct Print {
  double total = 0, mean = 0, mode = 0, sd = 0, d10 = 0, d50 = 0, d90 = 0;
  std::vector<double> percentiles;
};

Print print_of(const std::vector<double>& bins, double offset) {
  Print out;
  double first = 0, second = 0;
  std::size_t top = 0;
  for (std::size_t i = 0; i < bins.size(); ++i) {
    const double d = static_cast<double>(i) + 0.5;
    out.total += bins[i];
    first += bins[i] * d;
    second += bins[i] * d * d;
    if (bins[i] > bins[top]) top = i;
  }
  if (!(out.total > 0)) {
    out.percentiles.assign(101, 0);
    return out;
  }
  out.mean = first / out.total;
  out.sd = std::sqrt(std::max(0.0, second / out.total - out.mean * out.mean));
  out.mode = static_cast<double>(top) + 0.5;
  if (top > 0 && top + 1 < bins.size()) {
    const double bend = bins[top - 1] - 2 * bins[top] + bins[top + 1];
    if (bend < 0) out.mode += 0.5 * (bins[top - 1] - bins[top + 1]) / bend;
  }
  for (int p = 0; p <= 100; ++p) out.percentiles.push_back(std::max(0.0, percentile(bins, p / 100.0) + offset));
  out.d10 = out.percentiles[10];
  out.d50 = out.percentiles[50];
  out.d90 = out.percentiles[90];
  return out;
}

/// Cells of one line; NTA 3.2 pads to a common width, NTA 3.4 ends lines with one comma.
class Lines {
 public:
  Lines(std::size_t width, bool padded, bool comma) : width_(width), padded_(padded), comma_(comma) {}
  void add(std::vector<std::string> cells) {
    const std::size_t used = cells.size();
    for (std::size_t i = 0; i < cells.size(); ++i) {
      if (i > 0) text_ += comma_ ? ';' : ',';
      text_ += cells[i];
    }
    const std::size_t blanks = padded_ ? (used < width_ ? width_ - used : 0) : 1;
    text_.append(blanks, comma_ ? ';' : ',');
    text_ += "\r\n";
  }
  std::string take() { return std::move(text_); }

 private:
  std::size_t width_;
  bool padded_, comma_;
  std::string text_;
};

class SummaryWriter {
 public:
  SummaryWriter(const NtaPhantomSettings& settings, const NtaExport& what, const std::vector<SeenVideo>& videos)
      : settings_(settings),
        what_(what),
        videos_(videos),
        old_(settings.version != "nanosight_3.4"),
        lines_(videos.size() + 3, old_, settings.decimal_comma) {}
  std::string run();

 private:
  std::string number(double value, int decimals) const {
    std::string text = fmt::format("{:.{}f}", value, decimals);
    return settings_.decimal_comma ? replace_all(std::move(text), ".", ",") : text;
  }
  std::string scientific(double value) const {
    std::string text =
        old_ ? fmt::format("{:.0f}", std::stod(fmt::format("{:.2e}", value))) : fmt::format("{:.2e}", value);
    return settings_.decimal_comma ? replace_all(std::move(text), ".", ",") : text;
  }
  void line(std::vector<std::string> cells) { lines_.add(std::move(cells)); }
  template <typename F>
  void per_video(const std::string& key, F value) {
    std::vector<std::string> cells = {key};
    for (std::size_t v = 0; v < videos_.size(); ++v) cells.push_back(value(v));
    line(std::move(cells));
  }
  void same(const std::string& key, const std::string& value) {
    per_video(key, [&](std::size_t) { return value; });
  }
  void details();
  void conditions();
  void results();
  void warnings();
  void table();
  /// Values of all videos followed by their average and standard error.
  void statistic(const std::string& key, double Print::*member, int decimals);

  const NtaPhantomSettings& settings_;
  const NtaExport& what_;
  const std::vector<SeenVideo>& videos_;
  bool old_;
  Lines lines_;
  std::vector<std::vector<double>> bins_;
  std::vector<Print> prints_;
};

void SummaryWriter::details() {
  const std::string version = settings_.version == "nanosight_3.4"   ? "NTA 3.4 Build 3.4.003"
                              : settings_.version == "nanosight_3.2" ? "NTA 3.2 Dev Build 3.2.16"
                                                                     : "NTA 3.0 Build 0069";
  line({"NTA Experiment Summary File"});
  line({"Created with " + version});
  line({""});
  line({"[Experiment Details]"});
  line({"Software Version", version});
  line({"Experiment Name", what_.name + ".nano"});
  if (old_) line({"Sample Name", what_.sample});
  line({"Operator Name", "phantom"});
  line({"Time Captured", "11:33:44  27/10/2020"});
  if (!old_) line({"Sample Description", what_.sample});
  line({"Pre-treatment"});
  line({"Diluent", "PBS"});
  line({"Remarks", "\"rendered, not measured\""});
  line({""});
  per_video("Filename:", [&](std::size_t v) { return videos_[v].name; });
  if (!old_) same("Processed", "Yes");
  line({""});
}

void SummaryWriter::conditions() {
  line({"[Conditions]"});
  per_video("Temperature/C", [&](std::size_t v) { return number(videos_[v].temperature_c, 3); });
  per_video("Viscosity/cP", [&](std::size_t v) { return number(videos_[v].viscosity_mpa_s, 6); });
  same("Camera Type", "sCMOS");
  same("Laser Type", "Blue488");
  same("Camera Level", "14");
  same("Shutter/ms", number(22.25, 2));
  same("Camera Histogram Upper Limit", "16380");
  same("Camera Histogram Lower Limit", "0");
  same("Frame rate/fps", number(24.9825, 4));
  same("Syringe Pump Speed/AU", "50");
  line({""});
  line({"[Settings]"});
  same("Detection Threshold", "5");
  same("Max Jump Mode", "Auto");
  same("Max Jump Distance", number(14.1, 4));
  same("Blur", "Auto");
  same("Min Track Length", "Auto");
  same("First frame", "0");
  same("Total frames analysed", "1498");
  line({""});
  line({"[Exclusion Regions]"});
  line({"No Exclusion Regions Used"});
  line({""});
}

void SummaryWriter::results() {
  std::vector<std::string> head = {"[Results]"};
  head.resize(videos_.size() + 1);
  head.insert(head.end(), {"Average", "Standard Error"});
  line(std::move(head));
  const bool recorded = videos_.front().recorded_dilution != 1;
  same("Dilution factor (concentrations adjusted for this factor)",
       recorded ? (old_ ? fmt::format("{:.0f}", settings_.dilution) : fmt::format("{:.2e}", settings_.dilution))
                : "Not recorded");
  std::vector<std::string> totals = {"Concentration (Particles / ml)"};
  double sum = 0;
  for (const Print& print : prints_) totals.push_back(scientific(print.total)), sum += print.total;
  totals.push_back(scientific(sum / static_cast<double>(prints_.size())));
  totals.push_back(scientific(0));
  line(std::move(totals));
  same("Concentration Upgrade?", "Yes");
  constexpr double kSeenNl = 0.12;  // volume in view, within what public exports show
  per_video("Particles per frame", [&](std::size_t v) { return number(videos_[v].cell_per_ml * kSeenNl * 1e-6, 1); });
  per_video("Completed tracks", [&](std::size_t v) { return std::to_string(videos_[v].true_nm.size() * 3); });
  same("X-Drift (pix/frame)", number(-3.8, 1));
  same("Y-Drift (pix/frame)", number(0.2, 1));
  line({""});
}

void SummaryWriter::warnings() {
  const auto flag = [&](const char* bad, const char* good = "OK") {
    return [this, bad, good](std::size_t v) { return std::string(videos_[v].flagged ? bad : good); };
  };
  if (settings_.version != "nanosight_3.0") {
    line({"[Concentration Warnings]"});
    per_video("Validity of concentration measurement", flag("Unreliable"));
    per_video("Completed Tracks", flag("<100"));
    per_video("Particles per frame", flag("Too Low"));
    per_video("Noise level", flag("No", "No"));
    per_video("Brightness", flag("OK"));
    line({""});
  }
  line({"[Information]"});
  per_video("Completed Tracks", flag("<100"));
  per_video("Concentration", flag("Very low concentration"));
  same("Video length", "OK");
  same("Noise level", "No");
  same("Vibration detected", "No");
  same("Vibration correction applied", "No");
  same("Settings changed?", "No");
  line({"Errors (1)"});
  line({"Errors (2)"});
  line({""});
  line({"[Data Included]"});
  line({"Size distribution - Number weighting - With Percentiles"});
  line({""});
}

void SummaryWriter::statistic(const std::string& key, double Print::*member, int decimals) {
  std::vector<std::string> cells = {key};
  double sum = 0;
  for (const Print& print : prints_) cells.push_back(number(print.*member, decimals)), sum += print.*member;
  cells.push_back(number(sum / static_cast<double>(prints_.size()), decimals));
  cells.push_back(number(0, decimals));
  line(std::move(cells));
}

void SummaryWriter::table() {
  line({"[Size Data]"});
  line({"Analysis Method", "FTLA"});
  line({"Weighting", "Number"});
  std::vector<std::string> names = {"Filename"};
  for (const SeenVideo& video : videos_) names.push_back(video.name);
  names.insert(names.end(), {"Average", "Standard Error"});
  line(std::move(names));
  statistic("Mean", &Print::mean, 1);
  statistic("Mode", &Print::mode, 1);
  statistic("SD", &Print::sd, 1);
  statistic("D10", &Print::d10, 1);
  statistic("D50", &Print::d50, 1);
  statistic("D90", &Print::d90, 1);
  per_video("Valid Tracks",
            [&](std::size_t v) { return number(static_cast<double>(videos_[v].true_nm.size()), old_ ? 0 : 1); });
  line({"Graph Data"});
  std::vector<std::string> head = {"Bin centre (nm)"};
  for (std::size_t v = 0; v < videos_.size(); ++v)
    head.push_back(old_ && v == 0 ? " Concentration (particles / ml)" : "Concentration (particles / ml)");
  head.insert(head.end(), {"Concentration average", "Standard Error"});
  line(std::move(head));
  for (std::size_t i = 0; i < kBins; ++i) {
    std::vector<std::string> cells = {number(static_cast<double>(i) + 0.5, 1)};
    double sum = 0;
    for (const std::vector<double>& bins : bins_) cells.push_back(fmt::format("{:.0f}", bins[i])), sum += bins[i];
    cells.push_back(fmt::format("{:.0f}", sum / static_cast<double>(bins_.size())));
    cells.emplace_back("0");
    line(std::move(cells));
  }
  line({""});
  per_video("Percentile", [](std::size_t) { return std::string("Size (nm)"); });
  for (std::size_t p = 0; p <= 100; ++p) {
    per_video(std::to_string(p), [&](std::size_t v) { return number(prints_[v].percentiles[p], 1); });
  }
}

std::string SummaryWriter::run() {
  const double offset = old_ ? -1 : 0;
  for (const SeenVideo& video : videos_) {
    bins_.push_back(nanosight_bins(video, settings_.resolution));
    for (double& each : bins_.back()) each = std::round(each);
    prints_.push_back(print_of(bins_.back(), offset));
  }
  details();
  conditions();
  results();
  warnings();
  table();
  return lines_.take();
}

}  // namespace

std::vector<double> nanosight_bins(const SeenVideo& video, double resolution) {
  std::vector<double> bins(kBins, 0.0);
  double sum = 0;
  for (const double d : video.reported_nm) {
    const double width = resolution * d;
    const auto low = static_cast<std::size_t>(std::clamp(d - 5 * width, 0.0, static_cast<double>(kBins - 1)));
    const auto high = static_cast<std::size_t>(std::clamp(d + 5 * width, 0.0, static_cast<double>(kBins - 1)));
    for (std::size_t i = low; i <= high; ++i) {
      const double z = (static_cast<double>(i) + 0.5 - d) / width;
      const double amount = std::exp(-z * z / 2) / width;
      bins[i] += amount;
      sum += amount;
    }
  }
  const double scale = sum > 0 ? video.cell_per_ml * video.recorded_dilution / sum : 0;
  for (double& each : bins) each *= scale;
  return bins;
}

std::string nanosight_summary(const NtaPhantomSettings& settings, const NtaExport& what,
                              const std::vector<SeenVideo>& videos) {
  return SummaryWriter(settings, what, videos).run();
}

std::vector<PhantomFile> nanosight_tracks(const SeenVideo& video, Random random) {
  std::string particles =
      "Particle ID,Size/nm,Diffusion coefficient/nm^2 s^-1,Ln(Adjusted intensity)/AU,Start frame,Tracklength,Included "
      "in distribution?\r\n";
  std::string tracks =
      "Particle ID,Size/nm,Diffusion coefficient/nm^2 s^-1,Frame,X/pixels,Y/pixels,Ln(Adjusted intensity)/AU,Included "
      "in distribution?\r\n";
  for (std::size_t i = 0; i < video.true_nm.size(); ++i) {
    const double nm2_s = kBoltzmann * (video.temperature_c + 273.15) /
                         (3 * std::numbers::pi * video.true_viscosity_mpa_s * 1e-3 * video.true_nm[i] * 1e-9) * 1e18;
    const auto length = 5 + static_cast<int>(random.exponential(1.0 / 15));
    const auto start = static_cast<int>(random.below(1000));
    const bool included = length >= 8;
    const double intensity = 6 + 3 * std::log(video.true_nm[i] / 100) + random.normal(0, 0.4);
    const std::string head = fmt::format("{},{:.2f},{:.0f}", i + 1, video.reported_nm[i], nm2_s);
    const std::string flag = included ? "True" : "False";
    particles += fmt::format("{},{:.3f},{},{},{}\r\n", head, intensity, start, length, flag);
    const double step = std::sqrt(2 * nm2_s * 1e-6 / kFrameRate) / kPixelUm;
    double x = random.uniform(0, 1280), y = random.uniform(0, 1024);
    for (int k = 0; k < length; ++k) {
      tracks += fmt::format("{},{},{:.4f},{:.4f},{:.3f},{}\r\n", head, start + k, x, y, intensity, flag);
      x += random.normal(-3.8, step);  // the drift that the summary prints
      y += random.normal(0.2, step);
    }
  }
  return {{video.name + "_ParticleData.csv", std::move(particles), "One row a track."},
          {video.name + "_AllTracks.csv", std::move(tracks), "One row a detection."}};
}

}  // namespace vesica::phantom
