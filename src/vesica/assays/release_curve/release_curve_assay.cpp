// SPDX-License-Identifier: Apache-2.0
// The assay `release_curve`: settings, what is missing, the way from a sheet to rows.
#include <algorithm>
#include <array>
#include <cmath>

#include "vesica/assays/release_curve/release_curve_read.h"
#include "vesica/base/message.h"
#include "vesica/base/number.h"
#include "vesica/base/text.h"
#include "vesica/quantity/quantity.h"

namespace vesica::release_curve {

namespace {

constexpr double kNormal975 = 1.959963984540054;  ///< 97.5 % quantile of the standard normal
constexpr double kMostHeldBack = 0.1;             ///< chosen: from a tenth on the medium is no sink
constexpr double kMostSaturation = 1. / 3;        ///< a third of saturation: sink condition of the USP (<1092>)
constexpr std::array<std::string_view, 2> kReplacements = {"all", "none"};
constexpr std::string_view kQuantities[] = {"release.cumulative_fraction",
                                            "release.cumulative_amount",
                                            "release.medium_concentration",
                                            "release.t50",
                                            "release.t90",
                                            "release.burst_fraction",
                                            "release.held_back",
                                            "release.saturation_share",
                                            "release.recovery"};

Issue issue(Severity severity, const char* kind, std::string message, std::string hint, const Reading& reading,
            std::string setting = {}) {
  return {severity,     kind, std::move(message), {reading.path, 0, 0, ""}, std::move(hint),
          reading.path, "",   std::move(setting)};
}

bool has(const Sheetful& sheet, double Line::*member) {
  for (const Curve& curve : sheet.curves)
    for (const Line& line : curve.lines)
      if (std::isfinite(line.*member)) return true;
  return false;
}

constexpr std::size_t kHeaderRows = 20;  ///< chosen: where the words of a header stand

/// A sheet whose header speaks of release, or of volumes that were taken out.
bool suits(const Reading& reading) {
  const Workbook* book = reading.as<Workbook>();
  if (book == nullptr) return false;
  const auto speaks = [](const Cell& cell) {
    constexpr std::array<std::string_view, 5> kWords = {"release", "sampled (", "withdrawn", "释放", "取样"};
    const std::string text = lower_ascii(cell.text);
    if (text.find("release.") != std::string::npos) return false;  // rows of ours, with ids of the catalogue
    return std::any_of(kWords.begin(), kWords.end(),
                       [&](std::string_view word) { return text.find(word) != std::string::npos; });
  };
  return std::any_of(book->sheets.begin(), book->sheets.end(), [&](const Sheet& sheet) {
    const auto rows = std::span(sheet.rows).first(std::min(kHeaderRows, sheet.rows.size()));
    return std::any_of(rows.begin(), rows.end(),
                       [&](const auto& row) { return std::any_of(row.begin(), row.end(), speaks); });
  });
}

std::vector<Issue> questions(const Sheetful& sheet, const Settings& settings, const Reading& reading) {
  std::vector<Issue> out;
  if (!has(sheet, &Line::time_h))
    out.push_back(issue(Severity::kWarning, "release_curve.no_time",
                        say("No column holds the times: there is no curve."),
                        say("Name it in \"time_column\", with its unit in the header or in \"time_unit\"."), reading));
  if (sheet.kind == Kind::kShare) return out;
  const bool whole = sheet.kind == Kind::kCount;
  if (!settings.medium_ml && !has(sheet, &Line::medium_ml) && !whole)
    out.push_back(issue(Severity::kWarning, "release_curve.no_medium",
                        say("The volume of the medium is not known: no amounts."),
                        say("How much liquid was around the gel, in mL? Set \"medium_ml\"."), reading, "medium_ml"));
  if (!settings.loaded && !has(sheet, &Line::loaded))
    out.push_back(issue(
        Severity::kWarning, "release_curve.no_load", say("What was loaded is not known: no shares of the load."),
        say("How much did the gel hold, in the unit of the readings times mL? Set \"loaded\"."), reading, "loaded"));
  if (!settings.sampled_ml && !has(sheet, &Line::sampled_ml))
    out.push_back(issue(Severity::kWarning, "release_curve.no_sampled",
                        say("How much was taken out with each sample is not known: nothing is added for it."),
                        say("How much was taken each time, in mL? Set \"sampled_ml\", 0 when nothing was."), reading,
                        "sampled_ml"));
  return out;
}

class Measurer {
 public:
  Measurer(const Sheetful& sheet, const Settings& settings, const Reading& reading)
      : sheet_(sheet), settings_(settings), reading_(reading) {}

  Outcome run() {
    for (const Curve& curve : sheet_.curves) measure(curve);
    if (unseen_ > 0)
      out_.issues.push_back(
          issue(Severity::kWarning, "release_curve.not_detected",
                say("{} reading(s) (says|say) that nothing was found, but not below which limit.", unseen_),
                say("Set \"quantification_limit\"."), reading_, "quantification_limit"));
    if (impossible_ > 0)
      out_.issues.push_back(
          issue(Severity::kWarning, "release_curve.impossible",
                say("{} value(s) cannot be: far more, or less than nothing, left the gel.", impossible_),
                say("Check the load, the volumes and their units."), reading_));
    return std::move(out_);
  }

 private:
  struct Points {
    std::vector<double> times, shares;
  };

  Observation row(const Curve& curve, std::string_view quantity) const {
    InputFacts facts;
    facts.sample = curve.key.sample;
    facts.condition = curve.key.condition;
    facts.replicate = curve.key.replicate;
    facts.part = curve.key.part;
    facts.source = kReleaseCurveAssay.id;
    return facts.row(quantity);
  }
  void add(Observation out, double value, Status status = Status::kOk) {
    const Quantity& quantity = *find_quantity(out.quantity);
    if (value < quantity.low || value > quantity.high) {
      ++impossible_;
      value = kNaN;
      out.sd = out.low = out.high = kNaN;
      out.interval.clear();
    }
    out.status = std::isnan(value) ? Status::kNotMeasurable : status;
    out.value = value;
    out_.observations.add(out);
  }
  static void set_spread(Observation& out, double value, double sd) {
    if (!(sd > 0) || !std::isfinite(value)) return;
    out.sd = sd;
    out.low = value - kNormal975 * sd;
    out.high = value + kNormal975 * sd;
    out.interval = "delta95";
  }

  double medium_of(const Curve& curve) const;
  std::vector<Sampling> samplings(const Curve& curve, double medium_ml);
  void measure(const Curve& curve);
  void measure_shares(const Curve& curve);
  void add_amounts(const Curve& curve, const std::vector<Sampling>& samples, const std::vector<Amount>& amounts);
  void add_summaries(const Curve& curve, const Points& points);
  void add_sink(const Curve& curve, const std::vector<Sampling>& samples, double medium_ml);
  double loaded_of(const Curve& curve) const;

  const Sheetful& sheet_;
  const Settings& settings_;
  const Reading& reading_;
  std::size_t unseen_ = 0, impossible_ = 0;
  Outcome out_;
};

double Measurer::medium_of(const Curve& curve) const {
  for (const Line& line : curve.lines)
    if (std::isfinite(line.medium_ml)) return line.medium_ml;
  // Counts of the whole medium need no volume while nothing is taken out.
  return settings_.medium_ml.value_or(sheet_.kind == Kind::kCount ? 1 : kNaN);
}

double Measurer::loaded_of(const Curve& curve) const {
  for (const Line& line : curve.lines)
    if (line.loaded > 0) return line.loaded;
  const double stated = settings_.loaded.value_or(kNaN);
  return stated > 0 ? stated : kNaN;
}

std::vector<Sampling> Measurer::samplings(const Curve& curve, double medium_ml) {
  std::vector<Sampling> out;
  double volume = medium_ml;
  for (const Line& line : curve.lines) {
    Sampling sample;
    sample.time_h = line.time_h;
    sample.medium_ml = line.medium_ml;
    if (std::isfinite(line.medium_ml)) volume = line.medium_ml;
    sample.sampled_ml = std::isfinite(line.sampled_ml) ? line.sampled_ml : settings_.sampled_ml.value_or(0);
    sample.replaced_ml = std::isfinite(line.replaced_ml)  ? line.replaced_ml
                         : settings_.replacement == "all" ? sample.sampled_ml
                                                          : 0;
    const double limit = settings_.quantification_limit.value_or(kNaN);
    sample.reading = line.reading;
    sample.below = line.status == Status::kBelowRange;
    if (line.status == Status::kNoObjects) {
      sample.below = limit > 0;
      sample.reading = limit;
      unseen_ += sample.below ? 0 : 1;
    }
    if (line.status == Status::kOk && sample.reading < limit) {
      sample.below = true;
      sample.reading = limit;
    }
    if (line.status == Status::kAboveRange) sample.reading = kNaN;
    const double factor = settings_.particles_per_unit.value_or(1);
    sample.reading *= sheet_.kind == Kind::kCount ? factor / volume : factor;
    out.push_back(sample);
    volume += sample.replaced_ml - sample.sampled_ml;
  }
  return out;
}

void Measurer::measure(const Curve& curve) {
  if (sheet_.kind == Kind::kShare) return measure_shares(curve);
  const double medium = medium_of(curve);
  const std::vector<Sampling> samples = samplings(curve, medium);
  const std::vector<Amount> amounts = released_amounts(samples, medium, settings_.reading_cv.value_or(0));
  add_amounts(curve, samples, amounts);
  const double loaded = loaded_of(curve);
  Points points;
  bool only_below = true;
  for (const Amount& amount : amounts) {
    Observation out = row(curve, "release.cumulative_fraction");
    out.time_h = amount.time_h;
    only_below = only_below && amount.below;
    const double share = amount.value / loaded;
    if (only_below) {
      add(out, amount.most / loaded, Status::kBelowRange);
    } else {
      const double relative = amount.value > 0 ? amount.sd / amount.value : 0;
      set_spread(out, share, std::abs(share) * std::hypot(relative, settings_.loaded_cv.value_or(0)));
      add(out, share);
    }
    points.times.push_back(amount.time_h);
    points.shares.push_back(share);
  }
  add_summaries(curve, points);
  add_sink(curve, samples, medium);
  if (settings_.left_in_gel && !amounts.empty())
    add(row(curve, "release.recovery"), (amounts.back().value + *settings_.left_in_gel) / loaded);
}

void Measurer::measure_shares(const Curve& curve) {
  Points points;
  for (const Line& line : curve.lines) {
    Observation out = row(curve, "release.cumulative_fraction");
    out.time_h = line.time_h;
    set_spread(out, line.reading, std::abs(line.reading) * settings_.reading_cv.value_or(0));
    const bool is_limit = line.status == Status::kBelowRange || line.status == Status::kAboveRange;
    add(out, line.reading, is_limit ? line.status : Status::kOk);
    points.times.push_back(line.time_h);
    points.shares.push_back(is_limit ? kNaN : line.reading);
  }
  add_summaries(curve, points);
}

void Measurer::add_amounts(const Curve& curve, const std::vector<Sampling>& samples,
                           const std::vector<Amount>& amounts) {
  const bool is_number = sheet_.kind == Kind::kNumber || settings_.particles_per_unit.has_value() ||
                         (sheet_.kind == Kind::kCount && std::isfinite(medium_of(curve)));
  if (!is_number) return;
  bool only_below = true;
  for (std::size_t i = 0; i < amounts.size(); ++i) {
    Observation out = row(curve, "release.cumulative_amount");
    out.time_h = amounts[i].time_h;
    only_below = only_below && amounts[i].below;
    if (!only_below) set_spread(out, amounts[i].value, amounts[i].sd);
    add(out, only_below ? amounts[i].most : amounts[i].value, only_below ? Status::kBelowRange : Status::kOk);
    if (sheet_.kind == Kind::kCount) continue;
    out = row(curve, "release.medium_concentration");
    out.time_h = samples[i].time_h;
    add(out, samples[i].reading, samples[i].below ? Status::kBelowRange : Status::kOk);
  }
}

void Measurer::add_summaries(const Curve& curve, const Points& points) {
  double last = kNaN;
  for (const double time : points.times) last = std::isfinite(time) ? time : last;
  for (const auto& [quantity, share] : {std::pair{"release.t50", 0.5}, std::pair{"release.t90", 0.9}}) {
    const double time = time_of_share(points.times, points.shares, share);
    add(row(curve, quantity), std::isinf(time) ? last : time, std::isinf(time) ? Status::kAboveRange : Status::kOk);
  }
  add(row(curve, "release.burst_fraction"), share_at(points.times, points.shares, settings_.burst_h));
}

void Measurer::add_sink(const Curve& curve, const std::vector<Sampling>& samples, double medium_ml) {
  if (settings_.gel_ml && medium_ml > 0) {
    const double share = held_back(*settings_.gel_ml, medium_ml, settings_.partition);
    add(row(curve, "release.held_back"), share);
    if (share > kMostHeldBack)
      out_.issues.push_back(issue(
          Severity::kWarning, "release_curve.no_sink",
          say("Without change of medium {} % of the load would stay in the gel at equilibrium: this is no sink",
              readable_number(100 * share, 2)),
          say("Take more medium or change it; a curve that levels off below 100 % may be this equilibrium"), reading_));
  }
  if (!settings_.saturation) return;
  double highest = kNaN;
  for (const Sampling& sample : samples)
    if (!sample.below && !(sample.reading <= highest)) highest = sample.reading;
  const double share = highest / (*settings_.saturation * settings_.particles_per_unit.value_or(1));
  add(row(curve, "release.saturation_share"), share);
  if (share > kMostSaturation)
    out_.issues.push_back(
        issue(Severity::kWarning, "release_curve.saturated",
              say("The medium reached {} % of saturation: this is no sink", readable_number(100 * share, 2)),
              say("Take more medium, or change it more often"), reading_));
}

std::vector<Issue> missing(const Reading& reading, const AnySettings& any) {
  const auto& settings = any.get<Settings>();
  return questions(read_curves(reading, settings, {}), settings, reading);
}

Outcome measure(const Reading& reading, std::span<const Calibration>, const AnySettings& any, const InputFacts& facts,
                const Context&) {
  const auto& settings = any.get<Settings>();
  Sheetful sheet = read_curves(reading, settings, facts);
  Outcome out = Measurer(sheet, settings, reading).run();
  std::vector<Issue> issues = std::move(sheet.issues);
  for (Issue& question : questions(sheet, settings, reading)) issues.push_back(std::move(question));
  for (Issue& own : out.issues) issues.push_back(std::move(own));
  out.issues = std::move(issues);
  return out;
}

AnySettings make_settings() { return AnySettings::of<Settings>(); }

constexpr std::array<std::string_view, 2> kSources = {"10.1007/978-1-4614-0881-9_6",
                                                      "USP <1092> The dissolution procedure (sink condition)"};
constexpr std::array<std::string_view, 2> kFormats = {"text", "xlsx"};

}  // namespace

void Settings::describe(Fields& fields) {
  fields.optional_number("medium_ml", medium_ml,
                         {.unit = "mL", .low = 1e-6, .high = 1e6, .help = "Volume of the medium at the start."});
  fields.optional_number("sampled_ml", sampled_ml,
                         {.unit = "mL", .low = 0, .high = 1e6, .help = "Volume taken out with each sample."});
  fields.choice("replacement", replacement, kReplacements,
                {.help = "Whether what was taken is replaced by fresh medium: all of it, or none."});
  fields.optional_number(
      "loaded", loaded,
      {.low = 0,
       .high = 1e30,
       .help = "Load of one gel in the unit of the readings times mL: particles, µg, or signal · mL."});
  fields.optional_number("loaded_cv", loaded_cv,
                         {.low = 0, .high = 1, .help = "Relative standard deviation of the load."});
  fields.optional_number("reading_cv", reading_cv,
                         {.low = 0, .high = 1, .help = "Relative standard deviation of a reading."});
  fields.optional_number("quantification_limit", quantification_limit,
                         {.low = 0, .high = 1e30, .help = "Lowest reading that is a number, in the readings' unit."});
  fields.optional_number("particles_per_unit", particles_per_unit,
                         {.low = 1e-30,
                          .high = 1e30,
                          .help = "Particles per mL for one unit of the readings (slope of a standard curve)."});
  fields.optional_number("gel_ml", gel_ml,
                         {.unit = "mL", .low = 0, .high = 1e6, .help = "Volume of the gel, for the sink check."});
  fields.number("partition", partition,
                {.low = 1e-6, .high = 1e6, .help = "Concentration in the gel over that in the medium at equilibrium."});
  fields.optional_number(
      "saturation", saturation,
      {.low = 0, .high = 1e30, .help = "Highest possible reading of the medium, for the sink check."});
  fields.optional_number(
      "left_in_gel", left_in_gel,
      {.low = 0, .high = 1e30, .help = "What was found in the gel at the end, in the unit of the load."});
  fields.number("burst_h", burst_h,
                {.unit = "h", .low = 1e-3, .high = 1e5, .help = "Time until which release is called burst."});
  fields.text("reading_column", reading_column, {.help = "Header of the column of readings; empty: the first."});
  fields.text("sampled_column", sampled_column, {.help = "Header of the column of volumes taken."});
  fields.text("replaced_column", replaced_column, {.help = "Header of the column of volumes put back."});
  fields.text("medium_column", medium_column, {.help = "Header of the column of volumes of the medium."});
  fields.text("loaded_column", loaded_column, {.help = "Header of the column of loads."});
  sheet.describe(fields);
}

}  // namespace vesica::release_curve

namespace vesica {

const Assay kReleaseCurveAssay = {
    "release_curve",
    "Release curves",
    "What has left a gel, from sampled media: amounts and shares corrected for what was taken out.",
    release_curve::kSources,
    release_curve::kQuantities,
    release_curve::kFormats,
    {},
    true,
    release_curve::make_settings,
    release_curve::missing,
    nullptr,
    release_curve::measure,
    nullptr,
    nullptr,
    nullptr,
    release_curve::suits,
};

}  // namespace vesica
