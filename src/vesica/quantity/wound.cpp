// SPDX-License-Identifier: Apache-2.0
// Scratch wounds: the open gap between two sheets of cells.
#include "vesica/quantity/catalogue.h"

namespace vesica::catalogue {

namespace {

constexpr std::string_view kOwn = "our choice; compare Suarez-Arnedo 2020, 10.1371/journal.pone.0232565";
constexpr double kInf = kInfinity;
constexpr double kSame = 1e-3;  // one block more or less across machines

constexpr Quantity kEntries[] = {
    {"wound.open_fraction", "open fraction", "share of the field that the gap leaves open", "1", 0, 1, 0, 0.9,
     Scale::kLinear, 3, kSame,
     "Area of the gap without its cell islands over the field that all frames of the series share. Single floating "
     "cells and debris count as open.",
     kOwn},
    {"wound.closure", "closure", "share of the first gap that has closed", "1", -kInf, 1, -0.1, 1, Scale::kLinear, 3,
     kSame,
     "1 - A(t) / A(first frame), with A the open area in the field that all frames share. Negative when the gap "
     "grew.",
     kOwn},
    {"wound.open_area", "open area", "area of the gap", "um2", 0, kInf, 0, 1e8, Scale::kLinear, 3, kSame,
     "Open area (without cell islands) in the field that all frames share.", kOwn},
    {"wound.open_area_px", "open area", "area of the gap in pixels", "{pixels}", 0, kInf, 0, 1e9, Scale::kLinear, 3,
     kSame, "As wound.open_area, in pixels of the image: no length is known.", kOwn},
    {"wound.width", "gap width", "mean width of the gap", "um", 0, kInf, 0, 3000, Scale::kLinear, 3, kSame,
     "Open area over the gap's length: the mean of the open length on every line across the field, times the cosine "
     "of the gap's tilt in the first frame; closed lines count as 0.",
     kOwn},
    {"wound.width_px", "gap width", "mean width of the gap in pixels", "{pixels}", 0, kInf, 0, 1e5, Scale::kLinear, 3,
     kSame, "As wound.width, in pixels of the image.", kOwn},
    {"wound.width_sd", "SD of gap width", "scatter of the gap's width along the gap", "um", 0, kInf, 0, 1000,
     Scale::kLinear, 3, kSame, "Standard deviation (n - 1) of the open lengths behind wound.width.", kOwn},
    {"wound.width_sd_px", "SD of gap width", "scatter of the gap's width in pixels", "{pixels}", 0, kInf, 0, 1e5,
     Scale::kLinear, 3, kSame, "As wound.width_sd, in pixels of the image.", kOwn},
    {"wound.edge_speed", "edge speed", "speed of a cell edge into the gap", "um/h", -kInf, kInf, -5, 100,
     Scale::kLinear, 3, kSame,
     "Target both_edges: -(dA/dt) / (2 length) from a straight line through A(t) up to 80 % closure (setting "
     "fit_until). Target left, right, top, bottom: slope of that edge's mean advance, perpendicular to the gap.",
     kOwn},
    {"wound.edge_speed_px", "edge speed", "speed of a cell edge in pixels", "{pixels}/h", -kInf, kInf, -100, 1000,
     Scale::kLinear, 3, kSame, "As wound.edge_speed, in pixels of the image.", kOwn},
    {"wound.roughness", "edge roughness", "roughness of a cell edge", "um", 0, kInf, 0, 500, Scale::kLinear, 3, kSame,
     "Standard deviation (n - 2) of the edge (target: which) about its own straight line, perpendicular to the gap, "
     "over lines that are open.",
     kOwn},
    {"wound.roughness_px", "edge roughness", "roughness of a cell edge in pixels", "{pixels}", 0, kInf, 0, 1e4,
     Scale::kLinear, 3, kSame, "As wound.roughness, in pixels of the image.", kOwn},
    {"wound.island_fraction", "island fraction", "share of the field that cell islands in the gap cover", "1", 0, 1, 0,
     0.5, Scale::kLinear, 3, kSame,
     "Area of patches of cells that lie in the gap without touching its sides and are larger than island_um2, over "
     "the field that all frames share.",
     kOwn},
    {"wound.islands", "islands", "cell islands in the gap", "{islands}", 0, kInf, 0, 500, Scale::kLinear, 3, kSame,
     "Number of the patches behind wound.island_fraction.", kOwn},
    {"wound.pieces", "pieces", "pieces of the gap", "{pieces}", 0, kInf, 0, 20, Scale::kLinear, 3, kSame,
     "Connected parts of the gap (islands filled) that remain when everything narrower than bridge_um is taken "
     "away, at least 1; 0 when closed.",
     kOwn},
    {"wound.state", "state", "state of the gap", "1", 0, 2, 0, 2, Scale::kLinear, 3, kSame,
     "2 open: one piece reaches both ends of the field; 1 bridged: pieces remain but none does; 0 closed: less than "
     "1 % of the first gap is open. Not measurable when the first frame holds no gap.",
     kOwn},
    {"wound.shift_px", "shift of the field", "distance by which the field has moved since the first frame", "{pixels}",
     0, kInf, 0, 500, Scale::kLinear, 3, kSame,
     "Length of the translation that registration found against the first frame and took off.",
     "phase correlation, Kuglin and Hines 1975"},
};

}  // namespace

std::span<const Quantity> wound() { return kEntries; }

}  // namespace vesica::catalogue
