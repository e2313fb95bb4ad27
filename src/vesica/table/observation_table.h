// SPDX-License-Identifier: Apache-2.0
// The meeting place: one number about one sample at one moment, measured or predicted.
#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace vesica {

inline constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

enum class Origin : std::uint8_t { kMeasured, kPredicted };
enum class Status : std::uint8_t {
  kOk,
  kBelowRange,     ///< `value` is the lower limit
  kAboveRange,     ///< `value` is the upper limit
  kNoObjects,      ///< looked, found nothing: NaN
  kNotMeasurable,  ///< could not look: NaN
  kNotConverged,   ///< a fit or simulation failed: NaN
};
const char* to_text(Origin origin);
const char* to_text(Status status);
bool parse_origin(std::string_view text, Origin& origin);
bool parse_status(std::string_view text, Status& status);

/// One row. The key is everything down to `source`; empty text and NaN mean "none".
struct Observation {
  std::string quantity;  ///< catalogue id
  std::string target;    ///< what no catalogue can hold: gene, protein, gate, particle class, model symbol
  std::string condition;
  std::string sample;
  std::string replicate;  ///< technical repeat (video, well repeat)
  std::string part;       ///< field, region, weighting of a distribution
  double time_h = kNaN;
  double at = kNaN;  ///< position on the quantity's own axis
  Origin origin = Origin::kMeasured;
  std::string source;  ///< assay or model id

  double value = kNaN;
  std::string unit;   ///< always the catalogue's unit
  double low = kNaN;  ///< interval, when there is one
  double high = kNaN;
  std::string interval;  ///< "wilson95", "bootstrap95", "mc95", "t95", ...
  double sd = kNaN;
  std::int64_t n = 0;  ///< objects summarised (tracks, cells); 0: not a summary
  Status status = Status::kOk;
  std::string run;  ///< provenance record
};

/// Rows in columns with interned texts: about 100 bytes a row whatever the length of the names. Rows are immutable.
class ObservationTable {
 public:
  using Index = std::uint32_t;

  void add(const Observation& row);
  void append(const ObservationTable& other);
  std::size_t size() const { return value_.size(); }
  bool empty() const { return value_.empty(); }
  Observation row(std::size_t i) const;

  std::string_view quantity(std::size_t i) const { return text(quantity_[i]); }
  std::string_view target(std::size_t i) const { return text(target_[i]); }
  std::string_view condition(std::size_t i) const { return text(condition_[i]); }
  std::string_view sample(std::size_t i) const { return text(sample_[i]); }
  std::string_view replicate(std::size_t i) const { return text(replicate_[i]); }
  std::string_view part(std::size_t i) const { return text(part_[i]); }
  std::string_view source(std::size_t i) const { return text(source_[i]); }
  std::string_view unit(std::size_t i) const { return text(unit_[i]); }
  std::string_view interval(std::size_t i) const { return text(interval_[i]); }
  std::string_view run(std::size_t i) const { return text(run_[i]); }
  double time_h(std::size_t i) const { return time_h_[i]; }
  double at(std::size_t i) const { return at_[i]; }
  double value(std::size_t i) const { return value_[i]; }
  double low(std::size_t i) const { return low_[i]; }
  double high(std::size_t i) const { return high_[i]; }
  double sd(std::size_t i) const { return sd_[i]; }
  std::int64_t n(std::size_t i) const { return n_[i]; }
  Status status(std::size_t i) const { return status_[i]; }
  Origin origin(std::size_t i) const { return origin_[i]; }

  /// The rows for which `keep(i)` holds, in their order.
  ObservationTable select(const std::function<bool(std::size_t)>& keep) const;
  /// Sets the run of every row (the store numbers runs after the assay has made its rows).
  void set_run(std::string_view run);
  /// Sorted by key (quantity, target, condition, sample by natural order, replicate, part, time, at, origin, source).
  ObservationTable sorted() const;
  /// Pairs of rows with equal keys.
  std::vector<std::pair<std::size_t, std::size_t>> duplicates() const;

 private:
  Index intern(std::string_view text);
  std::string_view text(Index i) const { return *texts_[i]; }

  std::vector<Index> quantity_, target_, condition_, sample_, replicate_, part_, source_, unit_, interval_, run_;
  std::vector<double> time_h_, at_, value_, low_, high_, sd_;
  std::vector<std::int64_t> n_;
  std::vector<Status> status_;
  std::vector<Origin> origin_;
  std::unordered_map<std::string, Index> index_;
  std::vector<const std::string*> texts_;

 public:
  ObservationTable() = default;
  ObservationTable(const ObservationTable& other) { append(other); }
  ObservationTable(ObservationTable&&) noexcept = default;
  ObservationTable& operator=(ObservationTable&&) noexcept = default;
  ObservationTable& operator=(const ObservationTable& other) { return *this = ObservationTable(other); }
  ~ObservationTable() = default;
};

/// The row's key as one text, fields separated by U+001F, numbers exact.
std::string observation_key(const ObservationTable& table, std::size_t i);
/// What tables and tooltips print and `vesica why` takes: ten characters from the hash of the key.
std::string observation_id(const ObservationTable& table, std::size_t i);

}  // namespace vesica
