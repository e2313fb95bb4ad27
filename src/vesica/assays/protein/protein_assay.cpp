// SPDX-License-Identifier: Apache-2.0
// protein as an assay: a plate's standards, blanks and samples into concentrations.
#include <algorithm>
#include <array>
#include <cmath>
#include <map>

#include "vesica/assays/protein/protein.h"
#include "vesica/base/message.h"
#include "vesica/base/number.h"
#include "vesica/base/text.h"
#include "vesica/contract/plate_reading.h"
#include "vesica/quantity/quantity.h"
#include "vesica/quantity/unit.h"

namespace vesica {

namespace {

using namespace protein;
using plate_reading::PlateExport;
using plate_reading::WellValue;

constexpr std::string_view kSources[] = {"10.1208/aapsj0902029", "10.32614/RJ-2014-009", "10.1351/pac199567101699",
                                         "ICH M10 (2022)"};
constexpr std::string_view kQuantities[] = {
    "protein.concentration",        "protein.analyte_concentration",   "protein.signal",
    "protein.replicate_cv",         "protein.dilution_recovery",       "protein.detection_limit",
    "protein.quantification_limit", "protein.analyte_detection_limit", "protein.analyte_quantification_limit",
    "protein.curve.r_squared"};
constexpr std::string_view kFormats[] = {"text", "xlsx"};
constexpr std::array<std::string_view, 4> kModels = {"4pl", "5pl", "linear", "auto"};
constexpr std::array<std::string_view, 3> kWeights = {"none", "1/y", "1/y2"};
constexpr std::array<std::string_view, 2> kRanges = {"tolerance", "standards"};
constexpr std::array<std::string_view, 3> kMarks = {"auto", "point", "comma"};

constexpr double kMostCv = 20;     // %: precision of ligand binding assays, ICH M10 (2022)
constexpr double kMostOff = 20;    // %: dilution linearity, ICH M10 (2022)
constexpr double kFewRuns = 0.05;  // chosen: the usual level
constexpr double kPoorFit = 0.95;  // R^2 below which nobody should trust the curve, chosen

struct ProteinSettings {
  std::string model = "4pl", weight = "none", range = "tolerance", analyte, unit, sheet, read, decimal_mark = "auto";
  bool subtract_blank = true, several = false;

  void describe(Fields& fields) {
    fields.choice("model", model, kModels,
                  {.help = "Curve through the standards; auto: of line, 4 and 5 parameters that of the least AICc."});
    fields.choice("weight", weight, kWeights,
                  {.help = "Weight of a standard; 1/y2 where errors grow with the signal, as in most ELISA."});
    fields.choice("range", range, kRanges,
                  {.help = "Range believed: standards read back within 20 % (outermost 25 %), or all standards."});
    fields.flag("subtract_blank", subtract_blank, {.help = "Take the mean of the blank wells off every well."});
    fields.text("analyte", analyte, {.help = "What an ELISA measures, as IL-6; empty: total protein."});
    fields.text("unit", unit, {.help = "Unit of the standards' levels, where the layout names none, as ug/mL."});
    fields.text("read", read, {.help = "Title of the grid or column to read, as 562; empty: the first of readings."});
    fields.flag("several", several, {.help = "Every grid or column of numbers is an analyte of its own (panels)."});
    fields.text("sheet", sheet, {.help = "Sheet of the workbook; empty: the first that holds a plate."});
    fields.choice("decimal_mark", decimal_mark, kMarks, {.help = "Decimal mark of numbers that are text."});
  }
};

AnySettings make_settings() { return AnySettings::of(ProteinSettings{}); }

plate_reading::Options options_of(const ProteinSettings& settings) {
  return {settings.sheet, settings.read, settings.decimal_mark, settings.several};
}

std::vector<Issue> missing(const Reading& reading, const AnySettings& any) {
  const ProteinSettings& settings = any.get<ProteinSettings>();
  const PlateExport plate = plate_reading::read_export(reading, options_of(settings));
  std::vector<Issue> out;
  if (plate.own.roles.empty())
    out.push_back({Severity::kWarning,
                   "protein.no_layout",
                   say("Nothing says where standards, blanks and samples lie."),
                   {reading.path, 0, 0, ""},
                   say("Draw the plate on a sheet \"plate 1\" and write that name into the column layout."),
                   reading.path,
                   ""});
  return out;
}

/// One analyte of one plate.
class Plate {
 public:
  Plate(const Reading& reading, const ProteinSettings& settings, const InputFacts& facts, const Layout& layout,
        std::string target, Outcome& out)
      : reading_(reading),
        settings_(settings),
        facts_(facts),
        layout_(layout),
        target_(std::move(target)),
        is_analyte_(!target_.empty() || !settings.analyte.empty()),
        out_(out) {
    if (target_.empty()) target_ = settings.analyte;
    find_factor();
  }

  void measure(const std::vector<WellValue>& values) {
    sort(values);
    take_blank();
    const std::optional<CurveFit> fit =
        settings_.model == "auto" ? choose_curve(points_, curve_options()) : fit_curve(points_, curve_options());
    if (!fit || !fit->converged) {
      issue(Severity::kError, "protein.no_curve",
            say("No curve fits the {} standard(s) of {}.", points_.size(), shown()),
            say("A 4-parameter curve needs five levels or more; \"model\" may be \"linear\"."));
      return add_failed();
    }
    find_range(*fit);
    check_curve(*fit);
    for (const auto& [sample, dilutions] : samples_) add_sample(sample, dilutions, *fit);
    add_curve_rows(*fit);
    add_artifacts(*fit);
  }

 private:
  void find_factor() {
    const std::string unit = layout_.unit.empty() ? settings_.unit : layout_.unit;
    const std::string wanted = is_analyte_ ? "pg/mL" : "ug/mL";
    if (unit.empty())
      throw Error(ErrorKind::kConfig, say("The unit of the standards is not known."), {reading_.path, 0, 0, "unit"},
                  say("Write it into the title of the levels, as \"levels (ug/mL)\", or set \"unit\"."));
    const std::optional<double> factor = convert_unit(1, unit, wanted);
    if (!factor)
      throw Error(ErrorKind::kConfig, say("The standards are in \"{}\", which is no mass per volume.", unit),
                  {reading_.path, 0, 0, "unit"}, say("Give their levels in ug/mL, ng/mL or pg/mL."));
    factor_ = *factor;
  }

  void sort(const std::vector<WellValue>& values) {
    std::vector<std::string> without;
    for (const WellValue& value : values) {
      const std::string well = well_name(value.well), role = plate_reading::text_at(layout_.roles, well);
      const std::string sample = plate_reading::text_at(layout_.positions, well);
      const double level = plate_reading::number_at(layout_.levels, well);
      if (role == "blank") {
        if (!value.above) blanks_.push_back(value.value);
      } else if (role == "standard") {
        if (std::isnan(level)) without.push_back(well);
        if (!value.above) points_.push_back({level, value.value});
      } else if (!sample.empty()) {
        const double fold = plate_reading::number_at(layout_.dilutions, well);
        Wells& wells = samples_[sample][std::isnan(fold) ? 1 : fold];
        wells.fold = std::isnan(fold) ? 1 : fold;
        if (value.above) {
          ++wells.above;
        } else {
          wells.signals.push_back(value.value);
        }
        where_.push_back({well, sample, wells.fold, value.above ? kNaN : value.value});
      }
    }
    if (!without.empty())
      throw Error(ErrorKind::kConfig, say("Standards without a level: {}.", join(without, ", ")),
                  {reading_.path, 0, 0, "levels"}, say("Write their concentrations into a grid \"levels (ug/mL)\"."));
    if (points_.empty())
      throw Error(ErrorKind::kConfig, say("The plate has no standards."), {reading_.path, 0, 0, "roles"},
                  say("Mark their wells as standard in the layout, with their levels."));
  }

  void take_blank() {
    if (blanks_.empty()) {
      for (const StandardReading& point : points_)
        if (point.x == 0) blanks_.push_back(point.y);
    }
    if (blanks_.empty() || !settings_.subtract_blank) return;
    double mean = 0;
    for (const double blank : blanks_) mean += blank / static_cast<double>(blanks_.size());
    blank_ = mean;
    for (StandardReading& point : points_) point.y -= mean;
    for (double& blank : blanks_) blank -= mean;
    for (auto& [sample, dilutions] : samples_)
      for (auto& [fold, wells] : dilutions)
        for (double& signal : wells.signals) signal -= mean;
    const bool has_zero =
        std::any_of(points_.begin(), points_.end(), [](const StandardReading& p) { return p.x == 0; });
    if (!has_zero)
      for (const double blank : blanks_) points_.push_back({0, blank});
  }

  CurveOptions curve_options() const {
    CurveOptions out;
    out.model = settings_.model == "5pl"      ? CurveModel::kFiveParameters
                : settings_.model == "linear" ? CurveModel::kLinear
                                              : CurveModel::kFourParameters;
    out.weight = settings_.weight == "1/y"    ? CurveWeight::kOneOverY
                 : settings_.weight == "1/y2" ? CurveWeight::kOneOverY2
                                              : CurveWeight::kNone;
    return out;
  }

  void find_range(const CurveFit& fit) {
    limits_ = curve_limits(fit, points_, blanks_);
    for (const StandardReading& point : points_)
      if (point.x > 0) {
        if (!(point.x > range_.low)) range_.low = point.x;
        if (!(point.x < range_.high)) range_.high = point.x;
      }
    if (settings_.range == "standards") return;
    if (std::isnan(limits_.low)) {
      issue(Severity::kWarning, "protein.no_range", say("No standard of {} reads back within 20 %.", shown()),
            say("Look at the curve; another model or weight may fit it."));
    } else {
      range_ = {limits_.low, limits_.high};
    }
  }

  void check_curve(const CurveFit& fit) {
    if (fit.r_squared < kPoorFit)
      issue(Severity::kWarning, "protein.poor_curve",
            say("The curve of {0} explains {1} % of the standards' variance.", shown(),
                readable_number(100 * fit.r_squared, 3)),
            say("Look for swapped standards or levels; another model may fit."));
    if (fit.runs_p < kFewRuns)
      issue(Severity::kWarning, "protein.bent_curve",
            say("The standards of {0} bend around the curve (runs test, p = {1}).", shown(),
                readable_number(fit.runs_p, 2)),
            say("Try another model; \"auto\" compares them by AICc."));
    double least_x = kNaN, least_y = 0, blank = 0;
    for (const StandardReading& point : points_)
      if (point.x > 0 && !(point.x >= least_x)) least_x = point.x, least_y = point.y;
    for (const double one : blanks_) blank += one / static_cast<double>(blanks_.size());
    const bool rising = fit.model == CurveModel::kLinear ? fit.p[3] > 0 : fit.p[1] > fit.p[0];
    if (rising && !blanks_.empty() && least_y <= blank)
      issue(Severity::kWarning, "protein.high_blank",
            say("The blanks of {} read as high as the least standard.", shown()),
            say("Check the blank wells and the layout."));
  }

  std::string shown() const { return target_.empty() ? say("the protein") : target_; }

  void issue(Severity severity, const char* kind, std::string message, std::string hint, std::string sample = {}) {
    out_.issues.push_back({severity,
                           kind,
                           std::move(message),
                           {reading_.path, 0, 0, ""},
                           std::move(hint),
                           reading_.path,
                           std::move(sample)});
  }

  Observation row(const char* quantity, const std::string& sample) const {
    Observation out = facts_.row(quantity);
    out.sample = sample;
    out.condition.clear();  // the study knows it
    out.target = target_;
    return out;
  }

  /// A number that cannot be is none.
  void add(Observation out) {
    const Quantity& quantity = *find_quantity(out.quantity);
    if (!std::isnan(out.value) && !(out.value >= quantity.low && out.value <= quantity.high)) {
      out.value = out.low = out.high = kNaN;
      out.interval.clear();
      out.status = Status::kNotMeasurable;
    }
    out_.observations.add(out);
  }

  const char* amount_quantity() const {
    return is_analyte_ ? "protein.analyte_concentration" : "protein.concentration";
  }

  void add_failed() {
    for (const auto& [sample, dilutions] : samples_) {
      Observation out = row(amount_quantity(), sample);
      out.status = Status::kNotConverged;
      out_.observations.add(out);
    }
  }

  void add_sample(const std::string& sample, const std::map<double, Wells>& dilutions, const CurveFit& fit) {
    std::vector<Amount> amounts;
    for (const auto& [fold, wells] : dilutions) {
      amounts.push_back(read_back(fit, range_, wells));
      by_dilution_[{sample, fold}] = amounts.back();
      const double cv = cv_percent(wells.signals);
      if (std::isnan(cv)) continue;
      Observation spread = row("protein.replicate_cv", sample);
      spread.part = "1:" + exact_number(fold);
      spread.value = cv;
      spread.n = static_cast<std::int64_t>(wells.signals.size());
      add(spread);
      if (cv > kMostCv && amounts.back().status == Status::kOk)
        issue(
            Severity::kWarning, "protein.wells_differ",
            say("The wells of {0} at 1:{1} differ by {2} % (CV).", sample, exact_number(fold), readable_number(cv, 2)),
            say("Look for a bubble or a slip of the pipette; exclude the well with a reason."), sample);
    }
    const Amount amount = combine(amounts, fit.freedom);
    Observation out = row(amount_quantity(), sample);
    out.value = amount.value * factor_;
    out.low = amount.low * factor_;
    out.high = amount.high * factor_;
    out.interval = amount.interval;
    out.n = static_cast<std::int64_t>(amount.wells);
    out.status = amount.status;
    add(out);
    add_recoveries(sample, amounts);
  }

  void add_recoveries(const std::string& sample, const std::vector<Amount>& amounts) {
    std::vector<Amount> good;
    std::copy_if(amounts.begin(), amounts.end(), std::back_inserter(good),
                 [](const Amount& one) { return one.status == Status::kOk; });
    if (good.size() < 2) return;
    double worst = 0;
    for (const Amount& one : good) {
      Observation out = row("protein.dilution_recovery", sample);
      out.part = "1:" + exact_number(one.fold);
      out.value = 100 * one.value / good.front().value;
      add(out);
      if (std::abs(out.value - 100) > std::abs(worst)) worst = out.value - 100;
    }
    if (std::abs(worst) > kMostOff)
      issue(Severity::kWarning, "protein.not_linear",
            say("{0} does not dilute in proportion: {1} % of the least diluted is found.", sample,
                readable_number(100 + worst, 3)),
            say("Matrix or hook effects; report the dilution from which on values agree."), sample);
  }

  void add_curve_rows(const CurveFit& fit) {
    const auto add_one = [&](const char* quantity, double value) {
      Observation out = row(quantity, "");
      out.part = layout_.id;
      out.value = value;
      out.n = static_cast<std::int64_t>(fit.points);
      if (std::isfinite(value)) add(out);
    };
    add_one("protein.curve.r_squared", fit.r_squared);
    add_one(is_analyte_ ? "protein.analyte_detection_limit" : "protein.detection_limit", limits_.detection * factor_);
    add_one(is_analyte_ ? "protein.analyte_quantification_limit" : "protein.quantification_limit",
            limits_.quantification * factor_);
    for (const Place& place : where_) {
      if (std::isnan(place.signal)) continue;
      Observation out = row("protein.signal", place.sample);
      out.replicate = place.well;
      out.part = "1:" + exact_number(place.fold);
      out.value = place.signal - blank_;
      add(out);
    }
  }

  void add_artifacts(const CurveFit& fit) {
    const std::string name = target_.empty() ? "" : "_" + fold_target();
    const std::string unit = layout_.unit.empty() ? settings_.unit : layout_.unit;
    static constexpr std::array<const char*, kCurveParameters> kNames = {"bottom", "top", "middle", "slope",
                                                                         "asymmetry"};
    std::string text = "kind\tname\tx\ty\tse\n";
    text += "model\t" + std::string(to_text(fit.model)) + "\t\t\t\nweight\t" + std::string(to_text(fit.weight)) +
            "\t\t\t\nunit\t" + unit + "\t\t\t\nanalyte\t" + replace_all(target_, "\t", " ") + "\t\t\t\n";
    for (std::size_t i = 0; i < kCurveParameters; ++i)
      if (std::isfinite(fit.p[i]))
        text += std::string("parameter\t") + kNames[i] + "\t\t" + exact_number(fit.p[i]) + "\t" +
                exact_number(fit.standard_error[i]) + "\n";
    for (const StandardReading& point : points_)
      text += "standard\t\t" + exact_number(point.x) + "\t" + exact_number(point.y) + "\t\n";
    constexpr int kSteps = 100;
    for (int i = 0; i <= kSteps && range_.low > 0; ++i) {
      const double x = range_.low * std::pow(range_.high / range_.low, static_cast<double>(i) / kSteps);
      text +=
          "curve\t\t" + exact_number(x) + "\t" + exact_number(fit.at(x)) + "\t" + exact_number(fit.error_at(x)) + "\n";
    }
    out_.artifacts.push_back({"standard_curve" + name + ".tsv", "text/tab-separated-values", text,
                              say("Standards, curve and its parameters.")});
    std::string dilutions = "sample\tdilution\tconcentration\tlow\thigh\tunit\twells\tstatus\n";
    for (const auto& [key, amount] : by_dilution_)
      dilutions += replace_all(key.first, "\t", " ") + "\t" + exact_number(key.second) + "\t" +
                   exact_number(amount.value) + "\t" + exact_number(amount.low) + "\t" + exact_number(amount.high) +
                   "\t" + unit + "\t" + std::to_string(amount.wells) + "\t" + to_text(amount.status) + "\n";
    out_.artifacts.push_back({"dilutions" + name + ".tsv", "text/tab-separated-values", dilutions,
                              say("What each dilution of each sample reads back to.")});
  }

  std::string fold_target() const {
    std::string out;
    for (const char c : target_) {
      const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
                         static_cast<unsigned char>(c) >= 0x80;
      out += plain ? c : '_';
    }
    return out;
  }

  struct Place {
    std::string well, sample;
    double fold = 1, signal = kNaN;
  };

  const Reading& reading_;
  const ProteinSettings& settings_;
  const InputFacts& facts_;
  const Layout& layout_;
  std::string target_;
  bool is_analyte_ = false;
  Outcome& out_;
  double factor_ = 1, blank_ = 0;
  std::vector<StandardReading> points_;
  std::vector<double> blanks_;
  std::map<std::string, std::map<double, Wells>> samples_;
  std::vector<Place> where_;
  std::map<std::pair<std::string, double>, Amount> by_dilution_;
  CurveLimits limits_;
  Range range_;
};

Outcome measure(const Reading& reading, std::span<const Calibration>, const AnySettings& any, const InputFacts& facts,
                const Context& context) {
  const ProteinSettings& settings = any.get<ProteinSettings>();
  const PlateExport plate = plate_reading::read_export(reading, options_of(settings));
  const Layout& layout = plate_reading::layout_for(plate, facts, reading.path);
  Outcome out;
  out.issues = plate_reading::check_fit(plate, layout, "protein", reading.path);
  for (const std::string& target : plate.targets) {
    context.check_cancelled();
    std::vector<WellValue> values;
    std::copy_if(plate.values.begin(), plate.values.end(), std::back_inserter(values),
                 [&](const WellValue& value) { return value.target == target; });
    Plate(reading, settings, facts, layout, target, out).measure(values);
  }
  if (!plate.left_out.empty())
    out.issues.push_back({Severity::kNote,
                          "protein.left_out",
                          say("The export holds more numbers, which are not read: {}.", join(plate.left_out, ", ")),
                          {reading.path, 0, 0, ""},
                          say("Name one in \"read\", or set \"several\" when each is an analyte."),
                          reading.path,
                          ""});
  return out;
}

/// A plate whose own list says standard, or an export that names a protein assay.
bool suits(const Reading& reading) {
  const Workbook* book = reading.as<Workbook>();
  if (book == nullptr || !plate_reading::holds_plate(reading)) return false;
  constexpr std::array<std::string_view, 8> kWords = {"bca",      "bradford", "elisa",  "qubit",
                                                      "standard", "std",      "标准品", "蛋白"};
  constexpr std::size_t kRows = 40, kColumns = 12;  // chosen: where such words stand
  const std::string name = lower_ascii(reading.path);
  for (const std::string_view word : {"bca", "bradford", "elisa", "protein", "蛋白"})
    if (name.find(word) != std::string::npos) return true;
  for (const Sheet& sheet : book->sheets)
    for (std::size_t r = 0; r < std::min(kRows, sheet.rows.size()); ++r)
      for (std::size_t c = 0; c < std::min(kColumns, sheet.rows[r].size()); ++c) {
        const std::string text = lower_ascii(shortened(sheet.rows[r][c].text, 80));
        if (std::any_of(kWords.begin(), kWords.end(), [&](std::string_view word) { return text.starts_with(word); }))
          return true;
      }
  return false;
}

}  // namespace

const Assay kProteinAssay = {
    .id = "protein",
    .title = "Protein and analytes from standard curves",
    .summary = "Concentrations from plate readers (BCA, Bradford, ELISA, panels) by the plate's own standards.",
    .sources = kSources,
    .quantities = kQuantities,
    .formats = kFormats,
    .roles = {},
    .names_samples = true,
    .make_settings = make_settings,
    .missing = missing,
    .calibrate = nullptr,
    .measure = measure,
    .derive = nullptr,
    .suits = suits,
};

}  // namespace vesica
