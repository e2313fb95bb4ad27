// SPDX-License-Identifier: Apache-2.0
// Nuclei under fluorescence: how many, how large, how bright in every channel, and which are positive.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "vesica/contract/contract.h"
#include "vesica/contract/nuclei_settings.h"
#include "vesica/data/image.h"
#include "vesica/data/image_source.h"
#include "vesica/io/channel_name.h"
#include "vesica/ops/burnt_in.h"
#include "vesica/ops/segment_focus.h"
#include "vesica/ops/segment_regions.h"

namespace vesica {

extern const Assay kNucleiAssay;

namespace nuclei {

struct Settings : NucleiSettings {
  std::optional<double> pixel_um;
  std::string nucleus;               ///< channel, by number or name; empty: by its name (DAPI, Hoechst), else the first
  std::vector<std::string> markers;  ///< "edu=2", "krt14=3:cell"
  std::string labels;                ///< channel, or token of files, with labels of another program; empty: none
  std::string regions = "regions";   ///< what files of regions beside the images end in; empty: none are looked for
  std::vector<std::string> combinations;  ///< "krt14+ctsk+"
  std::string cut = "control";
  std::vector<double> cuts;  ///< counts above the local background, one a marker, for cut = "fixed"
  double cell_um = 5;        ///< QuPath's cell expansion
  bool overlays = true, label_images = true, rois = true, objects = true;

  void describe(Fields& fields);
};

/// One channel that is asked about.
struct Marker {
  std::string name;     ///< "edu"
  std::string channel;  ///< number or name
  bool cell = false;    ///< measured around the nucleus as well (cell_um), not in it alone
};
/// Throws Error(kConfig) for texts that are no "name=channel" or "name=channel:cell", and names that occur twice.
std::vector<Marker> markers_of(const Settings& settings);
/// "edu+", "krt14+ctsk-": names with + or - behind each; the signs by marker. Throws Error(kConfig) for unknown names.
struct Combination {
  std::string target;
  std::vector<std::pair<std::size_t, bool>> signs;  ///< marker, positive
};
/// Every marker alone, then those asked for; two or more markers and none asked for: all positive.
std::vector<Combination> combinations_of(const Settings& settings, const std::vector<Marker>& markers);

/// Where a plane of a field lies in its source; frame kNoPlane: the field has no such plane.
struct PlaneAt {
  std::size_t frame = 0, channel = 0;
};
inline constexpr std::size_t kNoPlane = static_cast<std::size_t>(-1);
struct Field {
  std::string name;             ///< part of its rows; empty for the only field of a file
  std::vector<PlaneAt> planes;  ///< of every channel, in the order of Fields::channels
};
/// The fields of a reading and the channels that each has. Files of a folder are put together by the channel in their
/// names (_w1, _ch00, -C0, c1, d0, DAPI, ...); pages of a file that does not say what they are, up to six, are
/// channels. Label images of other programs among the files (_cp_masks, _labels, ...) are channels behind the others,
/// which a field may lack.
struct Arrangement {
  std::vector<std::string> channels;
  std::size_t pictures = 0;  ///< channels that are no files of labels: the first ones
  std::vector<Field> fields;
  bool incomplete = false;  ///< some fields lack a channel that others have: they are left out
};
Arrangement arrangement_of(const ImageSource& source);
/// The channel that a number (from 1) or a name means; nothing when there is none.
std::optional<std::size_t> find_channel(const std::vector<std::string>& channels, std::string_view wanted);
/// The channel of the nuclei by its name (io/channel_name.h: says_nuclei), else the first; never `not_this`.
std::size_t nucleus_channel(const std::vector<std::string>& channels, std::size_t not_this = kNoPlane);
/// One nucleus with its light above the local background in every marker's channel.
struct Nucleus {
  Region region;
  double light = kNaN;          ///< nuclear channel
  std::vector<double> markers;  ///< counts above the local background; NaN: not measurable
};
/// What was seen in one field beside its nuclei.
struct Seen {
  bool empty_image = false, bright_ground = false, not_finite = false;
  double saturated = 0;                  ///< share of the nuclei's pixels at the greatest value, nuclear channel
  std::vector<double> marker_saturated;  ///< the same in the markers' channels
  double blurred = 0;                    ///< share of what was found that was dropped for blurred edges
  EdgeBlur edges;                        ///< how sharp the nuclei are
  std::vector<BurntIn> drawn;            ///< bars and writing where it is looked at; plane 0: nuclei, k: marker k - 1
  bool swapped = false;                  ///< a marker's channel shows more nuclei than the nuclear one
  std::size_t lost_outlines = 0;         ///< outlines given as labels that cover no pixel of their own
  std::vector<Error> left_out;           ///< what of a zip of outlines is none
  bool unlabelled = false;               ///< labels are to be taken from files, and this field has none
};
/// From so many letters on a picture is a screenshot or a figure, of which nothing is counted (chosen: labels of bars
/// and time stamps are shorter).
inline constexpr std::size_t kScreenLetters = 24;
bool is_screen(const Seen& seen);
struct Objects {
  Labels2 labels;
  Seen seen;
};

/// The labels of another program in place of a segmentation, their numbers as they are. Throws Error(kData) for values
/// that are no labels, and for images whose values lie in more than twice as many pieces as there are values (chosen:
/// objects are in one piece, grey values and masks of one value are in many).
Objects given_labels(const Image2& image, const Image2& nuclear, const Settings& settings, const std::string& file);
/// Segmentation alone, so that corrections can come between it and the measurement.
Objects segment(const Image2& nuclear, const Settings& settings, double pixel_um);
/// The measurement: `channels` one image a marker.
std::vector<Nucleus> measure_nuclei(const Labels2& labels, const Image2& nuclear, std::span<const Image2> channels,
                                    std::span<const Marker> markers, double cell_px);
/// Fills what the images say about themselves under these labels.
void look_at(const Labels2& labels, const Image2& nuclear, std::span<const Image2> channels, int bits, Seen& seen);

/// Whether a marker's channel (of the nucleus itself) shows markedly more nuclei than were found: channels swapped.
bool looks_swapped(const Labels2& labels, std::span<const Image2> channels, std::span<const Marker> markers,
                   const Settings& settings, double pixel_um);

/// A value from which on a nucleus is positive.
struct Cut {
  double value = kNaN;
  double separation = kNaN;      ///< mixture: Ashman's D
  double control_median = kNaN;  ///< control
  std::int64_t n = 0;            ///< nuclei it was learned from
};
/// The 99th percentile (nearest rank) of the control's values; NaN below 20 of them (chosen: then it is their maximum
/// and moves with every one).
Cut cut_from_control(std::vector<double> values);
/// Two normal distributions on the logarithm of the values, by expectation maximisation (500 steps), the cut where a
/// nucleus is as likely of the upper as of the lower one; NaN when Ashman's D = sqrt 2 |m1 - m2| / sqrt(s1^2 + s2^2) is
/// below 2 (Ashman, Bird and Zepf 1994, 10.1086/117248), or below 20 values. The logarithm is asinh((v - median) / 2s)
/// with s the scaled median deviation: logarithmic far out, straight around the median, so that values around 0 (many
/// nuclei have no marker at all) keep their scatter; our choice, as cytometry does (Parks 2006, 10.1002/cyto.a.20258).
Cut cut_from_mixture(std::vector<double> values);
/// True when the control is brighter than the sample: less than a tenth of the sample's values above the control's
/// median (chosen: half are expected where nothing is positive).
bool control_is_brighter(const Cut& cut, const std::vector<double>& values);

/// Rates per sample from those of its fields: sums of positives over sums of nuclei.
Outcome derive_rates(const ObservationTable& table);

/// A warning when samples of one study were photographed with pixels of different size (by more than 2 %): one setting
/// finds different nuclei at different magnifications, whose numbers cannot be compared.
std::optional<Issue> mixed_magnifications(const ObservationTable& table);

}  // namespace nuclei
}  // namespace vesica
