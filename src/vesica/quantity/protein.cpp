// SPDX-License-Identifier: Apache-2.0
// Protein and single analytes read back from standard curves; viability and doses of half effect.
#include "vesica/quantity/catalogue.h"

namespace vesica::catalogue {

namespace {

constexpr std::string_view kCurve = "Findlay & Dillard 2007, 10.1208/aapsj0902029";
constexpr std::string_view kLimit = "Currie 1995, 10.1351/pac199567101699 (IUPAC)";
constexpr std::string_view kM10 = "ICH M10 (2022)";
constexpr std::string_view kDose = "Ritz et al. 2015, 10.1371/journal.pone.0146021";
constexpr std::string_view kIso = "ISO 10993-5:2009, annex C";

constexpr Quantity kEntries[] = {
    {"protein.concentration", "protein", "protein per volume of the sample", "ug/mL", 0, 1e9, 1e-3, 1e5, Scale::kLog, 4,
     1e-6, "Mean response of a sample's wells read back from the plate's standard curve, times its dilution.", kCurve},
    {"protein.analyte_concentration", "concentration", "one analyte per volume of the sample", "pg/mL", 0, 1e15, 1e-3,
     1e9, Scale::kLog, 4, 1e-6,
     "Mean response of a sample's wells read back from the analyte's standard curve, times the dilution; the target "
     "names the analyte.",
     kCurve},
    {"protein.signal", "signal", "response of one well less the mean of the blanks", "1", -1e9, 1e9, -0.1, 1e7,
     Scale::kLinear, 4, 1e-9,
     "The reader's number of the well minus the plate's mean blank, where blanks are taken off.",
     "usage of plate readers; our wording"},
    {"protein.replicate_cv", "CV of wells", "spread of a sample's wells in one dilution", "%", 0, 1e4, 0, 30,
     Scale::kLinear, 3, 1e-6, "Standard deviation of the signals over their mean.", kM10},
    {"protein.dilution_recovery", "recovery", "concentration at one dilution over that of the least diluted", "%", 0,
     1e6, 50, 150, Scale::kLog, 3, 1e-6,
     "Dilution-corrected concentration at the dilution (the part) over that at the smallest dilution in range.", kM10},
    {"protein.detection_limit", "LOD", "least protein told from nothing, in the well", "ug/mL", 0, 1e9, 1e-6, 1e4,
     Scale::kLog, 3, 1e-6, "Concentration whose response is mean blank + 3 SD of the blanks.", kLimit},
    {"protein.quantification_limit", "LOQ", "least protein that can be given a number, in the well", "ug/mL", 0, 1e9,
     1e-6, 1e4, Scale::kLog, 3, 1e-6, "Concentration whose response is mean blank + 10 SD of the blanks.", kLimit},
    {"protein.analyte_detection_limit", "LOD", "least analyte told from nothing, in the well", "pg/mL", 0, 1e15, 1e-6,
     1e9, Scale::kLog, 3, 1e-6, "Concentration whose response is mean blank + 3 SD of the blanks.", kLimit},
    {"protein.analyte_quantification_limit", "LOQ", "least analyte that can be given a number, in the well", "pg/mL", 0,
     1e15, 1e-6, 1e9, Scale::kLog, 3, 1e-6, "Concentration whose response is mean blank + 10 SD of the blanks.",
     kLimit},
    {"protein.curve.r_squared", "R\u00B2 of the curve", "share of the standards' variance that the curve explains", "1",
     -10, 1, 0.9, 1, Scale::kLinear, 5, 1e-6,
     "1 - weighted residual over weighted total sum of squares of the standards.", kCurve},
    {"viability.signal", "signal", "response of one well less the mean of the blanks", "1", -1e9, 1e9, -0.1, 1e7,
     Scale::kLinear, 4, 1e-9, "The reader's number of the well minus the plate's mean blank.", kIso, "dose"},
    {"viability.cytotoxicity", "cytotoxicity", "released over releasable enzyme", "%", -1000, 1000, -10, 110,
     Scale::kLinear, 3, 1e-6, "100 (signal - spontaneous) / (maximum - spontaneous) of LDH in the medium.",
     "Decker & Lohmann-Matthes 1988, 10.1016/0022-1759(88)90310-9", "dose"},
    {"viability.percent_of_control", "viability", "signal over that of the untreated wells", "%", -1000, 10000, 0, 150,
     Scale::kLinear, 3, 1e-6, "100 times a sample's mean signal over the mean signal of the plate's control wells.",
     kIso, "dose"},
    {"viability.ec50", "EC50", "dose of half effect", "1", 0, 1e30, 1e-9, 1e15, Scale::kLog, 3, 1e-4,
     "Middle of a four-parameter logistic through viability (LDH: cytotoxicity) over dose, in the dose's own unit.",
     kDose, "", "", true},
    {"viability.hill_slope", "Hill slope", "steepness of the dose-response", "1", 0, 100, 0.2, 10, Scale::kLog, 3, 1e-4,
     "Exponent of the four-parameter logistic.", kDose},
};

}  // namespace

std::span<const Quantity> protein() { return kEntries; }

}  // namespace vesica::catalogue
