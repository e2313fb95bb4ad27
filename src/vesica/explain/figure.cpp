// SPDX-License-Identifier: Apache-2.0
// Drawing of the network of an explanation.
#include "vesica/explain/figure.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "vesica/base/message.h"
#include "vesica/base/number.h"
#include "vesica/base/text.h"
#include "vesica/explain/layout.h"
#include "vesica/explain/text.h"
#include "vesica/report/svg.h"

namespace vesica::explain {

namespace {

// Sizes in points, chosen by looking at figures.
constexpr double kName = 8, kSmall = 6.2, kTitle = 10;
constexpr double kNameWidth = 112, kNameLine = 9.6, kSmallLine = 7.6;
constexpr double kPadX = 7, kPadY = 4.5, kRadius = 4;
constexpr double kColumnGap = 58, kRowGap = 9, kMargin = 16;
constexpr double kPort = 8.4;  // between two lines at the side of a box
constexpr double kHead = 5.5, kHeadHalf = 2.6, kBarHalf = 3.6;
constexpr double kSolid = 1.35, kThin = 0.85;
constexpr double kLegendLine = 12, kLeastWidth = 430;
constexpr const char* kRaise = "#0072B2";  // Wong 2011, 10.1038/nmeth.1618: seen apart by the colour-blind
constexpr const char* kLower = "#D55E00";
constexpr const char* kNone = "#5F5F5F";
constexpr const char* kRefuted = "#B9B9B9";
constexpr const char* kQuiet = "#6B6B6B";

struct Look {
  const char *fill, *border;
};
Look look_of(const std::string& kind) {
  if (kind == "source") return {"#F1F1EF", "#A3A39C"};
  if (kind == "preparation" || kind == "mirna") return {"#FFF4D9", "#D9A521"};
  if (kind == "outcome") return {"#F6ECF4", "#B0699C"};
  if (kind == "process") return {"#EAF5EF", "#4D9E7B"};
  return {"#EAF2F9", "#5B93BD"};
}

/// The nodes and links that are drawn, with the rows that the shown paths admit.
struct Drawn {
  std::vector<std::size_t> nodes;             ///< of the graph, in the order of the graph
  std::map<std::size_t, std::size_t> box_of;  ///< node → its place in `nodes`
  std::map<std::size_t, std::vector<Support>> links;
};

void add_rows(std::vector<Support>& to, const std::vector<Support>& rows) {
  for (const Support& row : rows) {
    const bool known = std::any_of(to.begin(), to.end(), [&](const Support& one) { return one.row == row.row; });
    if (!known) to.push_back(row);
  }
}

Drawn choose(const Explanation& e, std::size_t paths) {
  Drawn out;
  const std::size_t shown = paths == 0 ? e.found.paths.size() : std::min(paths, e.found.paths.size());
  std::set<std::size_t> nodes, begun;
  std::set<const MechanismRow*> first_rows;
  for (std::size_t i = 0; i < shown; ++i) {
    for (const Step& step : e.found.paths[i].steps) {
      add_rows(out.links[step.link], step.rows);
      nodes.insert(e.graph.links[step.link].from);
      nodes.insert(e.graph.links[step.link].to);
    }
    const Step& first = e.found.paths[i].steps.front();
    begun.insert(e.graph.links[first.link].from);
    for (const Support& support : first.rows) first_rows.insert(support.row);
  }
  // Where the cargoes at the beginning come from, by the rows of their first links.
  for (const std::size_t node : begun) {
    for (const std::size_t link : e.graph.in[node]) {
      if (!e.graph.links[link].carries) continue;
      std::vector<Support> rows = e.graph.links[link].rows;
      std::erase_if(rows, [&](const Support& one) { return !first_rows.contains(one.row); });
      if (rows.empty()) continue;
      add_rows(out.links[link], rows);
      nodes.insert(e.graph.links[link].from);
    }
  }
  for (const std::size_t node : nodes) {
    out.box_of[node] = out.nodes.size();
    out.nodes.push_back(node);
  }
  return out;
}

struct Words {
  std::vector<std::string> name, small;
  std::string small_colour = kQuiet;
};

/// Pathways that rows name for links into the node, shortest spellings first, at most two.
std::string pathways_of(const Explanation& e, const Drawn& drawn, std::size_t node) {
  std::vector<std::string> out;
  for (const auto& [link, rows] : drawn.links) {
    if (e.graph.links[link].to != node || e.graph.links[link].carries) continue;
    for (const Support& support : rows) {
      const std::string& pathway = support.row->pathway;
      const bool says_more = !support.effect && pathway != "unspecified" &&
                             plain_spelling(pathway) != plain_spelling(e.graph.nodes[node].name);
      if (says_more && std::find(out.begin(), out.end(), pathway) == out.end()) out.push_back(pathway);
    }
  }
  constexpr std::size_t kMost = 2;
  if (out.size() > kMost) out.resize(kMost);
  return join(out, "; ");
}

Words words_of(const Explanation& e, const Drawn& drawn, std::size_t node) {
  Words out;
  out.name = wrap_text(e.graph.nodes[node].name, kName, kNameWidth, 3);
  std::string small;
  const std::string& kind = e.graph.nodes[node].kind;
  if (kind == "molecule" || kind == "process") small = replace_all(pathways_of(e, drawn, node), "->", "→");
  for (const Copies& copies : e.copies) {
    if (copies.node != node) continue;
    small = say("{} copies per cell: {}", readable_number(copies.middle, 2), verdict_text(copies.verdict));
    out.small_colour = copies.verdict == feasibility::Verdict::kPasses ? kRaise : kLower;
  }
  if (!small.empty()) out.small = wrap_text(small, kSmall, kNameWidth, 2);
  return out;
}

Box box_for(const Node& node, const Words& words) {
  Box box;
  double width = 0;
  for (const std::string& line : words.name) width = std::max(width, text_width_pt(line, kName, true));
  for (const std::string& line : words.small) width = std::max(width, text_width_pt(line, kSmall));
  box.width = width + 2 * kPadX;
  box.height = kNameLine * static_cast<double>(words.name.size()) +
               kSmallLine * static_cast<double>(words.small.size()) + 2 * kPadY;
  if (node.kind == "source") box.column = 0;
  if (node.kind == "preparation" || node.kind == "mirna") box.column = 1;
  box.last = node.kind == "outcome";
  return box;
}

std::string rows_text(const std::vector<Support>& rows) {
  std::string out;
  for (const Support& support : rows) {
    out += "\n" + support.row->id + ": " + support.row->cargo + " " + support.row->relation + " " +
           support.row->target + " (" + support.row->disease + ", " + support.row->species + ", " +
           support.row->evidence + "; " + verdict_text(verdict_of(*support.row)) + ")";
  }
  return out;
}

void draw_head(SvgWriter& svg, Sign sign, double x, double y, double direction, const std::string& colour) {
  if (sign == Sign::kRaises) {
    svg.area({{x, y}, {x - direction * kHead, y - kHeadHalf}, {x - direction * kHead, y + kHeadHalf}}, colour, 1);
  } else if (sign == Sign::kLowers) {
    svg.line(x - direction * 1.6, y - kBarHalf, x - direction * 1.6, y + kBarHalf, {colour, 1.7, "", 1});
  } else {
    svg.point(x - direction * 2.6, y, 2, "#ffffff", {colour, 0.9, "", 1}, 1, "", "", "");
  }
}

SvgWriter::Stroke stroke_of(const Link& link, Verdict verdict) {
  if (link.carries) return {"#A3A39C", kThin, "", 1};
  std::string colour = link.sign == Sign::kRaises ? kRaise : link.sign == Sign::kLowers ? kLower : kNone;
  if (verdict == Verdict::kNo) colour = kRefuted;
  return {colour, verdict == Verdict::kPartly ? kThin : kSolid, verdict == Verdict::kUnchecked ? "3.2 2.2" : "", 1};
}

void draw_link(SvgWriter& svg, const Explanation& e, std::size_t index, const std::vector<Support>& rows,
               const Line& line, double left, double top) {
  const Link& link = e.graph.links[index];
  const Verdict verdict = verdict_of(rows);
  const SvgWriter::Stroke stroke = stroke_of(link, verdict);
  svg.begin_group("link", e.graph.nodes[link.from].name + (link.carries ? ": " : std::string(arrow(link.sign))) +
                              e.graph.nodes[link.to].name + rows_text(rows));
  std::vector<std::pair<double, double>> points;
  for (const auto& [x, y] : line.points) points.emplace_back(x + left, y + top);
  const double direction = line.backwards ? -1 : 1;
  const auto [x, y] = points.back();
  if (!link.carries)
    points.back().first -= direction * (link.sign == Sign::kRaises   ? kHead - 0.6
                                        : link.sign == Sign::kLowers ? 1.6
                                                                     : 4.4);
  svg.polyline(points, stroke);
  if (!link.carries) draw_head(svg, link.sign, x, y, direction, stroke.colour);
  svg.end_group();
}

void draw_box(SvgWriter& svg, const Node& node, bool carried, const Box& box, const Words& words, double left,
              double top) {
  const Look look = look_of(carried ? "preparation" : node.kind);
  std::string tooltip = node.name;
  if (node.row != nullptr && !node.row->database.empty()) tooltip += " (" + join(node.row->database, ", ") + ")";
  svg.begin_group("node", tooltip);
  svg.rect(left + box.x, top + box.y, box.width, box.height, look.fill, {look.border, 0.8, "", 1}, kRadius);
  const double middle = left + box.x + box.width / 2;
  const double text_height =
      kNameLine * static_cast<double>(words.name.size()) + kSmallLine * static_cast<double>(words.small.size());
  double y = top + box.y + (box.height - text_height) / 2 + kName * 0.86;
  for (const std::string& line : words.name) {
    svg.text(middle, y, line, kName, SvgWriter::Anchor::kMiddle, node.kind == "outcome", 0, "#1A1A1A");
    y += kNameLine;
  }
  y += kSmall * 0.86 - kName * 0.86 + 0.4;
  for (const std::string& line : words.small) {
    svg.text(middle, y, line, kSmall, SvgWriter::Anchor::kMiddle, false, 0, words.small_colour);
    y += kSmallLine;
  }
  svg.end_group();
}

struct LegendEntry {
  std::string text;
  Sign sign = Sign::kRaises;
  bool carries = false;
  Verdict verdict = Verdict::kYes;
};

/// Only what stands in the figure.
std::vector<LegendEntry> legend_of(const Explanation& e, const Drawn& drawn) {
  std::set<Sign> signs;
  std::set<Verdict> verdicts;
  for (const auto& [link, rows] : drawn.links) {
    if (e.graph.links[link].carries) continue;
    signs.insert(e.graph.links[link].sign);
    verdicts.insert(verdict_of(rows));
  }
  std::vector<LegendEntry> out;
  if (signs.contains(Sign::kRaises)) out.push_back({say("raises"), Sign::kRaises, false, Verdict::kYes});
  if (signs.contains(Sign::kLowers)) out.push_back({say("lowers"), Sign::kLowers, false, Verdict::kYes});
  if (signs.contains(Sign::kUnsigned)) out.push_back({say("no sign stated"), Sign::kUnsigned, false, Verdict::kYes});
  for (const auto& [verdict, text] :
       {std::pair{Verdict::kYes, say("the cited paper supports it")}, std::pair{Verdict::kPartly, say("in part")},
        std::pair{Verdict::kUnchecked, say("unchecked")}, std::pair{Verdict::kNo, say("not supported")}}) {
    if (verdicts.contains(verdict)) out.push_back({text, Sign::kRaises, true, verdict});
  }
  return out;
}

/// Draws the entries from left to right in lines; yields the height. `svg` nullptr: measures only.
double draw_legend(SvgWriter* svg, const std::vector<LegendEntry>& entries, double x0, double y0, double width) {
  double x = x0, y = y0;
  constexpr double kSample = 20;
  for (const LegendEntry& entry : entries) {
    const double needed = kSample + 5 + text_width_pt(entry.text, 7) + 14;
    if (x > x0 && x + needed > x0 + width) {
      x = x0;
      y += kLegendLine;
    }
    if (svg != nullptr) {
      Link link;
      link.sign = entry.sign;
      SvgWriter::Stroke stroke = stroke_of(link, entry.verdict);
      if (entry.carries && entry.verdict != Verdict::kNo) stroke.colour = "#3A3A3A";
      svg->line(x, y - 2.4, x + kSample - (entry.carries ? 0 : 3), y - 2.4, stroke);
      if (!entry.carries) draw_head(*svg, entry.sign, x + kSample, y - 2.4, 1, stroke.colour);
      svg->text(x + kSample + 5, y, entry.text, 7);
    }
    x += needed;
  }
  return y - y0 + kLegendLine;
}

std::string title_of(const Explanation& e) {
  std::string out = (e.from_name.empty() ? say("any source and cargo") : e.from_name) + " → " +
                    (e.to_name.empty() ? say("outcomes") : e.to_name);
  if (e.disease != nullptr) out += ", " + e.disease->name;
  if (e.source != nullptr) out += ", " + e.source->name;
  return out;
}

std::string subtitle_of(const Explanation& e, std::size_t paths) {
  const std::size_t shown = paths == 0 ? e.found.paths.size() : std::min(paths, e.found.paths.size());
  std::size_t unchecked = 0;
  for (std::size_t i = 0; i < shown; ++i) unchecked += e.found.paths[i].unchecked > 0 ? 1 : 0;
  std::string out = unchecked == 0 ? say("Every link shown was compared with the paper that it cites.")
                                   : say("Paths shown that hold a link not compared with the paper it cites: {} of {}.",
                                         unchecked, shown);
  if (shown < e.found.paths.size()) out += " " + say("{} of {} path(s) (is|are) shown.", shown, e.found.paths.size());
  return out;
}

}  // namespace

std::string figure_svg(const Explanation& e, std::size_t paths) {
  const Drawn drawn = choose(e, paths);
  std::vector<Words> words;
  std::vector<Box> boxes;
  for (const std::size_t node : drawn.nodes) {
    words.push_back(words_of(e, drawn, node));
    boxes.push_back(box_for(e.graph.nodes[node], words.back()));
  }
  std::vector<std::pair<std::size_t, std::size_t>> ends;
  std::set<std::size_t> carried;
  std::vector<std::size_t> leaving(boxes.size(), 0), arriving(boxes.size(), 0);
  for (const auto& [link, rows] : drawn.links) {
    const Link& one = e.graph.links[link];
    if (one.carries) carried.insert(one.to);
    ends.emplace_back(drawn.box_of.at(one.from), drawn.box_of.at(one.to));
    ++leaving[ends.back().first];
    ++arriving[ends.back().second];
  }
  for (std::size_t b = 0; b < boxes.size(); ++b) {  // room for every head
    boxes[b].height = std::max(boxes[b].height, kPort * static_cast<double>(std::max(leaving[b], arriving[b]) + 1));
  }
  const Layout layout = lay_out(std::move(boxes), std::move(ends), kColumnGap, kRowGap);

  const std::vector<LegendEntry> legend = legend_of(e, drawn);
  const double inner = std::max(layout.width, kLeastWidth);
  const std::vector<std::string> subtitle = wrap_text(subtitle_of(e, paths), 7.5, inner, 3);
  const double top = kMargin + kTitle + 5 + 9.5 * static_cast<double>(subtitle.size()) + 12;
  const double legend_y = top + layout.height + 24;
  const double height = legend_y + draw_legend(nullptr, legend, kMargin, legend_y, inner) + kMargin - kLegendLine + 4;
  const double left = kMargin + (inner - layout.width) / 2;

  SvgWriter svg(inner + 2 * kMargin, height, "explain", title_of(e), subtitle_of(e, paths));
  svg.text(kMargin, kMargin + kTitle * 0.8, wrap_text(title_of(e), kTitle, inner, 1)[0], kTitle,
           SvgWriter::Anchor::kStart, true);
  double y = kMargin + kTitle + 10;
  for (const std::string& line : subtitle) {
    svg.text(kMargin, y, line, 7.5, SvgWriter::Anchor::kStart, false, 0, "#444444");
    y += 9.5;
  }
  std::size_t i = 0;
  for (const auto& [link, rows] : drawn.links) draw_link(svg, e, link, rows, layout.lines[i++], left, top);
  for (std::size_t b = 0; b < drawn.nodes.size(); ++b)
    draw_box(svg, e.graph.nodes[drawn.nodes[b]], carried.contains(drawn.nodes[b]), layout.boxes[b], words[b], left,
             top);
  draw_legend(&svg, legend, kMargin, legend_y, inner);
  return svg.finish(true);
}

}  // namespace vesica::explain
