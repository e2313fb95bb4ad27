// SPDX-License-Identifier: Apache-2.0
// Pictures in sequence that do not say what they are: slices of a volume, or moments of a series.
#pragma once

#include <optional>
#include <string>

#include "vesica/contract/contract.h"

namespace vesica {

enum class Pages {
  kSlices,          ///< the file says so
  kPerhapsSlices,   ///< they look like slices; nobody says so
  kPerhapsMoments,  ///< as many as slices would be, but they do not look like those
  kMoments,         ///< the file or its names say so, or they are few
};
/// Our choice of rules: what a file or the names ("24h") say goes first. Without a word, twenty grey pictures or more
/// are perhaps slices when bright parts stand out from the dark (Otsu's classes hold 0.72 of the variance of the median
/// of three pictures; one Gaussian gives 0.64, phase contrast and DIC 0.3 to 0.7, trabecular bone 0.76 to 0.86), else
/// perhaps moments. Fewer are moments.
Pages pages_of(const ImageSource& source);
/// The question to the user where nobody says what the pictures are.
std::optional<Issue> doubt_about(Pages pages, const std::string& path);

}  // namespace vesica
