// SPDX-License-Identifier: Apache-2.0
// The demo study's scratch assay: endothelial cultures that close a gap with and without vesicles.
#include <cmath>

#include "phantoms/studies.h"
#include "phantoms/wound.h"
#include <fmt/format.h>

#include "vesica/base/random.h"

namespace vesica {

namespace {

constexpr int kCultures = 3;
constexpr double kCultureCv = 0.07;  // of speed, between cultures; chosen

struct Arm {
  const char* condition;
  const char* title;
  const char* group;  ///< whose vesicles
  double um_per_h;    ///< of one edge
};
constexpr Arm kArms[] = {{"HUVEC+PBS", "HUVEC", "", 4.5},
                         {"HUVEC+KC", "HUVEC + vesicles (KC)", "KC", 6.2},
                         {"HUVEC+KC-hyp", "HUVEC + vesicles (KC-hyp)", "KC-hyp", 7.4}};

WoundPhantomSettings field() {
  WoundPhantomSettings out;
  out.width = 280;
  out.height = 200;
  out.pixel_um = 2.4;
  out.frames = 5;
  out.interval_h = 6;
  out.gap_um = 380;
  out.roughness_um = 10;
  out.floating = 10;
  out.shift_um = 6;
  return out;
}

}  // namespace

DemoPart demo_wounds(std::uint64_t seed) {
  DemoPart out;
  for (const Arm& arm : kArms) {
    out.toml += fmt::format("\n[[condition]]\nid = \"{}\"\ntitle = \"{}\"\n", arm.condition, arm.title);
  }
  out.toml +=
      "\n[[comparison]]\nid = \"migration\"\nquantities = [\"wound.edge_speed\"]\ntarget = \"both_edges\"\nunit = "
      "\"culture\"\n"
      "groups = [\"HUVEC+PBS\", \"HUVEC+KC\", \"HUVEC+KC-hyp\"]\ncontrol = \"HUVEC+PBS\"\ncorrection = \"dunnett\"\n"
      "\n[[comparison]]\nid = \"closure_12h\"\nquantities = [\"wound.closure\"]\nunit = \"culture\"\ntime = \"12\"\n"
      "groups = [\"HUVEC+PBS\", \"HUVEC+KC\", \"HUVEC+KC-hyp\"]\ncontrol = \"HUVEC+PBS\"\ncorrection = \"dunnett\"\n";
  std::uint64_t culture = 0;
  for (const Arm& arm : kArms) {
    for (int i = 1; i <= kCultures; ++i) {
      Random random(seed, 8000 + ++culture);
      WoundPhantomSettings settings = field();
      const double speed = arm.um_per_h * std::exp(random.normal(0, kCultureCv));
      settings.left_um_per_h = speed * 1.08;
      settings.right_um_per_h = speed * 0.92;
      settings.tilt_deg = random.uniform(-6, 6);
      settings.islands = culture == 5 ? 1 : 0;
      settings.island_um = 35;
      const std::string sample = fmt::format("culture {}", culture);
      const std::string name = fmt::format("raw/scratch/{}.tif", sample);
      Rendered series = render_wound(settings, name, sample, arm.condition, seed * 100 + culture);
      out.files.push_back(std::move(series.files[0]));
      out.truth.append(series.truth);
      out.inputs.push_back({name, sample, arm.condition, fmt::format("passage{}", i)});
      if (*arm.group != '\0') {
        out.toml += fmt::format(
            "\n[[given]]\nto = \"{}\"\npreparation = \"{} {}\"\namount = 1e8\nunit = \"{{particles}}\"\nroute = "
            "\"medium\"\ntime_h = 0\n",
            sample, arm.group, i);
      }
    }
  }
  return out;
}

}  // namespace vesica
