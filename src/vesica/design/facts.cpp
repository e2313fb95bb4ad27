// SPDX-License-Identifier: Apache-2.0
// Designs as rows for programs.
#include <cmath>

#include "vesica/base/number.h"
#include "vesica/base/text.h"
#include "vesica/design/text.h"

namespace vesica::design {

namespace {

Band plain(double value) { return {value, kNaN, kNaN}; }

void add_speed(std::vector<Fact>& facts, const std::string& part, const Speed& speed) {
  facts.push_back({part, "speed", plain(speed.rpm), "{rpm}", ""});
  facts.push_back({part, "rcf_at_rav", plain(speed.rcf_rav_g), "[g]", ""});
  facts.push_back({part, "rcf_at_rmax", plain(speed.rcf_rmax_g), "[g]", ""});
  facts.push_back({part, "minutes", plain(speed.minutes), "min", ""});
}

void add_evidence(std::vector<Fact>& facts, const std::vector<spin::UsedEvidence>& evidence) {
  for (const spin::UsedEvidence& used : evidence) {
    if (used.row == nullptr) continue;
    const bool is_own = used.value != used.row->value;
    facts.push_back({"evidence " + used.row->id, used.setting,
                     is_own ? plain(used.value) : Band{used.value, used.row->low, used.row->high}, used.row->unit,
                     is_own ? "stated" : to_text(used.row->known)});
  }
}

void add_rotor(std::vector<Fact>& facts, const RotorRow& rotor) {
  const std::string part = "evidence " + rotor.id;
  facts.push_back({part, "rotor", {}, "", to_text(rotor.known)});
  if (!std::isnan(rotor.bore_mm)) facts.push_back({part, "tube_bore_mm", plain(rotor.bore_mm), "mm", rotor.bore_known});
}

void add_left(std::vector<Fact>& facts, const std::string& part, const Left& left) {
  facts.push_back({part, "yield", left.yield, "1", ""});
  facts.push_back({part, "mean_diameter", left.mean_nm, "nm", ""});
}

std::string cell(double value) { return std::isnan(value) ? std::string() : exact_number(value); }

Value number_or_null(double value) { return std::isfinite(value) ? Value::of(value) : Value::null(); }

}  // namespace

std::string facts_tsv(const std::vector<Fact>& facts) {
  std::string out = "part\tname\tvalue\tlow\thigh\tunit\ttext\n";
  for (const Fact& fact : facts) {
    const std::string cells[] = {fact.part,
                                 fact.name,
                                 cell(fact.number.value),
                                 cell(fact.number.low),
                                 cell(fact.number.high),
                                 fact.unit,
                                 guard_formula(fact.text)};
    out += join(cells, "\t") + "\n";
  }
  return out;
}

Value facts_value(std::string_view question, std::string_view status, const std::vector<Fact>& facts) {
  Value out = Value::table();
  out.set("schema", Value::of("vesica.design/1"));
  out.set("question", Value::of(question));
  out.set("status", Value::of(status));
  Value rows = Value::array();
  for (const Fact& fact : facts) {
    Value row = Value::table();
    row.set("part", Value::of(fact.part));
    row.set("name", Value::of(fact.name));
    row.set("value", number_or_null(fact.number.value));
    row.set("low", number_or_null(fact.number.low));
    row.set("high", number_or_null(fact.number.high));
    row.set("unit", Value::of(fact.unit));
    row.set("text", Value::of(fact.text));
    rows.append(std::move(row));
  }
  out.set("rows", std::move(rows));
  return out;
}

std::vector<Fact> facts_of(const SpinWish& wish, const SpinDesign& design) {
  std::vector<Fact> out;
  out.push_back({"wish", "rotor", {}, "", wish.rotor->id});
  out.push_back({"wish", "keep_from", plain(wish.keep_from_nm), "nm", ""});
  if (std::isfinite(wish.remove_above_nm))
    out.push_back({"wish", "remove_above", plain(wish.remove_above_nm), "nm", ""});
  out.push_back({"wish", "yield", plain(wish.yield), "1", ""});
  out.push_back({"protocol", "status", {}, "", std::string(to_text(design.status))});
  out.push_back({"protocol", "clearing_spins", plain(static_cast<double>(design.rounds)), "1", ""});
  out.push_back({"protocol", "minutes", plain(design.minutes), "min", ""});
  out.push_back({"protocol", "recovered", design.recovered, "1", ""});
  out.push_back({"protocol", "lost_clearing", design.lost_clearing, "1", ""});
  out.push_back({"protocol", "wanted_among_all", design.wanted_among_all, "1", ""});
  out.push_back({"protocol", "smaller_kept", design.smaller_kept, "1", ""});
  out.push_back({"protocol", "draws_that_reach_the_yield", plain(design.met), "1", ""});
  std::int64_t number = 1;
  for (const DesignedSpin& spin : design.spins) {
    const std::string part = "step " + std::to_string(number);
    out.push_back({part, "keep", {}, "", spin.keep_pellet ? "pellet" : "supernatant"});
    out.push_back({part, "times", plain(spin.keep_pellet ? 1 : static_cast<double>(design.rounds)), "1", ""});
    out.push_back({part, "cutoff", spin.cutoff_nm, "nm", ""});
    for (std::size_t i = 0; i < spin.ways.size(); ++i)
      add_speed(out, part + " way " + std::to_string(i + 1), spin.ways[i]);
    number += spin.keep_pellet ? 1 : design.rounds;
  }
  for (const Passenger& passenger : design.passengers)
    out.push_back({"passenger " + passenger.id, "share", passenger.share, "1", ""});
  if (!std::isnan(design.ways.remove_above_nm))
    out.push_back({"reachable with", "remove_above", plain(design.ways.remove_above_nm), "nm", ""});
  if (!std::isnan(design.ways.yield)) out.push_back({"reachable with", "yield", plain(design.ways.yield), "1", ""});
  if (!std::isnan(design.ways.keep_from_nm))
    out.push_back({"reachable with", "keep_from", plain(design.ways.keep_from_nm), "nm", ""});
  for (const RotorRow* rotor : design.ways.rotors) out.push_back({"reachable with", "rotor", {}, "", rotor->id});
  add_evidence(out, design.evidence);
  add_rotor(out, *wish.rotor);
  return out;
}

std::vector<Fact> facts_of(const Transfer& transfer) {
  std::vector<Fact> out;
  out.push_back({"transfer", "to_rotor", {}, "", transfer.to->id});
  out.push_back({"transfer", "k_factor_misleads", {}, "", transfer.k_misleads ? "yes" : "no"});
  for (std::size_t i = 0; i < transfer.spins.size(); ++i) {
    const TransferredSpin& spin = transfer.spins[i];
    const std::string part = "transfer spin " + std::to_string(i + 1);
    out.push_back({part, "from_rotor", {}, "", spin.from->id});
    out.push_back({part, "keep", {}, "", spin.keep_pellet ? "pellet" : "supernatant"});
    out.push_back({part, "from_rcf_at_rav", plain(spin.from_rcf_g), "[g]", ""});
    out.push_back({part, "from_minutes", plain(spin.from_minutes), "min", ""});
    out.push_back({part, "cutoff", spin.cutoff_nm, "nm", ""});
    add_speed(out, part, spin.own_law);
    out.push_back({part, "limited_by_rotor", {}, "", spin.limited ? "yes" : "no"});
    out.push_back({part, "k_from", plain(spin.k_from), "S.h", ""});
    out.push_back({part, "k_to", plain(spin.k_to), "S.h", ""});
    out.push_back({part, "minutes_by_k", plain(spin.k_minutes), "min", ""});
    out.push_back({part, "cutoff_by_k", spin.k_cutoff_nm, "nm", ""});
  }
  add_left(out, "as before", transfer.before);
  add_left(out, "by its own law", transfer.own_law);
  add_left(out, "by k-factor", transfer.by_k);
  add_evidence(out, transfer.evidence);
  for (const TransferredSpin& spin : transfer.spins) add_rotor(out, *spin.from);
  add_rotor(out, *transfer.to);
  return out;
}

}  // namespace vesica::design
