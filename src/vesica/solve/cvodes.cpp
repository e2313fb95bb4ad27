// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <new>
#include <type_traits>
#include <vector>

#include <cvodes/cvodes.h>
#include <nvector/nvector_serial.h>
#include <sunlinsol/sunlinsol_klu.h>
#include <sunmatrix/sunmatrix_sparse.h>

#include "vesica/base/require.h"
#include "vesica/solve/ode.h"

namespace vesica::solve {

namespace {

// Chosen: an absolute tolerance of zero would weigh a vanished state infinitely.
constexpr double kSmallestTolerance = 1e-280;

// Chosen: so many steps in a row shorter than so many units of the time's last place, and the lane has failed.
constexpr double kResolution = 10 * std::numeric_limits<double>::epsilon();
constexpr long kTinySteps = 10;

bool all_finite(const double* values, std::size_t count) {
  // A sum of v·0 is 0 unless one is infinite or not a number; cheaper than asking each.
  double sum = 0;
  for (std::size_t i = 0; i < count; ++i) sum += values[i] * 0.0;
  return sum == 0;
}

template <class T>
T* made(T* made_by_sundials) {
  if (made_by_sundials == nullptr) throw std::bad_alloc();
  return made_by_sundials;
}

struct FreeVector {
  void operator()(N_Vector v) const { N_VDestroy(v); }
};
struct FreeMatrix {
  void operator()(SUNMatrix m) const { SUNMatDestroy(m); }
};
struct FreeSolver {
  void operator()(SUNLinearSolver s) const { SUNLinSolFree(s); }
};
struct FreeContext {
  void operator()(SUNContext c) const { SUNContext_Free(&c); }
};
struct FreeMemory {
  void operator()(void* m) const { CVodeFree(&m); }
};

/// The pattern with every diagonal entry, as I - γJ needs it, and where the system's entries go.
struct FullPattern {
  std::vector<sunindextype> starts, rows;
  std::vector<std::size_t> to;
};

FullPattern with_diagonal(const SparsePattern& pattern) {
  FullPattern full;
  full.starts.push_back(0);
  for (int column = 0; column < pattern.size; ++column) {
    const auto c = static_cast<std::size_t>(column);
    bool diagonal = false;
    for (int e = pattern.starts[c]; e < pattern.starts[c + 1]; ++e) {
      const int row = pattern.rows[static_cast<std::size_t>(e)];
      if (!diagonal && row >= column) {
        if (row > column) full.rows.push_back(column);
        diagonal = true;
      }
      full.to.push_back(full.rows.size());
      full.rows.push_back(row);
    }
    if (!diagonal) full.rows.push_back(column);
    full.starts.push_back(static_cast<sunindextype>(full.rows.size()));
  }
  return full;
}

class Cvodes final : public Integrator {
 public:
  Cvodes(OdeSystem& system, const Tolerances& tolerances);
  void start(int lane, double t, std::span<const double> y, double t_end, double step) override;
  void stop(int) override {
    running_ = false;
    result_ = StepResult::kIdle;
  }
  void advance() override;
  StepResult result(int) const override { return result_; }
  bool running(int) const override { return running_; }
  double time(int) const override { return time_; }
  double time_before(int) const override { return before_; }
  double next_step(int) const override;
  void interpolate(int lane, double t, std::span<double> y) const override;
  void interpolate_lanes(const double* t, double* y) const override {
    if (!std::isnan(*t)) interpolate(0, *t, {y, static_cast<std::size_t>(n_)});
  }
  Work work(int) const override;

 private:
  static int rhs(realtype t, N_Vector y, N_Vector f, void* self);
  static int jacobian(realtype t, N_Vector y, N_Vector f, SUNMatrix to, void* self, N_Vector, N_Vector, N_Vector);
  static void silent(int, const char*, const char*, char*, void*) {}
  void begin();
  void fail(int flag);

  OdeSystem& system_;
  const Tolerances tolerances_;
  const sunindextype n_;
  FullPattern pattern_;
  std::vector<double> entries_;
  std::unique_ptr<std::remove_pointer_t<SUNContext>, FreeContext> context_;
  std::unique_ptr<std::remove_pointer_t<N_Vector>, FreeVector> y_, absolute_, dense_;
  std::unique_ptr<std::remove_pointer_t<SUNMatrix>, FreeMatrix> matrix_;
  std::unique_ptr<std::remove_pointer_t<SUNLinearSolver>, FreeSolver> solver_;
  std::unique_ptr<void, FreeMemory> memory_;
  double time_ = 0, before_ = 0, end_ = 0, first_step_ = 0;
  bool attached_ = false, running_ = false, begun_ = false, fresh_ = false, stepped_ = false, finite_ = true,
       no_number_ = false;
  long attempts_ = 0, tiny_ = 0;
  StepResult result_ = StepResult::kIdle;
  Work before_start_;
};

Cvodes::Cvodes(OdeSystem& system, const Tolerances& tolerances)
    : system_(system),
      tolerances_(tolerances),
      n_(system.size()),
      pattern_(with_diagonal(system.jacobian_pattern())),
      entries_(pattern_.to.size()) {
  VESICA_REQUIRE(system.lanes() == 1, "CVODES runs one lane");
  const auto& each = tolerances.absolute_each;
  VESICA_REQUIRE(each.empty() || each.size() == static_cast<std::size_t>(n_), "one absolute tolerance a state");
  SUNContext context = nullptr;
  if (SUNContext_Create(nullptr, &context) != 0) throw std::bad_alloc();
  context_.reset(context);
  y_.reset(made(N_VNew_Serial(n_, context)));
  absolute_.reset(made(N_VNew_Serial(n_, context)));
  dense_.reset(made(N_VNew_Serial(n_, context)));
  for (sunindextype i = 0; i < n_; ++i)
    NV_Ith_S(absolute_.get(), i) =
        std::max(each.empty() ? tolerances.absolute : each[static_cast<std::size_t>(i)], kSmallestTolerance);
  const auto entries = static_cast<sunindextype>(pattern_.rows.size());
  matrix_.reset(made(SUNSparseMatrix(n_, n_, entries, CSC_MAT, context)));
  solver_.reset(made(SUNLinSol_KLU(y_.get(), matrix_.get(), context)));
  // Minimum degree on the pattern of A + A^T: kinetic Jacobians are nearly symmetric in it, and COLAMD, the default of
  // SUNDIALS, fills several times as much.
  SUNLinSol_KLUSetOrdering(solver_.get(), 0);
  memory_.reset(made(CVodeCreate(CV_BDF, context)));
}

int Cvodes::rhs(realtype t, N_Vector y, N_Vector f, void* self) {
  auto& me = *static_cast<Cvodes*>(self);
  me.system_.rhs(&t, N_VGetArrayPointer(y), N_VGetArrayPointer(f));
  me.finite_ = all_finite(N_VGetArrayPointer(f), static_cast<std::size_t>(me.n_));
  me.no_number_ = me.no_number_ || !me.finite_;
  return me.finite_ ? 0 : 1;
}

int Cvodes::jacobian(realtype t, N_Vector y, N_Vector, SUNMatrix to, void* self, N_Vector, N_Vector, N_Vector) {
  auto& me = *static_cast<Cvodes*>(self);
  me.system_.jacobian(&t, N_VGetArrayPointer(y), me.entries_.data());
  // SUNDIALS clears the indices together with the values.
  std::copy(me.pattern_.starts.begin(), me.pattern_.starts.end(), SUNSparseMatrix_IndexPointers(to));
  std::copy(me.pattern_.rows.begin(), me.pattern_.rows.end(), SUNSparseMatrix_IndexValues(to));
  double* values = SUNSparseMatrix_Data(to);
  std::fill_n(values, me.pattern_.rows.size(), 0.0);
  for (std::size_t e = 0; e < me.entries_.size(); ++e) values[me.pattern_.to[e]] = me.entries_[e];
  // Newton's iteration needs no exact derivative; where there is none, zero will do.
  if (!all_finite(me.entries_.data(), me.entries_.size()))
    std::replace_if(
        values, values + me.pattern_.rows.size(), [](double v) { return !std::isfinite(v); }, 0.0);
  return 0;
}

void Cvodes::start(int, double t, std::span<const double> y, double t_end, double step) {
  VESICA_REQUIRE(y.size() == static_cast<std::size_t>(n_), "start() takes one value a state");
  VESICA_REQUIRE(std::isfinite(t) && std::isfinite(t_end), "a lane starts and ends at finite times");
  if (begun_) before_start_ = work(0);
  std::copy(y.begin(), y.end(), N_VGetArrayPointer(y_.get()));
  time_ = before_ = t;
  end_ = t_end;
  first_step_ = step;
  running_ = fresh_ = t_end > t;
  stepped_ = begun_ = false;
  attempts_ = tiny_ = 0;
  result_ = StepResult::kIdle;
}

void Cvodes::begin() {
  fresh_ = false;
  void* m = memory_.get();
  int flag = CV_SUCCESS;
  if (attached_) {
    flag = CVodeReInit(m, time_, y_.get());
  } else {
    flag = CVodeInit(m, rhs, time_, y_.get());
    attached_ = true;
    flag = std::min({flag, CVodeSVtolerances(m, tolerances_.relative, absolute_.get()), CVodeSetUserData(m, this),
                     CVodeSetErrHandlerFn(m, silent, nullptr), CVodeSetLinearSolver(m, solver_.get(), matrix_.get()),
                     CVodeSetJacFn(m, jacobian), CVodeSetMaxHnilWarns(m, -1),
                     CVodeSetMaxStep(m, tolerances_.largest_step)});
  }
  begun_ = true;
  VESICA_REQUIRE(flag == CV_SUCCESS, "CVODES takes what it is given");
  CVodeSetInitStep(m, std::min(first_step_, end_ - time_));
  CVodeSetStopTime(m, end_);
}

void Cvodes::fail(int flag) {
  running_ = false;
  const bool no_number = !finite_ || flag == CV_FIRST_RHSFUNC_ERR || flag == CV_REPTD_RHSFUNC_ERR ||
                         flag == CV_UNREC_RHSFUNC_ERR || flag == CV_RHSFUNC_FAIL || flag == CV_LSETUP_FAIL;
  result_ = no_number ? StepResult::kNotFinite : StepResult::kStepTooSmall;
}

void Cvodes::advance() {
  if (!running_) {
    if (result_ == StepResult::kAccepted) result_ = StepResult::kIdle;
    return;
  }
  if (fresh_) begin();
  if (++attempts_ > tolerances_.most_steps) {
    running_ = false;
    result_ = StepResult::kTooManySteps;
    return;
  }
  if (tiny_ == 0) no_number_ = false;
  double reached = time_;
  int flag = CVode(memory_.get(), end_, y_.get(), &reached, CV_ONE_STEP);
  stepped_ = flag >= 0;
  if (flag == CV_TOO_CLOSE) {
    // Only a few units of the time's last place are left: one step of Euler is exact enough.
    if (rhs(time_, y_.get(), dense_.get(), this) != 0) return fail(CV_RHSFUNC_FAIL);
    N_VLinearSum(1, y_.get(), end_ - time_, dense_.get(), y_.get());
    reached = end_;
  } else if (flag < 0) {
    return fail(flag);
  }
  // CVODES itself goes on for ever with steps below the resolution of time.
  tiny_ = reached - time_ <= kResolution * std::abs(reached) && reached < end_ ? tiny_ + 1 : 0;
  before_ = time_;
  time_ = reached;
  if (tiny_ > kTinySteps) return fail(no_number_ ? CV_RHSFUNC_FAIL : CV_ERR_FAILURE);
  running_ = time_ < end_;
  result_ = StepResult::kAccepted;
}

double Cvodes::next_step(int) const {
  double step = first_step_;
  if (stepped_) CVodeGetCurrentStep(memory_.get(), &step);
  return step;
}

void Cvodes::interpolate(int, double t, std::span<double> y) const {
  N_Vector from = y_.get();
  if (stepped_ && t != time_ &&
      CVodeGetDky(memory_.get(), std::clamp(t, before_, time_), 0, dense_.get()) == CV_SUCCESS)
    from = dense_.get();
  std::copy_n(N_VGetArrayPointer(from), y.size(), y.begin());
}

Work Cvodes::work(int) const {
  Work work = before_start_;
  if (!begun_) return work;
  long count = 0;
  const auto add = [&](int (*ask)(void*, long*), long Work::*to) {
    if (ask(memory_.get(), &count) == CV_SUCCESS) work.*to += count;
  };
  add(CVodeGetNumSteps, &Work::steps);
  add(CVodeGetNumErrTestFails, &Work::rejected);
  add(CVodeGetNumStepSolveFails, &Work::rejected);
  add(CVodeGetNumRhsEvals, &Work::rhs);
  add(CVodeGetNumJacEvals, &Work::jacobians);
  add(CVodeGetNumLinSolvSetups, &Work::factorisations);
  return work;
}

}  // namespace

std::unique_ptr<Integrator> make_cvodes(OdeSystem& system, const Tolerances& tolerances) {
  // KLU refuses empty matrices, and no method errs on them.
  if (system.size() == 0) return make_explicit(system, tolerances);
  return std::make_unique<Cvodes>(system, tolerances);
}

}  // namespace vesica::solve
