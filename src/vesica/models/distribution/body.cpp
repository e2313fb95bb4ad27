// SPDX-License-Identifier: Apache-2.0
#include "vesica/models/distribution/body.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "vesica/base/message.h"
#include "vesica/base/require.h"
#include "vesica/base/text.h"
#include "vesica/quantity/unit.h"

namespace vesica::distribution {

namespace {

/// Who lends what a species lacks.
std::string_view lender(std::string_view species) {
  if (species == "rat_pup") return "rat";
  if (species == "macaque" || species == "human_neonate") return "human_adult";
  if (species == "human_adult") return "rat";
  if (species == "rat") return "mouse";
  return "";
}

/// Looks up rows and keeps what was used.
class Reader {
 public:
  explicit Reader(Body& body) : body_(body) {
    for (const PhysiologyRow& row : evidence().physiology) rows_.emplace(row.id, &row);
  }

  double number(std::string_view organ, std::string_view what, std::string_view unit) {
    for (std::string_view from = body_.species; !from.empty(); from = lender(from)) {
      const auto found = rows_.find(std::string(from) + "." + std::string(organ) + "." + std::string(what));
      if (found == rows_.end()) continue;
      const PhysiologyRow& row = *found->second;
      const auto value = convert_unit(row.value, row.unit, unit);
      if (!value)
        throw Error(ErrorKind::kData, say("The row {} is in {}, which is not {}", row.id, row.unit, unit), row.place);
      body_.rows.push_back(&row);
      if (from != body_.species) body_.borrowed.push_back(&row);
      return *value;
    }
    throw Error(ErrorKind::kData, say("The physiology tables hold no {} of {} for {}", what, organ, body_.species));
  }

 private:
  Body& body_;
  std::map<std::string, const PhysiologyRow*> rows_;
};

Growth growth_of(Reader& reader, std::string_view organ) {
  return {reader.number(organ, "gompertz_final_weight", "kg"), reader.number(organ, "gompertz_exponent", "1"),
          reader.number(organ, "gompertz_rate", "/d")};
}

Organ organ_of(Reader& reader, std::string_view id) {
  Organ out;
  out.id = id;
  if (id != "rest") {
    out.volume_share = reader.number(id, "share_of_body_weight", "1");
    out.flow_share = id == "lung" ? 1 : reader.number(id, "share_of_cardiac_output", "1");
  }
  out.blood_share = reader.number(id, "share_of_residual_blood", "1");
  out.permeability = reader.number(id, "permeability_constant", "1");
  out.partition = reader.number(id, "tissue_partition", "1");
  return out;
}

/// What the others leave; the portal flow counts once, in the liver's.
void set_rest(Body& body) {
  double volume = 1 - body.blood_share, flow = 1;
  for (const Organ& organ : body.organs) {
    volume -= organ.volume_share;
    if (organ.id != "lung" && organ.id != "gut" && organ.id != "spleen") flow -= organ.flow_share;
  }
  const double artery = body.organ("liver").flow_share - body.organ("gut").flow_share - body.organ("spleen").flow_share;
  if (!(volume > 0 && flow > 0 && artery > 0))
    throw Error(ErrorKind::kData, say("The physiology tables leave no rest of the body for {}", body.species));
  body.organs.back().volume_share = volume;
  body.organs.back().flow_share = flow;
}

Body read_body(std::string_view species) {
  Body out;
  out.species = species;
  Reader reader(out);
  out.weight_kg = reader.number("whole_body", "body_weight", "kg");
  out.cardiac_output = reader.number("whole_body", "cardiac_output", "L/h");
  out.hematocrit = reader.number("whole_body", "hematocrit", "1");
  out.blood_share = reader.number("blood", "share_of_body_weight", "1");
  out.csf_ml = reader.number("csf", "csf_volume", "mL");
  out.csf_ml_h = reader.number("csf", "csf_flow", "mL/h");
  out.grows = species == "rat_pup";
  if (out.grows) {
    out.body = growth_of(reader, "whole_body");
    out.brain = growth_of(reader, "brain");
  }
  for (std::size_t i = 0; i < kOrgans.size(); ++i) out.organs[i] = organ_of(reader, kOrgans[i]);
  set_rest(out);
  return out;
}

}  // namespace

double Growth::at(double age_days) const { return final_kg * std::exp(-b * std::exp(-k_per_day * age_days)); }

const Organ& Body::organ(std::string_view id) const {
  const auto found = std::find_if(organs.begin(), organs.end(), [&](const Organ& organ) { return organ.id == id; });
  VESICA_REQUIRE(found != organs.end(), "an organ of the list");
  return *found;
}

const Body& body_of(std::string_view species) {
  static const std::map<std::string, Body, std::less<>> bodies = [] {
    std::map<std::string, Body, std::less<>> out;
    for (const std::string_view one : kSpecies) out.emplace(one, read_body(one));
    return out;
  }();
  const auto found = bodies.find(species);
  if (found != bodies.end()) return found->second;
  const std::vector<std::string> known(kSpecies.begin(), kSpecies.end());
  const auto near = did_you_mean(species, known);
  throw Error(ErrorKind::kConfig, say("There is no body of species \"{}\"", species), Place{},
              near ? say("Did you mean {}?", *near) : say("Write one of {}", join(known, ", ")));
}

}  // namespace vesica::distribution
