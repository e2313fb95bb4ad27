// SPDX-License-Identifier: Apache-2.0
// What reporting standards ask for and nothing else in a study says: facts in words, antibodies, primers.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "vesica/base/error.h"

namespace vesica {

/// An antibody as the standards want it named.
struct Antibody {
  std::string target;  ///< antigen: "CD63"
  std::string clone, catalogue, maker, dilution;
  std::string used_for;  ///< method: "western blot"
  std::string on;        ///< vesicles, cells, tissue; empty: not said
  std::string result;    ///< "detected", "not detected"; empty: not said
  std::string conjugate, secondary;
  Place place;
};

/// Primers of one gene and what is known of its assay.
struct Primer {
  std::string gene;
  std::string accession, forward, reverse, probe, modifications, amplicon_bp, specificity;
  std::string efficiency, slope, r2, linear_range, lod;
  Place place;
};

/// `[reporting]`: every declared key with its text, empty where nothing is stated. The keys are declared in
/// declare_reporting.cpp and explained in docs/study.md.
struct Reporting {
  std::map<std::string, std::string> facts;
  std::vector<Antibody> antibodies;  ///< [[antibody]]
  std::vector<Primer> primers;       ///< [[primer]]
};

}  // namespace vesica
