// SPDX-License-Identifier: Apache-2.0
#include "vesica/contract/sampling.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "vesica/base/hash.h"
#include "vesica/base/message.h"
#include "vesica/base/number.h"
#include "vesica/base/random.h"
#include "vesica/base/require.h"
#include "vesica/base/text.h"
#include "vesica/contract/chain.h"
#include "vesica/quantity/quantity.h"

namespace vesica {

namespace {

constexpr double kNormal975 = 1.959963984540054;  ///< 97.5 % quantile of the standard normal
constexpr double kHalfWidths = 4;                 ///< chosen: what lies farther out is no parameter any more
constexpr double kWideFactor = 10;                ///< chosen: from here on the size, not the number, is unknown
constexpr double kLowShare = 0.025, kHighShare = 0.975;

double quantile_of_sorted(const std::vector<double>& sorted, double share) {
  const double position = share * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(position);
  const std::size_t above = std::min(below + 1, sorted.size() - 1);
  return sorted[below] + (position - static_cast<double>(below)) * (sorted[above] - sorted[below]);
}

/// The distribution cut to the bounds of a setting: a share drawn near 1 must not leave [0, 1].
kinetics::Distribution within(kinetics::Distribution distribution, const FieldInfo& info) {
  if (distribution.kind == kinetics::DistributionKind::kFixed) return distribution;
  distribution.low = std::max(distribution.low, info.low);
  distribution.high = std::min(distribution.high, info.high);
  return distribution;
}

/// A setting that is a number; NaN when it is optional and empty.
struct NumberField {
  std::string_view name;
  double value;
  FieldInfo info;
};

/// Every number setting; other kinds are passed over.
class NumberReader final : public Fields {
 public:
  void number(std::string_view name, double& member, const FieldInfo& info) override {
    found.push_back({name, member, info});
  }
  void optional_number(std::string_view name, std::optional<double>& member, const FieldInfo& info) override {
    found.push_back({name, member.value_or(kNaN), info});
  }
  void integer(std::string_view, std::int64_t&, const FieldInfo&) override {}
  void flag(std::string_view, bool&, const FieldInfo&) override {}
  void text(std::string_view, std::string&, const FieldInfo&) override {}
  void choice(std::string_view, std::string&, std::span<const std::string_view>, const FieldInfo&) override {}
  void numbers(std::string_view, std::vector<double>&, const FieldInfo&) override {}
  void texts(std::string_view, std::vector<std::string>&, const FieldInfo&) override {}
  void tree(std::string_view, Value&, const Value&, const FieldInfo&) override {}
  std::vector<NumberField> found;
};

/// Sets numbers by name, without passing through text.
class NumberWriter final : public Fields {
 public:
  NumberWriter(std::span<const Unknown> unknowns, std::span<const double> values)
      : unknowns_(unknowns), values_(values) {}
  void number(std::string_view name, double& member, const FieldInfo&) override {
    if (const double* value = find(name)) member = *value;
  }
  void optional_number(std::string_view name, std::optional<double>& member, const FieldInfo&) override {
    if (const double* value = find(name)) member = *value;
  }
  void integer(std::string_view, std::int64_t&, const FieldInfo&) override {}
  void flag(std::string_view, bool&, const FieldInfo&) override {}
  void text(std::string_view, std::string&, const FieldInfo&) override {}
  void choice(std::string_view, std::string&, std::span<const std::string_view>, const FieldInfo&) override {}
  void numbers(std::string_view, std::vector<double>&, const FieldInfo&) override {}
  void texts(std::string_view, std::vector<std::string>&, const FieldInfo&) override {}
  void tree(std::string_view, Value&, const Value&, const FieldInfo&) override {}

 private:
  const double* find(std::string_view name) const {
    for (std::size_t i = 0; i < unknowns_.size(); ++i) {
      if (unknowns_[i].setting == name && !std::isnan(values_[i])) return &values_[i];
    }
    return nullptr;
  }
  std::span<const Unknown> unknowns_;
  std::span<const double> values_;
};

std::vector<NumberField> number_fields(const AnySettings& settings) {
  AnySettings copy = settings;
  NumberReader reader;
  copy.describe(reader);
  return std::move(reader.found);
}

/// The distribution of an entry of `vary`, within the bounds of its setting.
kinetics::Distribution varied(const NumberField& field, const Value& entry) {
  const std::string item = "vary." + std::string(field.name);
  const std::string text = entry.is_number() ? exact_number(entry.number) : entry.text;
  kinetics::Distribution out;
  try {
    if (entry.kind != Value::Kind::kText && !entry.is_number())
      throw Error(ErrorKind::kConfig, say("{0} must be {1}, but is {2}.", "\"" + std::string(field.name) + "\"",
                                          translate("a text or a number"), translate(to_text(entry.kind))));
    out = kinetics::parse_distribution(text, item);
  } catch (const Error& error) {
    throw Error(ErrorKind::kConfig, error.message(), entry.place, error.hint());
  }
  out = within(out, field.info);
  const double low = kinetics::quantile(out, 1e-9), high = kinetics::quantile(out, 1 - 1e-9);
  if (!(low >= field.info.low && high <= field.info.high) || low > high)
    throw Error(ErrorKind::kConfig,
                say("{0} lies outside the range of {1}: {2} to {3}.", text, field.name, exact_number(field.info.low),
                    exact_number(field.info.high)),
                entry.place);
  return out;
}

/// The entries of `vary` in the order of the settings, each with its field.
std::vector<std::pair<NumberField, const Value*>> entries_of(const std::vector<NumberField>& fields,
                                                             const AnySettings& settings, const Value& vary) {
  std::vector<std::pair<NumberField, const Value*>> out;
  for (const auto& [name, entry] : vary.members) {
    const auto field =
        std::find_if(fields.begin(), fields.end(), [&name = name](const NumberField& one) { return one.name == name; });
    if (field != fields.end()) {
      out.emplace_back(*field, &entry);
      continue;
    }
    const std::vector<std::string> all = field_names(settings);
    const auto near = did_you_mean(name, all);
    if (std::find(all.begin(), all.end(), name) != all.end())
      throw Error(ErrorKind::kConfig, say("{} is not a number that could vary.", "\"" + name + "\""), entry.place);
    throw Error(ErrorKind::kConfig, say("There is no setting \"{}\" to vary.", name), entry.place,
                near ? say("Did you mean \"{}\"?", *near) : "");
  }
  return out;
}

/// Settings with their evidence row and the number they hold.
struct Backed {
  std::string setting;
  const ParameterRow* row;
  double value;
  FieldInfo info;
};

std::vector<Backed> backed_settings(const AnySettings& settings) {
  std::vector<Backed> out;
  for (const NumberField& field : number_fields(settings)) {
    const ParameterRow* row = field.info.evidence.empty() ? nullptr : find_parameter(field.info.evidence);
    if (row != nullptr) out.push_back({std::string(field.name), row, field.value, field.info});
  }
  return out;
}

std::string cell(double value) { return std::isnan(value) ? std::string() : exact_number(value); }

}  // namespace

bool wants(const Scenario& scenario, std::string_view quantity) {
  const auto matches = [&](std::string_view pattern) {
    return pattern.ends_with('*') ? quantity.starts_with(pattern.substr(0, pattern.size() - 1)) : pattern == quantity;
  };
  return scenario.quantities.empty() || std::any_of(scenario.quantities.begin(), scenario.quantities.end(), matches);
}

kinetics::Distribution distribution_of(const ParameterRow& row) {
  using kinetics::DistributionKind;
  if (std::isnan(row.low) || std::isnan(row.high) || row.low == row.high)
    return {DistributionKind::kFixed, row.value, 0};
  const bool is_wide = row.low > 0 && row.high >= kWideFactor * row.low;
  if (row.distribution == "normal") {
    const double mean = (row.low + row.high) / 2, half = (row.high - row.low) / 2;
    return {DistributionKind::kNormal, mean, half / kNormal975, mean - kHalfWidths * half, mean + kHalfWidths * half};
  }
  if (row.distribution == "lognormal") {
    const double median = std::sqrt(row.low * row.high), half = std::log(row.high / row.low) / 2;
    return {DistributionKind::kLogNormal, median, half / kNormal975, median * std::exp(-kHalfWidths * half),
            median * std::exp(kHalfWidths * half)};
  }
  if (row.distribution == "loguniform" || (row.distribution.empty() && is_wide))
    return {DistributionKind::kLogUniform, row.low, row.high};
  return {DistributionKind::kUniform, row.low, row.high};
}

std::vector<Unknown> unknowns_of(const AnySettings& settings, const Value& vary) {
  std::vector<Unknown> out;
  const std::vector<NumberField> fields = number_fields(settings);
  for (const auto& [field, entry] : entries_of(fields, settings, vary)) {
    const kinetics::Distribution distribution = varied(field, *entry);
    if (distribution.kind == kinetics::DistributionKind::kFixed) continue;
    const std::string own = "vary." + std::string(field.name);
    out.push_back({std::string(field.name), field.info.evidence.empty() ? own : std::string(field.info.evidence),
                   distribution, field.value});
  }
  for (const Backed& backed : backed_settings(settings)) {
    if (vary.find(backed.setting) != nullptr) continue;
    const kinetics::Distribution distribution = within(distribution_of(*backed.row), backed.info);
    if (backed.value != backed.row->value || distribution.kind == kinetics::DistributionKind::kFixed) continue;
    out.push_back({backed.setting, backed.row->id, distribution, backed.value});
  }
  return out;
}

AnySettings at_medians(const AnySettings& settings, const Value& vary) {
  std::vector<Unknown> named;
  std::vector<double> values;
  for (const auto& [field, entry] : entries_of(number_fields(settings), settings, vary)) {
    named.push_back({std::string(field.name), "", varied(field, *entry)});
    values.push_back(kinetics::median(named.back().distribution));
  }
  return with_values(settings, named, values);
}

AnySettings with_values(const AnySettings& settings, std::span<const Unknown> unknowns,
                        std::span<const double> values) {
  VESICA_REQUIRE(unknowns.size() == values.size(), "one value an unknown");
  AnySettings out = settings;
  NumberWriter writer(unknowns, values);
  out.describe(writer);
  return out;
}

double draw_position(std::string_view key, std::uint64_t seed, std::uint64_t index) {
  return Random(seed, hash64(key, index)).uniform();
}

std::vector<double> draw_values(std::span<const Unknown> unknowns, std::uint64_t seed, std::uint64_t index) {
  std::vector<double> out;
  for (const Unknown& unknown : unknowns)
    out.push_back(kinetics::quantile(unknown.distribution, draw_position(unknown.key, seed, index)));
  return out;
}

Artifact evidence_artifact(std::span<const NamedSettings> all) {
  std::string out = "setting\tvalue\tunit\tevidence\tdefault\tlow\thigh\tdistribution\tknown\tsource\tdoi\tnote\n";
  for (const NamedSettings& named : all) {
    for (const Backed& backed : backed_settings(*named.settings)) {
      const ParameterRow& row = *backed.row;
      const bool is_own = backed.value != row.value;
      const std::array<std::string, 12> cells = {(named.scenario.empty() ? "" : named.scenario + ".") + backed.setting,
                                                 cell(backed.value),
                                                 row.unit,
                                                 row.id,
                                                 cell(row.value),
                                                 cell(row.low),
                                                 cell(row.high),
                                                 is_own ? std::string() : kinetics::to_text(distribution_of(row)),
                                                 is_own ? "stated" : to_text(row.known),
                                                 row.source,
                                                 row.doi,
                                                 row.note};
      out += join(cells, "\t") + "\n";
    }
  }
  return {"evidence.tsv", "text/tab-separated-values", out, say("Every number behind the prediction with its source")};
}

std::vector<Issue> recalled_evidence(std::span<const NamedSettings> all) {
  std::vector<std::string> recalled;
  for (const NamedSettings& named : all) {
    for (const Backed& backed : backed_settings(*named.settings)) {
      if (backed.value == backed.row->value && backed.row->known == HowKnown::kRecalled &&
          std::find(recalled.begin(), recalled.end(), backed.row->id) == recalled.end())
        recalled.push_back(backed.row->id);
    }
  }
  if (recalled.empty()) return {};
  return {{Severity::kNote, "evidence.recalled",
           say("{} of the numbers behind this prediction (is|are) recalled or chosen, not read in a source: {}",
               recalled.size(), join(recalled, ", ")),
           Place{}, say("State what you know as a setting; evidence.tsv lists every number with its source"), "", ""}};
}

void set_band(Observation& row, std::vector<double> draws) {
  std::erase_if(draws, [](double value) { return std::isnan(value); });
  if (draws.size() < 2 || std::isnan(row.value)) return;
  std::sort(draws.begin(), draws.end());
  if (draws.front() == row.value && draws.back() == row.value) return;  // nothing unknown bears on it
  row.low = std::min(quantile_of_sorted(draws, kLowShare), row.value);
  row.high = std::max(quantile_of_sorted(draws, kHighShare), row.value);
  row.interval = "mc95";
}

Outcome predict_by_sampling(const Model& model, const Scenario& scenario, const AnySettings& settings,
                            const Context& context) {
  Scenario alone = scenario;
  alone.takes.clear();
  return predict_chain(Chain({{&model, std::move(alone), settings}}, context), context);
}

}  // namespace vesica
