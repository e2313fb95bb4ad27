// SPDX-License-Identifier: Apache-2.0
// From what was measured to rows and to what their reader should know.
#include <algorithm>
#include <cmath>

#include "vesica/assays/bone_ct/bone_ct_parts.h"
#include "vesica/base/message.h"
#include "vesica/base/number.h"

namespace vesica::bone {

namespace {

class Rows {
 public:
  Rows(const InputFacts& facts, bool scaled, Outcome& out) : facts_(facts), scaled_(scaled), out_(out) {}

  /// A number without a length in its unit. NaN: not measurable, or `empty`.
  void add(std::string_view quantity, double value, Status empty = Status::kNotMeasurable) {
    put(facts_.row(quantity), value, empty);
  }
  /// A number that needs the size of a voxel.
  void add_scaled(std::string_view quantity, double value, Status empty = Status::kNotMeasurable) {
    if (scaled_) {
      add(quantity, value, empty);
    } else {
      add(quantity, kNaN);
    }
  }
  void put(Observation row, double value, Status empty) {
    row.value = value;
    if (!std::isfinite(value)) row.value = kNaN, row.status = empty;
    out_.observations.add(row);
  }
  bool scaled() const { return scaled_; }
  const InputFacts& facts() const { return facts_; }

 private:
  const InputFacts& facts_;
  bool scaled_;
  Outcome& out_;
};

/// "bone.trabecular_thickness" and its siblings, by rule.
std::string of_rule(const std::string& quantity, ThicknessRule rule) {
  return rule == ThicknessRule::kToFace ? quantity : quantity + "." + to_text(rule);
}

void add_thickness(const ThicknessSummary& summary, bool has_wall, ThicknessRule rule, double bin_mm, bool histogram,
                   const std::string& mean, const std::string& word, Rows& rows) {
  const Status empty = has_wall && rows.scaled() ? Status::kNoObjects : Status::kNotMeasurable;
  const double unit = rows.scaled() ? 1 : kNaN;
  Observation row = rows.facts().row(of_rule(mean, rule));
  if (summary.n > 0 && rows.scaled()) {
    row.sd = summary.sd;
    row.n = static_cast<std::int64_t>(summary.n);
  }
  rows.put(row, summary.mean * unit, empty);
  const auto other = [&](const std::string& quantity, double value) {
    Observation each = rows.facts().row(quantity);
    each.target = to_text(rule);
    rows.put(each, value * unit, empty);
  };
  other("bone." + word + "_median", summary.median);
  other("bone." + word + "_max", summary.max);
  if (!histogram || !rows.scaled()) return;
  const double width = std::max(bin_mm, summary.max / static_cast<double>(kMaxThicknessBins - 1));
  for (std::size_t i = 0; i < summary.share.size(); ++i) {
    if (summary.share[i] == 0) continue;
    Observation each = rows.facts().row("bone." + word + "_share");
    each.target = to_text(rule);
    each.at = (static_cast<double>(i) + 0.5) * width;
    rows.put(each, summary.share[i], empty);
  }
}

void add_anisotropy(const Anisotropy& found, Rows& rows) {
  const auto add = [&](std::string_view quantity, double value, double low, double high) {
    Observation row = rows.facts().row(quantity);
    if (std::isfinite(value) && std::isfinite(low) && std::isfinite(high)) {
      row.low = std::min(low, value), row.high = std::max(high, value);
      row.interval = "bootstrap95";
    }
    rows.put(row, value, Status::kNotMeasurable);
  };
  add("bone.anisotropy.ratio", found.ratio, found.ratio_low, found.ratio_high);
  add("bone.anisotropy.bonej", found.bonej, found.bonej_low, found.bonej_high);
}

void add_numbers(const Morphometry& shape, bool axis, Rows& rows) {
  const double share = static_cast<double>(shape.bone_voxels) / static_cast<double>(shape.tissue_voxels);
  const Status empty = shape.bone_voxels == 0 ? Status::kNoObjects : Status::kNotMeasurable;
  rows.add_scaled("bone.trabecular_number.ratio", share / shape.thickness.mean, empty);
  if (axis)
    rows.add_scaled("bone.trabecular_number.axis", shape.axis_distance ? 1 / *shape.axis_distance : kNaN, empty);
  const double surface = shape.bone_voxels > 0 ? shape.surface / shape.tissue_volume : kNaN;
  rows.add_scaled("bone.trabecular_number.plate", surface / 2, empty);
}

}  // namespace

void add_rows(const Measured& measured, const Settings& settings, const InputFacts& facts, Outcome& out) {
  Rows rows(facts, measured.scale.known, out);
  const Morphometry& shape = measured.shape;
  const bool any = shape.bone_voxels > 0;
  const Status empty = any ? Status::kNotMeasurable : Status::kNoObjects;
  const double surface = any ? shape.surface : kNaN;
  rows.add_scaled("bone.tissue_volume", shape.tissue_volume);
  rows.add_scaled("bone.bone_volume", shape.bone_volume);
  rows.add("bone.volume_fraction", static_cast<double>(shape.bone_voxels) / static_cast<double>(shape.tissue_voxels));
  rows.add_scaled("bone.surface", surface, empty);
  rows.add_scaled("bone.surface_per_bone_volume", surface / shape.bone_volume, empty);
  rows.add_scaled("bone.surface_density", surface / shape.tissue_volume, empty);
  add_thickness(shape.thickness, shape.thickness_has_wall, measured.rule, shape.bin_mm, settings.histograms,
                "bone.trabecular_thickness", "thickness", rows);
  add_thickness(shape.separation, shape.separation_has_wall, measured.rule, shape.bin_mm, settings.histograms,
                "bone.trabecular_separation", "separation", rows);
  add_numbers(shape, settings.axis_number, rows);
  rows.add("bone.euler_number", any ? shape.euler.whole : kNaN, empty);
  rows.add_scaled("bone.connectivity_density", any ? (1 - shape.euler.corrected) / shape.tissue_volume : kNaN, empty);
  if (settings.mil_directions > 0) add_anisotropy(shape.anisotropy, rows);
  if (settings.model_index) rows.add("bone.structure_model_index", shape.model_index.value_or(kNaN), empty);
  rows.add("bone.threshold", measured.threshold);
  const auto density = [&](double grey) {
    return measured.density ? measured.density->slope * grey + measured.density->intercept : kNaN;
  };
  rows.add("bone.mineral_density", density(measured.greys.bmd));
  rows.add("bone.tissue_mineral_density", density(measured.greys.tmd),
           measured.density && measured.greys.tmd_n == 0 ? Status::kNoObjects : Status::kNotMeasurable);
}

void add_defect_rows(const Defect& defect, const DefectBone& bone, double sensitivity, const Scale& scale,
                     const InputFacts& facts, Outcome& out) {
  Rows rows(facts, scale.known, out);
  const bool placed = defect.problem.empty();
  rows.add("bone.defect.closure", placed ? bone.closure : kNaN);
  rows.add("bone.defect.bridged", placed ? (bone.bridged ? 1 : 0) : kNaN);
  rows.add_scaled("bone.defect.thickness", placed ? bone.thickness_mm : kNaN,
                  placed ? Status::kNoObjects : Status::kNotMeasurable);
  rows.add("bone.defect.outside_margin", placed ? defect.outside_margin : kNaN);
  rows.add("bone.defect.placement_sensitivity", placed ? sensitivity : kNaN);
  rows.add_scaled("bone.defect.radius", placed ? defect.cylinder.radius : kNaN);
}

void add_notes(const Measured& measured, const Settings& settings, const std::string& path, Outcome& out) {
  const Morphometry& shape = measured.shape;
  const auto tell = [&](Severity severity, const char* kind, std::string message, std::string hint) {
    out.issues.push_back(issue(severity, kind, std::move(message), std::move(hint), path));
  };
  if (!measured.density) {
    tell(Severity::kNote, "bone.no_density",
         say("Without a density calibration grey values are no mineral density: BMD and TMD are not measurable."),
         say("Give a scan of density rods the role \"rods\", or set \"rod_grey\" and \"rod_mg_cm3\"."));
  } else {
    tell(Severity::kNote, "bone.density",
         say("Densities are in mg hydroxyapatite per cm3, from {}.", measured.density_from), "");
  }
  if (shape.bone_voxels == 0 || !measured.scale.known) return;
  constexpr double kThin = 3;  // voxels; chosen: below it steps of the voxels rule every shape
  const double edge = *std::max_element(measured.scale.mm.begin(), measured.scale.mm.end());
  if (shape.thickness.mean < kThin * edge) {
    tell(Severity::kWarning, "bone.coarse",
         say("Bone is only {} voxels thick on average: its shape is that of the voxels.",
             readable_number(shape.thickness.mean / edge, 2)),
         say("Scan with smaller voxels; compare only scans of one voxel size."));
  }
  for (const SpeciesRange& range : species_ranges()) {
    // The ranges are of trabecular bone; what grows in a defect of the skull is another thing.
    if (range.species != settings.species || settings.region == "calvaria") continue;
    if (shape.thickness.mean < range.thickness_low_mm || shape.thickness.mean > range.thickness_high_mm) {
      tell(Severity::kWarning, "bone.implausible",
           say("Tb.Th {} mm in a {}: check the voxel size.", readable_number(shape.thickness.mean, 3), range.species),
           say("Expected are {} to {} mm; cortical bone and new bone in a defect may lie outside.",
               readable_number(range.thickness_low_mm, 3), readable_number(range.thickness_high_mm, 3)));
    }
    if (shape.separation.mean < range.separation_low_mm || shape.separation.mean > range.separation_high_mm) {
      tell(Severity::kNote, "bone.implausible",
           say("Tb.Sp {} mm in a {}: check the voxel size and the region.", readable_number(shape.separation.mean, 3),
               range.species),
           say("Expected are {} to {} mm.", readable_number(range.separation_low_mm, 3),
               readable_number(range.separation_high_mm, 3)));
    }
  }
  if (settings.model_index && shape.model_index) {
    tell(Severity::kNote, "bone.model_index",
         say("The structure model index depends on BV/TV and is negative for concave bone; it shows no change of "
             "shape."),
         "");
  }
}

}  // namespace vesica::bone
