// SPDX-License-Identifier: Apache-2.0
#include "vesica/contract/contract.h"

#include "vesica/base/require.h"
#include "vesica/quantity/quantity.h"

namespace vesica {

const char* to_text(Severity severity) {
  switch (severity) {
    case Severity::kNote:
      return "note";
    case Severity::kWarning:
      return "warning";
    case Severity::kError:
      return "error";
  }
  return "error";
}

Issue issue_from(const Error& error) {
  return {Severity::kError, to_text(error.kind()), error.message(), error.where(), error.hint(), "", "", ""};
}

Observation InputFacts::row(std::string_view quantity) const {
  const Quantity* entry = find_quantity(quantity);
  VESICA_REQUIRE(entry != nullptr, "an assay reports only quantities of the catalogue");
  Observation out;
  out.quantity = quantity;
  out.condition = condition;
  out.sample = sample;
  out.replicate = replicate;
  out.part = part;
  out.time_h = time_h;
  out.source = source;
  out.unit = entry->unit;
  return out;
}

Status Predictions::status(std::size_t settings, std::size_t row) const {
  if (!statuses.empty()) return statuses[settings * rows.size() + row];
  return std::isnan(value(settings, row)) ? Status::kNotMeasurable : Status::kOk;
}

}  // namespace vesica
