// SPDX-License-Identifier: Apache-2.0
#include "vesica/models/network/files.h"

#include "vesica/base/error.h"
#include "vesica/base/message.h"
#include "vesica/io/csv.h"
#include "vesica/io/open.h"
#include "vesica/io/xlsx.h"

namespace vesica::network {

Sheet read_individuals_file(std::string_view bytes, const std::string& file) {
  const FileFormat format = recognise(bytes, file);
  if (format.id == "xlsx") {
    Workbook book = read_xlsx(bytes, file);
    if (book.sheets.empty())
      throw Error(ErrorKind::kData, say("The table holds no individual"), {file, 0, 0, ""},
                  say("Write one row an individual below the names of the columns"));
    return std::move(book.sheets.front());
  }
  if (format.id == "empty" || format.id == "text") return read_text_table(bytes, file);
  throw Error(ErrorKind::kUnsupported, say("This is no table: {}.", format.name), {file, 0, 0, ""},
              format.conversion.empty() ? say("Save it as TSV, CSV or XLSX") : format.conversion);
}

}  // namespace vesica::network
