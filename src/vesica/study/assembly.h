// SPDX-License-Identifier: Apache-2.0
// What the steps of loading share: the study as far as known, names to be checked, problems met.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "vesica/data/sheet.h"
#include "vesica/settings/value.h"
#include "vesica/study/declare.h"
#include "vesica/study/known.h"
#include "vesica/study/load.h"
#include "vesica/study/problems.h"
#include "vesica/study/study.h"

namespace vesica {

/// A name that must exist somewhere in the study, with the place that uses it.
struct Reference {
  Refers refers = Refers::kNothing;
  std::string name;
  Place place;
};

/// One fact that a row or a captured path states about a sample.
struct SampleFact {
  std::string sample;
  std::string name;  ///< a member of Sample ("condition"), "factor:NAME" or "attribute:NAME"
  std::string value;
  Place place;
};

/// One input in the making, with the place of everything that is said about it.
struct InputDraft {
  Input input;
  std::map<std::string, Place> places;  ///< "path", "assay", ..., "setting:NAME" → where it is said
  bool from_sheet = false;
};

struct Assembly {
  const KnownNames& known;
  Study study = {};
  Value tree = {};  ///< of study.toml; null when there is none
  std::vector<Reference> references = {};
  std::vector<SampleFact> facts = {};   ///< from the sheet and from paths, to be merged into the samples
  std::set<std::string> factors = {};   ///< every name that is a factor of the design
  std::vector<InputDraft> drafts = {};  ///< from the sheet first, then from study.toml
  Problems problems = {};
  bool plan_only = false;  ///< files may be missing, inputs too

  /// The value at `[[section]]` number `index`, nullptr when study.toml has none.
  const Value* item(std::string_view section, std::size_t index) const;
  /// The place of a key of that item, of the item when the key is absent.
  Place place_of(std::string_view section, std::size_t index, std::string_view key) const;
  /// The place of a key of [study].
  Place study_place(std::string_view key) const;
};

/// Step 1: study.toml's tree into `assembly.study`; unknown keys, wrong kinds, missing keys, values out of range.
void read_study_tree(Assembly& assembly);
/// Step 2: the sample sheet's rows into drafts and facts; unknown columns, cells that cannot be read.
void read_sheet(const Sheet& sheet, Assembly& assembly);
/// Step 3: study.toml's inputs into drafts (templates against the files there are), merged with the sheet's; files that
/// are missing, outside or named twice; drafts into `assembly.study.inputs`.
void gather_inputs(Assembly& assembly, StudyFiles& files);
/// Step 3b: plate maps (from files, and from `plates`, the sheets of the sample workbook that are drawn plates) into
/// `assembly.study.layouts`; wells, samples, roles and levels checked; sample and role of inputs at a position.
void gather_layouts(Assembly& assembly, const std::vector<Sheet>& plates, StudyFiles& files);
/// Step 4b: samples without a block on plates that are blocks.
void block_layouts(Assembly& assembly);
/// Bytes as a workbook: one sheet for CSV and TSV.
Workbook read_book_bytes(std::string_view bytes, const std::string& file);
/// Step 4: facts about samples into `assembly.study.samples`; contradictions.
void merge_sample_facts(Assembly& assembly);
/// Attributes with a declared meaning: numbers, ranges, dates.
void check_attributes(Assembly& assembly);
/// Step 5: names that must exist, ids given twice, look-alikes, cycles in the tree.
void check_names(Assembly& assembly);
/// Step 6: whether inputs fit their assays: roles, settings, dilution, control groups.
void check_inputs(Assembly& assembly);
/// Step 7: givens, comparisons, scenarios, exclusions, reported numbers.
void check_plan(Assembly& assembly);
/// Step 8: what scenarios take from each other, read into Scenario::takes; names, ports, units, circles.
void check_takes(Assembly& assembly);

/// A level from text: a number when the whole text is one.
Level level_from(std::string_view text);
/// "Did you mean ...?" when something is near, else a list of at most ten of what there is, else nothing.
std::string suggest(std::string_view typed, const std::vector<std::string>& known);
/// `raw` in double quotes for a sentence and cut at 80 bytes.
std::string in_quotes(std::string_view raw);

}  // namespace vesica
