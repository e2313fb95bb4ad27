// SPDX-License-Identifier: Apache-2.0
// The demo study loads without a problem; the folders of other habits are recognised and measured.
#include <cmath>
#include <filesystem>
#include <map>

#include "phantoms/studies.h"
#include <gtest/gtest.h>

#include "vesica/base/os/files.h"
#include "vesica/base/os/system.h"
#include "vesica/contract/registry.h"
#include "vesica/io/csv.h"
#include "vesica/io/nanosight.h"
#include "vesica/io/open.h"
#include "vesica/io/xlsx.h"
#include "vesica/io/zetaview.h"
#include "vesica/study/load.h"

namespace vesica {

namespace {

Reading reading_of(const PhantomFile& file) {
  Reading out;
  out.path = file.name;
  out.format = recognise(file.bytes, file.name).id;
  if (out.format == "xlsx") {
    out.data = std::make_shared<const ReadingData>(read_xlsx(file.bytes, file.name));
  } else if (out.format == "text") {
    out.data = std::make_shared<const ReadingData>(Workbook{file.name, {read_text_table(file.bytes, file.name)}});
  } else if (out.format == "zetaview_text") {
    out.data = std::make_shared<const ReadingData>(read_zetaview(file.bytes, file.name));
  } else {
    out.data = std::make_shared<const ReadingData>(read_nanosight(file.bytes, file.name));
  }
  return out;
}

class DemoStudy : public testing::Test {
 protected:
  // Rendering takes longer than all that is asked of it.
  static void SetUpTestSuite() {
    folder_ = std::filesystem::path(testing::TempDir()) / ("vesica-demo-" + new_uuid());
    std::filesystem::remove_all(folder_);
    AnySettings settings = kDemoPhantom.make_settings();
    set_field(settings, "tracks", "300");
    set_field(settings, "skulls", "1");
    rendered_ = kDemoPhantom.render(settings, 1);
    write_phantom(rendered_, folder_);
  }
  static void TearDownTestSuite() { std::filesystem::remove_all(folder_); }

  static KnownNames known() {
    KnownNames out;
    for (const Assay* assay : all_assays()) {
      out.assays.push_back({std::string(assay->id),
                            std::string(assay->title),
                            assay->make_settings(),
                            {assay->roles.begin(), assay->roles.end()},
                            assay->names_samples});
    }
    return out;
  }

  static std::filesystem::path folder_;
  static Rendered rendered_;
};
std::filesystem::path DemoStudy::folder_;
Rendered DemoStudy::rendered_;

}  // namespace

TEST_F(DemoStudy, LoadsWithoutAProblem) {
  const LoadedStudy loaded = load_study(folder_, known());
  for (const Error& problem : loaded.problems) {
    // The models live beside the assays and are not known here.
    EXPECT_NE(std::string(problem.what()).find("spin"), std::string::npos) << problem.what();
  }
  for (const Error& warning : loaded.warnings) ADD_FAILURE() << warning.what();
  EXPECT_EQ(loaded.study.conditions.size(), 15u);
  EXPECT_EQ(loaded.study.comparisons.size(), 11u);
  EXPECT_EQ(loaded.study.givens.size(), 25u);
  std::map<std::string, int> kinds;
  for (const Sample& sample : loaded.study.samples) ++kinds[sample.kind];
  EXPECT_EQ(kinds["preparation"], 20);
  EXPECT_EQ(kinds["animal"], 21);
  EXPECT_EQ(kinds["culture"], 9 + 6 + 6);
}

TEST_F(DemoStudy, HoldsItsTruth) {
  std::map<std::string, double> truth;
  for (std::size_t i = 0; i < rendered_.truth.size(); ++i) {
    if (rendered_.truth.quantity(i) == "vesicle.concentration")
      truth[std::string(rendered_.truth.sample(i))] = rendered_.truth.value(i);
  }
  EXPECT_EQ(truth.size(), 20u);
  // Hypoxia nearly doubles the yield of both sources.
  for (const std::string source : {"KC", "BMSC"}) {
    double ratio = 1;
    for (int day = 1; day <= 5; ++day) {
      ratio *= truth.at(source + "-hyp " + std::to_string(day)) / truth.at(source + " " + std::to_string(day));
    }
    EXPECT_NEAR(std::pow(ratio, 0.2), 1.8, 0.35) << source;
  }
}

TEST_F(DemoStudy, BoneFillsDefectsAsTheStudySays) {
  std::map<std::string, double> bone, bridged;
  for (std::size_t i = 0; i < rendered_.truth.size(); ++i) {
    const std::string condition(rendered_.truth.condition(i));
    if (rendered_.truth.quantity(i) == "bone.volume_fraction") bone[condition] = rendered_.truth.value(i);
    if (rendered_.truth.quantity(i) == "bone.defect.bridged") bridged[condition] = rendered_.truth.value(i);
  }
  ASSERT_EQ(bone.size(), 3u);  // one skull a condition here
  EXPECT_LT(bone.at("NC"), bone.at("SA"));
  EXPECT_LT(bone.at("SA"), bone.at("SA+KC"));
  EXPECT_EQ(bridged.at("NC"), 0);
  EXPECT_EQ(bridged.at("SA+KC"), 1);
}

TEST_F(DemoStudy, OneFileIsBrokenAndSaysSo) {
  std::size_t unreadable = 0;
  for (const PhantomFile& file : rendered_.files) {
    const FileFormat format = recognise(file.bytes, file.name);
    if (!format.readable && !file.name.ends_with(".toml")) ++unreadable;
    const bool broken = file.name.find("again") != std::string::npos;
    EXPECT_TRUE(!broken || format.id == "nanosight_summary") << "only reading finds the cut";
  }
  EXPECT_EQ(unreadable, 0u);
}

TEST(HabitsPhantom, EveryFileIsRecognisedAndMeasured) {
  const Rendered rendered = kHabitsPhantom.render(kHabitsPhantom.make_settings(), 4);
  std::size_t tables = 0, exports = 0;
  for (const PhantomFile& file : rendered.files) {
    SCOPED_TRACE(file.name);
    const Reading reading = reading_of(file);
    const bool table = reading.format == "text";
    InputFacts facts;
    const Assay& assay = *find_assay(table ? "table" : "nta");
    facts.source = assay.id;
    const Outcome out = assay.measure(reading, {}, assay.make_settings(), facts, Context{});
    EXPECT_GT(out.observations.size(), 3u);
    for (const Issue& each : out.issues) EXPECT_NE(each.severity, Severity::kError) << each.message;
    table ? ++tables : ++exports;
    if (file.name.starts_with("4 gb18030/exo1")) {
      const ReportEntry* sample = reading.as<SizeReport>()->find("Experiment Details", "Sample Description");
      ASSERT_NE(sample, nullptr);
      EXPECT_EQ(sample->values.at(0), "外泌体1");
    }
    if (file.name == "4 gb18030/table.csv") {
      EXPECT_EQ(out.observations.sample(0), "样品1");
      EXPECT_EQ(out.observations.condition(0), "对照");
    }
  }
  EXPECT_EQ(tables, 2u);
  EXPECT_EQ(exports, 6u + 12u + 6u + 3u + 4u);
}

}  // namespace vesica
