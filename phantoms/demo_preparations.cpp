// SPDX-License-Identifier: Apache-2.0
// What the demo study knows of its preparations beside tracking: protein by plates, micrographs.
#include <cmath>

#include "phantoms/plates.h"
#include "phantoms/studies.h"
#include "phantoms/tem.h"
#include <fmt/format.h>

namespace vesica {

namespace {

/// What dries shrinks: three quarters of the hydrodynamic diameter (chosen; published ratios scatter around it).
constexpr double kDryShare = 0.75;
constexpr double kDrySpread = 0.24;

Observation truth_of(const DemoPreparation& one, std::string_view quantity, double value) {
  Observation row = truth_row(quantity, one.sample, value);
  row.condition = one.condition;
  return row;
}

TemPhantomSettings micrograph(const DemoPreparation& one) {
  TemPhantomSettings out;
  out.width = out.height = 448;
  out.pixel_nm = 2.2;
  out.vesicles = 12;
  out.diameter_nm = kDryShare * one.median_nm;
  out.spread = kDrySpread;
  out.pairs = 1;
  out.debris = 12;
  return out;
}

}  // namespace

DemoPart demo_protein(std::span<const DemoPreparation> preparations, std::uint64_t seed) {
  DemoPart out;
  ProteinPhantomSettings settings;
  settings.dilutions = {1, 2};
  for (int day = 1; day <= kDemoDays; ++day) {
    std::vector<ProteinSample> known;
    for (const DemoPreparation& one : preparations) {
      if (one.day != day) continue;
      known.push_back({one.sample, one.protein_ug_per_ml});
      out.truth.add(truth_of(one, "protein.concentration", one.protein_ug_per_ml));
    }
    ProteinPlate plate = protein_plate(settings, known, seed * 100 + static_cast<std::uint64_t>(day));
    const std::string name = fmt::format("raw/bca/day{}", day);
    out.files.push_back({name + ".csv", std::move(plate.plate), "A plate of protein."});
    out.files.push_back({name + "_map.csv", std::move(plate.map), "What lies in its wells."});
    out.toml += fmt::format("\n[[layout]]\nid = \"BCA {0}\"\nwells = 96\nfile = \"{1}_map.csv\"\n", day, name);
    out.inputs.push_back({name + ".csv", "", "", "", fmt::format("BCA {}", day)});
  }
  return out;
}

DemoPart demo_micrographs(std::span<const DemoPreparation> preparations, std::uint64_t seed) {
  DemoPart out;
  out.toml = "\n[settings.tem]\nfield_selection = \"systematic\"\n";
  for (const DemoPreparation& one : preparations) {
    if (one.condition != "KC" && one.condition != "BMSC") continue;  // grids were made of two groups only
    const TemPhantomSettings settings = micrograph(one);
    const TemScene scene = tem_scene(settings, seed * 1000 + out.files.size());
    const std::string name = fmt::format("raw/tem/{}.tif", one.sample);
    out.files.push_back({name, tem_file(scene.grey, "tiff", settings.pixel_nm / 1000), "A negative-stain field."});
    out.inputs.push_back({name, one.sample, one.condition, "", "", "", "field 1"});
    out.truth.add(truth_of(one, "tem.diameter.median", settings.diameter_nm));
  }
  return out;
}

}  // namespace vesica
