// SPDX-License-Identifier: Apache-2.0
// @name@ as an assay: settings, accepted readings, rows.
#include <cmath>

#include "vesica/assays/@name@/@name@.h"
#include "vesica/base/message.h"
#include "vesica/contract/contract.h"

namespace vesica {

namespace {

constexpr std::string_view kSources[] = {"our choice"};
constexpr std::string_view kQuantities[] = {"other.value"};
constexpr std::string_view kFormats[] = {"text", "xlsx"};

struct @Name@Settings {
  double minimum = 0;

  void describe(Fields& fields) {
    fields.number("minimum", minimum, {.help = "Numbers below this are left out of the mean."});
  }
};

AnySettings make_settings() { return AnySettings::of(@Name@Settings{}); }

std::vector<Issue> missing(const Reading&, const AnySettings&) { return {}; }

Outcome measure(const Reading& reading, std::span<const Calibration>, const AnySettings& settings,
                const InputFacts& facts, const Context&) {
  const Workbook* book = reading.as<Workbook>();
  if (book == nullptr || book->sheets.empty()) {
    throw Error(ErrorKind::kData, say("The file holds no sheet."), {reading.path, 0, 0, ""},
                say("Export the numbers as a table."));
  }
  std::vector<double> numbers;
  const Sheet& sheet = book->sheets.front();
  for (std::size_t row = 0; row < sheet.rows.size(); ++row) {
    for (std::size_t column = 0; column < sheet.rows[row].size(); ++column) {
      numbers.push_back(sheet.number_at(row, column));
    }
  }
  Observation row = facts.row("other.value");
  row.value = @name@::mean_of(numbers, settings.get<@Name@Settings>().minimum);
  row.status = std::isnan(row.value) ? Status::kNoObjects : Status::kOk;
  Outcome out;
  out.observations.add(row);
  return out;
}

}  // namespace

const Assay k@Name@Assay = {
    .id = "@name@",
    .title = "@name@",
    .summary = "The mean of the numbers that a reading holds.",
    .sources = kSources,
    .quantities = kQuantities,
    .formats = kFormats,
    .roles = {},
    .names_samples = false,
    .make_settings = make_settings,
    .missing = missing,
    .calibrate = nullptr,
    .measure = measure,
    .derive = nullptr,
};

}  // namespace vesica
