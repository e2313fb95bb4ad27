// SPDX-License-Identifier: Apache-2.0
// Uptake of labelled vesicles by cells: cells around nuclei, spots in them, positive cells against the dye alone.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "vesica/base/context.h"
#include "vesica/contract/contract.h"
#include "vesica/contract/nuclei_settings.h"
#include "vesica/data/image.h"
#include "vesica/data/proportion.h"
#include "vesica/ops/segment_focus.h"
#include "vesica/ops/spots.h"

namespace vesica {

extern const Assay kCellUptakeAssay;

namespace cell_uptake {

struct Settings : NucleiSettings {
  Settings() { border = false; }  ///< a cell whose nucleus leaves the field has lost some of its spots
  std::optional<double> pixel_um;
  std::string nuclei_channel, vesicle_channel, body_channel, second_channel;  ///< number from 1 or part of a name
  std::string dye = "PKH26";                                                  ///< in sentences
  double nucleus_um = 12;  ///< chosen: usual diameters of cultured cells' nuclei are 8 to 20 µm
  double cell_um = 10;     ///< chosen: a cell of 30 µm around a nucleus of 12; more than around the nuclei of `nuclei`
  std::string body_threshold = "Li";
  std::optional<double> spot_sigma_um, na, emission_nm;
  std::string spot_threshold = "false_alarm";
  double false_spots = 1;  ///< in a million pixels of noise alone; a cell has some thousand
  std::optional<double> spot_amplitude, saturation;
  std::string score = "spots";
  double control_quantile = 0.99;  ///< 99th percentile of the control's cells: field practice
  double least_spots = 1;
  double pair_factor = 3;   ///< of the combined error of two places: 98.9 % of true pairs
  double pair_size_um = 0;  ///< chosen: only the error of the places
  std::string chance = "rotation";
  double turn_degrees = 180;
  std::int64_t chance_draws = 200;
  double max_shift_um = 5;  ///< chosen: filter cubes and cameras shift channels by some pixels
  bool overlays = true, tables = true, label_images = true;

  void describe(Fields& fields);
};

/// Which channel is what; indices into the planes.
struct Channels {
  std::size_t nuclei = 0, vesicles = 1;
  std::optional<std::size_t> body, second;
  std::vector<std::string> names;  ///< one a plane, "channel 2" where the file names none
  bool assumed = false;            ///< by position alone
};
/// By the settings, else by words in the names (DAPI, Hoechst; PKH26, DiI, CFSE, exo; actin, phalloidin), else, of two
/// planes, nuclei first. Throws Error(kConfig) when a setting fits no channel or two, when nothing says which is which,
/// or one plane would serve twice.
Channels choose_channels(const std::vector<std::string>& names, bool colour, const Settings& settings,
                         const std::string& path);

/// The vesicles' and the second channel of a bead picture: by the settings and names, of two planes the first and the
/// second. Throws Error(kConfig).
std::pair<std::size_t, std::size_t> choose_bead_channels(const std::vector<std::string>& names,
                                                         const Settings& settings, const std::string& path);

/// The planes of one field in the file's counts.
struct Planes {
  Image2 nuclei, vesicles;
  std::optional<Image2> body, second;
};

/// Lengths of the settings in pixels. Without a pixel size a nucleus of `nucleus_um` is as wide as the middle one of
/// the picture (`nucleus_px`; NaN: pixels are kNominalPixelUm).
struct Lengths {
  double nucleus = 0, cell = 0, sigma = 0, max_shift = 0, pair_size = 0;
  double pixel_um = kNaN;
  bool sigma_assumed = false, sigma_raised = false;  ///< nothing told it (1.3 pixels); finer than 0.8 pixels
};
Lengths lengths_of(const Settings& settings, double pixel_um, double nucleus_px);

/// Nuclei and the cell regions around them, with the same labels.
struct Cells {
  Labels2 nuclei, cells;
  std::vector<std::uint8_t> at_border;  ///< by label: the nucleus leaves the field
  std::size_t objects = 0;              ///< nuclei
  std::size_t blurred = 0;              ///< further objects, left out for their blurred edges
  double fitting = kNaN;                ///< share of the light above the search's level that lies in nuclei
  double width = kNaN;                  ///< median diameter of discs of the nuclei's areas, pixels
  EdgeBlur edges;                       ///< how sharp the nuclei are
};
/// The nuclei of ops/segment_nuclei.h, as the assay `nuclei` finds them. Constant images: none. Fills `nuclei`,
/// `fitting` and `width`.
Cells nuclei_of(const Image2& nuclei, const NucleiSettings& settings, double pixel_um);
/// The rest, around nuclei that may have been corrected: with a body channel its threshold, without one everything
/// within `cell_um` of a nucleus; every pixel to the nearest nucleus.
void grow_cells(const Image2& nuclei, const Image2* body, const Settings& settings, const Lengths& lengths,
                Cells& regions);

/// One cell's own numbers.
struct Cell {
  std::int32_t label = 0;
  double x = 0, y = 0;                        ///< centroid of the nucleus, pixels
  std::size_t nucleus_area = 0, area = 0;     ///< pixels
  std::size_t spots = 0, wide = 0, full = 0;  ///< all, those wider than a point, those with full pixels
  double spot_intensity = 0;                  ///< sum of the spots', counts
  double mean_intensity = 0;                  ///< of the region, above the median outside cells, counts a pixel
  double distance = kNaN;                     ///< median over spots to the nearest nucleus' edge, pixels; inside 0
  bool used = true;                           ///< false: its nucleus leaves the field
  bool positive = false;
};
struct FieldCells {
  std::vector<Cell> cells;
  std::vector<std::int32_t> spot_cells;  ///< label of the cell of every spot, 0 outside
  std::vector<float> spot_distances;     ///< pixels to the nearest nucleus
  std::size_t used() const;
  std::vector<double> scores(const std::string& score) const;  ///< of cells used
};
FieldCells measure_cells(const Cells& regions, const SpotField& spots, const Image2& vesicles, bool border);

/// What a control's cells show; kept by its calibration.
struct Control {
  std::string role;
  std::vector<double> spots, spot_intensity, mean_intensity;  ///< of every cell used, in order
  double pixel_um = kNaN;
  const std::vector<double>& scores(const std::string& score) const;
};
Value to_value(const Control& control);
std::optional<Control> control_from(const Value& value, const std::string& role);

/// The score above which a cell is positive: the least of the control's that at least a share q of its cells do not
/// exceed (type 1 quantile, one of the control's own scores, as above_own_cut asks); how many lie above it.
struct Cut {
  double value = kNaN;
  std::uint64_t above = 0, all = 0;
};
Cut cut_of(const std::vector<double>& control, double quantile);
std::uint64_t count_above(const std::vector<double>& scores, double cut);
double mean_of(const std::vector<double>& values);         ///< NaN for none
double median_of(std::vector<double> values);              ///< NaN for none
double quantile_of(std::vector<double> values, double p);  ///< type 7; NaN for none

}  // namespace cell_uptake
}  // namespace vesica
