// SPDX-License-Identifier: Apache-2.0
#include "vesica/app/plan.h"

#include <algorithm>
#include <map>
#include <tuple>

#include "vesica/base/message.h"
#include "vesica/base/number.h"
#include "vesica/base/require.h"
#include "vesica/contract/flat_field.h"
#include "vesica/contract/registry.h"
#include "vesica/contract/sampling.h"

namespace vesica {

namespace {

void override_settings(const Input& input, AnySettings& settings, std::vector<Error>& problems) {
  for (const auto& [name, value] : input.settings) {
    try {
      set_field(settings, name, value, input.place);
    } catch (const Error& error) {
      problems.push_back(error);
    }
  }
}

InputFacts facts_of(const Study& study, const Input& input) {
  InputFacts facts;
  facts.sample = input.sample;
  facts.condition = input.condition.empty() ? study.condition_of(input.sample) : input.condition;
  facts.replicate = input.replicate;
  facts.part = input.part;
  facts.role = input.role;
  facts.source = input.assay;
  facts.time_h = input.time_h;
  facts.position = input.position;
  for (const Layout& layout : study.layouts) {
    if (layout.id != input.layout || layout.id.empty()) continue;
    facts.positions = layout.positions;
    facts.layout = layout;
  }
  return facts;
}

/// Everything that tells two inputs of one file apart.
std::string measure_key(const Input& input) {
  std::string key = "measure";
  for (const std::string& part : {input.path, input.assay, input.sample, input.condition, input.replicate, input.part,
                                  exact_number(input.time_h), input.layout})
    key += "|" + part;
  return key;
}

/// Which controls an input shares: those it names; else, at a position of a plate, the plate's own.
const std::string& control_group(const Input& input) {
  return input.controls.empty() && !input.position.empty() ? input.layout : input.controls;
}

/// A control of the input's own group goes before one of the whole study.
std::vector<std::size_t> calibrations_for(const std::vector<CalibrationItem>& all, const Input& input) {
  std::map<std::string, std::size_t> by_role;
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (all[i].assay->id != input.assay || !(all[i].group.empty() || all[i].group == control_group(input))) continue;
    const auto [place, is_new] = by_role.try_emplace(all[i].role, i);
    if (!is_new && all[place->second].group.empty()) place->second = i;
  }
  std::vector<std::size_t> out;
  for (const auto& [role, i] : by_role) out.push_back(i);
  return out;
}

bool corrects_light(const Input& input) { return input.role == kFlatRole || input.role == kDarkRole; }

void plan_lights(const Study& study, Plan& plan) {
  std::map<std::pair<std::string, std::string>, LightItem> groups;
  for (const Input& input : study.inputs) {
    const Assay* assay = find_assay(input.assay);
    if (assay == nullptr || !corrects_light(input)) continue;
    LightItem& item = groups[{input.assay, input.controls}];
    item.assay = assay;
    item.group = input.controls;
    (input.role == kFlatRole ? item.flats : item.darks).push_back(&input);
  }
  for (auto& [names, item] : groups) plan.lights.push_back(std::move(item));
}

/// The light of the input's own group goes before that of the whole study.
std::optional<std::size_t> light_for(const Plan& plan, const Assay& assay, const std::string& group) {
  std::optional<std::size_t> out;
  for (std::size_t i = 0; i < plan.lights.size(); ++i) {
    const LightItem& each = plan.lights[i];
    if (each.assay != &assay || !(each.group.empty() || each.group == group)) continue;
    if (!out || !each.group.empty()) out = i;
  }
  return out;
}

void plan_calibrations(const Study& study, Plan& plan, std::vector<Error>& problems) {
  std::map<std::tuple<std::string, std::string, std::string>, std::vector<const Input*>> groups;
  for (const Input& input : study.inputs) {
    if (!input.role.empty() && !corrects_light(input))
      groups[{input.assay, input.role, control_group(input)}].push_back(&input);
  }
  for (const auto& [names, inputs] : groups) {
    const auto& [assay_id, role, group] = names;
    const Assay* assay = find_assay(assay_id);
    if (assay == nullptr || assay->calibrate == nullptr) continue;
    CalibrationItem item;
    item.key = "calibrate|" + assay_id + "|" + role + "|" + group;
    item.assay = assay;
    item.role = role;
    item.group = group;
    item.settings = resolve_settings(study, assay_id, assay->make_settings(), problems);
    for (const Input* input : inputs) override_settings(*input, item.settings, problems);
    item.inputs = inputs;
    item.light = light_for(plan, *assay, group);
    plan.calibrations.push_back(std::move(item));
  }
}

void plan_measures(const Study& study, Plan& plan, std::vector<Error>& problems) {
  std::map<std::string, AnySettings> settings;
  for (const Input& input : study.inputs) {
    const Assay* assay = find_assay(input.assay);
    if (assay == nullptr || !input.role.empty()) continue;
    auto [base, is_new] = settings.try_emplace(input.assay);
    if (is_new) base->second = resolve_settings(study, input.assay, assay->make_settings(), problems);
    MeasureItem item;
    item.key = measure_key(input);
    item.assay = assay;
    item.input = &input;
    item.settings = base->second;
    override_settings(input, item.settings, problems);
    item.facts = facts_of(study, input);
    item.calibrations = calibrations_for(plan.calibrations, input);
    item.light = light_for(plan, *assay, control_group(input));
    plan.measures.push_back(std::move(item));
    if (assay->derive != nullptr && std::find(plan.deriving.begin(), plan.deriving.end(), assay) == plan.deriving.end())
      plan.deriving.push_back(assay);
  }
  std::map<std::string, std::size_t> times;
  for (const MeasureItem& item : plan.measures) ++times[item.input->path];
  for (MeasureItem& item : plan.measures) item.shares_file = times[item.input->path] > 1;
}

void plan_together(Plan& plan) {
  std::map<std::pair<std::string, std::string>, TogetherItem> groups;
  for (const MeasureItem& item : plan.measures) {
    if (item.assay->check_together == nullptr || item.facts.sample.empty()) continue;
    TogetherItem& group = groups[{std::string(item.assay->id), item.facts.sample}];
    group.assay = item.assay;
    group.sample = item.facts.sample;
    group.inputs.push_back(item.input);
  }
  for (auto& [names, group] : groups) {
    if (group.inputs.size() < 2) continue;
    group.key = "together|" + names.first + "|" + names.second;
    plan.together.push_back(std::move(group));
  }
}

/// What a scenario varies must be numbers of a model that can be sampled; they stand at their medians.
void check_varied(const Scenario& scenario, const Model& model, AnySettings& settings, std::vector<Error>& problems) {
  if (scenario.vary.members.empty()) return;
  if (model.evaluate == nullptr) {
    problems.emplace_back(ErrorKind::kConfig, say("Model {} varies its settings by itself.", model.id),
                          scenario.vary.place, say("Leave vary out."));
    return;
  }
  try {
    settings = at_medians(settings, scenario.vary);
  } catch (const Error& error) {
    problems.push_back(error);
  }
}

void plan_predictions(const Study& study, Plan& plan, std::vector<Error>& problems) {
  for (const Scenario& scenario : study.scenarios) {
    const Model* model = find_model(scenario.model);
    if (model == nullptr) continue;
    AnySettings defaults = resolve_settings(study, scenario.model, model->make_settings(), problems);
    const Protocol* protocol = study.find_protocol(scenario.protocol);
    plan.predictions.push_back(plan_prediction(scenario, *model, protocol, std::move(defaults), problems));
  }
  connect_predictions(plan.predictions);
}

}  // namespace

AnySettings resolve_settings(const Study& study, std::string_view id, AnySettings defaults,
                             std::vector<Error>& problems) {
  const auto found = study.settings.find(std::string(id));
  if (found != study.settings.end()) apply(found->second, defaults, problems);
  return defaults;
}

PredictItem plan_prediction(const Scenario& scenario, const Model& model, const Protocol* protocol,
                            AnySettings defaults, std::vector<Error>& problems) {
  PredictItem item;
  item.key = "predict|" + scenario.id + "|" + scenario.model;
  item.model = &model;
  item.scenario = scenario;
  item.settings = std::move(defaults);
  Value table = scenario.settings;
  if (protocol != nullptr) table.set("steps", protocol->steps);
  if (!scenario.file.empty()) table.set("file", Value::of(scenario.file)).place = scenario.place;
  if (!scenario.map.items.empty()) table.set("map", scenario.map);
  apply(table, item.settings, problems);
  check_varied(scenario, model, item.settings, problems);
  item.quantities.assign(model.quantities.begin(), model.quantities.end());
  if (model.further_quantities == nullptr) return item;
  try {
    for (std::string& quantity : model.further_quantities(item.settings))
      item.quantities.push_back(std::move(quantity));
  } catch (const Error& error) {
    problems.push_back(error);
  }
  return item;
}

void connect_predictions(std::vector<PredictItem>& items) {
  for (PredictItem& item : items) {
    for (const Take& take : item.scenario.takes) {
      if (take.is_measured()) {
        item.takes_from.push_back(kFromMeasured);
        continue;
      }
      const auto from = std::find_if(items.begin(), items.end(),
                                     [&](const PredictItem& other) { return other.scenario.id == take.from; });
      VESICA_REQUIRE(from != items.end(), "the loader checks whom scenarios take from");
      item.takes_from.push_back(static_cast<std::size_t>(from - items.begin()));
    }
  }
}

void take_measured(PredictItem& item, const ObservationTable& table) {
  for (std::size_t k = 0; k < item.scenario.takes.size(); ++k) {
    const Take& take = item.scenario.takes[k];
    if (!take.is_measured()) continue;
    try {
      item.measured[k] = measured_course(table, item.scenario, take);
    } catch (const Error& error) {
      if (!item.error) item.error = error;
    }
  }
}

std::string measured_print(const PredictItem& item, std::size_t take) {
  const auto found = item.measured.find(take);
  if (found == item.measured.end()) return "";
  const MeasuredCourse& course = found->second;
  std::string out = course.of + ";" + course.target;
  for (std::size_t i = 0; i < course.values.size(); ++i)
    out += ";" + exact_number(course.times_h[i]) + ":" + exact_number(course.values[i]) + ":" +
           exact_number(course.spreads[i]);
  return out;
}

bool is_asked(const PredictItem& item, std::string_view quantity) {
  const auto& can = item.quantities;
  if (std::find(can.begin(), can.end(), quantity) == can.end()) return false;
  const std::vector<std::string>& wanted = item.scenario.quantities;
  return wanted.empty() || std::any_of(wanted.begin(), wanted.end(), [&](std::string_view name) {
           return name.ends_with('*') ? quantity.starts_with(name.substr(0, name.size() - 1)) : name == quantity;
         });
}

std::string derive_key(const Assay& assay) { return "derive|" + std::string(assay.id); }

Plan make_plan(const Study& study, std::vector<Error>& problems) {
  Plan plan;
  plan_lights(study, plan);
  plan_calibrations(study, plan, problems);
  plan_measures(study, plan, problems);
  plan_together(plan);
  plan_predictions(study, plan, problems);
  return plan;
}

}  // namespace vesica
