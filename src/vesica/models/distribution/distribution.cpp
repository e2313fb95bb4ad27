// SPDX-License-Identifier: Apache-2.0
#include "vesica/models/distribution/distribution.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "vesica/base/message.h"
#include "vesica/base/number.h"
#include "vesica/base/require.h"
#include "vesica/kinetics/builder.h"
#include "vesica/models/distribution/body.h"

namespace vesica::distribution {

namespace {

constexpr double kMlPerL = 1000, kHoursPerDay = 24;
constexpr double kArterialShare = 0.2;     ///< of the large vessels' blood (Lin et al. 2016, in public code)
constexpr double kFreeLabelVolume = 0.25;  ///< mL per g that free label spreads in (chosen: extracellular water)
constexpr double kMlPerKg = 1000;          ///< one gram is one millilitre (chosen)
constexpr std::string_view kNervous[] = {"brain", "spinal_cord"};

bool is_in(std::string_view id, auto&& list) {
  return std::find(std::begin(list), std::end(list), id) != std::end(list);
}

/// Puts the network together.
class Assembly {
 public:
  Assembly(const Structure& structure, const std::vector<kinetics::Dose>& doses)
      : structure_(structure),
        body_(body_of(structure.species)),
        label_(find_label(structure.label)),
        builder_("distribution", "Distribution of vesicles in a " + structure.species) {
    kinetics::NetworkUnits units;
    units.time = "h";
    units.substance = units.extent = "1";
    units.volume = "mL";
    builder_.units(units);
    builder_.compartment("anywhere", 1, "mL");
    number("dose", "{particles}");
    std::vector<kinetics::Given> given;
    for (const kinetics::Dose& dose : doses) given.push_back({0, dose});
    moments_ = kinetics::schedule(given);
  }

  kinetics::Network organs() {
    vessels();
    for (const Organ& organ : body_.organs) perfuse(organ);
    for (const std::string_view id : kPhagocyteOrgans) phagocytes(std::string(id));
    excretion();
    nervous_system();
    entry();
    if (label_ != nullptr) free_label();
    reports();
    give();
    return builder_.build();
  }

  kinetics::Network two_compartments() {
    number("volume", "mL");
    space("central");
    space("peripheral");
    gone("eliminated");
    for (const auto& [id, unit] : {std::pair{"k12", "/h"}, {"k21", "/h"}, {"ke", "/h"}}) number(id, unit);
    move("central", "peripheral", "k12");
    move("peripheral", "central", "k21");
    move("central", "eliminated", "ke");
    report("plasma", "central", "central / volume", "central", "central / volume");
    give();
    return builder_.build();
  }

 private:
  /// A number that each individual brings.
  void number(const std::string& id, const std::string& unit) { builder_.parameter(id, 1, {.unit = unit}); }
  /// A number of the species.
  void constant(const std::string& id, double value, const std::string& unit) {
    builder_.parameter(id, value, {.unit = unit});
  }
  /// A number that follows from others: once, or at every moment of a growing body.
  void follows(const std::string& id, const std::string& unit, const std::string& formula) {
    builder_.parameter(id, 1, {.unit = unit});
    if (body_.grows) {
      builder_.assign(id, formula);
    } else {
      builder_.initial(id, formula);
    }
  }
  void state(const std::string& id) {
    double start = 0;
    for (const kinetics::DoseMoment& moment : moments_) {
      if (!moment.sets_rate && moment.time == 0 && is_site(id)) start += moment.amount;
    }
    builder_.species(id, "anywhere", start,
                     {.given = kinetics::SpeciesMeasure::kAmount, .only_substance = true, .unit = "1"});
  }
  /// A place where vesicles are, with its twin for those that still carry the label.
  void space(const std::string& id) {
    state(id);
    spaces_.push_back(id);
    if (label_ != nullptr) state(id + "_seen");
  }
  /// A place that vesicles never leave: for the balance of mass.
  void gone(const std::string& id) { state(id); }
  bool is_space(const std::string& id) const { return is_in(id, spaces_); }

  bool is_site(std::string_view id) const {
    const std::string_view site = site_of(structure_);
    return id == site || (label_ != nullptr && id == std::string(site) + "_seen");
  }

  /// Doses after the start are events; infusions a source whose rate events change.
  void give() {
    std::vector<std::string> sites = {std::string(site_of(structure_))};
    if (label_ != nullptr) sites.push_back(sites.front() + "_seen");
    std::size_t number_of_event = 0;
    bool has_infusion = false;
    for (const kinetics::DoseMoment& moment : moments_) {
      if (!moment.sets_rate && moment.time == 0) continue;
      std::vector<std::pair<std::string, std::string>> assignments;
      if (moment.sets_rate) {
        has_infusion = true;
        assignments.emplace_back("infusion_rate", exact_number(moment.amount));
      } else {
        for (const std::string& site : sites)
          assignments.emplace_back(site, site + " + " + exact_number(moment.amount));
      }
      kinetics::NetworkBuilder::EventOptions options;
      options.initially_true = false;  // a moment at the start counts
      builder_.event("given_" + std::to_string(++number_of_event), "time >= " + exact_number(moment.time), assignments,
                     options);
    }
    if (!has_infusion) return;
    builder_.parameter("infusion_rate", 0, {.unit = "/h"});
    for (const std::string& site : sites) builder_.reaction("infusion_into_" + site, "-> " + site, "infusion_rate");
  }

  /// Vesicles go from one place to another at a rate of `constant` times their amount; their label goes with them.
  void move(const std::string& from, const std::string& to, const std::string& constant) {
    const std::string name = from + "_to_" + to;
    builder_.reaction(name, from + " -> " + to, "(" + constant + ") * " + from);
    if (label_ == nullptr) return;
    const std::string into = is_space(to) ? to + "_seen" : "";
    builder_.reaction(name + "_seen", from + "_seen -> " + into, "(" + constant + ") * " + from + "_seen");
  }

  void vessels() {
    const std::string age = "(age_d + time / " + exact_number(kHoursPerDay) + ")";
    if (body_.grows) {
      number("age_d", "d");
      number("weight_factor", "1");
      const auto gompertz = [&](const Growth& growth) {
        return "weight_factor * " + exact_number(growth.final_kg) + " * exp(-" + exact_number(growth.b) + " * exp(-" +
               exact_number(growth.k_per_day) + " * " + age + "))";
      };
      follows("weight", "kg", gompertz(body_.body));
      follows("brain_weight", "kg", gompertz(body_.brain));
    } else {
      number("weight", "kg");
    }
    for (const char* id : {"flow_factor", "permeability_factor", "partition_factor"}) number(id, "1");
    constant("cardiac_output", body_.cardiac_output * kMlPerL, "mL/h");
    follows("flow", "mL/h", "flow_factor * cardiac_output * weight ^ 0.75");
    constant("blood_share", body_.blood_share, "1");
    follows("v_blood", "mL", "blood_share * weight * " + exact_number(kMlPerKg));
    follows("v_arterial", "mL", exact_number(kArterialShare) + " * v_blood");
    follows("v_venous", "mL", "v_blood - v_arterial");
    space("arterial");
    space("venous");
  }

  /// The volume of an organ: its share of the weight, except where the brain grows by a curve of its own.
  std::string volume_of(const Organ& organ) const {
    if (body_.grows && organ.id == "brain") return "brain_weight * " + exact_number(kMlPerKg);
    if (body_.grows && organ.id == "rest") {
      std::string out = "weight * " + exact_number(kMlPerKg) + " - v_blood";
      for (const Organ& other : body_.organs) {
        if (other.id != "rest") out += " - v_" + std::string(other.id);
      }
      return out;
    }
    return exact_number(organ.volume_share) + " * weight * " + exact_number(kMlPerKg);
  }

  /// Blood passes the organ and exchanges with its tissue: lungs from vein to artery, gut and spleen into the liver.
  void perfuse(const Organ& organ) {
    const std::string id(organ.id), blood = id + "_blood", tissue = id + "_tissue";
    follows("v_" + id, "mL", volume_of(organ));
    follows("v_" + blood, "mL", exact_number(organ.blood_share) + " * v_" + id);
    follows("v_" + tissue, "mL", "v_" + id + " - v_" + blood);
    follows("q_" + id, "mL/h", exact_number(organ.flow_share) + " * flow");
    follows("p_" + id, "mL/h", exact_number(organ.permeability) + " * permeability_factor * q_" + id);
    space(blood);
    space(tissue);
    move(blood, tissue, "p_" + id + " / v_" + blood);
    move(tissue, blood, "p_" + id + " / (v_" + tissue + " * " + exact_number(organ.partition) + " * partition_factor)");
    const std::string leaving = "q_" + id + " / v_" + blood;
    if (id == "lung") {
      move("venous", blood, "flow / v_venous");
      move(blood, "arterial", "flow / v_" + blood);
    } else if (id == "gut" || id == "spleen") {
      move("arterial", blood, "q_" + id + " / v_arterial");
      portal_.emplace_back(blood, leaving);
    } else if (id == "liver") {
      move("arterial", blood, "(q_liver - q_gut - q_spleen) / v_arterial");
      move(blood, "venous", leaving);
    } else {
      move("arterial", blood, "q_" + id + " / v_arterial");
      move(blood, "venous", leaving);
    }
    if (id == "gut") {
      for (const auto& [from, rate] : portal_) move(from, "liver_blood", rate);
    }
  }

  /// Saturable uptake from an organ's blood, return, digestion.
  void phagocytes(const std::string& id) {
    const std::string cells = id + "_cells", blood = id + "_blood";
    number("uptake_" + id, "/h");
    number("capacity_" + id, "/mL");  // particles per mL of organ
    space(cells);
    move(blood, cells, "uptake_" + id + " * (1 - dose * " + cells + " / (capacity_" + id + " * v_" + id + "))");
    if (released_++ == 0) {
      number("release", "/h");
      number("digestion", "/h");
      gone("digested");
    }
    move(cells, blood, "release");
    digest(id, cells);
  }

  /// Digestion ends a vesicle; what becomes of its label is the label's own affair.
  void digest(const std::string& id, const std::string& cells) {
    builder_.reaction(cells + "_digested", cells + " -> digested", "digestion * " + cells);
    if (label_ == nullptr) return;
    std::string into;
    if (label_->stays_when_digested) {
      into = id + "_kept";
      state(into);
      kept_.push_back(into);
    } else if (!label_->ends_when_digested) {
      into = "free_label";
    }
    builder_.reaction(cells + "_digested_seen", cells + "_seen -> " + into, "digestion * " + cells + "_seen");
  }

  void excretion() {
    number("bile", "mL/h");
    number("urine", "mL/h");
    gone("excreted");
    move("liver_tissue", "excreted", "bile * weight ^ 0.75 / v_liver_tissue");
    move("kidney_blood", "excreted", "urine * weight ^ 0.75 / v_kidney_blood");
  }

  /// CSF is one mixed pool that blood takes up at the rate of its flow; tissue of brain and cord drains into it and
  /// takes up from it by volume, and cells there bind what comes.
  void nervous_system() {
    const std::string size = body_.grows ? "brain_weight / " + exact_number(body_.brain.at(kReferenceAge))
                                         : "weight / " + exact_number(body_.weight_kg);
    follows("v_csf", "mL", exact_number(body_.csf_ml) + " * " + size);
    follows("q_csf", "mL/h", exact_number(body_.csf_ml_h) + " * " + size);
    number("brain_loss", "/h");
    number("csf_uptake", "/h");
    number("local_uptake", "/h");
    space("csf");
    move("csf", "venous", "q_csf / v_csf");
    for (const std::string_view organ : kNervous) {
      const std::string id(organ), tissue = id + "_tissue", cells = id + "_cells";
      move(tissue, "csf", "brain_loss");
      move("csf", tissue, "csf_uptake * v_" + id + " / (v_brain + v_spinal_cord)");
      space(cells);
      move(tissue, cells, "local_uptake");
      digest(id, cells);
    }
  }

  void pool(const std::string& id, const std::string& into, const std::string& constant) {
    number(constant, "/h");
    space(id);
    move(id, into, constant);
  }

  /// Where the dose comes in.
  void entry() {
    const std::string& route = structure_.route;
    if (route == "ip") pool("peritoneum", "venous", "absorption");
    if (route == "sc") pool("subcutis", "venous", "absorption");
    if (route == "intranasal") {
      number("nose_to_brain", "/h");
      number("cilia", "/h");
      space("nose");
      gone("swallowed");
      move("nose", "brain_tissue", "nose_to_brain");
      move("nose", "swallowed", "cilia");
    }
    if (route == "local") {
      number("v_local", "mL");
      pool("local_fluid", "venous", "absorption");
      space("local_cells");
      move("local_fluid", "local_cells", "local_uptake");
      digest("local", "local_cells");
    }
  }

  void free_label() {
    number("detachment", "/h");
    number("free_elimination", "/h");
    state("free_label");
    for (const std::string& id : spaces_) {
      builder_.reaction(id + "_detached", id + "_seen -> free_label", "detachment * " + id + "_seen");
    }
    builder_.reaction("free_label_eliminated", "free_label ->", "free_elimination * free_label");
    follows("v_free", "mL", exact_number(kFreeLabelVolume * kMlPerKg) + " * weight");
  }

  static std::string sum(const std::vector<std::string>& parts) {
    std::string out;
    for (const std::string& part : parts) out += (out.empty() ? "" : " + ") + part;
    return out;
  }

  /// What is reported of one target: vesicles, their concentration, and what the label shows of both.
  void report(const std::string& target, const std::string& amount, const std::string& concentration,
              const std::string& signal, const std::string& signal_concentration) {
    const auto assigned = [&](const std::string& id, const std::string& unit, const std::string& formula) {
      builder_.parameter(id, 0, {.unit = unit}).assign(id, formula);
    };
    assigned("amount_" + target, "1", amount);
    assigned("concentration_" + target, "/mL", concentration);
    if (label_ != nullptr) assigned("signal_" + target, "1", signal);
    if (!structure_.exposure) return;
    builder_.parameter("auc_" + target, 0, {.unit = "h/mL"}).rate("auc_" + target, signal_concentration);
    builder_.parameter("aumc_" + target, 0, {.unit = "h2/mL"}).rate("aumc_" + target, "time * " + signal_concentration);
  }

  void report_pool(const std::string& target, const std::vector<std::string>& parts, const std::string& volume,
                   const std::vector<std::string>& kept = {}) {
    std::vector<std::string> seen = kept;
    for (const std::string& part : parts) seen.push_back(part + "_seen");
    if (label_ != nullptr && is_in(target, kOrgans))
      seen.push_back("free_label * (1 - v_blood * (1 - hematocrit) / v_free) * v_" + target + " / v_organs");
    const std::string amount = "(" + sum(parts) + ")", signal = "(" + sum(seen) + ")";
    const std::string per = volume.empty() ? "" : " / " + volume;
    report(target, amount, amount + per, signal, (label_ != nullptr ? signal : amount) + per);
  }

  void reports() {
    constant("hematocrit", body_.hematocrit, "1");
    const std::string plasma = "(v_venous * (1 - hematocrit))";
    if (label_ != nullptr) follows("v_organs", "mL", "weight * " + exact_number(kMlPerKg) + " - v_blood");
    const std::string free = "v_blood * (1 - hematocrit) / v_free";
    report("plasma", "(arterial + venous)", "venous / " + plasma,
           "(arterial_seen + venous_seen + free_label * " + free + ")",
           label_ != nullptr ? "(venous_seen / " + plasma + " + free_label / v_free)" : "venous / " + plasma);
    for (const std::string_view organ : kOrgans) {
      const std::string id(organ);
      std::vector<std::string> parts = {id + "_blood", id + "_tissue"}, kept;
      if (is_space(id + "_cells")) parts.push_back(id + "_cells");
      if (is_in(id + "_kept", kept_)) kept.push_back(id + "_kept");
      report_pool(id, parts, "v_" + id, kept);
    }
    report_pool("csf", {"csf"}, "v_csf");
    const std::string& route = structure_.route;
    if (route == "ip") report_pool("peritoneum", {"peritoneum"}, "");
    if (route == "sc") report_pool("subcutis", {"subcutis"}, "");
    if (route == "intranasal") report_pool("nose", {"nose"}, "");
    if (route == "local")
      report_pool("local", {"local_fluid", "local_cells"}, "v_local",
                  is_in(std::string("local_kept"), kept_) ? std::vector<std::string>{"local_kept"}
                                                          : std::vector<std::string>{});
  }

  static constexpr double kReferenceAge = 7;  ///< days; the pup whose CSF the tables hold

  const Structure& structure_;
  const Body& body_;
  const Label* label_;
  kinetics::NetworkBuilder builder_;
  std::vector<kinetics::DoseMoment> moments_;
  std::vector<std::string> spaces_, kept_;
  std::vector<std::pair<std::string, std::string>> portal_;
  int released_ = 0;
};

}  // namespace

Structure structure_of(const Settings& settings) {
  Structure out;
  out.species = settings.species;
  out.route = settings.route;
  out.label = settings.label;
  out.two_compartments = settings.structure == "two_compartments";
  if (out.two_compartments) out.label = "none";  // what its constants were fitted to
  return out;
}

kinetics::Network make_network(const Structure& structure) { return make_network(structure, {}); }

kinetics::Network make_network(const Structure& structure, const std::vector<kinetics::Dose>& doses) {
  Assembly assembly(structure, doses);
  return structure.two_compartments ? assembly.two_compartments() : assembly.organs();
}

kinetics::Network stated_network(const Settings& settings) {
  std::vector<kinetics::Dose> doses = doses_of(settings);
  const double total = total_dose(doses);
  std::size_t moments = 0;
  for (kinetics::Dose& dose : doses) {
    dose.amount = total > 0 ? dose.amount / total : 0;
    moments += dose.count;
  }
  if (moments > kMostMoments)
    throw Error(ErrorKind::kUnsupported, say("{} doses are too many events for a file of the model", moments));
  const Structure structure = structure_of(settings);
  kinetics::Network out = make_network(structure, doses);
  for (const auto& [id, value] : numbers_of(structure, settings, total)) out.symbols[out.find(id)].value = value;
  return out;
}

std::string_view site_of(const Structure& structure) {
  static const std::map<std::string_view, std::string_view> sites = {
      {"iv", "venous"},        {"ip", "peritoneum"},   {"sc", "subcutis"},
      {"intranasal", "nose"},  {"intrathecal", "csf"}, {"intracerebral", "brain_tissue"},
      {"local", "local_fluid"}};
  if (structure.two_compartments) return "central";
  const auto found = sites.find(structure.route);
  VESICA_REQUIRE(found != sites.end(), "a route of the list");
  return found->second;
}

std::vector<std::string> targets_of(const Structure& structure) {
  std::vector<std::string> out = {"plasma"};
  if (structure.two_compartments) return out;
  out.insert(out.end(), kOrgans.begin(), kOrgans.end());
  out.emplace_back("csf");
  if (structure.route == "ip") out.emplace_back("peritoneum");
  if (structure.route == "sc") out.emplace_back("subcutis");
  if (structure.route == "intranasal") out.emplace_back("nose");
  if (structure.route == "local") out.emplace_back("local");
  return out;
}

}  // namespace vesica::distribution
