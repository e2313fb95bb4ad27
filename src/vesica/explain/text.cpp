// SPDX-License-Identifier: Apache-2.0
// An explanation as text for people.
#include "vesica/explain/text.h"

#include <algorithm>
#include <map>
#include <set>

#include "vesica/base/message.h"
#include "vesica/base/number.h"
#include "vesica/base/text.h"
#include "vesica/report/text_table.h"

namespace vesica::explain {

namespace {

constexpr std::size_t kColumns = 100;      // chosen: as other commands print into a pipe
constexpr std::size_t kLeastColumns = 60;  // chosen: below, two columns of claims cannot be read

std::string sign_word(Sign sign) {
  return sign == Sign::kRaises ? say("raises") : sign == Sign::kLowers ? say("lowers") : say("acts without a sign on");
}

/// Words set in lines of `width` columns, the second and later ones behind `indent`; words are never cut.
std::string wrapped(const std::string& text, std::size_t width, const std::string& indent) {
  std::string out, line;
  for (const std::string_view word : split(text, ' ')) {
    if (!line.empty() && text_width(line) + 1 + text_width(word) > width) {
      out += line + "\n";
      line = indent;
      line += word;
    } else {
      if (!line.empty() && line != indent) line += ' ';
      line += word;
    }
  }
  return out + line + "\n";
}

std::vector<std::string> lines_of(const std::string& text, std::size_t width) {
  std::vector<std::string> out;
  const std::string whole = wrapped(text, width, "  ");
  for (const std::string_view line : split_lines(whole)) {
    if (!line.empty()) out.emplace_back(line);
  }
  return out;
}

std::string first_line(const Explanation& e) {
  std::size_t unchecked = 0, refuted = 0, partly = 0;
  for (const Path& path : e.found.paths) {
    if (path.weakest == Verdict::kPartly) ++partly;
    if (path.unchecked > 0) ++unchecked;
    if (path.weakest == Verdict::kNo) ++refuted;
  }
  const std::size_t all = e.found.paths.size();
  std::string out;
  if (unchecked == 0)
    out = say("Checked: every link below was compared with the paper that it cites.");
  else if (unchecked == all)
    out = say("Unchecked: every path below holds a link that was not compared with the paper it cites.");
  else
    out = say("Unchecked: {} of {} path(s) (holds|hold) a link that was not compared with the paper it cites.",
              unchecked, all);
  if (partly > 0)
    out += " " + say("{} of {} (rests|rest) on links that their papers support only in part.", partly, all);
  if (refuted > 0) out += " " + say("{} of {} hold a link that its paper does not support.", refuted, all);
  return out;
}

/// "TNF [HGNC:11892]"; says when an identifier was not found in a source.
std::string with_identifier(const std::string& name, const NameRow* row) {
  if (row == nullptr || row->database.empty()) return name;
  const std::string ids = join(row->database, ", ");
  return name + " [" + (row->known == HowKnown::kRecalled ? say("{}, from memory", ids) : ids) + "]";
}

std::string question_line(const Explanation& e) {
  std::string out = e.from_name.empty() ? say("any source and cargo") : with_identifier(e.from_name, e.from_row);
  out += " → " + (e.to_name.empty() ? say("outcomes") : with_identifier(e.to_name, e.to_row));
  if (e.disease != nullptr) out += say("; disease: {}", e.disease->name);
  if (e.source != nullptr) out += say("; source: {}", e.source->name);
  out += "\n";
  out +=
      e.found.paths.size() == 1
          ? say("1 path of at most {} link(s); its sign is the product of the signs of its links.", e.question.longest)
          : say("{} path(s) of at most {} link(s); the sign of a path is the product of the signs of its links.",
                e.found.paths.size(), e.question.longest);
  if (e.found.cut) out += " " + say("There are more: the search was cut. Ask for shorter ones with --longest.");
  out += "\n";
  if (e.to_is_opposite) out += say("\"{}\" means less of {}.", e.question.to, e.to_name) + "\n";
  if (e.disease != nullptr || e.source != nullptr)
    out += say("Disease and source choose the first link; what follows in the recipient comes from any disease of the "
               "same system (nervous system, skeleton).") +
           "\n";
  return out;
}

std::string path_lines(const Explanation& e, const Path& path, std::size_t number, std::size_t width) {
  const std::string end = e.graph.nodes[e.graph.links[path.steps.back().link].to].name;
  std::size_t links = 0;
  for (const Step& step : path.steps) links += e.graph.links[step.link].carries ? 0 : 1;
  std::string what = sign_word(path.sign) + " " + end;
  what += path.unchecked == 0 && path.weakest == Verdict::kPartly ? say(" (all links checked, some supported in part)")
          : path.unchecked == 0                                   ? say(" (all links checked)")
                                : say(" ({} of {} link(s) unchecked)", path.unchecked, links);
  if (path.weakest == Verdict::kNo) what += say(", a link refuted");
  const std::string indent(6, ' ');
  const std::string lead = std::to_string(number);
  return std::string(4 - std::min<std::size_t>(4, lead.size()), ' ') + lead + "  " + what + "\n" + indent +
         wrapped(path_text(e.graph, path), width - indent.size(), indent + "  ");
}

std::string copies_lines(const Explanation& e, std::size_t width) {
  std::string out;
  for (const Copies& one : e.copies) {
    std::string line =
        say("{}: {} copies per cell (95 %: {} to {}), {} are needed: {}. Not stated, taken from evidence: {}.",
            e.graph.nodes[one.node].name, readable_number(one.middle, 2), readable_number(one.low, 2),
            readable_number(one.high, 2), readable_number(one.needed, 4), verdict_text(one.verdict),
            one.assumed.empty() ? say("nothing") : join(one.assumed, ", "));
    if (!one.recalled.empty()) line += " " + say("Of these from memory or chosen: {}.", join(one.recalled, ", "));
    out += "  " + wrapped(line, width - 2, "    ");
  }
  return out.empty() ? out : "\n" + say("Copies of each miRNA per recipient cell for this dose") + "\n" + out;
}

std::string row_lines(const Support& support, std::size_t width) {
  const MechanismRow& row = *support.row;
  std::string text = row.id + "  \"" + row.cargo + " " + row.relation + " " + row.target + "\"";
  text += support.effect ? say(", read from its effect \"{}\"", row.effect) : ": " + row.effect;
  text += "; " + row.source_cell;
  if (row.preconditioning != "none") text += " (" + row.preconditioning + ")";
  text += "; " + row.disease + "; " + say("species: {}", row.species) + "; " + say("route: {}", row.route) + "; " +
          say("dose: {}", row.dose) + "; " + row.evidence + "; " + row.pathway;
  text += "; " + row.source + " [" + row.reference + "]";
  if (!row.cited_doi.empty()) text += " doi:" + join(row.cited_doi, ", doi:");
  text += "; " + verdict_text(verdict_of(row));
  if (!row.finding.empty()) text += ": " + row.finding;
  if (!row.checked_from.empty()) text += " (" + row.checked_from + ")";
  return "    " + wrapped(text, width - 4, "      ");
}

std::string link_lines(const Explanation& e, const std::vector<const Path*>& paths, std::size_t width) {
  std::string out = "\n" + say("Links of these paths") + "\n";
  std::set<std::size_t> seen;
  for (const Path* path : paths) {
    for (const Step& step : path->steps) {
      const Link& link = e.graph.links[step.link];
      if (link.carries || !seen.insert(step.link).second) continue;
      out += "  " + e.graph.nodes[link.from].name + std::string(arrow(link.sign)) + e.graph.nodes[link.to].name +
             "  [" + verdict_text(verdict_of(step.rows)) + "]\n";
      for (const Support& support : step.rows) out += row_lines(support, width);
    }
  }
  return out;
}

std::vector<std::string> claim_lines(const Explanation& e, const std::vector<Claim>& claims, std::size_t width) {
  std::vector<std::string> out;
  for (const Claim& claim : claims) {
    const std::string text = e.graph.nodes[claim.actor].name + " (" + claim.row->id + ": " + claim.row->disease + ", " +
                             claim.row->species + ", " + claim.row->evidence + ", " +
                             verdict_text(verdict_of(*claim.row)) + ")";
    for (const std::string& line : lines_of(text, width)) out.push_back(line);
  }
  return out;
}

std::string opposite_lines(const Explanation& e, std::size_t width) {
  std::string out;
  const std::size_t half = (width - 4) / 2;
  for (const Opposite& one : e.opposites) {
    std::vector<std::string> left = {say("raised by")}, right = {say("lowered by")};
    for (const std::string& line : claim_lines(e, one.raises, half - 2)) left.push_back(line);
    for (const std::string& line : claim_lines(e, one.lowers, half - 2)) right.push_back(line);
    TextLines lines;
    for (std::size_t i = 0; i < std::max(left.size(), right.size()); ++i) {
      lines.push_back({i < left.size() ? left[i] : "", i < right.size() ? right[i] : ""});
    }
    out += "\n" + say("Links of opposite sign: {}", e.graph.nodes[one.node].name) + "\n";
    const std::string columns = aligned_text(lines, {false, false}, width - 2);
    for (const std::string_view line : split_lines(columns)) {
      if (!line.empty()) out += "  " + std::string(line) + "\n";
    }
  }
  return out;
}

std::string conflict_lines(const Explanation& e, std::size_t width) {
  if (e.conflicts.empty()) return "";
  std::string out = "\n" + say("Known conflicts that concern these links") + "\n";
  for (const ConflictRow* row : e.conflicts) {
    out += "  " + wrapped(row->id + "  " + row->about, width - 2, "    ");
    out += "    " + wrapped(say("said: {}", row->statement), width - 4, "      ");
    out += "    " + wrapped(say("against it: {}", row->finding), width - 4, "      ");
    out += "    " + wrapped(say("here: {}", row->handling), width - 4, "      ");
  }
  return out;
}

std::string ranking_lines(const Explanation& e, std::size_t columns, std::size_t limit) {
  if (e.ranking.empty()) return "";
  TextLines lines = {{"#", say("source"), say("cargo"), say("sign"), say("score"), say("yes"), say("partly"),
                      say("unchecked"), say("against"), say("chained"), say("links")}};
  const std::size_t shown = limit == 0 ? e.ranking.size() : std::min(limit, e.ranking.size());
  for (std::size_t i = 0; i < shown; ++i) {
    const Ranked& one = e.ranking[i];
    lines.push_back({std::to_string(i + 1), one.source == nullptr ? "–" : one.source->name,
                     one.cargo < e.graph.nodes.size() && e.graph.nodes[one.cargo].from != nullptr
                         ? e.graph.nodes[one.cargo].row->name
                         : e.graph.nodes[one.cargo].name,
                     one.sign == Sign::kUnsigned ? say("none") : sign_word(one.sign), std::to_string(one.score),
                     std::to_string(one.supported), std::to_string(one.partly), std::to_string(one.unchecked),
                     std::to_string(one.against), std::to_string(one.chained), std::to_string(one.shortest)});
  }
  std::string out = "\n" + say("Sources and cargoes by independent evidence") + "\n" +
                    aligned_text(lines, {true, false, false, false, true, true, true, true, true, true, true}, columns);
  out +=
      wrapped(say("score: distinct papers whose check says yes and that speak of {} itself, less those that say the "
                  "opposite or do not say it. partly and unchecked: other such papers. chained: papers for the first "
                  "link of a longer path only.",
                  e.to_name.empty() ? say("an outcome") : e.to_name),
              columns, "");
  if (shown < e.ranking.size()) out += say("{} of {} shown; --limit 0 shows all.", shown, e.ranking.size()) + "\n";
  return out;
}

/// What happens to each outcome: cargoes of the question's paths, by sign.
std::string outcome_lines(const Explanation& e, std::size_t columns) {
  struct Count {
    int paths = 0, checked = 0;
    std::set<std::size_t> starts[3];
  };
  std::map<std::string, Count> counts;
  for (const Path& path : e.found.paths) {
    Count& one = counts[e.graph.nodes[e.graph.links[path.steps.back().link].to].name];
    ++one.paths;
    if (path.unchecked == 0 && path.weakest != Verdict::kNo) ++one.checked;
    one.starts[static_cast<int>(path.sign) + 1].insert(e.graph.links[path.steps.front().link].from);
  }
  TextLines lines = {
      {say("outcome"), say("paths"), say("checked"), say("raised by"), say("lowered by"), say("no sign")}};
  for (const auto& [name, one] : counts) {
    lines.push_back({name, std::to_string(one.paths), std::to_string(one.checked), std::to_string(one.starts[2].size()),
                     std::to_string(one.starts[0].size()), std::to_string(one.starts[1].size())});
  }
  return "\n" +
         say("Where the paths end: paths, those without unchecked or refuted links, and how many beginnings "
             "raise or lower it") +
         "\n" + aligned_text(lines, {false, true, true, true, true, true}, columns);
}

std::string names_of(const Graph& graph, const std::vector<std::size_t>& nodes) {
  std::vector<std::string> out;
  for (const std::size_t node : nodes) out.push_back(graph.nodes[node].name);
  return join(out, ", ");
}

}  // namespace

std::string_view arrow(Sign sign) { return sign == Sign::kRaises ? " → " : sign == Sign::kLowers ? " ⊣ " : " –?– "; }

std::string_view to_text(Sign sign) {
  return sign == Sign::kRaises ? "raises" : sign == Sign::kLowers ? "lowers" : "unsigned";
}

std::string verdict_text(Verdict verdict) {
  switch (verdict) {
    case Verdict::kYes:
      return say("the cited paper supports it");
    case Verdict::kPartly:
      return say("the cited paper supports it in part");
    case Verdict::kNo:
      return say("the cited paper does not support it");
    case Verdict::kUnchecked:
      break;
  }
  return say("unchecked");
}

std::string path_text(const Graph& graph, const Path& path) {
  std::string out = graph.nodes[graph.links[path.steps.front().link].from].name;
  for (const Step& step : path.steps) {
    const Link& link = graph.links[step.link];
    out += (link.carries ? ": " : std::string(arrow(link.sign))) + graph.nodes[link.to].name;
  }
  return out;
}

std::string text_of(const Explanation& e, std::size_t columns, std::size_t limit) {
  if (e.found.paths.empty()) return no_path_text(e);
  const std::size_t width = columns == 0 ? kColumns : std::max(columns, kLeastColumns);
  std::string out = first_line(e) + "\n\n" + question_line(e);
  out += ranking_lines(e, width, limit);
  if (e.question.to.empty()) out += outcome_lines(e, width);
  const std::size_t shown = limit == 0 ? e.found.paths.size() : std::min(limit, e.found.paths.size());
  std::vector<const Path*> paths;
  out += "\n" + say("Paths") + "\n";
  for (std::size_t i = 0; i < shown; ++i) {
    paths.push_back(&e.found.paths[i]);
    out += path_lines(e, e.found.paths[i], i + 1, width);
  }
  if (shown < e.found.paths.size())
    out += say("{} of {} shown; --limit 0 shows all.", shown, e.found.paths.size()) + "\n";
  out += copies_lines(e, width) + opposite_lines(e, width) + conflict_lines(e, width) + link_lines(e, paths, width);
  return out;
}

std::string no_path_text(const Explanation& e) {
  const std::string to = e.to_name.empty() ? say("an outcome") : e.to_name;
  std::string out = e.from_name.empty()
                        ? say("No path of at most {} link(s) leads to {}.", e.question.longest, to)
                        : say("No path of at most {} link(s) from {} to {}.", e.question.longest, e.from_name, to);
  out += "\n";
  if (e.unfiltered > 0) out += say("Without --disease and --source: {} path(s).", e.unfiltered) + "\n";
  if (!e.reached.empty())
    out += say("The nearest that {} leads to: {}.", e.from_name, names_of(e.graph, e.reached)) + "\n";
  if (!e.leading.empty()) out += say("The nearest that lead to {}: {}.", to, names_of(e.graph, e.leading)) + "\n";
  return out;
}

}  // namespace vesica::explain
