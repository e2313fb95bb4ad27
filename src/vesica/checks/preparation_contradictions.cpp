// SPDX-License-Identifier: Apache-2.0
// Numbers of one preparation that cannot all be true.
#include <algorithm>
#include <cmath>
#include <map>

#include "vesica/base/message.h"
#include "vesica/base/number.h"
#include "vesica/base/text.h"
#include "vesica/checks/preparation_parts.h"

namespace vesica {

namespace {

using namespace preparation_detail;

constexpr double kForeign = 0.2;     ///< chosen: under a fifth, four fifths are foreign whatever a vesicle is made of
constexpr double kSameFactor = 1.3;  ///< chosen: two concentrations of one preparation agree within this
constexpr double kCountsDiffer = 3;  ///< chosen: instruments differ by 25 % day to day; threefold is no scatter
constexpr double kZ95 = 1.959963984540054;
constexpr double kSmallestView = 0.03;  ///< nL: half of the smallest that public exports give (quantity's source)
constexpr double kLargestView = 5;      ///< nL: twice the largest

/// What one detector finds.
struct Contradiction {
  std::string kind, question, answer, hint;
  std::string quantity;
  std::vector<std::string> basis;
  Value numbers = Value::table();
};
using Found = std::optional<Contradiction>;

std::string nm(double value) { return readable_number(value, 3) + " nm"; }
std::string nm(const Mean& mean) {
  if (!std::isfinite(mean.low)) return nm(mean.value);
  return say("{} ({} to {})", nm(mean.value), readable_number(mean.low, 3), readable_number(mean.high, 3));
}
std::string count(double value) { return readable_number(value, 3); }
std::string percent(double share) { return readable_number(100 * share, 2) + " %"; }
std::string factor_text(double factor) { return readable_number(factor, factor < 10 ? 2 : 3); }

struct About {
  const PreparationRows& rows;
  const Preparation& preparation;
  const PreparationSettings& settings;
  const Sizes& sizes;
  const Purity* purity;  ///< nullptr without one
  std::vector<double> dilutions;
  const std::string& id() const { return preparation.id; }
};

Found find_tem(const About& about) {
  const Sizes& sizes = about.sizes;
  if (!std::isfinite(sizes.expected_high) || !std::isfinite(sizes.tracked.value)) return {};
  const double low = std::isfinite(sizes.tracked.low) ? sizes.tracked.low : sizes.tracked.value;
  const double high = std::isfinite(sizes.tracked.high) ? sizes.tracked.high : sizes.tracked.value;
  if (low <= sizes.expected_high && high >= sizes.expected_low) return {};
  Contradiction out;
  out.kind = "tem";
  out.quantity = "vesicle.diameter.mean";
  out.question = say("Can the sizes in the microscope and by tracking of {} both be true?", about.id());
  out.answer =
      say("{}: particles of {} in the electron microscope would show a tracked mean of {} to {}; {} was measured.",
          about.id(), nm(sizes.dry), nm(sizes.expected_low), nm(sizes.expected_high), nm(sizes.tracked));
  out.hint =
      sizes.tracked.value > sizes.expected_high
          ? say("Clumps or few large particles in tracking, a detection limit higher than {}, small particles "
                "that are no vesicles in the micrographs, or a wrong scale bar.",
                nm(about.settings.detection_limit_nm))
          : say("Large particles picked in the micrographs, a wrong scale bar, or a wrong viscosity in tracking.");
  if (sizes.dry_sd_assumed)
    out.basis.push_back(
        say("The micrographs give no spread; {} of the mean is taken.", percent(about.settings.dry_cv)));
  out.basis.push_back(
      say("Dry particles swell by the range of evidence row preparation.hydrodynamic_over_dry; tracking "
          "sees nothing below {}; two instruments may differ by {}.",
          nm(about.settings.detection_limit_nm), percent(about.settings.instruments_differ)));
  out.numbers.set("dry_nm", Value::of(sizes.dry.value));
  out.numbers.set("tracked_nm", Value::of(sizes.tracked.value));
  out.numbers.set("expected_low_nm", Value::of(sizes.expected_low));
  out.numbers.set("expected_high_nm", Value::of(sizes.expected_high));
  return out;
}

Found find_dls(const About& about) {
  const Sizes& sizes = about.sizes;
  if (!std::isfinite(sizes.z_average.value) || !std::isfinite(sizes.z_high)) return {};
  const double low = std::isfinite(sizes.z_average.low) ? sizes.z_average.low : sizes.z_average.value;
  const double high = std::isfinite(sizes.z_average.high) ? sizes.z_average.high : sizes.z_average.value;
  if (low <= sizes.z_high && high >= sizes.z_low) return {};
  Contradiction out;
  out.kind = "dls";
  out.quantity = "vesicle.diameter.mean";
  out.question = say("Can the z-average and the tracked sizes of {} both be true?", about.id());
  out.answer =
      say("{}: the tracked particles would show a z-average of {} (allowed: {} to {}); light scattering gives "
          "{}.",
          about.id(), nm(sizes.scattered.z_average_nm), nm(sizes.z_low), nm(sizes.z_high), nm(sizes.z_average));
  out.hint = high < sizes.z_low
                 ? say("Small particles (protein, lipoproteins, micelles) outshine by number what tracking "
                       "sees, or the sample was another one.")
                 : say("Clumps or dust that tracking did not count, or multiple scattering: dilute and "
                       "filter, and measure again.");
  out.basis.push_back(
      say("Light of a particle grows as d⁶ (Rayleigh): the z-average is Σnd⁶/Σnd⁵ of the tracked "
          "distribution; above some 70 nm it grows less steeply, so that this is an upper estimate."));
  out.numbers.set("z_average_nm", Value::of(sizes.z_average.value));
  out.numbers.set("expected_nm", Value::of(sizes.scattered.z_average_nm));
  out.numbers.set("allowed_low_nm", Value::of(sizes.z_low));
  out.numbers.set("allowed_high_nm", Value::of(sizes.z_high));
  return out;
}

Found find_protein(const About& about) {
  const Purity* purity = about.purity;
  if (purity == nullptr || !std::isfinite(purity->of_high) || purity->of_high >= kForeign) return {};
  Contradiction out;
  out.kind = "protein";
  out.quantity = kPurityQuantities[0];
  out.question = say("Is the protein of {} that of its vesicles?", about.id());
  out.answer =
      say("{}: the {} particles per mL can hold {} of the {} µg/mL of protein ({} to {}); the rest is not of "
          "these vesicles.",
          about.id(), count(purity->particles_per_ml), percent(purity->of_ceiling),
          readable_number(purity->protein_ug_ml, 3), percent(purity->of_low), percent(purity->of_high));
  out.hint =
      say("Soluble protein was carried over, particles were lost or not seen, or protein was not divided by its "
          "dilution: check both dilutions, then wash once more or use a column.");
  out.numbers.set("of_ceiling", Value::of(purity->of_ceiling));
  return out;
}

/// The dilution that two numbers differ by, when they do: their ratio is one of the factors within what is uncertain.
double explained_by(const std::vector<double>& dilutions, double ratio, double tolerance) {
  for (const double dilution : dilutions) {
    if (std::abs(std::abs(std::log(ratio)) - std::log(dilution)) <= tolerance) return dilution;
  }
  return kNaN;
}

Contradiction dilution_found(const About& about, const std::string& answer, double dilution, double ratio) {
  Contradiction out;
  out.kind = "dilution";
  out.quantity = "vesicle.concentration";
  out.question = say("Was the dilution of {} applied twice, or left out once?", about.id());
  out.answer = about.id() + ": " + answer;
  out.hint = say("Look at the dilution in the file, in the sheet and in the settings: one of them counts twice.");
  out.numbers.set("dilution", Value::of(dilution));
  out.numbers.set("ratio", Value::of(ratio));
  return out;
}

/// Between the videos of one method.
Found dilution_between_videos(const About& about, const std::vector<Measured>& methods) {
  for (const Measured& method : methods) {
    if (method.values.size() < 2) continue;
    const auto ends = std::minmax_element(method.values.begin(), method.values.end());
    const double ratio = *ends.second / *ends.first;
    const double dilution = explained_by(about.dilutions, ratio, std::log(kSameFactor));
    if (std::isfinite(dilution)) {
      return dilution_found(about,
                            say("the videos of one preparation run from {} to {} per mL, {} times apart, which is the "
                                "dilution of {}.",
                                count(*ends.first), count(*ends.second), factor_text(ratio), factor_text(dilution)),
                            dilution, ratio);
    }
  }
  return {};
}

/// Between methods: by a dilution, or else by more than scatter.
Found between_methods(const About& about, const std::vector<Measured>& methods) {
  for (std::size_t a = 0; a < methods.size(); ++a) {
    for (std::size_t b = a + 1; b < methods.size(); ++b) {
      if (methods[a].values.empty() || methods[b].values.empty()) continue;
      const Mean one = mean_of(methods[a]), other = mean_of(methods[b]);
      const double ratio = std::max(one.value, other.value) / std::min(one.value, other.value);
      double variance = 0;
      for (const Mean& mean : {one, other}) variance += std::isfinite(mean.se) ? mean.se * mean.se : 0;
      const double tolerance = std::log(kSameFactor) + kZ95 * std::sqrt(variance);
      const std::string apart =
          say("{} gives {} particles per mL, {} gives {}: {} times apart", method_title(methods[a].source),
              count(one.value), method_title(methods[b].source), count(other.value), factor_text(ratio));
      const double dilution = explained_by(about.dilutions, ratio, tolerance);
      if (std::isfinite(dilution)) {
        return dilution_found(about, say("{}, which is the dilution of {}.", apart, factor_text(dilution)), dilution,
                              ratio);
      }
      if (std::log(ratio) < std::log(kCountsDiffer) + kZ95 * std::sqrt(variance)) continue;
      Contradiction out;
      out.kind = "counts";
      out.quantity = "vesicle.concentration";
      out.question = say("Which concentration of {} is right?", about.id());
      out.answer = say("{}: {}.", about.id(), apart);
      out.hint = say("Measure a bead standard with both, and compare detection limits and dilutions.");
      out.numbers.set("ratio", Value::of(ratio));
      return out;
    }
  }
  return {};
}

/// Against the particles in view: the volume that they would fill is that of no instrument, but with the dilution it
/// is.
Found dilution_against_count(const About& about) {
  const Measured volume = about.rows.best(about.preparation, "nta.observed_volume");
  if (volume.values.empty()) return {};
  const double view = mean_of(volume).value;
  if (view >= kSmallestView && view <= kLargestView) return {};
  for (const double dilution : about.dilutions) {
    const double mended = view < kSmallestView ? view * dilution : view / dilution;
    if (mended < kSmallestView || mended > kLargestView) continue;
    return dilution_found(about,
                          say("the particles in view would fill {} nL, which no instrument watches; with the dilution "
                              "of {} once {} it is "
                              "{} nL.",
                              readable_number(view, 2), factor_text(dilution),
                              view < kSmallestView ? say("less") : say("more"), readable_number(mended, 2)),
                          dilution, mended / view);
  }
  return {};
}

/// Against the protein: far above the ceiling, and with the dilution taken off below it.
Found dilution_against_protein(const About& about) {
  const Purity* purity = about.purity;
  if (purity == nullptr || purity->verdict != "above") return {};
  for (const double dilution : about.dilutions) {
    constexpr double kLeast = 0.05;  // chosen: a preparation with 5 % of its protein in vesicles is poor but possible
    if (purity->of_low / dilution > 1 || purity->of_high / dilution < kLeast) continue;
    return dilution_found(
        about,
        say("{} particles per mL need {} times the protein that was measured; divided by the dilution "
            "of {} they would need {} of it.",
            count(purity->particles_per_ml), factor_text(purity->of_ceiling), factor_text(dilution),
            percent(purity->of_ceiling / dilution)),
        dilution, purity->of_ceiling);
  }
  return {};
}

Found find_dilution(const About& about) {
  const std::vector<Measured> methods = about.rows.of(about.preparation, "vesicle.concentration");
  if (Found found = dilution_between_videos(about, methods)) return found;
  if (Found found = between_methods(about, methods)) return found;
  if (Found found = dilution_against_count(about)) return found;
  return dilution_against_protein(about);
}

Found find_ceiling(const About& about) {
  const Purity* purity = about.purity;
  if (purity == nullptr || purity->verdict != "above") return {};
  Contradiction out;
  out.kind = "ceiling";
  out.quantity = kPurityQuantities[0];
  out.question = say("Is there enough protein in {} for its particles?", about.id());
  out.answer = say("{}: vesicles of these sizes need {} times the protein that was measured ({} to {}).", about.id(),
                   factor_text(purity->of_ceiling), factor_text(purity->of_low), factor_text(purity->of_high));
  out.hint =
      say("Lipoproteins, debris or salt crystals were counted, protein was lost before the assay, or the assay does "
          "not open vesicles (add detergent).");
  out.numbers.set("of_ceiling", Value::of(purity->of_ceiling));
  return out;
}

Found find_blank(const About& about) {
  const auto blank_wins = [&](const Measured& measured, const std::string& of, const std::string& unit) -> Found {
    if (measured.below == 0 || !measured.values.empty()) return {};
    Contradiction out;
    out.kind = "blank";
    out.quantity = measured.quantity;
    out.question = say("Is there more in {} than in its blank?", about.id());
    out.answer = std::isfinite(measured.blank)
                     ? say("{}: the blank has as many {} as the preparation or more ({} {}).", about.id(), of,
                           count(measured.blank), unit)
                     : say("{}: less the blank no {} are left; at most {} {} could hide there.", about.id(), of,
                           count(measured.limit), unit);
    out.hint = say("Check which file is the blank, filter the buffer, and measure a less diluted sample.");
    out.numbers.set("blank", number_or_null(measured.blank));
    out.numbers.set("limit", number_or_null(measured.limit));
    return out;
  };
  for (const Measured& method : about.rows.of(about.preparation, "vesicle.concentration")) {
    if (Found found = blank_wins(method, say("particles"), say("per mL"))) return found;
  }
  return blank_wins(about.rows.protein(about.preparation), say("micrograms of protein"), say("per mL"));
}

Found find_marker(const About& about) {
  std::vector<std::string> absent, foreign;
  for (const Marker& marker : markers_of(about.rows.table(), about.rows.study(), about.id())) {
    const bool expected = marker.kind == MarkerClass::kTransmembrane || marker.kind == MarkerClass::kCytosolic;
    if (expected && !marker.seen) absent.push_back(marker.name);
    if (marker.kind == MarkerClass::kNotVesicle && marker.seen) foreign.push_back(marker.name);
  }
  if (absent.empty() && foreign.empty()) return {};
  Contradiction out;
  out.kind = "marker";
  out.quantity = "vesicle.marker";
  out.question = say("Are the markers of {} those of vesicles?", about.id());
  std::vector<std::string> parts;
  if (!absent.empty())
    parts.push_back(say("{} was looked for and not seen, though vesicles should carry it", join(absent, ", ")));
  if (!foreign.empty()) parts.push_back(say("{} was seen, which small vesicles should not carry", join(foreign, ", ")));
  out.answer = say("{}: {}.", about.id(), join(parts, say("; ")));
  out.hint =
      say("Some cells make vesicles without one of the tetraspanins: show another, load more protein, and test "
          "the antibody on a lysate; cell debris shows as calnexin, GM130 or histones.");
  return out;
}

Finding finding_of(const About& about, Contradiction&& found) {
  Finding out;
  out.id = "preparation_" + found.kind + "_" + about.id();
  out.comparison = kPreparationCheck;
  out.kind = "contradiction";
  out.quantity = found.quantity;
  out.unit = "preparation";
  out.question = std::move(found.question);
  out.answer = std::move(found.answer);
  out.assumptions = std::move(found.basis);
  out.warnings.push_back(
      {Severity::kWarning, "preparation." + found.kind, std::move(found.hint), {}, "", "", about.id()});
  out.details = Value::table();
  out.details.set("sample", Value::of(about.id()));
  out.details.set("contradiction", Value::of(found.kind));
  out.details.set("numbers", std::move(found.numbers));
  return out;
}

}  // namespace

std::vector<Finding> check_preparations(const ObservationTable& table, const Study& study, const Context& context) {
  const PreparationSettings settings = preparation_settings_from(study);
  const PreparationRows rows(table, study);
  const std::vector<Purity> all = purities(table, study, context);
  std::vector<Finding> out;
  for (const Preparation& preparation : rows.all()) {
    context.check_cancelled();
    const Sizes sizes = sizes_of(rows, preparation, settings);
    const auto purity =
        std::find_if(all.begin(), all.end(), [&](const Purity& one) { return one.sample == preparation.id; });
    const About about{
        rows, preparation, settings, sizes, purity == all.end() ? nullptr : &*purity, dilutions_of(rows, preparation)};
    const auto keep = [&](Found&& found) {
      if (found) out.push_back(finding_of(about, std::move(*found)));
      return found.has_value();
    };
    keep(find_tem(about));
    keep(find_dls(about));
    keep(find_protein(about));
    if (!keep(find_dilution(about))) keep(find_ceiling(about));
    keep(find_blank(about));
    keep(find_marker(about));
  }
  return out;
}

}  // namespace vesica
