// SPDX-License-Identifier: Apache-2.0
// Designed spins for people: text and figure.
#include <cmath>

#include "vesica/base/message.h"
#include "vesica/base/number.h"
#include "vesica/base/text.h"
#include "vesica/design/text.h"
#include "vesica/report/text_table.h"

namespace vesica::design {

namespace {

constexpr double kFigureHeight_mm = 80;  // chosen

std::string whole(double value) { return readable_count(std::llround(value)); }

std::string minutes_text(double minutes) {
  return minutes < 120 ? say("{} min", readable_number(minutes, 3)) : say("{} h", readable_number(minutes / 60, 3));
}

std::string share_text(double share) {
  return share <= 0 ? "0 %" : share < 5e-4 ? "< 0.1 %" : readable_number(100 * share, 2) + " %";
}

std::string wish_text(const SpinWish& wish) {
  const std::string share = share_text(wish.yield);
  if (!std::isfinite(wish.remove_above_nm))
    return say("{}: keep vesicles from {} nm on, at least {} of them.", wish.rotor->name,
               exact_number(wish.keep_from_nm), share);
  return say("{}: keep vesicles of {} to {} nm, at least {} of them; remove what is larger.", wish.rotor->name,
             exact_number(wish.keep_from_nm), exact_number(wish.remove_above_nm), share);
}

std::string liquid_text(const spin::Settings& settings, const spin::Medium& medium) {
  return settings.viscosity_mpa_s
             ? say("Liquid: {} mPa·s, {} g/mL.", readable_number(medium.viscosity_mpa_s, 3),
                   exact_number(medium.density_g_ml))
             : say("Liquid: as water at {} °C, {} mPa·s, {} g/mL.", exact_number(settings.temperature_c),
                   readable_number(medium.viscosity_mpa_s, 3), exact_number(medium.density_g_ml));
}

std::string unreachable_text(const SpinWish& wish, const SpinDesign& design) {
  const SpinWays& ways = design.ways;
  std::string out;
  switch (design.status) {
    case SpinStatus::kReached:
      return "";
    case SpinStatus::kFloats:
      return say("Not reachable: the vesicles ({} g/mL) are no denser than the liquid ({} g/mL), nothing sinks.",
                 exact_number(wish.settings.density().at(wish.keep_from_nm)),
                 exact_number(design.medium.density_g_ml)) +
             "\n";
    case SpinStatus::kRecoveryTooLow:
      return say("Not reachable: of a pellet only {} comes back into suspension.", share_text(wish.settings.recovery)) +
             "\n  " + say("Resuspend better, or wish a lower --yield.") + "\n";
    case SpinStatus::kYieldTooLow:
      out = say("Not reachable: spins that remove everything above {} nm also take part of the smaller vesicles along; "
                "{} clearing spin(s) (leaves|leave) {}.",
                exact_number(wish.remove_above_nm), design.rounds, share_text(ways.yield)) +
            "\n";
      if (!std::isnan(ways.remove_above_nm))
        out += "  " +
               say("Reachable with one clearing spin that removes only what is above {} nm: "
                   "--remove-above {}.",
                   whole(std::ceil(ways.remove_above_nm)), std::ceil(ways.remove_above_nm)) +
               "\n";
      return out + "  " +
             say("Or with --yield {}, or more --rounds.", readable_number(std::floor(100 * ways.yield) / 100, 2)) +
             "\n";
    case SpinStatus::kTooLong:
      out = say("Not reachable within {} h: it takes {} at the highest speed.", exact_number(wish.longest_h),
                minutes_text(design.minutes)) +
            "\n";
      if (!std::isnan(ways.keep_from_nm))
        out += "  " +
               say("In that time this rotor pellets vesicles from {} nm on.", whole(std::ceil(ways.keep_from_nm))) +
               "\n";
      if (!ways.rotors.empty()) {
        std::vector<std::string> names;
        for (const RotorRow* rotor : ways.rotors) names.push_back(rotor->name);
        out += "  " + say("In time with: {} (smaller tubes: mind the volume).", join(names, ", ")) + "\n";
      }
      return out;
  }
  return out;
}

std::vector<std::string> way_line(const std::string& step, const std::string& keep, const std::string& cut,
                                  const Speed& way) {
  return {
      step, keep, cut, whole(way.rpm), whole(way.rcf_rav_g), whole(way.rcf_rmax_g), readable_number(way.minutes, 3)};
}

std::string steps_table(const SpinDesign& design, std::size_t columns) {
  TextLines lines = {{"step", "keep", "pellets all from (nm)", "rpm", "g at Rav", "g at Rmax", "min"}};
  std::int64_t number = 1;
  for (const DesignedSpin& spin : design.spins) {
    for (std::size_t i = 0; i < spin.ways.size(); ++i)
      lines.push_back(way_line(i == 0 ? std::to_string(number) : "",
                               i == 0 ? spin.keep_pellet ? "pellet" : "supernatant" : "or",
                               i == 0 ? number_text(spin.cutoff_nm, 3) : "", spin.ways[i]));
    number += spin.keep_pellet ? 1 : design.rounds;
  }
  std::string out = aligned_text(lines, {true, false, false, true, true, true, true}, columns);
  for (std::int64_t round = 2; round <= design.rounds; ++round)
    out += say("Step {}: resuspend the pellet of step {} in fresh medium, spin it as step 1, pool the supernatants.",
               round, round - 1) +
           "\n";
  return out + say("Any way of a step does: what counts is rpm² × min.") + "\n";
}

std::string expected(const SpinWish& wish, const SpinDesign& design, std::size_t columns) {
  TextLines lines;
  lines.push_back({say("wanted sizes recovered"), percent_text(design.recovered)});
  if (design.rounds > 0) lines.push_back({say("wanted sizes lost at clearing"), percent_text(design.lost_clearing)});
  lines.push_back({say("smaller vesicles that come along"), percent_text(design.smaller_kept)});
  lines.push_back({say("wanted sizes among the vesicles got"), percent_text(design.wanted_among_all)});
  for (const Passenger& passenger : design.passengers)
    lines.push_back({say("comes along: {}", passenger.id), percent_text(passenger.share)});
  std::string out =
      say("To expect (in brackets: 95 % of the draws)") + "\n" + aligned_text(lines, {false, false}, columns);
  if (!std::isnan(design.met))
    out += say("{} of {} draw(s) (reaches|reach) a yield of {}.", whole(design.met * static_cast<double>(wish.draws)),
               wish.draws, share_text(wish.yield)) +
           "\n";
  if (!design.drivers.empty()) {
    const Driver& most = design.drivers.front();
    out += say("What moves the recovered share most is {}: {} at {}, {} at {}. State yours if you know it.",
               most.row->id, share_text(most.at_low), exact_number(most.row->low), share_text(most.at_high),
               exact_number(most.row->high)) +
           "\n";
  }
  return out;
}

std::string leans_on(const std::vector<spin::UsedEvidence>& evidence, const std::vector<const RotorRow*>& rotors,
                     std::size_t columns) {
  TextLines lines;
  for (const spin::UsedEvidence& used : evidence) {
    if (used.row == nullptr) continue;
    const bool is_own = used.value != used.row->value;
    const std::string unit = used.row->unit == "1" ? "" : " " + used.row->unit;
    lines.push_back(
        {used.row->id, exact_number(used.value) + unit,
         is_own || std::isnan(used.row->low) ? "" : exact_number(used.row->low) + " – " + exact_number(used.row->high),
         is_own ? say("stated") : std::string(translate(to_text(used.row->known))), is_own ? "" : used.row->source});
  }
  for (const RotorRow* rotor : rotors) {
    lines.push_back(
        {rotor->id, say("radii, angle, speed"), "", std::string(translate(to_text(rotor->known))), rotor->source});
    if (!std::isnan(rotor->bore_mm))
      lines.push_back({rotor->id, say("tube bore {} mm", exact_number(rotor->bore_mm)), "", rotor->bore_known, ""});
  }
  return say("Leans on") + "\n" + aligned_text(lines, {false, false, false, false, false}, columns);
}

Series line(const std::string& name, const std::string& title, int colour, const std::vector<double>& x,
            const std::vector<double>& shares, bool dashed) {
  Series out;
  out.name = name;
  out.title = title;
  out.role = Role::kLine;
  out.colour = colour;
  out.predicted = dashed;
  for (std::size_t i = 0; i < x.size(); ++i) {
    Mark mark;
    mark.x = x[i];
    mark.y = 100 * shares[i];
    out.marks.push_back(mark);
  }
  return out;
}

Series upright(const std::string& name, double x) {
  Series out;
  out.name = name;
  out.role = Role::kReference;
  Mark mark;
  mark.x = x;
  mark.label = name;
  out.marks.push_back(mark);
  return out;
}

Figure size_figure(const std::string& id, const std::string& title) {
  Figure out;
  out.id = id;
  out.kind = "curves";
  out.title = title;
  out.x.label = say("Diameter (nm)");
  out.y.label = say("Kept (%)");
  out.y.from_zero = true;
  out.height_mm = kFigureHeight_mm;
  return out;
}

std::string spin_row_keep(const TransferredSpin& spin) { return spin.keep_pellet ? "pellet" : "supernatant"; }

std::string why_k_misleads(const Transfer& transfer) {
  if (!transfer.k_misleads)
    return say("Here the k-factor holds: between swing-out rotors equal K × time means equal cut.");
  const TransferredSpin* worst = &transfer.spins.front();
  const auto off = [](const TransferredSpin& spin) {
    return std::fabs(spin.k_cutoff_nm.value / spin.cutoff_nm.value - 1);
  };
  for (const TransferredSpin& spin : transfer.spins) {
    if (off(spin) > off(*worst)) worst = &spin;
  }
  const std::string here =
      say("For the time by k-factor it would pellet all vesicles from {} nm on, not from {} nm.",
          readable_number(worst->k_cutoff_nm.value, 3), readable_number(worst->cutoff_nm.value, 3));
  return here + "\n" +
         say("The k-factor knows only how far it is from Rmin to Rmax; in a fixed-angle tube a vesicle has to cross "
             "the tube alone, so equal K × time is not an equal cut (Livshits 2015, Table 3: 159 to 182 nm instead of "
             "230).");
}

}  // namespace

std::string number_text(const Band& band, int digits, std::string_view unit) {
  if (std::isnan(band.value)) return "–";
  const std::string behind = unit.empty() ? "" : " " + std::string(unit);
  const std::string value = readable_number(band.value, digits) + behind;
  if (std::isnan(band.low)) return value;
  return say("{} ({} to {})", value, readable_number(band.low, digits), readable_number(band.high, digits));
}

std::string percent_text(const Band& band) {
  if (std::isnan(band.value)) return "–";
  if (std::isnan(band.low)) return share_text(band.value);
  std::string low = share_text(band.low);
  if (low.ends_with(" %")) low.resize(low.size() - 2);
  return say("{} ({} to {})", share_text(band.value), low, share_text(band.high));
}

std::string text_of(const SpinWish& wish, const SpinDesign& design, std::size_t columns) {
  std::string out = wish_text(wish) + "\n" + liquid_text(wish.settings, design.medium) + "\n\n";
  if (design.status == SpinStatus::kReached)
    out += say("Reached, with {} of spinning.", minutes_text(design.minutes)) + "\n\n";
  else
    out += unreachable_text(wish, design) + "\n";
  if (design.spins.empty()) return out;
  out += steps_table(design, columns) + "\n" + expected(wish, design, columns) + "\n";
  return out + leans_on(design.evidence, {wish.rotor}, columns);
}

std::string text_of(const Transfer& transfer, std::size_t columns, std::int64_t rounds) {
  std::string out = say("On {}, each spin for the time that keeps its cut:", transfer.to->name) + "\n\n";
  TextLines lines = {{"spin", "keep", "rotor", "g at Rav", "min", "pellets all from (nm)"}};
  bool limited = false;
  std::vector<const RotorRow*> rotors;
  for (std::size_t i = 0; i < transfer.spins.size(); ++i) {
    const TransferredSpin& spin = transfer.spins[i];
    limited = limited || spin.limited;
    if (std::find(rotors.begin(), rotors.end(), spin.from) == rotors.end()) rotors.push_back(spin.from);
    lines.push_back({std::to_string(i + 1), spin_row_keep(spin), spin.from->name, whole(spin.from_rcf_g),
                     readable_number(spin.from_minutes, 3), number_text(spin.cutoff_nm, 3)});
    lines.push_back({"", say("by its own law"), transfer.to->name, whole(spin.own_law.rcf_rav_g),
                     readable_number(spin.own_law.minutes, 3), number_text(spin.cutoff_nm, 3)});
    lines.push_back({"", say("by k-factor"), transfer.to->name, whole(spin.own_law.rcf_rav_g),
                     readable_number(spin.k_minutes, 3), number_text(spin.k_cutoff_nm, 3)});
  }
  out += aligned_text(lines, {true, false, false, true, true, false}, columns);
  for (std::size_t i = 0; i < transfer.spins.size(); ++i)
    out += say("Spin {}: {} rpm, {} g at Rmax.", i + 1, whole(transfer.spins[i].own_law.rpm),
               whole(transfer.spins[i].own_law.rcf_rmax_g)) +
           "\n";
  if (limited)
    out +=
        say("{} does not reach every force of before: it runs longer at its highest speed.", transfer.to->name) + "\n";
  out += why_k_misleads(transfer) + "\n\n";
  TextLines left = {{"protocol", "vesicles left", "their mean (nm)"}};
  left.push_back({say("as before"), percent_text(transfer.before.yield), number_text(transfer.before.mean_nm, 3)});
  left.push_back(
      {say("by its own law"), percent_text(transfer.own_law.yield), number_text(transfer.own_law.mean_nm, 3)});
  left.push_back({say("by k-factor"), percent_text(transfer.by_k.yield), number_text(transfer.by_k.mean_nm, 3)});
  out += aligned_text(left, {false, false, false}, columns);
  out += say("Equal cuts are not equal protocols: below the cut each kind of tube pellets its own share.") + "\n";
  if (rounds > 1) out += say("Counted with a single clearing spin, not the {} of the design.", rounds) + "\n";
  out += "\n";
  rotors.push_back(transfer.to);
  return out + leans_on(transfer.evidence, rotors, columns);
}

Figure figure_of(const SpinWish& wish, const SpinDesign& design) {
  Figure out = size_figure("design-spin", say("What the protocol keeps of each size"));
  std::vector<double> values;
  Series band;
  band.name = "kept 95 %";
  band.title = say("95 % of the draws");
  band.role = Role::kBand;
  band.colour = 5;
  for (std::size_t i = 0; i < design.kept.size(); ++i) {
    values.push_back(design.kept[i].value);
    Mark mark;
    mark.x = design.at_nm[i];
    mark.low = 100 * (std::isnan(design.kept[i].low) ? design.kept[i].value : design.kept[i].low);
    mark.high = 100 * (std::isnan(design.kept[i].high) ? design.kept[i].value : design.kept[i].high);
    band.marks.push_back(mark);
  }
  out.series.push_back(line("kept", say("kept"), 5, design.at_nm, values, false));
  out.series.push_back(std::move(band));
  out.series.push_back(upright("keep_from", wish.keep_from_nm));
  if (std::isfinite(wish.remove_above_nm)) out.series.push_back(upright("remove_above", wish.remove_above_nm));
  out.caption = out.alt = wish_text(wish);
  return out;
}

Figure figure_of(const Transfer& transfer) {
  Figure out = size_figure("design-spin-transfer",
                           say("What the protocol keeps of each size, before and on {}", transfer.to->name));
  out.series.push_back(line("before", say("as before"), 0, transfer.at_nm, transfer.before.kept, false));
  out.series.push_back(line("own_law", say("by its own law"), 5, transfer.at_nm, transfer.own_law.kept, false));
  out.series.push_back(line("k_factor", say("by k-factor"), 6, transfer.at_nm, transfer.by_k.kept, true));
  out.caption = out.alt = why_k_misleads(transfer);
  return out;
}

}  // namespace vesica::design
