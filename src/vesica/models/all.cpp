// SPDX-License-Identifier: Apache-2.0
// The list of models, in the order of the chain of a therapy.
#include <array>

#include "vesica/contract/registry.h"
#include "vesica/models/distribution/distribution.h"
#include "vesica/models/dose/dose.h"
#include "vesica/models/feasibility/feasibility.h"
#include "vesica/models/network/network.h"
#include "vesica/models/release/release.h"
#include "vesica/models/spin/spin.h"
#include "vesica/models/uptake/uptake.h"

namespace vesica {

std::span<const Model* const> all_models() {
  static constexpr std::array kModels = {&kSpinModel,        &kReleaseModel, &kDistributionModel, &kUptakeModel,
                                         &kFeasibilityModel, &kDoseModel,    &kNetworkModel};
  return kModels;
}

const Model* find_model(std::string_view id) {
  for (const Model* model : all_models()) {
    if (model->id == id) return model;
  }
  return nullptr;
}

}  // namespace vesica
