// SPDX-License-Identifier: Apache-2.0
// An explanation as tab-separated rows and as a tree of values.
#include <cmath>

#include "vesica/base/text.h"
#include "vesica/explain/text.h"

namespace vesica::explain {

namespace {

Value texts(const std::vector<std::string>& all) {
  Value out = Value::array();
  for (const std::string& one : all) out.append(Value::of(one));
  return out;
}

Value number(double value) { return std::isfinite(value) ? Value::of(value) : Value::null(); }
Value whole(std::size_t value) { return Value::of(static_cast<std::int64_t>(value)); }

Value row_value(const Support& support) {
  const MechanismRow& row = *support.row;
  Value out = Value::table();
  out.set("id", Value::of(row.id));
  out.set("read_from_effect", Value::of(support.effect));
  const std::pair<const char*, const std::string*> fields[] = {
      {"source_cell", &row.source_cell},
      {"preconditioning", &row.preconditioning},
      {"cargo", &row.cargo},
      {"relation", &row.relation},
      {"target", &row.target},
      {"pathway", &row.pathway},
      {"effect", &row.effect},
      {"disease", &row.disease},
      {"species", &row.species},
      {"route", &row.route},
      {"dose", &row.dose},
      {"evidence", &row.evidence},
      {"seed", &row.source},
      {"reference", &row.reference},
      {"citation_supports_claim", &row.citation_supports_claim},
      {"checked_from", &row.checked_from},
      {"finding", &row.finding},
      {"note", &row.note}};
  for (const auto& [name, text] : fields) out.set(name, Value::of(*text));
  out.set("cited_doi", texts(row.cited_doi));
  out.set("known", Value::of(vesica::to_text(row.known)));
  return out;
}

Value node_value(const Node& node) {
  Value out = Value::table();
  out.set("id", Value::of(node.id));
  out.set("name", Value::of(node.name));
  out.set("kind", Value::of(node.kind));
  out.set("database", texts(node.row == nullptr ? std::vector<std::string>{} : node.row->database));
  return out;
}

Value path_value(const Explanation& e, const Path& path) {
  Value out = Value::table();
  out.set("text", Value::of(path_text(e.graph, path)));
  out.set("sign", Value::of(to_text(path.sign)));
  out.set("unchecked_links", whole(path.unchecked));
  out.set("refuted", Value::of(path.weakest == Verdict::kNo));
  Value links = Value::array();
  for (const Step& step : path.steps) {
    const Link& link = e.graph.links[step.link];
    Value one = Value::table();
    one.set("from", node_value(e.graph.nodes[link.from]));
    one.set("to", node_value(e.graph.nodes[link.to]));
    one.set("kind", Value::of(link.carries ? "carries" : "acts"));
    one.set("sign", Value::of(link.carries ? "carries" : to_text(link.sign)));
    Value rows = Value::array();
    for (const Support& support : step.rows) rows.append(row_value(support));
    one.set("rows", std::move(rows));
    links.append(std::move(one));
  }
  out.set("links", std::move(links));
  return out;
}

Value claims_value(const Explanation& e, const std::vector<Claim>& claims) {
  Value out = Value::array();
  for (const Claim& claim : claims) {
    Value one = Value::table();
    one.set("actor", Value::of(e.graph.nodes[claim.actor].name));
    one.set("row", row_value({claim.row, claim.effect}));
    out.append(std::move(one));
  }
  return out;
}

Value opposites_value(const Explanation& e) {
  Value out = Value::array();
  for (const Opposite& opposite : e.opposites) {
    Value one = Value::table();
    one.set("node", node_value(e.graph.nodes[opposite.node]));
    one.set("raised_by", claims_value(e, opposite.raises));
    one.set("lowered_by", claims_value(e, opposite.lowers));
    out.append(std::move(one));
  }
  return out;
}

Value ranking_value(const Explanation& e) {
  Value out = Value::array();
  for (const Ranked& ranked : e.ranking) {
    Value one = Value::table();
    one.set("source", Value::of(ranked.source == nullptr ? "" : ranked.source->name));
    one.set("cargo", Value::of(e.graph.nodes[ranked.cargo].name));
    one.set("sign", Value::of(to_text(ranked.sign)));
    const std::pair<const char*, int> counts[] = {{"score", ranked.score},     {"supported", ranked.supported},
                                                  {"partly", ranked.partly},   {"unchecked", ranked.unchecked},
                                                  {"against", ranked.against}, {"no_sign", ranked.no_sign},
                                                  {"chained", ranked.chained}};
    for (const auto& [name, count] : counts) one.set(name, Value::of(count));
    one.set("shortest", whole(ranked.shortest));
    Value rows = Value::array();
    for (const MechanismRow* row : ranked.rows) rows.append(Value::of(row->id));
    one.set("rows", std::move(rows));
    out.append(std::move(one));
  }
  return out;
}

Value copies_value(const Explanation& e) {
  Value out = Value::array();
  for (const Copies& copies : e.copies) {
    Value one = Value::table();
    one.set("cargo", Value::of(e.graph.nodes[copies.node].name));
    one.set("copies_per_cell", number(copies.middle));
    one.set("low", number(copies.low));
    one.set("high", number(copies.high));
    one.set("needed", number(copies.needed));
    one.set("verdict", Value::of(feasibility::to_text(copies.verdict)));
    one.set("assumed", texts(copies.assumed));
    one.set("recalled", texts(copies.recalled));
    out.append(std::move(one));
  }
  return out;
}

Value nodes_value(const Graph& graph, const std::vector<std::size_t>& nodes) {
  Value out = Value::array();
  for (const std::size_t node : nodes) out.append(node_value(graph.nodes[node]));
  return out;
}

std::string ranking_tsv(const Explanation& e) {
  std::string out =
      "rank\tsource\tcargo\tsign\tscore\tsupported\tpartly\tunchecked\tagainst\tno_sign\tchained\tlinks\trows\n";
  for (std::size_t i = 0; i < e.ranking.size(); ++i) {
    const Ranked& one = e.ranking[i];
    std::vector<std::string> ids;
    for (const MechanismRow* row : one.rows) ids.push_back(row->id);
    std::vector<std::string> cells = {std::to_string(i + 1), one.source == nullptr ? "" : one.source->name,
                                      e.graph.nodes[one.cargo].name, std::string(to_text(one.sign))};
    for (const int count : {one.score, one.supported, one.partly, one.unchecked, one.against, one.no_sign, one.chained})
      cells.push_back(std::to_string(count));
    cells.push_back(std::to_string(one.shortest));
    cells.push_back(join(ids, ";"));
    out += join(cells, "\t") + "\n";
  }
  return out;
}

}  // namespace

std::string tsv_of(const Explanation& e) {
  if (!e.ranking.empty()) return ranking_tsv(e);
  std::string out =
      "path\tpath_sign\tunchecked_links\tstep\tfrom\tsign\tto\trow\tread_from_effect\tsource_"
      "cell\tpreconditioning\tcargo\t"
      "relation\ttarget\tpathway\teffect\tdisease\tspecies\troute\tdose\tevidence\tseed\treference\tcited_doi\t"
      "citation_supports_claim\tchecked_from\tfinding\tknown\n";
  for (std::size_t i = 0; i < e.found.paths.size(); ++i) {
    const Path& path = e.found.paths[i];
    for (std::size_t k = 0; k < path.steps.size(); ++k) {
      const Link& link = e.graph.links[path.steps[k].link];
      for (const Support& support : path.steps[k].rows) {
        const MechanismRow& row = *support.row;
        const std::string cells[] = {std::to_string(i + 1),
                                     std::string(to_text(path.sign)),
                                     std::to_string(path.unchecked),
                                     std::to_string(k + 1),
                                     e.graph.nodes[link.from].name,
                                     link.carries ? "carries" : std::string(to_text(link.sign)),
                                     e.graph.nodes[link.to].name,
                                     row.id,
                                     support.effect ? "yes" : "no",
                                     row.source_cell,
                                     row.preconditioning,
                                     row.cargo,
                                     row.relation,
                                     row.target,
                                     row.pathway,
                                     row.effect,
                                     row.disease,
                                     row.species,
                                     row.route,
                                     row.dose,
                                     row.evidence,
                                     row.source,
                                     row.reference,
                                     join(row.cited_doi, ";"),
                                     row.citation_supports_claim,
                                     row.checked_from,
                                     row.finding,
                                     vesica::to_text(row.known)};
        out += join(cells, "\t") + "\n";
      }
    }
  }
  return out;
}

Value value_of(const Explanation& e) {
  Value out = Value::table();
  out.set("schema", Value::of("vesica.explanation/1"));
  out.set("from", Value::of(e.from_name));
  out.set("to", Value::of(e.to_name));
  out.set("to_means_less", Value::of(e.to_is_opposite));
  out.set("disease", Value::of(e.disease == nullptr ? "" : e.disease->name));
  out.set("source", Value::of(e.source == nullptr ? "" : e.source->name));
  out.set("longest", whole(e.question.longest));
  std::size_t unchecked = 0;
  for (const Path& path : e.found.paths) unchecked += path.unchecked > 0 ? 1 : 0;
  out.set("paths_with_unchecked_links", whole(unchecked));
  out.set("cut", Value::of(e.found.cut));
  Value paths = Value::array();
  for (const Path& path : e.found.paths) paths.append(path_value(e, path));
  out.set("paths", std::move(paths));
  out.set("ranking", ranking_value(e));
  out.set("copies_per_cell", copies_value(e));
  out.set("opposite_signs", opposites_value(e));
  Value conflicts = Value::array();
  for (const ConflictRow* row : e.conflicts) {
    Value one = Value::table();
    one.set("id", Value::of(row->id));
    one.set("about", Value::of(row->about));
    one.set("links", texts(row->links));
    one.set("kind", Value::of(row->kind));
    one.set("statement", Value::of(row->statement));
    one.set("finding", Value::of(row->finding));
    one.set("handling", Value::of(row->handling));
    conflicts.append(std::move(one));
  }
  out.set("conflicts", std::move(conflicts));
  out.set("nearest_reached", nodes_value(e.graph, e.reached));
  out.set("nearest_leading", nodes_value(e.graph, e.leading));
  return out;
}

}  // namespace vesica::explain
