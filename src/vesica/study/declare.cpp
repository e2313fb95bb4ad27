// SPDX-License-Identifier: Apache-2.0
#include "vesica/study/declare.h"

#include <array>

#include "vesica/base/message.h"

namespace vesica {

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kMostDilution = 1e12;  // chosen: twelve tenfold steps
constexpr double kMostHours = 1e6;      // chosen: 114 years; a time beyond it is a slip of unit

constexpr std::array<std::string_view, 11> kMethods = {
    "auto", "welch", "student", "paired", "anova", "welch_anova", "blocked", "two_way", "rank", "repeated", "mixed"};
constexpr std::array<std::string_view, 8> kCorrections = {"auto",  "tukey", "dunnett", "games_howell",
                                                          "sidak", "holm",  "bh",      "none"};
constexpr std::array<std::string_view, 4> kScales = {"auto", "linear", "log", "logit"};
constexpr std::array<std::string_view, 2> kLanguages = {"en", "zh"};
constexpr std::array<std::string_view, 3> kStars = {"prism", "strict", "none"};
constexpr std::array<std::string_view, 2> kErrorBars = {"ci95", "sd"};
constexpr std::array<std::string_view, 2> kFigureWidths = {"single", "double"};

KeyInfo about(std::string_view help, Refers refers = Refers::kNothing) { return {.help = help, .refers = refers}; }
KeyInfo needed(std::string_view help, Refers refers = Refers::kNothing) {
  return {.help = help, .required = true, .refers = refers};
}
KeyInfo one_of(std::string_view help, std::span<const std::string_view> choices) {
  return {.help = help, .choices = choices};
}
KeyInfo between(std::string_view help, double low, double high) { return {.help = help, .low = low, .high = high}; }

}  // namespace

void describe_keys(KeyVisitor& keys, Study& study) {
  keys.text("id", study.id, about(translate("Short name of the study; the folder's name when absent.")));
  keys.text("title", study.title, about(translate("Title of the report.")));
  keys.text("question", study.question,
            about(translate("What was asked, in your words; the report answers it first.")));
  keys.text("sheet", study.sheet,
            about(translate("The sample sheet; samples.xlsx, samples.csv or samples.tsv when absent.")));
  keys.texts(
      "raw_folders", study.raw_folders,
      about(translate("Folders outside the study's own from which files may be read; everything else is refused.")));
  keys.texts("factors", study.factors,
             about(translate("Names of the factors of the design; columns of the sheet may bear them.")));
  keys.text("randomised", study.randomised, about(translate("What was randomised and how; empty: not stated.")));
  keys.text("blinded", study.blinded, about(translate("Who was blinded to what; empty: not stated.")));
  keys.text("ethics", study.ethics, about(translate("Approval for animals or patients.")));
  keys.text("authors", study.authors, about(translate("Who did the work.")));
  keys.text("licence", study.licence, about(translate("Under which terms the results may be used.")));
}

void describe_keys(KeyVisitor& keys, Sample& sample) {
  keys.text("id", sample.id, needed(translate("Name of the sample, unique in the study.")));
  keys.text("kind", sample.kind,
            about(translate("donor, culture, preparation, litter, animal, defect, plate, well, lane, ...")));
  keys.text("parent", sample.parent,
            about(translate("The sample that this one was taken from or lies in."), Refers::kSample));
  keys.text("block", sample.block,
            about(translate("What shares an error with others: litter, donor, membrane, plate, day.")));
  keys.text("condition", sample.condition, about(translate("Its group; empty: the parent's."), Refers::kCondition));
  keys.text("protocol", sample.protocol, about(translate("How it was made."), Refers::kProtocol));
  keys.levels("levels", sample.levels, about(translate("Factor levels of this sample alone.")));
  keys.words("attributes", sample.attributes, about(translate("Anything else worth keeping: sex, weight_g, passage.")));
}

void describe_keys(KeyVisitor& keys, Condition& condition) {
  keys.text("id", condition.id, needed(translate("Name of the group, as the sheet writes it.")));
  keys.text("title", condition.title, about(translate("What figures print; the id when absent.")));
  keys.levels("levels", condition.levels, about(translate("Its level of each factor; a dose is a number.")));
}

void describe_keys(KeyVisitor& keys, Given& given) {
  keys.text("to", given.to, needed(translate("The sample that received it."), Refers::kSample));
  keys.text("preparation", given.preparation, needed(translate("What it received."), Refers::kPreparation));
  keys.number("amount", given.amount, between(translate("How much."), 0, kInfinity));
  keys.text("unit", given.unit, about(translate("Unit of the amount: {particles}, ug, mL."), Refers::kUnit));
  keys.text("route", given.route, about(translate("intravenous, local, gel, intranasal, ...")));
  keys.number("time_h", given.time_h,
              between(translate("When, in hours of the study's clock."), -kMostHours, kMostHours));
}

void describe_keys(KeyVisitor& keys, Protocol& protocol) {
  keys.text("id", protocol.id, needed(translate("Name of the protocol.")));
  keys.text("title", protocol.title, about(translate("A few words.")));
  keys.tree("steps", protocol.steps, true,
            needed(translate("The steps in order; the model they concern reads and checks them.")));
}

void describe_keys(KeyVisitor& keys, Layout& layout) {
  keys.text("id", layout.id, needed(translate("Name of the plate or membrane.")));
  keys.text("title", layout.title, about(translate("What figures print; the id when absent.")));
  keys.seed("wells", layout.wells,
            about(translate("Wells of the plate: 6, 12, 24, 48, 96 or 384; 0: no plate, or as the map shows.")));
  keys.text("file", layout.file,
            about(translate("The plate map as CSV, TSV or XLSX: grids, or a list with a column of wells.")));
  keys.words("positions", layout.positions,
             about(translate("Position → sample, as A1 = \"S1\"; \"A1:A3\" names several."), Refers::kSample));
  keys.words("roles", layout.roles,
             about(translate("Position → what a well is for: blank, standard, control, negative, dye_only, ...")));
  keys.values("levels", layout.levels,
              between(translate("Position → known concentration of a standard, or dose, in `unit`."), 0, kInfinity));
  keys.values("dilutions", layout.dilutions,
              between(translate("Position → how many fold the sample was diluted there."), 1, kMostDilution));
  keys.text("unit", layout.unit, about(translate("Unit of the levels, as ug/mL."), Refers::kUnit));
  keys.flag("block", layout.is_block, about(translate("Samples on it that name no block have this plate as theirs.")));
}

void describe_keys(KeyVisitor& keys, Input& input) {
  keys.text("path", input.path,
            needed(translate("The file, or a template such as raw/{condition}/{sample}_{replicate}.csv.")));
  keys.text("assay", input.assay, needed(translate("How to measure it."), Refers::kAssay));
  keys.text("sample", input.sample, about(translate("The sample that was measured.")));
  keys.text("condition", input.condition, about(translate("Its group; empty: the sample's."), Refers::kCondition));
  keys.text("replicate", input.replicate, about(translate("Technical repeat of the same sample: video, well, run.")));
  keys.text("part", input.part, about(translate("Part of the sample or file: field, region, sheet.")));
  keys.number("time_h", input.time_h, between(translate("When it was taken, in hours."), -kMostHours, kMostHours));
  keys.text("role", input.role,
            about(translate("Empty for a measurement; else the control it is: blank, bead, standard.")));
  keys.text("controls", input.controls,
            about(translate("Name shared by measurements and the controls that belong to them.")));
  keys.text("layout", input.layout, about(translate("Which samples lie where on it."), Refers::kLayout));
  keys.text("position", input.position, about(translate("Where on the layout the file was taken, as B3.")));
  keys.words("settings", input.settings,
             about(translate("Settings of the assay for this file alone, as dilution = 1000.")));
}

void describe_keys(KeyVisitor& keys, Comparison& comparison) {
  keys.text("id", comparison.id, about(translate("Name of the comparison; numbered when absent.")));
  keys.texts(
      "quantities", comparison.quantities,
      needed(translate("What is compared; a * at the end stands for all that begin so."), Refers::kQuantityPattern));
  keys.text("target", comparison.target,
            about(translate("Gene, protein or particle class, where the quantity has several.")));
  keys.text("unit", comparison.unit,
            needed(translate("The sample kind that could have been given another group; its number is n."),
                   Refers::kSampleKind));
  keys.text("factor", comparison.factor, about(translate("Factor compared; empty: the condition."), Refers::kFactor));
  keys.text("second_factor", comparison.second_factor,
            about(translate("Second factor of a two-way design."), Refers::kFactor));
  keys.texts("groups", comparison.groups, about(translate("Groups in order; empty: all."), Refers::kGroup));
  keys.text("control", comparison.control, about(translate("The group others are held against."), Refers::kGroup));
  keys.text("method", comparison.method, one_of(translate("Test; auto chooses by the design."), kMethods));
  keys.text("correction", comparison.correction, one_of(translate("Correction for several contrasts."), kCorrections));
  keys.pairs("pairs", comparison.pairs,
             about(translate("Selected contrasts only, as [[\"SA+Exos\", \"SA\"]]."), Refers::kGroup));
  keys.text("time", comparison.time,
            about(translate("Empty, \"repeated\", or the one time in hours chosen beforehand.")));
  keys.flag("use_blocks", comparison.use_blocks, about(translate("Compare within blocks where the samples have one.")));
  keys.number("alpha", comparison.alpha, between(translate("Level of the test."), 1e-6, 0.5));
  keys.text("scale", comparison.scale, one_of(translate("Scale of the analysis; auto: the quantity's own."), kScales));
  keys.number("relevant", comparison.relevant,
              between(translate("Smallest difference worth finding, for power: in the quantity's unit; a ratio where "
                                "logarithms are compared. Empty: a fifth of the reference mean, or a doubling."),
                      0, kInfinity));
}

void describe_keys(KeyVisitor& keys, Scenario& scenario) {
  keys.text("id", scenario.id, needed(translate("Name of the scenario.")));
  keys.text("title", scenario.title, about(translate("A few words.")));
  keys.text("model", scenario.model, needed(translate("The model that predicts."), Refers::kModel));
  keys.text("condition", scenario.condition, about(translate("The group it is about."), Refers::kCondition));
  keys.text("sample", scenario.sample, about(translate("The sample it is about."), Refers::kSample));
  keys.text("protocol", scenario.protocol,
            about(translate("Protocol whose steps the model follows."), Refers::kProtocol));
  keys.text("file", scenario.file, about(translate("The file of a model that reads one, such as network.")));
  keys.tree("map", scenario.map, true,
            about(translate("Symbols of that file as quantities of the catalogue: symbol, quantity, target, unit.")));
  keys.texts("quantities", scenario.quantities,
             about(translate("What to predict; empty: all that the model knows."), Refers::kQuantityPattern));
  keys.texts("targets", scenario.targets,
             about(translate("Organs, genes or other targets whose rows are kept; empty: all.")));
  keys.numbers("times_h", scenario.times_h,
               between(translate("Times wanted, in hours; empty: those measured."), -kMostHours, kMostHours));
  keys.numbers("at", scenario.at, about(translate("Positions on the quantity's own axis; empty: those measured.")));
  keys.tree("settings", scenario.settings, false,
            about(translate("Parameters of the model that differ from its defaults.")));
  keys.tree(
      "vary", scenario.vary, false,
      about(translate("What is not known exactly: setting = \"lognormal(100, 0.2)\", in place of the range of its "
                      "evidence; a number is taken as exact.")));
  keys.tree("take", scenario.take, true,
            about(translate("What it takes from another scenario: from, quantity, target, port, time_h.")));
  keys.seed("draws", scenario.draws,
            about(translate("Draws of what is not known exactly, for intervals; 0: no intervals.")));
  keys.seed("seed", scenario.seed, about(translate("Seed of the random numbers.")));
}

void describe_keys(KeyVisitor& keys, Exclusion& exclusion) {
  keys.words("match", exclusion.match,
             needed(translate("What is left out: column → value, as sample = \"S4\"; all must hold at once.")));
  keys.text("reason", exclusion.reason, needed(translate("Why; the report prints it.")));
}

void describe_keys(KeyVisitor& keys, Reported& reported) {
  keys.text("quantity", reported.quantity, needed(translate("Which quantity."), Refers::kQuantity));
  keys.text("target", reported.target, about(translate("Of which organ, gene or other target.")));
  keys.text("sample", reported.sample, about(translate("Of which sample."), Refers::kSample));
  keys.text("condition", reported.condition, about(translate("Of which group."), Refers::kCondition));
  keys.number("time_h", reported.time_h, between(translate("At which time, in hours."), -kMostHours, kMostHours));
  keys.number("value", reported.value, about(translate("The number, in the catalogue's unit.")));
  keys.text("evidence", reported.evidence,
            about(translate("Id of a published result in the evidence; value and source are its own when left out.")));
  keys.numbers("naive", reported.naive,
               about(translate("Lowest and highest value that someone without a model would expect; the prediction's "
                               "interval is scored against it.")));
  keys.text("note", reported.note, about(translate("Why a prediction misses it.")));
  keys.text("source", reported.source, about(translate("Who says so: paper with page or figure, person, date.")));
}

void describe_keys(KeyVisitor& keys, ReportOptions& report) {
  keys.text("language", report.language, one_of(translate("Language of the report."), kLanguages));
  keys.text("stars", report.stars,
            one_of(translate("Star scheme: prism (≤, four stars), strict (<, three), none."), kStars));
  keys.text("error_bars", report.error_bars, one_of(translate("What bars show."), kErrorBars));
  keys.text("figure_width", report.figure_width,
            one_of(translate("Width of figures: a journal's column."), kFigureWidths));
}

}  // namespace vesica
