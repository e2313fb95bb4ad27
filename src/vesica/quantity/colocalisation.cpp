// SPDX-License-Identifier: Apache-2.0
// Colocalisation of two channels.
#include "vesica/quantity/catalogue.h"

namespace vesica::catalogue {

namespace {

constexpr std::string_view kOwn =
    "our choice: pairs of places against turns about the nucleus or placement within each cell";

constexpr Quantity kEntries[] = {
    {"colocalisation.fraction", "paired fraction", "spots with a partner in the other channel", "1", 0, 1, 0, 1,
     Scale::kLinear, 3, 1e-6,
     "Spots in cells with a spot of the other channel of their own within k combined localisation errors (one to one, "
     "nearest first), divided by all spots in cells. Chance is in it.",
     kOwn},
    {"colocalisation.partners", "spots of the other channel", "what spots could be paired with", "1", 0, 1e9, 0, 1e6,
     Scale::kLog, 6, 1e-6, "Spots of the second channel in cells, n2 of the corrected fraction.", kOwn},
    {"colocalisation.chance_fraction", "chance", "paired fraction at random", "1", 0, 1, 0, 1, Scale::kLinear, 3, 1e-6,
     "Mean paired fraction when the other channel's spots of every cell are turned about its nucleus by a random "
     "angle, "
     "or put at random places of the cell (setting chance).",
     kOwn},
    {"colocalisation.corrected_fraction", "colocalised fraction", "spots with a partner beyond chance", "1", 0, 1, 0, 1,
     Scale::kLinear, 3, 1e-6,
     "f of paired = f + (1 - f) chance (1 - f n1/n2), at least 0: chance comes from partners that are not taken.",
     kOwn},
    {"colocalisation.chance_p", "p of chance", "how often chance pairs as many", "1", 0, 1, 0, 1, Scale::kLinear, 3,
     1e-6, "(1 + random turns or placements with at least as many pairs) / (1 + how many there were); of one field.",
     kOwn},
    {"colocalisation.pearson", "Pearson's r", "correlation of two channels' pixels", "1", -1, 1, -1, 1, Scale::kLinear,
     3, 1e-6, "Pearson's correlation of the counts of both channels over the pixels of all cells.",
     "Manders, Verbeek and Aten 1993, 10.1111/j.1365-2818.1993.tb03313.x"},
    {"colocalisation.manders", "Manders' M", "share of a channel's light where the other is", "1", 0, 1, 0, 1,
     Scale::kLinear, 3, 1e-6,
     "Light above the channel's median in the cells on pixels where the other channel is above Costes' threshold, over "
     "all such light. Target: which channel in which.",
     "Manders, Verbeek and Aten 1993, 10.1111/j.1365-2818.1993.tb03313.x; threshold Costes et al. 2004, "
     "10.1529/biophysj.103.038422"},
    {"colocalisation.registration_residual", "registration error", "what is left between beads of two channels",
     "{pixels}", 0, kInfinity, 0, 2, Scale::kLinear, 3, 1e-6,
     "Root mean square along x and along y of the beads' places after the fitted map, corrected for the numbers "
     "fitted.",
     "our choice"},
};

}  // namespace

std::span<const Quantity> overlap() { return kEntries; }

}  // namespace vesica::catalogue
