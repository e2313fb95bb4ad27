// SPDX-License-Identifier: Apache-2.0
#include "vesica/design/dose_ways.h"

#include <algorithm>
#include <cmath>

#include "vesica/base/message.h"
#include "vesica/base/number.h"
#include "vesica/base/text.h"
#include "vesica/models/distribution/body.h"
#include "vesica/models/distribution/distribution.h"

namespace vesica::design {

namespace {

constexpr double kMostDoses = 10000;  // chosen
constexpr std::string_view kGels[] = {"alginate_disc", "chitosan_thermogel", "ha_gel", "gelma"};

[[noreturn]] void refuse(const std::string& what, const std::string& hint) {
  throw Error(ErrorKind::kConfig, what, {}, hint);
}

void require_known(const std::string& kind, const std::string& word, const std::vector<std::string>& known) {
  if (std::find(known.begin(), known.end(), word) != known.end()) return;
  const auto near = did_you_mean(word, known);
  refuse(say("There is no {} \"{}\"", kind, word),
         near ? say("Did you mean {}?", *near) : say("Known: {}", join(known, ", ")));
}

template <typename List>
std::vector<std::string> words(const List& list) {
  return {std::begin(list), std::end(list)};
}

std::vector<std::string> targets_by(const DoseWish& wish, std::string_view route) {
  distribution::Settings body = wish.body;
  body.route = route;
  return distribution::targets_of(distribution::structure_of(body));
}

/// Where a gel for this organ lies.
std::string gel_site(const std::string& organ) {
  if (organ == "brain") return "intracerebral";
  if (organ == "spinal_cord" || organ == "csf") return "intrathecal";
  return organ == "local" ? "local" : "sc";
}

std::vector<std::string> usual_routes(const DoseWish& wish) {
  if (wish.body.structure == "two_compartments") return {"iv"};
  if (wish.organ == "brain") return {"iv", "intranasal", "intrathecal", "intracerebral", std::string(kGel)};
  if (wish.organ == "spinal_cord" || wish.organ == "csf") return {"iv", "intrathecal", std::string(kGel)};
  if (wish.organ == "local") return {"local", std::string(kGel)};
  return {"iv", "ip", "sc"};
}

void check_names(const DoseWish& wish) {
  require_known(say("species"), wish.body.species, words(distribution::kSpecies));
  std::vector<std::string> routes = words(distribution::kRoutes);
  routes.emplace_back(kGel);
  for (const std::string& route : wish.routes) require_known(say("route"), route, routes);
  for (const std::string& gel : wish.gels) require_known(say("gel"), gel, words(kGels));
  std::vector<std::string> organs;
  for (const std::string_view route : distribution::kRoutes) {
    for (const std::string& target : targets_by(wish, route)) {
      if (std::find(organs.begin(), organs.end(), target) == organs.end()) organs.push_back(target);
    }
    if (wish.body.structure == "two_compartments") break;
  }
  require_known(say("organ"), wish.organ, organs);
}

void check_numbers(const DoseWish& wish) {
  if (!(wish.at_least > 0 && wish.at_least <= kMostVesicles))
    refuse(say("At least {} vesicles in the organ is no wish that a dose can meet", exact_number(wish.at_least)),
           say("Write for instance --at-least 1e8"));
  if (!(wish.start_h >= 0 && wish.from_h >= 0 && wish.to_h > wish.from_h && wish.to_h <= 1e4))
    refuse(say("A window from {} to {} h is no window", exact_number(wish.from_h), exact_number(wish.to_h)),
           say("Hours count from 0; let --from-h be smaller than --to-h"));
  if (wish.from_h <= wish.start_h)
    refuse(say("The window begins at {} h, but the first dose is given at {} h: nothing can be there yet",
               exact_number(wish.from_h), exact_number(wish.start_h)),
           say("Let --from-h be later than --start-h"));
  for (const double every : wish.every_h) {
    if (!(every > 0) || (wish.to_h - wish.start_h) / every > kMostDoses)
      refuse(say("Doses every {} h cannot be given", exact_number(every)), say("Write hours above 0: --every 12,24"));
  }
  if (!(wish.available > 0))
    refuse(say("{} vesicles available is not a positive number", exact_number(wish.available)),
           say("Write for instance --available 1e11"));
  if (wish.cells <= 0)
    refuse(say("{} cells is not a positive number", exact_number(wish.cells)), say("Write for instance --cells 1e8"));
}

bool takes_infusion(std::string_view route) {
  return route == "iv" || route == "intrathecal" || route == "intracerebral" || route == "local";
}

void add_ways(const DoseWish& wish, const std::string& route, std::vector<DoseWay>& out) {
  DoseWay way;
  if (route == kGel) {
    way.route = gel_site(wish.organ);
    for (const std::string& gel : wish.gels.empty() ? words(kGels) : wish.gels) {
      way.gel = gel;
      out.push_back(way);
    }
    return;
  }
  way.route = route;
  out.push_back(way);
  for (const double every : wish.every_h) {
    const auto count = static_cast<std::int64_t>(std::ceil((wish.to_h - wish.start_h) / every - 1e-9));
    if (count < 2) continue;
    way.every_h = every;
    way.doses = count;
    out.push_back(way);
  }
  if (takes_infusion(route)) {
    way.every_h = 0;
    way.doses = 1;
    way.infusion = true;
    out.push_back(way);
  }
}

}  // namespace

void check_dose_wish(const DoseWish& wish) {
  check_names(wish);
  check_numbers(wish);
}

std::vector<DoseWay> all_ways(const DoseWish& wish) {
  std::vector<DoseWay> out;
  for (const std::string& route : wish.routes.empty() ? usual_routes(wish) : wish.routes) {
    const std::vector<std::string> targets = targets_by(wish, route == kGel ? gel_site(wish.organ) : route);
    if (std::find(targets.begin(), targets.end(), wish.organ) == targets.end())
      refuse(say("Route {} has no place called {}", route, wish.organ),
             say("With route {} there are: {}", route, join(targets, ", ")));
    add_ways(wish, route, out);
  }
  return out;
}

}  // namespace vesica::design
