// SPDX-License-Identifier: Apache-2.0
// Published numbers beside predicted bands: inside or not, and how good the band is.
#pragma once

#include <string>
#include <vector>

#include "vesica/contract/finding.h"

namespace vesica {

/// One published number and the prediction of it.
struct PublishedPair {
  const Reported* reported = nullptr;
  double value = 0;  ///< published, in the catalogue's unit
  std::string source;
  std::size_t row = 0;  ///< of the prediction in the table
  bool inside = false;
  double score = kNaN;                      ///< interval score of the band
  double naive_score = kNaN;                ///< of the naive interval; NaN when the study states none
  double width = kNaN, naive_width = kNaN;  ///< on the same scale
};

/// Interval score of [low, high] at level 95 % for `value` (Gneiting & Raftery 2007, 10.1198/016214506000001437, eq.
/// 43): width plus 2/0.05 times what lies outside; smaller is better.
double interval_score(double low, double high, double value);

/// Every [[reported]] number of the study that a predicted row with an interval answers: same quantity, target,
/// condition, sample and, where the study states one, time. The published value is that of the study, else that of its
/// evidence row: its value, or the middle of its range (geometric on the quantity's log scale). Scores are computed on
/// the quantity's scale: natural logarithms on log, else as it is; a band from 0 is cut at a thousandth of its upper
/// end before its logarithm is taken (our choice). Throws Error(kConfig) for an evidence id that does not exist, and
/// for one whose unit or lack of a number does not fit the quantity.
std::vector<PublishedPair> published_pairs(const ObservationTable& table, const Study& study);

/// One finding of kind "published" over all pairs, none when there is no pair: how many lie inside, how many bands beat
/// the naive interval, the mean scores; `assumptions` holds a line a pair, details.pairs = [ { quantity, target,
/// condition, time_h, published, source, predicted, low, high, inside, score, naive_score, note } ].
std::vector<Finding> check_published(const ObservationTable& table, const Study& study);

}  // namespace vesica
