// SPDX-License-Identifier: Apache-2.0
// Quantities of vesicles in electron micrographs. Diameters are of dried or frozen projections, not hydrodynamic.
#include "vesica/quantity/catalogue.h"

namespace vesica::catalogue {

namespace {

constexpr std::string_view kNm = "nm";
constexpr std::string_view kPx = "{pixels}";
constexpr double kInf = kInfinity;
constexpr double kSame = 1e-3;  // one pixel more or less across machines
constexpr std::string_view kSize = "geometry of the projection; compare Kotrbova 2019, 10.1080/20013078.2018.1560808";
constexpr std::string_view kShape = "ImageJ's shape descriptors; our choice of the median";
// Plausible: small vesicles are 30 to 200 nm (Gomez-de-Mariscal 2019, 10.1038/s41598-019-49431-3).

constexpr Quantity kEntries[] = {
    {"tem.diameter.mean", "mean diameter (TEM)", "number-weighted mean diameter in micrographs", kNm, 0, 1e5, 25, 300,
     Scale::kLinear, 4, kSame,
     "Mean of 2 sqrt(A / pi) over vesicles that lie whole in the field, each with its Miles-Lantuejoul weight.", kSize},
    {"tem.diameter.mean_px", "mean diameter (TEM)", "mean diameter in pixels", kPx, 0, kInf, 5, 2000, Scale::kLinear, 4,
     kSame, "As tem.diameter.mean, in pixels: no length is known.", kSize},
    {"tem.diameter.median", "median diameter (TEM)", "number-weighted median diameter in micrographs", kNm, 0, 1e5, 25,
     300, Scale::kLinear, 4, kSame, "Weighted median of 2 sqrt(A / pi) over whole vesicles.", kSize},
    {"tem.diameter.median_px", "median diameter (TEM)", "median diameter in pixels", kPx, 0, kInf, 5, 2000,
     Scale::kLinear, 4, kSame, "As tem.diameter.median, in pixels.", kSize},
    {"tem.diameter.d10", "D10 (TEM)", "10 % percentile of diameter in micrographs", kNm, 0, 1e5, 20, 200,
     Scale::kLinear, 4, kSame, "Weighted 10 % quantile of 2 sqrt(A / pi) over whole vesicles.", kSize},
    {"tem.diameter.d10_px", "D10 (TEM)", "10 % percentile of diameter in pixels", kPx, 0, kInf, 5, 2000, Scale::kLinear,
     4, kSame, "As tem.diameter.d10, in pixels.", kSize},
    {"tem.diameter.d90", "D90 (TEM)", "90 % percentile of diameter in micrographs", kNm, 0, 1e5, 30, 500,
     Scale::kLinear, 4, kSame, "Weighted 90 % quantile of 2 sqrt(A / pi) over whole vesicles.", kSize},
    {"tem.diameter.d90_px", "D90 (TEM)", "90 % percentile of diameter in pixels", kPx, 0, kInf, 5, 3000, Scale::kLinear,
     4, kSame, "As tem.diameter.d90, in pixels.", kSize},
    {"tem.diameter.sd", "SD of diameter (TEM)", "standard deviation of diameter in micrographs", kNm, 0, 1e5, 2, 200,
     Scale::kLog, 3, kSame, "Weighted standard deviation (n - 1) of 2 sqrt(A / pi) over whole vesicles.", kSize},
    {"tem.diameter.sd_px", "SD of diameter (TEM)", "standard deviation of diameter in pixels", kPx, 0, kInf, 1, 1000,
     Scale::kLog, 3, kSame, "As tem.diameter.sd, in pixels.", kSize},
    {"tem.number_share", "number share (TEM)", "share of the vesicles per nanometre of diameter", "/nm", 0, 1e3, 0, 0.1,
     Scale::kLinear, 3, kSame,
     "Weights of the whole vesicles of a bin over all weights and the bin's width (setting bin_nm); the area is 1.",
     "shape of a distribution; our choice of the bins", "diameter", "nm"},
    {"tem.count", "vesicles seen", "vesicles in a micrograph, those cut by its border too", "{particles}", 0, 1e9, 0,
     1e4, Scale::kLinear, 6, kSame, "Number of outlines accepted in the field; interval of a Poisson count.",
     "our choice"},
    {"tem.cut", "vesicles cut", "vesicles cut by the border of the field", "{particles}", 0, 1e9, 0, 1e3,
     Scale::kLinear, 6, kSame, "Vesicles that touch the field's border or what is written over it; not sized.",
     "our choice"},
    {"tem.area_density", "vesicles per area", "vesicles per area of the grid", "{particles}/um2", 0, 1e6, 0.01, 1000,
     Scale::kLog, 3, kSame,
     "Sum of the Miles-Lantuejoul weights of whole vesicles over the area of the field. Depends on how the fields were "
     "chosen (tem.field_selection).",
     "Miles 1974; Lantuejoul 1980"},
    {"tem.field_area", "field area", "area of the micrograph that was searched", "um2", 0, kInf, 0.05, 1e4, Scale::kLog,
     3, kSame, "Pixels without banner, scale bar and label, times the area of a pixel.", "geometry"},
    {"tem.pixel_size", "pixel size", "edge of a pixel in the sample", kNm, 0, kInf, 0.05, 20, Scale::kLog, 4, kSame,
     "From the setting, the file's tag or the burnt-in scale bar.", "bookkeeping"},
    {"tem.feret_max", "greatest Feret diameter", "median greatest caliper width of vesicles", kNm, 0, 1e5, 25, 400,
     Scale::kLinear, 4, kSame, "Weighted median over whole vesicles.", kShape},
    {"tem.feret_max_px", "greatest Feret diameter", "median greatest caliper width in pixels", kPx, 0, kInf, 5, 3000,
     Scale::kLinear, 4, kSame, "As tem.feret_max, in pixels.", kShape},
    {"tem.feret_min", "least Feret diameter", "median least caliper width of vesicles", kNm, 0, 1e5, 20, 300,
     Scale::kLinear, 4, kSame, "Weighted median over whole vesicles.", kShape},
    {"tem.feret_min_px", "least Feret diameter", "median least caliper width in pixels", kPx, 0, kInf, 5, 3000,
     Scale::kLinear, 4, kSame, "As tem.feret_min, in pixels.", kShape},
    {"tem.circularity", "circularity", "median circularity of vesicles", "1", 0, 2, 0.5, 1.05, Scale::kLinear, 3, kSame,
     "Weighted median of 4 pi A / P^2 over whole vesicles, P as ImageJ's traced perimeter.", kShape},
    {"tem.roundness", "roundness", "median roundness of vesicles", "1", 0, 1.1, 0.5, 1, Scale::kLinear, 3, kSame,
     "Weighted median of 4 A / (pi major axis^2) over whole vesicles.", kShape},
    {"tem.cup_contrast", "cup contrast", "median contrast of rim and lumen", "1", -kInf, kInf, -1, 2, Scale::kLinear, 3,
     kSame,
     "Weighted median of (rim - lumen) / (rim - surroundings) over whole vesicles: 0 evenly bright, towards 1 and "
     "beyond "
     "a dark lumen (the cup of a dried vesicle).",
     "our choice"},
    {"tem.field_selection", "field selection", "how the fields were chosen", "1", 0, 3, 0, 3, Scale::kLinear, 1, 1e-9,
     "0 not stated, 1 by an operator, 2 at random, 3 systematically: fields that operators choose look alike whatever "
     "the preparation (10.1080/20013078.2018.1555419).",
     "10.1080/20013078.2018.1555419"},
};

}  // namespace

std::span<const Quantity> micrograph() { return kEntries; }

}  // namespace vesica::catalogue
