// SPDX-License-Identifier: Apache-2.0
// The assay `zeta`: settings, rows, what is told about a record.
#include <array>
#include <cmath>

#include "vesica/assays/zeta/zeta.h"
#include "vesica/base/message.h"
#include "vesica/base/number.h"
#include "vesica/contract/contract.h"
#include "vesica/contract/light_scattering.h"
#include "vesica/contract/sheet_rows.h"
#include "vesica/evidence/water.h"

namespace vesica {

namespace {

using scattering::Record;

constexpr std::string_view kSources[] = {"ISO 13099-2:2012", "10.1098/rspa.1931.0133"};
constexpr std::string_view kQuantities[] = {"zeta.potential", "zeta.deviation",  "zeta.mobility",   "zeta.conductivity",
                                            "zeta.henry",     "zeta.count_rate", "zeta.temperature"};
constexpr std::string_view kFormats[] = {"text", "xlsx"};

struct ZetaSettings {
  double tolerance = 0.05;

  void describe(Fields& fields) {
    fields.number("tolerance", tolerance,
                  {.low = 0,
                   .high = 10,
                   .help = "How far Henry's function may lie outside 1 to 1.5 before a record is flagged (relative)."});
  }
};

AnySettings make_settings() { return AnySettings::of(ZetaSettings{}); }

std::vector<Issue> missing(const Reading&, const AnySettings&) { return {}; }

/// A file of zeta potentials alone; one with sizes, too, is proposed to dls.
bool suits(const Reading& reading) {
  return scattering::holds(reading, &Record::has_zeta) && !scattering::holds(reading, &Record::has_size);
}

void measure_record(const Record& record, const ZetaSettings& settings, scattering::Rows& rows) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 6> kPlain = {
      {{"zeta_potential", "zeta.potential"},
       {"zeta_deviation", "zeta.deviation"},
       {"mobility", "zeta.mobility"},
       {"conductivity", "zeta.conductivity"},
       {"count_rate", "zeta.count_rate"},
       {"temperature", "zeta.temperature"}}};
  for (const auto& [name, quantity] : kPlain) rows.add(record, quantity, record.value(name));
  const double temperature = record.value("temperature"), told = record.value("viscosity");
  const double viscosity = std::isnan(told) ? water_viscosity_mpa_s(temperature) : told;
  const double henry =
      zeta::henry_function(record.value("zeta_potential"), record.value("mobility"), viscosity, temperature);
  const bool is_possible = henry >= 0 && henry <= 10;
  if (is_possible) rows.add(record, "zeta.henry", henry);
  if (henry < 1 * (1 - settings.tolerance) || henry > 1.5 * (1 + settings.tolerance))
    rows.warn(record, Severity::kWarning, "zeta.not_by_henry",
              say("Mobility and zeta potential imply f(κa) = {} in water, which must lie between 1 and 1.5.",
                  readable_number(henry, 3)),
              say("Check viscosity and permittivity in the instrument's settings, and the units of the export."));
  if (!record.quality.empty())
    rows.warn(record, Severity::kWarning, "zeta.flagged", say("The instrument says: {}", record.quality),
              say("Look at its quality report before this record is used."));
}

Outcome measure(const Reading& reading, std::span<const Calibration>, const AnySettings& any, const InputFacts& facts,
                const Context&) {
  scattering::Export found = scattering::read_export(sheet_rows::book_of(reading), reading.path);
  std::erase_if(found.records, [](const Record& record) { return !record.has_zeta(); });
  scattering::name_replicates(found.records);
  Outcome out;
  out.issues = std::move(found.issues);
  scattering::Rows rows(found.records, facts, reading.path, out);
  for (const Record& record : found.records) measure_record(record, any.get<ZetaSettings>(), rows);
  if (found.records.empty()) {
    Observation row = facts.row("zeta.potential");
    row.status = Status::kNoObjects;
    out.observations.add(row);
  }
  return out;
}

}  // namespace

const Assay kZetaAssay = {
    .id = "zeta",
    .title = "Zeta potentials",
    .summary = "Zeta potential, mobility and conductivity from the tables that instruments export.",
    .sources = kSources,
    .quantities = kQuantities,
    .formats = kFormats,
    .roles = {},
    .names_samples = true,
    .make_settings = make_settings,
    .missing = missing,
    .calibrate = nullptr,
    .measure = measure,
    .derive = nullptr,
    .suits = suits,
};

}  // namespace vesica
