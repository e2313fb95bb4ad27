// SPDX-License-Identifier: Apache-2.0
#include "vesica/quantity/quantity.h"

#include <algorithm>

#include "vesica/base/message.h"
#include "vesica/base/text.h"
#include "vesica/quantity/catalogue.h"

namespace vesica {

const char* to_text(Scale scale) {
  switch (scale) {
    case Scale::kLinear:
      return "linear";
    case Scale::kLog:
      return "log";
    case Scale::kLogit:
      return "logit";
  }
  return "linear";
}

std::span<const Quantity> all_quantities() {
  static const std::vector<Quantity> all = [] {
    std::vector<Quantity> out;
    for (const auto part : {catalogue::bone(), catalogue::purity(), catalogue::vesicle(), catalogue::micrograph(),
                            catalogue::tracking(), catalogue::isolation(), catalogue::model(), catalogue::uptake(),
                            catalogue::overlap(), catalogue::wound(), catalogue::course(), catalogue::nuclei(),
                            catalogue::other(), catalogue::release(), catalogue::protein(), catalogue::scattering()})
      out.insert(out.end(), part.begin(), part.end());
    std::sort(out.begin(), out.end(), [](const Quantity& a, const Quantity& b) { return a.id < b.id; });
    return out;
  }();
  return all;
}

const Quantity* find_quantity(std::string_view id) {
  const auto all = all_quantities();
  const auto found = std::lower_bound(all.begin(), all.end(), id,
                                      [](const Quantity& entry, std::string_view wanted) { return entry.id < wanted; });
  return found != all.end() && found->id == id ? &*found : nullptr;
}

std::optional<std::string> nearest_quantity(std::string_view id) {
  std::vector<std::string> ids;
  for (const Quantity& entry : all_quantities()) ids.emplace_back(entry.id);
  return did_you_mean(id, ids);
}

std::string readable_unit(std::string_view ucum) {
  if (ucum == "1") return "";
  std::string out(ucum);
  for (const char brace : {'{', '}', '[', ']'}) std::erase(out, brace);
  if (out.starts_with("um")) out = "µm" + out.substr(2);
  if (out.starts_with("ug")) out = "µg" + out.substr(2);
  if (out.starts_with("uL")) out = "µL" + out.substr(2);
  if (out == "Cel") return "°C";
  if (out == "/ug") return "1/µg";
  if (out == "mmho/cm") return "mS/cm";
  if (out.starts_with("/")) out = "1" + out;
  out = replace_all(out, "2/", "²/");
  out = replace_all(out, "3/", "³/");
  if (out.ends_with("2")) out.replace(out.size() - 1, 1, "²");
  if (out.ends_with("3")) out.replace(out.size() - 1, 1, "³");
  return replace_all(out, ".", "·");
}

std::string axis_label(const Quantity& quantity) {
  std::string out(translate(quantity.symbol));
  if (!out.empty() && out[0] >= 'a' && out[0] <= 'z' && (out.size() < 2 || (out[1] >= 'a' && out[1] <= 'z')))
    out[0] = static_cast<char>(out[0] - 'a' + 'A');
  const std::string unit = readable_unit(quantity.unit);
  return unit.empty() ? out : out + " (" + unit + ")";
}

}  // namespace vesica
