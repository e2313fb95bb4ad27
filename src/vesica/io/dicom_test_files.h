// SPDX-License-Identifier: Apache-2.0
// The volume of volume_test_files.h as DICOM, element by element (PS3.5), and the list of all its files.
#pragma once

#include "vesica/io/volume_test_files.h"

namespace vesica::test_volume {

inline std::string element(std::uint16_t group, std::uint16_t tag, const char* kind, std::string value) {
  if (value.size() % 2 != 0) value += std::strcmp(kind, "UI") == 0 ? '\0' : ' ';
  std::string out = raw(group) + raw(tag) + kind;
  if (std::strcmp(kind, "OW") == 0 || std::strcmp(kind, "OB") == 0 || std::strcmp(kind, "SQ") == 0)
    return out + std::string(2, '\0') + raw(static_cast<std::uint32_t>(value.size())) + value;
  return out + raw(static_cast<std::uint16_t>(value.size())) + value;
}

/// A sequence of items, each some elements.
inline std::string sequence(std::uint16_t group, std::uint16_t tag, const std::vector<std::string>& items) {
  std::string out;
  for (const std::string& item : items)
    out +=
        raw(std::uint16_t{0xFFFE}) + raw(std::uint16_t{0xE000}) + raw(static_cast<std::uint32_t>(item.size())) + item;
  return element(group, tag, "SQ", out);
}

struct SliceOptions {
  std::string series = "1.2.3";
  double step_mm = 0.035;
  bool position = true;
  std::string kind = "MONOCHROME2";
  std::string more = {};
};

inline std::string us(std::size_t value) { return raw(static_cast<std::uint16_t>(value)); }

/// A file of these elements in explicit little-endian, with the meta header in front of them.
inline std::string dicom_file(const std::string& body, const std::string& instance = "1.2.3.4.1",
                              const std::string& syntax = "1.2.840.10008.1.2.1") {
  const std::string meta = element(2, 1, "OB", std::string("\0\1", 2)) +
                           element(2, 2, "UI", "1.2.840.10008.5.1.4.1.1.2") + element(2, 3, "UI", instance) +
                           element(2, 0x10, "UI", syntax);
  return std::string(128, '\0') + "DICM" + element(2, 0, "UL", raw(static_cast<std::uint32_t>(meta.size()))) + meta +
         body;
}

/// Sizes and kind of the pixels, of `bits` each.
inline std::string pixel_elements(std::size_t bits, const std::string& kind, std::size_t samples = 1,
                                  bool is_signed = false, const std::string& frames = "") {
  return element(0x28, 2, "US", us(samples)) + element(0x28, 4, "CS", kind) +
         (samples > 1 ? element(0x28, 6, "US", us(0)) : "") + (frames.empty() ? "" : element(0x28, 8, "IS", frames)) +
         element(0x28, 0x10, "US", us(kY)) + element(0x28, 0x11, "US", us(kX)) +
         element(0x28, 0x30, "DS", "0.02\\0.01") + element(0x28, 0x100, "US", us(bits)) +
         element(0x28, 0x101, "US", us(bits)) + element(0x28, 0x102, "US", us(bits - 1)) +
         element(0x28, 0x103, "US", us(is_signed ? 1 : 0));
}

/// One slice; the instance number runs against the position, which must win.
inline std::string dicom(std::size_t z, const SliceOptions& options = {}) {
  const std::string instance = "1.2.3.4." + std::to_string(z + 1);
  std::string body = element(8, 0x16, "UI", "1.2.840.10008.5.1.4.1.1.2") + element(8, 0x18, "UI", instance) +
                     element(8, 0x60, "CS", "CT") + element(0x18, 0x50, "DS", "1.0") + options.more +
                     element(0x20, 0xE, "UI", options.series) + element(0x20, 0x13, "IS", std::to_string(100 - z));
  if (options.position)
    body += element(0x20, 0x32, "DS", "0\\0\\" + std::to_string(options.step_mm * static_cast<double>(z))) +
            element(0x20, 0x37, "DS", "1\\0\\0\\0\\1\\0");
  std::string pixels;
  for (std::size_t i = 0; i < kX * kY; ++i) pixels += raw(static_cast<std::int16_t>(truth(i % kX, i / kX, z) + 1024));
  body += pixel_elements(16, options.kind, 1, true) + element(0x28, 0x1052, "DS", "-1024") +
          element(0x28, 0x1053, "DS", "1") + element(0x7FE0, 0x10, "OW", pixels);
  return dicom_file(body, instance);
}

/// All slices in one file (Enhanced CT): frames in the order 2, 0, 3, 1, placed by their functional groups.
inline std::string dicom_frames() {
  std::string pixels;
  std::vector<std::string> groups;
  for (const std::size_t z : {2u, 0u, 3u, 1u}) {
    for (std::size_t i = 0; i < kX * kY; ++i) pixels += raw(static_cast<std::uint16_t>(truth(i % kX, i / kX, z)));
    const std::string position = "0\\0\\" + std::to_string(0.035 * static_cast<double>(z));
    groups.push_back(sequence(0x20, 0x9113, {element(0x20, 0x32, "DS", position)}));
  }
  const std::string shared = sequence(0x20, 0x9116, {element(0x20, 0x37, "DS", "1\\0\\0\\0\\1\\0")});
  return dicom_file(element(8, 0x16, "UI", "1.2.840.10008.5.1.4.1.1.2.1") +
                    pixel_elements(16, "MONOCHROME2", 1, false, "4") + sequence(0x5200, 0x9229, {shared}) +
                    sequence(0x5200, 0x9230, groups) + element(0x7FE0, 0x10, "OW", pixels));
}

/// Name and bytes of the volume in every format, in several orders of its axes.
inline std::vector<std::pair<std::string, std::string>> volume_files() {
  const std::string lps = "space: left-posterior-superior\n";
  const float to_lps[3][4] = {{-0.01F, 0, 0, 0}, {0, -0.02F, 0, 0}, {0, 0, 0.035F, 0}};
  const float to_ras[3][4] = {{0.01F, 0, 0, 0}, {0, 0.02F, 0, 0}, {0, 0, 0.035F, 0}};
  std::vector<std::pair<std::string, std::string>> out = {
      {"lps.nrrd", nrrd(lps + "space directions: (0.01,0,0) (0,0.02,0) (0,0,0.035)\n", voxels<std::int16_t>())},
      {"ras.nrrd", nrrd("space: right-anterior-superior\nspace directions: (0.01,0,0) (0,0.02,0) (0,0,0.035)\n",
                        voxels<std::int16_t>("xyz", "xy"))},
      {"turned.nrrd",
       nrrd(lps + "space directions: (0,0,-0.035) (0.01,0,0) (0,0.02,0)\n", voxels<std::int16_t>("zxy", "z"), "4 7 5")},
      {"plain.mha", mha(voxels<std::int16_t>(), "ElementSpacing = 0.01 0.02 0.035\n")},
      {"turned.mha", mha(voxels<std::int16_t>("xyz", "y"),
                         "TransformMatrix = 1 0 0 0 -1 0 0 0 1\nOffset = 0 0 0\nElementSpacing = 0.01 0.02 0.035\n")},
      {"sform.nii", nifti(1, 0, to_lps, 0, voxels<std::int16_t>())},
      {"ras.nii", nifti(2, 1, to_ras, 0, voxels<std::int16_t>("xyz", "xy"))},
      {"second.nii", nifti2(to_lps, voxels<std::int16_t>())},
      {"frames.dcm", dicom_frames()},
      {"qform.nii", nifti(0, 1, to_ras, 0, voxels<std::int16_t>())},
      {"plain.isq", isq()},
      {"plain.aim", aim2("! " + std::string(600, '-') + "\nMu_Scaling                           4096\n")},
  };
  for (std::size_t z = 0; z < kZ; ++z) out.emplace_back("dicom/slice" + std::to_string(9 - z) + ".dcm", dicom(z));
  return out;
}

}  // namespace vesica::test_volume
