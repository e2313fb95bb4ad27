// SPDX-License-Identifier: Apache-2.0
// What Vesica knows, for people (text), programs (JSON, JSON Schema) and the documentation (Markdown).
#include <algorithm>

#include "phantoms/phantoms.h"

#include "vesica/app/app.h"
#include "vesica/app/names.h"
#include "vesica/base/message.h"
#include "vesica/base/number.h"
#include "vesica/base/text.h"
#include "vesica/io/json.h"
#include "vesica/quantity/quantity.h"
#include "vesica/study/schema.h"

namespace vesica {

namespace {

std::string pad(std::string text, std::size_t width) {
  const std::size_t have = text_width(text);
  return text + std::string(have < width ? width - have : 1, ' ');
}

/// Id and one sentence a line.
template <typename Part>
std::string list_text(std::span<const Part* const> parts) {
  std::size_t width = 0;
  for (const Part* part : parts) width = std::max(width, part->id.size() + 2);
  std::string out;
  for (const Part* part : parts)
    out += "  " + pad(std::string(part->id), width) + std::string(translate(part->title)) + "\n";
  return out;
}

/// The catalogue's unit; words where every row brings its own.
std::string unit_text(const Quantity& quantity) {
  return quantity.unit_by_row ? say("the model's own") : readable_unit(quantity.unit);
}

std::string quantities_text() {
  std::string out;
  for (const Quantity& quantity : all_quantities())
    out += "  " + pad(std::string(quantity.id), 38) + pad(unit_text(quantity), 20) +
           std::string(translate(quantity.title)) + "\n";
  return out;
}

Value texts(std::span<const std::string_view> words) {
  Value list = Value::array();
  for (const std::string_view word : words) list.append(Value::of(word));
  return list;
}

Value quantity_value(const Quantity& quantity) {
  Value out = Value::table();
  out.set("id", Value::of(quantity.id));
  out.set("symbol", Value::of(quantity.symbol));
  out.set("title", Value::of(quantity.title));
  out.set("unit", Value::of(quantity.unit));
  if (quantity.unit_by_row) out.set("unit_by_row", Value::of(true));
  out.set("scale", Value::of(to_text(quantity.scale)));
  out.set("definition", Value::of(quantity.definition));
  out.set("source", Value::of(quantity.source));
  if (!quantity.at.empty())
    out.set("at", Value::of(std::string(quantity.at) + " (" + std::string(quantity.at_unit) + ")"));
  return out;
}

std::string quantity_text(const Quantity& quantity) {
  std::string out = std::string(quantity.id) + "\n" + std::string(translate(quantity.title)) + "\n\n";
  out += say("Definition: {}", translate(quantity.definition)) + "\n";
  out += say("Unit: {}", quantity.unit_by_row ? unit_text(quantity) : std::string(quantity.unit)) + "\n";
  if (!quantity.at.empty())
    out += (quantity.at_unit.empty() ? say("A curve over {}.", quantity.at)
                                     : say("A curve over {} ({}).", quantity.at, quantity.at_unit)) +
           "\n";
  out += say("Compared on the {} scale.", translate(to_text(quantity.scale))) + "\n";
  out +=
      say("Usual values: {} to {}", readable_number(quantity.plausible_low), readable_number(quantity.plausible_high)) +
      "\n";
  return out + say("Source: {}", quantity.source) + "\n";
}

/// The help of a setting with its unit in brackets, "Temperature. [Cel]", in the chosen language.
std::string help_text(const std::string& text) {
  const std::size_t unit = text.ends_with(']') ? text.rfind(" [") : std::string::npos;
  const std::string help = text.substr(0, unit);
  return std::string(translate(help)) + text.substr(help.size());
}

/// A line a setting: name, default, meaning.
std::string settings_text(const AnySettings& settings, std::string_view id) {
  std::string out = say("Settings") + ":\n";
  const Value schema = json_schema(settings, id);
  for (const auto& [name, field] : schema.find("properties")->members) {
    const Value* fallback = field.find("default");
    std::string value = fallback == nullptr ? "–" : write_json(*fallback);
    value = replace_all(replace_all(value, "\n", ""), "  ", "");
    const Value* help = field.find("description");
    out += "  " + pad(name, 30) + pad(value, 14) + (help != nullptr ? help_text(help->text) : "") + "\n";
  }
  return out;
}

/// Settings, quantities and sources of an assay or model.
template <typename Part>
std::string part_text(const Part& part) {
  std::string out = std::string(part.id) + ": " + std::string(translate(part.title)) + "\n" +
                    std::string(translate(part.summary)) + "\n\n" + settings_text(part.make_settings(), part.id);
  out += "\n" + say("Quantities") + ":\n";
  for (const std::string_view id : part.quantities) {
    const Quantity* quantity = find_quantity(id);
    out +=
        "  " + pad(std::string(id), 38) + (quantity != nullptr ? std::string(translate(quantity->title)) : "") + "\n";
  }
  out += "\n" + say("Sources") + ":\n";
  for (const std::string_view source : part.sources) out += "  " + std::string(source) + "\n";
  return out;
}

template <typename Part>
Value part_value(const Part& part) {
  Value out = Value::table();
  out.set("id", Value::of(part.id));
  out.set("title", Value::of(part.title));
  out.set("summary", Value::of(part.summary));
  out.set("quantities", texts(part.quantities));
  out.set("sources", texts(part.sources));
  out.set("settings", json_schema(part.make_settings(), part.id));
  return out;
}

template <typename Part>
Value list_value(std::span<const Part* const> parts) {
  Value list = Value::array();
  for (const Part* part : parts) list.append(part_value(*part));
  return list;
}

Value quantities_value() {
  Value list = Value::array();
  for (const Quantity& quantity : all_quantities()) list.append(quantity_value(quantity));
  return list;
}

std::string quantities_markdown() {
  std::string out = "| id | title | unit | definition | source |\n|---|---|---|---|---|\n";
  for (const Quantity& q : all_quantities())
    out += "| `" + std::string(q.id) + "` | " + std::string(q.title) + " | " +
           (q.unit_by_row ? unit_text(q) : std::string(q.unit)) + " | " + std::string(q.definition) + " | " +
           std::string(q.source) + " |\n";
  return out;
}

template <typename Part>
std::string describe_part(const Part& part, DescribeForm form) {
  if (form == DescribeForm::kJson) return write_json(part_value(part));
  return form == DescribeForm::kMarkdown ? markdown_table(part.make_settings()) : part_text(part);
}

/// A check has settings alone.
std::string describe_check(const KnownPart& check, DescribeForm form) {
  if (form == DescribeForm::kMarkdown) return markdown_table(check.settings);
  if (form == DescribeForm::kText)
    return check.id + ": " + std::string(translate(check.title)) + "\n\n" + settings_text(check.settings, check.id);
  Value out = Value::table();
  out.set("id", Value::of(check.id));
  out.set("title", Value::of(check.title));
  out.set("settings", json_schema(check.settings, check.id));
  return write_json(out);
}

std::string checks_text() {
  std::string out;
  for (const KnownPart& check : known_names().checks)
    out += "  " + pad(check.id, 14) + std::string(translate(check.title)) + "\n";
  return out;
}

std::string phantom_text(const Phantom& phantom) {
  return std::string(phantom.id) + ": " + std::string(translate(phantom.title)) + "\n\n" +
         markdown_table(phantom.make_settings());
}

std::string everything() {
  return say("Assays") + ":\n" + list_text(all_assays()) + "\n" + say("Models") + ":\n" + list_text(all_models()) +
         "\n" + say("Checks") + ":\n" + checks_text() + "\n" + say("Phantoms") + ":\n" + list_text(all_phantoms()) +
         "\n" + say("{} (quantity|quantities): vesica describe quantities", all_quantities().size()) + "\n" +
         say("Keys of study.toml and columns of the sheet: vesica describe study") + "\n";
}

Error unknown(const std::string& what) {
  std::vector<std::string> known = {"assays", "models", "quantities", "phantoms", "study"};
  for (const Assay* assay : all_assays()) known.emplace_back(assay->id);
  for (const Model* model : all_models()) known.emplace_back(model->id);
  for (const KnownPart& check : known_names().checks) known.push_back(check.id);
  for (const Quantity& quantity : all_quantities()) known.emplace_back(quantity.id);
  const auto near = did_you_mean(what, known);
  return Error(ErrorKind::kUsage, say("Nothing is called \"{}\".", what), {},
               near ? say("Did you mean \"{}\"?", *near) : say("vesica describe lists what there is."));
}

}  // namespace

std::string describe(const std::string& what, DescribeForm form) {
  const bool json = form == DescribeForm::kJson;
  if (what.empty()) {
    if (!json) return everything();
    Value all = Value::table();
    all.set("schema", Value::of("vesica.describe/1"));
    all.set("version", Value::of(version()));
    all.set("assays", list_value(all_assays()));
    all.set("models", list_value(all_models()));
    all.set("quantities", quantities_value());
    return write_json(all);
  }
  if (what == "assays") return json ? write_json(list_value(all_assays())) : list_text(all_assays());
  if (what == "models") return json ? write_json(list_value(all_models())) : list_text(all_models());
  if (what == "phantoms") return list_text(all_phantoms());
  if (what == "quantities")
    return json ? write_json(quantities_value())
                : (form == DescribeForm::kMarkdown ? quantities_markdown() : quantities_text());
  if (what == "study") return json ? write_json(study_schema(known_names())) : study_reference();
  if (const Assay* assay = find_assay(what)) return describe_part(*assay, form);
  if (const Model* model = find_model(what)) return describe_part(*model, form);
  const KnownNames names = known_names();
  const auto is_it = [&](const KnownPart& check) { return check.id == what; };
  if (const auto check = std::find_if(names.checks.begin(), names.checks.end(), is_it); check != names.checks.end())
    return describe_check(*check, form);
  if (const Quantity* quantity = find_quantity(what))
    return json ? write_json(quantity_value(*quantity)) : quantity_text(*quantity);
  if (const Phantom* phantom = find_phantom(what)) return phantom_text(*phantom);
  throw unknown(what);
}

}  // namespace vesica
