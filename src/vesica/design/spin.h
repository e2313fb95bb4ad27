// SPDX-License-Identifier: Apache-2.0
// Protocols of spins for a wanted size cut and yield on a given rotor, and their transfer to another rotor.
#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "vesica/base/context.h"
#include "vesica/models/spin/settings.h"

namespace vesica::design {

/// A number with the central 95 % of its draws; `low` and `high` are NaN when nothing unknown bears on it.
struct Band {
  double value = std::numeric_limits<double>::quiet_NaN();
  double low = std::numeric_limits<double>::quiet_NaN();
  double high = std::numeric_limits<double>::quiet_NaN();
};

/// What is wanted, and with what.
struct SpinWish {
  const RotorRow* rotor = nullptr;
  double keep_from_nm = 60;                                          ///< smallest size that the pellet holds wholly
  double remove_above_nm = std::numeric_limits<double>::infinity();  ///< from here on nothing stays; infinite: no
                                                                     ///< clearing spin
  double yield = 0.8;                                                ///< wanted share of the particles of these sizes
  double max_rpm = std::numeric_limits<double>::quiet_NaN();         ///< NaN: the rotor's
  double tube_bore_mm = std::numeric_limits<double>::quiet_NaN();    ///< NaN: the usual tube's
  double shortest_minutes = 10;  ///< of a clearing spin (chosen: below, running up and braking count for more)
  double longest_h = 24;         ///< of the whole protocol (chosen: a day)
  std::int64_t rounds = 3;       ///< most clearing spins (chosen: each doubles the volume in hand)
  std::int64_t draws = 400;      ///< of what is not known, for intervals; 0: none
  spin::Settings settings;       ///< liquid, density law, parents, contaminants; its steps and draws are not looked at
};

/// One way to run a spin. All ways of one spin have the same product of squared angular speed and time, and so the same
/// cut for every size.
struct Speed {
  double rpm = 0, rcf_rav_g = 0, rcf_rmax_g = 0, minutes = 0;
};

/// One spin of a designed protocol; `ways` shortest first.
struct DesignedSpin {
  bool keep_pellet = false;
  Band cutoff_nm;  ///< the smallest size that is pelleted wholly
  std::vector<Speed> ways;
};

enum class SpinStatus {
  kReached,
  kYieldTooLow,     ///< the clearing spins take too much of the wanted sizes with them
  kRecoveryTooLow,  ///< even without clearing, too little of the pellet comes back into suspension
  kTooLong,         ///< longer than longest_h at the highest speed
  kFloats,          ///< the vesicles are no denser than the liquid
};
std::string_view to_text(SpinStatus status);

struct Passenger {
  std::string id;
  Band share;  ///< of what was in the medium
};

/// What the recovered share would be at both ends of one number's evidence range, all others as they stand.
struct Driver {
  const ParameterRow* row = nullptr;
  double at_low = 0, at_high = 0;
};

/// What would make an unreachable wish reachable; NaN or empty where it does not apply.
struct SpinWays {
  double remove_above_nm = std::numeric_limits<double>::quiet_NaN();  ///< with one clearing spin, the same sizes wanted
  double yield = std::numeric_limits<double>::quiet_NaN();            ///< the most that `rounds` clearing spins leave
  double keep_from_nm = std::numeric_limits<double>::quiet_NaN();     ///< that longest_h allows
  std::vector<const RotorRow*> rotors;                                ///< that do it in time, fastest first
};

struct SpinDesign {
  SpinStatus status = SpinStatus::kReached;
  spin::Geometry geometry;
  spin::Medium medium;
  double max_rpm = 0;
  std::int64_t rounds = 0;          ///< clearing spins, the pellet resuspended between them, supernatants pooled
  std::vector<DesignedSpin> spins;  ///< one clearing spin for all rounds, if any, then the pelleting spin
  double minutes = 0;               ///< of all rounds and the pelleting spin, each in its shortest way
  Band recovered;                   ///< share of the wanted sizes in the final pellet, resuspended
  Band lost_clearing;               ///< share of the wanted sizes that the clearing spins take
  Band wanted_among_all;            ///< share of the final vesicles that has a wanted size
  Band smaller_kept;                ///< share of the vesicles below keep_from_nm that comes along
  double met = 0;                   ///< share of the draws that reach the wanted yield; NaN without draws
  std::vector<Passenger> passengers;
  std::vector<double> at_nm;    ///< where `kept` stands
  std::vector<Band> kept;       ///< share of the vesicles of that size in the final pellet, resuspended
  std::vector<Driver> drivers;  ///< what moves the recovered share, most first
  SpinWays ways;
  std::vector<spin::UsedEvidence> evidence;  ///< behind the numbers, with the settings they fill
};

/// The sizes at which curves are given: 120 from 10 nm to well beyond the largest cut (chosen).
std::vector<double> curve_sizes(double largest_cut_nm);

/// The numbers behind a prediction of spins: those of model spin without what an instrument sees.
std::vector<spin::UsedEvidence> evidence_of_design(const spin::Settings& settings);

/// Product of squared angular speed and time, in 1/s, at which every particle of this diameter is pelleted:
/// 18 η τ* / (d² (ρ − ρm)), τ* the full pelleting exponent of the rotor's own law. Swing-out: τ* = ln(Rmax/Rmin); fixed
/// angle to first order: L/Rav (Livshits et al. 2015, 10.1038/srep17319). Infinite for particles that do not sink.
double force_time(const spin::Geometry& rotor, spin::AngleLaw law, const spin::Density& density,
                  const spin::Medium& medium, double diameter_nm);

/// The protocol: clearing spins with cut-off at remove_above_nm (supernatant kept; as few rounds as reach the yield),
/// then a pelleting spin with cut-off at keep_from_nm. A round resuspends the pellet of the one before in fresh medium;
/// with s = (1 − c)(1 − P) and q = r P + c (1 − P) (spin::split), n rounds leave s (1 − q^n) / (1 − q) of a size in the
/// pooled supernatants: the sizes above the cut stay out. Bands are over the evidence ranges of density, liquid,
/// recovery, carry-over, parents and contaminants at fixed speeds and times. Throws Error(kConfig) for contradictory
/// cuts, numbers out of range, an unknown bore or highest speed, a speed above the rotor's.
SpinDesign design_spin(const SpinWish& wish, const Context& context);

/// One spin on another rotor.
struct TransferredSpin {
  const RotorRow* from = nullptr;
  bool keep_pellet = false;
  double from_rcf_g = 0, from_minutes = 0;  ///< force at Rav
  Band cutoff_nm;                           ///< on the old rotor, and with own_law on the new one
  Speed own_law;                            ///< time that keeps the cut by the new rotor's own law
  double k_from = 0, k_to = 0;
  double k_minutes = 0;  ///< time by k-factors, at the same speed
  Band k_cutoff_nm;      ///< the cut that it would really give
  bool limited = false;  ///< the new rotor does not reach the old force: run at its highest speed
};

/// What a whole protocol leaves of the vesicles.
struct Left {
  Band yield, mean_nm;
  std::vector<double> kept;  ///< share of the vesicles of each size of Transfer::at_nm
};

struct Transfer {
  const RotorRow* to = nullptr;
  std::vector<TransferredSpin> spins;
  std::vector<double> at_nm;
  Left before, own_law, by_k;
  bool k_misleads = false;  ///< some cut is off by more than kAlikeCut
  std::vector<spin::UsedEvidence> evidence;
};
/// Cuts that differ by less are alike (chosen: a hundredth is below what any instrument resolves).
inline constexpr double kAlikeCut = 0.01;

/// Every spin of a protocol at the same force at Rav (or the new rotor's highest) for a time that keeps its cut-off,
/// beside the time by k-factor. Steps without a rotor are taken to be on `assumed`. Throws Error(kConfig) for steps
/// that cannot be read, a step without a rotor, no spin at all, an unknown bore or highest speed.
Transfer transfer_spins(const std::vector<spin::Step>& steps, const RotorRow* assumed, const RotorRow& to,
                        double to_bore_mm, const spin::Settings& settings, std::int64_t draws, const Context& context);

}  // namespace vesica::design
