// SPDX-License-Identifier: Apache-2.0
#include "vesica/table/observation_table.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "vesica/base/hash.h"
#include "vesica/base/number.h"
#include "vesica/base/text.h"

namespace vesica {

namespace {

constexpr const char* kStatusWords[] = {"ok",         "below_range",    "above_range",
                                        "no_objects", "not_measurable", "not_converged"};

/// NaN first, then ascending: a total order of doubles without -0/+0 surprises.
int compare_numbers(double a, double b) {
  const bool a_none = std::isnan(a), b_none = std::isnan(b);
  if (a_none || b_none) return static_cast<int>(b_none) - static_cast<int>(a_none);
  return a < b ? -1 : (b < a ? 1 : 0);
}

}  // namespace

const char* to_text(Origin origin) { return origin == Origin::kMeasured ? "measured" : "predicted"; }
const char* to_text(Status status) { return kStatusWords[static_cast<int>(status)]; }

bool parse_origin(std::string_view text, Origin& origin) {
  if (text != "measured" && text != "predicted") return false;
  origin = text == "measured" ? Origin::kMeasured : Origin::kPredicted;
  return true;
}

bool parse_status(std::string_view text, Status& status) {
  for (int i = 0; i < 6; ++i) {
    if (text != kStatusWords[i]) continue;
    status = static_cast<Status>(i);
    return true;
  }
  return false;
}

ObservationTable::Index ObservationTable::intern(std::string_view text) {
  // Rows mostly repeat the text of the row before: the map is asked once per distinct text in a run.
  const auto [place, is_new] = index_.try_emplace(std::string(text), static_cast<Index>(texts_.size()));
  if (is_new) texts_.push_back(&place->first);
  return place->second;
}

void ObservationTable::add(const Observation& row) {
  const auto put = [this](std::vector<Index>& column, const std::string& value) {
    column.push_back(!column.empty() && text(column.back()) == value ? column.back() : intern(value));
  };
  put(quantity_, row.quantity);
  put(target_, row.target);
  put(condition_, row.condition);
  put(sample_, row.sample);
  put(replicate_, row.replicate);
  put(part_, row.part);
  put(source_, row.source);
  put(unit_, row.unit);
  put(interval_, row.interval);
  put(run_, row.run);
  time_h_.push_back(row.time_h);
  at_.push_back(row.at);
  value_.push_back(row.value);
  low_.push_back(row.low);
  high_.push_back(row.high);
  sd_.push_back(row.sd);
  n_.push_back(row.n);
  status_.push_back(row.status);
  origin_.push_back(row.origin);
}

Observation ObservationTable::row(std::size_t i) const {
  Observation out;
  out.quantity = quantity(i);
  out.target = target(i);
  out.condition = condition(i);
  out.sample = sample(i);
  out.replicate = replicate(i);
  out.part = part(i);
  out.source = source(i);
  out.unit = unit(i);
  out.interval = interval(i);
  out.run = run(i);
  out.time_h = time_h_[i];
  out.at = at_[i];
  out.value = value_[i];
  out.low = low_[i];
  out.high = high_[i];
  out.sd = sd_[i];
  out.n = n_[i];
  out.status = status_[i];
  out.origin = origin_[i];
  return out;
}

void ObservationTable::append(const ObservationTable& other) {
  std::vector<Index> here(other.texts_.size());
  for (std::size_t i = 0; i < here.size(); ++i) here[i] = intern(*other.texts_[i]);
  const auto copy_texts = [&here](std::vector<Index>& to, const std::vector<Index>& from) {
    to.reserve(to.size() + from.size());
    for (const Index i : from) to.push_back(here[i]);
  };
  copy_texts(quantity_, other.quantity_);
  copy_texts(target_, other.target_);
  copy_texts(condition_, other.condition_);
  copy_texts(sample_, other.sample_);
  copy_texts(replicate_, other.replicate_);
  copy_texts(part_, other.part_);
  copy_texts(source_, other.source_);
  copy_texts(unit_, other.unit_);
  copy_texts(interval_, other.interval_);
  copy_texts(run_, other.run_);
  const auto copy = [](auto& to, const auto& from) { to.insert(to.end(), from.begin(), from.end()); };
  copy(time_h_, other.time_h_);
  copy(at_, other.at_);
  copy(value_, other.value_);
  copy(low_, other.low_);
  copy(high_, other.high_);
  copy(sd_, other.sd_);
  copy(n_, other.n_);
  copy(status_, other.status_);
  copy(origin_, other.origin_);
}

ObservationTable ObservationTable::select(const std::function<bool(std::size_t)>& keep) const {
  ObservationTable out;
  for (std::size_t i = 0; i < size(); ++i) {
    if (keep(i)) out.add(row(i));
  }
  return out;
}

void ObservationTable::set_run(std::string_view run) { std::fill(run_.begin(), run_.end(), intern(run)); }

ObservationTable ObservationTable::sorted() const {
  // Rank of every text in natural order, so that rows compare integers.
  std::vector<Index> by_name(texts_.size());
  std::iota(by_name.begin(), by_name.end(), 0);
  std::sort(by_name.begin(), by_name.end(), [this](Index a, Index b) { return natural_less(*texts_[a], *texts_[b]); });
  std::vector<Index> rank(texts_.size());
  for (std::size_t i = 0; i < by_name.size(); ++i) rank[by_name[i]] = static_cast<Index>(i);

  std::vector<std::size_t> order(size());
  std::iota(order.begin(), order.end(), 0);
  const std::vector<Index>* texts[] = {&quantity_, &target_, &condition_, &sample_, &replicate_, &part_};
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    for (const auto* column : texts) {
      if (rank[(*column)[a]] != rank[(*column)[b]]) return rank[(*column)[a]] < rank[(*column)[b]];
    }
    for (const auto* column : {&time_h_, &at_}) {
      if (const int c = compare_numbers((*column)[a], (*column)[b]); c != 0) return c < 0;
    }
    if (origin_[a] != origin_[b]) return origin_[a] < origin_[b];
    return rank[source_[a]] < rank[source_[b]];
  });
  ObservationTable out;
  for (const std::size_t i : order) out.add(row(i));
  return out;
}

std::vector<std::pair<std::size_t, std::size_t>> ObservationTable::duplicates() const {
  std::unordered_map<std::string, std::size_t> first;
  std::vector<std::pair<std::size_t, std::size_t>> out;
  for (std::size_t i = 0; i < size(); ++i) {
    const auto [place, is_new] = first.try_emplace(observation_key(*this, i), i);
    if (!is_new) out.emplace_back(place->second, i);
  }
  return out;
}

std::string observation_key(const ObservationTable& table, std::size_t i) {
  std::string key;
  key.reserve(160);
  for (const std::string_view text :
       {table.quantity(i), table.target(i), table.condition(i), table.sample(i), table.replicate(i), table.part(i)}) {
    key += text;
    key += '\x1f';
  }
  for (const double number : {table.time_h(i), table.at(i)}) {
    if (!std::isnan(number)) key += exact_number(number);
    key += '\x1f';
  }
  key += to_text(table.origin(i));
  key += '\x1f';
  key += table.source(i);
  return key;
}

std::string observation_id(const ObservationTable& table, std::size_t i) {
  return short_id(hash64(observation_key(table, i)));
}

}  // namespace vesica
