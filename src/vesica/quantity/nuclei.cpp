// SPDX-License-Identifier: Apache-2.0
// Nuclei under fluorescence: how many, how large, how bright, how many positive.
#include "vesica/quantity/catalogue.h"

namespace vesica::catalogue {

namespace {

constexpr std::string_view kOwn = "our choice; page of the assay";
constexpr std::string_view kWilson = "Wilson 1927, 10.1080/01621459.1927.10502953";
constexpr double kInf = kInfinity;
constexpr double kSame = 1e-3;  // one object more or less of a thousand across machines

constexpr Quantity kEntries[] = {
    {"nuclei.count", "nuclei", "nuclei found in a field", "{nuclei}", 0, kInf, 0, 1e5, Scale::kLinear, 4, kSame,
     "Objects of the nuclear channel that remain after the filters of size, shape and sharpness; target: the region "
     "that "
     "their middles lie in, empty for the field.",
     kOwn},
    {"nuclei.density", "density", "nuclei per area", "/mm2", 0, kInf, 0, 2e4, Scale::kLinear, 3, kSame,
     "nuclei.count over the area that was looked at; target: a region, empty for the field.", kOwn},
    {"nuclei.field_area", "field", "area that was looked at", "mm2", 0, kInf, 1e-5, 1e4, Scale::kLinear, 3, 1e-6,
     "Pixels of the field or region (target), without what a correction leaves out, times the area of a pixel.", kOwn},
    {"nuclei.pixel_size", "pixel", "edge of a pixel in the sample", "um", 0, kInf, 0.02, 20, Scale::kLinear, 3, 1e-6,
     "From the file, or the setting pixel_um.", kOwn},
    {"nuclei.area", "nuclear area", "median area of the nuclei", "um2", 0, kInf, 10, 2000, Scale::kLinear, 3, kSame,
     "Median over the nuclei of a field that its border does not cut.", kOwn},
    {"nuclei.area_px", "nuclear area", "median area of the nuclei in pixels", "{pixels}", 0, kInf, 0, 1e6,
     Scale::kLinear, 3, kSame, "As nuclei.area, in pixels of the image: no length is known.", kOwn},
    {"nuclei.circularity", "circularity", "median circularity of the nuclei", "1", 0, kInf, 0.3, 1.2, Scale::kLinear, 3,
     kSame, "4 pi area / perimeter^2 with ImageJ's perimeter, median over the nuclei that the border does not cut.",
     "Schneider, Rasband and Eliceiri 2012, 10.1038/nmeth.2089"},
    {"nuclei.intensity", "brightness", "median brightness of the nuclei in a channel", "{counts}", -kInf, kInf, -1000,
     1e5, Scale::kLinear, 3, kSame,
     "Mean of a nucleus (or of the cell around it) less the median of the ring 2 to 5 pixels outside, median over the "
     "nuclei of a field; target: the marker, or nuclei.",
     kOwn},
    {"nuclei.positive_count", "positive nuclei", "nuclei that are positive for the target", "{nuclei}", 0, kInf, 0, 1e5,
     Scale::kLinear, 4, kSame,
     "Nuclei whose brightness lies above the cut of each marker of the target (below for -); edu+ in lesion: of a "
     "region.",
     kOwn},
    {"nuclei.positive_density", "positive density", "nuclei per area that are positive for the target", "/mm2", 0, kInf,
     0, 2e4, Scale::kLinear, 3, kSame, "nuclei.positive_count over the area that was looked at.", kOwn},
    {"nuclei.positive_fraction", "share positive", "share of a field's nuclei that are positive", "1", 0, 1, 0, 1,
     Scale::kLogit, 3, kSame,
     "nuclei.positive_count over the nuclei of the field; the interval is that of the nuclei (Wilson), which says "
     "nothing of how fields, wells or cultures differ.",
     kWilson},
    {"nuclei.positive_rate", "positive rate", "share of a sample's nuclei that are positive", "1", 0, 1, 0, 1,
     Scale::kLogit, 3, kSame,
     "Sum of positive nuclei over the sum of nuclei of all fields of a sample; interval as for "
     "nuclei.positive_fraction.",
     kWilson},
    {"nuclei.cut", "cut", "brightness from which on a nucleus is positive", "{counts}", -kInf, kInf, -1000, 1e5,
     Scale::kLinear, 3, kSame,
     "Of the marker (target): the 99th percentile of the negative control's nuclei, the border of a mixture of two, or "
     "as given.",
     kOwn},
    {"nuclei.separation", "Ashman's D", "how far apart positive and negative nuclei lie", "1", 0, kInf, 0, 100,
     Scale::kLinear, 3, 1e-2,
     "sqrt(2) |m1 - m2| / sqrt(s1^2 + s2^2) of two normal distributions on the logarithm of brightness.",
     "Ashman, Bird and Zepf 1994, 10.1086/117248"},
    {"nuclei.saturated", "saturated", "share of nuclear pixels at the camera's limit", "1", 0, 1, 0, 0.001,
     Scale::kLinear, 2, kSame, "Pixels of the nuclei at the greatest count of the file's bits; target: the channel.",
     kOwn},
};

}  // namespace

std::span<const Quantity> nuclei() { return kEntries; }

}  // namespace vesica::catalogue
