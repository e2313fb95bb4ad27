// SPDX-License-Identifier: Apache-2.0
// The demo study. Effects are chosen so that five preparations a group show them, and small ones stay small.
#include <cmath>

#include "phantoms/nta.h"
#include "phantoms/studies.h"
#include <fmt/format.h>

#include "vesica/base/number.h"
#include "vesica/io/xlsx.h"

namespace vesica {

namespace {

constexpr int kRats = 6;
// Dilutions that bring the counts into the instruments' working range: 20 to 120 particles a frame (NanoSight), 50 to
// 300 in view (ZetaView).
constexpr double kNanosightDilution = 250;
constexpr double kZetaviewDilution = 2000;
constexpr double kLogSd = 0.28;
constexpr double kDayCv = 0.08;
constexpr double kPreparationCv = 0.12;
constexpr double kParticlesPerUg = 1.5e9;  // chosen: a pellet of one spin, a third of what vesicles this large allow
constexpr double kBonePrintSd = 2.5;       // % new bone between animals; chosen

struct DemoSettings {
  std::int64_t videos = 3;
  std::int64_t tracks = 1200;
  std::int64_t skulls = 4;
  bool broken_file = true;

  void describe(Fields& fields) {
    fields.integer("videos", videos, {.low = 1, .high = 20, .help = "Videos (runs) a preparation."});
    fields.integer("tracks", tracks, {.low = 50, .high = 100000, .help = "Expected valid tracks a video."});
    fields.integer("skulls", skulls, {.low = 1, .high = 20, .help = "Micro-CT scans of skulls a condition."});
    fields.flag("broken_file", broken_file, {.help = "Add a file that is cut off."});
  }
};

Cell word(std::string text) { return {std::move(text), kNaN, false}; }
Cell typed(double number) { return {exact_number(number), number, true}; }

std::string workbook(const std::string& name, std::vector<std::vector<Cell>> rows) {
  XlsxDocument document;
  XlsxSheet sheet;
  sheet.sheet.name = name;
  sheet.sheet.rows = std::move(rows);
  document.sheets.push_back(std::move(sheet));
  return xlsx_bytes(document);
}

constexpr std::string_view kStudyToml =
    R"toml(# Rendered, not measured: every number below has a known truth in truth.tsv.
[study]
id = "demo"
title = "Vesicles of orbital periosteum and bone marrow for bone repair"
question = "Does hypoxia raise the yield of vesicles from Krt14+Ctsk+ cells and from BMSC, do their vesicles differ in size, and do they help cells to close a gap and bone to fill a defect?"
factors = ["source", "oxygen"]
randomised = "Cultures were assigned to oxygen by lot; rats to gels by lot within cages."
blinded = "Tracking and micro-CT were analysed by sample code."
authors = "Vesica demo"
licence = "CC0-1.0"

[[condition]]
id = "KC"
title = "Krt14+Ctsk+"
levels = {source = "Krt14+Ctsk+", oxygen = "21 %"}

[[condition]]
id = "KC-hyp"
title = "Krt14+Ctsk+, hypoxia"
levels = {source = "Krt14+Ctsk+", oxygen = "1 %"}

[[condition]]
id = "BMSC"
title = "BMSC"
levels = {source = "BMSC", oxygen = "21 %"}

[[condition]]
id = "BMSC-hyp"
title = "BMSC, hypoxia"
levels = {source = "BMSC", oxygen = "1 %"}

[[condition]]
id = "SA"
title = "alginate"

[[condition]]
id = "SA+KC"
title = "alginate + vesicles (KC)"

[[condition]]
id = "SA+KC-hyp"
title = "alginate + vesicles (KC-hyp)"

[[protocol]]
id = "uc"
title = "Differential ultracentrifugation"

[[protocol.steps]]
rcf_g = 300
minutes = 10
rotor = "swing_out"
temperature_c = 4
keep = "supernatant"

[[protocol.steps]]
rcf_g = 2000
minutes = 10
rotor = "swing_out"
temperature_c = 4
keep = "supernatant"

[[protocol.steps]]
rcf_g = 10000
minutes = 30
rotor = "Type 45 Ti"
temperature_c = 4
keep = "supernatant"

[[protocol.steps]]
rcf_g = 100000
minutes = 70
rotor = "Type 45 Ti"
temperature_c = 4
keep = "pellet"

[[protocol.steps]]
kind = "wash"
rcf_g = 100000
minutes = 70
rotor = "Type 45 Ti"
temperature_c = 4
note = "resuspended in PBS"

[[comparison]]
id = "concentration"
quantities = ["vesicle.concentration"]
unit = "preparation"
groups = ["KC", "KC-hyp", "BMSC", "BMSC-hyp"]

[[comparison]]
id = "size"
quantities = ["vesicle.diameter.mean"]
unit = "preparation"
groups = ["KC", "KC-hyp", "BMSC", "BMSC-hyp"]

[[comparison]]
id = "two_factors"
quantities = ["vesicle.concentration"]
unit = "preparation"
factor = "source"
second_factor = "oxygen"
method = "two_way"

[[comparison]]
id = "protein"
quantities = ["protein.concentration"]
unit = "preparation"
groups = ["KC", "KC-hyp", "BMSC", "BMSC-hyp"]

[[comparison]]
id = "bone"
quantities = ["other.fraction"]
target = "new bone"
unit = "animal"
groups = ["SA", "SA+KC", "SA+KC-hyp"]
control = "SA"
correction = "dunnett"
)toml";

constexpr std::string_view kReportingToml =
    R"toml(
[reporting]
term = "small extracellular vesicles (100 000 g pellet)"
source = "conditioned medium"
source_amount = "200 mL from about 1.2e8 cells"
cells = "Krt14+Ctsk+ cells of orbital periosteum and BMSC, Sprague-Dawley rat"
passage = "3 to 5"
medium = "alpha-MEM without serum"
serum = "none"
conditioning_h = "48"
source_storage = "used at once"
storage_c = "-80"
storage_buffer = "PBS"
storage_time = "up to 4 weeks"
freeze_thaw = "1"
separation = "differential ultracentrifugation with one wash"
lysis_buffer = "RIPA with protease inhibitors"
protein_method = "BCA of lysed vesicles"
particle_method = "NTA"
em_method = "negative stain, 120 kV"
nta_instrument = "NanoSight (NTA 3.2, 3.4) and ZetaView (8.06)"
nta_temperature_c = "in each file"
nta_dilution = "1:250 and 1:2000 in PBS"
dose_basis = "particles per defect, counted by NTA"
vehicle_control = "PBS"
dye = "PKH26"
dye_only_control = "dye through the same isolation without vesicles, on every plate"
species = "rat"
strain = "Sprague-Dawley"
sex = "male"
age = "8 weeks"
sample_size = "6 rats a gel, 18 in all; 5 isolations a group"
primary_outcome = "new bone at 8 weeks"
outcomes = "new bone, closure of the defect, bridging"

[[antibody]]
target = "CD63"
clone = "AD1"
catalogue = "demo-63"
maker = "made up"
dilution = "1:1000"
used_for = "western blot"
on = "vesicles"
result = "detected"

[[antibody]]
target = "TSG101"
catalogue = "demo-101"
maker = "made up"
dilution = "1:1000"
used_for = "western blot"
on = "vesicles"
result = "detected"

[[antibody]]
target = "calnexin"
catalogue = "demo-90"
maker = "made up"
dilution = "1:2000"
used_for = "western blot"
on = "vesicles"
result = "not detected"
)toml";

/// What the same isolation would leave of usual vesicles, for every condition that was measured.
std::string scenarios() {
  std::string out;
  for (const DemoGroup& group : demo_groups()) {
    out += fmt::format(
        "\n[[scenario]]\nid = \"uc_{0}\"\ntitle = \"What this isolation leaves of vesicles with a median of 100 "
        "nm\"\nmodel = \"spin\"\nprotocol = \"uc\"\ncondition = \"{0}\"\nquantities = [\"vesicle.diameter.*\", "
        "\"vesicle.number_share\", \"isolation.yield\", \"isolation.copelleted_fraction\"]\n",
        group.id);
  }
  return out;
}

class Demo {
 public:
  Demo(const DemoSettings& settings, std::uint64_t seed) : settings_(settings), seed_(seed) {
    sheet_.push_back({word("path"), word("assay"), word("sample"), word("condition"), word("kind"), word("block"),
                      word("protocol"), word("role"), word("controls"), word("dilution"), word("layout"),
                      word("position"), word("part")});
  }
  Rendered run();

 private:
  void preparation(const DemoGroup& group, int day, double day_factor);
  void export_of(NtaPhantomSettings settings, NtaExport what, const std::string& folder, const std::string& dilution);
  void blanks();
  void animals();
  void take(DemoPart part, const std::string& assay, const std::string& kind);
  void broken();
  void input(const std::string& path, const std::string& assay, const std::string& sample, const std::string& condition,
             const std::string& kind, const std::string& block, const std::string& protocol, const std::string& role,
             const std::string& controls, const std::string& dilution);
  void truth(const std::string& sample, const std::string& condition, std::string_view quantity,
             const std::string& target, double value);
  NtaPhantomSettings instrument(int day) const;

  DemoSettings settings_;
  std::uint64_t seed_;
  Rendered out_;
  std::vector<std::vector<Cell>> sheet_;
  std::string parts_toml_;
  std::vector<DemoPreparation> preparations_;
};

void Demo::input(const std::string& path, const std::string& assay, const std::string& sample,
                 const std::string& condition, const std::string& kind, const std::string& block,
                 const std::string& protocol, const std::string& role, const std::string& controls,
                 const std::string& dilution) {
  sheet_.push_back({word(path), word(assay), word(sample), word(condition), word(kind), word(block), word(protocol),
                    word(role), word(controls), dilution.empty() ? word("") : typed(*parse_number(dilution))});
}

void Demo::truth(const std::string& sample, const std::string& condition, std::string_view quantity,
                 const std::string& target, double value) {
  Observation row = truth_row(quantity, sample, value);
  row.target = target;
  row.condition = condition;
  out_.truth.add(row);
}

NtaPhantomSettings Demo::instrument(int day) const {
  NtaPhantomSettings out;
  out.version = day <= 2 ? "nanosight_3.4" : day == 3 ? "nanosight_3.2" : "zetaview_8.06";
  out.dilution_recorded = day == 3;
  out.decimal_comma = day == 5;
  out.dilution = day <= 3 ? kNanosightDilution : kZetaviewDilution;
  out.videos = settings_.videos;
  out.tracks = settings_.tracks;
  out.suspension.log_sd = {kLogSd};
  return out;
}

void Demo::export_of(NtaPhantomSettings settings, NtaExport what, const std::string& folder,
                     const std::string& dilution) {
  const bool blank = what.cell_per_ml == 0;
  const std::string controls = settings.version.starts_with("zetaview") ? "zetaview" : "nanosight";
  std::string condition, block;
  if (!blank) {
    condition = what.sample.substr(0, what.sample.rfind(' '));
    block = "day" + what.sample.substr(what.sample.rfind(' ') + 1);
  }
  for (PhantomFile& file : render_export(settings, what, seed_)) {
    file.name = folder + "/" + file.name;
    input(file.name, "nta", blank ? "" : what.sample, condition, blank ? "" : "preparation", block, blank ? "" : "uc",
          blank ? "blank" : "", controls, dilution);
    out_.files.push_back(std::move(file));
  }
}

void Demo::preparation(const DemoGroup& group, int day, double day_factor) {
  const std::string sample = fmt::format("{} {}", group.id, day);
  const std::string condition(group.id);
  Random random(seed_, 100 + static_cast<std::uint64_t>(out_.files.size()) * 10 + static_cast<std::uint64_t>(day));
  const double stock = group.concentration_per_ml * day_factor * std::exp(random.normal(0, kPreparationCv));
  NtaPhantomSettings settings = instrument(day);
  settings.suspension.median_nm = {group.median_nm * std::exp(random.normal(0, 0.02))};
  settings.suspension.concentration_per_ml = stock;
  NtaExport what;
  what.name = fmt::format("{}_d{}", group.id, day);
  what.sample = sample;
  what.cell_per_ml = stock / settings.dilution;
  what.blank_per_ml = settings.blank_per_ml / 4;
  what.flagged.assign(static_cast<std::size_t>(settings_.videos), false);
  if (group.id == "KC" && day == 1) what.flagged.back() = true;
  export_of(settings, what, day <= 3 ? "raw/nanosight" : "raw/zetaview",
            day == 3 ? "" : exact_number(settings.dilution));
  truth(sample, condition, "vesicle.concentration", "", stock);
  truth(sample, condition, "vesicle.diameter.mean", "", settings.suspension.mean_nm());
  truth(sample, condition, "vesicle.diameter.median", "", settings.suspension.median_nm[0]);
  preparations_.push_back({sample, condition, day, settings.suspension.median_nm[0],
                           stock / kParticlesPerUg * std::exp(random.normal(0, 0.1))});
}

void Demo::blanks() {
  for (const int day : {1, 4, 5}) {
    NtaPhantomSettings settings = instrument(day);
    settings.dilution = 1;
    NtaExport what;
    what.name = day == 1 ? "PBS_d1" : fmt::format("PBS_d{}", day);
    what.sample = "PBS";
    what.cell_per_ml = 0;
    what.blank_per_ml = settings.blank_per_ml / 4;
    what.flagged.assign(static_cast<std::size_t>(settings_.videos), false);
    settings.tracks = std::max<std::int64_t>(50, settings_.tracks / 8);
    export_of(settings, what, day == 1 ? "raw/nanosight" : "raw/zetaview", "");
  }
}

void Demo::animals() {
  struct Arm {
    const char* condition;
    const char* group;
    double bv_tv;
  };
  const Arm arms[] = {{"SA", "", 18}, {"SA+KC", "KC", 27}, {"SA+KC-hyp", "KC-hyp", 31}};
  std::vector<std::vector<Cell>> rows = {
      {word("Animal"), word("Group"), word("Week"), word("new bone (%)"), word("Body weight (g)")}};
  Random random(seed_, 7);
  int rat = 0;
  std::string givens;
  for (const Arm& arm : arms) {
    for (int i = 0; i < kRats; ++i) {
      const std::string id = fmt::format("rat {}", ++rat);
      const double bone = std::clamp(random.normal(arm.bv_tv, kBonePrintSd), 0.0, 100.0);
      rows.push_back({word(id), word(arm.condition), typed(8), typed(std::round(bone * 10) / 10),
                      typed(std::round(random.normal(310, 12)))});
      sheet_.push_back({word(""), word(""), word(id), word(arm.condition), word("animal"), word(""), word(""), word(""),
                        word(""), word("")});
      truth(id, arm.condition, "other.fraction", "new bone", arm.bv_tv / 100);
      if (*arm.group == '\0') continue;
      givens += fmt::format(
          "\n[[given]]\nto = \"{}\"\npreparation = \"{} {}\"\namount = 2e9\nunit = \"{{particles}}\"\nroute = "
          "\"gel\"\ntime_h = 0\n",
          id, arm.group, i % kDemoDays + 1);
    }
  }
  out_.files.push_back({"raw/bone.xlsx", workbook("micro-CT", std::move(rows)), "New bone and weight of the rats."});
  input("raw/bone.xlsx", "table", "", "", "", "", "", "", "", "");
  out_.files.push_back({"study.toml",
                        std::string(kStudyToml) + std::string(kReportingToml) + parts_toml_ + scenarios() + givens,
                        "The study."});
}

void Demo::take(DemoPart part, const std::string& assay, const std::string& kind) {
  for (PhantomFile& file : part.files) out_.files.push_back(std::move(file));
  for (const DemoPart::Input& each : part.inputs) {
    input(each.path, assay, each.sample, each.condition, kind, each.block, "", "", "", "");
    for (const std::string& text : {each.layout, each.position, each.part}) sheet_.back().push_back(word(text));
  }
  out_.truth.append(part.truth);
  parts_toml_ += part.toml;
}

/// The export of a repeated measurement that was cut off while it was copied.
void Demo::broken() {
  for (const PhantomFile& file : out_.files) {
    if (file.name != "raw/nanosight/BMSC_d2-ExperimentSummary.csv") continue;
    const std::string name = "raw/nanosight/BMSC_d2_again-ExperimentSummary.csv";
    const std::string cut = file.bytes.substr(0, file.bytes.size() * 2 / 3);
    input(name, "nta", "BMSC 2", "BMSC", "preparation", "day2", "uc", "", "nanosight",
          exact_number(kNanosightDilution));
    out_.files.push_back({name, cut, "A summary that is cut off."});
    return;
  }
}

Rendered Demo::run() {
  for (int day = 1; day <= kDemoDays; ++day) {
    Random random(seed_, static_cast<std::uint64_t>(day));
    const double factor = std::exp(random.normal(0, kDayCv));
    for (const DemoGroup& group : demo_groups()) preparation(group, day, factor);
  }
  blanks();
  if (settings_.broken_file) broken();
  take(demo_protein(preparations_, seed_), "protein", "");
  take(demo_micrographs(preparations_, seed_), "tem", "preparation");
  take(demo_wounds(seed_), "wound", "culture");
  take(demo_uptake(seed_), "cell_uptake", "");
  take(demo_edu(seed_), "nuclei", "");
  take(demo_skulls(settings_.skulls, seed_), "bone_ct", "animal");
  animals();
  out_.files.push_back({"samples.xlsx", workbook("samples", std::move(sheet_)), "The sample sheet."});
  return std::move(out_);
}

AnySettings make_settings() { return AnySettings::of<DemoSettings>(); }
Rendered render(const AnySettings& settings, std::uint64_t seed) {
  return Demo(settings.get<DemoSettings>(), seed).run();
}

}  // namespace

const std::vector<DemoGroup>& demo_groups() {
  static const std::vector<DemoGroup> kGroups = {
      {"KC", 1.2e11, 112}, {"KC-hyp", 2.3e11, 104}, {"BMSC", 0.8e11, 128}, {"BMSC-hyp", 1.4e11, 121}};
  return kGroups;
}

const Phantom kDemoPhantom = {
    "demo", "Demo study",
    "A whole study of vesicle preparations for bone repair, with study file, sample sheet, raw files and truth.",
    make_settings, render};

}  // namespace vesica
