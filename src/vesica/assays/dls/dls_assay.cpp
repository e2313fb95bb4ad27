// SPDX-License-Identifier: Apache-2.0
// The assay `dls`: settings, rows, what is told about a record.
#include <array>
#include <cmath>
#include <optional>

#include "vesica/assays/dls/dls.h"
#include "vesica/base/message.h"
#include "vesica/base/number.h"
#include "vesica/contract/contract.h"
#include "vesica/contract/light_scattering.h"
#include "vesica/contract/sheet_rows.h"
#include "vesica/evidence/water.h"

namespace vesica {

namespace {

using scattering::Record;

constexpr std::string_view kSources[] = {"ISO 22412:2017", "10.1063/1.555581"};
constexpr std::string_view kQuantities[] = {
    "dls.z_average",          "dls.polydispersity_index", "dls.diffusion_coefficient",
    "dls.peak.diameter",      "dls.peak.width",           "dls.peak.share",
    "dls.diameter.intensity", "dls.diameter.volume",      "dls.diameter.number",
    "dls.intensity_share",    "dls.volume_share",         "dls.number_share",
    "dls.count_rate",         "dls.derived_count_rate",   "dls.intercept",
    "dls.fit_error",          "dls.temperature",          "dls.viscosity",
    "dls.viscosity_ratio",    "dls.refractive_index"};
constexpr std::string_view kFormats[] = {"text", "xlsx"};
constexpr double kThinner = 0.98, kThicker = 1.02;  // of water; laws of viscosity differ by up to 1 %, chosen

struct DlsSettings {
  double most_polydispersity = 0.7;
  std::optional<double> most_fit_error, least_intercept, viscosity_mpa_s;

  void describe(Fields& fields) {
    fields.number("most_polydispersity", most_polydispersity,
                  {.low = 0, .high = 10, .help = "Polydispersity index above which a record is flagged."});
    fields.optional_number(
        "most_fit_error", most_fit_error,
        {.low = 0, .high = 1e6, .help = "Error of the cumulant fit above which a record is flagged."});
    fields.optional_number("least_intercept", least_intercept,
                           {.low = 0, .high = 2, .help = "Intercept below which a record is flagged."});
    fields.optional_number(
        "viscosity_mpa_s", viscosity_mpa_s,
        {.unit = "mPa.s",
         .low = 0.01,
         .high = 1e5,
         .help = "Viscosity of the medium at the temperature of measurement, when the instrument was "
                 "told another one: diameters are computed again."});
  }
};

AnySettings make_settings() { return AnySettings::of(DlsSettings{}); }

std::vector<Issue> missing(const Reading&, const AnySettings&) { return {}; }

bool suits(const Reading& reading) { return scattering::holds(reading, &Record::has_size); }

/// What a diameter is multiplied by for the viscosity that the user gives.
double correction(const Record& record, const DlsSettings& settings) {
  const double used = record.value("viscosity");
  if (!settings.viscosity_mpa_s) return 1;
  return dls::with_viscosity(1, used, *settings.viscosity_mpa_s);
}

void add_diameters(const Record& record, double factor, scattering::Rows& rows) {
  const double z = record.value("z_average") * factor;
  rows.add(record, "dls.z_average", z);
  rows.add(record, "dls.diameter.intensity", record.value("intensity_mean") * factor);
  rows.add(record, "dls.diameter.volume", record.value("volume_mean") * factor);
  rows.add(record, "dls.diameter.number", record.value("number_mean") * factor);
  for (int i = 1; i <= 9; ++i) {
    const std::string peak = "peak_" + std::to_string(i), part = "peak " + std::to_string(i);
    const double mean = record.value(peak + "_mean"), area = record.value(peak + "_area");
    if (!(mean > 0)) continue;  // instruments print 0 for a peak that is not there
    rows.add(record, "dls.peak.diameter", mean * factor, part);
    rows.add(record, "dls.peak.width", record.value(peak + "_width") * factor, part);
    rows.add(record, "dls.peak.share", area, part);
  }
  constexpr std::array<std::pair<std::string_view, std::string_view>, 3> kCurves = {
      {{"intensity", "dls.intensity_share"}, {"volume", "dls.volume_share"}, {"number", "dls.number_share"}}};
  for (const auto& [name, quantity] : kCurves) {
    const auto curve = record.curves.find(name);
    if (curve == record.curves.end()) continue;
    for (std::size_t i = 0; i < curve->second.at.size(); ++i)
      rows.add(record, quantity, curve->second.value[i], "", curve->second.at[i] * factor);
  }
  const double used = factor == 1 ? record.value("viscosity") : record.value("viscosity") / factor;
  rows.add(record, "dls.diffusion_coefficient", diffusion_um2_s(z, record.value("temperature"), used));
}

void add_conditions(const Record& record, scattering::Rows& rows) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 8> kPlain = {
      {{"pdi", "dls.polydispersity_index"},
       {"count_rate", "dls.count_rate"},
       {"derived_count_rate", "dls.derived_count_rate"},
       {"intercept", "dls.intercept"},
       {"fit_error", "dls.fit_error"},
       {"temperature", "dls.temperature"},
       {"viscosity", "dls.viscosity"},
       {"refractive_index", "dls.refractive_index"}}};
  for (const auto& [name, quantity] : kPlain) rows.add(record, quantity, record.value(name));
  rows.add(record, "dls.viscosity_ratio", dls::ratio_to_water(record.value("viscosity"), record.value("temperature")));
}

void judge(const Record& record, const DlsSettings& settings, scattering::Rows& rows) {
  const double pdi = record.value("pdi");
  if (pdi > settings.most_polydispersity)
    rows.warn(
        record, Severity::kWarning, "dls.too_polydisperse",
        say("The polydispersity index is {}: the Z-average says little about such a sample.", readable_number(pdi, 3)),
        say("Filter or dilute it, or report a distribution by tracking."));
  if (settings.most_fit_error && record.value("fit_error") > *settings.most_fit_error)
    rows.warn(record, Severity::kWarning, "dls.poor_fit",
              say("The cumulant fit is poor: its error is {}.", readable_number(record.value("fit_error"), 3)),
              say("Look at the correlation function: aggregates, dust or too little light."));
  if (settings.least_intercept && record.value("intercept") < *settings.least_intercept)
    rows.warn(record, Severity::kWarning, "dls.low_intercept",
              say("The correlation function begins at only {}.", readable_number(record.value("intercept"), 3)),
              say("Too little light from the particles, multiple scattering, or fluorescence."));
  if (!record.quality.empty())
    rows.warn(record, Severity::kWarning, "dls.flagged", say("The instrument says: {}", record.quality),
              say("Look at its quality report before this record is used."));
  if (settings.viscosity_mpa_s) {
    if (std::isnan(record.value("viscosity")))
      rows.warn(record, Severity::kWarning, "dls.no_viscosity",
                say("Diameters cannot be computed for another viscosity: the export does not say which was used."),
                say("Export the column \"Viscosity (cP)\"."));
    return;
  }
  const double ratio = dls::ratio_to_water(record.value("viscosity"), record.value("temperature"));
  if (ratio < kThinner)
    rows.warn(
        record, Severity::kWarning, "dls.thinner_than_water",
        say("The instrument was told {} mPa·s at {} °C, thinner than water: diameters are {} % too large for water.",
            readable_number(record.value("viscosity"), 4), readable_number(record.value("temperature"), 3),
            readable_number(100 * (1 / ratio - 1), 2)),
        say("Set \"viscosity_mpa_s\" to that of the medium."));
  if (ratio > kThicker)
    rows.warn(record, Severity::kNote, "dls.thicker_than_water",
              say("The instrument was told {} mPa·s at {} °C, {} times that of water.",
                  readable_number(record.value("viscosity"), 4), readable_number(record.value("temperature"), 3),
                  readable_number(ratio, 3)),
              say("Right for sucrose or serum; for plain buffers set \"viscosity_mpa_s\"."));
}

Outcome measure(const Reading& reading, std::span<const Calibration>, const AnySettings& any, const InputFacts& facts,
                const Context&) {
  const auto& settings = any.get<DlsSettings>();
  scattering::Export found = scattering::read_export(sheet_rows::book_of(reading), reading.path);
  std::erase_if(found.records, [](const Record& record) { return !record.has_size(); });
  scattering::name_replicates(found.records);
  Outcome out;
  out.issues = std::move(found.issues);
  scattering::Rows rows(found.records, facts, reading.path, out);
  for (const Record& record : found.records) {
    add_diameters(record, correction(record, settings), rows);
    add_conditions(record, rows);
    judge(record, settings, rows);
  }
  if (found.records.empty()) {
    Observation row = facts.row("dls.z_average");
    row.status = Status::kNoObjects;
    out.observations.add(row);
  }
  return out;
}

}  // namespace

const Assay kDlsAssay = {
    .id = "dls",
    .title = "Sizes by dynamic light scattering",
    .summary = "Z-average, polydispersity, peaks and distributions from the tables that instruments export.",
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
