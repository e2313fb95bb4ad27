// SPDX-License-Identifier: Apache-2.0
#include "vesica/ops/colocalise_chance.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "vesica/base/require.h"
#include "vesica/ops/segment_labels.h"

namespace vesica {

namespace {

constexpr double kTurn = 2 * std::numbers::pi;
constexpr int kTries = 64;  // chosen: of angles that a thirtieth leave in the cell one is found nine times in ten

/// Centroids of labels; NaN where a label has no pixel.
std::vector<std::array<double, 2>> middles_of(const Labels2& labels, std::size_t count) {
  std::vector<std::array<double, 2>> out(count, {0, 0});
  std::vector<double> areas(count, 0);
  for (std::size_t y = 0; y < labels.height; ++y) {
    for (std::size_t x = 0; x < labels.width; ++x) {
      const auto label = static_cast<std::size_t>(labels.at(x, y));
      if (label == 0 || label >= count) continue;
      out[label][0] += static_cast<double>(x);
      out[label][1] += static_cast<double>(y);
      ++areas[label];
    }
  }
  for (std::size_t i = 0; i < count; ++i) out[i] = {out[i][0] / areas[i], out[i][1] / areas[i]};
  return out;
}

}  // namespace

ChancePlaces::ChancePlaces(const Labels2& cells, const Labels2& nuclei, const std::vector<PlacedObject>& objects,
                           const ColocalisationSettings& settings, double least)
    : cells_(cells), model_(settings.chance), turn_(settings.turn), own_(objects) {
  VESICA_REQUIRE(nuclei.empty() || (nuclei.width == cells.width && nuclei.height == cells.height),
                 "images of one size");
  const auto count = static_cast<std::size_t>(greatest_label(cells)) + 1;
  starts_.assign(count + 1, 0);
  for (const std::int32_t label : cells.pixels) {
    if (label > 0) ++starts_[static_cast<std::size_t>(label) + 1];
  }
  for (std::size_t i = 1; i < starts_.size(); ++i) starts_[i] += starts_[i - 1];
  for (const PlacedObject& object : objects) {
    const auto cell = static_cast<std::size_t>(object.cell);
    VESICA_REQUIRE(object.cell > 0 && cell < count && starts_[cell] < starts_[cell + 1], "an empty cell");
  }
  find_middles(nuclei);
  if (model_ == ChanceModel::kRotation) {
    std::vector<double> reach(count, 0), n(count, 0);
    for (const PlacedObject& object : objects) {
      const auto cell = static_cast<std::size_t>(object.cell);
      reach[cell] += std::hypot(object.x - middles_[cell].x, object.y - middles_[cell].y);
      ++n[cell];
    }
    for (std::size_t cell = 0; cell < count; ++cell) {
      middles_[cell].least = reach[cell] > 0 ? std::min(turn_ / 2, least * n[cell] / reach[cell]) : 0;
    }
    return;
  }
  pixels_.resize(starts_.back());
  std::vector<std::size_t> at(starts_.begin(), starts_.end() - 1);
  for (std::size_t i = 0; i < cells.pixels.size(); ++i) {
    if (cells.pixels[i] > 0) pixels_[at[static_cast<std::size_t>(cells.pixels[i])]++] = i;
  }
}

void ChancePlaces::find_middles(const Labels2& nuclei) {
  const std::size_t count = starts_.size() - 1;
  const auto of_nuclei = middles_of(nuclei, count), of_cells = middles_of(cells_, count);
  std::vector<std::uint8_t> needed(count, 0);
  for (const PlacedObject& object : own_) needed[static_cast<std::size_t>(object.cell)] = 1;
  middles_.resize(count);
  for (std::size_t label = 1; label < count; ++label) {
    if (needed[label] == 0) continue;
    const bool known = std::isfinite(of_nuclei[label][0]);
    const auto& middle = known ? of_nuclei[label] : of_cells[label];
    middles_[label].x = middle[0];
    middles_[label].y = middle[1];
    if (known) trace(nuclei, middles_[label], static_cast<std::int32_t>(label));
  }
  for (const PlacedObject& object : own_) {
    const Cell& cell = middles_[static_cast<std::size_t>(object.cell)];
    const double dx = object.x - cell.x, dy = object.y - cell.y, r = std::hypot(dx, dy);
    Polar polar;
    polar.angle = r > 0 ? std::atan2(dy, dx) : 0;
    const double edge = outline(cell, polar.angle);
    polar.share = r < edge ? r / edge : 1;
    polar.beyond = std::max(0.0, r - edge);
    polar_.push_back(polar);
  }
}

/// The farthest pixel of the nucleus along every direction.
void ChancePlaces::trace(const Labels2& nuclei, Cell& cell, std::int32_t label) const {
  constexpr double kStep = 0.25;  // pixels
  cell.radius.assign(kAngles, 0);
  for (std::size_t k = 0; k < kAngles; ++k) {
    const double angle = kTurn * static_cast<double>(k) / kAngles, cx = std::cos(angle), cy = std::sin(angle);
    // A ray ends well after it left the nucleus: notches are crossed.
    double last = 0;
    for (double r = 0; r <= 2 * last + 8; r += kStep) {
      const auto x = std::lround(cell.x + r * cx), y = std::lround(cell.y + r * cy);
      if (x < 0 || y < 0 || x >= static_cast<long>(nuclei.width) || y >= static_cast<long>(nuclei.height)) break;
      if (nuclei.at(static_cast<std::size_t>(x), static_cast<std::size_t>(y)) == label) last = r;
    }
    cell.radius[k] = last;
  }
}

PlanePoint ChancePlaces::middle(std::int32_t cell) const {
  const Cell& at = middles_[static_cast<std::size_t>(cell)];
  return {at.x, at.y};
}

double ChancePlaces::outline(const Cell& cell, double angle) const {
  if (cell.radius.empty()) return 0;
  const double at = (angle / kTurn - std::floor(angle / kTurn)) * kAngles;
  const auto low = static_cast<std::size_t>(at) % kAngles, high = (low + 1) % kAngles;
  const double part = at - std::floor(at);
  return (1 - part) * cell.radius[low] + part * cell.radius[high];
}

PlacedObject ChancePlaces::turned(const Cell& cell, const Polar& polar, double angle) const {
  const double r = polar.share * outline(cell, angle) + polar.beyond;
  PlacedObject out;
  out.x = cell.x + r * std::cos(angle);
  out.y = cell.y + r * std::sin(angle);
  return out;
}

bool ChancePlaces::inside(const PlacedObject& at, std::int32_t cell) const {
  const auto x = std::lround(at.x), y = std::lround(at.y);
  return x >= 0 && y >= 0 && x < static_cast<long>(cells_.width) && y < static_cast<long>(cells_.height) &&
         cells_.at(static_cast<std::size_t>(x), static_cast<std::size_t>(y)) == cell;
}

void ChancePlaces::draw(Random& random, std::vector<PlacedObject>& out) const {
  VESICA_REQUIRE(out.size() == own_.size(), "the objects given");
  model_ == ChanceModel::kRotation ? turn(random, out) : place(random, out);
}

void ChancePlaces::place(Random& random, std::vector<PlacedObject>& out) const {
  for (PlacedObject& object : out) {
    const auto cell = static_cast<std::size_t>(object.cell);
    const std::size_t pixel =
        pixels_[starts_[cell] + static_cast<std::size_t>(random.below(starts_[cell + 1] - starts_[cell]))];
    object.x = static_cast<double>(pixel % cells_.width) + random.uniform(-0.5, 0.5);
    object.y = static_cast<double>(pixel / cells_.width) + random.uniform(-0.5, 0.5);
  }
}

/// A turn to either side.
double ChancePlaces::angle(Random& random, const Cell& cell) const {
  const double size = random.uniform(cell.least, turn_);
  return random.uniform() < 0.5 ? -size : size;
}

void ChancePlaces::turn(Random& random, std::vector<PlacedObject>& out) const {
  std::vector<double> turns;
  for (const Cell& cell : middles_) turns.push_back(angle(random, cell));
  for (std::size_t i = 0; i < out.size(); ++i) {
    const auto label = static_cast<std::size_t>(own_[i].cell);
    const Cell& cell = middles_[label];
    PlacedObject at = turned(cell, polar_[i], polar_[i].angle + turns[label]);
    for (int k = 0; k < kTries && !inside(at, own_[i].cell); ++k) {
      at = turned(cell, polar_[i], polar_[i].angle + angle(random, cell));
    }
    if (!inside(at, own_[i].cell)) at = own_[i];
    out[i].x = at.x;
    out[i].y = at.y;
  }
}

}  // namespace vesica
