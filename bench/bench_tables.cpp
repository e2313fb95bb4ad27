// SPDX-License-Identifier: Apache-2.0
// The observation table: adding, sorting, writing and reading rows, by processor time on one thread.
#include <string>

#include "bench/bench.h"

#include "vesica/base/number.h"
#include "vesica/base/random.h"
#include "vesica/quantity/quantity.h"
#include "vesica/table/observation_table.h"
#include "vesica/table/tsv.h"

namespace {

constexpr std::size_t kRows = 200'000;  // chosen: the curves of 400 videos

vesica::ObservationTable filled() {
  vesica::ObservationTable table;
  vesica::Random random(1);
  vesica::Observation row;
  row.quantity = vesica::all_quantities().front().id;
  row.unit = vesica::all_quantities().front().unit;
  row.source = "bench";
  for (std::size_t i = 0; i < kRows; ++i) {
    row.sample = "sample " + std::to_string(i / 1000);
    row.at = static_cast<double>(i % 1000) + 0.5;
    row.value = random.uniform();
    table.add(row);
  }
  return table;
}

}  // namespace

int main() {
  using vesica::bench::median_processor_seconds;
  using vesica::bench::print_result;
  constexpr double kMillions = kRows / 1e6;
  const vesica::ObservationTable table = filled();
  std::string text;
  print_result("rows added", kMillions / median_processor_seconds(3, [] { filled(); }), "million/s");
  print_result("rows sorted", kMillions / median_processor_seconds(3, [&] { table.sorted(); }), "million/s");
  print_result("rows written", kMillions / median_processor_seconds(3, [&] { text = write_observations_tsv(table); }),
               "million/s");
  print_result("rows read",
               kMillions / median_processor_seconds(3, [&] { vesica::read_observations_tsv(text, "bench"); }),
               "million/s");
}
