// SPDX-License-Identifier: Apache-2.0
// Regions of ImageJ: single ones and zips; what is read can be written, and comes back.
#include "fuzz/fuzz.h"

#include "vesica/io/imagej_roi.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace vesica;
  read_or_refuse([&] {
    std::vector<Error> unread;
    const std::vector<ImageJRoi> rois = read_rois(as_text(data, size), "f.zip", unread);
    for (const ImageJRoi& roi : rois)
      VESICA_REQUIRE(joined_outline(roi).empty() != roi.is_area, "areas have an outline");
    about_left_out(unread);
    std::size_t left_out = 0;
    const std::string zip = write_roi_zip(rois, left_out);
    if (left_out == rois.size()) return;
    VESICA_REQUIRE(read_rois(zip, "g.zip", unread).size() == rois.size() - left_out, "what was written comes back");
  });
  return 0;
}
