// SPDX-License-Identifier: Apache-2.0
// Real fields have nothing burnt in; the same with a bar or writing have.
#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include <gtest/gtest.h>

#include "vesica/io/images.h"
#include "vesica/io/open.h"
#include "vesica/ops/burnt_in.h"

namespace vesica {
namespace {

std::vector<std::filesystem::path> real_fields() {
  const char* root = std::getenv("VESICA_DATA");
  std::vector<std::filesystem::path> out;
  if (root == nullptr) return out;
  for (const char* part : {"nuclei", "puncta"}) {
    for (const auto& each : std::filesystem::recursive_directory_iterator(std::filesystem::path(root) / part)) {
      const std::string name = each.path().filename().string(), ending = each.path().extension().string();
      if ((ending == ".tif" || ending == ".png" || ending == ".jpg") && name.find("label") == std::string::npos)
        out.push_back(each.path());
    }
  }
  std::sort(out.begin(), out.end());
  return out;
}

TEST(DataNucleiBurntIn, RealFieldsHaveNothing) {
  const auto fields = real_fields();
  if (fields.empty()) GTEST_SKIP() << "VESICA_DATA is not set";
  std::size_t planes = 0;
  for (const auto& path : fields) {
    const auto source = open_image(path, recognise(path).id, path.filename().string());
    for (std::size_t f = 0; f < std::min<std::size_t>(2, source->series_length()); ++f) {
      for (const Image2& channel : source->read_channels(f)) {
        ++planes;
        for (const BurntIn& each : find_burnt_in(channel)) {
          std::printf("ALARM %s: %zu letters at %zu, %zu to %zu, %zu\n", path.string().c_str(), each.letters, each.x0,
                      each.y0, each.x1, each.y1);
        }
        EXPECT_TRUE(find_burnt_in(channel).empty()) << path;
      }
    }
  }
  std::printf("%zu planes\n", planes);
}

}  // namespace
}  // namespace vesica
