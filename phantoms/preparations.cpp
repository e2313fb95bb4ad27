// SPDX-License-Identifier: Apache-2.0
#include "phantoms/preparations.h"

#include <array>
#include <cmath>
#include <numbers>

#include <fmt/format.h>

#include "vesica/base/hash.h"
#include "vesica/base/number.h"
#include "vesica/base/random.h"
#include "vesica/quantity/quantity.h"

namespace vesica {

namespace {

constexpr double kDetectionNm = 65;
constexpr double kSwelling = 1.25;              ///< hydrodynamic over dry
constexpr double kDensity = 1.1, kShare = 0.2;  ///< of a vesicle: g/mL, protein
constexpr double kDilution = 1000;
constexpr int kRepeats = 3, kTracks = 1000, kMicrographs = 150;
constexpr int kDonors = 3;

/// What is drawn of one preparation.
struct Drawn {
  double mean = 0, sd = 0, cubes = 0;  ///< tracked sizes: mean, SD, mean of cubes
  double dry_mean = 0, dry_sd = 0;
  double z_average = 0;
};

Drawn draw_sizes(const PreparationsPhantomSettings& s, Random& random) {
  Drawn out;
  const auto size = [&] { return s.median_nm * std::exp(std::log(s.gsd) * random.normal()); };
  double sum = 0, square = 0, fifth = 0, sixth = 0;
  for (int i = 0; i < kTracks;) {
    const double d = size();
    if (d < kDetectionNm) continue;
    ++i;
    sum += d, square += d * d, out.cubes += d * d * d / kTracks;
    fifth += std::pow(d, 5), sixth += std::pow(d, 6);
  }
  out.mean = sum / kTracks;
  out.sd = std::sqrt(square / kTracks - out.mean * out.mean);
  out.z_average = sixth / fifth;
  sum = square = 0;
  for (int i = 0; i < kMicrographs; ++i) {
    const double d = size() / kSwelling;
    sum += d, square += d * d;
  }
  out.dry_mean = sum / kMicrographs;
  out.dry_sd = std::sqrt(square / kMicrographs - out.dry_mean * out.dry_mean);
  return out;
}

/// Long tables: one value a row.
class Table {
 public:
  explicit Table(std::string name) : name_(std::move(name)) {}
  /// Quantities that this build does not know are left out.
  void add(const std::string& sample, int repeat, std::string_view quantity, double value,
           std::string_view target = "") {
    const Quantity* entry = find_quantity(quantity);
    if (entry == nullptr) return;
    text_ += fmt::format("{},{},{},{},{:.6g},{}\n", sample, repeat, quantity, target, value, entry->unit);
  }
  bool empty() const { return text_.empty(); }
  PhantomFile file(const char* about) const {
    return {name_, "sample,replicate,quantity,target,value,unit\n" + text_, about};
  }
  const std::string& name() const { return name_; }

 private:
  std::string name_, text_;
};

std::string study_toml(const std::vector<std::string>& inputs) {
  std::string out =
      "[study]\nid = \"lots\"\ntitle = \"Lots of vesicle preparations\"\n"
      "question = \"How alike are the lots, and which may be released?\"\n\n"
      "[[protocol]]\nid = \"uc\"\ntitle = \"Differential centrifugation\"\nsteps = [\n"
      "  {kind = \"spin\", rcf_g = 300, minutes = 10, keep = \"supernatant\", rotor = \"SW 32 Ti\"},\n"
      "  {kind = \"spin\", rcf_g = 10000, minutes = 30, keep = \"supernatant\", rotor = \"SW 32 Ti\"},\n"
      "  {kind = \"spin\", rcf_g = 100000, minutes = 70, keep = \"pellet\", rotor = \"SW 32 Ti\"},\n"
      "  {kind = \"wash\", rcf_g = 100000, minutes = 70, rotor = \"SW 32 Ti\"},\n]\n\n"
      "[[settings.lots.criteria]]\nquantity = \"vesicle.diameter.mean\"\nlow = 80\nhigh = 180\n\n"
      "[[settings.lots.criteria]]\nquantity = \"vesicle.concentration\"\nlow = 5e10\n\n";
  for (const std::string& path : inputs) out += fmt::format("[[input]]\npath = \"{}\"\nassay = \"table\"\n\n", path);
  return out;
}

void add_truth(ObservationTable& truth, const std::string& sample, std::string_view quantity, double value) {
  truth.add(truth_row(quantity, sample, value));
}

/// Factors by which the planted contradiction changes what is written of a preparation.
struct Planted {
  double dry = 1, protein = 1, second_video = 1, blank = 0.002;
  std::string markers = "CD9+ CD63+ CD81+ TSG101+ ALIX+ calnexin-";
};
Planted planted_of(const std::string& plant) {
  Planted out;
  if (plant == "microscopy") out.dry = 0.4;
  if (plant == "protein") out.protein = 30;
  if (plant == "dilution") out.second_video = kDilution;
  if (plant == "marker") out.markers = "CD9+ CD63- TSG101+ calnexin-";
  return out;
}

struct Tables {
  Table tracking{"tracking.csv"}, microscopy{"microscopy.csv"}, scattering{"scattering.csv"}, protein{"protein.csv"};
};

/// One preparation into the tables; yields its true concentration.
void add_preparation(const PreparationsPhantomSettings& s, const std::string& id, double per_ml, const Planted& planted,
                     Random& random, Tables& tables, ObservationTable& truth) {
  const Drawn sizes = draw_sizes(s, random);
  for (int repeat = 1; repeat <= kRepeats; ++repeat) {
    const double scatter = std::exp(s.repeat_sd * random.normal()) * (repeat == 2 ? planted.second_video : 1);
    tables.tracking.add(id, repeat, "vesicle.concentration", per_ml * scatter);
    tables.tracking.add(id, repeat, "vesicle.concentration.measured", per_ml * scatter / kDilution);
    tables.tracking.add(id, repeat, "vesicle.diameter.mean", sizes.mean * std::exp(0.02 * random.normal()));
    tables.tracking.add(id, repeat, "vesicle.diameter.sd", sizes.sd);
    tables.scattering.add(id, repeat, "dls.z_average", sizes.z_average * std::exp(0.03 * random.normal()));
  }
  tables.microscopy.add(id, 1, "tem.diameter.mean", sizes.dry_mean * planted.dry);
  tables.microscopy.add(id, 1, "tem.diameter.sd", sizes.dry_sd * planted.dry);
  const double vesicle_ug = kShare * kDensity * std::numbers::pi / 6 * sizes.cubes * 1e-15;  // nm³ → cm³ → µg
  const double protein = per_ml * vesicle_ug / s.explained;
  for (int well = 1; well <= kRepeats; ++well) {
    tables.protein.add(id, well, "other.mass_concentration",
                       protein * planted.protein * std::exp(0.05 * random.normal()), "protein");
  }
  add_truth(truth, id, "vesicle.concentration", per_ml);
  add_truth(truth, id, "vesicle.particles_per_protein", per_ml / protein);
}

Rendered render(const AnySettings& any, std::uint64_t seed) {
  const auto& s = any.get<PreparationsPhantomSettings>();
  Rendered out;
  Tables tables;
  std::string sheet =
      "path,sample,kind,protocol,lot,donor,passage,isolation_date,storage_c,storage_days,attribute:markers,"
      "attribute:dilution\n";
  for (std::int64_t lot = 1; lot <= s.lots; ++lot) {
    Random random(seed, hash64("preparations phantom", static_cast<std::uint64_t>(lot)));
    const std::int64_t donor = (lot - 1) % kDonors + 1;
    Random of_donor(seed, hash64("preparations phantom donor", static_cast<std::uint64_t>(donor)));
    const double level = s.per_ml * std::exp(s.lot_sd * random.normal() + s.donor_sd * of_donor.normal());
    for (const double days : s.storage_days) {
      const std::string id =
          s.storage_days.size() == 1 ? fmt::format("EV{:02}", lot) : fmt::format("EV{:02}-{}", lot, exact_number(days));
      const Planted planted = planted_of(lot == 2 ? s.plant : "none");
      add_preparation(s, id, level * std::exp(-s.loss_per_day * days), planted, random, tables, out.truth);
      sheet += fmt::format(",{},preparation,uc,L{:02},D{},{},2026-{:02}-{:02},-80,{},{},{}\n", id, lot, donor,
                           3 + lot % 4, 1 + (lot - 1) / 28, 1 + (lot - 1) % 28, exact_number(days), planted.markers,
                           exact_number(kDilution));
    }
  }
  sheet += ",PBS,blank,,,,,,,,,\n";
  tables.tracking.add("PBS", 1, "vesicle.concentration", s.plant == "blank" ? 20 * s.per_ml : 0.002 * s.per_ml);
  std::vector<std::string> inputs;
  const std::pair<const Table*, const char*> files[] = {{&tables.tracking, "Particle tracking, three videos each"},
                                                        {&tables.microscopy, "Dry diameters in micrographs"},
                                                        {&tables.scattering, "Dynamic light scattering"},
                                                        {&tables.protein, "Protein, three wells each"}};
  for (const auto& [table, about] : files) {
    if (table->empty()) continue;
    inputs.push_back(table->name());
    out.files.push_back(table->file(about));
  }
  out.files.push_back({"samples.csv", std::move(sheet), "The preparations with lot, donor, storage and markers"});
  out.files.push_back({"study.toml", study_toml(inputs), "The study"});
  return out;
}

AnySettings make_settings() { return AnySettings::of<PreparationsPhantomSettings>(); }

}  // namespace

void PreparationsPhantomSettings::describe(Fields& fields) {
  static constexpr std::array<std::string_view, 6> kPlants = {"none",     "microscopy", "protein",
                                                              "dilution", "marker",     "blank"};
  fields.integer("lots", lots, {.low = 1, .high = 300, .help = "Lots; three donors give them in turn."});
  fields.numbers("storage_days", storage_days,
                 {.unit = "d", .low = 0, .high = 10000, .help = "Storage times, an aliquot of each lot at each."});
  fields.number("median_nm", median_nm,
                {.unit = "nm", .low = 30, .high = 500, .help = "Median hydrodynamic diameter."});
  fields.number("gsd", gsd, {.low = 1.01, .high = 2, .help = "Geometric standard deviation of diameters."});
  fields.number("per_ml", per_ml,
                {.unit = "/mL", .low = 1e6, .high = 1e14, .help = "Particles per mL, geometric mean."});
  fields.number("donor_sd", donor_sd, {.low = 0, .high = 2, .help = "Between donors: SD of the logarithm."});
  fields.number("lot_sd", lot_sd, {.low = 0, .high = 2, .help = "Between lots: SD of the logarithm."});
  fields.number("repeat_sd", repeat_sd, {.low = 0, .high = 2, .help = "Between videos: SD of the logarithm."});
  fields.number("loss_per_day", loss_per_day,
                {.unit = "/d", .low = 0, .high = 1, .help = "Particles lost in storage: slope of the logarithm."});
  fields.number("explained", explained,
                {.low = 0.01, .high = 1, .help = "Share of the protein that is of vesicles (0.2 of 1.1 g/mL)."});
  fields.choice("plant", plant, kPlants, {.help = "A contradiction in the second lot (blank: in all)."});
}

const Phantom kPreparationsPhantom = {
    "preparations",
    "Lots of preparations",
    "A study of lots with tracking, microscopy, light scattering and protein as tables; spread, loss and purity are "
    "known, a contradiction can be planted.",
    make_settings,
    render,
};

}  // namespace vesica
