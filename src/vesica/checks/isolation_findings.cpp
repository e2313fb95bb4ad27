// SPDX-License-Identifier: Apache-2.0
// The compatibility of measured and reported sizes with the isolation, in words and numbers.
#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "vesica/base/message.h"
#include "vesica/base/number.h"
#include "vesica/base/text.h"
#include "vesica/checks/isolation.h"
#include "vesica/checks/isolation_details.h"
#include "vesica/models/spin/predict.h"
#include "vesica/quantity/quantity.h"
#include "vesica/table/select.h"

namespace vesica {

namespace {

using isolation_detail::Target;
constexpr std::string_view kMean = "vesicle.diameter.mean";

/// What one finding is about.
struct Subject {
  Target target;
  std::string sample, condition;
  const Protocol* protocol = nullptr;
  std::vector<FindingUnit> units;
};

/// The protocol of a sample: its own, else the nearest ancestor's.
const Protocol* protocol_of(const Study& study, std::string_view sample_id) {
  std::set<std::string_view> seen;  // a loop of parents is refused by loading, but this may be called on any study
  for (const Sample* sample = study.find_sample(sample_id); sample != nullptr && seen.insert(sample->id).second;
       sample = study.find_sample(sample->parent)) {
    if (!sample->protocol.empty()) return study.find_protocol(sample->protocol);
  }
  return nullptr;
}

/// The protocol of a reported number: its sample's, else that of the samples of its condition, else the only one.
const Protocol* protocol_of(const Study& study, const Reported& reported) {
  if (!reported.sample.empty()) return protocol_of(study, reported.sample);
  for (const Sample& sample : study.samples) {
    if (reported.condition.empty() || study.condition_of(sample.id) != reported.condition) continue;
    if (const Protocol* found = protocol_of(study, sample.id)) return found;
  }
  return study.protocols.size() == 1 ? &study.protocols.front() : nullptr;
}

void add_measured(const ObservationTable& table, const Study& study, std::vector<Subject>& subjects) {
  struct Values {
    std::vector<double> values;
    std::vector<std::string> ids;
  };
  std::map<std::pair<std::string, std::string>, std::map<std::string, Values>> groups;  // protocol, condition → sample
  std::map<std::pair<std::string, std::string>, std::string> sources;
  for (std::size_t i = 0; i < table.size(); ++i) {
    if (table.origin(i) != Origin::kMeasured || table.status(i) != Status::kOk || table.quantity(i) != kMean) continue;
    const Protocol* protocol = protocol_of(study, table.sample(i));
    if (protocol == nullptr) continue;
    const Sample* preparation = study.ancestor(table.sample(i), "preparation");
    const std::string sample = preparation != nullptr ? preparation->id : std::string(table.sample(i));
    const std::string own(table.condition(i));
    const auto key = std::pair(protocol->id, own.empty() ? study.condition_of(table.sample(i)) : own);
    Values& values = groups[key][sample];
    values.values.push_back(table.value(i));
    values.ids.push_back(observation_id(table, i));
    sources[key] = table.source(i);
  }
  for (const auto& [key, samples] : groups) {
    Subject subject;
    subject.protocol = study.find_protocol(key.first);
    subject.condition = key.second;
    std::vector<double> means;
    for (const auto& [sample, values] : samples) {
      const auto mean = mean_on_scale(values.values, find_quantity(kMean)->scale);
      if (!mean) continue;
      means.push_back(*mean);
      subject.units.push_back({sample, study.block_of(sample), kNaN, *mean, values.values, values.ids});
    }
    const auto mean = mean_on_scale(means, find_quantity(kMean)->scale);
    if (!mean) continue;
    subject.target = {*mean, "measured", sources[key]};
    subjects.push_back(std::move(subject));
  }
}

std::vector<Subject> subjects_of(const ObservationTable& table, const Study& study) {
  std::vector<Subject> out;
  for (const Reported& reported : study.reported) {
    if (reported.quantity != kMean || std::isnan(reported.value)) continue;
    const Protocol* protocol = protocol_of(study, reported);
    if (protocol == nullptr) continue;
    Subject subject;
    subject.target = {reported.value, "reported", reported.source};
    subject.sample = reported.sample;
    subject.condition = reported.condition;
    subject.protocol = protocol;
    out.push_back(std::move(subject));
  }
  add_measured(table, study, out);
  return out;
}

template <typename T>
T settings_of(const Study& study, const std::string& id) {
  AnySettings settings = AnySettings::of(T{});
  const auto table = study.settings.find(id);
  if (table != study.settings.end()) {
    std::vector<Error> problems;
    apply(table->second, settings, problems);
    if (!problems.empty()) throw problems.front();
  }
  return settings.get<T>();
}

/// Counts over the cells of the map.
struct Tally {
  std::size_t cells = 0, found = 0, usual = 0, above = 0;
  double lowest = INFINITY, highest = 0;
};
Tally tally_of(const IsolationMap& map) {
  Tally out;
  for (const auto& row : map.cells) {
    for (const IsolationCell& cell : row) {
      ++out.cells;
      out.above += cell.verdict == "above_range";
      out.usual += cell.verdict == "usual_parents";
      if (!cell.found()) continue;
      ++out.found;
      out.lowest = std::min(out.lowest, cell.needed.median_nm);
      out.highest = std::max(out.highest, cell.needed.median_nm);
    }
  }
  return out;
}

/// "1.15 g/mL, 6 of 10 swing-out and 0 of 15 fixed-angle", one a density law; empty when only one class
/// of rotors was tried.
std::vector<std::string> found_by_class(const IsolationMap& map) {
  std::vector<std::string> out;
  for (std::size_t r = 0; r < map.laws.size(); ++r) {
    std::size_t swing = 0, swing_found = 0, angle = 0, angle_found = 0;
    for (std::size_t c = 0; c < map.rotors.size(); ++c) {
      if (map.rotors[c] == nullptr) continue;
      const bool is_swing = map.rotors[c]->rotor_class == "swing_out";
      (is_swing ? swing : angle) += 1;
      (is_swing ? swing_found : angle_found) += map.cells[r][c].found();
    }
    if (swing == 0 || angle == 0) return {};
    out.push_back(
        say("{}, {} of {} swing-out and {} of {} fixed-angle", map.laws[r], swing_found, swing, angle_found, angle));
  }
  return out;
}

std::string answer_of(const IsolationMap& map, const Subject& subject, bool unstated,
                      const IsolationSettings& settings) {
  const Tally tally = tally_of(map);
  const std::string target = readable_number(subject.target.mean_nm, 4);
  const auto nm = [](double value) { return fmt::format("{:.0f}", value); };
  std::string out;
  if (tally.found == 0) {
    out = say(
        "Parents of median {} to {} nm give a printed mean of {} nm under none of the {} combinations of density law "
        "and rotor that were tried.",
        nm(settings.smallest_median_nm), nm(settings.largest_median_nm), target, tally.cells);
  } else {
    out =
        say("A printed mean of {} nm is compatible with {} of {} combinations of density law and rotor, for parents of "
            "median {} to {} nm",
            target, tally.found, tally.cells, nm(tally.lowest), nm(tally.highest));
    out += tally.usual == 0 ? say("; none of them lies in the usual range of {} to {} nm.", nm(map.usual_low_nm),
                                  nm(map.usual_high_nm))
                            : say("; {} of them lie in the usual range of {} to {} nm.", tally.usual,
                                  nm(map.usual_low_nm), nm(map.usual_high_nm));
  }
  if (const std::vector<std::string> by_class = found_by_class(map); !by_class.empty()) {
    out += " " + say("Rotors that reach it with parents up to {} nm: {}.", nm(settings.largest_median_nm),
                     join(by_class, "; "));
  }
  out += " " + (unstated ? say("The rotor is not stated: naming it would decide most.")
                         : say("The sizes of the vesicles before the spins would decide most."));
  return out;
}

std::vector<std::string> would_decide(const std::vector<spin::Step>& steps, const spin::Settings& settings,
                                      bool unstated) {
  std::vector<std::string> out;
  if (unstated) out.push_back(say("The rotor (and tube) of the spins: rotor = \"...\" in the steps of the protocol."));
  if (std::any_of(steps.begin(), steps.end(), [](const auto& step) { return step.is_spin() && step.rcf_at.empty(); })) {
    out.push_back(
        say("Whether the stated force holds at the mean or at the largest radius: rcf_at = \"rav\" or \"rmax\"."));
  }
  if (settings.parent_diameters_nm.empty()) {
    out.push_back(say("The sizes in the medium before the first spin, by the same instrument."));
  }
  out.push_back(say("The density of these vesicles, from a gradient or from sedimentation at two speeds."));
  out.push_back(say("The detection limit of the instrument at the settings that were used."));
  return out;
}

std::vector<std::string> other_explanations() {
  return {say("Freezing and thawing, or storage, fused or clumped the vesicles after isolation."),
          say("The pellet was resuspended in part, and clumps of vesicles were counted as one."),
          say("The instrument saw fewer small vesicles than assumed, which raises the printed mean."),
          say("Other particles (lipoproteins, protein aggregates) were counted."),
          say("The instrument used a viscosity or temperature that was not that of the sample.")};
}

std::vector<std::string> assumptions_of(const spin::Settings& settings, const std::vector<spin::Step>& steps,
                                        const IsolationMap& map, bool unstated) {
  std::vector<std::string> out;
  out.push_back(
      say("Parents are lognormal with a geometric standard deviation of {}.", exact_number(settings.parent_gsd)));
  out.push_back(say("The instrument sees nothing below {} nm.", exact_number(settings.detection_limit_nm)));
  out.push_back(say("Fixed-angle tubes follow the law \"{}\".", settings.fixed_angle_law));
  const bool free_radius =
      std::any_of(steps.begin(), steps.end(), [](const auto& step) { return step.is_spin() && step.rcf_at.empty(); });
  if (free_radius) out.push_back(say("Forces whose radius is not stated hold at the mean radius."));
  if (unstated) {
    out.push_back(say("One rotor made all spins whose rotor is not stated; {} rotors that reach the force were tried.",
                      map.rotors.size()));
  }
  out.push_back(settings.viscosity_mpa_s ? say("The liquid has a viscosity of {} mPa·s where no step states one.",
                                               exact_number(*settings.viscosity_mpa_s))
                                         : say("The liquid is as viscous as water at the temperature of the step."));
  return out;
}

Finding finding_of(const Subject& subject, const Study& study, const spin::Settings& base,
                   const IsolationSettings& settings, const Context& context) {
  spin::Settings own = base;
  own.steps = subject.protocol->steps;
  const std::vector<spin::Step> steps = spin::make_plan(own, {}).steps;
  const bool unstated = std::any_of(steps.begin(), steps.end(), [](const auto& step) { return step.rotor_unstated(); });
  const IsolationMap map = isolation_map(subject.target.mean_nm, own, settings, context);
  Finding out;
  out.comparison = kIsolationCheck;
  out.kind = "compatibility";
  out.quantity = kMean;
  out.unit = "preparation";
  out.scale = to_text(find_quantity(kMean)->scale);
  out.question = subject.target.origin == "reported"
                     ? say("Under which assumptions is the reported mean diameter compatible with the isolation?")
                     : say("Under which assumptions is the measured mean diameter compatible with the isolation?");
  out.answer = answer_of(map, subject, unstated, settings);
  out.assumptions = assumptions_of(own, steps, map, unstated);
  const std::vector<std::string> deciding = would_decide(steps, own, unstated), others = other_explanations();
  out.details = isolation_detail::details_of(map, subject.target, own, settings, deciding, others);
  if (!subject.units.empty()) {
    FindingGroup group;
    group.name = subject.condition;
    const Condition* condition = study.find_condition(subject.condition);
    group.title = condition != nullptr && !condition->title.empty() ? condition->title : subject.condition;
    group.units = subject.units;
    group.mean = subject.target.mean_nm;
    out.groups.push_back(std::move(group));
  }
  if (unstated) {
    out.warnings.push_back({Severity::kWarning, "isolation.rotor_unstated",
                            say("The protocol \"{}\" does not name its rotor: {} rotors were tried.",
                                subject.protocol->id, map.rotors.size()),
                            subject.protocol->place, deciding.front(), "", subject.sample});
  }
  out.warnings.push_back({Severity::kNote, "isolation.would_decide",
                          say("Facts that would decide: {}", join(deciding, " ")), subject.protocol->place, "", "",
                          subject.sample});
  out.warnings.push_back({Severity::kNote,
                          "isolation.other_explanations",
                          say("Other explanations that this map does not exclude: {}", join(others, " ")),
                          {},
                          "",
                          "",
                          subject.sample});
  out.method_text =
      say("The sizes that the isolation leaves were predicted from the sedimentation of spheres (Livshits et al. 2015, "
          "10.1038/srep17319) for every combination of density law and rotor, and the median of the vesicles before "
          "isolation was solved for that gives the mean that the instrument printed.");
  return out;
}

}  // namespace

std::vector<Finding> check_isolation(const ObservationTable& table, const Study& study, const Context& context) {
  const auto settings = settings_of<IsolationSettings>(study, std::string(kIsolationCheck));
  const auto spin_settings = settings_of<spin::Settings>(study, "spin");
  std::vector<Finding> out;
  for (const Subject& subject : subjects_of(table, study)) {
    if (!subject.protocol->steps.items.empty()) {
      out.push_back(finding_of(subject, study, spin_settings, settings, context));
    }
  }
  for (std::size_t i = 0; i < out.size(); ++i) {
    out[i].id =
        out.size() == 1 ? std::string(kIsolationCheck) : std::string(kIsolationCheck) + "_" + std::to_string(i + 1);
  }
  return out;
}

}  // namespace vesica
