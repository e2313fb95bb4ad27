// SPDX-License-Identifier: Apache-2.0
#include "vesica/contract/contract.h"

#include <algorithm>
#include <iterator>

#include "vesica/base/number.h"
#include "vesica/base/require.h"
#include "vesica/base/text.h"
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

namespace {

std::string field_text(const Value& value) {
  if (value.is_number()) return exact_number(value.number);
  if (value.kind != Value::Kind::kArray) return value.text;
  std::vector<std::string> parts;
  std::transform(value.items.begin(), value.items.end(), std::back_inserter(parts), field_text);
  return join(parts, ", ");
}

}  // namespace

std::string about_text(const Edit& edit) {
  std::vector<std::string> parts, fields;
  for (const auto& [column, value] : edit.match) {
    if (column != "sha256" || edit.match.count("input") == 0) parts.push_back(column + " = " + value);
  }
  for (const auto& [name, value] : edit.geometry.members) fields.push_back(name + " = " + field_text(value));
  return join(parts, ", ") + (parts.empty() || fields.empty() ? "" : "; ") + join(fields, ", ");
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
