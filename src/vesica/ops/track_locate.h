// SPDX-License-Identifier: Apache-2.0
// Small bright (or dark) spots of a frame, found to a fraction of a pixel: Crocker and Grier's method.
#pragma once

#include <cstddef>
#include <functional>
#include <limits>
#include <span>
#include <vector>

#include "vesica/base/context.h"
#include "vesica/data/image.h"

namespace vesica {

/// How spots are found. Lengths in pixels, brightness in the file's counts. Defaults are those of trackpy 0.7.
struct LocateSettings {
  int diameter = 11;       ///< odd; the whole spot, background not included
  double noise_sigma = 1;  ///< Gaussian that takes away the noise of pixels; 0: none
  int box = 0;             ///< odd; side of the box whose mean is the background; 0: diameter
  double threshold = 1;    ///< what is less above the background than this counts as background
  double percentile = 64;  ///< a maximum must be brighter than this share of the pixels above the threshold
  double separation = 0;   ///< spots closer than this are one: the brighter stays; 0: diameter + 1
  double min_mass = 0;     ///< brightness of the whole spot must be greater
  double max_size = std::numeric_limits<double>::infinity();  ///< radius of gyration must be less
  int iterations = 10;  ///< at most so many moves of the window towards the centroid
  bool dark = false;    ///< dark spots on a bright ground
  /// 0: nothing is rounded. 256 or 65536: in whole counts, as trackpy treats frames of 8 or 16 bits: the background is
  /// cut down to whole counts along each axis (0.9 counts too low on average for 11 px) and what remains is scaled to
  /// 0 .. levels - 1 and cut down again. For comparison with it; finds more dim spots at the same threshold.
  int levels = 0;
};

/// One spot. (0, 0) is the centre of the first pixel, x to the right, y down.
struct Detection {
  double x = 0, y = 0;     ///< centroid within the disc of `diameter`, px
  float mass = 0;          ///< sum over the disc of what is above the background, counts
  float size = 0;          ///< radius of gyration of that, px
  float eccentricity = 0;  ///< 0 round, 1 a line: |sum I exp(2 i angle)| / (sum I - centre)
  float signal = 0;        ///< the brightest pixel of the disc above the background, counts
  float raw_mass = 0;      ///< sum over the disc in the frame as it is (turned round when dark), counts
  float error_px = 0;  ///< static error of x and of y; NaN when the frame shows no background or raw_mass is below it
};

/// The spots of one frame, row by row (by the pixel of their maximum), and what surrounds them.
struct Located {
  std::vector<Detection> spots;
  double background = std::numeric_limits<double>::quiet_NaN();  ///< mean of the pixels away from everything bright
  double noise = std::numeric_limits<double>::quiet_NaN();       ///< their standard deviation, counts
};

/// Spots after Crocker and Grier 1996 (10.1006/jcis.1996.0217) as trackpy does it: Gaussian (cut off at 4 sigma,
/// nothing beyond the frame) less the mean of a box (the border repeated); maxima of that over a box of side
/// floor(sqrt 2 * separation) that lie above a percentile and not at the frame's edge (max(diameter / 2,
/// floor(separation / 2) - 1, box / 2) px); centroid over a disc that moves by a pixel while the centroid is more than
/// 0.6 px off; of two spots closer than `separation` the brighter. Static error: noise / (raw_mass - area * background)
/// * noise_sigma * sqrt(sum of x^2 over the disc), after Savin and Doyle 2005 (10.1529/biophysj.104.042457):
/// rather too large, up to twice, since the threshold takes away noise that it counts.
/// A frame smaller than a disc, a constant one or an empty one has no spots. Requires finite pixels, an odd diameter
/// >= 3, an odd box and noise_sigma < box. Misleads where spots overlap: centroids are drawn together.
Located locate(const Image2& frame, const LocateSettings& settings);

/// Locates frames 0 .. count-1: read(i) is called from one thread, in order; the frames of a window are located on
/// context.threads threads; sink(i, spots) is called in order. Memory holds one window of frames.
void locate_frames(std::size_t count, const std::function<Image2(std::size_t)>& read, const LocateSettings& settings,
                   const Context& context, const std::function<void(std::size_t, Located&&)>& sink);

}  // namespace vesica
