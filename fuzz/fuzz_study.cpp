// SPDX-License-Identifier: Apache-2.0
// Studies: study.toml, a byte 0x1F, the sheet. Whatever is wrong is in the problems; what is right is the same study
// after writing and reading again.
#include "fuzz/fuzz.h"

#include "vesica/io/toml.h"
#include "vesica/study/load.h"
#include "vesica/study/study_fixture.h"
#include "vesica/study/write.h"

namespace {

class AnyFiles final : public vesica::StudyFiles {
 public:
  vesica::FileState state(const std::string& path) override {
    using vesica::FileState;
    if (path.find("..") != std::string::npos) return FileState::kOutside;
    return path.ends_with('*') || path.find('{') != std::string::npos ? FileState::kMissing : FileState::kPresent;
  }
  const std::vector<std::string>& list() override { return files_; }

 private:
  std::vector<std::string> files_ = {"raw/SA-1_1.csv", "raw/SA-1_2.csv", "raw/对照/d7_rat1 (2).csv"};
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace vesica;
  constexpr char kBetween = '\x1F';
  const std::string_view text = as_text(data, size);
  const std::size_t cut = std::min(text.find(kBetween), text.size());
  const std::string_view sheet = cut == text.size() ? std::string_view() : text.substr(cut + 1);
  AnyFiles files;
  const LoadedStudy loaded = load_study_text(text.substr(0, cut), sheet, "samples.csv", testing::known_names(), files);
  for (const auto* errors : {&loaded.problems, &loaded.warnings})
    for (const Error& error : *errors) {
      VESICA_REQUIRE(!error.message().empty(), "a problem says what");
      VESICA_REQUIRE(is_valid_utf8(error.what()), "a problem is text");
    }
  if (!loaded.ok()) return 0;
  const std::string toml = write_study_toml(loaded.study);
  const std::string workbook = xlsx_bytes(sheet_document(loaded.study, testing::known_names()));
  const LoadedStudy again = load_study_text(toml, workbook, "samples.xlsx", testing::known_names(), files);
  VESICA_REQUIRE(again.ok(), "what was right is right again");
  VESICA_REQUIRE(same_value(study_value(again.study), study_value(loaded.study)), "the study comes back");
  return 0;
}
