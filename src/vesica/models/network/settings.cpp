// SPDX-License-Identifier: Apache-2.0
#include "vesica/models/network/settings.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "vesica/base/message.h"
#include "vesica/base/number.h"
#include "vesica/base/text.h"
#include "vesica/quantity/quantity.h"
#include "vesica/quantity/unit.h"

namespace vesica::network {

namespace {

constexpr std::array<std::string_view, 3> kMeasures = {"as_used", "amount", "concentration"};
constexpr std::array<std::string_view, 4> kMethods = {"auto", "explicit", "rosenbrock", "cvodes"};
constexpr double kLargest = 1e15;  // chosen: beyond it neighbouring doubles are further apart than a time point

struct Key {
  std::string_view name;
  std::string Mapping::*member;
  std::string_view help;
};
constexpr Key kKeys[] = {
    {"symbol", &Mapping::symbol, "id of a species, compartment, parameter or reaction of the model"},
    {"quantity", &Mapping::quantity, "id of the catalogue that it stands for"},
    {"target", &Mapping::target, "gene, protein, organ, as the measured rows name it; none when absent"},
    {"unit", &Mapping::unit, "unit of the symbol, where the model does not say it"},
    {"measure", &Mapping::measure, "amount or concentration of a species; absent: as formulas use it"},
};

Value map_schema() {
  Value properties = Value::table();
  for (const Key& key : kKeys) {
    Value property = Value::table();
    property.set("type", Value::of("string"));
    property.set("description", Value::of(key.help));
    properties.set(key.name, std::move(property));
  }
  Value required = Value::array();
  required.append(Value::of("symbol"));
  required.append(Value::of("quantity"));
  Value item = Value::table();
  item.set("type", Value::of("object"));
  item.set("properties", std::move(properties));
  item.set("required", std::move(required));
  Value schema = Value::table();
  schema.set("type", Value::of("array"));
  schema.set("items", std::move(item));
  return schema;
}

Value set_schema() {
  Value number = Value::table();
  number.set("type", Value::of("number"));
  Value schema = Value::table();
  schema.set("type", Value::of("object"));
  schema.set("additionalProperties", std::move(number));
  return schema;
}

[[noreturn]] void refuse(std::string what, const Place& place, std::string hint) {
  throw Error(ErrorKind::kConfig, std::move(what), place, std::move(hint));
}

std::string names_of_keys() {
  std::vector<std::string> names;
  for (const Key& key : kKeys) names.emplace_back(key.name);
  return join(names, ", ");
}

Mapping read_mapping(const Value& item) {
  Mapping out;
  out.place = item.place;
  if (item.kind != Value::Kind::kTable)
    refuse(say("An entry of the map is {}, not a table", translate(to_text(item.kind))), item.place,
           say("Write symbol = \"A\" and quantity = \"...\" below [[scenario.map]]"));
  for (const auto& [name, value] : item.members) {
    const auto* key = std::find_if(std::begin(kKeys), std::end(kKeys),
                                   [&key_name = name](const Key& one) { return one.name == key_name; });
    if (key == std::end(kKeys))
      refuse(say("There is no key \"{}\" in a map", name), value.place, say("Known keys: {}", names_of_keys()));
    if (value.kind != Value::Kind::kText)
      refuse(say("{} is {}, not a text", name, translate(to_text(value.kind))), value.place, say("Write it in quotes"));
    out.*key->member = value.text;
  }
  if (out.symbol.empty() || out.quantity.empty())
    refuse(say("An entry of the map names no {}", out.symbol.empty() ? "symbol" : "quantity"), item.place,
           say("Write symbol = \"A\" and quantity = \"...\" below [[scenario.map]]"));
  const Value* quantity = item.find("quantity");
  if (find_quantity(out.quantity) == nullptr) {
    const auto near = nearest_quantity(out.quantity);
    refuse(say("There is no quantity \"{}\"", out.quantity), quantity->place,
           near ? say("Did you mean \"{}\"?", *near) : say("vesica describe quantities lists them"));
  }
  if (!find_quantity(out.quantity)->at.empty())
    refuse(
        say("{} is a curve over {}: a symbol has one value at a time", out.quantity, find_quantity(out.quantity)->at),
        quantity->place, say("Map to a quantity without an axis of its own"));
  if (!out.unit.empty() && !parse_unit(out.unit))
    refuse(say("\"{}\" is no unit that Vesica knows", out.unit), item.find("unit")->place,
           say("Write it in UCUM: nmol/L, {{particles}}/mL, mg, /h"));
  if (!out.measure.empty() && out.measure != "amount" && out.measure != "concentration")
    refuse(say("\"{}\" is neither amount nor concentration", out.measure), item.find("measure")->place, "");
  return out;
}

}  // namespace

void Settings::describe(Fields& fields) {
  static const Value map_form = map_schema(), set_form = set_schema();
  fields.text("file", file, {.help = "The model, an SBML file; in a study beside study.toml."});
  fields.number("from", from, {.low = -kLargest, .high = kLargest, .help = "Where time begins, in the model's unit."});
  fields.optional_number(
      "to", to, {.low = -kLargest, .high = kLargest, .help = "Where time ends; empty: with the last measured row."});
  fields.integer("points", points,
                 {.low = 2,
                  .high = static_cast<double>(kMostPoints),
                  .help = "Times that are reported, evenly spaced, both ends included."});
  fields.texts("select", select,
               {.help = "Symbols that are reported; empty: all species, without species what changes."});
  fields.choice("species", species, kMeasures,
                {.help = "Species as amount, as concentration, or as formulas of the model use them."});
  fields.tree("set", set, set_form, {.help = "Values and starts that differ from the file, as { k1 = 0.3 }."});
  fields.texts("doses", doses,
               {.help = "Doses: A=100@0, repeated A=100@0+24x6, evenly over a time A=100@0/2; amounts."});
  fields.text("individuals", individuals,
              {.help = "Table with one row an individual: individual, symbols, dose.SYMBOL."});
  fields.integer("sample", sample,
                 {.low = 0,
                  .high = static_cast<double>(kMostIndividuals),
                  .help = "Individuals drawn from the distributions of vary."});
  fields.texts(
      "vary", vary,
      {.help = "Distributions: k1=lognormal(0.3,0.2), normal(mean,sd), uniform(low,high), loguniform(low,high)."});
  fields.flag("steady_state", steady_state, {.help = "Report where the model comes to rest instead of a time course."});
  fields.tree("map", map, map_form, {.help = "Symbols as quantities of the catalogue, as [[scenario.map]]."});
  fields.text("time_unit", time_unit, {.help = "Unit of the model's time in UCUM, where the file does not say it."});
  fields.choice("method", method, kMethods, {.help = "Integrator; auto says which it chose and why."});
  fields.number("rtol", rtol, {.low = 1e-14, .high = 0.1, .help = "Relative tolerance of one step."});
  fields.number("atol", atol,
                {.low = 0, .high = kLargest, .help = "Absolute tolerance of one step, in the unit of each state."});
}

std::vector<Mapping> read_map(const Value& map) {
  if (map.kind != Value::Kind::kArray && map.kind != Value::Kind::kNull)
    refuse(say("The map is {}, not a list of tables", translate(to_text(map.kind))), map.place,
           say("Write symbol = \"A\" and quantity = \"...\" below [[scenario.map]]"));
  std::vector<Mapping> out;
  for (const Value& item : map.items) {
    Mapping one = read_mapping(item);
    const bool twice = std::any_of(out.begin(), out.end(), [&](const Mapping& other) {
      return other.quantity == one.quantity && other.target == one.target;
    });
    if (twice)
      refuse(say("Two symbols are mapped to {} of the same target", one.quantity), item.place,
             say("Give each a target of its own"));
    out.push_back(std::move(one));
  }
  return out;
}

std::vector<Replacement> read_set(const Value& set) {
  if (set.kind != Value::Kind::kTable && set.kind != Value::Kind::kNull)
    refuse(say("set is {}, not a table", translate(to_text(set.kind))), set.place, say("Write set = {{ k1 = 0.3 }}"));
  std::vector<Replacement> out;
  for (const auto& [name, value] : set.members) {
    if (!value.is_number() || !std::isfinite(value.number))
      refuse(say("The value of {} is no finite number", name), value.place, say("Write set = {{ k1 = 0.3 }}"));
    out.push_back({name, value.number, value.place});
  }
  return out;
}

}  // namespace vesica::network
