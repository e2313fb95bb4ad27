// SPDX-License-Identifier: Apache-2.0
// Point-like spots in a plane: maxima of a Laplacian of Gaussian above a threshold with a stated false-alarm rate.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include "vesica/base/context.h"
#include "vesica/data/image.h"

namespace vesica {

/// How high a maximum of the response must be.
enum class SpotRule {
  kFalseAlarm,  ///< as high as noise alone rarely gets: `false_alarms` maxima a pixel
  kFixed,       ///< `amplitude` counts
  kLi           ///< Li's threshold of the positive responses
};

struct SpotSettings {
  double sigma_px = 1.3;  ///< standard deviation of the image of a point; at least 0.8 (below, pixels cannot hold it)
  SpotRule rule = SpotRule::kFalseAlarm;
  double false_alarms = 1e-6;  ///< maxima of pure noise a pixel, at most 1e-3; chosen: one in a megapixel
  double amplitude = std::numeric_limits<double>::quiet_NaN();  ///< of kFixed, counts above the surroundings
  double saturation = std::numeric_limits<double>::infinity();  ///< pixels from here on are full
  /// A maximum from which the response goes on in two opposite directions, 3 sigma away still above this share of its
  /// height, is part of an edge or a fibre and left out (chosen; a point has -0.13 there). 1 and more: nothing is.
  double ridge = 0.5;
};

/// What is special about a spot, as bits.
enum SpotFlag : std::uint8_t {
  kSpotOverlaps = 1,   ///< the disc of another spot touches its own: pixels went to the nearer centre
  kSpotWide = 2,       ///< holds clearly more light than a point of its height: several vesicles, or out of focus
  kSpotSaturated = 4,  ///< a pixel of its disc is full: intensity and amplitude are lower bounds
  kSpotAtBorder = 8    ///< its disc leaves the image: part of the light is missing
};

/// One spot. Positions count from the centre of the top left pixel.
struct Spot {
  double x = 0, y = 0;        ///< pixels
  double amplitude = 0;       ///< response: height above the surroundings of a point, counts
  double snr = 0;             ///< amplitude / standard deviation of the response to noise there
  double intensity = 0;       ///< sum over a disc of 3 sigma minus the local background, counts
  double background = 0;      ///< median of the ring from 4 to 6 sigma, counts a pixel
  double position_error = 0;  ///< standard error of x and of y from noise, pixels: sigma sqrt(3/2) / snr
  double extent = 1;          ///< intensity / (what a point of this amplitude holds)
  std::uint8_t flags = 0;
};

struct SpotField {
  std::vector<Spot> spots;    ///< in the order of their pixels, row by row
  double noise = 0;           ///< median over the image of the standard deviation of a pixel's noise, counts
  double correlation = 1;     ///< noise of the response / what noise that is independent from pixel to pixel would give
  double threshold_snr = 0;   ///< 0 unless kFalseAlarm
  double threshold = 0;       ///< median over the image, counts of amplitude
  double expected_false = 0;  ///< spots that noise alone makes in the whole image; NaN unless kFalseAlarm
  std::size_t ridges = 0;     ///< maxima left out as parts of edges and fibres
};

/// Maxima of Gaussian noise seen through the filter of `sigma_px`, a pixel, higher than `snr` standard deviations:
/// lambda u exp(-u^2 / 2) / (2 pi)^(3/2), lambda = 3 / (2 sigma^2) the variance of the filtered noise's slope (expected
/// Euler characteristic of a smooth isotropic field: Adler 1981; Worsley 1995, 10.2307/1427930). Right for u > 3;
/// pixels are coarse beside a fine filter and lose some maxima, so that it errs to the safe side.
double spot_false_alarms(double sigma_px, double snr);
/// The height with that many maxima a pixel. Requires 0 < rate <= 1e-3.
double spot_threshold_snr(double sigma_px, double rate);

/// Spots of an image. Filter: -2 sigma^2 c LaplacianOfGaussian(sigma), c such that a Gaussian of standard deviation
/// sigma and height A on any sloping plane yields A at its centre. Noise: per tile of 48 pixels from the second
/// differences of Immerkaer 1996 (10.1006/cviu.1996.0060) by the median of magnitudes, so that neither spots nor cells
/// count as noise and bright places may be noisier; raised to the response's own median magnitude where neighbouring
/// pixels share their noise (lower quartile of tiles). Maxima among 8 neighbours, of equal ones the first; sub-pixel
/// place by the parabola through the logarithms of three responses (Gaussian peak); the amplitude that is held against
/// the threshold is the pixel's divided by what a point has left at that offset. Two points nearer than about 2 sigma
/// are one maximum. Mirrors the image at its borders. Empty, constant or smaller than 3 x 3: no spots. Values that are
/// not finite: Error(kData). Misleads for objects wider than about 2 sigma (look at kSpotWide and at the overlay), in
/// dense rows of points (`ridges`), and where the camera clips its noise at zero.
SpotField find_spots(const Image2& image, const SpotSettings& settings, const Context& context);

}  // namespace vesica
