// SPDX-License-Identifier: Apache-2.0
// Whole studies with known truth: the demo, and five folders of different habits.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "phantoms/phantoms.h"

namespace vesica {

/// One group of the demo: what is true of its preparations.
struct DemoGroup {
  std::string_view id;
  double concentration_per_ml;  ///< geometric mean of the preparations
  double median_nm;
};
/// The four groups in order.
const std::vector<DemoGroup>& demo_groups();

/// Vesicles of bone-forming cells: four groups in five isolation days (blocks), NanoSight (days 1 to 3; the dilution of
/// day 3 is recorded in the files) and ZetaView (days 4 and 5, day 5 with decimal commas), blanks of both instruments,
/// plates of protein, micrographs, new bone as an XLSX table, one flagged video, one broken file, the isolation
/// protocol with its rotor, a scratch assay of three cultures in three conditions, plates of three cultures that take
/// up vesicles, and micro-CT of four skulls in three conditions.
extern const Phantom kDemoPhantom;

/// A part of the demo: files, sample sheet rows, what study.toml says of it.
struct DemoPart {
  struct Input {
    std::string path, sample, condition, block;
    std::string layout = {}, position = {}, part = {};
  };
  std::vector<PhantomFile> files;
  std::vector<Input> inputs;
  std::string toml;
  ObservationTable truth;
};
/// What is true of one preparation.
struct DemoPreparation {
  std::string sample, condition;
  int day = 0;
  double median_nm = 0, protein_ug_per_ml = 0;
};
/// A plate of protein for every isolation day.
DemoPart demo_protein(std::span<const DemoPreparation> preparations, std::uint64_t seed);
/// One negative-stain field of every preparation from unstressed cells.
DemoPart demo_micrographs(std::span<const DemoPreparation> preparations, std::uint64_t seed);
/// Endothelial cultures with a scratch.
DemoPart demo_wounds(std::uint64_t seed);
/// Plates of three cultures that take up labelled vesicles, with wells of the dye alone.
DemoPart demo_uptake(std::uint64_t seed);
/// Plates of three cultures that divide with and without vesicles, with wells without EdU.
DemoPart demo_edu(std::uint64_t seed);
/// Micro-CT of skulls with a round defect, `animals` in each of three conditions.
DemoPart demo_skulls(std::int64_t animals, std::uint64_t seed);
/// Isolation days, and so preparations a group.
inline constexpr int kDemoDays = 5;

/// Five folders of different habits: spaces, "NC-1 (2).csv", Chinese names, GB 18030 text, decimal commas. No study
/// file.
extern const Phantom kHabitsPhantom;

}  // namespace vesica
