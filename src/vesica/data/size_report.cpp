// SPDX-License-Identifier: Apache-2.0
#include "vesica/data/size_report.h"

namespace vesica {

const ReportEntry* SizeReport::find(std::string_view section, std::string_view key) const {
  for (const ReportEntry& entry : entries) {
    if (entry.section == section && entry.key == key) return &entry;
  }
  return nullptr;
}

}  // namespace vesica
