// SPDX-License-Identifier: Apache-2.0
#include "vesica/solve/diffusion.h"

#include <algorithm>
#include <cmath>

#include "vesica/base/error.h"
#include "vesica/base/message.h"
#include "vesica/base/require.h"

namespace vesica {

namespace {

const double kGamma = 2 - std::sqrt(2.0);  ///< the share of a step that the trapezoid takes (Bank et al. 1985)
constexpr double kSafety = 0.9, kMostGrowth = 4, kLeastGrowth = 0.2;  ///< chosen, as usual in step control
constexpr std::size_t kMostSteps = 1'000'000;                         ///< chosen
/// A body that has shrunk to this share of its length counts as gone (chosen).
constexpr double kGone = 1e-6;

/// Flows between neighbouring cells: dm[i]/dt = in[i-1] m[i-1] + ... as a tridiagonal matrix whose columns sum to 0.
/// The last unknown is the bath.
struct Flows {
  std::vector<double> below, diagonal, above;  ///< below[i] multiplies m[i-1], above[i] multiplies m[i+1]
  explicit Flows(std::size_t n) : below(n), diagonal(n), above(n) {}
  std::size_t size() const { return diagonal.size(); }
};

/// y = A m.
void apply(const Flows& a, const std::vector<double>& m, std::vector<double>& y) {
  const std::size_t n = a.size();
  for (std::size_t i = 0; i < n; ++i) {
    y[i] = a.diagonal[i] * m[i];
    if (i > 0) y[i] += a.below[i] * m[i - 1];
    if (i + 1 < n) y[i] += a.above[i] * m[i + 1];
  }
}

/// Solves (I - s A) x = r by elimination without pivots: the matrix is diagonally dominant by columns. r becomes x.
void solve_shifted(const Flows& a, double s, std::vector<double>& r, std::vector<double>& scratch) {
  const std::size_t n = a.size();
  double pivot = 1 - s * a.diagonal[0];
  r[0] /= pivot;
  for (std::size_t i = 1; i < n; ++i) {
    scratch[i] = -s * a.above[i - 1] / pivot;
    pivot = 1 - s * a.diagonal[i] + s * a.below[i] * scratch[i];
    r[i] = (r[i] + s * a.below[i] * r[i - 1]) / pivot;
  }
  for (std::size_t i = n - 1; i > 0; --i) r[i - 1] -= scratch[i] * r[i];
}

/// p / (e^p - 1), 1 at p = 0.
double bernoulli(double p) { return std::abs(p) < 1e-8 ? 1 - p / 2 : p / std::expm1(p); }

class Body {
 public:
  explicit Body(const DiffusionProblem& problem) : problem_(problem), faces_(problem.cells + 1) {
    // Faces are packed towards the surface, where the profile is steep at first: the last cell is 1 / cells².
    const auto n = static_cast<double>(problem.cells);
    for (std::size_t i = 0; i <= problem.cells; ++i) {
      const double from_surface = 1 - static_cast<double>(i) / n;
      faces_[i] = 1 - from_surface * from_surface;
    }
    for (std::size_t i = 0; i < problem.cells; ++i) {
      volumes_.push_back(std::pow(faces_[i + 1], problem.dimension) - std::pow(faces_[i], problem.dimension));
      areas_.push_back(problem.dimension * std::pow(faces_[i + 1], problem.dimension - 1));
      const double right = i + 1 == problem.cells ? 1 : 0.5 * (faces_[i + 1] + faces_[i + 2]);
      gaps_.push_back(right - 0.5 * (faces_[i] + faces_[i + 1]));
    }
  }

  std::size_t unknowns() const { return problem_.cells + 1; }
  /// The share of the load in each cell at t = 0; nothing in the bath.
  std::vector<double> load() const {
    std::vector<double> out = volumes_;
    out.push_back(0);
    return out;
  }
  double length_at(double time) const { return problem_.length - problem_.erosion * time; }
  double last_width() const { return 1 - faces_[problem_.cells - 1]; }

  void fill(double time, Flows& out) const {
    const double length = length_at(time), shrunk = length / problem_.length;
    const double diffusivity = problem_.diffusivity(time);
    if (!(diffusivity >= 0 && std::isfinite(diffusivity)))
      throw Error(ErrorKind::kData, say("The diffusion coefficient at time {} is {}", time, diffusivity), {},
                  say("Check the diffusion coefficient and how it changes"));
    std::fill(out.below.begin(), out.below.end(), 0.0);
    std::fill(out.diagonal.begin(), out.diagonal.end(), 0.0);
    std::fill(out.above.begin(), out.above.end(), 0.0);
    // In the body's own coordinate x / length the volumes stand still and the rate is D / length².
    const double rate = diffusivity / (length * length), speed = problem_.erosion / length;
    for (std::size_t i = 0; i < problem_.cells; ++i) {
      const double area = areas_[i], gap = gaps_[i];
      const bool surface = i + 1 == problem_.cells;
      // The surface recedes, so the grid slides inwards through the material: outward drift relative to it.
      const double drift = speed * faces_[i + 1];
      double out_rate, back_rate;  // per concentration on this side, and on the other
      if (surface && std::isfinite(problem_.mass_transfer)) {
        const double film = problem_.mass_transfer / (problem_.partition * length);
        out_rate = back_rate = rate > 0 ? 1 / (gap / rate + 1 / film) : 0;
      } else if (drift == 0) {
        out_rate = back_rate = rate / gap;
      } else if (rate > 0) {
        const double peclet = drift * gap / rate;
        out_rate = rate / gap * bernoulli(-peclet);
        back_rate = rate / gap * bernoulli(peclet);
      } else {
        out_rate = drift;
        back_rate = 0;
      }
      const double leave = area * out_rate / volumes_[i];
      // The bath's concentration, as the body would have it at equilibrium; volumes shrink by shrunk^d in real space.
      const double other =
          surface ? problem_.partition * std::pow(shrunk, problem_.dimension) / problem_.bath : 1 / volumes_[i + 1];
      const double back = area * back_rate * other;
      out.diagonal[i] -= leave;
      out.below[i + 1] += leave;
      out.diagonal[i + 1] -= back;
      out.above[i] += back;
    }
  }

 private:
  const DiffusionProblem& problem_;
  std::vector<double> faces_, volumes_, areas_, gaps_;
};

/// One TR-BDF2 step and the estimate of its error.
class Stepper {
 public:
  explicit Stepper(const Body& body)
      : body_(body),
        start_(body.unknowns()),
        middle_(body.unknowns()),
        end_(body.unknowns()),
        f0_(body.unknowns()),
        f1_(body.unknowns()),
        f2_(body.unknowns()),
        scratch_(body.unknowns()),
        m1_(body.unknowns()) {}

  /// The state at time + step into `next`; yields the error as a share of the load.
  double step(double time, double step, const std::vector<double>& now, std::vector<double>& next) {
    if (time == end_time_) {
      std::swap(start_, end_);
    } else {
      body_.fill(time, start_);
    }
    end_time_ = time + step;
    body_.fill(time + kGamma * step, middle_);
    body_.fill(time + step, end_);
    apply(start_, now, f0_);
    for (std::size_t i = 0; i < now.size(); ++i) m1_[i] = now[i] + 0.5 * kGamma * step * f0_[i];
    solve_shifted(middle_, 0.5 * kGamma * step, m1_, scratch_);
    const double from_middle = 1 / (kGamma * (2 - kGamma));
    next.resize(now.size());
    for (std::size_t i = 0; i < now.size(); ++i) next[i] = from_middle * m1_[i] + (1 - from_middle) * now[i];
    solve_shifted(end_, (1 - kGamma) / (2 - kGamma) * step, next, scratch_);
    apply(middle_, m1_, f1_);
    apply(end_, next, f2_);
    const double k = (-3 * kGamma * kGamma + 4 * kGamma - 2) / (12 * (2 - kGamma));
    double error = 0;
    for (std::size_t i = 0; i < now.size(); ++i)
      error += std::abs(2 * k * step * (f0_[i] / kGamma - f1_[i] / (kGamma * (1 - kGamma)) + f2_[i] / (1 - kGamma)));
    return error;
  }

 private:
  const Body& body_;
  Flows start_, middle_, end_;
  std::vector<double> f0_, f1_, f2_, scratch_, m1_;
  double end_time_ = std::numeric_limits<double>::quiet_NaN();  ///< for which end_ was filled
};

double factor_for(double error, double tolerance) {
  if (!(error > 0)) return kMostGrowth;
  return std::clamp(kSafety * std::cbrt(tolerance / error), kLeastGrowth, kMostGrowth);
}

double first_step(const DiffusionProblem& problem, double last_width, double span) {
  const double rate = problem.diffusivity(0) / (problem.length * problem.length);
  const double cell = rate > 0 ? last_width * last_width / rate : span;
  return std::min(cell, 1e-3 * span);  // chosen: the control finds the rest
}

}  // namespace

DiffusionCourse diffuse(const DiffusionProblem& problem, std::span<const double> times) {
  VESICA_REQUIRE(problem.dimension >= 1 && problem.dimension <= 3 && problem.length > 0 && problem.cells >= 8,
                 "a slab, cylinder or sphere with a length and cells");
  VESICA_REQUIRE(problem.bath > 0 && problem.partition > 0 && problem.erosion >= 0, "a bath, a partition, an erosion");
  VESICA_REQUIRE(problem.erosion == 0 || !std::isfinite(problem.mass_transfer), "a film does not recede");
  const Body body(problem);
  Stepper stepper(body);
  std::vector<double> state = body.load(), next;
  DiffusionCourse out;
  const double gone =
      problem.erosion > 0 ? problem.length * (1 - kGone) / problem.erosion : std::numeric_limits<double>::infinity();
  double time = 0, step = times.empty() ? 0 : first_step(problem, body.last_width(), times.back());
  bool whole = false;  // everything was passed by the surface
  for (const double wanted : times) {
    const double target = std::min(wanted, gone);
    while (time < target) {
      if (++out.steps > kMostSteps)
        throw Error(ErrorKind::kData, say("Diffusion takes more than {} steps", kMostSteps), {},
                    say("Check the diffusion coefficient and how it changes"));
      const double trial = std::min(step, target - time);
      const double error = stepper.step(time, trial, state, next);
      const bool good = error <= problem.tolerance;
      if (good) {
        state.swap(next);
        time = trial == target - time ? target : time + trial;
      }
      // A step cut short by a wanted time says little about the next one.
      const double proposed = trial * factor_for(error, problem.tolerance);
      step = good && trial < step ? std::max(step, proposed) : proposed;
    }
    whole = whole || wanted >= gone;
    double left = 0;
    for (std::size_t i = 0; i < problem.cells; ++i) left += state[i];
    out.released.push_back(whole ? state.back() + left : state.back());
    out.left.push_back(whole ? 0 : left);
  }
  return out;
}

}  // namespace vesica
