// SPDX-License-Identifier: Apache-2.0
// The curves of a release test as a sheet holds them.
#pragma once

#include <string>
#include <vector>

#include "vesica/assays/release_curve/release_curve.h"

namespace vesica::release_curve {

/// What the readings of a sheet are.
enum class Kind { kNumber, kMass, kSignal, kCount, kShare };

/// One sample of a curve with what its row says beside the reading; NaN where nothing does.
struct Line {
  double time_h = kNaN;
  double reading = kNaN;
  Status status = Status::kOk;
  double sampled_ml = kNaN, replaced_ml = kNaN, medium_ml = kNaN, loaded = kNaN;
};

/// One gel, followed over time.
struct Curve {
  Observation key;  ///< sample, condition, replicate, part
  std::vector<Line> lines;
};

struct Sheetful {
  Kind kind = Kind::kSignal;
  std::string column;  ///< header of the readings
  std::vector<Curve> curves;
  std::vector<Issue> issues;
};

/// Reads the sheet through sheet_rows: columns of volumes are known by the settings or by their headers ("sampled
/// (uL)", "replaced (uL)", "medium (mL)", "loaded (particles)"), the readings are the column that the settings name,
/// else the first one that can be readings. Lines of a curve ascend in time. Throws Error(kData) for a sheet without
/// readings, Error(kConfig) for a named column that is not there.
Sheetful read_curves(const Reading& reading, const Settings& settings, const InputFacts& facts);

}  // namespace vesica::release_curve
