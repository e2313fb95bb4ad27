// SPDX-License-Identifier: Apache-2.0
// What the files of the assay's glue share: the plan of a reading, its measured fields.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "vesica/assays/nuclei/nuclei.h"
#include "vesica/contract/object_edits.h"

namespace vesica::nuclei {

/// The images of a reading; of a folder those beside its series as well (other channels, labels).
std::shared_ptr<const ImageSource> source_of(const Reading& reading);
Issue issue(Severity severity, const char* kind, std::string message, std::string hint, const Reading& reading);

/// Which planes are what; a colour picture whose channels are the same is grey.
struct Plan {
  Arrangement arrangement;
  std::vector<Marker> markers;
  std::vector<std::size_t> marker_channels;
  std::size_t nucleus = 0;
  std::optional<std::size_t> labels;  ///< channel whose numbers are the nuclei
  double pixel_um = kNaN;
  bool colour = false;  ///< a picture in colour whose channels nobody has named
};

/// Throws Error(kData) for channels that are not there.
Plan plan_of(const Reading& reading, const ImageSource& source, const Settings& settings);

/// One field, found and measured.
struct Measured {
  Image2 nuclear;
  Labels2 labels;
  Seen seen;
  EditedObjects edited;
  std::vector<Nucleus> nuclei;
};

/// Segmentation (or the labels given), corrections, measurement of every field, on context.threads threads; the same
/// for any number of them.
std::vector<Measured> measure_fields(const ImageSource& source, const Plan& plan, const Settings& settings,
                                     std::span<const Edit> corrections, const std::string& path,
                                     const Context& context);
/// Nothing that a field shows may be measured when this is true.
bool refused(const Seen& seen, const Plan& plan);
std::vector<double> values_of(const std::vector<Nucleus>& nuclei, std::size_t marker);

/// The rows of one field.
void add_field(const Measured& field, const Field& where, const Plan& plan, const std::vector<Cut>& cuts,
               const std::vector<Combination>& combinations, const Settings& settings, const InputFacts& facts,
               Outcome& out);
/// What should be known about one field.
void tell(const Measured& field, const Plan& plan, const std::string& name, const Reading& reading, Outcome& out);
/// Overlay, labels, outlines and table of one field.
void add_artifacts(const Measured& field, const std::string& name, const Plan& plan, const std::vector<Cut>& cuts,
                   const Settings& settings, Outcome& out);

}  // namespace vesica::nuclei
