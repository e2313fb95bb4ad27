// SPDX-License-Identifier: Apache-2.0
// From a field's cells to rows: shares against controls, means, colocalisation; and what they may not be called.
#include <algorithm>
#include <cmath>

#include "vesica/assays/cell_uptake/cell_uptake_parts.h"
#include "vesica/base/message.h"
#include "vesica/base/number.h"

namespace vesica::cell_uptake {

namespace {

constexpr std::uint64_t kFewCells = 100;  // of a control, chosen: a 99th percentile of fewer rests on one cell or none

class Rows {
 public:
  Rows(const InputFacts& facts, Outcome& out) : facts_(facts), out_(out) {}
  Observation plain(const char* quantity, double value, std::size_t n, const std::string& target = "") const {
    Observation row = facts_.row(quantity);
    row.target = target;
    row.value = value;
    row.n = static_cast<std::int64_t>(n);
    if (!std::isfinite(value)) row.status = n == 0 ? Status::kNoObjects : Status::kNotMeasurable;
    return row;
  }
  void add(const char* quantity, double value, std::size_t n, const std::string& target = "") {
    out_.observations.add(plain(quantity, value, n, target));
  }
  void add(const char* quantity, const Share& share, std::size_t n, const char* interval,
           const std::string& target = "") {
    Observation row = plain(quantity, share.value, n, target);
    if (std::isfinite(share.value)) {
      row.low = share.low;
      row.high = share.high;
      row.interval = interval;
    }
    out_.observations.add(row);
  }
  /// Mean of cells with the scatter between them.
  void add_mean(const char* quantity, const std::vector<double>& values) {
    Observation row = plain(quantity, mean_of(values), values.size());
    if (values.size() > 1) {
      double squares = 0;
      for (const double value : values) squares += std::pow(value - row.value, 2);
      row.sd = std::sqrt(squares / static_cast<double>(values.size() - 1));
    }
    out_.observations.add(row);
  }
  void refuse(const char* quantity, const std::string& target = "") {
    Observation row = plain(quantity, kNaN, 0, target);
    row.status = Status::kNotMeasurable;
    out_.observations.add(row);
  }

 private:
  const InputFacts& facts_;
  Outcome& out_;
};

double variance_of_mean(const std::vector<double>& values) {
  if (values.size() < 2) return 0;
  const double mean = mean_of(values);
  double squares = 0;
  for (const double value : values) squares += std::pow(value - mean, 2);
  return squares / static_cast<double>(values.size() - 1) / static_cast<double>(values.size());
}

bool same_scale(const Control& control, const Field& field) {
  return !std::isfinite(control.pixel_um) || !std::isfinite(field.lengths.pixel_um) ||
         std::abs(control.pixel_um / field.lengths.pixel_um - 1) <= kSameScale;
}

std::string signal_words(const Settings& settings) { return settings.dye + "-positive signal"; }

void mark_positive(Field& field, const Settings& settings, double cut) {
  const std::vector<double> scores = field.cells.scores(settings.score);
  std::size_t i = 0;
  for (Cell& cell : field.cells.cells) {
    if (cell.used) cell.positive = scores[i++] > cut;
  }
}

/// Against the dye alone: uptake.
void add_uptake(Field& field, const Controls& controls, const Settings& settings, const Reading& reading, Rows& rows,
                Outcome& out) {
  const Control& dye = *controls.dye_only;
  const std::vector<double>& alone = dye.scores(settings.score);
  const std::vector<double> scores = field.cells.scores(settings.score);
  const Cut cut = cut_of(alone, settings.control_quantile);
  mark_positive(field, settings, cut.value);
  const std::uint64_t hits = count_above(scores, cut.value);
  rows.add("uptake.positive_fraction", wilson95(hits, scores.size()), scores.size(), "wilson95");
  rows.add("uptake.corrected_fraction", beyond_own_cut(hits, scores.size(), cut.above, cut.all), scores.size(),
           "mover95");
  rows.add("uptake.false_share", above_own_cut(cut.above, cut.all), cut.all, "beta95");
  rows.add("uptake.cut", cut.value, cut.all, settings.score);
  if (!scores.empty()) {
    const std::vector<double> spots = field.cells.scores("spots");
    Observation row = rows.plain("uptake.excess_spots_per_cell", mean_of(spots) - mean_of(dye.spots), spots.size());
    const double half = 1.959963984540054 * std::sqrt(variance_of_mean(spots) + variance_of_mean(dye.spots));
    row.low = row.value - half;
    row.high = row.value + half;
    row.interval = "normal95";
    out.observations.add(row);
  }
  if (controls.cold && same_scale(*controls.cold, field)) {
    const std::vector<double>& cold = controls.cold->scores(settings.score);
    const std::uint64_t bound = count_above(cold, cut.value);
    rows.add("uptake.bound_fraction", wilson95(bound, cold.size()), cold.size(), "wilson95");
    rows.add("uptake.internalised_fraction", beyond_control(hits, scores.size(), bound, cold.size()), scores.size(),
             "mover95");
  } else {
    out.issues.push_back(issue(Severity::kNote, "uptake.no_cold",
                               say("Without cells kept at 4 °C vesicles that only stick to cells count as taken up."),
                               say("Give such a control the role \"cold\"."), reading));
  }
  if (cut.all < kFewCells) {
    out.issues.push_back(
        issue(Severity::kWarning, "uptake.small_control",
              say("The cut rests on {} cell(s) of the dye-only control; a share of {} needs {} and more.", cut.all,
                  exact_number(settings.control_quantile), kFewCells),
              say("Photograph more fields of the control."), reading));
  }
  if (!scores.empty() && mean_of(alone) > mean_of(scores)) {
    out.issues.push_back(issue(Severity::kWarning, "uptake.control_brighter",
                               say("Cells with the dye alone show more ({}) than these ({}): no uptake can be claimed.",
                                   readable_number(mean_of(alone), 3), readable_number(mean_of(scores), 3)),
                               say("Were roles, exposure and the amount of dye the same?"), reading));
  }
}

/// Without it: a signal, and why it is no more.
void add_signal(Field& field, const Controls& controls, const Settings& settings, const Reading& reading, Rows& rows,
                Outcome& out) {
  const std::vector<double> scores = field.cells.scores(settings.score);
  double cut = settings.least_spots - 0.5;
  const bool against_unstained = controls.unstained && same_scale(*controls.unstained, field);
  std::vector<double> counted = scores;
  if (against_unstained) {
    const Cut from = cut_of(controls.unstained->scores(settings.score), settings.control_quantile);
    cut = from.value;
    mark_positive(field, settings, cut);
    rows.add("uptake.cut", cut, from.all, settings.score);
  } else {
    counted = field.cells.scores("spots");
    std::size_t i = 0;
    for (Cell& cell : field.cells.cells) {
      if (cell.used) cell.positive = counted[i++] > cut;
    }
  }
  rows.add("uptake.signal_positive_fraction", wilson95(count_above(counted, cut), counted.size()), counted.size(),
           "wilson95", signal_words(settings));
  out.issues.push_back(issue(
      Severity::kWarning, "uptake.no_dye_only",
      say("There is no dye-only control: what is counted is a {0}-positive signal, not uptake. After labelling by "
          "ultracentrifugation nine of ten PKH26-positive particles were dye alone, which cells took in as well "
          "(10.1016/j.bbamem.2018.03.013).",
          settings.dye),
      say("Treat cells with dye that went through the same steps without vesicles, and give these files the role "
          "\"dye_only\"."),
      reading));
}

void add_colocalisation(Field& field, const Controls& controls, const Settings& settings, const Reading& reading,
                        const Context& context, Rows& rows, Outcome& out) {
  if (!field.planes.second) return;
  Colocalised both = colocalise_field(field, settings, controls.beads ? &*controls.beads : nullptr, context);
  field.pairs = std::move(both.pairs);
  const std::string target = field.vesicle_name() + " in " + field.channels.names[*field.channels.second];
  const std::string back = field.channels.names[*field.channels.second] + " in " + field.vesicle_name();
  const ColocalisationScore& score = both.score;
  const std::size_t n = score.first;
  rows.add("colocalisation.fraction", wilson95(score.paired, n), n, "wilson95", target);
  rows.add("colocalisation.partners", static_cast<double>(score.second), score.second, target);
  if (std::isfinite(score.chance)) {
    rows.add("colocalisation.chance_fraction",
             Share{score.chance, std::min(score.chance, score.chance_low), std::max(score.chance, score.chance_high)},
             n, "mc95", target);
    rows.add("colocalisation.corrected_fraction", Share{score.corrected, score.low, score.high}, n, "wilson95", target);
    rows.add("colocalisation.chance_p", score.p, n, target);
  } else {
    rows.add("colocalisation.corrected_fraction", kNaN, 0, target);
  }
  const auto pixels = [&](const char* quantity, double value, const std::string& which) {
    std::isfinite(value) ? rows.add(quantity, value, n, which) : rows.refuse(quantity, which);
  };
  pixels("colocalisation.pearson", both.pixels.pearson, target);
  pixels("colocalisation.manders", both.pixels.m1, target);
  pixels("colocalisation.manders", both.pixels.m2, back);
  constexpr double kSided = 3;       // standard deviations: one field in a thousand by chance
  constexpr double kSmallTurn = 60;  // degrees, chosen: half of it keeps the side
  if (score.sidedness > kSided && (settings.chance == "placement" || settings.turn_degrees > kSmallTurn)) {
    out.issues.push_back(
        issue(Severity::kWarning, "uptake.one_sided",
              say("The spots of both channels keep to the same side of the nuclei ({} standard deviations, pairs left "
                  "out): chance is higher than {} says, and what is shared is overstated.",
                  readable_number(score.sidedness, 2), settings.chance),
              say("Set \"chance\" to rotation and \"turn_degrees\" to 20, which keeps the side."), reading));
  }
  if (!both.registered) {
    out.issues.push_back(
        issue(Severity::kWarning, "uptake.not_registered",
              say("No beads tell how the channels lie against each other: a shift of a pixel or two hides "
                  "pairs."),
              say("Photograph beads that shine in both channels; give the file the role \"bead\"."), reading));
  }
}

}  // namespace

void add_rows(Field& field, const Controls& controls, const Settings& settings, const InputFacts& facts,
              const Reading& reading, const Context& context, Outcome& out) {
  Rows rows(facts, out);
  const char* share = controls.dye_only ? "uptake.positive_fraction" : "uptake.signal_positive_fraction";
  const std::string words = controls.dye_only ? "" : signal_words(settings);
  if (field.refusal.empty() && controls.dye_only && !same_scale(*controls.dye_only, field)) {
    field.refusal = say("The dye-only control has pixels of {} µm, this field of {} µm.",
                        exact_number(controls.dye_only->pixel_um), exact_number(field.lengths.pixel_um));
    field.issues.push_back(issue(
        Severity::kError, "uptake.mixed_magnification", field.refusal,
        say("Photograph control and samples with one objective; separate magnifications by \"controls\"."), reading));
  }
  out.issues.insert(out.issues.end(), field.issues.begin(), field.issues.end());
  if (field.lengths.pixel_um > 0) rows.add("uptake.pixel_size", field.lengths.pixel_um, 1);
  if (!field.refusal.empty()) {
    rows.refuse(share, words);
    rows.refuse("uptake.spots_per_cell");
    return;
  }
  const std::vector<double> spots = field.cells.scores("spots");
  rows.add("uptake.cells", static_cast<double>(spots.size()), spots.size());
  rows.add_mean("uptake.spots_per_cell", spots);
  rows.add_mean("uptake.spot_intensity_per_cell", field.cells.scores("spot_intensity"));
  rows.add_mean("uptake.signal_per_cell", field.cells.scores("cell_intensity"));
  if (controls.dye_only) {
    add_uptake(field, controls, settings, reading, rows, out);
  } else {
    add_signal(field, controls, settings, reading, rows, out);
  }
  if (spots.empty()) {
    out.issues.push_back(issue(
        Severity::kWarning, "uptake.no_cells", say("No whole cell was found in this field."),
        say("Look at the overlay. Is the nuclei's channel the right one, and the size of a pixel? \"correction\" and "
            "\"level\" decide how bright a nucleus is."),
        reading));
  }
  double cell_area = 0;
  std::vector<double> distances;
  for (const Cell& cell : field.cells.cells) {
    if (cell.used) cell_area += static_cast<double>(cell.area);
  }
  for (std::size_t i = 0; i < field.cells.spot_cells.size(); ++i) {
    const std::int32_t label = field.cells.spot_cells[i];
    if (label > 0 && field.cells.cells[static_cast<std::size_t>(label) - 1].used)
      distances.push_back(static_cast<double>(field.cells.spot_distances[i]));
  }
  if (settings.spot_threshold == "false_alarm" && !spots.empty()) {
    rows.add("uptake.false_spots_per_cell", settings.false_spots * 1e-6 * cell_area / static_cast<double>(spots.size()),
             spots.size());
  }
  const std::size_t seen = distances.size();
  const double middle = median_of(std::move(distances));
  if (field.lengths.pixel_um > 0) {
    rows.add("uptake.perinuclear_distance", middle * field.lengths.pixel_um, seen);
  } else {
    rows.refuse("uptake.perinuclear_distance");
    rows.add("uptake.perinuclear_distance_px", middle, seen);
  }
  add_colocalisation(field, controls, settings, reading, context, rows, out);
}

}  // namespace vesica::cell_uptake
