// SPDX-License-Identifier: Apache-2.0
#include "vesica/kinetics/dose.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <optional>

#include "vesica/base/error.h"
#include "vesica/base/message.h"
#include "vesica/base/number.h"
#include "vesica/base/text.h"

namespace vesica::kinetics {

namespace {

/// Reads one text of doses from left to right and knows where it stands.
class DoseReader {
 public:
  DoseReader(std::string_view text, const std::string& item) : text_(text), item_(item) {}

  std::vector<Dose> all() {
    std::vector<Dose> doses;
    skip_blanks();
    while (at_ < text_.size()) {
      doses.push_back(one());
      if (at_ < text_.size()) expect(';', say("a semicolon between two doses"));
    }
    return doses;
  }

 private:
  Dose one() {
    Dose dose;
    const std::size_t begin = at_;
    dose.amount = number(say("an amount"));
    expect('@', say("@ between the amount and its time"));
    dose.time = number(say("a time"));
    if (take('/')) dose.duration = number(say("a duration"));
    if (take('+')) {
      dose.interval = number(say("an interval"));
      expect('x', say("x between the interval and the number of doses"));
      dose.count = repeats();
    }
    if (dose.duration < 0) fail(begin, say("a duration that is not negative"));
    if (dose.count > 1 && !(dose.interval > 0)) fail(begin, say("an interval above 0"));
    return dose;
  }

  double number(const std::string& what) {
    const std::size_t begin = at_;
    std::size_t end = at_;
    while (end < text_.size() && belongs_to_number(end, begin)) ++end;
    const std::optional<double> value = parse_number(text_.substr(begin, end - begin));
    if (!value || !std::isfinite(*value)) fail(begin, what);
    at_ = end;
    skip_blanks();
    return *value;
  }

  /// Digits, a point, an exponent with its sign, and a sign at the very beginning.
  bool belongs_to_number(std::size_t i, std::size_t begin) const {
    const char c = text_[i];
    if ((c >= '0' && c <= '9') || c == '.' || c == 'e' || c == 'E') return true;
    if (c != '-' && c != '+') return false;
    return i == begin || text_[i - 1] == 'e' || text_[i - 1] == 'E';
  }

  std::uint32_t repeats() {
    const std::size_t begin = at_;
    const double count = number(say("a number of doses"));
    if (count < 1 || count > kMostRepeats || count != std::floor(count))
      fail(begin, say("a whole number of doses from 1 to {}", kMostRepeats));
    return static_cast<std::uint32_t>(count);
  }

  bool take(char c) {
    if (at_ >= text_.size() || text_[at_] != c) return false;
    ++at_;
    skip_blanks();
    return true;
  }
  void expect(char c, const std::string& what) {
    if (!take(c)) fail(at_, what);
  }
  void skip_blanks() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\t')) ++at_;
  }
  [[noreturn]] void fail(std::size_t where, const std::string& wanted) const {
    const std::string_view rest = where < text_.size() ? text_.substr(where) : std::string_view{};
    throw Error(
        ErrorKind::kData,
        say("The doses \"{}\" cannot be read: character {} should begin {}, but there is \"{}\".", shortened(text_),
            where + 1, wanted, shortened(rest, 20)),
        Place{"", 0, static_cast<int>(where) + 1, item_},
        say("A dose is written AMOUNT@TIME, with /DURATION for an infusion and +INTERVALxCOUNT for repeats, such "
            "as \"100@0+24x6; 50@3/2\"."));
  }

  std::string_view text_;
  const std::string& item_;
  std::size_t at_ = 0;
};

struct Infusion {
  double begin, end, rate;
};

/// Boluses go to `moments`, infusions to `infusions`, repeats written out.
void write_out(const Given& given, std::vector<DoseMoment>& moments, std::vector<Infusion>& infusions) {
  const Dose& dose = given.dose;
  for (std::uint32_t k = 0; k < dose.count; ++k) {
    const double at = dose.time + k * dose.interval;
    if (dose.duration > 0)
      infusions.push_back({at, at + dose.duration, dose.amount / dose.duration});
    else
      moments.push_back({at, given.target, false, dose.amount});
  }
}

/// The sum of rates after each moment at which it changes. Quadratic only in infusions that overlap.
void add_rates(std::uint32_t target, std::vector<Infusion> infusions, std::vector<DoseMoment>& moments) {
  std::vector<double> times;
  for (const Infusion& infusion : infusions) {
    times.push_back(infusion.begin);
    times.push_back(infusion.end);
  }
  std::sort(times.begin(), times.end());
  times.erase(std::unique(times.begin(), times.end()), times.end());
  std::stable_sort(infusions.begin(), infusions.end(),
                   [](const Infusion& a, const Infusion& b) { return a.begin < b.begin; });
  std::vector<Infusion> running;
  std::size_t next = 0;
  for (const double time : times) {
    std::erase_if(running, [&](const Infusion& infusion) { return infusion.end <= time; });
    while (next < infusions.size() && infusions[next].begin <= time) running.push_back(infusions[next++]);
    double rate = 0;
    for (const Infusion& infusion : running) rate += infusion.rate;
    moments.push_back({time, target, true, rate});
  }
}

}  // namespace

std::vector<Dose> parse_doses(std::string_view text, const std::string& item) {
  std::vector<Dose> doses = DoseReader(text, item).all();
  for (const Dose& dose : doses) check_dose(dose, item);
  return doses;
}

std::string to_text(std::span<const Dose> doses) {
  std::string text;
  for (const Dose& dose : doses) {
    if (!text.empty()) text += ';';
    text += exact_number(dose.amount) + "@" + exact_number(dose.time);
    if (dose.duration > 0) text += "/" + exact_number(dose.duration);
    if (dose.count > 1) text += "+" + exact_number(dose.interval) + "x" + std::to_string(dose.count);
  }
  return text;
}

void check_dose(const Dose& dose, const std::string& item) {
  const bool finite = std::isfinite(dose.amount) && std::isfinite(dose.time) && std::isfinite(dose.duration) &&
                      std::isfinite(dose.interval) && std::isfinite(dose.time + dose.count * dose.interval);
  if (finite && dose.duration >= 0 && dose.interval >= 0 && dose.count >= 1 && dose.count <= kMostRepeats &&
      (dose.count == 1 || dose.interval > 0))
    return;
  throw Error(ErrorKind::kData,
              say("A dose is not possible: amount {}, time {}, duration {}, interval {}, given {} times.",
                  exact_number(dose.amount), exact_number(dose.time), exact_number(dose.duration),
                  exact_number(dose.interval), dose.count),
              Place{"", 0, 0, item});
}

std::vector<DoseMoment> schedule(std::span<const Given> doses) {
  std::vector<DoseMoment> moments;
  std::vector<std::uint32_t> targets;
  for (const Given& given : doses) targets.push_back(given.target);
  std::sort(targets.begin(), targets.end());
  targets.erase(std::unique(targets.begin(), targets.end()), targets.end());
  for (const std::uint32_t target : targets) {
    std::vector<Infusion> infusions;
    for (const Given& given : doses)
      if (given.target == target) write_out(given, moments, infusions);
    add_rates(target, std::move(infusions), moments);
  }
  std::stable_sort(moments.begin(), moments.end(),
                   [](const DoseMoment& a, const DoseMoment& b) { return a.time < b.time; });
  return moments;
}

}  // namespace vesica::kinetics
