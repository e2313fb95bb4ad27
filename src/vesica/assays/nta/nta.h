// SPDX-License-Identifier: Apache-2.0
// Particle tracking exports, recomputed: viscosity laws, re-sizing, summaries of distributions, blank, tracks.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "vesica/contract/contract.h"
#include "vesica/data/size_report.h"
#include "vesica/ops/size_distribution.h"

namespace vesica::nta {

/// Water as NanoSight NTA 3.2 and 3.4 take it: 10^([1.3272 (20-T) - 0.001053 (T-20)^2] / (T+105)) mPa.s, T in Celsius;
/// the CRC formula with 1.000 instead of 1.002 at 20 C. Recovered from 801 printed values, within 5.5e-7 relative.
double nanosight_viscosity_mpa_s(double temperature_c);
/// Water as ZetaView 8.06 takes it: 1.0020 - 0.02043 (T-20) mPa.s. Recovered from 79 printed values, within 5e-7.
double zetaview_viscosity_mpa_s(double temperature_c);

using sizes::Distribution;
using sizes::kMaxGridBins;
using sizes::mode;
using sizes::percentile;
using sizes::regrid;
using sizes::scale_sizes;
using sizes::SizeSummary;
using sizes::summarise;
using sizes::total;

/// The bins of a table when its columns have one length, ascend, and hold finite amounts that are not negative;
/// nothing otherwise. An empty table is an empty distribution.
std::optional<Distribution> distribution_of(const SizeTable& table);
/// Mean of the blank (diluent) in the cell, bin by bin on a grid.
struct Blank {
  std::string vendor;
  double width_nm = 1;
  std::vector<double> amount;    ///< particles/mL per bin
  std::vector<double> variance;  ///< of that mean
  double total = 0;
  double total_variance = 0;
  std::size_t videos = 0;
};
Value to_value(const Blank& blank);
/// Nothing when the value is none of ours.
std::optional<Blank> blank_from(const Value& value);

/// A sample's distribution less the blank, on the blank's grid or the sample's, whichever is wider.
struct NetDistribution {
  Distribution bins;             ///< signed: may be negative where the blank is larger
  std::vector<double> variance;  ///< counting variance of the sample plus the blank's
  double total = 0;              ///< signed sum
  double total_variance = 0;
  double negative_share = 0;  ///< negative part divided by the sample's total
};
/// `per_track` is the concentration that one track stands for (counting variance of a bin = amount * per_track).
NetDistribution subtract_blank(const Distribution& sample, double per_track, double width_nm, const Blank& blank);

/// One-sided 95 % limit: below 1.645 standard uncertainties of the difference nothing was shown to be there (Currie
/// 1968, 10.1021/ac60259a007, critical level).
inline constexpr double kCriticalLevel = 1.645;

/// True when the rule counts the video as flagged. `rule`: "validity" (the instrument's verdict on the concentration),
/// "concentration" (any line of [Concentration Warnings]), "any", "none".
bool is_flagged(const SizeVideo& video, std::string_view rule);

/// Experiments in a file "Created from combined experiments: a.nano, b.nano": the experiment of each video, by the
/// longest name that begins the video's; all the same when the file does not say so or a video fits none.
std::vector<std::string> experiments_of(const SizeReport& report);

/// Covariance-based diffusion of one track in px^2 per frame: <dx^2>/2 + <dx dx'> per axis, mean of both, drift removed
/// (Vestergaard, Blainey and Flyvbjerg 2014, 10.1103/PhysRevE.89.022726); only steps over consecutive frames. NaN below
/// `kMinSteps` steps. One value a track of the report.
std::vector<double> track_diffusion_px2(const SizeReport& tracks);
inline constexpr int kMinSteps = 5;  // chosen
/// Pixel size that makes the printed diffusion coefficients equal the tracks' own: sqrt(sum D / (fps * sum D_px)), each
/// track weighted by its length. The export does not hold it. NaN without usable tracks.
double infer_pixel_um(const SizeReport& tracks, double frame_rate_hz);

/// Files of one acquisition laid together: the summary's list of videos against the per-video files found. Errors:
/// files of no listed video, particle data and tracks that disagree (ids, lengths, start frames, flags), two files for
/// one video, a single-video summary that disagrees with its column. Warnings: a video with only one of the two track
/// files, included tracks other than the printed valid tracks. Nothing to say about readings without a summary among
/// them.
std::vector<Issue> check_pack(std::span<const Reading> readings);

}  // namespace vesica::nta

namespace vesica {
extern const Assay kNtaAssay;
}
