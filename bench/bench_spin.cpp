// SPDX-License-Identifier: Apache-2.0
// Model spin: predictions a second for a protocol of five spins.
#include "bench/bench.h"

#include "vesica/io/toml.h"
#include "vesica/models/spin/predict.h"

namespace {

constexpr std::string_view kProtocol = R"(
steps = [
  {rcf_g = 300, minutes = 10, rotor = "Type 45 Ti", keep = "supernatant"},
  {rcf_g = 2000, minutes = 10, rotor = "Type 45 Ti", keep = "supernatant"},
  {rcf_g = 10000, minutes = 30, rotor = "Type 45 Ti", keep = "supernatant"},
  {rcf_g = 100000, minutes = 70, rotor = "Type 45 Ti", keep = "pellet"},
  {kind = "wash", rcf_g = 100000, minutes = 70, rotor = "Type 45 Ti"},
]
)";

}  // namespace

int main() {
  using namespace vesica;
  spin::Settings settings;
  settings.steps = *read_toml(kProtocol, "bench").find("steps");
  const spin::Plan plan = spin::make_plan(settings, {});
  constexpr int kCalls = 200;
  double sum = 0;
  const double seconds = bench::median_seconds(5, [&] {
    for (int i = 0; i < kCalls; ++i) sum += spin::predict_preparation(plan, settings, {}, nullptr).front().value;
  });
  bench::print_result("predictions of five spins", kCalls / seconds, sum > 0 ? "/s" : "none");
}
