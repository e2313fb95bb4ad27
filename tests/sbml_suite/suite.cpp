// SPDX-License-Identifier: Apache-2.0
#include "tests/sbml_suite/suite.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <set>
#include <stdexcept>
#include <string_view>

#include <fmt/format.h>

#include "vesica/base/error.h"
#include "vesica/base/number.h"
#include "vesica/base/os/files.h"
#include "vesica/base/text.h"
#include "vesica/io/tar.h"
#include "vesica/kinetics/sbml_read.h"
#include "vesica/kinetics/simulate.h"

namespace vesica::test {

namespace {

using kinetics::SpeciesMeasure;

std::set<std::string> words(std::string_view text) {
  std::set<std::string> found;
  for (const std::string_view part : split(text, ','))
    for (const std::string_view word : split(part, ' '))
      if (!trim(word).empty()) found.insert(std::string(trim(word)));
  return found;
}

/// The tags of a description's header: the lines after "componentTags:" and "testTags:" up to the next key.
std::set<std::string> tags_of(std::string_view description) {
  std::set<std::string> tags;
  bool inside = false;
  for (const std::string_view line : split_lines(description)) {
    if (trim(line).empty()) {
      inside = false;
      continue;
    }
    const std::size_t colon = line.find(':');
    const std::string_view key = colon == std::string_view::npos ? std::string_view{} : line.substr(0, colon);
    const bool begins_key = !key.empty() && key.find(' ') == std::string_view::npos && line[0] != ' ';
    if (begins_key) inside = key == "componentTags" || key == "testTags" || key == "testType";
    if (inside) tags.merge(words(begins_key ? line.substr(colon + 1) : line));
    if (starts_with_ignoring_case(line, "generatedBy:")) break;
  }
  return tags;
}

int tier_of(const std::set<std::string>& tags) {
  const auto has = [&](std::string_view start) {
    return std::any_of(tags.begin(), tags.end(), [&](const std::string& tag) { return tag.starts_with(start); });
  };
  if (has("FluxBalance") || has("fbc:")) return 7;
  if (has("CSymbolDelay")) return 6;
  if (has("AlgebraicRule") || has("FastReaction")) return 5;
  if (has("comp:")) return 4;
  if (has("CSymbolRateOf")) return 3;
  return has("EventNoDelay") || has("EventWithDelay") || has("EventPriority") ? 2 : 1;
}

struct Settings {
  double start = 0, duration = 0, absolute = 0, relative = 0;
  int steps = 0;
  std::vector<std::string> variables;
  std::set<std::string> amounts, concentrations;
};

Settings read_settings(std::string_view text) {
  Settings settings;
  for (const std::string_view line : split_lines(text)) {
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) continue;
    const std::string_view key = trim(line.substr(0, colon)), value = trim(line.substr(colon + 1));
    const double number = parse_number(value).value_or(0);
    if (key == "start") settings.start = number;
    if (key == "duration") settings.duration = number;
    if (key == "steps") settings.steps = static_cast<int>(number);
    if (key == "absolute") settings.absolute = number;
    if (key == "relative") settings.relative = number;
    if (key == "amount") settings.amounts = words(value);
    if (key == "concentration") settings.concentrations = words(value);
    if (key == "variables")
      for (const std::string_view name : split(value, ',')) settings.variables.emplace_back(trim(name));
  }
  return settings;
}

struct Expected {
  std::vector<std::string> names;  ///< of the columns after the first, which is time
  std::vector<double> times;
  std::vector<double> values;  ///< row by row
};

Expected read_results(std::string_view text) {
  Expected expected;
  for (const std::string_view line : split_lines(text)) {
    if (trim(line).empty()) continue;
    const auto cells = split(line, ',');
    if (expected.names.empty()) {
      for (std::size_t i = 1; i < cells.size(); ++i) expected.names.emplace_back(trim(cells[i]));
      continue;
    }
    for (std::size_t i = 0; i < cells.size() && i <= expected.names.size(); ++i) {
      const auto value = parse_number(cells[i]);
      if (!value) throw std::runtime_error("results.csv: not a number: " + std::string(cells[i]));
      (i == 0 ? expected.times : expected.values).push_back(*value);
    }
  }
  return expected;
}

bool agrees(double expected, double ours, const Settings& settings) {
  if (std::isnan(expected) || std::isnan(ours)) return std::isnan(expected) && std::isnan(ours);
  if (std::isinf(expected) || std::isinf(ours)) return expected == ours;
  return std::fabs(expected - ours) <= settings.absolute + settings.relative * std::fabs(expected);
}

kinetics::CompileOptions outputs_of(const kinetics::Network& network, const Expected& expected,
                                    const Settings& settings) {
  kinetics::CompileOptions options;
  for (const std::string& name : expected.names) {
    const std::uint32_t symbol = network.find(name);
    if (symbol == kinetics::kNoSymbol) throw std::runtime_error("no symbol named " + name);
    options.outputs.push_back(symbol);
    const bool amount = settings.amounts.contains(name) ||
                        (!settings.concentrations.contains(name) && network.symbols[symbol].only_substance);
    options.output_kinds.push_back(amount ? SpeciesMeasure::kAmount : SpeciesMeasure::kConcentration);
  }
  return options;
}

solve::Method method_of(const std::string& name) {
  for (const auto method : {solve::Method::kExplicit, solve::Method::kRosenbrock, solve::Method::kCvodes})
    if (name == solve::to_text(method)) return method;
  return solve::Method::kAuto;
}

/// Empty when everything agrees.
std::string judge(const Expected& expected, const kinetics::Trajectory& ours, const Settings& settings) {
  const std::size_t width = expected.names.size();
  for (std::size_t i = 0; i < expected.values.size(); ++i) {
    if (agrees(expected.values[i], ours.values[i], settings)) continue;
    const std::string where = fmt::format("{} at time {}: expected {}, got {}", expected.names[i % width],
                                          exact_number(expected.times[i / width]), exact_number(expected.values[i]),
                                          exact_number(ours.values[i]));
    return ours.status.ok() ? where : fmt::format("{}; {}", sentence(ours.status), where);
  }
  return {};
}

std::string run_texts(const SuiteCase& suite_case, const SuiteOptions& options) {
  const kinetics::Network network = kinetics::read_sbml(suite_case.model, suite_case.id);
  const Settings settings = read_settings(suite_case.settings);
  const Expected expected = read_results(suite_case.results);
  if (expected.values.empty() || expected.values.size() != expected.times.size() * expected.names.size())
    throw std::runtime_error("results.csv: not a full table");
  const kinetics::Simulator simulator(network, outputs_of(network, expected, settings));
  kinetics::Plan plan;
  plan.start = 0;  // SBML models begin at time 0, whenever the table does
  plan.times = expected.times;
  plan.method = method_of(options.method);
  plan.seed = options.seed;
  plan.tolerances.relative = options.relative;
  plan.tolerances.absolute = options.absolute;
  return judge(expected, simulator.run(kinetics::Individual(), plan, Context()), settings);
}

}  // namespace

std::vector<SuiteCase> read_suite(const std::string& archive) {
  const auto files = read_tar(read_file(path_from(archive)), archive);
  const std::string root = "cases/semantic/";
  std::map<std::string, SuiteCase> cases;
  for (const auto& [path, content] : files) {
    if (!path.starts_with(root)) continue;
    const std::string id = path.substr(root.size(), path.find('/', root.size()) - root.size());
    SuiteCase& one = cases[id];
    one.id = id;
    const std::string file = path.substr(root.size() + id.size() + 1);
    if (file == id + "-settings.txt") one.settings = content;
    if (file == id + "-results.csv") one.results = content;
    if (file == id + "-model.m") {
      const auto tags = tags_of(content);
      one.tier = tier_of(tags);
      one.random = tags.contains("RandomEventExecution");
    }
    if (file.starts_with(id + "-sbml-l")) one.model = content;
  }
  std::vector<SuiteCase> list;
  for (auto& [id, one] : cases) list.push_back(std::move(one));
  return list;
}

SuiteResult run_case(const SuiteCase& suite_case, const SuiteOptions& options) {
  SuiteResult result{suite_case.id, suite_case.tier, false, false, {}};
  try {
    result.cause = run_texts(suite_case, options);
    result.passed = result.cause.empty();
  } catch (const Error& error) {
    result.refused = error.kind() == ErrorKind::kUnsupported;
    result.cause = error.message();
  } catch (const std::exception& error) {
    result.cause = error.what();
  }
  return result;
}

std::vector<SuiteResult> run_suite(const std::vector<SuiteCase>& cases, const SuiteOptions& options,
                                   const Context& context) {
  std::vector<SuiteResult> results(cases.size());
  parallel_for(cases.size(), context, [&](std::size_t i) { results[i] = run_case(cases[i], options); });
  return results;
}

std::string summary(const std::vector<SuiteResult>& results) {
  std::array<int, kTiers + 1> passed{}, all{};
  for (const SuiteResult& result : results) {
    const auto tier = static_cast<std::size_t>(result.tier);
    ++all[tier];
    passed[tier] += result.passed ? 1 : 0;
  }
  std::string text;
  for (std::size_t tier = 1; tier <= kTiers; ++tier)
    text += fmt::format("tier {}: {} of {}\n", tier, passed[tier], all[tier]);
  text += fmt::format("tiers 1 to 3: {} of {}\n", passed[1] + passed[2] + passed[3], all[1] + all[2] + all[3]);
  return text;
}

std::string as_table(const std::vector<SuiteResult>& results) {
  std::string text = "case\ttier\tresult\tcause\n";
  for (const SuiteResult& result : results) {
    std::string cause = result.cause;
    std::replace_if(
        cause.begin(), cause.end(), [](char c) { return c == '\t' || c == '\n' || c == '\r'; }, ' ');
    text += fmt::format("{}\t{}\t{}\t{}\n", result.id, result.tier,
                        result.passed    ? "passed"
                        : result.refused ? "refused"
                                         : "failed",
                        cause);
  }
  return text;
}

}  // namespace vesica::test
