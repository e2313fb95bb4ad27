// SPDX-License-Identifier: Apache-2.0
// What the files of cell_uptake share: one field from reading to numbers, its rows, its pictures.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "vesica/assays/cell_uptake/cell_uptake.h"
#include "vesica/data/image_source.h"
#include "vesica/ops/colocalise.h"

namespace vesica::cell_uptake {

/// What both channels show at one place, for pictures and tables.
struct Pairs {
  std::vector<PlanePoint> second;                   ///< the second channel's spots in cells, in the vesicles' frame
  std::vector<std::uint8_t> paired, second_paired;  ///< by the vesicles' spots, by `second`
  Image2 seen;                                      ///< the second channel in the vesicles' frame
};

/// One field, analysed. `refusal` is a sentence when its numbers would mean nothing.
struct Field {
  Channels channels;
  Planes planes;
  Lengths lengths;
  double saturation = kNaN;
  Cells regions;
  SpotField spots;
  FieldCells cells;
  std::string refusal;
  std::vector<Issue> issues;
  std::optional<Pairs> pairs;
  const std::string& vesicle_name() const { return channels.names[channels.vesicles]; }
};

const ImageSource& source_of(const Reading& reading);
Issue issue(Severity severity, const char* kind, std::string message, std::string hint, const Reading& reading);
/// The names of the planes that make one field: channels; or, where a file does not say what its pages are, its pages.
std::vector<std::string> plane_names(const ImageInfo& info);
/// The pixel size, and what is missing for it.
Known pixel_of(const ImageInfo& info, const Settings& settings);
/// What is wrong with a field before its cells are counted: swapped channels, empty, saturated, blurred, flat.
void judge(const Reading& reading, const ImageInfo& info, const Settings& settings, Field& field);
/// Throws Error for what holds no field (no images, one channel, several moments). `corrections` are those of nuclei.
Field analyse(const Reading& reading, const Settings& settings, std::span<const Edit> corrections,
              const Context& context);

/// The second channel's spots in the vesicles' frame against chance. `registration`: from beads, may be null.
struct Colocalised {
  ColocalisationScore score;
  PixelColocalisation pixels;
  Pairs pairs;
  bool registered = false;
};
Colocalised colocalise_field(const Field& field, const Settings& settings, const PointRegistration* registration,
                             const Context& context);

Calibration calibrate(std::span<const Reading> readings, std::string_view role, const AnySettings& any,
                      const Context& context);
Value to_value(const PointRegistration& registration);
std::optional<PointRegistration> registration_from(const Value& value);

/// The controls at hand.
struct Controls {
  std::optional<Control> dye_only, unstained, cold;
  std::optional<PointRegistration> beads;
};
/// Rows and issues of a field; marks its positive cells.
void add_rows(Field& field, const Controls& controls, const Settings& settings, const InputFacts& facts,
              const Reading& reading, const Context& context, Outcome& out);
void add_artifacts(const Field& field, const Settings& settings, Outcome& out);
Outcome derive(const ObservationTable& table);

/// Relative difference of pixel sizes that count as one magnification, chosen: calibrations of one objective differ
/// less.
inline constexpr double kSameScale = 0.02;

/// Target of the rows that derive() makes.
inline constexpr const char* kAllFields = "all_fields";

}  // namespace vesica::cell_uptake
