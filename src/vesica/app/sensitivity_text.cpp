// SPDX-License-Identifier: Apache-2.0
// What a prediction depends on, as text, TSV and JSON.
#include <array>
#include <cmath>

#include <fmt/format.h>

#include "vesica/app/answer.h"
#include "vesica/base/message.h"
#include "vesica/base/number.h"
#include "vesica/base/text.h"
#include "vesica/io/json.h"
#include "vesica/quantity/behind_number.h"
#include "vesica/quantity/quantity.h"
#include "vesica/report/text_table.h"

namespace vesica {

namespace {

using Method = SensitivityQuestion::Method;

constexpr int kDigits = 3;
constexpr double kNegligible = 5e-4;  // chosen: prints as 0.00

std::string number(double value) { return std::isnan(value) ? "–" : readable_number(value, kDigits); }
std::string cell(double value) { return std::isnan(value) ? "" : exact_number(value); }

std::string with_error(const WithError& one, int decimals) {
  if (std::isnan(one.value)) return "–";
  if (decimals < 0) return readable_number(one.value, kDigits) + " ± " + readable_number(one.se, 2);
  return fmt::format("{:.{}f} ± {:.{}f}", one.value, decimals, one.se, decimals);
}

std::string heading(const ResultSensitivity& result) {
  const Quantity* quantity = find_quantity(result.row.quantity);
  std::string out = result.row.quantity + (result.row.target.empty() ? "" : " (" + result.row.target + ")");
  if (!std::isnan(result.row.time_h)) out += say(" at {} h", readable_number(result.row.time_h, 4));
  const std::string unit = quantity == nullptr ? "" : readable_unit(result.row.unit);
  out += ": " + number(result.row.value) + behind_number(unit);
  if (result.is_log) out += "; " + say("indices of its logarithm");
  return out;
}

std::string text_of(const ResultSensitivity& result, Method method, std::size_t columns) {
  std::string out = heading(result) + "\n";
  if (result.influences.empty()) return out + say("There is no number to explain.") + "\n";
  const bool sobol = method == Method::kSobol;
  TextLines lines = {{"setting", "unit", "2.5 %", "value", "97.5 %", "result from", "to", sobol ? "S1" : "mu*",
                      sobol ? "ST" : "sigma", "data"}};
  std::size_t idle = 0;
  for (const Influence& one : result.influences) {
    const bool changes = sobol ? std::abs(one.total.value) > kNegligible : one.size.value > 0;
    if (!changes && one.result_low == one.result_high) {
      ++idle;
      continue;
    }
    lines.push_back(
        {one.setting, readable_unit(one.unit), number(one.low), number(one.middle), number(one.high),
         number(one.result_low), number(one.result_high), sobol ? with_error(one.first, 2) : with_error(one.size, -1),
         sobol ? with_error(one.total, 2) : with_error(one.spread, -1), one.has_data ? "" : say("assumed")});
  }
  out += aligned_text(lines, {false, false, true, true, true, true, true, true, true, false}, columns);
  if (idle > 0) out += say("{} unknown(s) (changes|change) nothing here.", idle) + "\n";
  if (result.left_out > 0)
    out += say("{} of {} row(s) of the design gave no number and (was|were) left out.", result.left_out,
               result.left_out + result.rows) +
           "\n";
  return out;
}

std::string tsv_of(const std::vector<ResultSensitivity>& results, Method method) {
  std::string out =
      "quantity\ttarget\tpart\ttime_h\tvalue\tunit\tscale\tmethod\trows\tleft_out\tsetting\tkey\tsetting_unit\tlow\t"
      "setting_value\thigh\thas_data\tresult_low\tresult_high\tfirst\tfirst_se\ttotal\ttotal_se\tmu\tmu_se\tmu_"
      "star\tmu_star_"
      "se\t"
      "sigma\tsigma_se\n";
  for (const ResultSensitivity& result : results) {
    for (const Influence& one : result.influences) {
      std::vector<std::string> cells = {result.row.quantity,
                                        result.row.target,
                                        result.row.part,
                                        cell(result.row.time_h),
                                        cell(result.row.value),
                                        result.row.unit,
                                        result.is_log ? "log" : "linear",
                                        method == Method::kSobol ? "sobol" : "morris",
                                        std::to_string(result.rows),
                                        std::to_string(result.left_out),
                                        one.setting,
                                        one.key,
                                        one.unit,
                                        cell(one.low),
                                        cell(one.middle),
                                        cell(one.high),
                                        one.has_data ? "1" : "0",
                                        cell(one.result_low),
                                        cell(one.result_high)};
      for (const WithError& index : {one.first, one.total, one.mean, one.size, one.spread}) {
        cells.push_back(cell(index.value));
        cells.push_back(cell(index.se));
      }
      out += join(cells, "\t") + "\n";
    }
  }
  return out;
}

Value number_value(double value) { return std::isfinite(value) ? Value::of(value) : Value::null(); }

Value influence_value(const Influence& one, Method method) {
  Value out = Value::table();
  out.set("setting", Value::of(one.setting));
  out.set("key", Value::of(one.key));
  out.set("unit", Value::of(one.unit));
  out.set("low", number_value(one.low));
  out.set("value", number_value(one.middle));
  out.set("high", number_value(one.high));
  out.set("has_data", Value::of(one.has_data));
  out.set("result_low", number_value(one.result_low));
  out.set("result_high", number_value(one.result_high));
  const auto add = [&](const std::string& name, const WithError& index) {
    out.set(name, number_value(index.value));
    out.set(name + "_se", number_value(index.se));
  };
  if (method == Method::kSobol) {
    add("first", one.first);
    add("total", one.total);
  } else {
    add("mu", one.mean);
    add("mu_star", one.size);
    add("sigma", one.spread);
  }
  return out;
}

std::string json_of(const std::vector<ResultSensitivity>& results, Method method, const std::string& scenario) {
  Value list = Value::array();
  for (const ResultSensitivity& result : results) {
    Value one = Value::table(), influences = Value::array();
    one.set("quantity", Value::of(result.row.quantity));
    one.set("target", Value::of(result.row.target));
    one.set("time_h", number_value(result.row.time_h));
    one.set("value", number_value(result.row.value));
    one.set("unit", Value::of(result.row.unit));
    one.set("scale", Value::of(result.is_log ? "log" : "linear"));
    one.set("rows", Value::of(static_cast<std::int64_t>(result.rows)));
    one.set("left_out", Value::of(static_cast<std::int64_t>(result.left_out)));
    for (const Influence& influence : result.influences) influences.append(influence_value(influence, method));
    one.set("influences", std::move(influences));
    list.append(std::move(one));
  }
  Value out = Value::table();
  out.set("schema", Value::of("vesica.sensitivity/1"));
  out.set("scenario", Value::of(scenario));
  out.set("method", Value::of(method == Method::kSobol ? "sobol" : "morris"));
  out.set("results", std::move(list));
  return write_json(out, 1) + "\n";
}

}  // namespace

std::string print_sensitivity(const std::vector<ResultSensitivity>& results, Method method, const std::string& scenario,
                              Print print, std::size_t columns) {
  if (print == Print::kJson) return json_of(results, method, scenario);
  if (print == Print::kTsv) return tsv_of(results, method);
  std::string out = say("What scenario {} depends on", scenario) + "\n\n";
  for (const ResultSensitivity& result : results) out += text_of(result, method, columns) + "\n";
  if (results.empty()) return out + say("Nothing in it is uncertain: every number is stated or has no range.") + "\n";
  out += method == Method::kSobol
             ? say("S1: share of the variance that goes when this number alone is known; ST: share that stays when "
                   "all others are known; both ± standard error.")
             : say("mu*: mean change of the result over the whole range of this number; sigma: how much that change "
                   "depends on the others; both ± standard error.");
  return out + " " +
         say("\"result from, to\": the result with this number at the ends of its 95 % range and the others at their "
             "central values.") +
         "\n";
}

}  // namespace vesica
