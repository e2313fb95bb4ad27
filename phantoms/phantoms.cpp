// SPDX-License-Identifier: Apache-2.0
#include "phantoms/phantoms.h"

#include <algorithm>
#include <array>

#include "phantoms/bone.h"
#include "phantoms/cell_uptake.h"
#include "phantoms/course.h"
#include "phantoms/nta.h"
#include "phantoms/nta_video.h"
#include "phantoms/nuclei.h"
#include "phantoms/plates.h"
#include "phantoms/preparations.h"
#include "phantoms/release_curve.h"
#include "phantoms/scattering.h"
#include "phantoms/studies.h"
#include "phantoms/tem.h"
#include "phantoms/wound.h"

#include "vesica/base/os/files.h"
#include "vesica/base/require.h"
#include "vesica/quantity/quantity.h"
#include "vesica/table/tsv.h"

namespace vesica {

Observation truth_row(std::string_view quantity, std::string_view sample, double value) {
  const Quantity* entry = find_quantity(quantity);
  VESICA_REQUIRE(entry != nullptr, "a phantom's truth is of the catalogue");
  Observation row;
  row.quantity = quantity;
  row.sample = sample;
  row.origin = Origin::kPredicted;
  row.source = "phantom";
  row.value = value;
  row.unit = entry->unit;
  return row;
}

std::span<const Phantom* const> all_phantoms() {
  static constexpr std::array kPhantoms = {
      &kBonePhantom,     &kCalvariaPhantom,     &kCellUptakePhantom,   &kCoursePhantom,    &kNtaPhantom,
      &kNtaVideoPhantom, &kPreparationsPhantom, &kReleaseCurvePhantom, &kTemPhantom,       &kNucleiPhantom,
      &kWoundPhantom,    &kDemoPhantom,         &kProteinPhantom,      &kViabilityPhantom, &kHabitsPhantom,
      &kDlsPhantom,      &kZetaPhantom};
  return kPhantoms;
}

const Phantom* find_phantom(std::string_view id) {
  const auto phantoms = all_phantoms();
  const auto found =
      std::find_if(phantoms.begin(), phantoms.end(), [&](const Phantom* each) { return each->id == id; });
  return found == phantoms.end() ? nullptr : *found;
}

std::vector<std::string> write_phantom(const Rendered& rendered, const std::filesystem::path& folder) {
  make_folder(folder);
  std::vector<std::string> out;
  for (const PhantomFile& file : rendered.files) {
    const std::filesystem::path path = folder / path_from(file.name);
    make_folder(path.parent_path());
    write_file_atomically(path, file.bytes);
    out.push_back(file.name);
  }
  write_file_atomically(folder / "truth.tsv", write_observations_tsv(rendered.truth.sorted()));
  out.emplace_back("truth.tsv");
  return out;
}

}  // namespace vesica
