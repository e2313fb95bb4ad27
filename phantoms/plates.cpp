// SPDX-License-Identifier: Apache-2.0
#include "phantoms/plates.h"

#include <array>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "vesica/base/random.h"
#include "vesica/base/text.h"

namespace vesica {

namespace {

constexpr std::size_t kRows = 8, kColumns = 12;
using PlateText = std::array<std::array<std::string, kColumns>, kRows>;

std::string number(double value) { return std::isnan(value) ? "" : fmt::format("{:.4f}", value); }

std::string grid(const std::string& title, const PlateText& plate, char separator) {
  std::string out = title;
  for (std::size_t c = 0; c < kColumns; ++c) out += separator + std::to_string(c + 1);
  for (std::size_t r = 0; r < kRows; ++r) {
    out += std::string("\n") + static_cast<char>('A' + r);
    for (std::size_t c = 0; c < kColumns; ++c) out += separator + plate[r][c];
  }
  return out + "\n";
}

/// Wells filled one after the other, column by column from the left.
class Filler {
 public:
  explicit Filler(std::size_t first_column) : at_(first_column * kRows) {}
  bool full() const { return at_ >= kRows * kColumns; }
  std::string& take(PlateText& plate) { return plate[at_ % kRows][at_ / kRows]; }
  std::size_t row() const { return at_ % kRows; }
  std::size_t column() const { return at_ / kRows; }
  void next() { ++at_; }

 private:
  std::size_t at_;
};

constexpr std::array<double, 8> kStandards = {2000, 1000, 500, 250, 125, 62.5, 31.25, 0};  // a usual BCA series

AnySettings make_protein() { return AnySettings::of<ProteinPhantomSettings>(); }
AnySettings make_viability() { return AnySettings::of<ViabilityPhantomSettings>(); }
Rendered protein_of(const AnySettings& settings, std::uint64_t seed) {
  return render_protein(settings.get<ProteinPhantomSettings>(), seed);
}
Rendered viability_of(const AnySettings& settings, std::uint64_t seed) {
  return render_viability(settings.get<ViabilityPhantomSettings>(), seed);
}

}  // namespace

void ProteinPhantomSettings::describe(Fields& fields) {
  static constexpr std::array<std::string_view, 2> kMarks = {"point", "comma"};
  fields.number("bottom", bottom, {.low = -10, .high = 1e6, .help = "Response without protein, less the blank."});
  fields.number("top", top, {.low = -10, .high = 1e6, .help = "Response to any amount of protein."});
  fields.number("middle", middle, {.unit = "ug/mL", .low = 1e-3, .high = 1e6, .help = "Concentration half-way."});
  fields.number("slope", slope, {.low = 0.1, .high = 10, .help = "Steepness."});
  fields.number("blank", blank, {.low = -10, .high = 1e6, .help = "What every well reads beside."});
  fields.number("noise", noise, {.low = 0, .high = 1e3, .help = "SD of a reading."});
  fields.number("noise_share", noise_share, {.low = 0, .high = 1, .help = "SD of a reading as a share of it."});
  fields.integer("samples", samples, {.low = 1, .high = 24, .help = "Samples on the plate."});
  fields.integer("repeats", repeats, {.low = 1, .high = 6, .help = "Wells of each dilution."});
  fields.numbers("dilutions", dilutions, {.low = 1, .high = 1e6, .help = "Dilutions of each sample."});
  fields.number("least", least, {.unit = "ug/mL", .low = 1e-6, .high = 1e9, .help = "Least concentrated sample."});
  fields.number("most", most, {.unit = "ug/mL", .low = 1e-6, .high = 1e9, .help = "Most concentrated sample."});
  fields.choice("decimal_mark", decimal_mark, kMarks, {.help = "Decimal mark of the export."});
}

ProteinPlate protein_plate(const ProteinPhantomSettings& settings, std::span<const ProteinSample> known,
                           std::uint64_t seed) {
  Random random(seed);
  PlateText read, samples, roles, levels, dilutions;
  const auto respond = [&](double x) {
    const double y =
        settings.top + (settings.bottom - settings.top) / (1 + std::pow(x / settings.middle, settings.slope));
    const double clean = y + settings.blank;
    return clean + std::hypot(settings.noise, settings.noise_share * clean) * random.normal();
  };
  for (std::size_t row = 0; row < kRows; ++row) {
    for (std::size_t c = 0; c < 2; ++c) {
      roles[row][c] = "standard";
      levels[row][c] = number(kStandards[row]);
      read[row][c] = number(respond(kStandards[row]));
    }
  }
  Filler filler(2);
  for (const ProteinSample& sample : known) {
    for (const double fold : settings.dilutions) {
      for (std::int64_t k = 0; k < settings.repeats && !filler.full(); ++k, filler.next()) {
        filler.take(samples) = sample.name;
        filler.take(dilutions) = number(fold);
        filler.take(read) = number(respond(sample.ug_per_ml / fold));
      }
    }
  }
  ProteinPlate out;
  const bool comma = settings.decimal_mark == "comma";
  const std::string plate = grid("", read, comma ? ';' : ',');
  out.plate = comma ? "Instrument;Reader\nAbsorbance 562 nm\n\n" + replace_all(plate, ".", ",")
                    : "Instrument,Reader\nAbsorbance 562 nm\n\n" + plate;
  out.map = grid("samples", samples, ',') + "\n" + grid("roles", roles, ',') + "\n" +
            grid("levels (ug/mL)", levels, ',') + "\n" + grid("dilutions", dilutions, ',');
  return out;
}

Rendered render_protein(const ProteinPhantomSettings& settings, std::uint64_t seed) {
  Rendered out;
  std::string sheet = "path,assay,sample,kind,layout\nplate.csv,protein,,,plate 1\n";
  std::vector<ProteinSample> known;
  const auto count = static_cast<std::size_t>(settings.samples);
  const std::size_t wells =
      std::max<std::size_t>(1, settings.dilutions.size() * static_cast<std::size_t>(settings.repeats));
  for (std::size_t s = 0; s < count && s * wells < kRows * (kColumns - 2); ++s) {
    const double share = count > 1 ? static_cast<double>(s) / static_cast<double>(count - 1) : 0;
    known.push_back(
        {"prep-" + std::to_string(s + 1), settings.least * std::pow(settings.most / settings.least, share)});
    sheet += ",," + known.back().name + ",preparation,\n";
    out.truth.add(truth_row("protein.concentration", known.back().name, known.back().ug_per_ml));
  }
  ProteinPlate plate = protein_plate(settings, known, seed);
  out.files.push_back({"plate.csv", std::move(plate.plate), "The reader's export."});
  out.files.push_back({"map.csv", std::move(plate.map), "What lies in the wells."});
  out.files.push_back({"samples.csv", sheet, "The sample sheet."});
  out.files.push_back({"study.toml",
                       "[study]\ntitle = \"A plate of protein\"\n\n[[layout]]\nid = \"plate 1\"\nwells = 96\nfile = "
                       "\"map.csv\"\n",
                       "The study."});
  return out;
}

void ViabilityPhantomSettings::describe(Fields& fields) {
  fields.number("untreated", untreated, {.low = 0, .high = 1e9, .help = "Signal without dose, less the blank."});
  fields.number("killed", killed, {.low = 0, .high = 1e9, .help = "Signal at any dose."});
  fields.number("blank", blank, {.low = 0, .high = 1e9, .help = "What every well reads beside."});
  fields.number("ec50", ec50, {.unit = "ug/mL", .low = 1e-9, .high = 1e9, .help = "Dose of half effect."});
  fields.number("slope", slope, {.low = 0.1, .high = 10, .help = "Steepness."});
  fields.numbers("doses", doses, {.unit = "ug/mL", .low = 0, .high = 1e9, .help = "Doses."});
  fields.integer("cultures", cultures, {.low = 1, .high = 3, .help = "Independent cultures."});
  fields.integer("repeats", repeats, {.low = 1, .high = 4, .help = "Wells of each dose."});
  fields.number("noise_share", noise_share, {.low = 0, .high = 1, .help = "SD of a reading as a share of it."});
  fields.number("culture_cv", culture_cv, {.low = 0, .high = 1, .help = "Spread of the EC50 between cultures."});
  fields.number("edge_share", edge_share, {.low = -1, .high = 1, .help = "How much less the outer wells read."});
  fields.flag("ldh", ldh, {.help = "LDH of dead cells: untreated and killed change places; wells of maximum release."});
}

Rendered render_viability(const ViabilityPhantomSettings& settings, std::uint64_t seed) {
  Random random(seed);
  PlateText read, samples, roles, levels;
  Rendered out;
  std::string sheet = "path,assay,sample,kind,layout\nplate.csv,viability,,,plate 1\n";
  const auto shade = [&](std::size_t r, std::size_t c) {
    return r == 0 || c == 0 || r + 1 == kRows || c + 1 == kColumns ? 1 - settings.edge_share : 1;
  };
  const auto respond = [&](double dose, double ec50, std::size_t r, std::size_t c) {
    const double living = 1 / (1 + std::pow(dose / ec50, settings.slope));
    const double y = settings.killed + (settings.untreated - settings.killed) * (settings.ldh ? 1 - living : living);
    return number(settings.blank + y * shade(r, c) * (1 + settings.noise_share * random.normal()));
  };
  Filler filler(0);
  for (int k = 0; k < 4; ++k, filler.next()) {
    filler.take(roles) = "blank";
    filler.take(read) = number(settings.blank * (1 + 0.01 * random.normal()));
  }
  for (std::int64_t s = 0; s < settings.cultures; ++s) {
    const std::string name = "culture-" + std::to_string(s + 1);
    const double ec50 = settings.ec50 * std::exp(settings.culture_cv * random.normal());
    sheet += ",," + name + ",culture,\n";
    out.truth.add(truth_row("viability.ec50", name, ec50));
    for (std::size_t d = 0; d <= settings.doses.size(); ++d) {
      const double dose = d == 0 ? 0 : settings.doses[d - 1];
      for (std::int64_t k = 0; k < settings.repeats && !filler.full(); ++k, filler.next()) {
        filler.take(samples) = name;
        filler.take(levels) = number(dose);
        if (d == 0) filler.take(roles) = settings.ldh ? "spontaneous" : "control";
        filler.take(read) = respond(dose, ec50, filler.row(), filler.column());
      }
    }
  }
  for (std::int64_t k = 0; settings.ldh && k < settings.repeats && !filler.full(); ++k, filler.next()) {
    filler.take(roles) = "maximum";
    filler.take(read) = respond(std::numeric_limits<double>::infinity(), 1, filler.row(), filler.column());
  }
  out.files.push_back({"plate.csv",
                       std::string(settings.ldh ? "LDH 490 nm" : "CCK-8 450 nm") + "\n\n" + grid("", read, ','),
                       "The reader's export."});
  out.files.push_back(
      {"map.csv",
       grid("samples", samples, ',') + "\n" + grid("roles", roles, ',') + "\n" + grid("levels (ug/mL)", levels, ','),
       "What lies in the wells."});
  out.files.push_back({"samples.csv", sheet, "The sample sheet."});
  out.files.push_back({"study.toml",
                       "[study]\ntitle = \"A plate of cells\"\n\n[[layout]]\nid = \"plate 1\"\nwells = 96\nfile = "
                       "\"map.csv\"\n" +
                           std::string(settings.ldh ? "\n[settings.viability]\nkind = \"ldh\"\n" : ""),
                       "The study."});
  return out;
}

const Phantom kProteinPhantom = {"protein", "A plate of protein", "Standards and diluted samples of a plate reader.",
                                 make_protein, protein_of};
const Phantom kViabilityPhantom = {"viability", "A plate of cells", "Cultures over doses with blanks and controls.",
                                   make_viability, viability_of};

}  // namespace vesica
