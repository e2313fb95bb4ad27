// SPDX-License-Identifier: Apache-2.0
// What the name of a file or of a channel in it says that it shows, and whether it holds the labels of another program.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace vesica {

/// The token in a file's name (small letters), and the name without it and without its ending; an empty token when the
/// name says nothing.
struct ChannelName {
  std::string channel, rest;
};
/// _w1, _ch00, -C0, _c2, _channel3, d0 at the end (Cellomics), or a stain: DAPI, Hoechst, GFP, EdU, ...
ChannelName channel_in_name(std::string_view name);
/// Where in a file's name without its ending a stain or word of nuclei stands: DAPI, Hoechst, hoe, H33342, DRAQ5,
/// nuclei, nucleus, nuc, at the end of a word; stains may have letters before them ("hrhoe2"). Nothing when the name
/// says none.
struct NamePlace {
  std::size_t begin = 0, end = 0;
};
std::optional<NamePlace> nuclei_in_name(std::string_view name);
/// How plainly the name of a channel says what it shows; 0: not at all. One list for every assay; short words
/// stand alone, longer ones anywhere.
/// Nuclei: 4 a dye of DNA (DAPI, Hoechst, H33342, DRAQ5), 3 the word, 2 H2B, 1 "blue".
int says_nuclei(std::string_view channel);
/// Vesicles: 2 the word (vesicle, exosome, sEV) or a dye sold for them (PKH, CFSE, MemGlow, ExoGlow), 1 a dye of
/// membranes that marks cells as well (DiI, DiO, DiD, DiL, Vybrant).
int says_vesicles(std::string_view channel);
/// Whole cells: 1 (phalloidin, actin, WGA, CellMask, tubulin, calcein).
int says_cells(std::string_view channel);
/// The channels whose names say it most plainly, in their order; none when none does.
std::vector<std::size_t> plainest(const std::vector<std::string>& channels, int (*says)(std::string_view));

/// Labels at the end of a name: _cp_masks (as Cellpose writes them), _masks, _labels, _stardist, _segmentation, _seg,
/// _instances, _objects, _rois, the singular as well, or several of these behind each other.
ChannelName label_in_name(std::string_view name);

}  // namespace vesica
