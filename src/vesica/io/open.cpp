// SPDX-License-Identifier: Apache-2.0
#include "vesica/io/open.h"

#include <algorithm>
#include <array>
#include <functional>

#include "vesica/base/error.h"
#include "vesica/base/os/files.h"
#include "vesica/base/text.h"
#include "vesica/io/nanosight.h"
#include "vesica/io/scanco.h"
#include "vesica/io/skyscan.h"
#include "vesica/io/zetaview.h"
#include "vesica/io/zip.h"

namespace vesica {

namespace {

constexpr std::size_t kHeadBytes = 1 << 16;                    // chosen: every mark below lies within
constexpr std::size_t kCompoundBytes = std::size_t{64} << 20;  // chosen: how far the directory of a .xls is sought

/// A file of which only the needed parts are read.
struct Source {
  std::string file;
  std::string_view head;
  std::function<std::vector<std::string>()> members;  ///< of a ZIP archive
  std::function<std::string()> body;                  ///< of a compound document
};

bool ends_in(const std::string& file, std::string_view ending) {
  return file.size() >= ending.size() &&
         equals_ignoring_case(std::string_view(file).substr(file.size() - ending.size()), ending);
}

struct Magic {
  std::size_t offset;
  std::string_view bytes;
  std::string_view id;
};

using namespace std::string_view_literals;

/// Marks that decide alone. Sources: the formats' own specifications; CZI, OIR, LIF, ND2: Bio-Formats' readers.
constexpr std::array kMagics = {
    Magic{0, "%PDF-"sv, "pdf"},
    Magic{0, "\x89PNG\r\n\x1A\n"sv, "png"},
    Magic{0, "\xFF\xD8\xFF"sv, "jpeg"},
    Magic{0, "\x93NUMPY"sv, "npy"},
    Magic{0, "GIF87a"sv, "gif"},
    Magic{0, "GIF89a"sv, "gif"},
    Magic{128, "DICM"sv, "dicom"},
    Magic{0, "\xDA\xCE\xBE\x0A"sv, "nd2"},
    Magic{0, "\0\0\0\x0CjP  "sv, "nd2"},
    Magic{0, "ZISRAWFILE"sv, "czi"},
    Magic{0, "OLYMPUSRAWFORMAT"sv, "oir"},
    Magic{0, "NRRD000"sv, "nrrd"},
    Magic{0, "\x1A\x45\xDF\xA3"sv, "video"},
    Magic{0, "\0\0\x01\xBA"sv, "video"},
    Magic{0, "\x30\x26\xB2\x75\x8E\x66\xCF\x11"sv, "video"},
    Magic{0, "FCS2.0"sv, "fcs"},
    Magic{0, "FCS3."sv, "fcs"},
    Magic{0, "\x89HDF\r\n\x1A\n"sv, "hdf5"},
    Magic{512, "\x89HDF\r\n\x1A\n"sv, "hdf5"},
    Magic{0, "SQLite format 3\0"sv, "sqlite"},
    Magic{4, "ftyp"sv, "mov"},
    Magic{4, "moov"sv, "mov"},
    Magic{4, "mdat"sv, "mov"},
    Magic{0, "{\\rtf"sv, "rtf"},
    Magic{0, "\x1F\x8B"sv, "gzip"},
    Magic{0, "7z\xBC\xAF\x27\x1C"sv, "sevenzip"},
    Magic{0, "Rar!\x1A\x07"sv, "sevenzip"},
    Magic{0,
          "\xFD"
          "7zXZ\0"sv,
          "sevenzip"},
    Magic{0, "BZh"sv, "sevenzip"},
    Magic{0, "\x28\xB5\x2F\xFD"sv, "sevenzip"},
    Magic{0, "PAR1"sv, "parquet"},
    Magic{0, "MATLAB 5.0 MAT-file"sv, "matlab"},
    Magic{0, "$FL2"sv, "spss"},
    Magic{0, "RDX2\n"sv, "rdata"},
    Magic{0, "RDX3\n"sv, "rdata"},
    Magic{0, "GWYP"sv, "gwy"},
    Magic{0, "Iout"sv, "imagej_roi"},
    Magic{0, "\\*File list"sv, "afm_nanoscope"},
    Magic{344, "n+1\0"sv, "nifti"},
    Magic{344, "ni1\0"sv, "nifti"},
    Magic{208, "MAP "sv, "mrc"},
    Magic{0, "PCFF"sv, "prism"},
};

std::string_view by_magic(const Source& source) {
  const std::string_view head = source.head;
  if (head.starts_with("\x1F\x8B") && ends_in(source.file, ".nii.gz")) return "nifti";
  if (head.starts_with("ObjectType = Image") || head.starts_with("NDims = ")) return "metaimage";
  for (const Magic& magic : kMagics) {
    if (head.size() >= magic.offset && head.substr(magic.offset).starts_with(magic.bytes)) return magic.id;
  }
  if (const std::string_view id = scanco_format(head); !id.empty()) return id;
  // NIfTI of version 2, and the headers of two-file NIfTI ("ni1" is above).
  if (head.size() >= 8 && (head.substr(4, 4) == "n+2\0"sv || head.substr(4, 4) == "ni2\0"sv)) return "nifti";
  if (head.starts_with("RIFF") && head.size() >= 12 && head.substr(8, 4) == "AVI ") return "avi";
  if (head.starts_with("II*\0"sv) || head.starts_with("MM\0*"sv) || head.starts_with("II+\0"sv) ||
      head.starts_with("MM\0+"sv)) {
    return ends_in(source.file, ".vsi") ? "vsi" : "tiff";
  }
  // LIF: a block mark 0x70, a length, then '*' before the XML. DM3/DM4: version 3 or 4, big-endian, then a length and a
  // flag of 0 or 1. BMP: "BM", a size, and four reserved bytes of zero.
  if (head.starts_with("\x70\0\0\0"sv) && head.size() > 8 && head[8] == '*') return "lif";
  if (head.starts_with("\0\0\0\x03"sv) && head.size() > 12 && head.substr(8, 3) == "\0\0\0"sv) return "dm";
  if (head.starts_with("\0\0\0\x04"sv) && head.size() > 16 && head.substr(12, 3) == "\0\0\0"sv) return "dm";
  if (head.starts_with("BM") && head.size() > 14 && head.substr(6, 4) == "\0\0\0\0"sv) return "bmp";
  return "";
}

std::string_view by_members(const std::vector<std::string>& names) {
  const auto has = [&](std::string_view name) { return std::find(names.begin(), names.end(), name) != names.end(); };
  const auto has_below = [&](std::string_view folder) {
    return std::any_of(names.begin(), names.end(), [&](const std::string& name) { return name.starts_with(folder); });
  };
  if (has("xl/workbook.bin")) return "xlsb";
  if (has("xl/workbook.xml") || (has("[Content_Types].xml") && has_below("xl/"))) return "xlsx";
  if (has("word/document.xml")) return "docx";
  if (has("ppt/presentation.xml")) return "pptx";
  if (has("rdml_data.xml")) return "rdml";
  if (has_below("apldbio/")) return "eds";
  if (has("Index/Document.iwa") || has("Index.zip")) return "numbers";
  if (has("content.xml") && has("mimetype")) return "ods";
  return "zip";
}

/// Names of a compound document are UTF-16; the directory that holds them may lie anywhere.
std::string_view by_compound_names(std::string_view bytes) {
  const auto holds = [&](std::string_view name) {
    std::string wide;
    for (const char c : name) wide += {c, '\0'};
    wide += std::string(2, '\0');
    return bytes.find(wide) != std::string_view::npos;
  };
  if (holds("EncryptedPackage")) return "encrypted_office";
  if (holds("Workbook") || holds("Book")) return "xls";
  if (holds("WordDocument")) return "doc";
  if (holds("OibInfo.txt")) return "oib";
  return "office_other";
}

std::string_view by_first_lines(const Source& source, std::string_view text) {
  const std::string start = lower_ascii(trim(text).substr(0, 4096));
  const auto mentions = [&](std::string_view word) { return start.find(word) != std::string::npos; };
  if (start.starts_with("<!doctype html") || start.starts_with("<html") || start.starts_with("<table")) return "html";
  if (start.starts_with("<")) {
    if (mentions("excel.sheet") || mentions("urn:schemas-microsoft-com:office:spreadsheet")) return "xml_spreadsheet";
    if (mentions("<graphpadprismfile")) return "prism";
    if (mentions("<rdml")) return "rdml";
    if (start.starts_with("<?xml") && mentions("<html")) return "html";
    if (start.starts_with("<?xml") || mentions("xmlns")) return "xml";
  }
  if (start.starts_with("{\"") || start.starts_with("{\n") || start.starts_with("{\r") || start.starts_with("[{"))
    return "json";
  if (is_skyscan_log(text)) return "skyscan_log";
  if (const std::string_view id = nanosight_format(text); !id.empty()) return id;
  if (is_resaved_nanosight(source.file, text)) return "nanosight_resaved";
  if (const std::string_view id = zetaview_format(text); !id.empty()) return id;
  return "text";
}

/// Whether decoded text looks written by people or instruments: hardly any control characters.
bool is_plausible_text(std::string_view text) {
  const auto controls = std::count_if(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x20 && c != '\t' && c != '\n' && c != '\r' && c != '\f';
  });
  constexpr std::ptrdiff_t kCharactersPerControl = 200;  // chosen
  return controls * kCharactersPerControl <= static_cast<std::ptrdiff_t>(text.size());
}

std::string_view by_text(const Source& source) {
  std::string text;
  try {
    text = decode_text(source.head, source.file).utf8;
  } catch (const Error&) {
    // Zero bytes: of all text exports only ZetaView's profiles hold them.
    return zetaview_format(source.head) == "zetaview_profile" ? "zetaview_profile" : "unknown_binary";
  }
  if (trim(text).empty()) return "empty";
  return is_plausible_text(text) ? by_first_lines(source, text) : "unknown_binary";
}

std::string_view identify(const Source& source) {
  if (source.head.empty()) return "empty";
  if (source.head.starts_with("PK\x03\x04") || source.head.starts_with("PK\x05\x06")) {
    try {
      return by_members(source.members());
    } catch (const Error& error) {
      return "zip_damaged";
    }
  }
  if (source.head.starts_with("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1")) {
    const std::string_view id = by_compound_names(source.body());
    return id == "office_other" && ends_in(source.file, ".dts") ? "zetasizer_dts" : id;
  }
  if (const std::string_view id = by_magic(source); !id.empty())
    return id == "sqlite" && ends_in(source.file, ".zmes") ? "zetasizer_zmes" : id;
  const std::string_view id = by_text(source);
  if ((id == "unknown_binary" || id == "text") && ends_in(source.file, ".nano")) return "nano";
  if (id == "unknown_binary" && ends_in(source.file, ".pzf")) return "prism";
  return id;
}

}  // namespace

FileFormat recognise(const std::filesystem::path& path) {
  const std::string head = read_head(path, kHeadBytes);
  return format_of(identify(
      {path_text(path), head, [&] { return zip_names(path); }, [&] { return read_head(path, kCompoundBytes); }}));
}

FileFormat recognise(std::string_view bytes, std::string_view file) {
  const std::string name(file);
  return format_of(identify({name, bytes.substr(0, kHeadBytes), [&] { return zip_names(bytes, name); },
                             [&] { return std::string(bytes.substr(0, kCompoundBytes)); }}));
}

}  // namespace vesica
