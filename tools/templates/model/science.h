// SPDX-License-Identifier: Apache-2.0
// @name@: what is left after several steps that each keep the same share.
#pragma once

#include <cstdint>

namespace vesica::@name@ {

/// Share left (0 to 1) after `steps` steps that each keep the share `kept`: kept^steps. `steps` of 0 leave everything;
/// NaN for a share outside 0 to 1 or a negative number of steps. Source: our choice.
double share_left(double kept, std::int64_t steps);

}  // namespace vesica::@name@

namespace vesica {
struct Model;
extern const Model k@Name@Model;
}  // namespace vesica
