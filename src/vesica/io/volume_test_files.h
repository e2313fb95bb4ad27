// SPDX-License-Identifier: Apache-2.0
// One asymmetric, anisotropic volume as the bytes of every format, written from the formats' specifications: what the
// tests of the readers read, and what bench/peers/formats.py gives to other programs.
#pragma once

#include <cmath>
#include <cstdint>
#include <cstring>
#include <string>
#include <utility>
#include <vector>

namespace vesica::test_volume {

inline constexpr std::size_t kX = 7, kY = 5, kZ = 4;
inline constexpr double kUm[3] = {10, 20, 35};

inline double truth(std::size_t x, std::size_t y, std::size_t z) {
  return static_cast<double>(x) + 10 * static_cast<double>(y) + 100 * static_cast<double>(z);
}

template <typename T>
inline std::string raw(const T& value) {
  return std::string(reinterpret_cast<const char*>(&value), sizeof(T));
}

/// Voxels in stored order: `order` names our axis of each stored axis, fastest first; flipped axes run backwards.
template <typename T>
inline std::string voxels(const char* order = "xyz", const char* flipped = "") {
  const auto size = [](char axis) { return axis == 'x' ? kX : axis == 'y' ? kY : kZ; };
  std::string out;
  for (std::size_t c = 0; c < size(order[2]); ++c) {
    for (std::size_t b = 0; b < size(order[1]); ++b) {
      for (std::size_t a = 0; a < size(order[0]); ++a) {
        std::size_t at[3] = {};
        const std::size_t indices[3] = {a, b, c};
        for (std::size_t k = 0; k < 3; ++k) {
          const bool turned = std::strchr(flipped, order[k]) != nullptr;
          at[order[k] - 'x'] = turned ? size(order[k]) - 1 - indices[k] : indices[k];
        }
        out += raw(static_cast<T>(truth(at[0], at[1], at[2])));
      }
    }
  }
  return out;
}

inline std::string nrrd(const std::string& geometry, const std::string& data, const std::string& sizes = "7 5 4",
                        const std::string& type = "short") {
  return "NRRD0004\n# made by a test\ntype: " + type + "\ndimension: 3\n" + geometry + "sizes: " + sizes +
         "\nendian: little\nencoding: raw\n\n" + data;
}

inline std::string mha(const std::string& data, const std::string& extra) {
  return "ObjectType = Image\nNDims = 3\nBinaryData = True\nBinaryDataByteOrderMSB = False\nCompressedData = False\n" +
         extra + "DimSize = 7 5 4\nElementType = MET_SHORT\nElementDataFile = LOCAL\n" + data;
}

/// NIfTI-1 with the given transforms; slope 0 means "not scaled".
inline std::string nifti(int sform, int qform, const float (&srow)[3][4], float pixdim, const std::string& data,
                         char units = 2) {
  std::string head(352, '\0');
  const auto put = [&](std::size_t at, const std::string& bytes) { head.replace(at, bytes.size(), bytes); };
  put(0, raw(std::int32_t{348}));
  for (const auto& [i, n] : {std::pair<int, int>{0, 3}, {1, 7}, {2, 5}, {3, 4}, {4, 1}, {5, 1}, {6, 1}, {7, 1}})
    put(static_cast<std::size_t>(40 + 2 * i), raw(static_cast<std::int16_t>(n)));
  put(70, raw(std::int16_t{4}));  // DT_INT16
  put(72, raw(std::int16_t{16}));
  put(76, raw(1.0F));
  for (std::size_t i = 0; i < 3; ++i) put(80 + 4 * i, raw(pixdim > 0 ? pixdim : static_cast<float>(kUm[i] / 1000)));
  put(108, raw(352.0F));
  put(112, raw(0.0F));  // scl_slope
  head[123] = units;
  put(252, raw(static_cast<std::int16_t>(qform)));
  put(254, raw(static_cast<std::int16_t>(sform)));
  put(264, raw(1.0F));  // quatern_d: a turn about z, that is LPS
  for (std::size_t r = 0; r < 3; ++r) {
    for (std::size_t c = 0; c < 4; ++c) put(280 + 16 * r + 4 * c, raw(srow[r][c]));
  }
  put(344, std::string("n+1\0", 4));
  return head + data;
}

/// NIfTI-2 with a sform; type and bits have 16 bits each, the codes of the transforms 32.
inline std::string nifti2(const float (&srow)[3][4], const std::string& data) {
  std::string head(544, '\0');
  const auto put = [&](std::size_t at, const std::string& bytes) { head.replace(at, bytes.size(), bytes); };
  put(0, raw(std::int32_t{540}));
  put(4, std::string("n+2\0\r\n\x1A\n", 8));
  put(12, raw(std::int16_t{4}));
  put(14, raw(std::int16_t{16}));
  for (const auto& [i, n] : {std::pair<int, int>{0, 3}, {1, 7}, {2, 5}, {3, 4}})
    put(static_cast<std::size_t>(16 + 8 * i), raw(static_cast<std::int64_t>(n)));
  put(168, raw(std::int64_t{544}));
  put(348, raw(std::int32_t{1}));
  for (std::size_t r = 0; r < 3; ++r) {
    for (std::size_t c = 0; c < 4; ++c) put(400 + 32 * r + 8 * c, raw(static_cast<double>(srow[r][c])));
  }
  put(500, raw(std::int32_t{2}));
  return head + data;
}

inline std::string isq(std::int32_t mu_scaling = 4096) {
  std::string head(512, '\0');
  const auto put = [&](std::size_t at, std::int32_t value) { head.replace(at, 4, raw(value)); };
  head.replace(0, 16, "CTDATA-HEADER_V1");
  put(16, 3);
  for (std::size_t i = 0; i < 3; ++i) {
    const std::size_t sizes[3] = {kX, kY, kZ};
    put(44 + 4 * i, static_cast<std::int32_t>(sizes[i]));
    put(56 + 4 * i, static_cast<std::int32_t>(std::lround(kUm[i] * static_cast<double>(sizes[i]))));
  }
  put(68, 34);  // slice thickness, cut off
  put(88, mu_scaling);
  return head + voxels<std::int16_t>();
}

/// VAX F of a positive number: words swapped, exponent around 128, mantissa 0.1m.
inline std::string vax(double value) {
  int exponent = 0;
  const double half = std::frexp(value, &exponent);  // 0.5 to 1
  const auto mantissa = static_cast<std::uint32_t>(std::lround(std::ldexp(half, 24))) & 0x7FFFFFU;
  const std::uint32_t bits = static_cast<std::uint32_t>(exponent + 128) << 23 | mantissa;
  return raw(static_cast<std::uint16_t>(bits >> 16)) + raw(static_cast<std::uint16_t>(bits & 0xFFFF));
}

inline std::string aim2(const std::string& log) {
  std::string head = raw(std::int32_t{20}) + raw(std::int32_t{140}) + raw(static_cast<std::int32_t>(log.size())) +
                     std::string(8, '\0') + std::string(20, '\0') + raw(std::int32_t{0x00020002});
  head += std::string(12, '\0') + raw(std::int32_t{kX}) + raw(std::int32_t{kY}) + raw(std::int32_t{kZ});
  head.resize(128, '\0');
  for (const double um : kUm) head += vax(um / 1000);
  head.resize(160, '\0');
  return head + log + voxels<std::int16_t>();
}

/// An uncompressed AVI of 24 bits: frame t is grey 40 t + 10 with a red pixel at the top left; two frames a second.
inline std::string avi(std::size_t frames) {
  constexpr std::size_t kWidth = 16, kHeight = 8;
  const auto chunk = [](const std::string& id, const std::string& data) {
    return id + raw(static_cast<std::uint32_t>(data.size())) + data +
           (data.size() % 2 != 0 ? std::string(1, '\0') : "");
  };
  const auto u32 = [](std::uint32_t value) { return raw(value); };
  const std::string avih = u32(500000) + u32(0) + u32(0) + u32(0x10) + u32(static_cast<std::uint32_t>(frames)) +
                           u32(0) + u32(1) + u32(0) + u32(kWidth) + u32(kHeight) + std::string(16, '\0');
  const std::string strh = "vids" + std::string("DIB ") + u32(0) + u32(0) + u32(0) + u32(1) + u32(2) + u32(0) +
                           u32(static_cast<std::uint32_t>(frames)) + u32(0) + u32(0) + u32(0) + std::string(8, '\0');
  const std::string strf = u32(40) + u32(kWidth) + u32(kHeight) + raw(std::uint16_t{1}) + raw(std::uint16_t{24}) +
                           u32(0) + u32(kWidth * kHeight * 3) + std::string(16, '\0');
  std::string movie = "movi";
  for (std::size_t t = 0; t < frames; ++t) {
    std::string pixels(kWidth * kHeight * 3, static_cast<char>(40 * t + 10));
    pixels.replace((kHeight - 1) * kWidth * 3, 3, std::string("\0\0\xFF", 3));  // bottom-up, blue first
    movie += chunk("00db", pixels);
  }
  const std::string list =
      chunk("LIST", "hdrl" + chunk("avih", avih) + chunk("LIST", "strl" + chunk("strh", strh) + chunk("strf", strf))) +
      chunk("LIST", movie);
  return chunk("RIFF", "AVI " + list);
}

}  // namespace vesica::test_volume
