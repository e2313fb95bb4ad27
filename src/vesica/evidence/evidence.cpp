// SPDX-License-Identifier: Apache-2.0
// Typed rows of the evidence tables.
#include "vesica/evidence/evidence.h"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <numbers>
#include <unordered_map>

#include "vesica/base/message.h"
#include "vesica/base/require.h"
#include "vesica/base/text.h"
#include "vesica/evidence/table_reader.h"

namespace vesica {

namespace {

using evidence_detail::TableReader;

constexpr double kRadiusSlackMm = 0.6;  // chosen: radii are printed to a tenth of a millimetre, some to one
constexpr double kRcfSlack = 0.015;     // chosen: published maxima are rounded to three digits

HowKnown known_of(const std::string& word) {
  for (const HowKnown known : {HowKnown::kRead, HowKnown::kInCode, HowKnown::kDerived, HowKnown::kSecondHand}) {
    if (word == to_text(known)) return known;
  }
  return HowKnown::kRecalled;
}

EvidenceRow common(const TableReader& reader) {
  return {reader.text("id"),   reader.text("source"), reader.text("doi"), known_of(reader.text("known")),
          reader.text("note"), reader.place()};
}

/// low <= value <= high where all are given; both ends or none.
bool range_is_good(TableReader& reader) {
  const double value = reader.number("value"), low = reader.number("low"), high = reader.number("high");
  if (std::isnan(low) && std::isnan(high)) return true;
  const bool half = std::isnan(low) || std::isnan(high);
  if (!half && low <= high && (std::isnan(value) || (low <= value && value <= high))) return true;
  reader.complain("low",
                  say("The range {} to {} does not hold the value {}", reader.text("low"), reader.text("high"),
                      reader.text("value")),
                  say("Give both ends with the value between them, or none"));
  return false;
}

void add_parameters(TableReader reader, Evidence& out) {
  while (reader.next()) {
    if (!range_is_good(reader)) continue;
    out.parameters.push_back({common(reader), reader.text("symbol"), reader.text("unit"), reader.text("meaning"),
                              reader.text("system"), reader.text("distribution"), reader.number("value"),
                              reader.number("low"), reader.number("high")});
  }
}

/// Rav near the middle of Rmin and Rmax, the tube inside them, the published highest RCF that of Rmax and the speed.
bool rotor_is_good(TableReader& reader, const RotorRow& rotor) {
  constexpr double kRcfFactor = 1.11824e-6;  // (2π/60)² / 9.80665 m/s², per mm of radius
  if (!(rotor.rmin_mm > 0 && rotor.rmin_mm < rotor.rmax_mm) ||
      std::fabs((rotor.rmin_mm + rotor.rmax_mm) / 2 - rotor.rav_mm) > kRadiusSlackMm) {
    reader.complain("rav_mm",
                    say("Rav {} mm is not the middle of {} and {} mm", rotor.rav_mm, rotor.rmin_mm, rotor.rmax_mm),
                    say("A mislabelled rotor looks like this: compare with the maker's sheet"));
    return false;
  }
  const double path = rotor.bore_mm / std::cos(rotor.angle_deg * std::numbers::pi / 180);
  if (path > rotor.rmax_mm - rotor.rmin_mm + kRadiusSlackMm) {
    reader.complain(
        "bore_mm",
        say("A bore of {} mm does not fit between {} and {} mm", rotor.bore_mm, rotor.rmin_mm, rotor.rmax_mm),
        say("Give the diameter of the tube"));
    return false;
  }
  const double rcf = kRcfFactor * rotor.rmax_mm * rotor.max_rpm * rotor.max_rpm;
  if (std::fabs(rcf / rotor.max_rcf_g - 1) > kRcfSlack) {
    reader.complain("max_rcf_g",
                    say("{} g does not follow from Rmax and speed, which give {} g", rotor.max_rcf_g, std::round(rcf)),
                    say("A mislabelled rotor looks like this: compare with the maker's sheet"));
    return false;
  }
  return true;
}

void add_rotors(TableReader reader, Evidence& out) {
  while (reader.next()) {
    RotorRow rotor{common(reader),
                   reader.text("name"),
                   reader.list("aliases"),
                   reader.text("class"),
                   reader.number("angle_deg"),
                   reader.number("max_rpm"),
                   reader.number("rmin_mm"),
                   reader.number("rmax_mm"),
                   reader.number("rav_mm"),
                   reader.number("bore_mm"),
                   reader.number("max_rcf_g"),
                   reader.text("bore_known"),
                   reader.text("max_rcf_known")};
    if (rotor_is_good(reader, rotor)) out.rotors.push_back(std::move(rotor));
  }
}

void add_physiology(TableReader reader, Evidence& out) {
  while (reader.next()) {
    if (!range_is_good(reader)) continue;
    out.physiology.push_back({common(reader), reader.text("quantity"), reader.text("organ"), reader.text("species"),
                              reader.text("unit"), reader.number("value"), reader.number("low"),
                              reader.number("high")});
  }
}

void add_results(TableReader reader, Evidence& out) {
  while (reader.next()) {
    if (!range_is_good(reader)) continue;
    out.results.push_back({common(reader), reader.text("topic"), reader.text("finding"), reader.text("system"),
                           reader.text("measure"), reader.text("unit"), reader.number("value"), reader.number("low"),
                           reader.number("high")});
  }
}

void add_mechanisms(TableReader reader, Evidence& out) {
  while (reader.next()) {
    const auto text = [&](std::string_view column) { return reader.text(column); };
    out.mechanisms.push_back({common(reader), text("source_cell"), text("preconditioning"), text("cargo"),
                              text("cargo_type"), text("relation"), text("target"), text("pathway"), text("effect"),
                              text("disease"), text("species"), text("route"), text("dose"), text("evidence"),
                              text("reference"), text("citation_supports_claim"), reader.list("cited_doi"),
                              text("checked_from"), text("finding")});
  }
}

void add_conflicts(TableReader reader, Evidence& out) {
  while (reader.next()) {
    out.conflicts.push_back({common(reader), reader.text("about"), reader.list("links"), reader.text("kind"),
                             reader.text("statement"), reader.text("finding"), reader.text("handling")});
  }
}

void add_names(TableReader reader, Evidence& out) {
  while (reader.next()) {
    out.names.push_back({common(reader), reader.text("kind"), reader.text("name"), reader.list("database"),
                         reader.list("aliases"), reader.list("opposites"), reader.list("broader"),
                         reader.list("parts")});
  }
}

void add_outcomes(TableReader reader, Evidence& out) {
  while (reader.next()) {
    out.outcomes.push_back({common(reader), reader.text("effect"), reader.text("outcome"), reader.text("sign")});
  }
}

/// A rotor's name without case, blanks, dashes and the maker.
std::string plain_name(std::string_view name) {
  std::string out;
  for (const char c : name) {
    if (std::isalnum(static_cast<unsigned char>(c)) || c == '.') {
      out += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    }
  }
  for (const std::string_view maker : {"beckmancoulter", "beckman", "thermo", "sorvall", "eppendorf"}) {
    if (out.starts_with(maker) && out.size() > maker.size()) out.erase(0, maker.size());
  }
  return out;
}

}  // namespace

const char* to_text(HowKnown known) {
  switch (known) {
    case HowKnown::kRead:
      return "read";
    case HowKnown::kInCode:
      return "in_code";
    case HowKnown::kDerived:
      return "derived";
    case HowKnown::kSecondHand:
      return "second_hand";
    case HowKnown::kRecalled:
      return "recalled";
  }
  return "";
}

Evidence read_evidence(const std::vector<EvidenceText>& tables, std::vector<Error>& problems) {
  Evidence out;
  evidence_detail::TableSchema schema;
  for (const EvidenceText& text : tables) {
    if (text.table == "schema") schema = evidence_detail::read_schema(text.tsv, problems);
  }
  for (const EvidenceText& text : tables) {
    if (text.table == "schema") continue;
    TableReader reader(text.table, text.tsv, schema, problems);
    if (text.table == "parameters")
      add_parameters(std::move(reader), out);
    else if (text.table == "rotors")
      add_rotors(std::move(reader), out);
    else if (text.table == "physiology")
      add_physiology(std::move(reader), out);
    else if (text.table == "results")
      add_results(std::move(reader), out);
    else if (text.table == "mechanisms")
      add_mechanisms(std::move(reader), out);
    else if (text.table == "conflicts")
      add_conflicts(std::move(reader), out);
    else if (text.table == "names")
      add_names(std::move(reader), out);
    else if (text.table == "outcomes")
      add_outcomes(std::move(reader), out);
  }
  return out;
}

const Evidence& evidence() {
  static const Evidence tables = [] {
    std::vector<Error> problems;
    Evidence out = read_evidence(built_in_tables(), problems);
    VESICA_REQUIRE(problems.empty(), "a built-in evidence table breaks its schema (evidence_test names the row)");
    return out;
  }();
  return tables;
}

namespace {

template <typename Row>
std::unordered_map<std::string_view, const Row*> index_of(const std::vector<Row>& rows) {
  std::unordered_map<std::string_view, const Row*> out;
  for (const Row& row : rows) out.emplace(row.id, &row);
  return out;
}

}  // namespace

const ParameterRow* find_parameter(std::string_view id) {
  static const auto index = index_of(evidence().parameters);
  const auto found = index.find(id);
  return found == index.end() ? nullptr : found->second;
}

const ResultRow* find_result(std::string_view id) {
  static const auto index = index_of(evidence().results);
  const auto found = index.find(id);
  return found == index.end() ? nullptr : found->second;
}

const RotorRow& find_rotor(std::string_view name, const Place& where) {
  constexpr std::size_t kShortestBeginning = 3;  // chosen
  const std::string wanted = plain_name(name);
  std::vector<std::string> known;
  for (const RotorRow& rotor : evidence().rotors) {
    if (plain_name(rotor.name) == wanted || plain_name(rotor.id) == wanted) return rotor;
    for (const std::string& alias : rotor.aliases) {
      if (plain_name(alias) == wanted) return rotor;
    }
    known.push_back(rotor.name);
  }
  std::vector<std::string> plain;
  for (const std::string& rotor : known) plain.push_back(plain_name(rotor));
  // A name cut short ("Type 45") is meant more often than a slip of the hand to another number.
  const auto longer = std::find_if(plain.begin(), plain.end(), [&](const std::string& one) {
    return wanted.size() >= kShortestBeginning && one.starts_with(wanted);
  });
  const auto near = longer != plain.end() ? std::optional(*longer) : did_you_mean(wanted, plain);
  const auto place = near ? std::find(plain.begin(), plain.end(), *near) - plain.begin() : 0;
  throw Error(ErrorKind::kConfig, say("No rotor is called \"{}\"", name), where,
              near ? say("Did you mean {}?", known[static_cast<std::size_t>(place)])
                   : say("Known rotors: {}. Another one: add a row to evidence/rotors.tsv", join(known, ", ")));
}

}  // namespace vesica
