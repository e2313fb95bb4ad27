// SPDX-License-Identifier: Apache-2.0
// What was found, to look at and to take elsewhere: overlays, label images, outlines, tables of objects.
#pragma once

#include <string>
#include <vector>

#include "vesica/assays/nuclei/nuclei_parts.h"

namespace vesica::nuclei {

/// The nuclear channel in grey with the outlines of nuclei (orange; positive for the first marker: sky blue) and of the
/// drawn regions in colours of their own. The size of its pixel stands in the file, from which the report draws the
/// scale bar.
std::string overlay_png(const Image2& image, const Labels2& labels, const std::vector<std::uint8_t>& positive,
                        const std::vector<DrawnRegion>& regions, double pixel_um);
/// "lesion (yellow), penumbra (green)": which outline is which.
std::string legend_of(const std::vector<DrawnRegion>& regions);
/// Outlines as an ImageJ ROI archive, named by their labels.
std::string rois_zip(const Labels2& labels);
/// One line a nucleus, tab-separated: label, place, shape, light in every channel, positive or not, 1 or 0 for every
/// region.
std::string objects_tsv(const std::vector<Nucleus>& nuclei, const std::vector<Marker>& markers,
                        const std::vector<Cut>& cuts, const std::vector<DrawnRegion>& regions, double pixel_um);

}  // namespace vesica::nuclei
