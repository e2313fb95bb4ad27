// SPDX-License-Identifier: Apache-2.0
// The list of assays: one line each.
#include <algorithm>
#include <array>

#include "vesica/assays/bone_ct/bone_ct.h"
#include "vesica/assays/cell_uptake/cell_uptake.h"
#include "vesica/assays/course/course.h"
#include "vesica/assays/dls/dls.h"
#include "vesica/assays/nta/nta.h"
#include "vesica/assays/nta_video/nta_video.h"
#include "vesica/assays/nuclei/nuclei.h"
#include "vesica/assays/protein/protein.h"
#include "vesica/assays/release_curve/release_curve.h"
#include "vesica/assays/table/table.h"
#include "vesica/assays/tem/tem.h"
#include "vesica/assays/viability/viability.h"
#include "vesica/assays/wound/wound.h"
#include "vesica/assays/zeta/zeta.h"
#include "vesica/contract/registry.h"

namespace vesica {

std::span<const Assay* const> all_assays() {
  // Of the assays that a table suits the first is proposed: the narrower ones come first.
  static constexpr std::array kAssays = {&kDlsAssay,        &kZetaAssay, &kBoneCtAssay,   &kReleaseCurveAssay,
                                         &kCourseAssay,     &kNtaAssay,  &kNtaVideoAssay, &kTableAssay,
                                         &kCellUptakeAssay, &kTemAssay,  &kProteinAssay,  &kViabilityAssay,
                                         &kNucleiAssay,     &kWoundAssay};
  return kAssays;
}

const Assay* find_assay(std::string_view id) {
  const auto assays = all_assays();
  const auto found = std::find_if(assays.begin(), assays.end(), [&](const Assay* assay) { return assay->id == id; });
  return found == assays.end() ? nullptr : *found;
}

}  // namespace vesica
