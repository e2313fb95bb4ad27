// SPDX-License-Identifier: Apache-2.0
// What a prediction of a reaction network says to people: a short table, and figures.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "vesica/models/network/rows.h"
#include "vesica/report/figure.h"

namespace vesica {

/// Curves gathered while individuals run: of the only one, or bands of many.
class Gathered {
 public:
  explicit Gathered(const network::Problem& problem);
  void add(const network::Course& course);
  /// Middle, lower and upper value; the three are equal for one individual. NaN where there is none.
  double middle(std::size_t moment, std::size_t column) const;
  double low(std::size_t moment, std::size_t column) const;
  double high(std::size_t moment, std::size_t column) const;
  bool is_ensemble() const { return bands_.has_value(); }
  /// The courses of a table of at most kFew individuals, who are drawn one by one; empty otherwise.
  static constexpr std::size_t kFew = 14;  ///< chosen: seven colours, each whole and dashed
  const std::vector<network::Course>& few() const { return few_; }
  std::size_t moments() const { return moments_; }
  const network::Problem& problem() const { return problem_; }

 private:
  double value(std::size_t moment, std::size_t column, double share) const;
  const network::Problem& problem_;
  std::size_t moments_;
  std::optional<network::Bands> bands_;
  std::vector<double> values_;
  std::vector<network::Course> few_;
};

/// "Oral dose (3 species, 3 reactions, 4 parameters)".
std::string network_contents(const kinetics::Network& network);
/// "oral.xml: Oral dose (3 species, ...), 0 to 24 h, 1,000 individuals".
std::string network_heading(const std::string& file, const network::Problem& problem);
/// The table of symbols, then method and work.
std::string network_summary(const Gathered& gathered, const network::Totals& totals, std::size_t columns);

/// One figure a unit: curves, or medians with 5 to 95 % bands; of few individuals one figure a symbol with a curve
/// each. Symbols that change least are left out beyond what a figure can show; `left_out` counts them.
std::vector<Figure> network_figures(const std::string& title, const Gathered& gathered, std::size_t& left_out);

}  // namespace vesica
