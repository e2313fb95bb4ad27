// SPDX-License-Identifier: Apache-2.0
#include "vesica/ops/colocalise.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <tuple>

#include "vesica/base/random.h"
#include "vesica/data/proportion.h"
#include "vesica/ops/colocalise_chance.h"

namespace vesica {

namespace {

/// The second channel's objects in squares as wide as the farthest pair can be apart.
class Squares {
 public:
  Squares(double edge, std::size_t width, std::size_t height)
      : edge_(std::max(edge, 1.0)),
        columns_(static_cast<std::size_t>(static_cast<double>(width) / edge_) + 3),
        rows_(static_cast<std::size_t>(static_cast<double>(height) / edge_) + 3),
        heads_(columns_ * rows_) {}
  void fill(const std::vector<PlacedObject>& objects) {
    std::fill(heads_.begin(), heads_.end(), kNone);
    next_.assign(objects.size(), kNone);
    for (std::size_t i = objects.size(); i-- > 0;) {
      std::size_t& head = heads_[row(objects[i].y) * columns_ + column(objects[i].x)];
      next_[i] = head;
      head = i;
    }
  }
  template <typename Visit>
  void near(double x, double y, const Visit& visit) const {
    const std::size_t i = column(x), j = row(y);
    for (std::size_t b = j > 0 ? j - 1 : 0; b <= std::min(j + 1, rows_ - 1); ++b) {
      for (std::size_t a = i > 0 ? i - 1 : 0; a <= std::min(i + 1, columns_ - 1); ++a) {
        for (std::size_t k = heads_[b * columns_ + a]; k != kNone; k = next_[k]) visit(k);
      }
    }
  }

 private:
  static constexpr std::size_t kNone = std::numeric_limits<std::size_t>::max();
  std::size_t place(double at, std::size_t count) const {
    return static_cast<std::size_t>(std::clamp(at / edge_ + 1, 0.0, static_cast<double>(count - 1)));
  }
  std::size_t column(double x) const { return place(x, columns_); }
  std::size_t row(double y) const { return place(y, rows_); }
  double edge_;
  std::size_t columns_, rows_;
  std::vector<std::size_t> heads_, next_;
};

struct Candidate {
  double distance = 0;
  std::size_t a = 0, b = 0;
  bool operator<(const Candidate& other) const {
    return std::tie(distance, a, b) < std::tie(other.distance, other.a, other.b);
  }
};

/// What pairing uses again and again.
struct Pairing {
  const ColocalisationSettings& settings;
  double reach;
  std::vector<Candidate> candidates = {};
  std::vector<char> first_taken = {}, second_taken = {};

  std::size_t count(const std::vector<PlacedObject>& first, const std::vector<PlacedObject>& second,
                    const Squares& squares) {
    candidates.clear();
    const double shared = std::pow(settings.registration, 2) + 2 * std::pow(settings.size, 2);
    for (std::size_t a = 0; a < first.size(); ++a) {
      squares.near(first[a].x, first[a].y, [&](std::size_t b) {
        const double distance = std::hypot(first[a].x - second[b].x, first[a].y - second[b].y);
        const double error = std::sqrt(std::pow(first[a].error, 2) + std::pow(second[b].error, 2) + shared);
        if (distance <= settings.factor * error) candidates.push_back({distance, a, b});
      });
    }
    std::sort(candidates.begin(), candidates.end());
    first_taken.assign(first.size(), 0);
    second_taken.assign(second.size(), 0);
    std::size_t pairs = 0;
    for (const Candidate& candidate : candidates) {
      if (first_taken[candidate.a] || second_taken[candidate.b]) continue;
      first_taken[candidate.a] = second_taken[candidate.b] = 1;
      ++pairs;
    }
    return pairs;
  }
};

/// `taken` of objects in cells, for all objects in their order.
std::vector<std::uint8_t> among_all(std::span<const PlacedObject> objects, const std::vector<char>& taken) {
  std::vector<std::uint8_t> out;
  std::size_t next = 0;
  for (const PlacedObject& object : objects) out.push_back(object.cell > 0 && taken[next++] != 0 ? 1 : 0);
  return out;
}

std::vector<PlacedObject> in_cells(std::span<const PlacedObject> objects) {
  std::vector<PlacedObject> out;
  for (const PlacedObject& object : objects) {
    if (object.cell > 0) out.push_back(object);
  }
  return out;
}

/// See ColocalisationScore. Every cell's product has variance |u|^2 |v|^2 / 2 when one side knows nothing of the other.
double sidedness(const std::vector<PlacedObject>& first, const std::vector<PlacedObject>& second,
                 const Pairing& pairing, const ChancePlaces& places) {
  struct Sides {
    PlanePoint first, second;
  };
  std::map<std::int32_t, Sides> cells;
  for (std::size_t i = 0; i < second.size(); ++i) cells[second[i].cell];
  const auto add = [&](const PlacedObject& object, PlanePoint Sides::*which) {
    const auto found = cells.find(object.cell);
    if (found == cells.end()) return;
    const PlanePoint middle = places.middle(object.cell);
    const double dx = object.x - middle.x, dy = object.y - middle.y, r = std::hypot(dx, dy);
    if (!(r > 0)) return;
    (found->second.*which).x += dx / r;
    (found->second.*which).y += dy / r;
  };
  for (std::size_t i = 0; i < first.size(); ++i) {
    if (pairing.first_taken[i] == 0) add(first[i], &Sides::first);
  }
  for (std::size_t i = 0; i < second.size(); ++i) {
    if (pairing.second_taken[i] == 0) add(second[i], &Sides::second);
  }
  double sum = 0, variance = 0;
  for (const auto& [cell, sides] : cells) {
    const auto& [u, v] = sides;
    sum += u.x * v.x + u.y * v.y;
    variance += (u.x * u.x + u.y * u.y) * (v.x * v.x + v.y * v.y) / 2;
  }
  return variance > 0 ? sum / std::sqrt(variance) : std::numeric_limits<double>::quiet_NaN();
}

}  // namespace

double share_beyond_chance(double seen, double chance, double first, double second) {
  // By bisection: the right side rises with f.
  const auto expected = [&](double f) { return f + (1 - f) * chance * std::max(0.0, 1 - f * first / second); };
  if (seen <= expected(0)) return 0;
  double low = 0, high = 1;
  for (int i = 0; i < 60; ++i) {
    const double middle = 0.5 * (low + high);
    (expected(middle) < seen ? low : high) = middle;
  }
  return 0.5 * (low + high);
}

ColocalisationScore colocalise(std::span<const PlacedObject> first, std::span<const PlacedObject> second,
                               const Labels2& cells, const Labels2& nuclei, const ColocalisationSettings& settings) {
  const std::vector<PlacedObject> a = in_cells(first);
  std::vector<PlacedObject> b = in_cells(second);
  ColocalisationScore out;
  out.first = a.size();
  out.second = b.size();
  out.first_paired.assign(first.size(), 0);
  out.second_paired.assign(second.size(), 0);
  if (a.empty() || b.empty()) return out;
  double worst = 0, other = 0;
  for (const PlacedObject& object : a) worst = std::max(worst, object.error);
  for (const PlacedObject& object : b) other = std::max(other, object.error);
  const double reach = settings.factor * std::sqrt(worst * worst + other * other + std::pow(settings.registration, 2) +
                                                   2 * std::pow(settings.size, 2));
  Squares squares(reach, cells.width, cells.height);
  Pairing pairing{settings, reach};
  squares.fill(b);
  out.paired = pairing.count(a, b, squares);
  out.first_paired = among_all(first, pairing.first_taken);
  out.second_paired = among_all(second, pairing.second_taken);
  const double n = static_cast<double>(a.size());
  out.fraction = static_cast<double>(out.paired) / n;
  const ChancePlaces places(cells, nuclei, b, settings, 2 * reach);
  out.sidedness = sidedness(a, b, pairing, places);
  std::vector<double> shares;
  std::size_t as_many = 0;
  for (std::size_t draw = 0; draw < settings.draws; ++draw) {
    Random random(settings.seed, draw);
    places.draw(random, b);
    squares.fill(b);
    const std::size_t pairs = pairing.count(a, b, squares);
    as_many += pairs >= out.paired ? 1 : 0;
    shares.push_back(static_cast<double>(pairs) / n);
  }
  if (shares.empty()) return out;
  double sum = 0, squared = 0;
  const auto draws = static_cast<double>(shares.size());
  for (const double share : shares) sum += share;
  out.chance = sum / draws;
  for (const double share : shares) squared += std::pow(share - out.chance, 2);
  const double variance = draws > 1 ? squared / (draws - 1) : 0, error = std::sqrt(variance / draws);
  const double single = out.chance * (1 - out.chance) / n;  // if every object paired for itself
  const double together = single > 0 ? std::max(1.0, variance / single) : 1;
  std::sort(shares.begin(), shares.end());
  out.chance_low = shares[static_cast<std::size_t>(0.025 * (draws - 1))];
  out.chance_high = shares[static_cast<std::size_t>(std::ceil(0.975 * (draws - 1)))];
  out.p = static_cast<double>(as_many + 1) / (draws + 1);
  const auto corrected = [&](double seen, double chance) {
    return share_beyond_chance(seen, std::clamp(chance, 0.0, 1.0), n, static_cast<double>(b.size()));
  };
  const Share seen = wilson95_of(out.fraction, n / together);
  out.corrected = corrected(out.fraction, out.chance);
  out.low = std::min(out.corrected, corrected(seen.low, out.chance + 2 * error));
  out.high = std::max(out.corrected, corrected(seen.high, out.chance - 2 * error));
  return out;
}

}  // namespace vesica
