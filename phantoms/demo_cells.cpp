// SPDX-License-Identifier: Apache-2.0
// The demo study's plates: cells that take up labelled vesicles.
#include <array>
#include <cmath>

#include "phantoms/cell_uptake.h"
#include "phantoms/studies.h"
#include <fmt/format.h>

#include "vesica/base/random.h"
#include "vesica/quantity/quantity.h"

namespace vesica {

namespace {

constexpr int kCultures = 3;
constexpr int kFields = 3;
constexpr double kCultureSd = 0.04;  // of the positive fraction between cultures; chosen
constexpr double kPositive = 0.55;   // with vesicles; chosen, near the 60 % of the founding bone study

/// One well of every plate of 24.
struct Well {
  const char* position;
  const char* arm;  ///< "NC", "Exo", "dye"
  UptakeField kind;
};
constexpr std::array<Well, 5> kWells = {{{"A1", "NC", UptakeField::kUnstained},
                                         {"A2", "NC", UptakeField::kUnstained},
                                         {"B1", "Exo", UptakeField::kSample},
                                         {"B2", "Exo", UptakeField::kSample},
                                         {"C1", "dye", UptakeField::kDyeOnly}}};

CellUptakePhantomSettings field(double positive) {
  CellUptakePhantomSettings out;
  out.width = out.height = 400;
  out.spacing_um = 22;
  out.second = false;
  out.positive_fraction = positive;
  return out;
}

std::string well_of(int culture, const Well& well) { return fmt::format("hBMSC {} {}", culture, well.position); }

/// Cultures, their wells and the plate that each culture lies on.
std::string tree(int culture) {
  std::string out, positions;
  for (const char* arm : {"NC", "Exo"}) {
    out += fmt::format(
        "\n[[sample]]\nid = \"hBMSC {0} {1}\"\nkind = \"culture\"\nblock = \"hBMSC passage {0}\"\ncondition = "
        "\"hBMSC+{1}\"\n",
        culture, arm);
  }
  for (const Well& well : kWells) {
    if (well.kind == UptakeField::kDyeOnly) continue;
    out += fmt::format("\n[[sample]]\nid = \"{}\"\nkind = \"well\"\nparent = \"hBMSC {} {}\"\n", well_of(culture, well),
                       culture, well.arm);
    positions += fmt::format("{}{} = \"{}\"", positions.empty() ? "" : ", ", well.position, well_of(culture, well));
  }
  out += fmt::format(
      "\n[[layout]]\nid = \"uptake {0}\"\ntitle = \"Uptake, culture {0}\"\nwells = 24\npositions = {{ {1} }}\nroles = "
      "{{ C1 = \"dye_only\" }}\n",
      culture, positions);
  return out + fmt::format(
                   "\n[[given]]\nto = \"hBMSC {0} Exo\"\npreparation = \"KC {0}\"\namount = 5e8\nunit = "
                   "\"{{particles}}\"\nroute = \"medium\"\ntime_h = 0\n",
                   culture);
}

Observation truth_row(const std::string& sample, const std::string& condition, double value) {
  Observation row;
  row.quantity = "uptake.positive_fraction";
  row.sample = sample;
  row.condition = condition;
  row.origin = Origin::kPredicted;
  row.source = "phantom";
  row.value = value;
  row.unit = find_quantity(row.quantity)->unit;
  return row;
}

}  // namespace

DemoPart demo_uptake(std::uint64_t seed) {
  DemoPart out;
  out.toml =
      "\n[[condition]]\nid = \"hBMSC+NC\"\ntitle = \"hBMSC, PBS\"\n"
      "\n[[condition]]\nid = \"hBMSC+Exo\"\ntitle = \"hBMSC, labelled vesicles\"\n"
      "\n[[comparison]]\nid = \"uptake\"\nquantities = [\"uptake.positive_fraction\"]\nunit = \"culture\"\n"
      "groups = [\"hBMSC+NC\", \"hBMSC+Exo\"]\ncontrol = \"hBMSC+NC\"\nscale = \"linear\"\n";
  for (int culture = 1; culture <= kCultures; ++culture) {
    Random random(seed, 9100 + static_cast<std::uint64_t>(culture));
    const double positive = kPositive + random.normal(0, kCultureSd);
    out.toml += tree(culture);
    for (const Well& well : kWells) {
      std::size_t cells = 0, with_vesicles = 0;
      for (int i = 1; i <= kFields; ++i) {
        const std::uint64_t key = seed * 1000 + static_cast<std::uint64_t>(culture) * 100 + out.files.size();
        const UptakeScene scene = cell_uptake_scene(field(positive), well.kind, key);
        const std::string name = fmt::format("raw/uptake/plate{}_{}_f{}.tif", culture, well.position, i);
        out.files.push_back({name, cell_uptake_tiff(field(positive), scene), "A field of the uptake plates."});
        out.inputs.push_back(
            {name, "", "", "", fmt::format("uptake {}", culture), well.position, fmt::format("f{}", i)});
        for (const UptakeScene::Cell& cell : scene.cells) ++cells, with_vesicles += cell.positive;
      }
      if (well.kind == UptakeField::kDyeOnly || cells == 0) continue;
      out.truth.add(truth_row(well_of(culture, well), fmt::format("hBMSC+{}", well.arm),
                              static_cast<double>(with_vesicles) / static_cast<double>(cells)));
    }
  }
  return out;
}

}  // namespace vesica
