// SPDX-License-Identifier: Apache-2.0
#include "vesica/models/network/individuals.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "vesica/base/message.h"
#include "vesica/base/text.h"

namespace vesica::network {

namespace {

constexpr std::string_view kDosePrefix = "dose.";

/// What one column of the table says.
struct Meaning {
  std::uint32_t symbol = 0;
  bool is_dose = false;
};

class TableReader {
 public:
  TableReader(const Sheet& sheet, const std::vector<kinetics::Given>& doses, Problem& problem)
      : sheet_(sheet), doses_(doses), problem_(problem) {}

  void read() {
    read_header();
    for (std::size_t row = 1; row < sheet_.rows.size(); ++row) {
      const auto& cells = sheet_.rows[row];
      const bool blank =
          std::all_of(cells.begin(), cells.end(), [](const Cell& cell) { return trim(cell.text).empty(); });
      if (!blank) read_row(row);
    }
    if (problem_.individuals.empty())
      refuse(say("The table holds no individual"), 0, 0,
             say("Write one row an individual below the names of the columns"));
  }

 private:
  [[noreturn]] void refuse(std::string what, std::size_t row, std::size_t column, std::string hint) const {
    throw Error(ErrorKind::kData, std::move(what), sheet_.place(row, column), std::move(hint));
  }

  void read_header() {
    if (sheet_.rows.empty() || trim(sheet_.at(0, 0).text) != "individual")
      refuse(say("The first column must be called \"individual\""), 0, 0,
             say("Write individual, then the symbols and dose.SYMBOL, in the first row"));
    std::set<std::string> seen;
    for (std::size_t column = 1; column < sheet_.rows[0].size(); ++column) {
      const std::string name(trim(sheet_.at(0, column).text));
      if (name.empty())
        refuse(say("Column {} has no name", column + 1), 0, column, say("Name the symbol in the first row"));
      if (!seen.insert(name).second)
        refuse(say("The column \"{}\" stands twice", name), 0, column, say("Leave one of them out"));
      read_name(name, column);
    }
  }

  void read_name(const std::string& name, std::size_t column) {
    // A symbol may itself be called dose.x only as a local parameter of a reaction "dose".
    const bool is_symbol = problem_.network.find(name) != kinetics::kNoSymbol;
    Meaning meaning;
    meaning.is_dose = !is_symbol && name.starts_with(kDosePrefix);
    const std::string id = meaning.is_dose ? name.substr(kDosePrefix.size()) : name;
    meaning.symbol = find_symbol(problem_.network, id, sheet_.place(0, column), ErrorKind::kData);
    const kinetics::Symbol& symbol = problem_.network.symbols[meaning.symbol];
    if (meaning.is_dose) {
      require_dosable(symbol, sheet_.place(0, column), ErrorKind::kData);
      if (std::find(problem_.dosed.begin(), problem_.dosed.end(), meaning.symbol) == problem_.dosed.end())
        problem_.dosed.push_back(meaning.symbol);
    } else {
      require_settable(symbol, sheet_.place(0, column), ErrorKind::kData);
      problem_.given.push_back(meaning.symbol);
    }
    meanings_.push_back(meaning);
  }

  void read_row(std::size_t row) {
    Individual one;
    one.name = trim(sheet_.at(row, 0).text);
    if (one.name.empty())
      refuse(say("The individual has no name"), row, 0, say("Write a name of its own in the first column"));
    if (!names_.insert(one.name).second)
      refuse(say("The individual \"{}\" stands twice", one.name), row, 0, say("Give each row a name of its own"));
    one.doses = doses_;
    for (std::size_t k = 0; k < meanings_.size(); ++k) {
      const std::size_t column = k + 1;
      const bool empty = trim(sheet_.at(row, column).text).empty() && !sheet_.at(row, column).typed;
      if (meanings_[k].is_dose) {
        if (!empty) replace_doses(one, meanings_[k].symbol, row, column);
      } else {
        one.values.push_back(empty ? kNaN : number(row, column));
      }
    }
    if (sheet_.rows[row].size() > meanings_.size() + 1)
      refuse(say("The row is longer than the names of the columns"), row, meanings_.size() + 1, "");
    problem_.individuals.push_back(std::move(one));
  }

  double number(std::size_t row, std::size_t column) const {
    const double value = sheet_.number_at(row, column);
    if (!std::isfinite(value))
      refuse(say("\"{}\" is no number", shortened(sheet_.at(row, column).text)), row, column,
             say("Write a number, or leave the cell empty to keep the model's value"));
    return value;
  }

  void replace_doses(Individual& one, std::uint32_t symbol, std::size_t row, std::size_t column) const {
    const double amount = sheet_.number_at(row, column);
    const bool known = std::any_of(one.doses.begin(), one.doses.end(),
                                   [&](const kinetics::Given& given) { return given.target == symbol; });
    if (std::isfinite(amount) && known) {
      for (kinetics::Given& given : one.doses) {
        if (given.target == symbol) given.dose.amount = amount;
      }
      return;
    }
    std::erase_if(one.doses, [&](const kinetics::Given& given) { return given.target == symbol; });
    if (std::isfinite(amount)) {
      one.doses.push_back({symbol, {.amount = amount, .time = problem_.from}});
      return;
    }
    const std::string text = sheet_.at(row, column).text;
    for (const kinetics::Dose& dose : kinetics::parse_doses(text, sheet_.place(row, column).text()))
      one.doses.push_back({symbol, dose});
    for (const kinetics::Given& given : one.doses)
      require_after_begin(given, problem_, sheet_.place(row, column), ErrorKind::kData);
  }

  const Sheet& sheet_;
  const std::vector<kinetics::Given>& doses_;
  Problem& problem_;
  std::vector<Meaning> meanings_;
  std::set<std::string> names_;
};

}  // namespace

void read_individuals(const Sheet& sheet, const std::vector<kinetics::Given>& doses, Problem& problem) {
  TableReader(sheet, doses, problem).read();
}

}  // namespace vesica::network
