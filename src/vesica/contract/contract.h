// SPDX-License-Identifier: Apache-2.0
// The waist of the house: an assay turns a reading into observations, a model turns a scenario into observations.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "vesica/base/context.h"
#include "vesica/base/error.h"
#include "vesica/contract/edit.h"
#include "vesica/data/image_source.h"
#include "vesica/data/sheet.h"
#include "vesica/data/size_report.h"
#include "vesica/settings/fields.h"
#include "vesica/study/study.h"
#include "vesica/table/observation_table.h"

namespace vesica {

enum class Severity { kNote, kWarning, kError };
const char* to_text(Severity severity);

/// Something a scientist should know about an input, a row or a result. `kind` is a stable word for machines.
struct Issue {
  Severity severity = Severity::kWarning;
  std::string kind;     ///< "nta.flagged_video", "study.unknown_condition", ...
  std::string message;  ///< a sentence
  Place where;
  std::string hint;   ///< the next step
  std::string input;  ///< path of the input, when it concerns one
  std::string sample;
  std::string setting = {};  ///< the setting that would answer it, when one would: `new` gives it a column of the sheet
};
/// An Error as an Issue of severity error; `kind` is the error's own word.
Issue issue_from(const Error& error);

/// A file beside the numbers: per-object tables, overlays, curves.
struct Artifact {
  std::string name;  ///< file name, unique in the outcome
  std::string media_type;
  std::string bytes;
  std::string about;  ///< one sentence
};

/// What both arms yield.
struct Outcome {
  ObservationTable observations;
  std::vector<Issue> issues;
  std::vector<Artifact> artifacts;
};

/// A file that was read: any kind of content that some assay accepts.
using ReadingData = std::variant<std::monostate, Workbook, SizeReport, ImageReading>;
struct Reading {
  std::string path;  ///< for messages
  std::string sha256;
  std::string format;  ///< format id of io/open.h: "text", "xlsx", "nanosight_summary", "zetaview_text", ...
  std::shared_ptr<const ReadingData> data;

  template <typename T>
  const T* as() const {
    return data ? std::get_if<T>(data.get()) : nullptr;
  }
};

/// What the study says about an input: which sample, condition, replicate, time. Rows begin from `row()`.
struct InputFacts {
  std::string sample, condition, replicate, part, role, source;
  double time_h = kNaN;
  std::map<std::string, std::string> positions;  ///< layout: "A1" → sample
  Layout layout = {};                            ///< the whole of it; without id when the input names none
  std::string position = {};                     ///< where on the layout the file was taken; empty: the whole layout
  std::vector<Edit> corrections = {};            ///< in force for this input's content, oldest first
  /// A measured row with the key filled in and the catalogue's unit, ready for target and value.
  Observation row(std::string_view quantity) const;
};

/// A value learned from controls (blank, bead, standard), with its own run.
struct Calibration {
  std::string role;
  Value values;           ///< what the assay's measure() understands
  ObservationTable rows;  ///< the control's own rows
  std::string run;
};

/// One assay: a constant of this struct is all that `assays/NAME/` shows the world.
struct Assay {
  std::string_view id;
  std::string_view title;
  std::string_view summary;                      ///< one sentence
  std::span<const std::string_view> sources;     ///< DOIs and standards
  std::span<const std::string_view> quantities;  ///< catalogue ids it may yield, no others; empty: any
  std::span<const std::string_view> formats;     ///< readings it accepts
  std::span<const std::string_view> roles;       ///< control roles it understands; may be empty
  bool names_samples;                            ///< a reading names its own samples (a table of numbers)
  AnySettings (*make_settings)();
  /// What is missing before the numbers of a reading mean what they say (dilution, blank), as questions to the user.
  std::vector<Issue> (*missing)(const Reading&, const AnySettings&);
  /// Readings with one role → calibration; nullptr when the assay knows no controls.
  Calibration (*calibrate)(std::span<const Reading>, std::string_view role, const AnySettings&, const Context&);
  Outcome (*measure)(const Reading&, std::span<const Calibration>, const AnySettings&, const InputFacts&,
                     const Context&);
  /// table → further rows (ΔΔCq, share of control, means of unflagged videos); nullptr when there are none.
  Outcome (*derive)(const ObservationTable&, const Study&, const AnySettings&, const Context&);
  /// Readings of one sample held against each other (a summary and its per-video files); nullptr: nothing to compare.
  std::vector<Issue> (*check_together)(std::span<const Reading>) = nullptr;
  /// Whether a correction makes sense for a reading: Error(kConfig) with the next step when it does not. nullptr: the
  /// assay takes no corrections.
  void (*check_correction)(const Reading&, const AnySettings&, const Edit&) = nullptr;
  /// True when what the reading holds is plainly this assay's, of several that take its format; `new` asks. nullptr:
  /// the format alone says so.
  bool (*suits)(const Reading&) = nullptr;
};

/// The same rows for several settings: keys once, values apart.
struct Predictions {
  std::vector<Observation> rows;  ///< key and unit; value, interval and status are not looked at
  std::vector<double> values;     ///< settings x rows, one settings after the other; NaN: no number
  std::vector<Status> statuses;   ///< as values; empty: ok for numbers, not_measurable for NaN
  std::vector<Issue> issues;
  std::size_t count() const { return rows.empty() ? 0 : values.size() / rows.size(); }
  double value(std::size_t settings, std::size_t row) const { return values[settings * rows.size() + row]; }
  Status status(std::size_t settings, std::size_t row) const;
};

/// What a model can take from the prediction of another: a quantity as a curve over time, or a number.
struct Port {
  std::string_view id;  ///< as study.toml names it
  std::string_view quantity;
  std::string_view about;  ///< one sentence
  bool is_curve = true;    ///< rows at ascending time_h; false: one row
};

/// What a chain hands to a port: rows of its quantity, a number for each settings (or one for all).
struct Taken {
  std::string port;
  Predictions given;
};

/// One model. Its settings are its parameters: bounds, evidence row and estimate flag stand in FieldInfo.
struct Model {
  std::string_view id;
  std::string_view title;
  std::string_view summary;
  std::span<const std::string_view> sources;
  std::span<const std::string_view> quantities;
  AnySettings (*make_settings)();
  Outcome (*predict)(const Scenario&, const AnySettings&, const Context&);
  /// Files that the settings name; app hands their contents over as Scenario::files and keeps their hashes with the
  /// run. nullptr: none.
  std::vector<std::string> (*files)(const AnySettings&) = nullptr;
  /// Catalogue ids that these settings yield beside `quantities`. Throws Error(kConfig) for settings that make no
  /// sense. nullptr: none.
  std::vector<std::string> (*further_quantities)(const AnySettings&) = nullptr;
  /// The rows of several settings without intervals, in the same order for each: what sampling, chains, sensitivity and
  /// design call. `taken` holds what the ports are connected to; a port without an entry is not connected, and the
  /// settings alone count. Rows stand at Scenario::times_h and `at`, where empty at the model's own; of the quantities
  /// in Scenario::quantities (empty: all). What fails for one settings is NaN with a status. nullptr: cannot be
  /// chained.
  Predictions (*evaluate)(const Scenario&, std::span<const AnySettings>, std::span<const Taken> taken,
                          const Context&) = nullptr;
  std::span<const Port> ports = {};
};

/// What produced a set of rows.
struct Run {
  std::string id;
  std::string producer;  ///< "assay nta", "model spin", "stats"
  std::string version;
  Value settings;                                           ///< as resolved
  std::vector<std::pair<std::string, std::string>> inputs;  ///< path, SHA-256
  std::uint64_t seed = 0;
  std::string started, ended;  ///< RFC 3339
  std::string status;          ///< "started", "complete", "failed", "cancelled"
};

}  // namespace vesica
