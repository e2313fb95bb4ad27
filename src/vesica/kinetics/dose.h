// SPDX-License-Identifier: Apache-2.0
// Doses: what an individual is given, when, how fast and how often.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace vesica::kinetics {

/// `amount` at `time`, at once (duration 0) or evenly over `duration`; given `count` times in all, one each `interval`.
/// Amount and time are in the model's own units.
struct Dose {
  double amount = 0;
  double time = 0;
  double duration = 0;
  double interval = 0;
  std::uint32_t count = 1;
};

/// One dose may repeat at most so often (chosen: every minute for two years).
inline constexpr std::uint32_t kMostRepeats = 1'000'000;

/// Reads `AMOUNT@TIME[/DURATION][+INTERVALxCOUNT]`, several joined by `;`: "100@0+24x6" is 100 at 0, 24, ... 120 (six
/// doses in all), "50@3/2" is 50 evenly from 3 to 5. Blanks are allowed between the parts; empty text is no dose.
/// Throws Error(kData) whose place is `item` with the number of the character that is wrong.
std::vector<Dose> parse_doses(std::string_view text, const std::string& item);
/// The shortest text that parse_doses() reads back to the same doses.
std::string to_text(std::span<const Dose> doses);

/// Throws Error(kData) for a dose that is not finite, has a negative duration or interval, or repeats without interval.
/// A negative amount is allowed: it takes away.
void check_dose(const Dose& dose, const std::string& item);

/// A dose to a target: the target is an index that the caller gives meaning to.
struct Given {
  std::uint32_t target = 0;
  Dose dose;
};

/// What happens to a target at one moment: an amount is added, or the rate of its infusions becomes `rate`.
struct DoseMoment {
  double time = 0;
  std::uint32_t target = 0;
  bool sets_rate = false;
  double amount = 0;  ///< bolus to add, or the new sum of all infusions' rates
};

/// All doses in order of time (then as given), repeats written out. The rate of a target is the sum of the infusions
/// that run from that moment on, added in the order given, so that it is exactly 0 when none does.
std::vector<DoseMoment> schedule(std::span<const Given> doses);

}  // namespace vesica::kinetics
