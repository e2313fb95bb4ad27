// SPDX-License-Identifier: Apache-2.0
#include "bench/pbpk.h"

#include <array>

#include "vesica/kinetics/builder.h"

namespace vesica::bench {

namespace {

struct Organ {
  const char* id;
  double volume, flow, partition;
};

/// Between arterial and venous blood; those of the portal vein drain into the liver.
constexpr std::array<Organ, 8> kOrgans{{{"heart", 0.33, 15, 1.4},
                                        {"brain", 1.45, 46, 1.1},
                                        {"muscle", 29.0, 66, 0.8},
                                        {"fat", 15.0, 20, 4.0},
                                        {"skin", 3.3, 20, 1.2},
                                        {"bone", 10.5, 20, 0.7},
                                        {"kidney", 0.31, 74, 2.2},
                                        {"rest", 3.0, 20, 1.0}}};
constexpr std::array<Organ, 3> kPortal{
    {{"spleen", 0.15, 12, 1.5}, {"intestine", 1.0, 60, 1.6}, {"stomach", 0.15, 4, 1.3}}};
constexpr double kHepaticArtery = 25, kLiverVolume = 1.8, kLungVolume = 0.5;

/// Flow through an organ, as an amount per time leaving by its blood.
std::string leaving(const std::string& flow, const std::string& organ, const std::string& partition) {
  return flow + " * " + organ + " / " + partition;
}

}  // namespace

kinetics::Network pbpk_network() {
  using kinetics::NetworkBuilder;
  NetworkBuilder model("pbpk");
  kinetics::NetworkUnits units;
  units.time = "h";
  units.substance = "mg";
  units.volume = "L";
  model.units(units);
  model.parameter("scale", 1).parameter("clearance", 12).parameter("filtration", 4).parameter("absorption", 0.9);
  std::string total = "q_artery";
  const auto organ = [&](const std::string& id, double volume, double partition) {
    model.compartment("v_" + id, volume, "L").species(id, "v_" + id, 0).parameter("p_" + id, partition);
  };
  const auto perfuse = [&](const Organ& o, const std::string& into) {
    const std::string id = o.id, flow = "q_" + id;
    organ(id, o.volume, o.partition);
    model.parameter(flow, o.flow);
    model.reaction("in_" + id, "artery -> " + id, "scale * " + flow + " * artery");
    model.reaction("out_" + id, id + " -> " + into, "scale * " + leaving(flow, id, "p_" + id));
  };
  model.compartment("v_artery", 1.7, "L").species("artery", "v_artery", 0);
  model.compartment("v_vein", 3.9, "L").species("vein", "v_vein", 0);
  model.compartment("v_gut", 1, "L").species("lumen", "v_gut", 0);
  organ("liver", kLiverVolume, 2.5);
  organ("lung", kLungVolume, 0.9);
  model.parameter("q_artery", kHepaticArtery);
  std::string portal = "q_artery";
  for (const Organ& o : kOrgans) {
    perfuse(o, "vein");
    total += std::string(" + q_") + o.id;
  }
  for (const Organ& o : kPortal) {
    perfuse(o, "liver");
    total += std::string(" + q_") + o.id;
    portal += std::string(" + q_") + o.id;
  }
  model.reaction("absorbed", "lumen -> intestine", "absorption * lumen * v_gut");
  model.reaction("in_liver", "artery -> liver", "scale * q_artery * artery");
  model.reaction("out_liver", "liver -> vein", "scale * (" + portal + ") * liver / p_liver");
  model.reaction("to_lung", "vein -> lung", "scale * (" + total + ") * vein");
  model.reaction("from_lung", "lung -> artery", "scale * (" + total + ") * lung / p_lung");
  model.reaction("metabolised", "liver ->", "clearance * liver / p_liver / (1 + liver / 50)");
  model.reaction("filtered", "kidney ->", "filtration * kidney / p_kidney");
  return model.build();
}

std::vector<std::string> pbpk_given() {
  return {"scale", "clearance", "filtration", "absorption", "p_muscle", "p_fat", "p_liver"};
}

std::vector<std::string> pbpk_given_distributions() {
  return {"lognormal(1, 0.15)",  "lognormal(12, 0.4)",  "lognormal(4, 0.3)",  "lognormal(0.9, 0.4)",
          "lognormal(0.8, 0.2)", "lognormal(4.0, 0.2)", "lognormal(2.5, 0.2)"};
}

}  // namespace vesica::bench
