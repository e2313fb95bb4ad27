// SPDX-License-Identifier: Apache-2.0
#include "vesica/app/reading.h"

#include <algorithm>

#include "vesica/base/hash.h"
#include "vesica/base/message.h"
#include "vesica/base/os/files.h"
#include "vesica/base/text.h"
#include "vesica/io/csv.h"
#include "vesica/io/nanosight.h"
#include "vesica/io/open.h"
#include "vesica/io/xlsx.h"
#include "vesica/io/zetaview.h"

namespace vesica {

namespace {

ReadingData read_content(const FileFormat& format, std::string_view bytes, const std::string& shown) {
  if (!format.readable)
    throw Error(ErrorKind::kUnsupported, say("Vesica does not read this kind of file: {}.", format.name),
                {shown, 0, 0, ""}, format.conversion);
  if (format.id.starts_with("nanosight_")) return read_nanosight(bytes, shown);
  if (format.id.starts_with("zetaview_")) return read_zetaview(bytes, shown);
  if (format.id == "xlsx") return read_xlsx(bytes, shown);
  Workbook book;
  book.file = shown;
  book.sheets.push_back(read_text_table(bytes, shown));
  return book;
}

}  // namespace

Reading read_input(const std::filesystem::path& path, const std::string& shown) {
  const std::string bytes = read_file(path);
  const FileFormat format = recognise(bytes, shown);
  Reading reading;
  reading.path = shown;
  reading.sha256 = sha256(bytes);
  reading.format = format.id;
  // A table that another program saved under a summary's name is the vendor reader's to refuse, by name.
  reading.data = std::make_shared<const ReadingData>(is_resaved_nanosight(shown, bytes.substr(0, 4096))
                                                         ? ReadingData(read_nanosight(bytes, shown))
                                                         : read_content(format, bytes, shown));
  return reading;
}

void require_format(const Assay& assay, const Reading& reading) {
  if (std::find(assay.formats.begin(), assay.formats.end(), reading.format) != assay.formats.end()) return;
  const FileFormat format = format_of(reading.format);
  throw Error(ErrorKind::kUnsupported,
              say("The assay \"{}\" does not measure this kind of file: {}.", assay.id, format.name),
              {reading.path, 0, 0, ""},
              format.conversion.empty() ? say("Choose another assay for it; vesica describe assays lists them.")
                                        : format.conversion);
}

}  // namespace vesica
