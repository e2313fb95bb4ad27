// SPDX-License-Identifier: Apache-2.0
// The mixture of sizes behind many tracks, by expectation and maximisation.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <limits>

#include "vesica/assays/nta_video/nta_video_tracks.h"
#include "vesica/base/random.h"
#include "vesica/base/require.h"

namespace vesica::nta_video {

namespace {

constexpr std::size_t kFolds = 5;       // chosen: parts into which tracks fall for the held-out likelihood
constexpr std::size_t kPatience = 50;   // chosen: iterations without a better held-out likelihood before giving up
constexpr std::size_t kPerGroup = 200;  // chosen: tracks that a mixture of their own needs
constexpr std::size_t kMostGroups = 4;  // chosen
constexpr std::size_t kReach = 25;      // bins; three widths of the smoothing of lengths, a factor of 2.1; chosen
constexpr double kFloor = 1e-6;         // where no particle is, lengths are those of all; chosen
constexpr float kNegligible = 1e-8F;    // of the likeliest bin, chosen

// Four floats at a time: every processor that the program runs on has them, so that sums do not depend on the machine.
typedef float Four __attribute__((vector_size(kLanes * sizeof(float))));
Four load(const float* from) {
  Four out;
  std::memcpy(&out, from, sizeof out);
  return out;
}
void store(Four value, float* to) { std::memcpy(to, &value, sizeof value); }

/// Groups of about equally many tracks by their number of frames.
std::vector<std::uint32_t> groups_by_length(const Evidence& evidence) {
  const std::size_t count = std::clamp<std::size_t>(evidence.tracks / kPerGroup, 1, kMostGroups);
  std::vector<double> sorted = evidence.frames;
  std::sort(sorted.begin(), sorted.end());
  std::vector<std::uint32_t> out;
  for (const double frames : evidence.frames) {
    std::uint32_t group = 0;
    while (group + 1 < count && frames >= sorted[(group + 1) * sorted.size() / count]) ++group;
    out.push_back(group);
  }
  return out;
}

/// The model: a particle in view is of bin m with probability w_m, its track of group g with probability q_g(m), smooth
/// in m. Tracks count by `weights` and are held against the fit by `others`.
class Rounds {
 public:
  Rounds(const Evidence& evidence, std::span<const std::uint32_t> group, std::vector<double> weights,
         std::vector<double> others)
      : evidence_(evidence), group_(group), weights_(std::move(weights)), others_(std::move(others)) {
    groups_ = *std::max_element(group.begin(), group.end()) + 1;
    share_of_group_.assign(groups_, 0.0);
    for (std::size_t i = 0; i < group.size(); ++i) share_of_group_[group[i]] += weights_[i], all_ += weights_[i];
    if (all_ > 0) {
      for (double& each : share_of_group_) each /= all_;
    }
    std::size_t from = evidence.bins, to = 0;
    for (const Evidence::Span& span : evidence.spans) {
      from = std::min<std::size_t>(from, span.from);
      to = std::max<std::size_t>(to, span.to);
    }
    shares_.assign(groups_ * evidence.bins, 0.0F);
    for (std::size_t g = 0; g < groups_; ++g) {
      for (std::size_t m = from; m < to; ++m)
        shares_[g * evidence.bins + m] = static_cast<float>(share_of_group_[g] / static_cast<double>(to - from));
    }
    sum_.assign(shares_.size(), 0.0F);
    lengths_.assign(shares_.size(), 0.0F);
  }

  bool empty() const { return !(all_ > 0); }
  void begin(const Mixture& mixture) {
    // A bin that had died out may live again in another sample.
    constexpr double kRevive = 1e-3;
    for (std::size_t g = 0; g < groups_; ++g) {
      for (std::size_t m = 0; m < evidence_.bins; ++m) {
        const double even = share_of_group_[g] / static_cast<double>(evidence_.bins);
        shares_[g * evidence_.bins + m] = static_cast<float>((1 - kRevive) * mixture.groups[g][m] + kRevive * even);
      }
    }
  }

  /// One round; yields the log-likelihood of the shares before it on the others.
  double next() {
    const std::size_t bins = evidence_.bins;
    std::fill(sum_.begin(), sum_.end(), 0.0F);
    double outside = 0;
    for (std::size_t i = 0; i < evidence_.tracks; ++i) {
      const auto [from, to] = evidence_.spans[i];
      const float* row = evidence_.rows.data() + i * bins;
      const float* share = shares_.data() + group_[i] * bins;
      float* sum = sum_.data() + group_[i] * bins;
      Four part = {0, 0, 0, 0};
      for (std::size_t m = from; m < to; m += kLanes) part += load(share + m) * load(row + m);
      const float fit = std::max(part[0] + part[1] + part[2] + part[3], 1e-30F);
      if (others_[i] > 0) outside += others_[i] * std::log(static_cast<double>(fit));
      if (!(weights_[i] > 0)) continue;
      const auto pull = static_cast<float>(weights_[i] / all_) / fit;
      const Four pulls = {pull, pull, pull, pull};
      for (std::size_t m = from; m < to; m += kLanes) store(load(sum + m) + pulls * load(row + m), sum + m);
    }
    for (std::size_t k = 0; k < shares_.size(); ++k) shares_[k] *= sum_[k];
    if (groups_ > 1) tie();
    return outside;
  }

  /// The joint shares of bins and groups; all sum to 1.
  std::vector<std::vector<double>> shares() const {
    double total = 0;
    for (const float share : shares_) total += share;
    std::vector<std::vector<double>> out(groups_);
    for (std::size_t k = 0; k < shares_.size(); ++k)
      out[k / evidence_.bins].push_back(total > 0 ? static_cast<double>(shares_[k]) / total : 0);
    return out;
  }

 private:
  /// Replaces the groups' own mixtures by one mixture times a smooth law of lengths.
  void tie() {
    constexpr std::size_t kEvery = 5;  // chosen: the law of lengths moves slowly
    const std::size_t bins = evidence_.bins;
    if (rounds_++ % kEvery == 0) {
      std::vector<double> at(groups_);
      for (std::size_t m = 0; m < bins; ++m) {
        double all = 0;
        for (std::size_t g = 0; g < groups_; ++g) {
          at[g] = kFloor * share_of_group_[g];
          for (std::size_t k = m > kReach ? m - kReach : 0; k < std::min(bins, m + kReach + 1); ++k) {
            const double z = (static_cast<double>(k) - static_cast<double>(m)) / (static_cast<double>(kReach) / 3);
            at[g] += static_cast<double>(shares_[g * bins + k]) * std::exp(-z * z / 2);
          }
          all += at[g];
        }
        for (std::size_t g = 0; g < groups_; ++g) lengths_[g * bins + m] = static_cast<float>(at[g] / all);
      }
    }
    for (std::size_t m = 0; m < bins; ++m) {
      float all = 0;
      for (std::size_t g = 0; g < groups_; ++g) all += shares_[g * bins + m];
      for (std::size_t g = 0; g < groups_; ++g) shares_[g * bins + m] = all * lengths_[g * bins + m];
    }
  }

  const Evidence& evidence_;
  std::span<const std::uint32_t> group_;
  std::vector<double> weights_, others_, share_of_group_;
  std::vector<float> shares_, sum_, lengths_;
  std::size_t groups_ = 1, rounds_ = 0;
  double all_ = 0;
};

/// Rounds after which tracks left out are most probable.
std::size_t best_round(const Evidence& evidence, std::span<const std::uint32_t> group, std::size_t most,
                       const Context& context) {
  if (evidence.tracks < 4 * kFolds) return 1;
  Random random(context.seed, 0x6e7461);  // chosen
  std::vector<Rounds> rounds;
  std::vector<std::size_t> fold;
  for (std::size_t i = 0; i < evidence.tracks; ++i) fold.push_back(random.below(kFolds));
  for (std::size_t f = 0; f < kFolds; ++f) {
    std::vector<double> inside(evidence.tracks, 1.0), outside(evidence.tracks, 1.0);
    for (std::size_t i = 0; i < evidence.tracks; ++i) (fold[i] == f ? inside : outside)[i] = 0;
    rounds.emplace_back(evidence, group, std::move(inside), std::move(outside));
  }
  double best = -std::numeric_limits<double>::infinity();
  std::size_t at = 0;
  std::array<double, kFolds> fits{};
  for (std::size_t round = 0; round < most && round < at + kPatience; ++round) {
    parallel_for(kFolds, context, [&](std::size_t f) { fits[f] = rounds[f].next(); });
    double sum = 0;
    for (const double fit : fits) sum += fit;
    if (!(sum > best)) continue;
    best = sum;
    at = round;
  }
  return std::max<std::size_t>(at, 1);
}

void take(const Rounds& rounds, Mixture& mixture) {
  mixture.groups = rounds.shares();
  mixture.shares.assign(mixture.groups[0].size(), 0.0);
  for (const std::vector<double>& group : mixture.groups) {
    for (std::size_t m = 0; m < group.size(); ++m) mixture.shares[m] += group[m];
  }
}

}  // namespace

Evidence weigh(std::span<const Track> tracks, const sizes::Distribution& grid, const Conditions& conditions,
               const Context& context) {
  Evidence out;
  const std::size_t used = grid.centre.size();
  out.tracks = tracks.size();
  out.bins = (used + kLanes - 1) / kLanes * kLanes;
  out.rows.assign(out.tracks * out.bins, 0.0F);
  out.spans.resize(out.tracks);
  std::vector<double> diffusion;
  for (const double d : grid.centre) diffusion.push_back(conditions.diffusion(d));
  for (const Track& track : tracks) out.frames.push_back(static_cast<double>(track.frames()));
  parallel_for(out.tracks, context, [&](std::size_t i) {
    const double blur = conditions.blur() * tracks[i].blurred;
    const std::vector<double> row = log_likelihood(tracks[i], diffusion, conditions.frame_s, blur);
    const double top = *std::max_element(row.begin(), row.end());
    std::size_t from = used, to = 0;
    for (std::size_t m = 0; m < used; ++m) {
      const auto value = static_cast<float>(std::exp(row[m] - top));
      if (value < kNegligible) continue;
      out.rows[i * out.bins + m] = value;
      from = std::min(from, m);
      to = m + 1;
    }
    out.spans[i] = {static_cast<std::uint32_t>(from / kLanes * kLanes),
                    static_cast<std::uint32_t>((to + kLanes - 1) / kLanes * kLanes)};
  });
  return out;
}

Mixture unfold(const Evidence& evidence, std::size_t most, const Context& context) {
  Mixture out;
  if (evidence.tracks == 0 || evidence.bins == 0) return out;
  out.group = groups_by_length(evidence);
  out.iterations = best_round(evidence, out.group, most, context);
  Rounds all(evidence, out.group, std::vector<double>(evidence.tracks, 1.0), std::vector<double>(evidence.tracks, 0.0));
  for (std::size_t i = 0; i < out.iterations; ++i) all.next();
  take(all, out);
  return out;
}

Mixture unfold_again(const Evidence& evidence, const Mixture& from, std::span<const double> weights) {
  VESICA_REQUIRE(weights.size() == evidence.tracks, "a weight a track");
  Mixture out = from;
  if (from.shares.empty()) return out;
  Rounds rounds(evidence, from.group, {weights.begin(), weights.end()}, std::vector<double>(evidence.tracks, 0.0));
  if (rounds.empty()) return out;
  rounds.begin(from);
  for (std::size_t i = 0; i < kAgain; ++i) rounds.next();
  take(rounds, out);
  return out;
}

void responsibilities(const Evidence& evidence, const Mixture& mixture, std::size_t track, std::vector<double>& out) {
  const std::span<const float> row = evidence.row(track);
  const std::vector<double>& shares = mixture.groups[mixture.group[track]];
  out.assign(shares.size(), 0.0);
  double sum = 0;
  for (std::size_t m = evidence.spans[track].from; m < evidence.spans[track].to; ++m) {
    out[m] = shares[m] * static_cast<double>(row[m]);
    sum += out[m];
  }
  if (!(sum > 0)) return;
  for (double& each : out) each /= sum;
}

}  // namespace vesica::nta_video
