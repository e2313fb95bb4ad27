// SPDX-License-Identifier: Apache-2.0
// Vesicles in electron micrographs: found by their outlines, measured one by one, summarised with edge correction.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "vesica/base/context.h"
#include "vesica/contract/contract.h"
#include "vesica/data/image.h"
#include "vesica/ops/segment_outline.h"

namespace vesica {

extern const Assay kTemAssay;

namespace tem {

struct Settings {
  std::optional<double> pixel_nm;
  std::optional<double> scale_bar_nm;
  bool read_scale_bar = true;
  double smallest_nm = 30;  ///< small vesicles are 30 to 200 nm: Gomez-de-Mariscal 2019, 10.1038/s41598-019-49431-3
  double largest_nm = 200;
  double smooth_nm = 5;    ///< a membrane is about 5 nm thick: finer detail is no outline
  double strength = 5;     ///< Rose's criterion (1948, 10.1364/JOSA.38.000196): seen for certain from about 5 SD on
  double solidity = 0.92;  ///< two equal discs that touch have 0.88
  double roundness = 0.5;  ///< chosen: longer bodies are tubes and fibres
  std::string polarity = "auto";
  std::string field_selection = "unknown";
  double bin_nm = 10;
  bool overlays = true;
  bool labels = true;
  bool table = true;

  void describe(Fields& fields);
};

/// The lengths of the settings in pixels of the micrograph. Without a scale they are shares of the shorter side of the
/// field: a sixtieth to a sixth (chosen: a field of 2 µm then holds 33 to 330 nm), smoothed by a sixth of the smallest.
/// `step`: pixels that become one before outlines are looked for, at most half of `smooth`; `limit`: the least diameter
/// that is looked for, at least ten such pixels (chosen: fewer are no outline).
struct Lengths {
  double smallest = 0, largest = 0, smooth = 0, limit = 0;
  std::size_t step = 1;
};
Lengths lengths_of(const Settings& settings, double pixel_nm, std::size_t width, std::size_t height);

enum class Refusal { kNone, kEmpty, kNotFinite, kTooSmall, kConstant };
std::string reason(Refusal refusal);  ///< a sentence

/// A micrograph as it is measured: the rows that show the sample, and within them what is written over it.
struct Field {
  Image2 grey;   ///< the rows of the sample alone
  Mask2 hidden;  ///< 1 under a scale bar and its text; empty: nothing is hidden
  std::size_t first_row = 0;
};

/// Which bodies are vesicles.
struct Segmented {
  Refusal refusal = Refusal::kNone;
  Labels2 labels;  ///< of the field
  bool bright = true;
  double evidence = 0, other_evidence = 0;  ///< sum of strength times root of area, of this and of the other polarity
  Lengths lengths;
};
/// Outlines (ops/segment_outline.h) of the polarity asked for; "auto" takes the one with more evidence. What is hidden
/// is bridged from left to right before; bodies of which a quarter is hidden are left out.
Segmented segment_field(const Field& field, const Settings& settings, double pixel_nm, const Context& context);

/// One vesicle, lengths in pixels.
struct Particle {
  std::int32_t label = 0;
  double x = 0, y = 0;  ///< centre, in the whole micrograph
  double area = 0, diameter = 0, feret_max = 0, feret_min = 0;
  double circularity = 0, roundness = 0, solidity = 0;
  double contrast = kNaN;  ///< its mean less that of its surroundings, in the image's counts; vesicles count as bright
  double cup = kNaN;       ///< (rim - lumen) / (rim - surroundings): 0 evenly filled, towards 1 a dark lumen
  bool cut = false;        ///< by the border of the field or by what is written over it
  double weight = 0;       ///< of edge correction; 0 when cut
};
/// Vesicles of a label image in the order of their labels. Diameter 2 sqrt(A / pi); Feret, circularity 4 pi A / P^2 and
/// roundness 4 A / (pi major^2) as ops/segment_regions.h. Rim: the outer quarter of the radius; lumen: what lies more
/// than half a radius from the outline; surroundings: a ring of 0.1 to 0.5 mean radii. Weight: W H / ((W - w)(H - h))
/// for a box of w by h in a field of W by H (Miles 1974; Lantuejoul 1980): large vesicles are cut more often.
std::vector<Particle> measure_particles(const Field& field, const Labels2& labels, bool bright);

/// A quantile of values with weights: the least value up to which at least that share of the weight lies.
double weighted_quantile(std::vector<std::pair<double, double>> values_and_weights, double share);

/// What an image's vesicles come to. Sizes are of whole vesicles, each with its weight; NaN without any.
struct Summary {
  std::size_t seen = 0, whole = 0;
  double weight = 0;  ///< of all whole vesicles
  double mean = kNaN, sd = kNaN, median = kNaN, d10 = kNaN, d90 = kNaN;
  double feret_max = kNaN, feret_min = kNaN, circularity = kNaN, roundness = kNaN, cup = kNaN;
  double field_px = 0;  ///< pixels of the field that are not hidden
};
Summary summarise(const Field& field, const std::vector<Particle>& particles);

/// How well labels agree with a mask in which vesicles that touch are one piece. A piece counts as found when one
/// object, or all objects that lie mostly in it taken as one, overlap it by at least `iou`; those objects are then no
/// inventions.
struct MaskScore {
  std::size_t found = 0, missed = 0, invented = 0;
  double f1() const;
};
MaskScore score_against_mask(const Labels2& labels, const Mask2& truth, double iou = 0.5);

/// PNG of the micrograph with outlines: whole vesicles orange, cut ones blue, what is hidden yellow.
std::string overlay_png(const Image2& grey, const Field& field, const Labels2& labels,
                        const std::vector<Particle>& particles, double pixel_nm);
/// Labels of the field in a plane of the whole micrograph.
Labels2 in_micrograph(const Labels2& labels, const Field& field, const Image2& grey);
/// A table of tabs: one line a vesicle, lengths in nm, or in pixels without a scale.
std::string particles_tsv(const std::vector<Particle>& particles, double pixel_nm);

}  // namespace tem
}  // namespace vesica
