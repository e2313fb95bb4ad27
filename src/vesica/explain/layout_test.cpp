// SPDX-License-Identifier: Apache-2.0
// Drawings: boxes never overlap, lines begin and end at their boxes, no line runs through a box.
#include "vesica/explain/layout.h"

#include <gtest/gtest.h>

#include "vesica/base/random.h"
#include "vesica/explain/explain_testing.h"
#include "vesica/explain/figure.h"

namespace vesica::explain {
namespace {

using Ends = std::vector<std::pair<std::size_t, std::size_t>>;

void expect_clean(const Layout& layout) {
  for (std::size_t a = 0; a < layout.boxes.size(); ++a) {
    const Box& one = layout.boxes[a];
    EXPECT_GE(one.x, -1e-9);
    EXPECT_GE(one.y, -1e-9);
    EXPECT_LE(one.x + one.width, layout.width + 1e-9);
    EXPECT_LE(one.y + one.height, layout.height + 1e-9);
    for (std::size_t b = a + 1; b < layout.boxes.size(); ++b) {
      const Box& other = layout.boxes[b];
      const bool apart = one.x + one.width < other.x || other.x + other.width < one.x || one.y + one.height < other.y ||
                         other.y + other.height < one.y;
      EXPECT_TRUE(apart) << a << " " << b;
    }
  }
  for (const Line& line : layout.lines) {
    const Box& from = layout.boxes[line.from];
    const Box& to = layout.boxes[line.to];
    ASSERT_GE(line.points.size(), 2u);
    EXPECT_NEAR(line.points.front().first, line.backwards ? from.x : from.x + from.width, 1e-9);
    EXPECT_NEAR(line.points.back().first, line.backwards ? to.x + to.width : to.x, 1e-9);
    EXPECT_GT(line.points.back().second, to.y);
    EXPECT_LT(line.points.back().second, to.y + to.height);
    for (const auto& [x, y] : line.points) {
      for (std::size_t b = 0; b < layout.boxes.size(); ++b) {
        const Box& box = layout.boxes[b];
        const bool inside = x > box.x + 1e-6 && x < box.x + box.width - 1e-6 && y > box.y && y < box.y + box.height;
        EXPECT_FALSE(inside) << "line " << line.from << " to " << line.to << " runs through " << b;
      }
    }
  }
}

TEST(Layout, AChainStandsInOneRow) {
  const Layout layout = lay_out({{20, 10}, {20, 10}, {20, 10}}, Ends{{0, 1}, {1, 2}}, 30, 5);
  expect_clean(layout);
  EXPECT_NEAR(layout.boxes[0].y, layout.boxes[1].y, 1e-9);
  EXPECT_NEAR(layout.boxes[1].y, layout.boxes[2].y, 1e-9);
  EXPECT_NEAR(layout.boxes[1].x - layout.boxes[0].x, 50, 1e-9);
  EXPECT_NEAR(layout.width, 120, 1e-9);
}

TEST(Layout, ACircleIsOpenedOnce) {
  const Layout layout = lay_out({{20, 10}, {20, 10}, {20, 10}}, Ends{{0, 1}, {1, 2}, {2, 0}}, 30, 5);
  expect_clean(layout);
  EXPECT_FALSE(layout.lines[0].backwards);
  EXPECT_FALSE(layout.lines[1].backwards);
  EXPECT_TRUE(layout.lines[2].backwards);
}

TEST(Layout, TwoCrossingLinesAreUncrossed) {
  // 0→3 and 1→2 as given cross; turning a column gives none.
  const Layout layout = lay_out({{20, 10}, {20, 10}, {20, 10}, {20, 10}}, Ends{{0, 3}, {1, 2}}, 30, 5);
  expect_clean(layout);
  EXPECT_EQ(layout.boxes[0].y < layout.boxes[1].y, layout.boxes[3].y < layout.boxes[2].y);
}

TEST(Layout, RandomGraphsAreClean) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    Random random(seed);
    const std::size_t n = 4 + static_cast<std::size_t>(random.uniform() * 16);
    std::vector<Box> boxes;
    for (std::size_t i = 0; i < n; ++i) boxes.push_back({20 + 60 * random.uniform(), 40 + 30 * random.uniform()});
    Ends ends;
    for (std::size_t i = 0; i < 2 * n; ++i) {
      const auto a = static_cast<std::size_t>(random.uniform() * static_cast<double>(n));
      const auto b = static_cast<std::size_t>(random.uniform() * static_cast<double>(n));
      if (a != b) ends.emplace_back(a, b);
    }
    const Layout layout = lay_out(boxes, ends, 40, 8);
    expect_clean(layout);
    const Layout again = lay_out(boxes, ends, 40, 8);
    for (std::size_t i = 0; i < n; ++i) EXPECT_EQ(layout.boxes[i].y, again.boxes[i].y);
  }
}

TEST(Layout, NothingToDraw) {
  EXPECT_TRUE(lay_out({}, {}, 30, 5).boxes.empty());
  expect_clean(lay_out({{20, 10}}, {}, 30, 5));
}

TEST(ExplainFigure, ShowsSignsAndChecks) {
  testing::Tables t;
  t.row("a", "cell one", "miR-1", "inhibits", "B").citation_supports_claim = "yes";
  t.row("b", "n/a", "B", "activates", "C");
  const std::string svg = figure_svg(t.explain({.from = "miR-1", .to = "C"}), 0);
  for (const char* text : {"miR-1", "cell one", "pathway of B", "stroke-dasharray", "unchecked",
                           "Paths shown that hold a link not compared with the paper it cites: 1 of 1."}) {
    EXPECT_NE(svg.find(text), std::string::npos) << text;
  }
  EXPECT_EQ(svg.find("not supported"), std::string::npos) << "the legend holds only what is drawn";
}

}  // namespace
}  // namespace vesica::explain
