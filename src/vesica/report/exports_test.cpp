// SPDX-License-Identifier: Apache-2.0
#include "vesica/report/exports.h"

#include <algorithm>
#include <cmath>
#include <set>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "vesica/base/error.h"
#include "vesica/base/text.h"
#include "vesica/report/example_test.h"
#include "vesica/report/render.h"
#include "vesica/report/xml_test.h"

namespace vesica {
namespace {

using example::parse_xml;
using example::XmlDocument;
using example::XmlElement;
using nlohmann::json;

example::Options small() {
  example::Options options;
  options.preparations_per_group = 1;
  return options;
}

TEST(Exports, FindingsHaveALineATestAndEqualColumns) {
  std::vector<Finding> findings = example::content(small()).findings;
  findings[0].answer = "=HYPERLINK(\"x\")\twith tab";
  const std::string tsv = write_findings_tsv(findings);
  const auto lines = split_lines(tsv);
  const std::size_t columns = split(lines[0], '\t').size();
  std::size_t expected = 1;
  for (const Finding& finding : findings) expected += std::max<std::size_t>(1, finding.tests.size());
  ASSERT_EQ(std::count_if(lines.begin(), lines.end(), [](std::string_view line) { return !line.empty(); }),
            static_cast<std::ptrdiff_t>(expected));
  for (const std::string_view line : lines) {
    if (!line.empty()) {
      EXPECT_EQ(split(line, '\t').size(), columns);
    }
  }
  EXPECT_NE(tsv.find("\t'=HYPERLINK"), std::string::npos);
  EXPECT_NE(tsv.find("0.0132"), std::string::npos);
  EXPECT_EQ(tsv.find("nan"), std::string::npos);
  EXPECT_EQ(tsv.find("NaN"), std::string::npos);
}

TEST(Exports, DictionaryExplainsEveryColumnOfTheFindings) {
  const ReportContent content = example::content(small());
  const std::string dictionary = write_data_dictionary_tsv(content);
  const std::string findings = write_findings_tsv(content.findings);
  for (const std::string_view column : split(split_lines(findings)[0], '\t')) {
    EXPECT_NE(dictionary.find("findings column\t" + std::string(column) + "\t"), std::string::npos) << column;
  }
  EXPECT_NE(dictionary.find("vesicle.diameter.mean"), std::string::npos);
}

/// Prism's form as its own files have it: sequence of references, tables of these ids, columns of equal subcolumns.
void expect_prism(const std::string& text, std::size_t tables_expected) {
  const XmlDocument document = parse_xml(text);
  ASSERT_EQ(document.error, "");
  ASSERT_EQ(document.elements[0].name, "GraphPadPrismFile");
  EXPECT_EQ(document.elements[0].attributes.at("PrismXMLVersion"), "5.00");
  std::set<std::string> referred, tables;
  std::string subcolumns;
  std::size_t in_column = 0;
  for (const XmlElement& element : document.elements) {
    if (element.name == "Ref" && element.parents.back() == "TableSequence")
      referred.insert(element.attributes.at("ID"));
    if (element.name == "Table") {
      EXPECT_TRUE(tables.insert(element.attributes.at("ID")).second);
      EXPECT_EQ(element.attributes.at("YFormat"), "replicates");
      const std::string type = element.attributes.at("TableType"), x = element.attributes.at("XFormat");
      EXPECT_TRUE((type == "XY" && x == "numbers") || ((type == "OneWay" || type == "TwoWay") && x == "none"))
          << type << " " << x;
      subcolumns = element.attributes.at("Replicates");
    }
    if (element.name == "YColumn") {
      EXPECT_EQ(element.attributes.at("Subcolumns"), subcolumns);
      in_column = 0;
    }
    if (element.name == "Subcolumn" && element.parents.back() == "YColumn") {
      ++in_column;
      EXPECT_LE(in_column, static_cast<std::size_t>(std::stoi(subcolumns)));
    }
    if (element.name == "d" && !element.text.empty() &&
        element.parents[element.parents.size() - 2] != "RowTitlesColumn") {
      std::size_t used = 0;
      (void)std::stod(element.text, &used);
      EXPECT_EQ(used, element.text.size()) << element.text;
    }
  }
  EXPECT_EQ(referred, tables);
  EXPECT_EQ(tables.size(), tables_expected);
}

TEST(Exports, PrismFileHasColumnAndCurveTables) { expect_prism(write_pzfx(example::content(small())), 3); }

TEST(Exports, PrismGroupedTableHasRowsAndReplicates) {
  ReportContent content;
  Finding finding;
  finding.id = "two", finding.comparison = "two_way", finding.kind = "comparison", finding.quantity = "other.ratio";
  for (const char* gel : {"SA", "SA<+>Exos"}) {
    for (const char* week : {"4", "8"}) {
      FindingGroup group;
      group.name = gel, group.second = week;
      for (int k = 0; k < (group.second == "4" ? 3 : 2); ++k) {
        FindingUnit unit;
        unit.sample = "r", unit.value = k + 0.5;
        group.units.push_back(unit);
      }
      finding.groups.push_back(group);
    }
  }
  content.findings = {finding};
  const std::string text = write_pzfx(content);
  expect_prism(text, 1);
  EXPECT_NE(text.find("TableType=\"TwoWay\""), std::string::npos);
  EXPECT_NE(text.find("Replicates=\"3\""), std::string::npos);
  EXPECT_NE(text.find("SA&lt;+&gt;Exos"), std::string::npos);
}

TEST(Exports, PrismTimeCourseHasTimeAsX) {
  ReportContent content;
  Finding finding;
  finding.id = "t", finding.kind = "comparison", finding.quantity = "other.fraction";
  FindingGroup group;
  group.name = "SA";
  for (const char* gel : {"g1", "g2"}) {
    for (const double time : {0.0, 24.0}) {
      FindingUnit unit;
      unit.sample = gel, unit.time_h = time, unit.value = time;
      group.units.push_back(unit);
    }
  }
  finding.groups = {group};
  content.findings = {finding};
  const std::string text = write_pzfx(content);
  expect_prism(text, 1);
  EXPECT_NE(text.find("TableType=\"XY\""), std::string::npos);
}

TEST(Exports, PrismFileOfNothingIsWhole) { expect_prism(write_pzfx(ReportContent{}), 0); }

TEST(Exports, CrateHasWhatTheProfilesRequire) {
  ReportContent content = example::content(small());
  content.runs[0].status = "failed";
  content.runs[1].started = "2026-03-04T10:00:00Z", content.runs[1].ended = "2026-03-04T10:00:02Z";
  const std::vector<CrateFile> files = {
      {"observations.tsv", "text/tab-separated-values", "rows", 10, std::string(64, 'b'), false},
      {"figures/中文 1.svg", "image/svg+xml", "a figure", 5, std::string(64, 'c'), false}};
  const json crate = json::parse(write_ro_crate(content, files));
  EXPECT_EQ(crate["@context"], "https://w3id.org/ro/crate/1.1/context");
  std::map<std::string, json> entities;
  for (const json& entity : crate["@graph"]) {
    ASSERT_TRUE(entity.contains("@id") && entity.contains("@type"));
    EXPECT_TRUE(entities.emplace(entity["@id"], entity).second) << entity["@id"];
  }
  const json& descriptor = entities.at("ro-crate-metadata.json");
  EXPECT_EQ(descriptor["conformsTo"]["@id"], "https://w3id.org/ro/crate/1.1");
  EXPECT_EQ(descriptor["about"]["@id"], "./");
  const json& root = entities.at("./");
  for (const char* key : {"name", "description", "datePublished", "license", "conformsTo", "hasPart", "mentions"})
    EXPECT_TRUE(root.contains(key)) << key;
  EXPECT_EQ(root["datePublished"], "2026-03-04");
  EXPECT_EQ(root["conformsTo"]["@id"], "https://w3id.org/ro/wfrun/process/0.5");
  std::size_t actions = 0;
  for (const auto& [id, entity] : entities) {
    if (entity["@type"] != "CreateAction") continue;
    ++actions;
    EXPECT_EQ(entities.at(entity["instrument"]["@id"])["@type"], "SoftwareApplication");
    EXPECT_EQ(entity["actionStatus"] == "http://schema.org/FailedActionStatus", entity.contains("error"));
  }
  EXPECT_EQ(actions, content.runs.size());
  EXPECT_TRUE(entities.contains("figures/%E4%B8%AD%E6%96%87%201.svg"));
  // Every reference inside the crate leads somewhere.
  const std::string text = write_ro_crate(content, files);
  for (const auto& [id, entity] : entities) {
    for (const auto& [key, value] : entity.items()) {
      const json list = value.is_array() ? value : json::array({value});
      for (const json& item : list) {
        if (!item.is_object() || !item.contains("@id")) continue;
        const std::string target = item["@id"];
        if (target.starts_with("https://w3id.org/ro/crate")) continue;
        EXPECT_TRUE(entities.contains(target)) << target;
      }
    }
  }
}

Outcome outcome_of(const ReportContent& content) {
  Outcome outcome;
  outcome.observations = content.table;
  outcome.issues = content.issues;
  outcome.artifacts = {{"tracks.tsv", "text/tab-separated-values", "a\tb\n", "tracks"}};
  return outcome;
}

TEST(Exports, OutcomeIsVersionedJsonWithoutNaN) {
  const ReportContent content = example::content(small());
  vesica::Run run = content.runs[0];
  run.settings.set("text", Value::of("quote \" and \xff byte"));
  run.settings.set("missing", Value::of(kNaN));
  const json parsed = json::parse(write_outcome_json(outcome_of(content), run));
  EXPECT_EQ(parsed["schema"], "vesica.outcome/1");
  ASSERT_EQ(parsed["observations"].size(), content.table.size());
  for (std::size_t i = 0; i < content.table.size(); ++i) {
    const json& row = parsed["observations"][i];
    EXPECT_EQ(row["id"], observation_id(content.table, i));
    if (std::isnan(content.table.value(i))) {
      EXPECT_TRUE(row["value"].is_null());
    } else {
      EXPECT_EQ(row["value"].get<double>(), content.table.value(i)) << "numbers are exact";
    }
  }
  EXPECT_EQ(parsed["issues"][0]["severity"], "warning");
  EXPECT_EQ(parsed["artifacts"][0]["size"], 4);
  EXPECT_TRUE(parsed["run"]["settings"]["missing"].is_null());
  EXPECT_EQ(json::parse(write_outcome_json(Outcome{}, vesica::Run{}))["observations"].size(), 0u);
}

TEST(Exports, OutcomeTextFitsTheTerminal) {
  example::Options options = small();
  options.chinese_names = true;
  options.long_name = std::string(80, 'x');
  const std::string text = write_outcome_text(outcome_of(example::content(options)), 100);
  for (const std::string_view line : split_lines(text)) {
    if (line.find("curve") != std::string_view::npos || line.find(": ") != std::string_view::npos ||
        line.starts_with("  "))
      continue;
    EXPECT_LE(text_width(line), 100u) << line;
  }
  EXPECT_EQ(write_outcome_text(Outcome{}), "There is no value.\n");
}

TEST(Exports, WorkbookIsTheSameBytesAndSplitsLongCurves) {
  const ReportContent content = example::content(small());
  const std::vector<Artifact> whole = write_xlsx(content);
  ASSERT_EQ(whole.size(), 1u);
  EXPECT_TRUE(whole[0].bytes.starts_with("PK"));
  EXPECT_EQ(whole[0].bytes, write_xlsx(content)[0].bytes);
  const std::vector<Artifact> split_up = write_xlsx(content, 300);
  ASSERT_EQ(split_up.size(), 2u);
  EXPECT_EQ(split_up[1].name, "curves.tsv");
  EXPECT_LT(split_up[0].bytes.size(), whole[0].bytes.size());
  EXPECT_EQ(write_xlsx(ReportContent{}).size(), 1u);
}

// ---- pictures ------------------------------------------------------------------------------------------------------

std::string a_figure() { return figure_svg(example::content(small()).figures.front()); }

TEST(Render, PdfIsTheSameBytesWithoutADate) {
  const std::string svg = a_figure(), pdf = svg_to_pdf(svg);
  EXPECT_TRUE(pdf.starts_with("%PDF-"));
  EXPECT_EQ(pdf.find("CreationDate"), std::string::npos);
  EXPECT_EQ(pdf, svg_to_pdf(svg));
}

TEST(Render, PngHasTheSizeAndTheResolutionAskedFor) {
  const std::string png = svg_to_png(a_figure(), 300);
  ASSERT_TRUE(png.starts_with("\x89PNG"));
  const auto number = [&](std::size_t at) {
    std::uint32_t value = 0;
    for (std::size_t k = 0; k < 4; ++k) value = value << 8 | static_cast<unsigned char>(png[at + k]);
    return value;
  };
  EXPECT_EQ(number(16), 2162u) << "183 mm (a map of several panels) at 300 dots per inch";
  EXPECT_EQ(png.substr(37, 4), "pHYs");
  EXPECT_EQ(number(41), 11811u) << "dots per metre";
  EXPECT_EQ(png, svg_to_png(a_figure(), 300));
}

TEST(Render, WrongInputIsAnError) {
  for (const char* svg : {"", "no svg", "<svg", "<html/>"}) {
    EXPECT_THROW(svg_to_pdf(svg), Error) << svg;
    EXPECT_THROW(svg_to_png(svg), Error) << svg;
  }
  for (const double dpi : {0.0, 71.0, 1201.0, kNaN}) EXPECT_THROW(svg_to_png(a_figure(), dpi), Error);
  EXPECT_THROW(svg_to_png("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"90000\" height=\"90000\"/>", 300), Error);
}

TEST(Render, AFontIsThere) { EXPECT_NE(latin_font(), ""); }

}  // namespace
}  // namespace vesica
