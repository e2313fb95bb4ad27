// SPDX-License-Identifier: Apache-2.0
// Whether what two channels show lies at the same places: by objects against chance, and by pixels.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "vesica/data/image.h"
#include "vesica/ops/register_points.h"

namespace vesica {

/// An object's place with its error along x and along y, and the cell it lies in (label, 0: none).
struct PlacedObject {
  double x = 0, y = 0, error = 0;
  std::int32_t cell = 0;
};

/// What is taken for chance: how the second channel's objects lie when they know nothing of the first's.
enum class ChanceModel {
  /// All objects of a cell turn together about the middle of its nucleus by one random angle of at most `turn`, each at
  /// its distance from the nucleus' outline along the ray (within the nucleus at its share of the way to it); those
  /// that
  /// would leave the cell turn by an angle of their own at which they do not. Keeps how near the nucleus both channels
  /// gather, the numbers in every cell and most of the second channel's own clusters; forgets the side of the nucleus,
  /// as far as `turn` lets it.
  kRotation,
  /// Every object goes to a random pixel of its own cell. Keeps the numbers in every cell alone: what gathers around
  /// the nucleus in both channels looks like pairs.
  kPlacement
};

struct ColocalisationSettings {
  ChanceModel chance = ChanceModel::kRotation;
  /// Greatest turn of kRotation, radians. Turns that would move a cell's objects by less than twice the farthest a pair
  /// can be apart are left out (at most half of those allowed).
  double turn = 3.14159265358979;
  double factor = 3;  ///< of the combined error; 3: 98.9 % of true pairs (1 - exp(-k^2 / 2)) when errors are normal
  double registration = 0;  ///< error of the registration along x and along y, pixels
  double size = 0;          ///< further scatter along x and y: places within one endosome, pixels
  std::size_t draws = 200;  ///< random turns or placements
  std::uint64_t seed = 1;
};

struct ColocalisationScore {
  std::size_t first = 0, second = 0;                           ///< objects in cells
  std::size_t paired = 0;                                      ///< of the first, with a partner of their own
  std::vector<std::uint8_t> first_paired, second_paired;       ///< by object as given: 1 with a partner
  double fraction = std::numeric_limits<double>::quiet_NaN();  ///< paired / first
  double chance = std::numeric_limits<double>::quiet_NaN();    ///< mean fraction of the draws
  double chance_low = 0, chance_high = 0;                      ///< 2.5 and 97.5 % of them
  /// f of fraction = f + (1 - f) c (1 - f first / second): chance c comes from the second channel's objects that have
  /// no true partner. Between 0 and 1; the interval takes Wilson's of the fraction, of as many objects as the scatter
  /// of the draws says are independent (clusters pair together), and that of the chance rate's mean.
  double corrected = std::numeric_limits<double>::quiet_NaN();
  double low = 0, high = 1;
  /// How much both channels' objects without a partner keep to one side of their nuclei, the same one: sum over cells
  /// of the product of the sums of their unit vectors from the nucleus' middle, over its standard deviation when sides
  /// know nothing of each other. Above 3 turning overstates what is shared. NaN when nothing is left.
  double sidedness = std::numeric_limits<double>::quiet_NaN();
  double p = std::numeric_limits<double>::quiet_NaN();  ///< (1 + draws with at least as many pairs) / (1 + draws)
};

/// Pairs one to one, nearest first (of equal distances by index): objects within factor sqrt(e1^2 + e2^2 +
/// registration^2 + 2 size^2). Chance: the second channel's objects are moved within their own cells `draws` times
/// (ChanceModel), so that cells full of both channels do not look like pairs. Objects outside cells are left out. No
/// objects in one channel: NaN. Places of the second in the first's frame; `nuclei` with the labels of their cells
/// (empty: cells turn about their own middles). The same seed yields the same numbers. The classic control turns one
/// whole image by 90 degrees or shifts it (van Steensel et al. 1996, J Cell Sci 109:787; Dunn, Kamocka and McDonald
/// 2011, 10.1152/ajpcell.00462.2010), which puts nuclei on cytoplasm; that the null must keep the cell around both
/// channels is the lesson of Helmuth, Paul and Sbalzarini 2010, 10.1186/1471-2105-11-372. The turn within cells is our
/// choice. Misleads where both channels keep to one side of the nucleus (a Golgi): there turning overstates
/// (`sidedness`).
ColocalisationScore colocalise(std::span<const PlacedObject> first, std::span<const PlacedObject> second,
                               const Labels2& cells, const Labels2& nuclei, const ColocalisationSettings& settings);

/// f of seen = f + (1 - f) chance (1 - f first / second), 0 to 1: the share of the first's objects that are paired
/// beyond chance, which only partners that are not taken can make. 0 when less is seen than chance yields.
double share_beyond_chance(double seen, double chance, double first, double second);

/// Pixel by pixel within the mask.
struct PixelColocalisation {
  double pearson = std::numeric_limits<double>::quiet_NaN();
  double m1 = std::numeric_limits<double>::quiet_NaN();  ///< Manders: share of the first's light where the second is
  double m2 = std::numeric_limits<double>::quiet_NaN();  ///< and the other way round
  double first_threshold = std::numeric_limits<double>::quiet_NaN();  ///< Costes' thresholds
  double second_threshold = std::numeric_limits<double>::quiet_NaN();
};
/// Pearson's correlation, and Manders' coefficients (1993, 10.1111/j.1365-2818.1993.tb03313.x) over the thresholds of
/// Costes et al. 2004 (10.1529/biophysj.103.038422): the greatest value on the orthogonal regression line below which
/// pixels no longer correlate. Manders' sums
/// count light above the channel's median in the mask, its background where spots are sparse. NaN for a constant
/// channel or fewer than 10 pixels; m1 and m2 NaN when the channels do not correlate positively. Both depend on the
/// threshold, the blur and the share of empty pixels; beside the object counts they are what people expect to see, no
/// test.
PixelColocalisation correlate_pixels(const Image2& first, const Image2& second, const Mask2& mask);

/// The image seen through a map from its own places to another frame: out(p) = image(map^-1 p), linear between pixels,
/// the border repeated. Requires an invertible map.
Image2 moved_image(const Image2& image, const Affine2& map);

}  // namespace vesica
