// SPDX-License-Identifier: Apache-2.0
// What the name of a file says of the channel it holds, and whether it holds the labels of another program.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

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
/// Labels at the end of a name: _cp_masks (as Cellpose writes them), _masks, _labels, _stardist, _segmentation, _seg,
/// _instances, _objects, _rois, the singular as well, or several of these behind each other.
ChannelName label_in_name(std::string_view name);

}  // namespace vesica
