// SPDX-License-Identifier: Apache-2.0
// One pass over the bytes of an SBML file before any library believes them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace vesica::kinetics {

/// Bounds of a file. All chosen: well beyond the largest published models (1,400 species and 24,000 reactions are 60 MB
/// and 1.5 million elements), and small enough that no file takes the memory of the machine.
struct SbmlBounds {
  static constexpr std::size_t kBytes = std::size_t{256} << 20;
  static constexpr std::size_t kElements = 2'000'000;   ///< outside notes and annotations
  static constexpr int kDepth = 1'500;                  ///< nested elements, formulas included
  static constexpr int kOperands = 10'000;              ///< arguments along one path into a formula
  static constexpr std::size_t kAttribute = 1 << 20;    ///< bytes of one attribute
  static constexpr std::size_t kElementName = 1 << 10;  ///< bytes of one element's name
};

struct ScannedSbml {
  std::string bytes;           ///< the file without notes and annotations; every line keeps its number
  std::vector<int> cut_lines;  ///< lines on which something was left out, ascending: columns mean nothing there
};

/// Checks that the bytes are XML of a document `sbml` within the bounds, and leaves out notes and annotations, which
/// hold no mathematics and are half of a published file. Throws Error(kData) with line and column for what is too
/// large, too deep, not text or not SBML, for numbers of formulas that libSBML would take for others without a word
/// ("1,5" and an integer 1.5 become 1), and Error(kUnsupported) for a document type declaration (entities).
ScannedSbml scan_sbml(std::string_view bytes, const std::string& path);

}  // namespace vesica::kinetics
