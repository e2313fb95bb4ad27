// SPDX-License-Identifier: Apache-2.0
#include "vesica/kinetics/moiety.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>
#include <optional>

#include "vesica/base/number.h"

namespace vesica::kinetics {

namespace {

constexpr std::int64_t kMostDenominator = 1000;     // chosen: 0.001 is the finest stoichiometry that is meant exactly
constexpr std::size_t kMostWork = 50'000'000;       // entries touched by the elimination; chosen: about a second
constexpr std::int64_t kLargestFactor = 1'000'000;  // chosen: beyond it, a relation says nothing to a reader

/// One row of [N | I]: reaction columns, then the combination of species it came from.
struct Row {
  std::map<std::size_t, std::int64_t> reactions, species;
};

/// The smallest denominator that makes `value` a whole number.
std::optional<std::int64_t> denominator_of(double value) {
  if (!std::isfinite(value) || std::fabs(value) > kLargestFactor) return std::nullopt;
  for (std::int64_t d = 1; d <= kMostDenominator; ++d) {
    const double scaled = value * static_cast<double>(d);
    if (std::fabs(scaled - std::round(scaled)) < 1e-9) return d;
  }
  return std::nullopt;
}

/// target = p · target - q · other; false on overflow.
bool combine(std::map<std::size_t, std::int64_t>& target, std::int64_t p, std::int64_t q,
             const std::map<std::size_t, std::int64_t>& other) {
  for (auto& [column, value] : target) {
    if (__builtin_mul_overflow(value, p, &value)) return false;
  }
  for (const auto& [column, value] : other) {
    std::int64_t product = 0;
    if (__builtin_mul_overflow(value, q, &product)) return false;
    auto [at, fresh] = target.try_emplace(column, 0);
    if (__builtin_sub_overflow(at->second, product, &at->second)) return false;
    if (at->second == 0) target.erase(at);
  }
  return true;
}

void reduce(Row& row) {
  std::int64_t divisor = 0;
  for (const auto* part : {&row.reactions, &row.species}) {
    for (const auto& [column, value] : *part) divisor = std::gcd(divisor, value);
  }
  if (divisor <= 1) return;
  for (auto* part : {&row.reactions, &row.species}) {
    for (auto& [column, value] : *part) value /= divisor;
  }
}

/// Species that reactions alone change, and change in a way that is known before the run.
std::vector<bool> closed_species(const Network& network) {
  std::vector<bool> closed(network.symbols.size(), false);
  for (std::size_t i = 0; i < closed.size(); ++i) {
    const Symbol& symbol = network.symbols[i];
    closed[i] =
        symbol.kind == SymbolKind::kSpecies && !symbol.boundary && !symbol.constant && symbol.rule == RuleKind::kNone;
  }
  for (const Event& event : network.events) {
    for (const auto& [target, formula] : event.assignments) closed[target] = false;
  }
  for (const Reaction& reaction : network.reactions) {
    for (const auto* side : {&reaction.reactants, &reaction.products}) {
      for (const Participant& p : *side) {
        if (p.species == kNoSymbol) continue;
        const bool symbol_moves = p.symbol != kNoSymbol &&
                                  (network.symbols[p.symbol].rule != RuleKind::kNone ||
                                   network.symbols[p.symbol].initial != kNoNode || !network.symbols[p.symbol].constant);
        if (p.formula != kNoNode || symbol_moves) closed[p.species] = false;
      }
    }
  }
  return closed;
}

class Elimination {
 public:
  explicit Elimination(const Network& network) : network_(network) {}

  Moieties run() {
    std::vector<bool> closed = closed_species(network_);
    keep_one_conversion_factor(closed);
    if (!fill(closed) || !eliminate()) out_.complete = false;
    return std::move(out_);
  }

  std::vector<Row> null_rows() { return std::move(null_); }

 private:
  std::uint32_t factor_of(std::uint32_t species) const {
    const std::uint32_t own = network_.symbols[species].conversion_factor;
    return own == kNoSymbol ? network_.conversion_factor : own;
  }

  void keep_one_conversion_factor(std::vector<bool>& closed) const {
    std::map<std::uint32_t, std::size_t> uses;
    for (std::uint32_t i = 0; i < closed.size(); ++i) {
      if (closed[i]) ++uses[factor_of(i)];
    }
    if (uses.size() < 2) return;
    const auto most = std::max_element(uses.begin(), uses.end(), [](auto& a, auto& b) { return a.second < b.second; });
    for (std::uint32_t i = 0; i < closed.size(); ++i) {
      if (closed[i] && factor_of(i) != most->first) closed[i] = false;
    }
  }

  bool fill(const std::vector<bool>& closed) {
    std::vector<std::size_t> row_of(closed.size(), 0);
    for (std::uint32_t i = 0; i < closed.size(); ++i) {
      if (!closed[i]) continue;
      row_of[i] = rows_.size();
      rows_.emplace_back().species[i] = 1;
    }
    std::map<std::vector<std::pair<std::size_t, std::int64_t>>, bool> seen;  // equal columns say nothing new
    for (const Reaction& reaction : network_.reactions) {
      std::map<std::size_t, double> column;
      for (const Participant& p : reaction.reactants) {
        if (p.species != kNoSymbol && closed[p.species]) column[row_of[p.species]] -= p.stoichiometry;
      }
      for (const Participant& p : reaction.products) {
        if (p.species != kNoSymbol && closed[p.species]) column[row_of[p.species]] += p.stoichiometry;
      }
      std::int64_t scale = 1;
      for (const auto& [row, value] : column) {
        const auto denominator = denominator_of(value);
        if (!denominator) return false;
        scale = std::lcm(scale, *denominator);
        if (scale > kLargestFactor) return false;
      }
      std::vector<std::pair<std::size_t, std::int64_t>> exact;
      for (const auto& [row, value] : column) {
        const auto whole = static_cast<std::int64_t>(std::llround(value * static_cast<double>(scale)));
        if (whole != 0) exact.emplace_back(row, whole);
      }
      if (exact.empty() || !seen.emplace(exact, true).second) continue;
      for (const auto& [row, value] : exact) rows_[row].reactions[columns_] = value;
      ++columns_;
    }
    return true;
  }

  bool eliminate() {
    std::size_t work = 0;
    std::map<std::size_t, std::size_t> pivot_row;  // leading column to row
    for (std::size_t i = 0; i < rows_.size(); ++i) {
      Row& row = rows_[i];
      while (!row.reactions.empty()) {
        const auto lead = *row.reactions.begin();
        const auto found = pivot_row.find(lead.first);
        if (found == pivot_row.end()) break;
        const Row& pivot = rows_[found->second];
        const std::int64_t by = pivot.reactions.begin()->second;
        work += row.reactions.size() + row.species.size() + pivot.reactions.size() + pivot.species.size();
        if (work > kMostWork) return false;
        if (!combine(row.species, by, lead.second, pivot.species) ||
            !combine(row.reactions, by, lead.second, pivot.reactions))
          return false;
        reduce(row);
      }
      if (row.reactions.empty()) {
        null_.push_back(row);
      } else {
        pivot_row.emplace(row.reactions.begin()->first, i);
      }
    }
    return true;
  }

  const Network& network_;
  Moieties out_;
  std::vector<Row> rows_, null_;
  std::size_t columns_ = 0;
};

std::size_t negatives(const Row& row) {
  return static_cast<std::size_t>(
      std::count_if(row.species.begin(), row.species.end(), [](const auto& term) { return term.second < 0; }));
}

/// Negative factors first, then terms: the fewer, the easier to read.
std::pair<std::size_t, std::size_t> length(const Row& row) { return {negatives(row), row.species.size()}; }

/// Adds relations to each other and subtracts them while that makes one easier to read.
void prefer_short_sums(std::vector<Row>& rows) {
  constexpr std::size_t kMostRows = 200;  // chosen: quadratic in the relations
  constexpr int kMostRounds = 10;         // chosen
  const auto turn = [](Row& row) {
    if (negatives(row) * 2 <= row.species.size()) return;
    for (auto& [species, factor] : row.species) factor = -factor;
  };
  for (Row& row : rows) turn(row);
  if (rows.size() > kMostRows) return;
  bool changed = true;
  for (int round = 0; changed && round < kMostRounds; ++round) {
    changed = false;
    for (Row& row : rows) {
      for (const Row& other : rows) {
        if (&row == &other) continue;
        for (const std::int64_t times : {-1, 1, -2, 2}) {
          Row sum = row;
          if (!combine(sum.species, 1, times, other.species)) continue;
          turn(sum);
          if (sum.species.empty() || length(sum) >= length(row)) continue;
          row = std::move(sum);
          changed = true;
        }
      }
    }
  }
}

}  // namespace

Moieties conserved_moieties(const Network& network) {
  Elimination elimination(network);
  Moieties out = elimination.run();
  std::vector<Row> rows = elimination.null_rows();
  std::erase_if(rows, [](const Row& row) { return row.species.size() == 1; });  // a species that nothing changes
  prefer_short_sums(rows);
  const std::vector<double> values = declared_values(network);
  for (const Row& row : rows) {
    Moiety moiety;
    moiety.total = 0;
    for (const auto& [index, factor] : row.species) {
      const auto species = static_cast<std::uint32_t>(index);
      moiety.terms.emplace_back(species, factor);
      const Symbol& symbol = network.symbols[species];
      const double size = symbol.only_substance ? 1 : values[symbol.compartment];
      moiety.total += static_cast<double>(factor) * values[species] * size;
    }
    out.found.push_back(std::move(moiety));
  }
  return out;
}

std::string to_text(const Moiety& moiety, const Network& network) {
  std::string out;
  for (const auto& [species, factor] : moiety.terms) {
    if (!out.empty()) {
      out += factor < 0 ? " - " : " + ";
    } else if (factor < 0) {
      out += "-";
    }
    if (std::abs(factor) != 1) out += std::to_string(std::abs(factor)) + " ";
    out += network.symbols[species].id;
  }
  if (!std::isnan(moiety.total)) out += " = " + exact_number(std::stod(readable_number(moiety.total, 6)));
  return out;
}

std::vector<double> declared_values(const Network& network) {
  constexpr int kMostRounds = 30;  // chosen: assignments that depend on each other over more steps are not followed
  const double unknown = std::numeric_limits<double>::quiet_NaN();
  std::vector<double> values(network.symbols.size(), unknown), nodes(network.graph.size(), unknown);
  const auto value_of = [&](const Symbol& symbol) {
    if (symbol.rule == RuleKind::kAssignment) return nodes[symbol.formula];
    if (symbol.initial != kNoNode) return nodes[symbol.initial];
    if (symbol.kind != SymbolKind::kSpecies) return symbol.value;
    const bool as_amount = symbol.given == SpeciesMeasure::kAmount;
    if (as_amount == symbol.only_substance || symbol.compartment == kNoSymbol) return symbol.value;
    const double size = values[symbol.compartment];
    return as_amount ? symbol.value / size : symbol.value * size;
  };
  const auto same = [](double a, double b) { return a == b || (std::isnan(a) && std::isnan(b)); };
  for (int round = 0; round < kMostRounds; ++round) {
    for (Node n = 0; n < nodes.size(); ++n) {
      const Term& term = network.graph[n];
      const int count = argument_count(term.op);
      if (term.op == Op::kNumber) nodes[n] = term.value;
      if (term.op == Op::kTime) nodes[n] = 0;
      if (term.op == Op::kSymbol) nodes[n] = values[term.a];
      if (count > 0)
        nodes[n] = evaluate(term.op, nodes[term.a], count > 1 ? nodes[term.b] : 0, count > 2 ? nodes[term.c] : 0);
    }
    for (const Reaction& reaction : network.reactions) {
      if (reaction.rate != kNoNode) values[reaction.symbol] = nodes[reaction.rate];
    }
    bool changed = false;
    for (std::size_t i = 0; i < values.size(); ++i) {
      if (network.symbols[i].kind == SymbolKind::kReaction) continue;
      const double value = value_of(network.symbols[i]);
      changed |= !same(value, values[i]);
      values[i] = value;
    }
    if (!changed && round > 0) break;
  }
  return values;
}

}  // namespace vesica::kinetics
