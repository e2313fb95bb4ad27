// SPDX-License-Identifier: Apache-2.0
// The demo study's plates: cells that take up labelled vesicles, and cells that divide with and without them.
#include <array>
#include <cmath>

#include "phantoms/cell_uptake.h"
#include "phantoms/nuclei.h"
#include "phantoms/studies.h"
#include <fmt/format.h>

#include "vesica/base/random.h"

namespace vesica {

namespace {

constexpr int kCultures = 3;
constexpr int kFields = 3;
constexpr double kCultureSd = 0.04;                           // of the positive fraction between cultures; chosen
constexpr double kDividing = 0.28, kMoreWithVesicles = 0.17;  // share of nuclei with EdU; chosen
constexpr double kPositive = 0.55;  // with vesicles; chosen, near the 60 % of the founding bone study

/// One well of every plate of 24: two of each arm and a control of the plate.
struct Well {
  const char* position;
  const char* arm;  ///< "NC", "Exo", "" for the control
  UptakeField kind;
};
constexpr std::array<Well, 5> kWells = {{{"A1", "NC", UptakeField::kUnstained},
                                         {"A2", "NC", UptakeField::kUnstained},
                                         {"B1", "Exo", UptakeField::kSample},
                                         {"B2", "Exo", UptakeField::kSample},
                                         {"C1", "", UptakeField::kDyeOnly}}};

CellUptakePhantomSettings field(double positive) {
  CellUptakePhantomSettings out;
  out.width = out.height = 400;
  out.spacing_um = 22;
  out.second = false;
  out.positive_fraction = positive;
  return out;
}

/// What the two sets of plates are called, and the role of their control.
struct PlateSet {
  const char* assay;  ///< short, for ids: "uptake", "EdU"
  const char* cells;  ///< "hBMSC"
  const char* role;   ///< of the well C1
  const char* title;
};
constexpr PlateSet kUptake = {"uptake", "hBMSC", "dye_only", "Uptake"};
constexpr PlateSet kEdu = {"EdU", "OPC", "negative", "EdU"};

bool is_control(const Well& well) { return well.arm[0] == '\0'; }

std::string well_of(const PlateSet& set, int culture, const Well& well) {
  return fmt::format("{} {} {}", set.cells, culture, well.position);
}

/// Cultures, their wells, the plate that each culture lies on, and what was given to them.
std::string tree(const PlateSet& set, int culture) {
  std::string out, positions;
  for (const char* arm : {"NC", "Exo"}) {
    out += fmt::format(
        "\n[[sample]]\nid = \"{2} {0} {1}\"\nkind = \"culture\"\nblock = \"{2} passage {0}\"\ncondition = "
        "\"{2}+{1}\"\n",
        culture, arm, set.cells);
  }
  for (const Well& well : kWells) {
    if (is_control(well)) continue;
    out += fmt::format("\n[[sample]]\nid = \"{}\"\nkind = \"well\"\nparent = \"{} {} {}\"\n",
                       well_of(set, culture, well), set.cells, culture, well.arm);
    positions +=
        fmt::format("{}{} = \"{}\"", positions.empty() ? "" : ", ", well.position, well_of(set, culture, well));
  }
  out += fmt::format(
      "\n[[layout]]\nid = \"{0} {1}\"\ntitle = \"{2}, culture {1}\"\nwells = 24\npositions = {{ {3} }}\nroles = "
      "{{ C1 = \"{4}\" }}\n",
      set.assay, culture, set.title, positions, set.role);
  return out + fmt::format(
                   "\n[[given]]\nto = \"{0} {1} Exo\"\npreparation = \"KC {1}\"\namount = 5e8\nunit = "
                   "\"{{particles}}\"\nroute = \"medium\"\ntime_h = 0\n",
                   set.cells, culture);
}

/// The groups of a set of plates and their comparison.
std::string groups(const PlateSet& set, const char* quantity, const char* with, const char* target) {
  return fmt::format(
      "\n[[condition]]\nid = \"{0}+NC\"\ntitle = \"{0}, PBS\"\n"
      "\n[[condition]]\nid = \"{0}+Exo\"\ntitle = \"{0}, {1}\"\n"
      "\n[[comparison]]\nid = \"{2}\"\nquantities = [\"{3}\"]\n{4}unit = \"culture\"\n"
      "groups = [\"{0}+NC\", \"{0}+Exo\"]\ncontrol = \"{0}+NC\"\nscale = \"linear\"\n",
      set.cells, with, set.assay, quantity, target);
}

Observation well_truth(const char* quantity, const std::string& sample, const std::string& condition, double value) {
  Observation row = truth_row(quantity, sample, value);
  row.condition = condition;
  return row;
}

}  // namespace

DemoPart demo_uptake(std::uint64_t seed) {
  DemoPart out;
  out.toml = groups(kUptake, "uptake.positive_fraction", "labelled vesicles", "");
  for (int culture = 1; culture <= kCultures; ++culture) {
    Random random(seed, 9100 + static_cast<std::uint64_t>(culture));
    const CellUptakePhantomSettings settings = field(kPositive + random.normal(0, kCultureSd));
    out.toml += tree(kUptake, culture);
    for (const Well& well : kWells) {
      std::size_t cells = 0, with_vesicles = 0;
      for (int i = 1; i <= kFields; ++i) {
        const std::uint64_t key = seed * 1000 + static_cast<std::uint64_t>(culture) * 100 + out.files.size();
        const UptakeScene scene = cell_uptake_scene(settings, well.kind, key);
        const std::string name = fmt::format("raw/uptake/plate{}_{}_f{}.tif", culture, well.position, i);
        out.files.push_back({name, cell_uptake_tiff(settings, scene), "A field of the uptake plates."});
        out.inputs.push_back(
            {name, "", "", "", fmt::format("uptake {}", culture), well.position, fmt::format("f{}", i)});
        for (const UptakeScene::Cell& cell : scene.cells) ++cells, with_vesicles += cell.positive;
      }
      if (is_control(well) || cells == 0) continue;
      out.truth.add(well_truth("uptake.positive_fraction", well_of(kUptake, culture, well),
                               fmt::format("hBMSC+{}", well.arm),
                               static_cast<double>(with_vesicles) / static_cast<double>(cells)));
    }
  }
  return out;
}

DemoPart demo_edu(std::uint64_t seed) {
  DemoPart out;
  out.toml = groups(kEdu, "nuclei.positive_fraction", "vesicles", "target = \"edu+\"\n") +
             "\n[settings.nuclei]\nmarkers = [\"edu=EdU\"]\n";
  for (int culture = 1; culture <= kCultures; ++culture) {
    Random random(seed, 9200 + static_cast<std::uint64_t>(culture));
    const double between = random.normal(0, kCultureSd);
    out.toml += tree(kEdu, culture);
    for (const Well& well : kWells) {
      NucleiPhantomSettings settings;
      settings.width = settings.height = 360;
      settings.nuclei = 60;
      settings.positive = is_control(well) ? 0 : kDividing + between + (well.arm[0] == 'E' ? kMoreWithVesicles : 0);
      std::size_t nuclei = 0, positive = 0;
      for (int i = 1; i <= kFields; ++i) {
        const std::uint64_t key = seed * 2000 + static_cast<std::uint64_t>(culture) * 100 + out.files.size();
        const NucleiField scene = nuclei_field(settings, key);
        const std::string name = fmt::format("raw/edu/plate{}_{}_f{}.tif", culture, well.position, i);
        out.files.push_back({name, nuclei_tiff(settings, scene), "A field of the EdU plates."});
        out.inputs.push_back({name, "", "", "", fmt::format("EdU {}", culture), well.position, fmt::format("f{}", i)});
        for (std::size_t label = 1; label < scene.positive.size(); ++label) ++nuclei, positive += scene.positive[label];
      }
      if (is_control(well) || nuclei == 0) continue;
      Observation row =
          well_truth("nuclei.positive_fraction", well_of(kEdu, culture, well), fmt::format("OPC+{}", well.arm),
                     static_cast<double>(positive) / static_cast<double>(nuclei));
      row.target = "edu+";
      out.truth.add(row);
    }
  }
  return out;
}

}  // namespace vesica
