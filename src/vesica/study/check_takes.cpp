// SPDX-License-Identifier: Apache-2.0
// What scenarios take from each other: names, ports, units, circles.
#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <set>

#include "vesica/base/message.h"
#include "vesica/base/text.h"
#include "vesica/quantity/quantity.h"
#include "vesica/quantity/unit.h"
#include "vesica/study/assembly.h"
#include "vesica/study/names.h"

namespace vesica {

namespace {

constexpr std::uint64_t kMostDraws = 1'000'000;  // chosen: the quantiles of an interval are stable long before
constexpr std::size_t kLongestChain = 64;        // chosen: a therapy has some eight stages

/// The takes of one scenario, from its tree; every key is a text.
class TakeReader {
 public:
  TakeReader(Assembly& assembly, Scenario& scenario) : assembly_(assembly), scenario_(scenario) {}

  void read() {
    for (const Value& item : scenario_.take.items) {
      Take take;
      take.place = item.place;
      for (const auto& [key, value] : item.members) read_key(key, value, take);
      const bool has_from = require(item, "from", take.from), has_quantity = require(item, "quantity", take.quantity);
      if (has_from && has_quantity && check_names(item, take) && find_port(item, take))
        scenario_.takes.push_back(std::move(take));
    }
    check_ports_used_once();
  }

 private:
  void add(const Value& item, std::string_view key, std::string what, std::string hint) {
    const Value* value = item.find(key);
    assembly_.problems.add("", std::move(what), value == nullptr ? item.place : value->place, std::move(hint));
  }

  void read_key(const std::string& key, const Value& value, Take& take) {
    if (key == "time_h") return read_time(value, take);
    static constexpr std::array<std::pair<std::string_view, std::string Take::*>, 6> kKeys = {
        {{"from", &Take::from},
         {"quantity", &Take::quantity},
         {"target", &Take::target},
         {"port", &Take::port},
         {"sample", &Take::sample},
         {"condition", &Take::condition}}};
    for (const auto& [name, member] : kKeys) {
      if (name != key) continue;
      if (value.kind == Value::Kind::kText) {
        take.*member = std::string(trim_unicode(value.text));
      } else {
        assembly_.problems.add(
            "",
            say("{0} must be {1}, but is {2}.", in_quotes(key), translate("a text"), translate(to_text(value.kind))),
            value.place, "");
      }
      return;
    }
    assembly_.problems.add("", say("{0} has no key {1}.", "[[scenario.take]]", in_quotes(key)), value.place,
                           suggest(key, {"from", "quantity", "target", "port", "time_h", "sample", "condition"}));
  }

  void read_time(const Value& value, Take& take) {
    if (value.is_number() && std::isfinite(value.number)) {
      take.time_h = value.number;
      return;
    }
    assembly_.problems.add(
        "",
        say("{0} must be {1}, but is {2}.", in_quotes("time_h"), translate("a number"), translate(to_text(value.kind))),
        value.place, "");
  }

  bool require(const Value& item, std::string_view key, const std::string& text) {
    if (text.empty() && item.find(key) == nullptr)
      assembly_.problems.add("", say("{0} lacks {1}.", "[[scenario.take]]", in_quotes(key)), item.place,
                             say("Write from = \"SCENARIO\" (or \"measured\") and quantity = \"QUANTITY\"."));
    return !text.empty();
  }

  /// The sample or group is there and the catalogue knows the quantity; whether it was measured shows when it runs.
  bool check_measured(const Value& item, const Take& take) {
    const Study& study = assembly_.study;
    std::vector<std::string> ids;
    for (const Quantity& quantity : all_quantities()) ids.emplace_back(quantity.id);
    bool is_right = true;
    const auto refuse = [&](const char* key, std::string what, std::string hint) {
      add(item, key, std::move(what), std::move(hint));
      is_right = false;
    };
    if (find_quantity(take.quantity) == nullptr)
      refuse("quantity", say("There is no quantity {}.", in_quotes(take.quantity)), suggest(take.quantity, ids));
    if (!take.sample.empty() && study.find_sample(take.sample) == nullptr)
      refuse("sample", say("There is no sample {}.", in_quotes(take.sample)), "");
    if (!take.condition.empty() && study.find_condition(take.condition) == nullptr)
      refuse("condition", say("There is no condition {}.", in_quotes(take.condition)), "");
    if (!take.sample.empty() && !take.condition.empty())
      refuse("condition", say("{0} names a sample and a condition.", "[[scenario.take]]"),
             say("Keep the one whose mean is to be taken."));
    const bool names_one = !take.sample.empty() || !take.condition.empty();
    if (!names_one && scenario_.sample.empty() && scenario_.condition.empty())
      refuse("from", say("It is not said whose measured {} is taken.", take.quantity),
             say("Add sample = \"...\" or condition = \"...\" here or to the scenario."));
    return is_right;
  }

  /// The other scenario is there, its model can hand something over, and it yields the quantity.
  bool check_names(const Value& item, const Take& take) {
    if (take.is_measured()) return check_measured(item, take);
    if (!take.sample.empty() || !take.condition.empty()) {
      add(item, take.sample.empty() ? "condition" : "sample",
          say("Only what is taken from measured rows belongs to a sample or condition."),
          say("Write from = \"measured\", or leave the key out."));
      return false;
    }
    std::vector<std::string> ids;
    for (const Scenario& other : assembly_.study.scenarios)
      if (other.id != scenario_.id) ids.push_back(other.id);
    const auto& all = assembly_.study.scenarios;
    const auto from =
        std::find_if(all.begin(), all.end(), [&](const Scenario& other) { return other.id == take.from; });
    if (from == all.end()) {
      add(item, "from", say("There is no scenario {}.", in_quotes(take.from)), suggest(take.from, ids));
      return false;
    }
    const KnownPart* model = assembly_.known.find_model(from->model);
    if (model == nullptr) return false;  // told already
    if (!model->can_be_chained) {
      add(item, "from", say("Model {} cannot hand its predictions to another.", in_quotes(model->id)),
          say("State the number as a setting."));
      return false;
    }
    const auto& yields = model->quantities;
    if (model->names_quantities || std::find(yields.begin(), yields.end(), take.quantity) != yields.end()) return true;
    add(item, "quantity",
        say("Scenario {0} (model {1}) does not predict {2}.", in_quotes(take.from), model->id,
            in_quotes(take.quantity)),
        suggest(take.quantity, yields));
    return false;
  }

  bool find_port(const Value& item, Take& take) {
    const KnownPart* model = assembly_.known.find_model(scenario_.model);
    if (model == nullptr) return false;
    std::vector<std::string> ids, fitting;
    for (const KnownPort& port : model->ports) {
      ids.push_back(port.id);
      if (port.quantity == take.quantity) fitting.push_back(port.id);
    }
    if (!model->can_be_chained || ids.empty()) {
      assembly_.problems.add("", say("Model {} takes nothing from others.", in_quotes(model->id)), item.place, "");
      return false;
    }
    if (take.port.empty()) {
      if (fitting.size() == 1) {
        take.port = fitting.front();
        return check_time(item, take,
                          *std::find_if(model->ports.begin(), model->ports.end(),
                                        [&](const KnownPort& one) { return one.id == take.port; }));
      }
      add(item, "quantity",
          fitting.empty() ? say("No port of model {0} takes {1}.", model->id, in_quotes(take.quantity))
                          : say("Several ports of model {0} take {1}: {2}.", model->id, in_quotes(take.quantity),
                                join(fitting, ", ")),
          fitting.empty() ? say("It takes: {}.", ports_text(*model)) : say("Add port = \"{}\".", fitting.front()));
      return false;
    }
    const auto port = std::find_if(model->ports.begin(), model->ports.end(),
                                   [&](const KnownPort& one) { return one.id == take.port; });
    if (port == model->ports.end()) {
      add(item, "port", say("Model {0} has no port {1}.", model->id, in_quotes(take.port)), suggest(take.port, ids));
      return false;
    }
    return check_unit(item, take, *port) && check_time(item, take, *port);
  }

  /// A port may be fed by another quantity of the same dimension, when the study names the port.
  bool check_unit(const Value& item, const Take& take, const KnownPort& port) {
    const Quantity* given = find_quantity(take.quantity);
    const Quantity* wanted = find_quantity(port.quantity);
    if (given == nullptr || wanted == nullptr || take.quantity == port.quantity) return true;
    const auto given_unit = parse_unit(given->unit), wanted_unit = parse_unit(wanted->unit);
    if (given_unit && wanted_unit && given_unit->same_dimension(*wanted_unit) && !given->unit_by_row) return true;
    add(item, "quantity",
        say("Unit mismatch: port {0} takes {1} ({2}), but {3} is in {4}.", in_quotes(port.id), port.quantity,
            wanted->unit, take.quantity, given->unit),
        say("Take a quantity of the same kind."));
    return false;
  }

  bool check_time(const Value& item, const Take& take, const KnownPort& port) {
    if (std::isnan(take.time_h) || !port.is_curve) return true;
    add(item, "time_h", say("Port {} takes a course over time, not its value at one.", in_quotes(port.id)),
        say("Leave time_h out."));
    return false;
  }

  static std::string ports_text(const KnownPart& model) {
    std::vector<std::string> out;
    for (const KnownPort& port : model.ports) out.push_back(port.id + " (" + port.quantity + ")");
    return join(out, ", ");
  }

  void check_ports_used_once() {
    std::set<std::string> used;
    for (const Take& take : scenario_.takes)
      if (!used.insert(take.port).second)
        assembly_.problems.add("", say("Port {} is taken twice.", in_quotes(take.port)), take.place, "");
  }

  Assembly& assembly_;
  Scenario& scenario_;
};

/// Follows what scenarios take, depth first; a scenario met again on its own way is a circle.
class CircleFinder {
 public:
  explicit CircleFinder(Assembly& assembly) : assembly_(assembly) {
    for (const Scenario& scenario : assembly.study.scenarios) by_id_.emplace(scenario.id, &scenario);
  }

  void find() {
    for (const Scenario& scenario : assembly_.study.scenarios) {
      std::vector<std::string> way;
      follow(scenario, way);
    }
  }

 private:
  void follow(const Scenario& scenario, std::vector<std::string>& way) {
    const auto met = std::find(way.begin(), way.end(), scenario.id);
    if (met != way.end()) {
      std::vector<std::string> circle(met, way.end());
      if (std::any_of(circle.begin(), circle.end(), [&](const std::string& id) { return told_.contains(id); })) return;
      told_.insert(circle.begin(), circle.end());
      circle.push_back(scenario.id);
      const Place place = scenario.takes.empty() ? scenario.place : scenario.takes.front().place;
      assembly_.problems.add("", say("Scenarios take from each other in a circle: {}.", join(circle, " → ")), place,
                             say("A prediction cannot wait for itself; remove one of the takes."));
      return;
    }
    if (done_.contains(scenario.id)) return;
    if (way.size() >= kLongestChain) {
      assembly_.problems.add("long chain", say("More than {} scenarios take from each other.", kLongestChain),
                             scenario.place);
      return;
    }
    way.push_back(scenario.id);
    for (const Take& take : scenario.takes) {
      const auto other = by_id_.find(take.from);
      if (other != by_id_.end()) follow(*other->second, way);
    }
    way.pop_back();
    done_.insert(scenario.id);
  }

  Assembly& assembly_;
  std::map<std::string, const Scenario*> by_id_;
  std::set<std::string> told_, done_;
};

}  // namespace

void check_takes(Assembly& assembly) {
  for (std::size_t i = 0; i < assembly.study.scenarios.size(); ++i) {
    Scenario& scenario = assembly.study.scenarios[i];
    if (scenario.draws == 1 || scenario.draws > kMostDraws)
      assembly.problems.add("", say("{} draw(s) (makes|make) no interval.", scenario.draws),
                            assembly.place_of("scenario", i, "draws"),
                            say("Write 0, or a number from 2 to {}.", kMostDraws));
    TakeReader(assembly, scenario).read();
  }
  CircleFinder(assembly).find();
}

}  // namespace vesica
