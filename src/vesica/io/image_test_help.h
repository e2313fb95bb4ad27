// SPDX-License-Identifier: Apache-2.0
// What the tests of image readers share: a folder of their own, and a TIFF written through libtiff.
#pragma once

#include <atomic>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "vesica/base/error.h"
#include "vesica/base/os/durable.h"
#include "vesica/base/os/files.h"

namespace vesica {

/// A folder that goes when the test ends.
class TestFolder {
 public:
  TestFolder() {
    static std::atomic<int> count = 0;
    path_ = std::filesystem::temp_directory_path() /
            ("vesica_images_" + std::to_string(process_number()) + "_" + std::to_string(++count));
    std::filesystem::create_directories(path_);
  }
  ~TestFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TestFolder(const TestFolder&) = delete;
  TestFolder& operator=(const TestFolder&) = delete;
  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path write(const std::string& name, std::string_view bytes) const {
    write_file_atomically(path_ / name, bytes);
    return path_ / name;
  }

 private:
  std::filesystem::path path_;
};

/// The Error that the body throws; fails the test when it throws none.
inline Error error_of(const std::function<void()>& body) {
  try {
    body();
  } catch (const Error& error) {
    return error;
  }
  ADD_FAILURE() << "no Error";
  return Error(ErrorKind::kInternal, "");
}

/// One page for write_tiff: interleaved samples as the writer's machine holds them.
struct TestPage {
  std::size_t width = 0, height = 0, samples = 1;
  int bits = 8;
  int format = 1;  ///< 1 unsigned, 2 signed, 3 float
  int compression = 1;
  int photometric = 1;  ///< 0 white is zero, 1 black is zero, 2 colour, 3 palette
  std::size_t tile = 0;
  std::size_t rows_per_strip = 3;
  bool separate = false;
  bool reduced = false;
  std::string description;
  double x_resolution = 0, y_resolution = 0;
  int resolution_unit = 2;
  std::vector<std::uint16_t> palette;  ///< red, green, blue, 256 each
  std::string bytes;
};
/// Bytes of a TIFF of these pages; `mode` of libtiff: "wl", "wb" (byte order), "w8" (BigTIFF).
std::string write_tiff(const std::vector<TestPage>& pages, const char* mode = "wl");

/// width*height values of T that differ in every pixel and sample, as bytes.
template <typename T>
std::string ramp(std::size_t count, double step = 1, double start = 0) {
  std::string out(count * sizeof(T), '\0');
  for (std::size_t i = 0; i < count; ++i) {
    const T value = static_cast<T>(start + step * static_cast<double>(i));
    std::copy_n(reinterpret_cast<const char*>(&value), sizeof(T), out.data() + i * sizeof(T));
  }
  return out;
}

}  // namespace vesica
