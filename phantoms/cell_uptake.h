// SPDX-License-Identifier: Apache-2.0
// Cells with labelled vesicles: nuclei, vesicles as points, dye haze, autofluorescence, camera noise; controls, beads.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "phantoms/phantoms.h"

#include "vesica/data/image.h"

namespace vesica {

struct CellUptakePhantomSettings {
  std::int64_t width = 480, height = 480;
  std::int64_t fields = 3, control_fields = 3;
  double pixel_um = 0.325;
  bool scale_in_file = true;
  double nucleus_um = 12, spacing_um = 30;  ///< diameter; between cells
  double positive_fraction = 0.4;
  double vesicles = 14;                        ///< spots of a positive cell, mean
  double shape = 6;                            ///< of their negative binomial
  double dye_spots = 0.4;                      ///< spots of dye alone in any treated cell, mean
  double granules = 0.2;                       ///< spots of autofluorescence in any cell, mean
  double spot_counts = 80;                     ///< height of a spot, median
  double spot_cv = 0.35;                       ///< of its lognormal height
  double sigma_um = 0.42;                      ///< image of a point
  double haze_counts = 60;                     ///< dye in the whole body of a treated cell, at its thickest
  double auto_counts = 25;                     ///< autofluorescence there
  double background = 100;                     ///< counts between cells, with the noise of as many photons
  double read_noise = 3;                       ///< counts
  bool second = true;                          ///< a second vesicle channel
  double shared = 0.3;                         ///< of the vesicles' spots that the second channel shows as well
  double second_alone = 4;                     ///< further spots a cell, mean
  double perinuclear_um = 0;                   ///< mean distance of all spots from the nucleus' edge; 0: anywhere
  double side_degrees = 0;                     ///< spread of all spots about one side of the nucleus; 0: all around
  double shift_x_um = 0.9, shift_y_um = -0.6;  ///< of the second channel
  double blur_um = 0;                          ///< further blur of everything: out of focus
  std::string sample = "well 1";

  void describe(Fields& fields);
};

enum class UptakeField { kSample, kDyeOnly, kUnstained, kCold, kBeads };

/// One field in counts, before it is written.
struct UptakeScene {
  struct Cell {
    double x = 0, y = 0;  ///< pixels
    bool positive = false;
    std::size_t spots = 0;
  };
  struct Spot {
    double x = 0, y = 0, height = 0;  ///< pixels, counts
    bool shared = false;
  };
  Image2 nuclei, vesicles, second;
  std::vector<Cell> cells;
  std::vector<Spot> spots;
};
UptakeScene cell_uptake_scene(const CellUptakePhantomSettings& settings, UptakeField kind, std::uint64_t seed);
/// The scene as a TIFF with channels DAPI, PKH26 and CD63.
std::string cell_uptake_tiff(const CellUptakePhantomSettings& settings, const UptakeScene& scene);

/// Adds a Gaussian of that height and standard deviation in pixels.
void add_point_light(Image2& image, double x, double y, double height, double sigma_px);
/// What a camera makes of light: photons of one count each, read noise, whole counts from 0 to 65535.
Image2 photographed(const Image2& light, double read_noise, std::uint64_t seed, std::uint64_t key);

extern const Phantom kCellUptakePhantom;

}  // namespace vesica
