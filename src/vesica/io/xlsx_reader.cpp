// SPDX-License-Identifier: Apache-2.0
#include <utility>

#include "vesica/base/error.h"
#include "vesica/base/message.h"
#include "vesica/base/os/files.h"
#include "vesica/io/open.h"
#include "vesica/io/xlsx.h"
#include "vesica/io/xlsx_parts.h"
#include "vesica/io/zip.h"

namespace vesica {

namespace {

using xlsx::Relation;

std::string folder_of(const std::string& part) {
  const std::size_t slash = part.rfind('/');
  return slash == std::string::npos ? "" : part.substr(0, slash);
}

/// "xl/_rels/workbook.xml.rels" of "xl/workbook.xml".
std::string relations_part(const std::string& part) {
  const std::string folder = folder_of(part);
  const std::string name = folder.empty() ? part : part.substr(folder.size() + 1);
  return (folder.empty() ? "" : folder + "/") + "_rels/" + name + ".rels";
}

class BookReader {
 public:
  BookReader(std::string_view bytes, const std::string& file) : bytes_(bytes), file_(file) {}

  Workbook read() {
    const std::string main = main_part();
    const std::string relations_name = relations_part(main);
    auto parts = read_zip(bytes_, file_, {main, relations_name});
    const xlsx::BookInfo info = xlsx::read_book(required(parts, main), file_, main);
    const auto relations =
        xlsx::read_relations(required(parts, relations_name), folder_of(main), file_, relations_name);
    return read_sheets(info, relations);
  }

 private:
  std::string main_part() {
    const std::string root = "_rels/.rels";
    const auto parts = read_zip(bytes_, file_, {root});
    if (const auto found = parts.find(root); found != parts.end()) {
      for (const auto& [id, relation] : xlsx::read_relations(found->second, "", file_, root)) {
        if (relation.type == "officeDocument") return relation.target;
      }
    }
    return "xl/workbook.xml";
  }

  const std::string& required(const std::map<std::string, std::string>& parts, const std::string& name) {
    const auto found = parts.find(name);
    if (found != parts.end()) return found->second;
    throw Error(ErrorKind::kData, say("The workbook lacks its part {}.", name), Place{file_, 0, 0, name},
                say("Open the file in Excel or LibreOffice and save it anew."));
  }

  Workbook read_sheets(const xlsx::BookInfo& info, const std::map<std::string, Relation>& relations) {
    std::string strings;
    std::string styles;
    std::vector<std::string> wanted;
    for (const auto& [id, relation] : relations) {
      if (relation.type == "sharedStrings") wanted.push_back(strings = relation.target);
      if (relation.type == "styles") wanted.push_back(styles = relation.target);
    }
    for (const xlsx::SheetEntry& entry : info.sheets) {
      if (const auto relation = relations.find(entry.relation); relation != relations.end()) {
        wanted.push_back(relation->second.target);
      }
    }
    const auto parts = read_zip(bytes_, file_, wanted);
    xlsx::BookTables tables;
    tables.since_1904 = info.since_1904;
    if (parts.count(strings) != 0) tables.strings = xlsx::read_shared_strings(parts.at(strings), file_, strings);
    if (parts.count(styles) != 0) tables.styles = xlsx::read_styles(parts.at(styles), file_, styles);
    Workbook book;
    book.file = file_;
    for (const xlsx::SheetEntry& entry : info.sheets) {
      const auto relation = relations.find(entry.relation);
      if (relation != relations.end() && relation->second.type != "worksheet") continue;  // a chart or a macro sheet
      Sheet& sheet = book.sheets.emplace_back();
      sheet.name = entry.name;
      sheet.file = file_;
      const std::string part = relation == relations.end() ? entry.name : relation->second.target;
      xlsx::read_cells(required(parts, part), part, tables, sheet);
    }
    return book;
  }

  std::string_view bytes_;
  const std::string& file_;
};

}  // namespace

Workbook read_xlsx(std::string_view bytes, const std::string& file) {
  const FileFormat format = recognise(bytes, file);
  if (format.id != "xlsx") {
    throw Error(ErrorKind::kUnsupported, say("This is no Excel workbook (.xlsx) but: {}.", format.name),
                Place{file, 0, 0, ""},
                format.readable ? say("This file is read as it is; it needs no ending .xlsx.") : format.conversion);
  }
  return BookReader(bytes, file).read();
}

Workbook read_xlsx(const std::filesystem::path& path) {
  return read_xlsx(read_file(path, kMaxZipBytes), path_text(path));
}

}  // namespace vesica
