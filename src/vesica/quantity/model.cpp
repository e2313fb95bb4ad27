// SPDX-License-Identifier: Apache-2.0
// What reaction networks predict: the symbols are the user's own and so are their units.
#include "vesica/quantity/catalogue.h"

namespace vesica::catalogue {

namespace {

constexpr std::string_view kSbml = "SBML Level 3 Version 2, 10.1515/jib-2017-0081";
constexpr double kInf = kInfinity;
/// Machines differ by rounding alone, which the step control of an integrator amplifies up to its own tolerance.
constexpr double kTolerance = 1e-6;

constexpr Quantity make(std::string_view id, std::string_view symbol, std::string_view unit, double low, double high,
                        Scale scale, std::string_view definition) {
  Quantity out{id, symbol, symbol, unit, low, high, low, high, scale, 4, kTolerance, definition, kSbml, "model time"};
  out.unit_by_row = true;
  return out;
}

// Any number may come out: solvers undershoot zero by less than their tolerance, and rates have signs.
constexpr Quantity kEntries[] = {
    make("model.amount", "amount", "1", -kInf, kInf, Scale::kLinear,
         "Amount of a species of a reaction network, in the model's unit of substance."),
    make("model.concentration", "concentration", "1", -kInf, kInf, Scale::kLinear,
         "Amount of a species of a reaction network over the size of its compartment."),
    make("model.rate", "rate", "1", -kInf, kInf, Scale::kLinear, "Extent of a reaction per time."),
    make("model.size", "size", "1", -kInf, kInf, Scale::kLinear,
         "Volume, area or length of a compartment of a reaction network."),
    make("model.value", "value", "1", -kInf, kInf, Scale::kLinear,
         "Value of a parameter or of a stoichiometry of a reaction network, in the unit that the model declares."),
};

}  // namespace

std::span<const Quantity> model() { return kEntries; }

}  // namespace vesica::catalogue
