// SPDX-License-Identifier: Apache-2.0
// Protocols of spins for a wanted size cut and yield.
#include "vesica/design/spin.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "vesica/base/message.h"
#include "vesica/base/number.h"
#include "vesica/design/parts.h"

namespace vesica::design {

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
constexpr double kRpmStep = 100;                                       // chosen: what a centrifuge lets one set
constexpr double kUsualForces_g[] = {200000, 150000, 120000, 100000};  // chosen: at Rav, as protocols print them
constexpr double kSlowerFactors[] = {2, 3};                            // chosen: clearing spins of 10, 20 and 30 min
constexpr double kLargestCut_nm = 5000;                                // end of the working grid
constexpr double kBisection = 1e-6;                                    // chosen, relative
constexpr std::size_t kMostRotors = 3;                                 // chosen: named as a way out

void refuse(const std::string& what, const std::string& hint) { throw Error(ErrorKind::kConfig, what, {}, hint); }

void check(const SpinWish& wish) {
  if (!(wish.keep_from_nm >= 10 && wish.keep_from_nm <= kLargestCut_nm))
    refuse(say("Vesicles are kept from {} nm on, which is not between 10 and {} nm", exact_number(wish.keep_from_nm),
               exact_number(kLargestCut_nm)),
           say("Write for instance --keep-from 60"));
  if (!(wish.remove_above_nm > wish.keep_from_nm))
    refuse(say("Vesicles are wanted from {} nm on, but everything above {} nm is to be removed: nothing lies between",
               exact_number(wish.keep_from_nm), exact_number(wish.remove_above_nm)),
           say("Let --keep-from be smaller than --remove-above"));
  if (std::isfinite(wish.remove_above_nm) && wish.remove_above_nm > kLargestCut_nm)
    refuse(say("--remove-above {} nm is larger than any vesicle counted here ({} nm)",
               exact_number(wish.remove_above_nm), exact_number(kLargestCut_nm)),
           say("Leave it out: then there is no clearing spin"));
  if (!(wish.yield > 0 && wish.yield <= 1))
    refuse(say("A yield of {} is not a share between 0 and 1", exact_number(wish.yield)),
           say("Write for instance --yield 0.8"));
  if (!(wish.shortest_minutes > 0 && wish.longest_h > 0 && wish.shortest_minutes <= 60 * wish.longest_h))
    refuse(say("A shortest clearing spin of {} min and a longest protocol of {} h make no sense together",
               exact_number(wish.shortest_minutes), exact_number(wish.longest_h)),
           say("Both are above 0, and the first fits into the second"));
  if (wish.rounds < 1 || wish.rounds > 20)
    refuse(say("{} rounds of clearing are not between 1 and 20", wish.rounds), say("Write for instance --rounds 2"));
}

/// What is fixed once the protocol is chosen: the same in every draw.
struct Fixed {
  const SpinWish* wish;
  spin::Geometry geometry;
  double clearing = 0;  ///< force-time in 1/s; 0: no clearing spin
  double pelleting = 0;
  std::int64_t rounds = 0;
};

spin::Spin spin_of(const Fixed& fixed, const spin::Settings& settings, double force_time, bool keep_pellet) {
  spin::Spin out;
  out.rotor = fixed.geometry;
  out.minutes = 1;  // any force and time with this product
  out.rcf_g = force_time / 60 * out.rotor.rav_mm * 1e-3 / spin::kGravity;
  out.medium = medium_of(settings);
  out.keep_pellet = keep_pellet;
  out.recovery = settings.recovery;
  out.carry_over = settings.carry_over;
  return out;
}

/// The share of one size in the pooled supernatants of all rounds.
double cleared_share(const Fixed& fixed, const spin::Settings& settings, const spin::Density& density, double d) {
  if (fixed.rounds == 0) return 1;
  const auto part = [&](bool pellet) {
    return spin::split(spin_of(fixed, settings, fixed.clearing, pellet), settings.law(), density, d).kept;
  };
  const double supernatant = part(false), back = part(true);
  double out = 0, factor = 1;
  for (std::int64_t i = 0; i < fixed.rounds; ++i, factor *= back) out += supernatant * factor;
  return out;
}

double pellet_share(const Fixed& fixed, const spin::Settings& settings, const spin::Density& density, double d) {
  return spin::split(spin_of(fixed, settings, fixed.pelleting, true), settings.law(), density, d).kept;
}

/// What a protocol yields, as plain numbers.
struct Yields {
  double recovered = 0, lost_clearing = 0, wanted_among_all = 0, smaller_kept = 0;
};

Yields yields_of(const Fixed& fixed, const spin::Settings& settings) {
  const spin::Spectrum parents = spin::parent_spectrum(settings, spin::working_grid());
  const spin::Density density = settings.density();
  double wanted = 0, cleared = 0, got = 0, small = 0, small_got = 0, all_got = 0;
  for (std::size_t i = 0; i < parents.size(); ++i) {
    const double d = parents.diameter_nm[i], n = parents.number[i];
    const double after = n * cleared_share(fixed, settings, density, d);
    const double end = after * pellet_share(fixed, settings, density, d);
    all_got += end;
    if (d < fixed.wish->keep_from_nm) {
      small += n;
      small_got += end;
    } else if (d < fixed.wish->remove_above_nm) {
      wanted += n;
      cleared += after;
      got += end;
    }
  }
  const auto share = [](double part, double whole) { return whole > 0 ? std::min(1.0, part / whole) : kNone; };
  return {share(got, wanted), wanted > 0 ? std::max(0.0, 1 - cleared / wanted) : kNone, share(got, all_got),
          share(small_got, small)};
}

double recovered_by(Fixed fixed, std::int64_t rounds, double clearing) {
  fixed.rounds = rounds;
  fixed.clearing = clearing;
  return yields_of(fixed, fixed.wish->settings).recovered;
}

double force_time_of(const SpinWish& wish, const spin::Geometry& geometry, double diameter_nm) {
  return force_time(geometry, wish.settings.law(), wish.settings.density(), medium_of(wish.settings), diameter_nm);
}

/// Ways of one spin, shortest first: at the highest speed (not shorter than `shortest`), then slower ones.
std::vector<Speed> ways_of(const spin::Geometry& geometry, double max_rpm, double force_time, double shortest,
                           bool pellet) {
  const auto rpm_for = [&](double minutes) {
    return std::sqrt(force_time / (60 * minutes)) * 60 / (2 * std::numbers::pi);
  };
  // A hundred rpm is what can be set; a slow spin of a large cut keeps its own speed.
  const auto settable = [&](double rpm) { return rpm >= 10 * kRpmStep ? std::floor(rpm / kRpmStep) * kRpmStep : rpm; };
  std::vector<double> speeds;
  const double fastest = shortest > 0 ? std::min(max_rpm, settable(rpm_for(shortest))) : max_rpm;
  speeds.push_back(fastest);
  if (pellet) {
    for (const double force : kUsualForces_g) {
      const double rpm = settable(std::sqrt(force / spin::rcf_at(1, geometry.rav_mm)));
      if (rpm < speeds.back()) speeds.push_back(rpm);
    }
  } else {
    const double minutes = force_time / omega_squared_of(fastest) / 60;
    for (const double factor : kSlowerFactors) speeds.push_back(settable(rpm_for(factor * minutes)));
  }
  std::vector<Speed> out;
  for (const double rpm : speeds) out.push_back(speed_at(geometry, rpm, force_time));
  return out;
}

/// Minutes of the shortest protocol for these cuts on a rotor; infinite when it cannot be computed.
double shortest_on(const SpinWish& wish, const RotorRow& rotor, std::int64_t rounds) {
  if (rotor.rotor_class == "vertical" || std::isnan(rotor.max_rpm)) return kInfinity;
  const auto geometry = spin::geometry_of(rotor, kNone);
  if (!geometry) return kInfinity;
  const double omega2 = omega_squared_of(rotor.max_rpm);
  double out = force_time_of(wish, *geometry, wish.keep_from_nm) / omega2 / 60;
  if (rounds > 0 && std::isfinite(wish.remove_above_nm))
    out += static_cast<double>(rounds) *
           std::max(wish.shortest_minutes, force_time_of(wish, *geometry, wish.remove_above_nm) / omega2 / 60);
  return out;
}

void say_how_to_be_in_time(const SpinWish& wish, const Fixed& fixed, double max_rpm, SpinWays& ways) {
  std::vector<std::pair<double, const RotorRow*>> faster;
  for (const RotorRow& rotor : evidence().rotors) {
    const double minutes = shortest_on(wish, rotor, fixed.rounds);
    if (minutes <= 60 * wish.longest_h) faster.emplace_back(minutes, &rotor);
  }
  std::stable_sort(faster.begin(), faster.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  for (std::size_t i = 0; i < std::min(kMostRotors, faster.size()); ++i) ways.rotors.push_back(faster[i].second);
  const double clearing = fixed.rounds == 0
                              ? 0
                              : static_cast<double>(fixed.rounds) *
                                    std::max(wish.shortest_minutes, fixed.clearing / omega_squared_of(max_rpm) / 60);
  const double left = 60 * wish.longest_h - clearing;
  if (left <= 0) return;
  const double cut = spin::cutoff_diameter_nm(fixed.geometry, wish.settings.law(), wish.settings.density(),
                                              medium_of(wish.settings), omega_squared_of(max_rpm), left);
  if (cut < wish.remove_above_nm) ways.keep_from_nm = cut;
}

/// The clearing cut at which one round reaches the yield, the wanted sizes staying those of the wish.
double looser_cut(const SpinWish& wish, const Fixed& fixed) {
  const auto reaches = [&](double cut) {
    return recovered_by(fixed, 1, force_time_of(wish, fixed.geometry, cut)) >= wish.yield;
  };
  double low = wish.remove_above_nm, high = kLargestCut_nm;
  if (!reaches(high)) return kNone;
  while (high - low > kBisection * high) {
    const double middle = std::sqrt(low * high);
    (reaches(middle) ? high : low) = middle;
  }
  return high;
}

void choose_rounds(const SpinWish& wish, Fixed& fixed, SpinDesign& out) {
  if (!std::isfinite(wish.remove_above_nm)) {
    fixed.rounds = 0;
    if (recovered_by(fixed, 0, 0) < wish.yield) out.status = SpinStatus::kRecoveryTooLow;
    return;
  }
  for (fixed.rounds = 1; fixed.rounds <= wish.rounds; ++fixed.rounds) {
    if (recovered_by(fixed, fixed.rounds, fixed.clearing) >= wish.yield) return;
  }
  fixed.rounds = wish.rounds;
  out.ways.yield = recovered_by(fixed, wish.rounds, fixed.clearing);
  const bool never = recovered_by(fixed, 0, 0) < wish.yield;
  out.status = never ? SpinStatus::kRecoveryTooLow : SpinStatus::kYieldTooLow;
  if (!never) out.ways.remove_above_nm = looser_cut(wish, fixed);
}

std::vector<double> numbers_of(const Fixed& fixed, const spin::Settings& settings,
                               const std::vector<spin::Particle>& particles, const std::vector<double>& at_nm) {
  const Yields yields = yields_of(fixed, settings);
  std::vector<double> out = {yields.recovered, yields.lost_clearing, yields.wanted_among_all, yields.smaller_kept};
  for (const double force_time : {fixed.clearing, fixed.pelleting}) {
    out.push_back(force_time > 0 ? spin::cutoff_diameter_nm(fixed.geometry, settings.law(), settings.density(),
                                                            medium_of(settings), force_time / 60, 1)
                                 : kNone);
  }
  const auto kept = [&](const spin::Density& density, double d) {
    return cleared_share(fixed, settings, density, d) * pellet_share(fixed, settings, density, d);
  };
  for (const spin::Particle& particle : particles) {
    spin::Density own;
    own.g_ml = particle.density_g_ml;
    out.push_back(kept(own, particle.diameter_nm));
  }
  for (const double d : at_nm) out.push_back(kept(settings.density(), d));
  return out;
}

void add_bands(const SpinWish& wish, const Fixed& fixed, const Context& context, SpinDesign& out) {
  const std::vector<spin::Particle> particles = typical_particles(wish.settings);
  out.at_nm = curve_sizes(std::isfinite(wish.remove_above_nm) ? wish.remove_above_nm : wish.keep_from_nm);
  std::vector<std::vector<double>> draws;
  const std::vector<Band> bands = bands_over_draws(
      numbers_of(fixed, wish.settings, particles, out.at_nm), wish.draws,
      [&](std::size_t i) {
        return numbers_of(fixed, drawn(wish.settings, context.seed, i), drawn_particles(wish.settings, context.seed, i),
                          out.at_nm);
      },
      context, &draws);
  out.recovered = bands[0];
  out.lost_clearing = bands[1];
  out.wanted_among_all = bands[2];
  out.smaller_kept = bands[3];
  for (DesignedSpin& spin : out.spins) spin.cutoff_nm = bands[spin.keep_pellet ? 5 : 4];
  for (std::size_t i = 0; i < particles.size(); ++i) out.passengers.push_back({particles[i].id, bands[6 + i]});
  out.kept.assign(bands.begin() + static_cast<std::ptrdiff_t>(6 + particles.size()), bands.end());
  const auto met = std::count_if(draws.begin(), draws.end(), [&](const auto& one) { return one[0] >= wish.yield; });
  out.met = draws.empty() ? kNone : static_cast<double>(met) / static_cast<double>(draws.size());
}

void add_drivers(const SpinWish& wish, const Fixed& fixed, SpinDesign& out) {
  for (const spin::Uncertain& number : spin::uncertain_numbers(wish.settings)) {
    Driver driver{number.row, 0, 0};
    for (const bool high : {false, true}) {
      spin::Settings settings = wish.settings;
      settings.*number.member = high ? number.row->high : number.row->low;
      (high ? driver.at_high : driver.at_low) = yields_of(fixed, settings).recovered;
    }
    if (driver.at_low != driver.at_high) out.drivers.push_back(driver);
  }
  const auto span = [](const Driver& one) { return std::fabs(one.at_high - one.at_low); };
  std::stable_sort(out.drivers.begin(), out.drivers.end(),
                   [&](const Driver& a, const Driver& b) { return span(a) > span(b); });
}

}  // namespace

std::string_view to_text(SpinStatus status) {
  switch (status) {
    case SpinStatus::kReached:
      return "reached";
    case SpinStatus::kYieldTooLow:
      return "yield_too_low";
    case SpinStatus::kRecoveryTooLow:
      return "recovery_too_low";
    case SpinStatus::kTooLong:
      return "too_long";
    case SpinStatus::kFloats:
      return "floats";
  }
  return "";
}

std::vector<double> curve_sizes(double largest_cut_nm) {
  constexpr std::size_t kSizes = 120;
  constexpr double kFirst_nm = 10, kLeast_nm = 250, kBeyond = 1.25;  // chosen: the drawn interval shows its end
  const double last = std::max(kLeast_nm, kBeyond * largest_cut_nm);
  std::vector<double> out;
  for (std::size_t i = 0; i < kSizes; ++i)
    out.push_back(kFirst_nm + (last - kFirst_nm) * static_cast<double>(i) / static_cast<double>(kSizes - 1));
  return out;
}

std::vector<spin::UsedEvidence> evidence_of_design(const spin::Settings& settings) {
  std::vector<spin::UsedEvidence> out = spin::used_evidence(settings);
  std::erase_if(out, [](const spin::UsedEvidence& one) { return one.setting.starts_with("detection_"); });
  return out;
}

double force_time(const spin::Geometry& rotor, spin::AngleLaw law, const spin::Density& density,
                  const spin::Medium& medium, double diameter_nm) {
  const double s = spin::sedimentation_coefficient_s(diameter_nm, density.at(diameter_nm), medium);
  return s > 0 ? spin::full_pelleting_exponent(rotor, law) / s : kInfinity;
}

SpinDesign design_spin(const SpinWish& wish, const Context& context) {
  VESICA_REQUIRE(wish.rotor != nullptr, "a rotor");
  check(wish);
  SpinDesign out;
  out.geometry = known_geometry(*wish.rotor, wish.tube_bore_mm);
  out.max_rpm = highest_rpm(*wish.rotor, wish.max_rpm);
  out.medium = medium_of(wish.settings);
  out.evidence = evidence_of_design(wish.settings);
  Fixed fixed{&wish, out.geometry, 0, force_time_of(wish, out.geometry, wish.keep_from_nm), 0};
  if (std::isfinite(wish.remove_above_nm)) fixed.clearing = force_time_of(wish, out.geometry, wish.remove_above_nm);
  if (!std::isfinite(fixed.pelleting) || !std::isfinite(fixed.clearing)) {
    out.status = SpinStatus::kFloats;
    return out;
  }
  choose_rounds(wish, fixed, out);
  out.rounds = fixed.rounds;
  if (fixed.rounds > 0)
    out.spins.push_back({false, {}, ways_of(out.geometry, out.max_rpm, fixed.clearing, wish.shortest_minutes, false)});
  out.spins.push_back({true, {}, ways_of(out.geometry, out.max_rpm, fixed.pelleting, 0, true)});
  for (const DesignedSpin& spin : out.spins)
    out.minutes += spin.ways.front().minutes * (spin.keep_pellet ? 1 : static_cast<double>(fixed.rounds));
  if (out.minutes > 60 * wish.longest_h && out.status == SpinStatus::kReached) out.status = SpinStatus::kTooLong;
  if (out.minutes > 60 * wish.longest_h) say_how_to_be_in_time(wish, fixed, out.max_rpm, out.ways);
  add_bands(wish, fixed, context, out);
  add_drivers(wish, fixed, out);
  return out;
}

}  // namespace vesica::design
