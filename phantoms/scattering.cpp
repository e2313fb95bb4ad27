// SPDX-License-Identifier: Apache-2.0
#include "phantoms/scattering.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include <fmt/format.h>

#include "vesica/base/hash.h"
#include "vesica/base/number.h"
#include "vesica/base/random.h"
#include "vesica/base/text.h"
#include "vesica/evidence/water.h"
#include "vesica/io/csv.h"
#include "vesica/io/xlsx.h"

namespace vesica {

namespace {

constexpr std::array<std::string_view, 3> kLayouts = {"zetasizer", "xplorer", "kalliope"};
constexpr std::size_t kClasses = 70;  // of a Zetasizer, from 0.4 to 10000 nm
constexpr double kFirstNm = 0.4, kLastNm = 10000;

Cell word(std::string text) { return {std::move(text), kNaN, false}; }
Cell typed(double number) { return {exact_number(number), number, true}; }

double class_nm(std::size_t i) {
  return kFirstNm * std::pow(kLastNm / kFirstNm, static_cast<double>(i) / static_cast<double>(kClasses - 1));
}

/// Shares (%) of a log-normal in the classes.
std::vector<double> shares(double mu, double sigma) {
  std::vector<double> out;
  double sum = 0;
  for (std::size_t i = 0; i < kClasses; ++i) {
    const double z = (std::log(class_nm(i)) - mu) / sigma;
    out.push_back(std::exp(-0.5 * z * z));
    sum += out.back();
  }
  for (double& v : out) v = sum > 0 ? std::round(v / sum * 1e5) / 1e3 : 0;  // as printed
  return out;
}

/// One measurement: names of columns with their cells.
struct Line {
  std::string sample;
  std::vector<std::pair<std::string, Cell>> cells;
  void put(std::string name, double value, int digits = 4) {
    cells.emplace_back(std::move(name), typed(parse_number(fmt::format("{:.{}g}", value, digits)).value_or(kNaN)));
  }
  void say(std::string name, std::string value) { cells.emplace_back(std::move(name), word(std::move(value))); }
};

void add_truth(ObservationTable& truth, const std::string& sample, std::int64_t replicate, std::string_view quantity,
               double value, std::string_view part = "") {
  Observation row = truth_row(quantity, sample, value);
  row.replicate = std::to_string(replicate);
  row.part = part;
  truth.add(row);
}

/// A table with one line a measurement.
Sheet table_of(const std::vector<Line>& lines) {
  Sheet sheet;
  sheet.name = "Records";
  sheet.rows.emplace_back();
  for (const auto& [name, cell] : lines.front().cells) sheet.rows[0].push_back(word(name));
  for (const Line& line : lines) {
    sheet.rows.emplace_back();
    for (const auto& [name, cell] : line.cells) sheet.rows.back().push_back(cell);
  }
  return sheet;
}

std::string text_of(Sheet sheet, bool decimal_comma) {
  for (auto& row : sheet.rows)
    for (Cell& cell : row) {
      if (!cell.typed) continue;
      cell = word(exact_number(cell.number));
      if (decimal_comma) cell.text = replace_all(cell.text, ".", ",");
    }
  std::string out;
  for (const auto& row : sheet.rows) {
    for (std::size_t i = 0; i < row.size(); ++i) out += (i > 0 ? "\t" : "") + row[i].text;
    out += "\r\n";
  }
  return out;
}

std::string book_of(std::vector<Sheet> sheets) {
  XlsxDocument document;
  for (Sheet& sheet : sheets) {
    XlsxSheet each;
    each.sheet = std::move(sheet);
    each.header = false;
    document.sheets.push_back(std::move(each));
  }
  return xlsx_bytes(document);
}

/// A sheet a measurement, as Kalliope has it: section, name, value, unit.
Sheet kalliope_sheet(const Line& line, std::string_view mode, std::size_t number) {
  Sheet sheet;
  sheet.name = fmt::format("{} {}", line.sample, number);
  sheet.rows = {{word("Measurement name"), word(line.sample)}, {word("Measurement mode"), word(std::string(mode))}};
  for (const auto& [name, cell] : line.cells) {
    const std::size_t open = name.find(" (");
    const std::string unit = open == std::string::npos ? "" : name.substr(open + 2, name.size() - open - 3);
    sheet.rows.push_back({word(""), word(name.substr(0, open)), cell, word(unit)});
  }
  return sheet;
}

Line dls_line(const DlsPhantomSettings& s, const std::string& sample, std::size_t record, double z, double pdi,
              double rate) {
  Line line{sample, {}};
  const double variance = std::log1p(pdi);  // of ln d in the intensity distribution: then PDI = exp(s^2) - 1
  const bool is_kalliope = s.layout == "kalliope", is_xplorer = s.layout == "xplorer";
  if (is_kalliope) {
    line.put("Hydrodynamic diameter (nm)", z);
    line.put("Polydispersity index (%)", 100 * pdi);
    line.put("Intercept g1²", 0.92);
    line.put("Mean intensity (kcounts/s)", rate / 1000);
    line.put("Target temperature (°C)", s.temperature_c);
    return line;
  }
  if (is_xplorer) {
    line.say("Name", sample);
    line.put("Z-Average (nm)", z);
    line.put("Polydispersity Index (PI)", pdi);
    line.put("Derived Mean Count Rate (kcps)", rate / 1000);
    line.put("Intercept", 0.92);
    line.put("Temperature (°C)", s.temperature_c);
    line.put("Dispersant Viscosity (mPa.s)", s.viscosity_mpa_s);
    line.put("Dispersant RI", 1.33);
    line.put("Peak 1 Mean by Intensity ordered by area (nm)", z * (1 + pdi));
    line.put("Peak 1 Area by Intensity ordered by area (%)", 100);
    return line;
  }
  line.put("Record", static_cast<double>(record));
  line.say("Type", "Size");
  line.say("Sample Name", sample);
  line.put("T (°C)", s.temperature_c);
  line.put("Z-Average (d.nm)", z);
  line.put("PdI", pdi);
  line.put("Intercept", 0.92);
  line.put("Derived Count Rate (kcps)", rate / 1000);
  line.put("Viscosity (cP)", s.viscosity_mpa_s);
  line.put("Dispersant RI", 1.33);
  line.put("Pk 1 Mean Int (d.nm)", z * (1 + pdi));
  line.put("Pk 1 Area Int (Percent)", 100);
  line.put("Pk 1 Width Int (d.nm)", z * (1 + pdi) * std::sqrt(pdi));
  line.put("Pk 2 Mean Int (d.nm)", 0);
  line.put("Pk 2 Area Int (Percent)", 0);
  for (std::size_t i = 0; i < kClasses; ++i) line.put(fmt::format("Sizes[{}] (d.nm)", i + 1), class_nm(i), 5);
  const double mu = std::log(z) + variance / 2, sigma = std::sqrt(variance);
  const auto intensity = shares(mu, sigma), volume = shares(mu - 3 * variance, sigma),
             number = shares(mu - 6 * variance, sigma);
  for (std::size_t i = 0; i < kClasses; ++i) line.put(fmt::format("Intensities[{}] (Percent)", i + 1), intensity[i], 6);
  for (std::size_t i = 0; i < kClasses; ++i) line.put(fmt::format("Volumes[{}] (Percent)", i + 1), volume[i], 6);
  for (std::size_t i = 0; i < kClasses; ++i) line.put(fmt::format("Numbers[{}] (Percent)", i + 1), number[i], 6);
  return line;
}

/// The file of all lines in the wanted layout.
PhantomFile file_of(const std::vector<Line>& lines, std::string_view layout, std::string_view name,
                    std::string_view mode, bool decimal_comma, std::string about) {
  if (layout == "zetasizer")
    return {std::string(name) + ".txt", text_of(table_of(lines), decimal_comma), std::move(about)};
  std::vector<Sheet> sheets;
  if (layout == "xplorer") sheets.push_back(table_of(lines));
  for (std::size_t i = 0; layout == "kalliope" && i < lines.size(); ++i)
    sheets.push_back(kalliope_sheet(lines[i], mode, i + 1));
  return {std::string(name) + ".xlsx", book_of(std::move(sheets)), std::move(about)};
}

Rendered render_dls(const AnySettings& any, std::uint64_t seed) {
  const auto& s = any.get<DlsPhantomSettings>();
  Rendered out;
  std::vector<Line> lines;
  for (std::int64_t i = 0; i < s.samples; ++i) {
    Random random(seed, hash64("dls phantom", static_cast<std::uint64_t>(i)));
    const std::string sample = fmt::format("EV{}", i + 1);
    const double size = s.z_average_nm * std::exp(s.between * random.normal());
    for (std::int64_t k = 1; k <= s.repeats; ++k) {
      const double z = size * std::exp(s.repeat_cv * random.normal()), pdi = s.polydispersity;
      const double rate = 2.5e5 * std::exp(0.05 * random.normal());
      // Zetasizers number repeats in the name; the others repeat it.
      const std::string name = s.layout == "zetasizer" && s.repeats > 1 ? fmt::format("{} {}", sample, k) : sample;
      lines.push_back(dls_line(s, name, lines.size() + 1, z, pdi, rate));
      add_truth(out.truth, sample, k, "dls.z_average", z);
      add_truth(out.truth, sample, k, "dls.polydispersity_index", pdi);
      if (s.layout == "kalliope") continue;
      add_truth(out.truth, sample, k, "dls.peak.diameter", z * (1 + pdi), "peak 1");
      add_truth(out.truth, sample, k, "dls.diffusion_coefficient",
                diffusion_um2_s(z, s.temperature_c, s.viscosity_mpa_s));
      add_truth(out.truth, sample, k, "dls.derived_count_rate", rate);
    }
  }
  out.files.push_back(file_of(lines, s.layout, "dls", "Particle size", s.decimal_comma, "Sizes by light scattering"));
  return out;
}

Line zeta_line(const ZetaPhantomSettings& s, const std::string& sample, std::size_t record, double zeta,
               double mobility) {
  Line line{sample, {}};
  if (s.layout == "kalliope") {
    line.put("Mean zeta potential (mV)", zeta);
    line.put("Electrophoretic mobility (µm*cm/Vs)", mobility);
    line.put("Conductivity (mS/cm)", s.conductivity_ms_per_cm);
    line.put("Target temperature (°C)", s.temperature_c);
    return line;
  }
  const bool is_xplorer = s.layout == "xplorer";
  if (!is_xplorer) line.put("Record", static_cast<double>(record));
  line.say(is_xplorer ? "Name" : "Sample Name", sample);
  line.put(is_xplorer ? "Temperature (°C)" : "T (°C)", s.temperature_c);
  line.put("Zeta Potential (mV)", zeta);
  line.put("Zeta Deviation (mV)", 5.5);
  line.put(is_xplorer ? "Mobility (µmcm/VS)" : "Mobility (µmcm/Vs)", mobility);
  line.put("Conductivity (mS/cm)", s.conductivity_ms_per_cm);
  return line;
}

Rendered render_zeta(const AnySettings& any, std::uint64_t seed) {
  const auto& s = any.get<ZetaPhantomSettings>();
  Rendered out;
  std::vector<Line> lines;
  // Smoluchowski: mobility = eps zeta / eta, with the permittivity 78.54 - 0.3596 (t - 25) of water (CRC Handbook, to
  // first order).
  constexpr double kVacuum = 8.8541878128e-12;  // F/m, CODATA 2018
  const double permittivity = 78.54 - 0.3596 * (s.temperature_c - 25);
  const double per_mv = kVacuum * permittivity * 1e-3 / (water_viscosity_mpa_s(s.temperature_c) * 1e-3) * 1e8;
  for (std::int64_t i = 0; i < s.samples; ++i) {
    Random random(seed, hash64("zeta phantom", static_cast<std::uint64_t>(i)));
    const std::string sample = fmt::format("EV{}", i + 1);
    const double mean = s.zeta_mv + s.between_mv * random.normal();
    for (std::int64_t k = 1; k <= s.repeats; ++k) {
      const double zeta = mean + s.repeat_mv * random.normal();
      const std::string name = s.layout == "zetasizer" && s.repeats > 1 ? fmt::format("{} {}", sample, k) : sample;
      lines.push_back(zeta_line(s, name, lines.size() + 1, zeta, zeta * per_mv));
      add_truth(out.truth, sample, k, "zeta.potential", zeta);
      add_truth(out.truth, sample, k, "zeta.mobility", zeta * per_mv);
      add_truth(out.truth, sample, k, "zeta.conductivity", s.conductivity_ms_per_cm);
      add_truth(out.truth, sample, k, "zeta.henry", 1.5);
    }
  }
  out.files.push_back(file_of(lines, s.layout, "zeta", "Zeta potential", s.decimal_comma, "Zeta potentials"));
  return out;
}

AnySettings make_dls() { return AnySettings::of<DlsPhantomSettings>(); }
AnySettings make_zeta() { return AnySettings::of<ZetaPhantomSettings>(); }

}  // namespace

void DlsPhantomSettings::describe(Fields& fields) {
  fields.choice("layout", layout, kLayouts,
                {.help = "Zetasizer Nano's text table, ZS XPLORER's workbook, or Anton Paar Kalliope's."});
  fields.integer("samples", samples, {.low = 1, .high = 500, .help = "Samples."});
  fields.integer("repeats", repeats, {.low = 1, .high = 50, .help = "Measurements a sample."});
  fields.number("z_average_nm", z_average_nm, {.unit = "nm", .low = 5, .high = 2000, .help = "Median Z-average."});
  fields.number("between", between, {.low = 0, .high = 1, .help = "SD of its logarithm between samples."});
  fields.number("repeat_cv", repeat_cv, {.low = 0, .high = 0.5, .help = "SD of its logarithm between repeats."});
  fields.number("polydispersity", polydispersity, {.low = 0.005, .high = 1, .help = "Polydispersity index."});
  fields.number("temperature_c", temperature_c, {.unit = "Cel", .low = 1, .high = 90, .help = "Temperature."});
  fields.number("viscosity_mpa_s", viscosity_mpa_s,
                {.unit = "mPa.s", .low = 0.1, .high = 100, .help = "Viscosity that the instrument was told."});
  fields.flag("decimal_comma", decimal_comma, {.help = "Text with decimal commas."});
}

void ZetaPhantomSettings::describe(Fields& fields) {
  fields.choice("layout", layout, kLayouts,
                {.help = "Zetasizer Nano's text table, ZS XPLORER's workbook, or Anton Paar Kalliope's."});
  fields.integer("samples", samples, {.low = 1, .high = 500, .help = "Samples."});
  fields.integer("repeats", repeats, {.low = 1, .high = 50, .help = "Measurements a sample."});
  fields.number("zeta_mv", zeta_mv, {.unit = "mV", .low = -100, .high = 100, .help = "Mean over samples."});
  fields.number("between_mv", between_mv, {.unit = "mV", .low = 0, .high = 50, .help = "SD between samples."});
  fields.number("repeat_mv", repeat_mv, {.unit = "mV", .low = 0, .high = 50, .help = "SD between repeats."});
  fields.number("conductivity_ms_per_cm", conductivity_ms_per_cm,
                {.unit = "mmho/cm", .low = 0, .high = 100, .help = "Conductivity."});
  fields.number("temperature_c", temperature_c, {.unit = "Cel", .low = 1, .high = 90, .help = "Temperature."});
  fields.flag("decimal_comma", decimal_comma, {.help = "Text with decimal commas."});
}

const Phantom kDlsPhantom = {
    "dls",
    "Dynamic light scattering",
    "Exports of sizes whose cumulants and distributions are one log-normal.",
    make_dls,
    render_dls,
};
const Phantom kZetaPhantom = {
    "zeta",    "Zeta potentials", "Exports of zeta potentials with the mobilities that belong to them.",
    make_zeta, render_zeta,
};

}  // namespace vesica
