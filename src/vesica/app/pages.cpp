// SPDX-License-Identifier: Apache-2.0
#include "vesica/app/pages.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <vector>

#include "vesica/base/message.h"
#include "vesica/ops/segment_threshold.h"
#include "vesica/study/guess.h"

namespace vesica {

namespace {

constexpr std::size_t kFewestSlices = 20;  // chosen: scans have more, scratch series by hand fewer
constexpr double kTwoClasses = 0.72;       // see pages_of

bool names_say_times(const ImageInfo& info) {
  std::vector<NamedFile> files;
  for (const std::string& name : info.plane_names) files.push_back({name, false});
  const PathGuesses guesses = guess_paths(files);
  std::set<double> times;  // one for all says nothing: "_D_4_" is no fourth day
  for (const PathGuess& guess : guesses.files) {
    if (std::isfinite(guess.time_h)) times.insert(guess.time_h);
  }
  return times.size() > 1;
}

bool has_two_classes(const ImageSource& source) {
  const std::size_t n = source.series_length();
  std::vector<double> shares;
  for (const std::size_t i : {n / 4, n / 2, 3 * n / 4}) {
    const Image2 picture = source.read_frame(i);
    shares.push_back(share_between_classes(picture.pixels).value_or(0));
  }
  std::sort(shares.begin(), shares.end());
  return shares[1] >= kTwoClasses;
}

}  // namespace

Pages pages_of(const ImageSource& source) {
  const ImageInfo& info = source.info();
  if (info.depth > 1) return Pages::kSlices;
  if (info.axis_known || info.colour || info.channels > 1 || !info.frame_times_s.empty() ||
      info.frames < kFewestSlices || names_say_times(info))
    return Pages::kMoments;
  return has_two_classes(source) ? Pages::kPerhapsSlices : Pages::kPerhapsMoments;
}

std::optional<Issue> doubt_about(Pages pages, const std::string& path) {
  Issue out;
  out.kind = "new.slices_or_moments";
  out.where = {path, 0, 0, ""};
  out.input = path;
  if (pages == Pages::kPerhapsSlices) {
    out.message = say("Nothing says whether these pictures are slices or moments: they look like slices of a scan.");
    out.hint = say("Are they moments of a scratch? Then write \"wound\" into the column \"assay\".");
    return out;
  }
  if (pages == Pages::kPerhapsMoments) {
    out.message = say("Nothing says whether these pictures are slices or moments: they look like moments of a series.");
    out.hint = say("Are they slices of a scan? Then write \"bone_ct\" into the column \"assay\".");
    return out;
  }
  return std::nullopt;
}

}  // namespace vesica
