// SPDX-License-Identifier: Apache-2.0
// The demo study's skulls: round defects left empty, filled with a gel, or with a gel that carries vesicles.
#include <cmath>

#include "phantoms/bone.h"
#include "phantoms/studies.h"
#include <fmt/format.h>

#include "vesica/base/random.h"

namespace vesica {

namespace {

constexpr int kFirstRat = 19;         // the study's table of weights ends with rat 18
constexpr double kIngrowthCv = 0.12;  // between animals; chosen

struct Arm {
  const char* condition;
  const char* group;  ///< whose vesicles
  double ingrowth_mm;
  std::int64_t islands;
  double new_thickness;
};
// Chosen: an empty defect of 5 mm hardly heals in a rat, a gel alone helps a little.
constexpr Arm kArms[] = {{"NC", "", 0.35, 1, 0.55}, {"SA", "", 0.6, 2, 0.6}, {"SA+KC", "KC", 1.05, 4, 0.7}};

constexpr std::string_view kToml = R"toml(
[[condition]]
id = "NC"
title = "empty defect"

# One threshold for all scans: an automatic one would move with the amount of bone.
[settings.bone_ct]
region = "calvaria"
threshold = 19000
species = "rat"
mil_directions = 0
histograms = false

[[comparison]]
id = "new_bone"
quantities = ["bone.volume_fraction"]
unit = "animal"
groups = ["NC", "SA", "SA+KC"]
correction = "tukey"

[[comparison]]
id = "closure_of_the_defect"
quantities = ["bone.defect.closure"]
unit = "animal"
groups = ["NC", "SA", "SA+KC"]
correction = "tukey"
)toml";

CalvariaSettings skull_of(const Arm& arm, Random& random) {
  CalvariaSettings out;
  out.scan.voxel_um = 120;
  out.ingrowth_mm = arm.ingrowth_mm * std::exp(random.normal(0, kIngrowthCv));
  out.islands = arm.islands;
  out.new_thickness = arm.new_thickness;
  out.tilt_deg = random.uniform(-12, 12);
  out.off_centre_mm = random.uniform(-0.5, 0.5);
  return out;
}

}  // namespace

DemoPart demo_skulls(std::int64_t animals, std::uint64_t seed) {
  DemoPart out;
  out.toml = kToml;
  int rat = kFirstRat;
  for (const Arm& arm : kArms) {
    for (std::int64_t i = 1; i <= animals; ++i, ++rat) {
      Random random(seed, 9000 + static_cast<std::uint64_t>(rat));
      CalvariaSettings settings = skull_of(arm, random);
      settings.sample = fmt::format("rat {}", rat);
      settings.bridge = *arm.group != '\0' && i == animals;
      const std::string name = fmt::format("raw/skull/{}.tif", settings.sample);
      Rendered scan = render_calvaria(settings, name, arm.condition, seed * 1000 + static_cast<std::uint64_t>(rat));
      out.files.push_back(std::move(scan.files[0]));
      out.truth.append(scan.truth);
      out.inputs.push_back({name, settings.sample, arm.condition, ""});
      if (*arm.group == '\0') continue;
      out.toml += fmt::format(
          "\n[[given]]\nto = \"{}\"\npreparation = \"{} {}\"\namount = 2e9\nunit = \"{{particles}}\"\nroute = "
          "\"gel\"\ntime_h = 0\n",
          settings.sample, arm.group, (i - 1) % kDemoDays + 1);
    }
  }
  return out;
}

}  // namespace vesica
