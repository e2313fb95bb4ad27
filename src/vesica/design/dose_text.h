// SPDX-License-Identifier: Apache-2.0
// Designed doses for people (text, figure) and for programs (rows).
#pragma once

#include <string>
#include <vector>

#include "vesica/design/dose.h"
#include "vesica/design/text.h"

namespace vesica::design {

std::vector<Fact> facts_of(const DoseWish& wish, const DoseDesign& design);
/// `columns` 0: no limit.
std::string text_of(const DoseWish& wish, const DoseDesign& design, std::size_t columns);
/// Vesicles in the organ over time for the best way of each route.
Figure figure_of(const DoseWish& wish, const DoseDesign& design, const Context& context);

}  // namespace vesica::design
