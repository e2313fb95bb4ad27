// SPDX-License-Identifier: Apache-2.0
// What instruments of light scattering export as tables: records of sizes and of zeta potentials, in Vesica's units.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "vesica/contract/contract.h"

namespace vesica::scattering {

/// A distribution over diameter (nm).
struct Curve {
  std::vector<double> at, value;  ///< value in % of the whole, class by class
};

/// One measurement. Numbers are found under fixed names, in the units that read_export() documents.
struct Record {
  std::string sample, replicate;  ///< as the export names them; empty when it does not
  std::string number;             ///< of the record in its file, when it has one
  std::string quality;            ///< the instrument's own words on the result; empty when it has none
  Place where;
  std::map<std::string, double, std::less<>> values;
  std::map<std::string, Curve, std::less<>> curves;  ///< "intensity", "volume", "number"

  double value(std::string_view name) const;  ///< NaN when the export does not say
  bool has_size() const;                      ///< a diameter or a distribution of diameters
  bool has_zeta() const;                      ///< a zeta potential or a mobility
};

struct Export {
  std::vector<Record> records;
  std::vector<Issue> issues;  ///< units that are not understood
};

/// The records of an export. Understood are
///  - tables of records, a row each, under one header or several (Malvern Zetasizer Nano and ZS XPLORER, Brookhaven):
///    columns are known by their names ("Z-Average (d.nm)", "PdI", "Pk 1 Mean Int (d.nm)", "Zeta Potential (mV)", ...),
///    distributions stand in columns "Sizes[1] (d.nm)", "Intensities[1] (Percent)", "Volumes[1]", "Numbers[1]";
///    rows below a second header that repeat sample and number of an earlier record complete it;
///  - sheets with a name, its value (and its unit) in a row (Anton Paar Kalliope, one sheet a measurement; ZS XPLORER's
///    parameter lists, one column a measurement);
///  - a table of one distribution: a column of diameters beside columns "Intensity (%)", "Volume (%)", "Number (%)".
/// Names of `values`, with their units: z_average, intensity_mean, volume_mean, number_mean (nm; radii doubled),
/// pdi, intercept, fit_error, refractive_index (1; a percent sign is taken into account), count_rate,
/// derived_count_rate (counts/s), temperature (Cel), viscosity (mPa.s), data_retained (%), zeta_potential,
/// zeta_deviation (mV), mobility (um.cm/V/s), conductivity (mS/cm), peak_N_mean, peak_N_width (nm), peak_N_area (%) for
/// N from 1 to 9. A number under a unit that is not understood is left out, with an issue. Throws Error(kData) when no
/// sheet holds a record.
Export read_export(const Workbook& book, const std::string& path);

/// Names of repeats: where several records share a name but for a number at its end ("EV 1", "EV 2", "EV 3"), the name
/// without it is the sample and the number the replicate; records of one name are numbered 1, 2, ... in their order.
void name_replicates(std::vector<Record>& records);

/// True when an export can be read and holds a record that `wanted` accepts. Never throws.
bool holds(const Reading& reading, bool (Record::*wanted)() const);

/// The sample of a record: the study's when all records are of one sample and the study names one; else the export's.
std::string sample_of(const Record& record, const std::vector<Record>& all, const InputFacts& facts);

/// Rows of records: sample, replicate and bounds of the catalogue are seen to here.
class Rows {
 public:
  Rows(const std::vector<Record>& all, const InputFacts& facts, const std::string& path, Outcome& out)
      : all_(all), facts_(facts), path_(path), out_(out) {}
  /// Adds a row; nothing for NaN. A number that its quantity cannot be is left out, with an issue.
  void add(const Record& record, std::string_view quantity, double value, std::string_view part = "", double at = kNaN);
  /// Adds an issue about a record.
  void warn(const Record& record, Severity severity, std::string_view kind, std::string message, std::string hint);

 private:
  const std::vector<Record>& all_;
  const InputFacts& facts_;
  const std::string& path_;
  Outcome& out_;
};

}  // namespace vesica::scattering
