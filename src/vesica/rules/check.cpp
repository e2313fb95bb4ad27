// SPDX-License-Identifier: Apache-2.0
#include "vesica/rules/check.h"

#include <algorithm>
#include <limits>

#include "vesica/base/message.h"
#include "vesica/base/text.h"

namespace vesica::rules {

namespace {

ItemResult check_item(const Item& item, const Facts& facts, bool applies) {
  ItemResult out;
  out.item = &item;
  if (!applies || !item.when.holds(facts)) {
    out.state = State::kNotApplicable;
    return out;
  }
  std::vector<std::string> conflicts;
  for (const Part& part : item.parts) {
    Remarks remarks;
    PartResult result;
    result.part = &part;
    result.met = part.test.holds(facts, &remarks);
    if (!result.met) result.failing = std::move(remarks.failing);
    for (std::string& conflict : remarks.conflicts)
      if (std::find(conflicts.begin(), conflicts.end(), conflict) == conflicts.end())
        conflicts.push_back(std::move(conflict));
    out.met += result.met ? 1 : 0;
    out.parts.push_back(std::move(result));
  }
  for (const std::string& conflict : conflicts) out.contradictions.push_back(say("Stated twice: {}.", conflict));
  for (const Contradiction& one : item.contradictions)
    if (one.when.holds(facts)) out.contradictions.emplace_back(translate(one.says));
  out.state = !out.contradictions.empty()   ? State::kContradictory
              : out.met == out.parts.size() ? State::kPresent
                                            : State::kAbsent;
  if (out.state != State::kAbsent) return out;
  if (!item.unclear.empty() && item.unclear.holds(facts)) {
    out.degree = "unclear";
  } else if (out.met > 0) {
    out.degree = "partly";
  }
  return out;
}

}  // namespace

const char* to_text(State state) {
  switch (state) {
    case State::kPresent:
      return "present";
    case State::kAbsent:
      return "absent";
    case State::kNotApplicable:
      return "not_applicable";
    case State::kContradictory:
      return "contradictory";
  }
  return "";
}

double StandardResult::percent() const {
  return applicable() == 0 ? std::numeric_limits<double>::quiet_NaN()
                           : 100.0 * static_cast<double>(present) / static_cast<double>(applicable());
}

StandardResult check(const Standard& standard, const Facts& facts) {
  StandardResult out;
  out.standard = &standard;
  out.applies = standard.when.holds(facts);
  for (const Item& item : standard.items) {
    ItemResult result = check_item(item, facts, out.applies);
    out.present += result.state == State::kPresent ? 1 : 0;
    out.absent += result.state == State::kAbsent ? 1 : 0;
    out.not_applicable += result.state == State::kNotApplicable ? 1 : 0;
    out.contradictory += result.state == State::kContradictory ? 1 : 0;
    const bool open = result.state == State::kAbsent || result.state == State::kContradictory;
    out.musts_open += open && item.must ? 1 : 0;
    out.items.push_back(std::move(result));
  }
  return out;
}

std::vector<Standard> choose_standards(const std::vector<std::pair<std::string, std::string>>& files,
                                       const std::vector<std::string>& names, std::vector<Error>& problems) {
  std::vector<Standard> all = built_in_standards();
  for (const auto& [file, text] : files) {
    Standard own = read_standard(text, file, problems);
    const bool taken = std::any_of(all.begin(), all.end(), [&](const Standard& one) { return one.id == own.id; });
    if (taken)
      problems.emplace_back(ErrorKind::kConfig, say("There is already a standard \"{}\".", own.id),
                            Place{file, 0, 0, ""}, say("Give yours another id."));
    else
      all.push_back(std::move(own));
  }
  if (names.empty()) return all;
  std::vector<Standard> out;
  std::vector<std::string> known;
  for (const Standard& one : all) known.push_back(one.id);
  for (const std::string& name : names) {
    const auto found = std::find(known.begin(), known.end(), name);
    if (found == known.end()) {
      const auto near = did_you_mean(name, known);
      throw Error(ErrorKind::kConfig, say("There is no standard \"{}\".", shortened(name)), {},
                  near ? say("Did you mean \"{}\"?", *near) : say("Known: {}.", join(known, ", ")));
    }
    out.push_back(all[static_cast<std::size_t>(found - known.begin())]);
  }
  return out;
}

}  // namespace vesica::rules
