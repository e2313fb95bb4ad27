// SPDX-License-Identifier: Apache-2.0
// Numbers of any kind that a user brings in a table: the kind of quantity is catalogued, its name is the row's target.
#include "vesica/quantity/catalogue.h"

namespace vesica::catalogue {

namespace {

constexpr std::string_view kUser = "the user's table";
constexpr double kInf = kInfinity;

constexpr Quantity make(std::string_view id, std::string_view symbol, std::string_view unit, double low, double high,
                        Scale scale, std::string_view definition) {
  return {id, symbol, symbol, unit, low, high, low, high, scale, 4, 1e-9, definition, kUser};
}

constexpr Quantity kEntries[] = {
    make("other.absorbance", "absorbance", "{AU}", -1, 100, Scale::kLinear, "Optical density or absorbance as read."),
    make("other.area", "area", "mm2", 0, kInf, Scale::kLog, "An area."),
    make("other.count", "count", "{count}", 0, kInf, Scale::kLog, "A number of things counted."),
    make("other.duration", "duration", "s", 0, kInf, Scale::kLog, "A length of time."),
    make("other.fluorescence", "fluorescence", "{AU}", -kInf, kInf, Scale::kLinear, "Fluorescence intensity as read."),
    make("other.fraction", "fraction", "1", 0, 1, Scale::kLinear, "A share between 0 and 1."),
    make("other.length", "length", "mm", 0, kInf, Scale::kLog, "A length."),
    make("other.mass", "mass", "g", 0, kInf, Scale::kLog, "A mass or weight."),
    make("other.mass_concentration", "mass concentration", "ug/mL", 0, kInf, Scale::kLog, "Mass per volume."),
    make("other.number_concentration", "number concentration", "{particles}/mL", 0, kInf, Scale::kLog,
         "Count per volume."),
    make("other.rate", "rate", "/h", -kInf, kInf, Scale::kLinear, "A rate per hour."),
    make("other.ratio", "ratio", "1", 0, kInf, Scale::kLog, "A ratio of two numbers of one kind."),
    make("other.score", "score", "{score}", -kInf, kInf, Scale::kLinear, "A score on a scale of points."),
    make("other.temperature", "temperature", "Cel", -273.15, kInf, Scale::kLinear, "A temperature."),
    make("other.value", "value", "1", -kInf, kInf, Scale::kLinear, "Any other number without a unit."),
    make("other.volume", "volume", "mL", 0, kInf, Scale::kLog, "A volume."),
};

}  // namespace

std::span<const Quantity> other() { return kEntries; }

}  // namespace vesica::catalogue
