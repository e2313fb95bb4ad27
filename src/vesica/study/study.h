// SPDX-License-Identifier: Apache-2.0
// A study as a scientist describes it: what was made, given, measured, and what will be compared. Plain structs.
#pragma once

#include <cmath>
#include <cstdint>
#include <limits>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "vesica/base/error.h"
#include "vesica/settings/value.h"
#include "vesica/study/reporting.h"
#include "vesica/study/scenario.h"

namespace vesica {

/// A level of a factor: a word ("SA") or a number (a dose). Compared as numbers when both are numbers.
struct Level {
  std::string text;                                          ///< as written
  double number = std::numeric_limits<double>::quiet_NaN();  ///< NaN when it is a word
  bool operator==(const Level& other) const {
    return std::isnan(number) || std::isnan(other.number) ? text == other.text : number == other.number;
  }
};
using Levels = std::map<std::string, Level>;

/// A node of the study's tree.
struct Sample {
  std::string id;
  std::string kind;                               ///< donor, culture, preparation, litter, animal, defect, well, ...
  std::string parent;                             ///< id, empty at the root
  std::string block;                              ///< what shares an error: litter, donor, membrane, plate, day
  std::string condition;                          ///< declared; empty: inherited from the parent
  std::string protocol;                           ///< how a preparation was made
  Levels levels;                                  ///< factor levels declared on this sample
  std::map<std::string, std::string> attributes;  ///< sex, weight_g, passage, ...
  Place place;
};

/// A named set of factor levels.
struct Condition {
  std::string id;
  std::string title;  ///< for figures; the id when empty
  Levels levels;
  Place place;
};

/// Who received which preparation.
struct Given {
  std::string to;           ///< sample
  std::string preparation;  ///< sample of kind preparation
  double amount = std::numeric_limits<double>::quiet_NaN();
  std::string unit;
  std::string route;
  double time_h = 0;
  Place place;
};

/// How a preparation was made; the steps are read by the model they concern (spin steps by `spin`).
struct Protocol {
  std::string id;
  std::string title;
  Value steps;  ///< array of tables
  Place place;
};

/// The positions of a carrier (plate, membrane) and what lies on them. A plate's positions are written "A1" to "P24".
struct Layout {
  std::string id;
  std::string title;                             ///< for figures; the id when empty
  std::map<std::string, std::string> positions;  ///< position → sample id
  std::map<std::string, std::string> roles;      ///< position → blank, standard, dye_only, negative, control, ...
  std::map<std::string, double> levels;          ///< position → known concentration of a standard, or dose, in `unit`
  std::map<std::string, double> dilutions;       ///< position → how many fold the sample was diluted there
  std::string unit;                              ///< of `levels`, UCUM
  std::size_t wells = 0;                         ///< 6, 12, 24, 48, 96, 384; 0: no plate, or not said
  std::string file;                              ///< the plate map as written; empty: in study.toml or the sheet's book
  bool is_block = false;                         ///< samples on it without a block of their own have this as theirs
  Place place;
};

/// One file (or a part of it) to be measured by one assay.
struct Input {
  std::string path;  ///< as written, relative to the study's folder
  std::string assay;
  std::string sample;
  std::string condition;  ///< empty: the sample's
  std::string replicate;
  std::string part;
  double time_h = std::numeric_limits<double>::quiet_NaN();
  std::string role;      ///< empty: a measurement; else blank, bead, standard, dye_only, ...
  std::string controls;  ///< group of inputs that share calibrations; empty: the whole study
  std::string layout;
  std::string position;                         ///< where on the layout the file was taken: "B3"
  std::map<std::string, std::string> settings;  ///< this input's overrides: field → text
  Place place;
};

/// What will be compared, declared before the results.
struct Comparison {
  std::string id;
  std::vector<std::string> quantities;  ///< ids; "*" at the end of one matches all that begin so
  std::string target;
  std::string unit;                 ///< the sample kind that could have been assigned to a condition
  std::string factor;               ///< factor compared; empty: the condition
  std::string second_factor;        ///< two-way design
  std::vector<std::string> groups;  ///< levels or condition ids in order; empty: all
  std::string control;              ///< for Dunnett and ratios
  std::string method = "auto";      ///< welch, student, paired, anova, welch_anova, two_way, rank, mixed, ...
  std::string correction = "auto";  ///< tukey, dunnett, games_howell, sidak, holm, bh, none
  std::vector<std::pair<std::string, std::string>> pairs;  ///< selected contrasts
  std::string time;                                        ///< empty, "repeated", or one pre-declared time in hours
  bool use_blocks = true;
  double alpha = 0.05;
  std::string scale = "auto";  ///< linear, log, logit; auto: the quantity's
  /// The smallest difference worth finding, for power: in the quantity's unit, a ratio on log scale, an odds ratio on
  /// logit scale; NaN: a fifth of the reference group's mean (one SD where there is no zero), or a doubling.
  double relevant = std::numeric_limits<double>::quiet_NaN();
  Place place;
};

struct Exclusion {
  std::map<std::string, std::string> match;  ///< column → value: sample, replicate, input, quantity, id
  std::string reason;
  Place place;
};

struct ReportOptions {
  std::string language = "en";
  std::string stars = "prism";  ///< prism (≤, four stars), strict (<, three stars), none
  std::string error_bars = "ci95";
  std::string figure_width = "single";
};

/// A number that a paper or a colleague states, to be held against measured and predicted ones.
struct Reported {
  std::string quantity, target, sample, condition;
  double time_h = std::numeric_limits<double>::quiet_NaN();
  double value = std::numeric_limits<double>::quiet_NaN();  ///< in the catalogue's unit
  std::string evidence;       ///< id of a published result, from which value and source come when they are not stated
  std::vector<double> naive;  ///< two numbers: the interval of someone who knows no model
  std::string note;           ///< why a prediction misses it
  std::string source;
  Place place;
};

/// The whole recipe.
struct Study {
  std::string id;
  std::string title;
  std::string question;                  ///< what was asked, in the scientist's words
  std::string folder;                    ///< absolute; paths of inputs are relative to it
  std::string file;                      ///< study.toml
  std::string sheet;                     ///< the sample sheet as written; empty: the one found, if any
  std::vector<std::string> raw_folders;  ///< folders outside the study's own from which files may be read
  std::string randomised, blinded, ethics, authors, licence;
  std::vector<std::string> factors;
  std::vector<Sample> samples;
  std::vector<Condition> conditions;
  std::vector<Given> givens;
  std::vector<Protocol> protocols;
  std::vector<Layout> layouts;
  std::vector<Input> inputs;
  std::vector<Comparison> comparisons;
  std::vector<Scenario> scenarios;
  std::vector<Exclusion> exclusions;
  std::vector<Reported> reported;
  Reporting reporting;                    ///< what reporting standards ask for, in words
  std::map<std::string, Value> settings;  ///< assay, model or check id → table
  ReportOptions report;

  /// Where each sample stands, so that finding one costs the same in a study of 20,000; made by index_samples(),
  /// checked at every use and so never wrong after a change, only slow.
  std::shared_ptr<const std::unordered_map<std::string, std::size_t>> sample_index;
  void index_samples();

  const Sample* find_sample(std::string_view sample_id) const;
  const Condition* find_condition(std::string_view condition_id) const;
  const Protocol* find_protocol(std::string_view protocol_id) const;
  /// The nearest ancestor (the sample itself included) of the kind; nullptr when there is none.
  const Sample* ancestor(std::string_view sample_id, std::string_view kind) const;
  /// The sample's condition: its own, else the nearest ancestor's; empty when none is declared.
  std::string condition_of(std::string_view sample_id) const;
  /// The level of a factor: from the sample, its condition, or an ancestor; nullptr when nothing says it.
  const Level* level_of(std::string_view sample_id, std::string_view factor) const;
  /// The block that a sample lies in: its own or the nearest ancestor's.
  std::string block_of(std::string_view sample_id) const;
};

}  // namespace vesica
