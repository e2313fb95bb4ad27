// SPDX-License-Identifier: Apache-2.0
// Scratch wounds: the open gap between two sheets of cells.
#include "vesica/quantity/catalogue.h"

namespace vesica::catalogue {

namespace {

constexpr std::string_view kOwn = "our choice; compare Suarez-Arnedo 2020, 10.1371/journal.pone.0232565";
constexpr double kInf = kInfinity;
constexpr double kSame = 1e-3;  // one block more or less across machines

constexpr Quantity make(std::string_view id, std::string_view symbol, std::string_view title, std::string_view unit,
                        double low, double high, double plausible_low, double plausible_high,
                        std::string_view definition, std::string_view source = kOwn) {
  return {id, symbol, title,      unit,  low, high, plausible_low, plausible_high, Scale::kLinear,
          3,  kSame,  definition, source};
}

constexpr Quantity kEntries[] = {
    make("wound.open_fraction", "open fraction", "share of the field that the gap leaves open", "1", 0, 1, 0, 0.9,
         "Area of the gap without its cell islands over the field that all frames of the series share. Single floating "
         "cells and debris count as open."),
    make("wound.closure", "closure", "share of the first gap that has closed", "1", -kInf, 1, -0.1, 1,
         "1 - A(t) / A(first frame), with A the open area in the field that all frames share. Negative when the gap "
         "grew."),
    make("wound.open_area", "open area", "area of the gap", "um2", 0, kInf, 0, 1e8,
         "Open area (without cell islands) in the field that all frames share."),
    make("wound.open_area_px", "open area", "area of the gap in pixels", "{pixels}", 0, kInf, 0, 1e9,
         "As wound.open_area, in pixels of the image: no length is known."),
    make(
        "wound.width", "gap width", "mean width of the gap", "um", 0, kInf, 0, 3000,
        "Open area over the gap's length: the mean of the open length on every line across the field, times the cosine "
        "of the gap's tilt in the first frame; closed lines count as 0."),
    make("wound.width_px", "gap width", "mean width of the gap in pixels", "{pixels}", 0, kInf, 0, 1e5,
         "As wound.width, in pixels of the image."),
    make("wound.width_sd", "SD of gap width", "scatter of the gap's width along the gap", "um", 0, kInf, 0, 1000,
         "Standard deviation (n - 1) of the open lengths behind wound.width."),
    make("wound.width_sd_px", "SD of gap width", "scatter of the gap's width in pixels", "{pixels}", 0, kInf, 0, 1e5,
         "As wound.width_sd, in pixels of the image."),
    make("wound.edge_speed", "edge speed", "speed of a cell edge into the gap", "um/h", -kInf, kInf, -5, 100,
         "Without target: -(dA/dt) / (2 length) from a straight line through A(t) up to 80 % closure (setting "
         "fit_until). Target left, right, top, bottom: slope of that edge's mean advance, perpendicular to the gap."),
    make("wound.edge_speed_px", "edge speed", "speed of a cell edge in pixels", "{pixels}/h", -kInf, kInf, -100, 1000,
         "As wound.edge_speed, in pixels of the image."),
    make(
        "wound.roughness", "edge roughness", "roughness of a cell edge", "um", 0, kInf, 0, 500,
        "Standard deviation (n - 2) of the edge (target: which) about its own straight line, perpendicular to the gap, "
        "over lines that are open."),
    make("wound.roughness_px", "edge roughness", "roughness of a cell edge in pixels", "{pixels}", 0, kInf, 0, 1e4,
         "As wound.roughness, in pixels of the image."),
    make("wound.island_fraction", "island fraction", "share of the field that cell islands in the gap cover", "1", 0, 1,
         0, 0.5,
         "Area of patches of cells that lie in the gap without touching its sides and are larger than island_um2, over "
         "the field that all frames share."),
    make("wound.islands", "islands", "cell islands in the gap", "{islands}", 0, kInf, 0, 500,
         "Number of the patches behind wound.island_fraction."),
    make("wound.pieces", "pieces", "pieces of the gap", "{pieces}", 0, kInf, 0, 20,
         "Connected parts of the gap (islands filled) that remain when everything narrower than bridge_um is taken "
         "away, at least 1; 0 when closed."),
    make(
        "wound.state", "state", "state of the gap", "1", 0, 2, 0, 2,
        "2 open: one piece reaches both ends of the field; 1 bridged: pieces remain but none does; 0 closed: less than "
        "1 % of the first gap is open. Not measurable when the first frame holds no gap."),
    make("wound.shift_px", "shift of the field", "distance by which the field has moved since the first frame",
         "{pixels}", 0, kInf, 0, 500,
         "Length of the translation that registration found against the first frame and took off.",
         "phase correlation, Kuglin and Hines 1975"),
};

}  // namespace

std::span<const Quantity> wound() { return kEntries; }

}  // namespace vesica::catalogue
