// SPDX-License-Identifier: Apache-2.0
#include "vesica/models/network/network.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "vesica/base/hash.h"
#include "vesica/base/message.h"
#include "vesica/base/number.h"
#include "vesica/base/random.h"
#include "vesica/base/text.h"
#include "vesica/models/network/individuals.h"
#include "vesica/quantity/quantity.h"
#include "vesica/quantity/unit.h"

namespace vesica::network {

namespace {

using kinetics::Network;
using kinetics::SpeciesMeasure;
using kinetics::Symbol;
using kinetics::SymbolKind;

[[noreturn]] void refuse(std::string what, const Place& place, std::string hint) {
  throw Error(ErrorKind::kConfig, std::move(what), place, std::move(hint));
}

Place setting(std::string_view name) { return {"", 0, 0, std::string(name)}; }

/// "nmol" over "L": nmol/L; the denominator's own products and quotients change sides.
std::string unit_over(const std::string& top, const std::string& bottom) {
  if (top.empty() || bottom.empty()) return "";
  if (bottom == "1") return top;
  std::string out = top + "/";
  int depth = 0;
  for (const char c : bottom) {
    if (c == '{') ++depth;
    if (c == '}') --depth;
    out += depth > 0 ? c : c == '.' ? '/' : c == '/' ? '.' : c;
  }
  return out;
}

std::string size_unit(const Network& network, const Symbol& compartment) {
  if (!compartment.unit.empty()) return compartment.unit;
  if (compartment.dimensions == 3) return network.units.volume;
  if (compartment.dimensions == 2) return network.units.area;
  if (compartment.dimensions == 1) return network.units.length;
  return compartment.dimensions == 0 ? "1" : "";
}

/// A species' own unit is that of what formulas use; the other measure is put together from the compartment's.
std::string species_unit(const Network& network, const Symbol& species, SpeciesMeasure measure) {
  if (measure == as_used(species) && !species.unit.empty()) return species.unit;
  if (species.compartment == kinetics::kNoSymbol) return measure == as_used(species) ? "" : network.units.substance;
  const std::string size = size_unit(network, network.symbols[species.compartment]);
  if (measure == SpeciesMeasure::kConcentration)
    return unit_over(species.unit.empty() ? network.units.substance : species.unit, size);
  const bool of_model = species.unit.empty() || species.unit == unit_over(network.units.substance, size);
  if (of_model) return network.units.substance;
  const std::string tail = "/" + size;  // "nmol/L" in L
  if (species.unit.ends_with(tail)) return species.unit.substr(0, species.unit.size() - tail.size());
  return size.empty() ? "" : species.unit + "." + size;
}

std::string_view quantity_of(const Symbol& symbol, SpeciesMeasure measure) {
  switch (symbol.kind) {
    case SymbolKind::kSpecies:
      return measure == SpeciesMeasure::kAmount ? "model.amount" : "model.concentration";
    case SymbolKind::kCompartment:
      return "model.size";
    case SymbolKind::kReaction:
      return "model.rate";
    default:
      return "model.value";
  }
}

SpeciesMeasure measure_of(const Symbol& symbol, std::string_view word) {
  if (word == "amount") return SpeciesMeasure::kAmount;
  if (word == "concentration") return SpeciesMeasure::kConcentration;
  return as_used(symbol);
}

Column make_column(const Network& network, std::uint32_t index, SpeciesMeasure measure) {
  const Symbol& symbol = network.symbols[index];
  Column out;
  out.symbol = index;
  out.measure = measure;
  out.id = out.target = symbol.id;
  out.quantity = quantity_of(symbol, measure);
  out.unit = unit_of(network, index, measure);
  const Quantity* quantity = find_quantity(out.quantity);
  out.low = quantity->low;
  out.high = quantity->high;
  return out;
}

Column mapped_column(const Network& network, const Mapping& map, std::string_view species) {
  const std::uint32_t index = find_symbol(network, map.symbol, map.place);
  const Symbol& symbol = network.symbols[index];
  const SpeciesMeasure measure = measure_of(symbol, map.measure.empty() ? species : std::string_view(map.measure));
  Column out = make_column(network, index, measure);
  const Quantity* quantity = find_quantity(map.quantity);
  const std::string from = map.unit.empty() ? out.unit : map.unit;
  if (from.empty())
    refuse(say("The model does not say the unit of {}, and {} is in {}", map.symbol, map.quantity, quantity->unit),
           map.place, say("Add unit = \"...\" to the map, or the unit to the model"));
  const auto zero = convert_unit(0, from, quantity->unit), one = convert_unit(1, from, quantity->unit);
  if (!zero || !one)
    refuse(say("{} is in {}, {} in {}: one cannot be converted into the other", map.symbol, from, map.quantity,
               quantity->unit),
           map.place, say("Map to a quantity of the same kind, or state the symbol's unit with unit = \"...\""));
  out.offset = *zero;
  out.factor = *one - *zero;
  out.quantity = map.quantity;
  out.target = map.target;
  out.unit = quantity->unit;
  out.low = quantity->low;
  out.high = quantity->high;
  out.mapped = true;
  return out;
}

/// Species; in a model without any, what its rules and events change.
std::vector<std::uint32_t> default_symbols(const Network& network) {
  std::vector<std::uint32_t> species, changing;
  for (std::uint32_t i = 0; i < network.symbols.size(); ++i) {
    const Symbol& symbol = network.symbols[i];
    if (symbol.kind == SymbolKind::kSpecies) species.push_back(i);
    const bool has_value = symbol.kind == SymbolKind::kCompartment || symbol.kind == SymbolKind::kParameter;
    if (has_value && !symbol.constant) changing.push_back(i);
  }
  return species.empty() ? changing : species;
}

/// Mapped symbols first, then those selected; without either default_symbols().
std::vector<Column> make_columns(const Settings& settings, const Network& network) {
  std::vector<Column> out;
  for (const Mapping& map : read_map(settings.map)) out.push_back(mapped_column(network, map, settings.species));
  for (const std::string& id : settings.select) {
    const std::uint32_t index = find_symbol(network, trim(id), setting("select"));
    Column column = make_column(network, index, measure_of(network.symbols[index], settings.species));
    const bool twice = std::any_of(out.begin(), out.end(), [&](const Column& other) {
      return other.quantity == column.quantity && other.target == column.target;
    });
    if (twice) refuse(say("\"{}\" is selected twice", id), setting("select"), say("Leave one of them out"));
    out.push_back(std::move(column));
  }
  if (out.empty()) {
    for (const std::uint32_t i : default_symbols(network))
      out.push_back(make_column(network, i, measure_of(network.symbols[i], settings.species)));
  }
  if (out.empty())
    refuse(say("Nothing in the model changes"), setting("select"),
           say("Name parameters or compartments with --select"));
  return out;
}

void add_grid(const Settings& settings, Problem& problem) {
  const double to = *settings.to;
  if (!(to > settings.from))
    refuse(say("Time ends at {}, not after it begins at {}", exact_number(to), exact_number(settings.from)),
           setting("to"), say("Write a later time"));
  for (std::int64_t i = 0; i < settings.points; ++i) {
    const double share = static_cast<double>(i) / static_cast<double>(settings.points - 1);
    const double time = i + 1 == settings.points ? to : settings.from + share * (to - settings.from);
    const auto hours = convert_unit(time, problem.time_unit, "h");
    problem.moments.push_back({time, problem.time_unit.empty() || !hours ? kNaN : *hours});
  }
}

/// Hours of the study as moments of the model. Those before the model begins are left out, and said.
void add_hours(const std::vector<double>& times_h, Problem& problem) {
  std::size_t before = 0;
  for (const double hour : times_h) {
    const auto time = convert_unit(hour, "h", problem.time_unit);
    if (problem.time_unit.empty() || !time)
      refuse(problem.time_unit.empty() ? say("The model does not say its unit of time, and the study counts hours")
                                       : say("The model's unit of time, {}, is no time", problem.time_unit),
             setting("time_unit"), say("Add time_unit = \"h\" (or min, s, d) to the settings"));
    if (*time < problem.from) {
      ++before;
    } else {
      problem.moments.push_back({*time, hour});
    }
  }
  if (before > 0)
    problem.notes.push_back(
        {Severity::kNote,
         "network.before_begin",
         say("{} measured time(s) (lies|lie) before the model begins, at {}; nothing is predicted there.", before,
             exact_number(problem.from)),
         {},
         say("Set from to an earlier time if the model holds there."),
         "",
         ""});
}

/// Ascending; of a moment of the grid and one of the study that are the same but for rounding the study's stays, so
/// that measured and predicted rows have equal keys.
void order_moments(std::vector<Moment>& moments, std::size_t grid) {
  constexpr double kSame = 1e-12;  // chosen: some thousand roundings
  std::vector<std::pair<Moment, bool>> all;
  for (std::size_t i = 0; i < moments.size(); ++i) all.emplace_back(moments[i], i >= grid);
  std::stable_sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.first.time < b.first.time; });
  moments.clear();
  bool last_of_study = false;
  for (const auto& [moment, of_study] : all) {
    const bool same = !moments.empty() && moment.time - moments.back().time <= kSame * std::fabs(moment.time);
    if (!same) moments.push_back(moment);
    if (same && of_study && !last_of_study) moments.back() = moment;
    last_of_study = same ? last_of_study || of_study : of_study;
  }
}

std::vector<kinetics::Given> read_doses(const Settings& settings, const Network& network) {
  std::vector<kinetics::Given> out;
  for (const std::string& text : settings.doses) {
    const auto equals = text.find('=');
    if (equals == std::string::npos || trim(std::string_view(text).substr(0, equals)).empty())
      refuse(say("\"{}\" names no species", shortened(text)), setting("doses"),
             say("Write SPECIES=AMOUNT@TIME, as A=100@0+24x6"));
    const std::uint32_t index = find_symbol(network, trim(std::string_view(text).substr(0, equals)), setting("doses"));
    require_dosable(network.symbols[index], setting("doses"));
    for (const kinetics::Dose& dose : kinetics::parse_doses(std::string_view(text).substr(equals + 1), "doses"))
      out.push_back({index, dose});
  }
  return out;
}

void read_laws(const Settings& settings, Problem& problem) {
  for (const std::string& text : settings.vary) {
    const auto equals = text.find('=');
    if (equals == std::string::npos || trim(std::string_view(text).substr(0, equals)).empty())
      refuse(say("\"{}\" names no symbol", shortened(text)), setting("vary"),
             say("Write SYMBOL=LAW(a,b), as k1=lognormal(0.3,0.2)"));
    const std::uint32_t index =
        find_symbol(problem.network, trim(std::string_view(text).substr(0, equals)), setting("vary"));
    require_settable(problem.network.symbols[index], setting("vary"));
    if (std::find(problem.given.begin(), problem.given.end(), index) != problem.given.end())
      refuse(say("{} has two distributions", problem.network.symbols[index].id), setting("vary"),
             say("Leave one of them out"));
    problem.given.push_back(index);
    problem.laws.push_back(kinetics::parse_distribution(std::string_view(text).substr(equals + 1), "vary"));
  }
}

void add_individuals(const Settings& settings, const Sheet* sheet, Problem& problem) {
  const std::vector<kinetics::Given> doses = read_doses(settings, problem.network);
  for (const kinetics::Given& given : doses) {
    require_after_begin(given, problem, setting("doses"), ErrorKind::kConfig);
    if (std::find(problem.dosed.begin(), problem.dosed.end(), given.target) == problem.dosed.end())
      problem.dosed.push_back(given.target);
  }
  if (sheet != nullptr && (settings.sample > 0 || !settings.vary.empty()))
    refuse(say("Individuals come either from a table or from distributions"), setting("individuals"),
           say("Leave out individuals, or sample and vary"));
  if (sheet != nullptr) return read_individuals(*sheet, doses, problem);
  if ((settings.sample > 0) != !settings.vary.empty())
    refuse(settings.sample > 0 ? say("{} individuals are wanted, and nothing varies between them", settings.sample)
                               : say("Distributions are given, and no number of individuals"),
           setting(settings.sample > 0 ? "vary" : "sample"),
           say("Write both, as --sample 1000 --vary \"k1=lognormal(0.3,0.2)\""));
  if (settings.sample == 0) {
    problem.individuals.push_back({"", {}, doses});
    return;
  }
  problem.drawn = static_cast<std::uint64_t>(settings.sample);
  problem.doses = doses;
  read_laws(settings, problem);
}

}  // namespace

Individual Problem::individual(std::uint64_t i) const {
  if (drawn == 0) return individuals[i];
  Individual out{std::to_string(i + 1), {}, doses};
  for (std::size_t k = 0; k < given.size(); ++k) {
    Random random(seed, hash64(network.symbols[given[k]].id, i));
    out.values.push_back(kinetics::draw(laws[k], random));
  }
  return out;
}

SpeciesMeasure as_used(const Symbol& species) {
  return species.only_substance ? SpeciesMeasure::kAmount : SpeciesMeasure::kConcentration;
}

std::uint32_t find_symbol(const Network& network, std::string_view id, const Place& place, ErrorKind kind) {
  const std::uint32_t index = network.find(id);
  if (index != kinetics::kNoSymbol) return index;
  std::vector<std::string> known;
  for (const Symbol& symbol : network.symbols) known.push_back(symbol.id);
  const auto near = did_you_mean(id, known);
  throw Error(
      kind, say("The model has no symbol \"{}\"", shortened(id)), place,
      near ? say("Did you mean \"{}\"?", *near) : say("vesica predict MODEL --check lists what the model holds"));
}

void require_settable(const Symbol& symbol, const Place& place, ErrorKind kind) {
  if (symbol.rule == kinetics::RuleKind::kAssignment)
    throw Error(kind, say("{} follows from a rule of the model and cannot be given a value", symbol.id), place,
                say("Change what the rule reads, or the rule in the file"));
  if (symbol.kind == SymbolKind::kReaction)
    throw Error(kind, say("{} is a reaction: its rate follows from its law", symbol.id), place,
                say("Change the constants of its law"));
}

void require_dosable(const Symbol& symbol, const Place& place, ErrorKind kind) {
  if (symbol.kind != SymbolKind::kSpecies)
    throw Error(kind, say("{} is no species: only species receive doses", symbol.id), place,
                say("Name a species of the model"));
  if (symbol.rule == kinetics::RuleKind::kAssignment)
    throw Error(kind, say("{} follows from a rule of the model and cannot receive doses", symbol.id), place,
                say("Give the dose to a species that the rule reads"));
}

void require_after_begin(const kinetics::Given& given, const Problem& problem, const Place& place, ErrorKind kind) {
  if (given.dose.time >= problem.from) return;
  throw Error(kind,
              say("A dose into {} at {} comes before the model begins, at {}", problem.network.symbols[given.target].id,
                  exact_number(given.dose.time), exact_number(problem.from)),
              place, say("Give it later, or let the model begin earlier with from"));
}

void apply_set(Network& network, const std::vector<Replacement>& set) {
  for (const Replacement& one : set) {
    Symbol& symbol = network.symbols[find_symbol(network, one.symbol, one.place)];
    require_settable(symbol, one.place);
    symbol.value = one.value;
    symbol.initial = kinetics::kNoNode;
    if (symbol.kind == SymbolKind::kSpecies) symbol.given = as_used(symbol);
  }
}

std::string unit_of(const Network& network, std::uint32_t index, SpeciesMeasure measure) {
  const Symbol& symbol = network.symbols[index];
  switch (symbol.kind) {
    case SymbolKind::kSpecies:
      return species_unit(network, symbol, measure);
    case SymbolKind::kCompartment:
      return size_unit(network, symbol);
    case SymbolKind::kReaction:
      return unit_over(network.units.extent, network.units.time);
    default:
      return symbol.unit;
  }
}

Problem make_problem(const Settings& settings, Network network, const Sheet* sheet, const std::vector<double>& times_h,
                     std::uint64_t seed) {
  Problem problem;
  problem.network = std::move(network);
  problem.seed = seed;
  problem.from = settings.from;
  problem.steady_state = settings.steady_state;
  if (!settings.time_unit.empty() && !convert_unit(1, settings.time_unit, "h"))
    refuse(say("\"{}\" is no unit of time", settings.time_unit), setting("time_unit"), say("Write h, min, s or d"));
  problem.time_unit = settings.time_unit.empty() ? problem.network.units.time : settings.time_unit;
  if (settings.steady_state && !settings.doses.empty())
    refuse(say("A steady state takes no doses"), setting("doses"), say("Leave out the doses, or run a time course"));
  apply_set(problem.network, read_set(settings.set));
  problem.columns = make_columns(settings, problem.network);
  if (!settings.steady_state) {
    if (settings.to) add_grid(settings, problem);
    const std::size_t grid = problem.moments.size();
    add_hours(times_h, problem);
    order_moments(problem.moments, grid);
    if (problem.moments.empty())
      refuse(say("Nothing says until which time the model is to run"), setting("to"),
             say("Set to, in the model's unit of time"));
  }
  constexpr std::size_t kMostCells = 20'000'000;  // chosen: 160 MB for one individual
  if (problem.moments.size() * problem.columns.size() > kMostCells)
    refuse(say("{} times of {} symbols are too many", problem.moments.size(), problem.columns.size()),
           setting("points"), say("Take fewer points, or select symbols"));
  add_individuals(settings, sheet, problem);
  return problem;
}

}  // namespace vesica::network
