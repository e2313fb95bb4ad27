// SPDX-License-Identifier: Apache-2.0
#include "vesica/report/html.h"

#include <algorithm>
#include <set>

#include <gtest/gtest.h>

#include "vesica/base/message.h"
#include "vesica/report/example_test.h"
#include "vesica/report/labels.h"
#include "vesica/report/xml_test.h"

namespace vesica {
namespace {

using example::parse_xml;
using example::XmlDocument;
using example::XmlElement;

void expect_sound(const std::string& html) {
  const XmlDocument document = parse_xml(html);
  ASSERT_EQ(document.error, "");
  std::set<std::string> ids;
  std::vector<std::string> targets;
  int last_heading = 0;
  for (const XmlElement& element : document.elements) {
    const auto& attributes = element.attributes;
    if (attributes.contains("id")) {
      EXPECT_TRUE(ids.insert(attributes.at("id")).second) << attributes.at("id");
    }
    if (attributes.contains("src")) {
      EXPECT_TRUE(attributes.at("src").starts_with("data:image/jpeg;base64,")) << "a picture is part of the page";
    }
    for (const char* loads : {"srcset", "data", "poster", "background", "action", "style", "onclick", "onload"}) {
      EXPECT_FALSE(attributes.contains(loads)) << element.name << " " << loads;
    }
    if (attributes.contains("href")) {
      const std::string href = attributes.at("href");
      if (href.starts_with("#")) {
        targets.push_back(href.substr(1));
      } else {
        EXPECT_EQ(href.find(':'), std::string::npos) << href;
        EXPECT_FALSE(href.starts_with("/")) << href;
      }
    }
    for (const char* refers : {"aria-labelledby", "aria-describedby"}) {
      if (!attributes.contains(refers)) continue;
      std::string word;
      for (const char c : attributes.at(refers) + " ") {
        if (c != ' ') {
          word += c;
        } else if (!word.empty()) {
          targets.push_back(word);
          word.clear();
        }
      }
    }
    EXPECT_NE(element.name, "link");
    EXPECT_NE(element.name, "iframe");
    if (element.name.size() == 2 && element.name[0] == 'h' && element.name[1] >= '1' && element.name[1] <= '6') {
      const int level = element.name[1] - '0';
      EXPECT_LE(level, last_heading + 1) << "headings skip no level: " << element.text;
      last_heading = level;
    }
    if (element.name == "th") {
      EXPECT_TRUE(attributes.contains("scope"));
    }
  }
  for (const std::string& target : targets) EXPECT_TRUE(ids.contains(target)) << target;
  EXPECT_EQ(html.find("@import"), std::string::npos);
  EXPECT_EQ(html.find("url("), std::string::npos);
  EXPECT_EQ(html.find("http://"), std::string::npos);
  EXPECT_EQ(html.find("https://"), std::string::npos);
}

class Chinese {
 public:
  Chinese() { set_language(Language::kChinese); }
  ~Chinese() { set_language(Language::kEnglish); }
};

TEST(Report, IsOneSoundPageThatLoadsNothing) { expect_sound(render_report(example::content())); }

TEST(Report, SameContentSameBytes) { EXPECT_EQ(render_report(example::content()), render_report(example::content())); }

TEST(Report, NothingAtAllIsStillAPage) {
  const std::string html = render_report(ReportContent{});
  expect_sound(html);
  EXPECT_NE(html.find("No comparison was asked for"), std::string::npos);
}

TEST(Report, ChineseNamesAndLanguage) {
  const Chinese chinese;
  example::Options options;
  options.chinese_names = true;
  const std::string html = render_report(example::content(options));
  expect_sound(html);
  EXPECT_NE(html.find("lang=\"zh-Hans\""), std::string::npos);
  EXPECT_EQ(html.find("。 "), std::string::npos) << "no blanks between sentences";
  EXPECT_NE(html.find("制备1-1"), std::string::npos);
}

TEST(Report, HostileNamesAreText) {
  example::Options options;
  options.long_name = "<script>alert(1)</script>\"'&" + std::string(300, 'n');
  ReportContent content = example::content(options);
  content.study.title = "<img src=x onerror=alert(1)>";
  content.study.question = "]]> --> </title> & more";
  content.issues[0].message = "<b>bold</b>";
  const std::string html = render_report(content);
  expect_sound(html);
  EXPECT_EQ(html.find("<script>alert"), std::string::npos);
}

TEST(Report, ImagesHaveTheirSheetScaleBarAndDots) {
  ReportContent content = example::content();
  const std::string sample(content.table.sample(0));
  for (int i = 0; i < 3; ++i)
    content.images.push_back({sample, "raw/<a>.tif", "Frame " + std::to_string(i) + " & its outline",
                              "images/a-" + std::to_string(i) + ".png", std::string(5000, 'x'), 300, 200,
                              i == 2 ? 0.0 : 2.0});
  const std::string html = render_report(content);
  expect_sound(html);
  EXPECT_NE(html.find("Scale bar: 200 \u00b5m."), std::string::npos) << "600 um wide: the bar is at most a third";
  EXPECT_NE(html.find("No scale is known."), std::string::npos);
  EXPECT_NE(html.find("img-src data:"), std::string::npos) << "the page's own policy lets its pictures through";
  EXPECT_NE(html.find("<a href=\"#images-"), std::string::npos) << "a dot leads to the images of its sample";
  const std::string without = render_report(example::content());
  EXPECT_EQ(without.find("#images"), std::string::npos);
  content.max_bytes = 1;
  const std::string small = render_report(content);
  EXPECT_NE(small.find("are not shown here"), std::string::npos);
  EXPECT_NE(small.find("images/a-2.png"), std::string::npos) << "what is left out is still linked";
}

TEST(Report, SamplesWithOnePictureEachShareASheet) {
  ReportContent content = example::content();
  std::set<std::string> samples;
  for (std::size_t i = 0; i < content.table.size(); ++i) samples.insert(std::string(content.table.sample(i)));
  samples.erase("");
  for (const std::string& sample : samples)
    content.images.push_back({sample, "/data/far/" + sample + ".tif", "Outlines", "images/" + sample + ".png",
                              std::string(500, 'x'), 300, 200, 2.0});
  for (const std::size_t most : {std::size_t{20'000'000}, std::size_t{1}}) {
    content.max_bytes = most;
    const std::string html = render_report(content);
    expect_sound(html);
    const std::size_t first = html.find("class=\"sheet\"");
    ASSERT_NE(first, std::string::npos);
    EXPECT_EQ(html.find("class=\"sheet\"", first + 1), std::string::npos);
    EXPECT_NE(html.find(" id=\"images-"), std::string::npos) << "dots still lead to the picture of their sample";
    const std::size_t end = html.find("</section>", first);
    EXPECT_EQ(html.substr(first, end - first).find("/data/far"), std::string::npos) << "a file's name is enough";
  }
}

TEST(Report, StudiesOfCellsAreNotAskedAboutVesicles) {
  ReportContent content;
  content.study.id = "cells";
  Observation row;
  row.quantity = "nuclei.count";
  row.sample = "W1";
  row.value = 3;
  row.unit = "{nuclei}";
  content.table.add(row);
  const std::string cells = render_report(content);
  EXPECT_EQ(cells.find("explained by the isolation"), std::string::npos);
  EXPECT_EQ(cells.find("which blank"), std::string::npos);
  row.quantity = "vesicle.concentration";
  row.unit = "1/mL";
  content.table.add(row);
  EXPECT_NE(render_report(content).find("which blank"), std::string::npos);
}

TEST(Report, TheFirstScreenAnswersFiveQuestions) {
  const std::string html = render_report(example::content());
  const std::size_t from = html.find("<dl class=\"five\">"), to = html.find("</dl>", from);
  const std::string five = html.substr(from, to - from);
  for (const char* needed : {"12 preparations", "n\u00a0=\u00a04", "20.3 nm", "p = 0.013", "the rotor is not stated",
                             "air bubble in the cell", "NC-1 (2).csv", "1000 (12 files)", "2.1×10⁶"}) {
    EXPECT_NE(five.find(needed), std::string::npos) << needed;
  }
  EXPECT_LT(from, html.find("<svg")) << "before any figure";
}

TEST(Report, EveryNumberOfAPreparationCarriesItsObservation) {
  const ReportContent content = example::content();
  const std::string html = render_report(content);
  for (std::size_t i = 0; i < content.table.size(); ++i) {
    if (std::isfinite(content.table.at(i))) continue;
    EXPECT_NE(html.find("vesica why hypoxia " + observation_id(content.table, i)), std::string::npos) << i;
  }
  EXPECT_NE(html.find("not measurable"), std::string::npos);
  EXPECT_EQ(html.find(">nan<"), std::string::npos);
}

TEST(Report, MissingNumbersAreDashesAndStatusesAreWords) {
  ReportContent content = example::content();
  for (Finding& finding : content.findings) {
    for (FindingTest& test : finding.tests) {
      test = FindingTest{};
      test.contrast = "A − B", test.status = "too_few_units";
    }
  }
  const std::string html = render_report(content);
  expect_sound(html);
  EXPECT_NE(html.find("too few units"), std::string::npos);
  EXPECT_EQ(html.find(">nan"), std::string::npos);
  EXPECT_EQ(html.find("(nan"), std::string::npos);
}

TEST(ReportSlow, ThreeHundredPreparationsFitAndTheRestIsAnnounced) {
  example::Options options;
  options.preparations_per_group = 100;
  options.curves = false;
  ReportContent content = example::content(options);
  const std::string whole = render_report(content);
  expect_sound(whole);
  EXPECT_LT(whole.size(), content.max_bytes);
  for (const std::size_t share : {2, 4}) {
    content.max_bytes = whole.size() / share;
    const std::string small = render_report(content);
    expect_sound(small);
    EXPECT_LE(small.size(), content.max_bytes);
    EXPECT_NE(small.find("would make this file too large"), std::string::npos);
    EXPECT_NE(small.find("P3-100"), std::string::npos) << "no preparation disappears";
  }
}

TEST(Report, RepeatedIssuesAreSaidOnce) {
  ReportContent content = example::content();
  content.issues.clear();
  for (int i = 0; i < 50; ++i) {
    Issue issue;
    issue.kind = "nta.temperature", issue.message = "The cell was warmer than 30 °C.",
    issue.input = "file " + std::to_string(i) + ".csv";
    content.issues.push_back(issue);
  }
  const std::string html = render_report(content);
  const std::string sentence = "The cell was warmer than 30 °C.";
  EXPECT_EQ(html.find(sentence), html.rfind(sentence));
  EXPECT_NE(html.find("50 places"), std::string::npos);
  EXPECT_NE(html.find("file 49.csv"), std::string::npos);
}

TEST(Labels, NumbersAreWrittenForPeople) {
  EXPECT_EQ(p_number(0.0132), "0.013");
  EXPECT_EQ(p_number(0.412), "0.41");
  EXPECT_EQ(p_number(0.00034), "0.00034");
  EXPECT_EQ(p_number(2.13e-7), "2.1×10⁻⁷");
  EXPECT_EQ(p_number(9.99e-7), "1.0×10⁻⁶");
  EXPECT_EQ(p_number(kNaN), "–");
  EXPECT_EQ(value_text(143.24, 4), "143.2");
  EXPECT_EQ(value_text(98, "nuclei.count"), "98") << "things are counted without a point";
  EXPECT_EQ(value_text(2.31e10, 3), "2.31×10¹⁰");
  EXPECT_EQ(value_text(-0.5, 2), "−0.50");
  EXPECT_EQ(value_text(9.9999e9, 3), "1.00×10¹⁰");
  EXPECT_EQ(value_text(kNaN, 3), "–");
  EXPECT_EQ(counted(1, "preparation"), "1 preparation");
  EXPECT_EQ(counted(3, "category"), "3 categories");
  EXPECT_EQ(file_slug("SA + Exos"), "SA-Exos");
  EXPECT_NE(file_slug("制备"), file_slug("对照"));
}

TEST(Labels, SentencesGetTheirNumbersSetAsPeopleWriteThem) {
  EXPECT_EQ(pretty_numbers("p = 2.9e-10); shift -8.87 nm (-12.8 to -4.99)"),
            "p = 2.9×10⁻¹⁰); shift −8.87 nm (−12.8 to −4.99)");
  EXPECT_EQ(pretty_numbers("1e+09 per mL"), "1×10⁹ per mL");
  for (const char* same :
       {"KC-hyp", "item1e-7x", "Krt14+Ctsk+", "a1e-7", "2e", "e-7", "2024-03-04", "fixed-angle", ""}) {
    EXPECT_EQ(pretty_numbers(same), same);
  }
}

TEST(Report, LongAnswersAreCutOnTheFirstScreenAndWholeBelow) {
  ReportContent content = example::content();
  const std::string tail =
      "Every further contrast follows here, one after the other, until nobody reads on any more, not even the authors.";
  content.findings[1].answer =
      "The mean diameter differs between the groups (analysis of variance, p = 6.6e-10). " + tail + tail;
  const std::string html = render_report(content);
  const std::size_t first = html.find(tail);
  EXPECT_GT(first, html.find("</dl>")) << "not on the first screen";
  EXPECT_NE(first, std::string::npos) << "but below";
  const std::string screen = html.substr(0, html.find("</dl>"));
  EXPECT_NE(screen.find("p = 6.6×10⁻¹⁰"), std::string::npos);
  EXPECT_NE(screen.find("Hypoxia + DFO − Normoxia: 36.5 nm (95 % interval 9.15 – 72.5), p = 0.00066"),
            std::string::npos);
}

TEST(Labels, ContrastsFindTheirGroups) {
  Finding finding;
  for (const char* name : {"SA", "SA+Exos", "control"}) {
    FindingGroup group;
    group.name = name, group.title = std::string("the ") + name;
    finding.groups.push_back(group);
  }
  std::size_t a = 9, b = 9;
  for (const char* contrast : {"SA+Exos − SA", "the SA+Exos / the SA", "SA+Exos vs SA"}) {
    FindingTest test;
    test.contrast = contrast;
    ASSERT_TRUE(contrast_groups(finding, test, a, b)) << contrast;
    EXPECT_EQ(a, 1u);
    EXPECT_EQ(b, 0u);
  }
  FindingTest omnibus;
  omnibus.contrast = "all groups";
  EXPECT_FALSE(contrast_groups(finding, omnibus, a, b));
}

}  // namespace
}  // namespace vesica
