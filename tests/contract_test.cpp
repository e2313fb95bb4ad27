// SPDX-License-Identifier: Apache-2.0
// What every assay and every model promises, asked of each entry of the two lists.
#include <algorithm>
#include <cctype>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>

#include "tests/contract_support.h"
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "vesica/base/number.h"
#include "vesica/contract/registry.h"
#include "vesica/quantity/quantity.h"
#include "vesica/settings/fields.h"

namespace vesica::contract_test {
namespace {

std::string content_of(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

std::filesystem::path source(const std::string& inside) {
  return std::filesystem::path(VESICA_SOURCE_DIR) / "src/vesica" / inside;
}

/// The five files, the words and the quantities that assays and models share.
template <typename Entry>
void expect_described(const Entry& entry, const std::string& kind) {
  SCOPED_TRACE(fmt::format("{} {}", kind, entry.id));
  const std::string id(entry.id);
  EXPECT_TRUE(!id.empty() && std::all_of(id.begin(), id.end(), [](unsigned char c) {
    return std::islower(c) || std::isdigit(c) || c == '_';
  })) << "ids are snake_case";
  EXPECT_FALSE(entry.title.empty());
  EXPECT_TRUE(entry.summary.size() > 10 && entry.summary.back() == '.') << "the summary is one sentence";
  EXPECT_FALSE(entry.sources.empty()) << "names where its method is from";
  for (const std::string_view quantity : entry.quantities) {
    EXPECT_NE(find_quantity(quantity), nullptr) << quantity << " is not in the catalogue";
  }
  const std::string folder = fmt::format("{}s/{}/", kind, id);
  for (const std::string& file : {id + ".h", id + ".cpp", id + "_" + kind + ".cpp", id + "_test.cpp", id + ".md"}) {
    EXPECT_FALSE(content_of(source(folder + file)).empty()) << folder << file << " is missing";
  }
  const std::string page = content_of(source(folder + id + ".md"));
  EXPECT_NE(page.find("<!-- settings"), std::string::npos) << "the page has a place for its settings table";
  EXPECT_NE(page.find("not to use"), std::string::npos) << "the page says when not to use it";
}

bool same(const Value& a, const Value& b) {
  if (a.is_number() && b.is_number()) return a.number == b.number || (std::isnan(a.number) && std::isnan(b.number));
  if (a.kind != b.kind || a.boolean != b.boolean || a.text != b.text || a.items.size() != b.items.size() ||
      a.members.size() != b.members.size()) {
    return false;
  }
  for (std::size_t i = 0; i < a.items.size(); ++i) {
    if (!same(a.items[i], b.items[i])) return false;
  }
  for (std::size_t i = 0; i < a.members.size(); ++i) {
    if (a.members[i].first != b.members[i].first || !same(a.members[i].second, b.members[i].second)) return false;
  }
  return true;
}

/// The members that hold something: an absent optional number is absent from a file.
Value without_nulls(const Value& table) {
  Value out = Value::table();
  for (const auto& [name, value] : table.members) {
    if (value.kind != Value::Kind::kNull) out.set(name, value);
  }
  return out;
}

void expect_settings(std::string_view id, const AnySettings& settings, AnySettings fresh) {
  SCOPED_TRACE(std::string(id));
  const Value table = to_value(settings);
  std::vector<Error> problems;
  apply(without_nulls(table), fresh, problems);
  for (const Error& problem : problems) ADD_FAILURE() << "its own defaults are refused: " << problem.what();
  EXPECT_TRUE(same(to_value(fresh), table)) << "settings change on the way through a table";

  std::set<std::string> names;
  const Value schema = json_schema(settings, id);
  const Value* properties = schema.find("properties");
  ASSERT_NE(properties, nullptr);
  for (const Field& field : fields_of(settings)) {
    EXPECT_TRUE(names.insert(field.name).second) << field.name << " twice";
    EXPECT_FALSE(field.help.empty()) << field.name << " has no sentence of help";
    EXPECT_NE(properties->find(field.name), nullptr) << field.name << " is not in the schema";
    EXPECT_LE(field.low, field.high) << field.name;
    if (field.numeric && !std::isnan(field.value)) {
      EXPECT_TRUE(field.value >= field.low && field.value <= field.high) << field.name << ": default out of range";
    }
  }
  EXPECT_EQ(properties->members.size(), names.size());
}

TEST(Contract, AssaysAreDescribed) {
  ASSERT_FALSE(all_assays().empty());
  std::set<std::string_view> ids;
  for (const Assay* assay : all_assays()) {
    expect_described(*assay, "assay");
    EXPECT_TRUE(ids.insert(assay->id).second) << assay->id << " twice";
    EXPECT_EQ(find_assay(assay->id), assay);
    EXPECT_FALSE(assay->formats.empty()) << assay->id << " reads nothing";
    EXPECT_NE(assay->measure, nullptr);
    EXPECT_NE(assay->make_settings, nullptr);
    EXPECT_NE(assay->missing, nullptr);
    EXPECT_EQ(assay->calibrate == nullptr, assay->roles.empty())
        << assay->id << ": roles and calibrate belong together";
  }
  EXPECT_EQ(find_assay("no such assay"), nullptr);
}

TEST(Contract, ModelsAreDescribed) {
  ASSERT_FALSE(all_models().empty());
  std::set<std::string_view> ids;
  for (const Model* model : all_models()) {
    expect_described(*model, "model");
    EXPECT_TRUE(ids.insert(model->id).second) << model->id << " twice";
    EXPECT_EQ(find_model(model->id), model);
    EXPECT_FALSE(model->quantities.empty()) << model->id << " predicts nothing";
    EXPECT_NE(model->predict, nullptr);
    EXPECT_NE(model->make_settings, nullptr);
  }
  EXPECT_EQ(find_model("no such model"), nullptr);
}

TEST(Contract, SettingsSurviveATable) {
  for (const Assay* assay : all_assays()) expect_settings(assay->id, assay->make_settings(), assay->make_settings());
  for (const Model* model : all_models()) expect_settings(model->id, model->make_settings(), model->make_settings());
}

TEST(Contract, EveryModelDefaultNamesItsEvidence) {
  for (const Model* model : all_models()) {
    for (const Field& field : fields_of(model->make_settings())) {
      if (!field.numeric || std::isnan(field.value) || field.unit.empty()) continue;
      EXPECT_FALSE(field.evidence.empty())
          << model->id << "." << field.name << " = " << field.value << " " << field.unit << " has no row of evidence";
    }
  }
}

TEST(Contract, MistypedSettingsAreAnsweredWithTheNearest) {
  for (const Assay* assay : all_assays()) {
    const std::vector<Field> fields = fields_of(assay->make_settings());
    if (fields.empty() || fields[0].name.size() < 4) continue;
    Value table = Value::table();
    table.set(fields[0].name + "x", Value::of(1.0));
    AnySettings settings = assay->make_settings();
    std::vector<Error> problems;
    apply(table, settings, problems);
    ASSERT_EQ(problems.size(), 1u) << assay->id;
    EXPECT_NE(std::string(problems[0].what()).find(fields[0].name), std::string::npos) << problems[0].what();
  }
}

TEST(Contract, EmptyAndBrokenReadingsGiveAStatusOrAnError) {
  const Context context;
  for (const Assay* assay : all_assays()) {
    for (const auto& [name, reading] : degenerate_readings(*assay)) {
      SCOPED_TRACE(fmt::format("{}: {}", assay->id, name));
      const AnySettings settings = assay->make_settings();
      try {
        const Outcome outcome = assay->measure(reading, {}, settings, ordinary_facts(*assay), context);
        for (const std::string& broken :
             broken_laws(outcome.observations, assay->quantities, assay->id, Origin::kMeasured)) {
          ADD_FAILURE() << broken;
        }
      } catch (const Error& error) {
        EXPECT_FALSE(error.message().empty());
      }
      try {
        assay->missing(reading, settings);
        for (const std::string_view role : assay->roles) assay->calibrate({&reading, 1}, role, settings, context);
      } catch (const Error& error) {
        EXPECT_FALSE(error.message().empty());
      }
    }
  }
}

TEST(Contract, OrdinaryReadingsObeyTheCatalogue) {
  for (const Assay* assay : all_assays()) {
    for (const auto& [name, reading] : ordinary_readings(*assay)) {
      SCOPED_TRACE(fmt::format("{}: {}", assay->id, name));
      try {
        const Outcome outcome = assay->measure(reading, {}, assay->make_settings(), ordinary_facts(*assay), Context{});
        for (const std::string& broken :
             broken_laws(outcome.observations, assay->quantities, assay->id, Origin::kMeasured)) {
          ADD_FAILURE() << broken;
        }
      } catch (const Error& error) {
        EXPECT_FALSE(error.message().empty());  // content of another kind under an accepted name
      }
    }
  }
}

TEST(Contract, EveryAssayMeasuresSomethingOrdinary) {
  for (const Assay* assay : all_assays()) {
    if (assay->quantities.empty()) continue;  // takes any quantity by a mapping that its settings name
    std::size_t rows = 0;
    for (const auto& [name, reading] : ordinary_readings(*assay)) {
      try {
        rows +=
            assay->measure(reading, {}, assay->make_settings(), ordinary_facts(*assay), Context{}).observations.size();
      } catch (const Error&) {
        continue;  // content of another kind under an accepted name
      }
    }
    EXPECT_GT(rows, 0u) << assay->id;
  }
}

TEST(Contract, ThreadsChangeNoByteOfAMeasurement) {
  Context one, four;
  four.threads = 4;
  for (const Assay* assay : all_assays()) {
    std::vector<NamedReading> readings = ordinary_readings(*assay);
    for (NamedReading& bad : degenerate_readings(*assay)) readings.push_back(std::move(bad));
    for (const auto& [name, reading] : readings) {
      const AnySettings settings = assay->make_settings();
      EXPECT_EQ(measured_text(*assay, reading, settings, one), measured_text(*assay, reading, settings, four))
          << assay->id << ": " << name;
    }
  }
}

/// A network of one species that decays: what a model that reads a file is given.
constexpr std::string_view kDecay = R"(<?xml version="1.0" encoding="UTF-8"?>
<sbml xmlns="http://www.sbml.org/sbml/level3/version2/core" level="3" version="2"><model id="decay">
<listOfCompartments><compartment id="c" size="1" constant="true"/></listOfCompartments>
<listOfSpecies><species id="A" compartment="c" initialConcentration="1" hasOnlySubstanceUnits="false"
boundaryCondition="false" constant="false"/></listOfSpecies>
<listOfRules><rateRule variable="A"><math xmlns="http://www.w3.org/1998/Math/MathML"><apply><minus/><ci>A</ci></apply>
</math></rateRule></listOfRules></model></sbml>)";

/// The defaults; a model that reads a file reads the decay until time 10.
AnySettings settings_of(const Model& model) {
  AnySettings settings = model.make_settings();
  if (model.files != nullptr) {
    set_field(settings, "file", "model.xml");
    set_field(settings, "to", "10");
  }
  return settings;
}

Scenario scenario_of(const Model& model) {
  Scenario scenario;
  scenario.id = "contract";
  scenario.model = model.id;
  scenario.condition = "A";
  scenario.draws = 40;  // enough for a band
  if (model.files != nullptr) scenario.files["model.xml"] = std::make_shared<const std::string>(kDecay);
  return scenario;
}

std::string predicted_text(const Model& model, const AnySettings& settings, const Context& context) {
  try {
    const Outcome outcome = model.predict(scenario_of(model), settings, context);
    for (const std::string& broken :
         broken_laws(outcome.observations, model.quantities, model.id, Origin::kPredicted)) {
      ADD_FAILURE() << broken;
    }
    return text_of(outcome);
  } catch (const Error& error) {
    return std::string("Error: ") + error.what();
  }
}

TEST(Contract, ModelsPredictFromTheirDefaults) {
  for (const Model* model : all_models()) {
    SCOPED_TRACE(std::string(model->id));
    Context one, four;
    four.threads = 4;
    const std::string text = predicted_text(*model, settings_of(*model), one);
    EXPECT_NE(text.substr(0, 6), "Error:") << text;
    EXPECT_EQ(text, predicted_text(*model, settings_of(*model), four)) << "threads change the prediction";
  }
}

/// Ordinary readings; an image, whose pixels are the same in every format, in the first format only.
std::vector<NamedReading> one_format_an_image(const Assay& assay) {
  std::vector<NamedReading> out;
  std::string before;
  for (NamedReading& each : ordinary_readings(assay)) {
    const std::string content = each.name.substr(0, each.name.find(" as "));
    if (each.reading.as<ImageReading>() != nullptr && content == before) continue;
    before = content;
    out.push_back(std::move(each));
  }
  return out;
}

TEST(ContractSlow, SettingsAtTheirBoundsGiveAStatusOrAnError) {
  for (const Model* model : all_models()) {
    for (const Field& field : fields_of(model->make_settings())) {
      for (const double bound : {field.low, field.high}) {
        if (!field.numeric || !std::isfinite(bound)) continue;
        SCOPED_TRACE(fmt::format("{}.{} = {}", model->id, field.name, bound));
        AnySettings settings = settings_of(*model);
        ASSERT_NO_THROW(set_field(settings, field.name, exact_number(bound)));
        predicted_text(*model, settings, Context{});
      }
    }
  }
  for (const Assay* assay : all_assays()) {
    const std::vector<NamedReading> distinct = one_format_an_image(*assay);
    for (const Field& field : fields_of(assay->make_settings())) {
      for (const double bound : {field.low, field.high}) {
        if (!field.numeric || !std::isfinite(bound)) continue;
        SCOPED_TRACE(fmt::format("{}.{} = {}", assay->id, field.name, bound));
        AnySettings settings = assay->make_settings();
        ASSERT_NO_THROW(set_field(settings, field.name, exact_number(bound)));
        for (const NamedReading& each : distinct) measured_text(*assay, each.reading, settings, Context{});
      }
    }
  }
}

}  // namespace
}  // namespace vesica::contract_test
