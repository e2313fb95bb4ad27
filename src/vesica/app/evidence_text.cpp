// SPDX-License-Identifier: Apache-2.0
// `vesica evidence`: the curated tables, searched and printed.
#include "vesica/app/app.h"
#include "vesica/base/message.h"
#include "vesica/base/text.h"
#include "vesica/evidence/evidence.h"
#include "vesica/io/json.h"

namespace vesica {

namespace {

std::string hit_text(const EvidenceHit& hit) {
  std::string out =
      std::string(hit.table) + " " + hit.row->id + "\n  " + hit.headline + "\n  " + say("source: {}", hit.row->source);
  if (!hit.row->doi.empty()) out += ", doi:" + hit.row->doi;
  out += " [" + std::string(translate(to_text(hit.row->known))) + "]\n";
  if (!hit.row->note.empty()) out += "  " + hit.row->note + "\n";
  return out;
}

Value hit_value(const EvidenceHit& hit) {
  Value out = Value::table();
  out.set("table", Value::of(hit.table));
  out.set("id", Value::of(hit.row->id));
  out.set("headline", Value::of(hit.headline));
  out.set("source", Value::of(hit.row->source));
  out.set("doi", Value::of(hit.row->doi));
  out.set("known", Value::of(to_text(hit.row->known)));
  out.set("note", Value::of(hit.row->note));
  return out;
}

std::string hit_line(const EvidenceHit& hit) {
  const std::string parts[] = {std::string(hit.table),  hit.row->id,  hit.headline, hit.row->source, hit.row->doi,
                               to_text(hit.row->known), hit.row->note};
  return join(parts, "\t") + "\n";
}

}  // namespace

std::string evidence_text(const std::string& about, std::size_t limit, Print print) {
  const std::vector<EvidenceHit> hits = search_evidence(about);
  const std::size_t shown = limit == 0 ? hits.size() : std::min(limit, hits.size());
  if (print == Print::kJson) {
    Value all = Value::table();
    all.set("schema", Value::of("vesica.evidence/1"));
    all.set("found", Value::of(static_cast<std::int64_t>(hits.size())));
    Value rows = Value::array();
    for (std::size_t i = 0; i < shown; ++i) rows.append(hit_value(hits[i]));
    all.set("rows", std::move(rows));
    return write_json(all);
  }
  std::string text = print == Print::kTsv ? "table\tid\theadline\tsource\tdoi\tknown\tnote\n" : "";
  for (std::size_t i = 0; i < shown; ++i) text += print == Print::kTsv ? hit_line(hits[i]) : hit_text(hits[i]);
  if (print == Print::kTsv) return text;
  if (hits.empty()) return say("No row holds all of these words: {}", about) + "\n";
  return text +
         (shown < hits.size() ? say("{} of {} row(s); --limit 0 shows all.", shown, hits.size())
                              : say("{} row(s).", hits.size())) +
         "\n";
}

}  // namespace vesica
