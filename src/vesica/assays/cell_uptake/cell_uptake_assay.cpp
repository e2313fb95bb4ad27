// SPDX-License-Identifier: Apache-2.0
// The assay `cell_uptake`: what is missing, controls, and the way from a field to rows and pictures.
#include <algorithm>
#include <array>

#include "vesica/assays/cell_uptake/cell_uptake_parts.h"
#include "vesica/base/message.h"
#include "vesica/contract/flat_field.h"
#include "vesica/contract/object_edits.h"
#include "vesica/io/channel_name.h"
#include "vesica/io/images.h"

namespace vesica::cell_uptake {

namespace {

std::vector<Issue> missing(const Reading& reading, const AnySettings& any) {
  const Settings& settings = any.get<Settings>();
  const ImageInfo& info = source_of(reading).info();
  std::vector<Issue> out;
  if (!pixel_of(info, settings).known()) {
    out.push_back(
        issue(Severity::kWarning, "uptake.pixel_missing",
              say("The size of a pixel is not known: what is a nucleus is learned from the picture itself, and "
                  "distances are given in pixels only."),
              say("How many micrometres is one pixel? Set \"pixel_um\"."), reading));
    out.back().setting = "pixel_um";
  }
  try {
    choose_channels(plane_names(info), info.colour, settings, reading.path);
  } catch (const Error& error) {
    out.push_back(issue(Severity::kWarning, "uptake.channels_missing", error.message(), error.hint(), reading));
    out.back().setting = "nuclei_channel";
  }
  out.push_back(issue(Severity::kNote, "uptake.control_missing",
                      say("What is uptake is learned from cells that were given the dye without vesicles."),
                      say("Is there such a well? Give its images the role \"dye_only\"; without it the report says "
                          "{}-positive signal, not uptake.",
                          settings.dye),
                      reading));
  return out;
}

Controls controls_of(std::span<const Calibration> calibrations) {
  Controls out;
  for (const Calibration& calibration : calibrations) {
    if (calibration.role == "bead") out.beads = registration_from(calibration.values);
    if (calibration.role == "dye_only") out.dye_only = control_from(calibration.values, calibration.role);
    if (calibration.role == "unstained") out.unstained = control_from(calibration.values, calibration.role);
    if (calibration.role == "cold") out.cold = control_from(calibration.values, calibration.role);
  }
  return out;
}

Outcome measure(const Reading& reading, std::span<const Calibration> calibrations, const AnySettings& any,
                const InputFacts& facts, const Context& context) {
  const Settings& settings = any.get<Settings>();
  Outcome out;
  for (Issue& found : missing(reading, any)) {
    if (found.kind == "uptake.pixel_missing") out.issues.push_back(std::move(found));
  }
  Field field = analyse(reading, settings, facts.corrections, context);
  add_rows(field, controls_of(calibrations), settings, facts, reading, context, out);
  add_artifacts(field, settings, out);
  return out;
}

Outcome derive_all(const ObservationTable& table, const Study&, const AnySettings&, const Context&) {
  return derive(table);
}

void check_correction(const Reading& reading, const AnySettings&, const Edit& edit) {
  const ImageInfo& info = source_of(reading).info();
  check_object_edit(edit, info.width, info.height, 1, reading.path);
}

/// Two or more channels, of which one is named after nuclei and one after a membrane dye or vesicles.
bool suits(const Reading& reading) {
  const ImageReading* images = reading.as<ImageReading>();
  if (images == nullptr || !images->source || images->source->info().colour) return false;
  const std::vector<std::string> names = plane_names(images->source->info());
  if (names.size() < 2) return false;
  try {
    const Channels channels = choose_channels(names, false, {}, reading.path);
    return !channels.assumed && says_vesicles(names[channels.vesicles]) > 1;
  } catch (const Error&) {
    return false;
  }
}

AnySettings make_settings() { return AnySettings::of<Settings>(); }

constexpr std::array<std::string_view, 6> kSources = {"10.1016/j.bbamem.2018.03.013",   "10.2307/1427930",
                                                      "10.1006/cviu.1996.0060",         "10.1529/biophysj.103.038422",
                                                      "10.1080/01621459.1927.10502953", "10.1002/jev2.12282"};
constexpr std::array<std::string_view, 24> kQuantities = {"uptake.pixel_size",
                                                          "uptake.cells",
                                                          "uptake.positive_fraction",
                                                          "uptake.corrected_fraction",
                                                          "uptake.signal_positive_fraction",
                                                          "uptake.false_share",
                                                          "uptake.bound_fraction",
                                                          "uptake.internalised_fraction",
                                                          "uptake.cut",
                                                          "uptake.spots_per_cell",
                                                          "uptake.excess_spots_per_cell",
                                                          "uptake.false_spots_per_cell",
                                                          "uptake.spot_intensity_per_cell",
                                                          "uptake.signal_per_cell",
                                                          "uptake.perinuclear_distance",
                                                          "uptake.perinuclear_distance_px",
                                                          "colocalisation.fraction",
                                                          "colocalisation.partners",
                                                          "colocalisation.chance_fraction",
                                                          "colocalisation.corrected_fraction",
                                                          "colocalisation.chance_p",
                                                          "colocalisation.pearson",
                                                          "colocalisation.manders",
                                                          "colocalisation.registration_residual"};
constexpr std::array<std::string_view, 6> kRoles = {"bead", "cold", kDarkRole, "dye_only", kFlatRole, "unstained"};

}  // namespace

}  // namespace vesica::cell_uptake

namespace vesica {

const Assay kCellUptakeAssay = {
    "cell_uptake",
    "Uptake by cells",
    "Cells that hold labelled vesicles, against the dye alone, from spots in cell regions; colocalisation against "
    "chance.",
    cell_uptake::kSources,
    cell_uptake::kQuantities,
    kPictureFormats,
    cell_uptake::kRoles,
    false,
    cell_uptake::make_settings,
    cell_uptake::missing,
    cell_uptake::calibrate,
    cell_uptake::measure,
    cell_uptake::derive_all,
    nullptr,
    cell_uptake::check_correction,
    cell_uptake::suits,
};

}  // namespace vesica
