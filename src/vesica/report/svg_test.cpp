// SPDX-License-Identifier: Apache-2.0
#include "vesica/report/svg.h"

#include <cmath>
#include <cstdlib>
#include <limits>

#include <cairo.h>
#include <gtest/gtest.h>

#include "vesica/base/random.h"
#include "vesica/report/render.h"
#include "vesica/report/xml_test.h"

namespace vesica {
namespace {

TEST(Svg, NumbersAreShortAndTheSameEverywhere) {
  EXPECT_EQ(svg_number(1), "1");
  EXPECT_EQ(svg_number(-0.001), "0");
  EXPECT_EQ(svg_number(2.50), "2.5");
  EXPECT_EQ(svg_number(1234.567), "1234.57");
}

TEST(Svg, TextIsAsWideAsTheFontDrawsIt) {
  if (latin_font() != "Liberation Sans") GTEST_SKIP() << "Liberation Sans is not installed";
  cairo_surface_t* surface = cairo_image_surface_create(CAIRO_FORMAT_A8, 1, 1);
  cairo_t* context = cairo_create(surface);
  cairo_select_font_face(context, "Liberation Sans", CAIRO_FONT_SLANT_NORMAL, CAIRO_FONT_WEIGHT_NORMAL);
  cairo_set_font_size(context, 1000);
  for (const char* text :
       {"Mean diameter (nm)", "The quick brown fox jumps over the lazy dog", "0123456789 +-*/=<>[]{}", "WAVE@#$%&"}) {
    cairo_text_extents_t extents;
    cairo_text_extents(context, text, &extents);
    EXPECT_NEAR(text_width_pt(text, 1000), extents.x_advance, extents.x_advance * 0.02) << text;
  }
  cairo_destroy(context);
  cairo_surface_destroy(surface);
}

TEST(Svg, WrappedLinesFitAndKeepTheirWords) {
  const std::vector<std::string> lines = wrap_text("conditioned medium of hypoxic cells", 6, 60, 5);
  std::string joined;
  for (const std::string& line : lines) {
    EXPECT_LE(text_width_pt(line, 6), 60);
    joined += (joined.empty() ? "" : " ") + line;
  }
  EXPECT_EQ(joined, "conditioned medium of hypoxic cells");
}

TEST(Svg, WrappingCutsWhatHasNoRoom) {
  const std::vector<std::string> lines = wrap_text(std::string(200, 'x'), 6, 50, 2);
  ASSERT_EQ(lines.size(), 2u);
  EXPECT_TRUE(lines[1].ends_with("…"));
  for (const std::string& line : lines) EXPECT_LE(text_width_pt(line, 6), 50);
  EXPECT_EQ(wrap_text("", 6, 50, 2), std::vector<std::string>{""});
}

TEST(Svg, ChineseBreaksAnywhereAndStaysWhole) {
  std::string joined;
  for (const std::string& line : wrap_text("间充质干细胞来源的外泌体", 6, 20, 10)) {
    EXPECT_LE(text_width_pt(line, 6), 20);
    joined += line;
  }
  EXPECT_EQ(joined, "间充质干细胞来源的外泌体");
}

void expect_ticks_fit(double low, double high, const std::vector<Tick>& ticks) {
  ASSERT_GE(ticks.size(), 3u) << low << " " << high;
  EXPECT_LE(ticks.size(), 15u) << low << " " << high;
  const double slack = (high - low) * 1e-6;
  for (std::size_t i = 0; i < ticks.size(); ++i) {
    EXPECT_GE(ticks[i].value, low - slack);
    EXPECT_LE(ticks[i].value, high + slack);
    if (i > 0) {
      EXPECT_GT(ticks[i].value, ticks[i - 1].value);
      EXPECT_NE(ticks[i].label, ticks[i - 1].label) << low << " " << high;
    }
  }
}

TEST(Ticks, LinearTicksAreRoundEvenAndInside) {
  Random random(1);
  for (int k = 0; k < 500; ++k) {
    const double low = std::pow(10, random.uniform(-6, 12)) * random.uniform(-1, 1);
    const double high = low + std::pow(10, random.uniform(-6, 12));
    if (!(high - low > 1e-9 * std::fabs(low))) continue;
    const std::vector<Tick> ticks = linear_ticks(low, high);
    expect_ticks_fit(low, high, ticks);
    const double step = ticks[1].value - ticks[0].value;
    const double mantissa = step / std::pow(10, std::floor(std::log10(step) + 1e-6));
    EXPECT_TRUE(std::fabs(mantissa - 1) < 1e-3 || std::fabs(mantissa - 2) < 1e-3 || std::fabs(mantissa - 5) < 1e-3)
        << step;
  }
}

TEST(Ticks, LinearLabelsSayTheirValue) {
  const std::vector<Tick> ticks = linear_ticks(-0.3, 0.7);
  for (const Tick& tick : ticks) {
    std::string text = tick.label;
    if (text.starts_with("−")) text = "-" + text.substr(std::string("−").size());
    EXPECT_NEAR(std::strtod(text.c_str(), nullptr), tick.value, 1e-12);
  }
  EXPECT_EQ(linear_ticks(0, 4e10)[1].label, "10¹⁰");
  EXPECT_EQ(linear_ticks(0, 100)[0].label, "0");
}

TEST(Ticks, LogTicksAreDecadesWithMinorOnes) {
  const std::vector<Tick> ticks = log_ticks(1e8, 1e12);
  std::vector<std::string> labels;
  for (const Tick& tick : ticks) {
    if (!tick.label.empty()) labels.push_back(tick.label);
  }
  EXPECT_EQ(labels, (std::vector<std::string>{"10⁸", "10⁹", "10¹⁰", "10¹¹", "10¹²"}));
  EXPECT_GT(ticks.size(), labels.size());
}

TEST(Ticks, ShortLogRangesKeepSeveralLabels) {
  for (const double high : {1.2, 2.0, 4.0, 9.0, 30.0, 400.0}) {
    std::size_t labelled = 0;
    for (const Tick& tick : log_ticks(1, high)) labelled += tick.label.empty() ? 0 : 1;
    EXPECT_GE(labelled, 3u) << high;
  }
}

TEST(Ticks, RangeOfNothingAndOfOneValueIsUsable) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  for (const bool log : {false, true}) {
    for (const std::vector<double>& values : {std::vector<double>{}, {nan}, {5}, {0}, {-3, -3}, {1e300}, {5e-300}}) {
      double low = 0, high = 0;
      nice_range(values, log, false, low, high);
      EXPECT_LT(low, high);
      EXPECT_TRUE(std::isfinite(low) && std::isfinite(high));
      if (log) {
        EXPECT_GT(low, 0);
      }
    }
  }
}

TEST(Ticks, RangeHoldsEveryValue) {
  double low = 0, high = 0;
  nice_range({3, 8, 5}, false, false, low, high);
  EXPECT_LT(low, 3);
  EXPECT_GT(high, 8);
  nice_range({3, 8}, false, true, low, high);
  EXPECT_EQ(low, 0);
}

TEST(Svg, SimplifiedLineStaysNearEveryPoint) {
  Random random(3);
  std::vector<std::pair<double, double>> points;
  for (int i = 0; i < 2000; ++i) points.emplace_back(i * 0.1, 40 * std::sin(i / 90.0) + 0.02 * random.normal());
  const auto kept = simplify_line(points, 0.1);
  EXPECT_LT(kept.size(), points.size() / 3);
  EXPECT_EQ(kept.front(), points.front());
  EXPECT_EQ(kept.back(), points.back());
  std::size_t segment = 0;
  for (const auto& [x, y] : points) {
    while (segment + 2 < kept.size() && kept[segment + 1].first < x) ++segment;
    const auto& [x1, y1] = kept[segment];
    const auto& [x2, y2] = kept[segment + 1];
    const double across = std::fabs((x - x1) * (y2 - y1) - (y - y1) * (x2 - x1)) / std::hypot(x2 - x1, y2 - y1);
    EXPECT_LE(across, 0.1 + 1e-9);
  }
}

TEST(Svg, HostileTextIsEscapedAndSuperscriptsAreRaised) {
  SvgWriter svg(100, 50, "a\"b", "<title>", "d & e");
  svg.text(5, 5, "x < 10⁻⁵ & <b> cm²/s", 6);
  svg.point(1, 1, 1, "#000000", {}, 1, "s\"<", "id'", "t <script>");
  const std::string text = svg.finish(true);
  const example::XmlDocument document = example::parse_xml(text);
  EXPECT_EQ(document.error, "");
  EXPECT_EQ(text.find("<script>"), std::string::npos);
  EXPECT_NE(text.find("<tspan dy=\"-2.16\" font-size=\"4.08\">−5</tspan>"), std::string::npos);
  EXPECT_NE(text.find("<tspan dy=\"2.16\">\u00A0&amp; &lt;b&gt; cm</tspan>"), std::string::npos);
}

}  // namespace
}  // namespace vesica
