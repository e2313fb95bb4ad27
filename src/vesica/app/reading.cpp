// SPDX-License-Identifier: Apache-2.0
#include "vesica/app/reading.h"

#include <algorithm>

#include "vesica/base/hash.h"
#include "vesica/base/message.h"
#include "vesica/base/os/bytes.h"
#include "vesica/base/os/files.h"
#include "vesica/base/text.h"
#include "vesica/io/companions.h"
#include "vesica/io/csv.h"
#include "vesica/io/images.h"
#include "vesica/io/nanosight.h"
#include "vesica/io/open.h"
#include "vesica/io/xlsx.h"
#include "vesica/io/zetaview.h"

namespace vesica {

namespace {

ReadingData read_content(const FileFormat& format, std::string_view bytes, const std::string& shown) {
  if (format.id.starts_with("nanosight_")) return read_nanosight(bytes, shown);
  if (format.id.starts_with("zetaview_")) return read_zetaview(bytes, shown);
  if (format.id == "xlsx") return read_xlsx(bytes, shown);
  Workbook book;
  book.file = shown;
  book.sheets.push_back(read_text_table(bytes, shown));
  return book;
}

/// The files of a folder that make one input.
std::vector<std::filesystem::path> folder_files(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> files = series_files(folder);
  return files.empty() ? dicom_files(folder) : files;
}

/// A folder of slices or frames as one input.
Reading read_folder(const std::filesystem::path& path, const std::string& shown, const std::string& known_sha256) {
  const std::vector<std::filesystem::path> files = folder_files(path);
  if (files.empty()) {
    CompanionFinder finder;
    for (const Companion& each : finder.beside(path)) {
      if (each.kind == Companion::Kind::kNumpy)
        throw Error(ErrorKind::kUnsupported, say("The folder holds no images but arrays of NumPy, which are not read."),
                    {shown + "/" + each.name, 0, 0, ""}, format_of("npy").conversion);
    }
    throw Error(ErrorKind::kNoInput, say("The folder holds no series of images."), {shown, 0, 0, ""},
                say("Give a folder of PNG, TIFF, BMP, JPEG or DICOM files, or name the files."));
  }
  Reading reading;
  reading.path = shown;
  reading.format = recognise(files.front()).id == "dicom" ? "dicom" : "image_series";
  reading.sha256 = known_sha256.empty() ? hash_input(path) : known_sha256;
  reading.data = std::make_shared<const ReadingData>(ImageReading{open_image_series(files, shown)});
  return reading;
}

Reading read_image(const std::filesystem::path& path, const std::string& format, const std::string& shown,
                   const std::string& known_sha256) {
  Reading reading;
  reading.path = shown;
  reading.format = format;
  reading.sha256 = known_sha256.empty() ? hash_input(path) : known_sha256;
  reading.data = std::make_shared<const ReadingData>(ImageReading{open_image(path, format, shown)});
  return reading;
}

bool is_folder(const std::filesystem::path& path) {
  std::error_code ignored;
  return std::filesystem::is_directory(path, ignored);
}

}  // namespace

Reading read_input(const std::filesystem::path& path, const std::string& shown, const std::string& known_sha256) {
  if (is_folder(path)) return read_folder(path, shown, known_sha256);
  const FileFormat format = recognise(path);
  if (!format.readable && !is_resaved_nanosight(shown, read_head(path, 4096)))
    throw Error(ErrorKind::kUnsupported, say("Vesica does not read this kind of file: {}.", format.name),
                {shown, 0, 0, ""}, format.conversion);
  if (is_image_format(format.id)) return read_image(path, format.id, shown, known_sha256);
  const std::string bytes = read_file(path);
  Reading reading;
  reading.path = shown;
  reading.sha256 = sha256(bytes);
  reading.format = format.id;
  // A table that another program saved under a summary's name is the vendor reader's to refuse, by name.
  reading.data = std::make_shared<const ReadingData>(format.readable ? read_content(format, bytes, shown)
                                                                     : ReadingData(read_nanosight(bytes, shown)));
  return reading;
}

std::string hash_input(const std::filesystem::path& path) {
  if (!is_folder(path)) return hash_bytes(*open_bytes(path));
  Sha256 hash;
  std::vector<std::filesystem::path> files = folder_files(path);
  const std::vector<std::filesystem::path> beside = files_beside(files);
  files.insert(files.end(), beside.begin(), beside.end());
  for (const std::filesystem::path& file : files)
    hash.add(path_text(file.filename()) + "\n" + hash_bytes(*open_bytes(file)) + "\n");
  return hash.hex();
}

std::optional<FileIdentity> input_identity(const std::filesystem::path& path) {
  return is_folder(path) ? folder_identity(path) : file_identity(path);
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
