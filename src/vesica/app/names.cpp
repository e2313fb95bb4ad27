// SPDX-License-Identifier: Apache-2.0
#include "vesica/app/names.h"

#include <algorithm>

#include "vesica/base/message.h"
#include "vesica/base/text.h"
#include "vesica/checks/isolation.h"
#include "vesica/checks/lots.h"
#include "vesica/checks/preparation.h"
#include "vesica/checks/purity.h"

namespace vesica {

namespace {

template <typename Part>
Error unknown(std::string_view kind, const std::string& id, std::span<const Part* const> parts) {
  std::vector<std::string> ids;
  for (const Part* part : parts) ids.emplace_back(part->id);
  const auto near = did_you_mean(id, ids);
  return Error(ErrorKind::kUsage, say("There is no {} \"{}\".", translate(kind), id), {},
               near ? say("Did you mean \"{}\"?", *near) : say("Known: {}.", join(ids, ", ")));
}

}  // namespace

KnownNames known_names() {
  KnownNames names;
  for (const Assay* assay : all_assays()) {
    KnownPart part;
    part.id = assay->id;
    part.title = assay->title;
    part.settings = assay->make_settings();
    part.roles.assign(assay->roles.begin(), assay->roles.end());
    part.names_samples = assay->names_samples;
    part.takes_folders =
        std::find(assay->formats.begin(), assay->formats.end(), "image_series") != assay->formats.end();
    names.assays.push_back(std::move(part));
  }
  for (const Model* model : all_models()) {
    KnownPart part;
    part.id = model->id;
    part.title = model->title;
    part.settings = model->make_settings();
    part.can_be_chained = model->evaluate != nullptr;
    part.names_quantities = model->further_quantities != nullptr;
    part.quantities.assign(model->quantities.begin(), model->quantities.end());
    for (const Port& port : model->ports)
      part.ports.push_back({std::string(port.id), std::string(port.quantity), port.is_curve});
    names.models.push_back(std::move(part));
  }
  const auto add_check = [&](std::string_view id, std::string_view title, AnySettings settings) {
    KnownPart part;
    part.id = id;
    part.title = title;
    part.settings = std::move(settings);
    names.checks.push_back(std::move(part));
  };
  add_check(kIsolationCheck, translate("Measured sizes against the isolation"), isolation_settings());
  add_check(kPurityCheck, translate("Particles per protein against its ceiling"), purity_settings());
  add_check(kPreparationCheck, translate("Methods of one preparation against each other"), preparation_settings());
  add_check(kLotsCheck, translate("Lots: spread, control charts, release, stability"), lots_settings());
  return names;
}

const Assay& require_assay(const std::string& id) {
  const Assay* assay = find_assay(id);
  if (assay == nullptr) throw unknown("assay", id, all_assays());
  return *assay;
}

const Model& require_model(const std::string& id) {
  const Model* model = find_model(id);
  if (model == nullptr) throw unknown("model", id, all_models());
  return *model;
}

}  // namespace vesica
