// SPDX-License-Identifier: Apache-2.0
// Text exports of ZetaView instruments (software 8.x): `*_size_*.txt`.
#pragma once

#include <string>
#include <string_view>

#include "vesica/data/size_report.h"

namespace vesica {

/// Which export a decoded text begins: "zetaview_text" (a size distribution), "zetaview_profile" (a zeta potential
/// profile), "zetaview_positions" (the table over positions), or "" for none. Only the first is read; the others are
/// refused by name.
std::string_view zetaview_format(std::string_view head);

/// Reads a size distribution; `bytes` in any encoding of decode_text(), decimal commas or points. The report has one
/// SizeVideo with two number-weighted tables, the linear one (scale "linear") and the logarithmic one ("log"). Nothing
/// is multiplied: `noted_dilution` is the factor that the file states and that its concentrations do not contain.
/// Throws Error(kData) with line and column for anything malformed or cut off, Error(kUnsupported) for the other
/// exports.
SizeReport read_zetaview(std::string_view bytes, const std::string& file);

}  // namespace vesica
