// SPDX-License-Identifier: Apache-2.0
// Time courses in a body: what the model `distribution` predicts and tracer studies measure.
#include "vesica/quantity/catalogue.h"

namespace vesica::catalogue {

namespace {

constexpr std::string_view kNca = "Gabrielsson and Weiner 2012, 10.1007/978-1-62703-050-2_16";
constexpr std::string_view kChoice = "bookkeeping of a dose; our choice";
/// Machines differ by rounding, which the step control of an integrator amplifies up to its own tolerance.
constexpr double kTolerance = 1e-4;
constexpr double kInf = kInfinity;

constexpr Quantity kEntries[] = {
    {"course.amount", "vesicles", "vesicles in an organ or fluid", "{particles}", 0, kInf, 0, 1e16, Scale::kLog, 3,
     kTolerance, "Intact vesicles in the target at a time, those inside its cells and its blood included.", kChoice},
    {"course.mass_concentration", "concentration", "label or drug in an organ or fluid by its volume", "ug/mL", 0, kInf,
     0, 1e6, Scale::kLog, 4, kTolerance, "Mass over the volume of the target.", kChoice},
    {"course.radiance", "radiance", "light of a label from an organ or region", "{photons}/s/cm2/sr", 0, kInf, 0, 1e14,
     Scale::kLog, 3, kTolerance, "Mean radiance of the region, as the imager gives it.", kChoice},
    {"course.time_of_peak", "tmax", "time of the highest value", "h", 0, kInf, 0, 1e4, Scale::kLinear, 3, kTolerance,
     "Time of the highest value of the course, the first of equals.", kNca},
    {"course.volume_terminal", "Vz", "volume of distribution in the terminal phase", "mL", 0, kInf, 0, 1e6, Scale::kLog,
     3, kTolerance, "Clearance over the terminal slope.", kNca},
    {"course.volume_steady", "Vss", "volume of distribution at steady state", "mL", 0, kInf, 0, 1e6, Scale::kLog, 3,
     kTolerance, "Clearance times mean residence time, for a bolus into the blood.", kNca},
    {"course.auc_extrapolated", "AUC extrapolated", "share of the area that lies after the last value", "1", 0, 1, 0,
     0.2, Scale::kLogit, 3, kTolerance, "(AUC to infinity less AUC to the last value) over AUC to infinity.", kNca},
    {"course.tissue_ratio", "Kp", "area in a tissue over the area in plasma", "1", 0, kInf, 0, 1e4, Scale::kLog, 3,
     kTolerance, "AUC to the last value of the target over that of plasma, of the same individual and quantity.", kNca},
    {"course.peak.concentration", "Cmax", "highest concentration of a course", "{particles}/mL", 0, kInf, 0, kInf,
     Scale::kLog, 3, kTolerance, "Highest value of the course.", kNca},
    {"course.peak.mass_concentration", "Cmax", "highest mass concentration of a course", "ug/mL", 0, kInf, 0, kInf,
     Scale::kLog, 3, kTolerance, "Highest value of the course.", kNca},
    {"course.auc.mass_concentration", "AUC", "area under the course of the mass concentration", "ug.h/mL", 0, kInf, 0,
     kInf, Scale::kLog, 3, kTolerance,
     "Area by trapezoids to the last value above 0; the part says when it is continued to infinity.", kNca},
    {"course.peak.dose_fraction", "Cmax", "highest share of the dose of a course", "%", 0, kInf, 0, kInf, Scale::kLog,
     3, kTolerance, "Highest value of the course.", kNca},
    {"course.auc.dose_fraction", "AUC", "area under the course of the share of the dose", "%.h", 0, kInf, 0, kInf,
     Scale::kLog, 3, kTolerance,
     "Area by trapezoids to the last value above 0; the part says when it is continued to infinity.", kNca},
    {"course.peak.dose_fraction_per_g", "Cmax", "highest share of the dose per gram of a course", "%/g", 0, kInf, 0,
     kInf, Scale::kLog, 3, kTolerance, "Highest value of the course.", kNca},
    {"course.auc.dose_fraction_per_g", "AUC", "area under the course of the share of the dose per gram", "%.h/g", 0,
     kInf, 0, kInf, Scale::kLog, 3, kTolerance,
     "Area by trapezoids to the last value above 0; the part says when it is continued to infinity.", kNca},
    {"course.peak.radiance", "Cmax", "highest radiance of a course", "{photons}/s/cm2/sr", 0, kInf, 0, kInf,
     Scale::kLog, 3, kTolerance, "Highest value of the course.", kNca},
    {"course.auc.radiance", "AUC", "area under the course of the radiance", "{photons}.h/s/cm2/sr", 0, kInf, 0, kInf,
     Scale::kLog, 3, kTolerance,
     "Area by trapezoids to the last value above 0; the part says when it is continued to infinity.", kNca},
    {"course.peak.amount", "Cmax", "highest amount of a course", "{particles}", 0, kInf, 0, kInf, Scale::kLog, 3,
     kTolerance, "Highest value of the course.", kNca},
    {"course.auc.amount", "AUC", "area under the course of the amount", "{particles}.h", 0, kInf, 0, kInf, Scale::kLog,
     3, kTolerance, "Area by trapezoids to the last value above 0; the part says when it is continued to infinity.",
     kNca},
    {"course.auc", "AUC", "area under the concentration of the label", "{particles}.h/mL", 0, kInf, 0, kInf,
     Scale::kLog, 3, kTolerance,
     "Integral of the concentration that the label shows in the target, from the first dose to the time of the row.",
     kNca},
    {"course.clearance", "CL", "clearance", "mL/h", 0, kInf, 0, 1e6, Scale::kLog, 3, kTolerance,
     "Dose over the area under the plasma concentration that the label shows, continued to infinity.", kNca},
    {"course.concentration", "concentration", "vesicles in an organ or fluid by its volume", "{particles}/mL", 0, kInf,
     0, 1e16, Scale::kLog, 3, kTolerance,
     "Intact vesicles over the volume of the target; for plasma in the plasma of venous blood.", kChoice},
    {"course.dose_fraction", "%ID", "share of the dose that the label shows in an organ", "%", 0, 200, 0, 100,
     Scale::kLinear, 3, kTolerance,
     "Label in the target, on vesicles, left by them or set free, over the label of all doses; vesicles themselves "
     "where there is no label.",
     kChoice},
    {"course.dose_fraction_per_g", "%ID/g", "share of the dose by weight of the organ", "%/g", 0, kInf, 0, 1e5,
     Scale::kLog, 3, kTolerance, "course.dose_fraction over the weight of the target; plasma and CSF count 1 g a mL.",
     kChoice},
    {"course.half_life", "t1/2", "terminal half-life", "h", 0, kInf, 0, 1e4, Scale::kLog, 3, kTolerance,
     "ln 2 over the slope of the logarithm of the last part of the concentration that the label shows.", kNca},
    {"course.half_life_initial", "t1/2 initial", "time from the peak to half of it", "h", 0, kInf, 0, 1e4, Scale::kLog,
     3, kTolerance,
     "Time from its peak, not earlier than a minute after the first dose, to half of the concentration that the label "
     "shows.",
     kChoice},
    {"course.mean_residence_time", "MRT", "mean residence time", "h", 0, kInf, 0, 1e4, Scale::kLog, 3, kTolerance,
     "First moment over area of the plasma concentration that the label shows, both continued to infinity.", kNca},
};

}  // namespace

std::span<const Quantity> course() { return kEntries; }

}  // namespace vesica::catalogue
