// SPDX-License-Identifier: Apache-2.0
// The compatibility of measured and reported sizes with the isolation, in words and numbers.
#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
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

/// A mean with the units behind it.
struct Subject {
  Target target;
  std::string sample;
  std::vector<FindingUnit> units;
};
/// What one finding is about: the means that share a protocol.
struct Question {
  const Protocol* protocol = nullptr;
  std::vector<Subject> subjects;
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

std::string title_of(const Study& study, const std::string& condition) {
  const Condition* declared = study.find_condition(condition);
  return declared != nullptr && !declared->title.empty() ? declared->title : condition;
}

struct Values {
  std::vector<double> values;
  std::vector<std::string> ids;
};
/// The measured means of one condition by preparation.
struct Measured {
  std::map<std::string, Values> samples;
  std::string source;
};

/// By protocol and condition. Rows with a target are prints of the instrument or further evaluations of the same
/// videos.
std::map<std::pair<std::string, std::string>, Measured> measured_means(const ObservationTable& table,
                                                                       const Study& study) {
  std::map<std::pair<std::string, std::string>, Measured> out;
  for (std::size_t i = 0; i < table.size(); ++i) {
    if (table.origin(i) != Origin::kMeasured || table.status(i) != Status::kOk || table.quantity(i) != kMean) continue;
    if (!table.target(i).empty()) continue;
    const Protocol* protocol = protocol_of(study, table.sample(i));
    if (protocol == nullptr) continue;
    const Sample* preparation = study.ancestor(table.sample(i), "preparation");
    const std::string sample = preparation != nullptr ? preparation->id : std::string(table.sample(i));
    const std::string own(table.condition(i));
    Measured& measured = out[{protocol->id, own.empty() ? study.condition_of(table.sample(i)) : own}];
    measured.samples[sample].values.push_back(table.value(i));
    measured.samples[sample].ids.push_back(observation_id(table, i));
    measured.source = table.source(i);
  }
  return out;
}

std::optional<Subject> subject_of(const Study& study, const std::string& condition, const Measured& measured) {
  Subject out;
  std::vector<double> means;
  for (const auto& [sample, values] : measured.samples) {
    const auto mean = mean_on_scale(values.values, find_quantity(kMean)->scale);
    if (!mean) continue;
    means.push_back(*mean);
    out.units.push_back({sample, study.block_of(sample), kNaN, *mean, values.values, values.ids});
  }
  const auto mean = mean_on_scale(means, find_quantity(kMean)->scale);
  if (!mean) return std::nullopt;
  out.target = {*mean, "measured", measured.source, condition, title_of(study, condition)};
  return out;
}

/// One question a protocol with steps and means, in the order of the study.
std::vector<Question> questions_of(const ObservationTable& table, const Study& study) {
  const auto measured = measured_means(table, study);
  std::vector<std::string> conditions;  // those of the study in its order, then others
  for (const Condition& condition : study.conditions) conditions.push_back(condition.id);
  for (const auto& [key, means] : measured) {
    if (study.find_condition(key.second) == nullptr) conditions.push_back(key.second);
  }
  std::vector<Question> out;
  for (const Protocol& protocol : study.protocols) {
    if (protocol.steps.items.empty()) continue;
    Question question;
    question.protocol = &protocol;
    for (const Reported& reported : study.reported) {
      if (reported.quantity != kMean || std::isnan(reported.value)) continue;
      if (protocol_of(study, reported) != &protocol) continue;
      const std::string title = title_of(study, reported.condition);
      question.subjects.push_back(
          {{reported.value, "reported", reported.source, reported.condition, title.empty() ? reported.sample : title},
           reported.sample,
           {}});
    }
    for (const std::string& condition : conditions) {
      const auto found = measured.find({protocol.id, condition});
      if (found == measured.end()) continue;
      if (auto subject = subject_of(study, condition, found->second)) question.subjects.push_back(std::move(*subject));
    }
    if (!question.subjects.empty()) out.push_back(std::move(question));
  }
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

/// Counts over the cells of the map for one target; rotors that are all alike count as one.
struct Tally {
  std::size_t cells = 0, found = 0, usual = 0;
  double lowest = INFINITY, highest = 0;
};
Tally tally_of(const IsolationMap& map, std::size_t target) {
  Tally out;
  for (const auto& row : map.cells) {
    for (std::size_t c = 0; c < (map.rotor_matters() ? row.size() : 1); ++c) {
      ++out.cells;
      out.usual += row[c].verdicts[target] == "usual_parents";
      if (!row[c].found(target)) continue;
      ++out.found;
      out.lowest = std::min(out.lowest, row[c].needed[target].median_nm);
      out.highest = std::max(out.highest, row[c].needed[target].median_nm);
    }
  }
  return out;
}

/// "1.15 g/mL, 6 of 10 swing-out and 0 of 15 fixed-angle", one a density law, for the first target; empty when only one
/// class of rotors was tried.
std::vector<std::string> found_by_class(const IsolationMap& map) {
  std::vector<std::string> out;
  for (std::size_t r = 0; r < map.laws.size(); ++r) {
    std::size_t swing = 0, swing_found = 0, angle = 0, angle_found = 0;
    for (std::size_t c = 0; c < map.rotors.size(); ++c) {
      if (map.rotors[c] == nullptr) continue;
      const bool is_swing = map.rotors[c]->rotor_class == "swing_out";
      (is_swing ? swing : angle) += 1;
      (is_swing ? swing_found : angle_found) += map.cells[r][c].found(0);
    }
    if (swing == 0 || angle == 0) return {};
    out.push_back(
        say("{}, {} of {} swing-out and {} of {} fixed-angle", map.laws[r], swing_found, swing, angle_found, angle));
  }
  return out;
}

std::string whole_nm(double value) { return fmt::format("{:.0f}", value); }

std::string combinations(const IsolationMap& map) {
  return map.rotor_matters() ? say("combinations of density law and rotor") : say("density laws");
}

/// One mean: how many combinations reach it, with which parents.
std::string answer_for_one(const IsolationMap& map, const Target& target, const IsolationSettings& settings) {
  const Tally tally = tally_of(map, 0);
  const std::string mean = isolation_detail::mean_text(target.mean_nm);
  if (tally.found == 0) {
    return say(
        "Vesicles with a median of {} to {} nm before isolation give a mean of {} under none of the {} {} that were "
        "tried.",
        whole_nm(settings.smallest_median_nm), whole_nm(settings.largest_median_nm), mean, tally.cells,
        combinations(map));
  }
  std::string out =
      say("A mean of {} is compatible with {} of {} {}, for vesicles with a median of {} to {} nm before isolation",
          mean, tally.found, tally.cells, combinations(map), whole_nm(tally.lowest), whole_nm(tally.highest));
  const std::string low = whole_nm(map.usual_low_nm), high = whole_nm(map.usual_high_nm);
  out += tally.usual == 0 ? say("; none of them lies in the usual range of {} to {} nm.", low, high)
                          : say("; {} of them lie in the usual range of {} to {} nm.", tally.usual, low, high);
  if (const std::vector<std::string> by_class = found_by_class(map); !by_class.empty()) {
    out += " " + say("Rotors that reach it with medians up to {} nm: {}.", whole_nm(settings.largest_median_nm),
                     join(by_class, say("; ")));
  }
  return out;
}

constexpr std::size_t kMostTold = 8;  // chosen: more conditions do not fit a sentence; the figure has them all

/// Several means: "KC (116.9 nm) 107 to 150 nm, usual under 2 of 3 density laws; ...".
std::string answer_for_many(const IsolationMap& map, const std::vector<Target>& targets,
                            const IsolationSettings& settings) {
  std::vector<std::string> items;
  for (std::size_t t = 0; t < std::min(targets.size(), kMostTold); ++t) {
    const Tally tally = tally_of(map, t);
    std::string item = fmt::format("{} ({})", targets[t].title, isolation_detail::mean_text(targets[t].mean_nm)) + " ";
    if (tally.found == 0) {
      item +=
          say("nothing from {} to {} nm", whole_nm(settings.smallest_median_nm), whole_nm(settings.largest_median_nm));
    } else {
      item += say("{} to {} nm", whole_nm(tally.lowest), whole_nm(tally.highest));
    }
    items.push_back(say("{}, {}", item,
                        items.empty() ? say("usual under {} of {} {}", tally.usual, tally.cells, combinations(map))
                                      : say("{0} of {1}", tally.usual, tally.cells)));
  }
  if (targets.size() > kMostTold) items.push_back(say("{} more in the figure", targets.size() - kMostTold));
  return say(
      "Before isolation vesicles usually have a median of {} to {} nm. To show these means after it they would need: "
      "{}.",
      whole_nm(map.usual_low_nm), whole_nm(map.usual_high_nm), join(items, say("; ")));
}

/// What is known about the steps, and what of it matters.
struct Openness {
  bool rotor_unstated = false, rotor_matters = false;
  bool radius_unstated = false, radius_matters = false;
};

std::string answer_of(const IsolationMap& map, const std::vector<Target>& targets, const Openness& open,
                      const IsolationSettings& settings) {
  std::string out =
      targets.size() == 1 ? answer_for_one(map, targets.front(), settings) : answer_for_many(map, targets, settings);
  if (open.rotor_matters) return out + " " + say("The rotor is not stated: naming it would decide most.");
  return out + " " + say("The sizes of the vesicles before the spins would decide most.");
}

std::vector<std::string> would_decide(const spin::Settings& settings, const Openness& open) {
  std::vector<std::string> out;
  if (open.rotor_matters) {
    out.push_back(say("The rotor (and tube) of the spins: rotor = \"...\" in the steps of the protocol."));
  }
  if (open.radius_matters) {
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
          say("The instrument saw fewer small vesicles than assumed, which raises the mean that it shows."),
          say("Other particles (lipoproteins, protein aggregates) were counted."),
          say("The instrument used a viscosity or temperature that was not that of the sample.")};
}

std::vector<std::string> assumptions_of(const spin::Settings& settings, const Openness& open, const IsolationMap& map) {
  std::vector<std::string> out;
  out.push_back(
      say("Parents are lognormal with a geometric standard deviation of {}.", exact_number(settings.parent_gsd)));
  out.push_back(say("The instrument sees nothing below {} nm.", exact_number(settings.detection_limit_nm)));
  out.push_back(say("Fixed-angle tubes follow the law \"{}\".", settings.fixed_angle_law));
  if (open.radius_unstated) {
    out.push_back(open.radius_matters
                      ? say("Forces whose radius is not stated hold at the mean radius.")
                      : say("Forces whose radius is not stated hold at the mean radius; at the largest no number would "
                            "differ by {} %.",
                            readable_number(100 * (spin::kAlikeFactor - 1), 1)));
  }
  if (open.rotor_matters) {
    out.push_back(
        say("One rotor made all spins whose rotor is not stated; {} rotor(s) that (reaches|reach) the force (was|were) "
            "tried.",
            map.rotors.size()));
  } else if (open.rotor_unstated) {
    out.push_back(
        say("Which rotor made the spins that name none does not matter here: {} gives the same numbers within {} % ({} "
            "(was|were) tried).",
            isolation_detail::any_rotor(map), isolation_detail::spread_percent(map), map.rotors.size()));
  }
  out.push_back(settings.viscosity_mpa_s ? say("The liquid has a viscosity of {} mPa·s where no step states one.",
                                               exact_number(*settings.viscosity_mpa_s))
                                         : say("The liquid is as viscous as water at the temperature of the step."));
  return out;
}

/// The same protocol with forces that hold at the largest radius wherever the study does not say.
spin::Settings at_largest_radius(spin::Settings settings) {
  for (Value& step : settings.steps.items) {
    if (step.find("rcf_at") == nullptr) step.set("rcf_at", Value::of("rmax"));
  }
  return settings;
}

Openness openness_of(const IsolationMap& map, const spin::Settings& own, const IsolationSettings& settings,
                     const Context& context) {
  Openness out;
  for (const spin::Step& step : spin::make_plan(own, {}).steps) {
    out.rotor_unstated = out.rotor_unstated || step.rotor_unstated();
    out.radius_unstated = out.radius_unstated || (step.is_spin() && step.rcf_at.empty());
  }
  out.rotor_matters = out.rotor_unstated && map.rotor_matters();
  if (!out.radius_unstated) return out;
  const IsolationMap other = isolation_map(map.targets_nm, at_largest_radius(own), settings, context);
  for (std::size_t r = 0; r < map.cells.size(); ++r) {
    for (std::size_t c = 0; c < map.cells[r].size(); ++c) {
      const double factor = largest_factor(map.cells[r][c], other.cells[r][c]);
      out.radius_matters = out.radius_matters || !(factor < spin::kAlikeFactor);
    }
  }
  return out;
}

std::string question_of(const Question& about, const Study& study) {
  const bool reported = std::all_of(about.subjects.begin(), about.subjects.end(),
                                    [](const Subject& subject) { return subject.target.origin == "reported"; });
  std::string out;
  if (about.subjects.size() == 1) {
    out = reported ? say("Under which assumptions is the reported mean diameter compatible with the isolation?")
                   : say("Under which assumptions is the measured mean diameter compatible with the isolation?");
  } else {
    out = reported ? say("Which vesicles before isolation would explain the reported mean diameters?")
                   : say("Which vesicles before isolation would explain the measured mean diameters?");
  }
  const std::string& name = about.protocol->title.empty() ? about.protocol->id : about.protocol->title;
  return study.protocols.size() > 1 ? out + " (" + name + ")" : out;
}

void add_warnings(const Question& about, const IsolationMap& map, const Openness& open,
                  const std::vector<std::string>& deciding, const std::vector<std::string>& others, Finding& out) {
  const Place& place = about.protocol->place;
  const std::string sample = about.subjects.size() == 1 ? about.subjects.front().sample : "";
  if (open.rotor_matters) {
    out.warnings.push_back({Severity::kWarning, "isolation.rotor_unstated",
                            say("The protocol \"{}\" does not name its rotor: {} rotor(s) (was|were) tried.",
                                about.protocol->id, map.rotors.size()),
                            place, deciding.front(), "", sample});
  }
  out.warnings.push_back({Severity::kNote, "isolation.would_decide",
                          say("Facts that would decide: {}", join(deciding, " ")), place, "", "", sample});
  out.warnings.push_back({Severity::kNote,
                          "isolation.other_explanations",
                          say("Other explanations that this map does not exclude: {}", join(others, " ")),
                          {},
                          "",
                          "",
                          sample});
}

Finding finding_of(const Question& about, const Study& study, const spin::Settings& base,
                   const IsolationSettings& settings, const Context& context) {
  spin::Settings own = base;
  own.steps = about.protocol->steps;
  std::vector<Target> targets;
  std::vector<double> means;
  for (const Subject& subject : about.subjects) {
    targets.push_back(subject.target);
    means.push_back(subject.target.mean_nm);
  }
  const IsolationMap map = isolation_map(means, own, settings, context);
  const Openness open = openness_of(map, own, settings, context);
  Finding out;
  out.comparison = kIsolationCheck;
  out.kind = "compatibility";
  out.quantity = kMean;
  out.unit = "preparation";
  out.scale = to_text(find_quantity(kMean)->scale);
  out.question = question_of(about, study);
  out.answer = answer_of(map, targets, open, settings);
  out.assumptions = assumptions_of(own, open, map);
  const std::vector<std::string> deciding = would_decide(own, open), others = other_explanations();
  out.details = isolation_detail::details_of(map, targets, own, settings, deciding, others);
  for (const Subject& subject : about.subjects) {
    if (subject.units.empty()) continue;
    FindingGroup group;
    group.name = subject.target.condition;
    group.title = subject.target.title;
    group.units = subject.units;
    group.mean = subject.target.mean_nm;
    out.groups.push_back(std::move(group));
  }
  add_warnings(about, map, open, deciding, others, out);
  out.method_text =
      say("The sizes that the isolation leaves were predicted from the sedimentation of spheres (Livshits et al. 2015, "
          "10.1038/srep17319) for every combination of density law and rotor, and the median of the vesicles before "
          "isolation was solved for that gives the mean that the instrument showed.");
  return out;
}

}  // namespace

std::vector<Finding> check_isolation(const ObservationTable& table, const Study& study, const Context& context) {
  const auto settings = settings_of<IsolationSettings>(study, std::string(kIsolationCheck));
  const auto spin_settings = settings_of<spin::Settings>(study, "spin");
  std::vector<Finding> out;
  for (const Question& question : questions_of(table, study)) {
    out.push_back(finding_of(question, study, spin_settings, settings, context));
  }
  for (std::size_t i = 0; i < out.size(); ++i) {
    out[i].id =
        out.size() == 1 ? std::string(kIsolationCheck) : std::string(kIsolationCheck) + "_" + std::to_string(i + 1);
  }
  return out;
}

}  // namespace vesica
