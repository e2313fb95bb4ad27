// SPDX-License-Identifier: Apache-2.0
#include "vesica/models/feasibility/feasibility.h"

#include <cmath>
#include <limits>

namespace vesica::feasibility {

namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

bool is_share(double value) { return value >= 0 && value <= 1; }

bool makes_sense(const Question& q) {
  return q.dose >= 0 && is_share(q.organ_share) && is_share(q.taken_up_share) && q.recipient_cells > 0 &&
         q.copies_per_vesicle >= 0 && is_share(q.escape_share) && q.copies_needed > 0;
}

}  // namespace

Answer answer(const Question& q, double vesicles_per_cell) {
  if (!makes_sense(q) || !(vesicles_per_cell >= 0)) return {kNone, kNone, kNone, kNone, kNone, kNone};
  Answer out;
  out.vesicles_per_cell = vesicles_per_cell;
  out.delivered_per_cell = vesicles_per_cell * q.copies_per_vesicle;
  out.copies_per_cell = out.delivered_per_cell * q.escape_share;
  out.ratio = out.copies_per_cell / q.copies_needed;
  out.vesicles_needed = q.copies_needed / (q.copies_per_vesicle * q.escape_share);
  out.dose_needed = kNone;
  return out;
}

Answer answer(const Question& q) {
  Answer out = answer(q, q.dose * q.organ_share * q.taken_up_share / q.recipient_cells);
  out.dose_needed = out.vesicles_needed * q.recipient_cells / (q.organ_share * q.taken_up_share);
  return out;
}

Verdict verdict(double ratio) {
  if (std::isnan(ratio)) return Verdict::kUnknown;
  if (ratio >= kPass) return Verdict::kPasses;
  return ratio < kFail ? Verdict::kFails : Verdict::kUncertain;
}

std::string_view to_text(Verdict verdict) {
  switch (verdict) {
    case Verdict::kPasses:
      return "passes";
    case Verdict::kUncertain:
      return "uncertain";
    case Verdict::kFails:
      return "fails";
    case Verdict::kUnknown:
      return "unknown";
  }
  return "unknown";
}

double empirical_effect(double vesicles_per_cell, double ec50, double hill) {
  if (!(vesicles_per_cell >= 0) || !(ec50 > 0) || !(hill > 0)) return kNone;
  if (vesicles_per_cell == 0) return 0;
  return 1 / (1 + std::pow(ec50 / vesicles_per_cell, hill));
}

}  // namespace vesica::feasibility
