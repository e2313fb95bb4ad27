// SPDX-License-Identifier: Apache-2.0
#include "vesica/assays/viability/viability_settings.h"

#include <array>

namespace vesica::viability {

namespace {

constexpr std::array<std::string_view, 3> kKinds = {"viability", "alamar", "ldh"};
constexpr std::array<std::string_view, 3> kMarks = {"auto", "point", "comma"};

}  // namespace

void ViabilitySettings::describe(Fields& fields) {
  fields.choice("kind", kind, kKinds,
                {.help = "viability: signal grows with living cells (CCK-8, MTT, fluorescence of Alamar); alamar: the "
                         "same by absorbance at two wavelengths, needs reference; ldh: signal grows with dead cells."});
  fields.flag("subtract_blank", subtract_blank, {.help = "Take the mean of the blank wells off every well."});
  fields.text("dose_factor", dose_factor,
              {.help = "Factor of the study whose levels are the doses, where the layout names none."});
  fields.text("dose_unit", dose_unit, {.help = "Unit of the doses, where the layout names none, as ug/mL."});
  fields.text("read", read, {.help = "Title of the grid or column to read, as 450; empty: the first of readings."});
  fields.text(
      "reference", reference,
      {.help = "Title of a second wavelength, as 650, taken off well by well; of alamar the longer one (600)."});
  fields.text("sheet", sheet, {.help = "Sheet of the workbook; empty: the first that holds a plate."});
  fields.choice("decimal_mark", decimal_mark, kMarks, {.help = "Decimal mark of numbers that are text."});
}

}  // namespace vesica::viability
