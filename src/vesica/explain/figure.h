// SPDX-License-Identifier: Apache-2.0
// The network of an explanation as a figure.
#pragma once

#include <cstddef>
#include <string>

#include "vesica/explain/explanation.h"

namespace vesica::explain {

/// An SVG of the first `paths` paths (0: all), from left to right: source, cargo, targets, outcome; under a target the
/// pathway that its rows name, under a miRNA its copies per cell. Arrows raise, bars lower, open circles have no sign;
/// dashed links are unchecked, grey ones refuted, thin ones supported in part. Each link and node carries its rows as a
/// tooltip. The size follows from the content. The first line of text says whether links are unchecked.
std::string figure_svg(const Explanation& explanation, std::size_t paths);

}  // namespace vesica::explain
