// SPDX-License-Identifier: Apache-2.0
// SVG to PDF and PNG through librsvg and cairo.
#pragma once

#include <string>
#include <string_view>

namespace vesica {

/// One page of the size of the SVG, text kept as text with embedded fonts. No date in it: same SVG, same fonts and same
/// cairo give the same bytes. Throws Error(kData) when the SVG cannot be read, Error(kIo) when cairo
/// fails.
std::string svg_to_pdf(std::string_view svg);

/// RGB on white at `dpi` dots per inch (72..1200; journals ask 300, 450 is ideal), the resolution written into the
/// file. Throws as above, and Error(kUsage) for a dpi outside the range or a picture above 100 million pixels (chosen).
std::string svg_to_png(std::string_view svg, double dpi = 450);

/// The family that fontconfig draws for "Arial, Helvetica, Liberation Sans", and for a Chinese character; empty when no
/// installed font has it. `vesica run` warns when the second is empty and a name needs it: the boxes would be printed.
std::string latin_font();
std::string chinese_font();

}  // namespace vesica
