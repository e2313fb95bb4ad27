// SPDX-License-Identifier: Apache-2.0
// Scratch wounds: the open gap in a sheet of cells over time, found by texture.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "vesica/base/context.h"
#include "vesica/contract/contract.h"
#include "vesica/data/image.h"
#include "vesica/data/image_source.h"
#include "vesica/ops/image_texture.h"

namespace vesica {

extern const Assay kWoundAssay;

namespace wound {

struct Settings {
  std::optional<double> pixel_um;
  double window_um = 25;  ///< 20 to 30 µm: about one cell, so that a single pixel of noise is no texture
  std::string texture = "sd";
  std::string threshold = "Otsu";
  double background_um = 100;  ///< chosen: four windows; slower changes of brightness are light, faster ones cells
  double bridge_um = 50;       ///< two windows: closer edges share their texture, a strand between them is not seen
  double growth_um = 25;       ///< chosen: one window; fresh edges retract by about a cell
  double island_um2 = 1000;    ///< chosen: three cells; single ones float by
  double min_piece = 0.01;     ///< of the first frame's gap
  bool registration = true;
  double max_shift = 0.1;  ///< of the width and of the height
  double fit_until = 0.8;  ///< closure up to which the front moves on a straight line
  std::vector<double> times_h;
  std::optional<double> interval_h;
  bool overlays = true;
  bool masks = true;

  void describe(Fields& fields);
};

/// The lengths of the settings in pixels. Without a pixel size the window is a thirtieth of the shorter side of the
/// field and all lengths follow it (chosen: a tenfold objective shows 0.66 to 0.96 mm of height on cameras of 2/3 to 1
/// inch, of which 25 µm are 1/26 to 1/38).
struct Lengths {
  double window = 0, background = 0, bridge = 0, growth = 0;
  double island = 0;  ///< pixels of area
};
Lengths lengths_of(const Settings& settings, double pixel_um, std::size_t width, std::size_t height);

enum class State { kClosed = 0, kBridged = 1, kOpen = 2, kNotMeasurable = 3 };
/// Why a first frame cannot be measured.
enum class Refusal { kNone, kEmpty, kNotFinite, kTooSmall, kOneTexture, kNoGap };
const char* to_text(State state);
std::string reason(Refusal refusal);  ///< a sentence

/// What one frame's blocks are. kFloating counts as open.
enum Part : std::uint8_t { kSheet = 0, kGap = 1, kIsland = 2 };

/// What the first frame teaches and every later frame obeys. Lengths in blocks of the texture's grid.
struct Rule {
  Texture texture = Texture::kSd;
  double threshold = 0;             ///< on the scale of TextureMap::value
  double offset = 0;                ///< from where the map crosses the threshold out to the edge of the cells
  double smooth = 0, textured = 0;  ///< medians of both sides in the first frame
  double bridge = 0, growth = 0, island = 0;
  double smallest = 0;  ///< least area of a piece, blocks
  bool upright = true;  ///< the gap runs from top to bottom (else from left to right)
  Mask2 allowed;        ///< where a gap may lie, in the first frame's place
  std::size_t step = 1;
};
struct Learned {
  Refusal refusal = Refusal::kNone;
  Rule rule;
  Plane<std::uint8_t> parts;  ///< of the first frame
};
/// The rule from the first frame: threshold of the texture by the named method, the gap as everything below it that
/// touches two opposite borders, the edge moved out by what the window blurs (edge_offset). Refused when both sides
/// differ less than twofold in texture (entropy: 0.5 nats), or nothing reaches two opposite borders.
Learned learn(const TextureMap& first, const Settings& settings, const Lengths& lengths);

/// Gap and islands of a frame whose content has moved by (dx, dy) blocks against the first. Enclosed or lateral-free
/// patches of cells below the island's size count as open (floating cells, debris), larger ones are islands. Pieces
/// smaller than `smallest` are dropped.
Plane<std::uint8_t> parts_of(const TextureMap& map, const Rule& rule, double dx, double dy);

/// One moment of a series.
struct Moment {
  State state = State::kNotMeasurable;
  double time_h = kNaN;
  double dx = 0, dy = 0;  ///< pixels against the first frame
  bool aligned = true;    ///< false: registration found no trustworthy shift
  std::size_t pieces = 0;
  double open_fraction = kNaN;    ///< of the field that all frames share
  double island_fraction = kNaN;  ///< of that field
  std::size_t islands = 0;
  double area_px = kNaN;
  double width_px = kNaN, width_sd_px = kNaN;  ///< over lines across the gap, its tilt taken off
  double closure = kNaN;
  double rough_px[2] = {kNaN, kNaN};    ///< left (top), right (bottom)
  double advance_px[2] = {kNaN, kNaN};  ///< of each edge into the gap since the first frame
};
/// A straight line through a series of moments. `half_width`: of its 95 % interval, NaN below three moments.
struct Speed {
  double px_per_h = kNaN, half_width = kNaN;
  std::size_t moments = 0;
};
struct Series {
  Refusal refusal = Refusal::kNone;
  bool upright = true;
  double tilt = 0;       ///< of the gap against its axis, radians
  double field_px = 0;   ///< pixels of the shared field
  double length_px = 0;  ///< of the gap along its own direction
  std::size_t step = 1;
  double contrast = kNaN;  ///< texture of cells over texture of the gap, first frame
  std::vector<Moment> moments;
  Speed mean, edges[2];
};
/// Measures classified frames (blocks) that all stand in memory-saving runs; `shifts` in blocks.
struct Runs {
  std::size_t width = 0, height = 0;
  std::vector<std::uint32_t> runs;  ///< length << 2 | part, row by row
};
Runs packed(const Plane<std::uint8_t>& parts);
Plane<std::uint8_t> unpacked(const Runs& runs);
/// Fills every moment's numbers from its parts; dx, dy (pixels), time_h and aligned are read from `series.moments`.
void measure_moments(const std::vector<Runs>& parts, const Rule& rule, double fit_until, Series& series);

/// One frame on its way: its grey image and what was found, for overlays and masks. Called for frames in any order,
/// from several threads.
using FrameSink =
    std::function<void(std::size_t frame, const Image2& grey, const Plane<std::uint8_t>& parts, const Rule&)>;
/// The whole series, a few frames in memory at a time.
Series measure_series(const ImageSource& source, const Settings& settings, double pixel_um,
                      const std::vector<double>& times_h, const Context& context, const FrameSink& sink);

/// Times of the frames in hours and where they came from. Order: settings, the file, the names of the frames, the
/// input.
struct Times {
  std::vector<double> hours;  ///< NaN when unknown
  std::string from;           ///< "settings", "file", "names", "input", ""
};
Times times_of(const ImageInfo& info, std::size_t frames, const Settings& settings, double input_h);
/// Hours in each of several file names ("24h", "t_30min", "day2"; "t24" when it is not a mere counter); empty when a
/// name has none, or two have the same.
std::vector<double> hours_in_names(const std::vector<std::string>& names);

}  // namespace wound
}  // namespace vesica
