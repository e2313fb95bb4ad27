// SPDX-License-Identifier: Apache-2.0
// Reading protocol steps.
#include "vesica/models/spin/protocol.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include "vesica/base/message.h"
#include "vesica/base/number.h"
#include "vesica/base/text.h"
#include "vesica/evidence/water.h"

namespace vesica::spin {

namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr std::string_view kSwingOut = "swing_out", kFixedAngle = "fixed_angle", kVertical = "vertical";

/// A number of a step: key, member, bounds and unit, used for reading and for the schema. The bounds are chosen wide:
/// they catch slips of the hand (minutes in seconds), not unusual work.
struct NumberKey {
  std::string_view key;
  double Step::*member;
  double low, high;
  std::string_view help;
};
constexpr NumberKey kNumbers[] = {
    {"rcf_g", &Step::rcf_g, 1, 2e6, "relative centrifugal force in multiples of g"},
    {"rpm", &Step::rpm, 1, 2e5, "speed in revolutions per minute, when the rotor is named and no force is stated"},
    {"minutes", &Step::minutes, 0, 1e5, "time at speed in minutes"},
    {"tube_bore_mm", &Step::tube_bore_mm, 1, 100, "inner diameter of the tube in mm; the rotor's usual tube otherwise"},
    {"temperature_c", &Step::temperature_c, -5, 60, "temperature in degrees Celsius"},
    {"viscosity_mpa_s", &Step::viscosity_mpa_s, 0.1, 1000, "viscosity of the liquid in mPa.s; water otherwise"},
    {"medium_density_g_ml", &Step::medium_density_g_ml, 0.7, 2, "density of the liquid in g/mL"},
    {"recovery", &Step::recovery, 0, 1, "share of the pelleted particles that comes back into suspension"},
    {"carry_over", &Step::carry_over, 0, 1, "volume of liquid left on the pellet over the total volume"},
};
struct TextKey {
  std::string_view key;
  std::string_view help;
};
constexpr TextKey kTexts[] = {
    {"kind", "spin; wash (the resuspended pellet is spun again); any other word is noted and not modelled"},
    {"rotor", "name of the rotor, or swing_out or fixed_angle; absent when it is not stated"},
    {"rcf_at", "rav or rmax: the radius at which the force is stated"},
    {"keep", "pellet or supernatant: the fraction that goes on"},
    {"note", "anything else, for people"},
};

std::vector<std::string> all_keys() {
  std::vector<std::string> keys;
  for (const TextKey& text : kTexts) keys.emplace_back(text.key);
  for (const NumberKey& number : kNumbers) keys.emplace_back(number.key);
  return keys;
}

void complain(std::vector<Error>& problems, std::string what, const Place& where, std::string hint) {
  problems.emplace_back(ErrorKind::kConfig, std::move(what), where, std::move(hint));
}

std::string text_of(const Value& step, std::string_view key, std::vector<Error>& problems) {
  const Value* found = step.find(key);
  if (found == nullptr) return {};
  if (found->kind == Value::Kind::kText) return found->text;
  complain(problems, say("{} is {}, not a text", key, to_text(found->kind)), found->place, say("Write it in quotes"));
  return {};
}

void read_numbers(const Value& table, Step& step, std::vector<Error>& problems) {
  for (const NumberKey& key : kNumbers) {
    const Value* found = table.find(key.key);
    if (found == nullptr) continue;
    if (!found->is_number() || !(found->number >= key.low && found->number <= key.high)) {
      complain(problems,
               found->is_number() ? say("{} = {} is out of range", key.key, exact_number(found->number))
                                  : say("{} is {}, not a number", key.key, to_text(found->kind)),
               found->place, say("Write a number from {} to {}", exact_number(key.low), exact_number(key.high)));
      continue;
    }
    step.*key.member = found->number;
  }
}

void read_rotor(const Value& table, Step& step, std::vector<Error>& problems) {
  const std::string name = text_of(table, "rotor", problems);
  if (name.empty()) return;
  const std::string word = replace_all(replace_all(lower_ascii(name), " ", "_"), "-", "_");
  if (word == kSwingOut || word == kFixedAngle) {
    step.rotor_class = word;
    return;
  }
  try {
    step.rotor = &find_rotor(name, table.find("rotor")->place);
  } catch (const Error& error) {
    problems.push_back(error);
    step.rotor_class = kFixedAngle;  // keeps the later checks from complaining about the same step again
  }
}

/// One of `words`, or a problem; empty stays empty.
std::string word_of(const Value& table, std::string_view key, const std::vector<std::string>& words,
                    std::vector<Error>& problems) {
  const std::string word = text_of(table, key, problems);
  if (word.empty() || std::find(words.begin(), words.end(), word) != words.end()) return word;
  const auto near = did_you_mean(word, words);
  complain(problems, say("{} = \"{}\" is not one of {}", key, word, join(words, ", ")), table.find(key)->place,
           near ? say("Did you mean {}?", *near) : say("Write one of them"));
  return {};
}

void check_spin(const Value& table, const Step& step, std::vector<Error>& problems) {
  if (table.find("minutes") == nullptr) {
    complain(problems, say("A spin without a time"), table.place, say("Add minutes = ..."));
  }
  if (table.find("rcf_g") == nullptr && table.find("rpm") == nullptr) {
    complain(problems, say("A spin without a force"), table.place,
             say("Add rcf_g = ... (or rpm with the rotor's name)"));
  } else if (table.find("rcf_g") == nullptr && step.rotor == nullptr) {
    complain(problems, say("A speed of {} rpm says nothing without the rotor", exact_number(step.rpm)),
             table.find("rpm")->place, say("Add rotor = \"...\", or the force as rcf_g"));
  }
  if (table.find("keep") == nullptr && step.kind != "wash") {
    complain(problems, say("Nothing says what was kept after this spin"), table.place,
             say("Add keep = \"pellet\" or keep = \"supernatant\""));
  }
}

Step read_step(const Value& table, std::vector<Error>& problems) {
  Step step;
  step.place = table.place;
  const std::vector<std::string> keys = all_keys();
  const std::string kind = text_of(table, "kind", problems);
  if (!kind.empty()) step.kind = kind;
  step.note = text_of(table, "note", problems);
  if (!step.is_spin()) return step;  // a filter, a column, a night in the fridge: its keys are its own
  for (const auto& [key, value] : table.members) {
    if (std::find(keys.begin(), keys.end(), key) != keys.end()) continue;
    const auto near = did_you_mean(key, keys);
    complain(problems, say("A spin has no key \"{}\"", key), value.place,
             near ? say("Did you mean {}?", *near) : say("Known keys: {}", join(keys, ", ")));
  }
  read_numbers(table, step, problems);
  read_rotor(table, step, problems);
  step.rcf_at = word_of(table, "rcf_at", {"rav", "rmax"}, problems);
  const std::string keep = word_of(table, "keep", {"pellet", "supernatant"}, problems);
  step.keep_pellet = keep == "pellet" || (keep.empty() && step.kind == "wash");
  check_spin(table, step, problems);
  if (step.rotor != nullptr && std::isnan(step.rcf_g) && !std::isnan(step.rpm)) {
    step.rcf_g = spin::rcf_at(step.rpm, step.rcf_at == "rmax" ? step.rotor->rmax_mm : step.rotor->rav_mm);
  }
  return step;
}

}  // namespace

std::vector<Step> read_steps(const Value& steps, std::vector<Error>& problems) {
  std::vector<Step> out;
  if (steps.kind == Value::Kind::kNull) return out;
  if (steps.kind != Value::Kind::kArray) {
    complain(problems, say("steps is {}, not a list of steps", to_text(steps.kind)), steps.place,
             say("Write one [[protocol.steps]] table a step"));
    return out;
  }
  for (const Value& item : steps.items) {
    if (item.kind != Value::Kind::kTable) {
      complain(problems, say("A step is {}, not a table", to_text(item.kind)), item.place,
               say("Write one [[protocol.steps]] table a step"));
      continue;
    }
    out.push_back(read_step(item, problems));
  }
  return out;
}

Value steps_schema() {
  Value properties = Value::table();
  for (const TextKey& key : kTexts) {
    Value property = Value::table();
    property.set("type", Value::of("string"));
    property.set("description", Value::of(key.help));
    properties.set(key.key, std::move(property));
  }
  for (const NumberKey& key : kNumbers) {
    Value property = Value::table();
    property.set("type", Value::of("number"));
    property.set("description", Value::of(key.help));
    property.set("minimum", Value::of(key.low));
    property.set("maximum", Value::of(key.high));
    properties.set(key.key, std::move(property));
  }
  Value item = Value::table();
  item.set("type", Value::of("object"));
  item.set("properties", std::move(properties));
  Value schema = Value::table();
  schema.set("type", Value::of("array"));
  schema.set("items", std::move(item));
  return schema;
}

std::optional<Geometry> geometry_of(const RotorRow& rotor, double tube_bore_mm) {
  Geometry out;
  out.rmin_mm = rotor.rmin_mm;
  out.rmax_mm = rotor.rmax_mm;
  out.rav_mm = rotor.rav_mm;
  if (rotor.rotor_class == kSwingOut) {
    out.rotor_class = RotorClass::kSwingOut;
    out.path_mm = rotor.rmax_mm - rotor.rmin_mm;
    return out;
  }
  out.rotor_class = rotor.rotor_class == kVertical ? RotorClass::kVertical : RotorClass::kFixedAngle;
  const double bore = std::isnan(tube_bore_mm) ? rotor.bore_mm : tube_bore_mm;
  if (std::isnan(bore)) return std::nullopt;
  out.path_mm = bore / std::cos(rotor.angle_deg * std::numbers::pi / 180);
  return out;
}

std::vector<const RotorRow*> possible_rotors(const std::vector<Step>& steps) {
  double highest_g = 0, bore = kNaN;
  bool at_rmax = false, any = false;
  std::string rotor_class;
  for (const Step& step : steps) {
    if (!step.rotor_unstated()) continue;
    any = true;
    if (!step.rotor_class.empty() && rotor_class.empty()) rotor_class = step.rotor_class;
    if (!std::isnan(step.tube_bore_mm)) bore = step.tube_bore_mm;
    if (step.rcf_g > highest_g) {
      highest_g = step.rcf_g;
      at_rmax = step.rcf_at == "rmax";
      if (!step.rotor_class.empty()) rotor_class = step.rotor_class;
    }
  }
  std::vector<const RotorRow*> out;
  if (!any) return out;
  for (const RotorRow& rotor : evidence().rotors) {
    if (rotor.rotor_class == kVertical || std::isnan(rotor.max_rpm)) continue;
    if (!rotor_class.empty() && rotor.rotor_class != rotor_class) continue;
    if (!geometry_of(rotor, bore)) continue;
    if (rcf_at(rotor.max_rpm, at_rmax ? rotor.rmax_mm : rotor.rav_mm) >= highest_g) out.push_back(&rotor);
  }
  return out;
}

std::vector<Spin> fill_in(const std::vector<Step>& steps, const RotorRow* assumed, const Defaults& defaults) {
  const auto or_else = [](double stated, double otherwise) { return std::isnan(stated) ? otherwise : stated; };
  std::vector<Spin> out;
  for (const Step& step : steps) {
    if (!step.is_spin()) continue;
    const RotorRow* rotor = step.rotor != nullptr ? step.rotor : assumed;
    const auto geometry = rotor == nullptr ? std::nullopt : geometry_of(*rotor, step.tube_bore_mm);
    if (!geometry) {
      throw Error(ErrorKind::kConfig,
                  rotor == nullptr ? say("No known rotor reaches {} g", exact_number(step.rcf_g))
                                   : say("The bore of the tube in {} is not known", rotor->name),
                  step.place, rotor == nullptr ? say("Name the rotor") : say("Add tube_bore_mm = ..."));
    }
    Spin spin;
    spin.rcf_g = step.rcf_g;
    spin.minutes = step.minutes;
    spin.rotor = *geometry;
    spin.rcf_at_rmax = step.rcf_at == "rmax";
    const double water = water_viscosity_mpa_s(or_else(step.temperature_c, defaults.temperature_c));
    spin.medium.viscosity_mpa_s = or_else(step.viscosity_mpa_s, defaults.viscosity_mpa_s.value_or(water));
    spin.medium.density_g_ml = or_else(step.medium_density_g_ml, defaults.medium_density_g_ml);
    spin.keep_pellet = step.keep_pellet;
    spin.recovery = or_else(step.recovery, defaults.recovery);
    spin.carry_over = or_else(step.carry_over, defaults.carry_over);
    out.push_back(spin);
  }
  return out;
}

}  // namespace vesica::spin
