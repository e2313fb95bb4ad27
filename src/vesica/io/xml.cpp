// SPDX-License-Identifier: Apache-2.0
#include "vesica/io/xml.h"

#include <algorithm>
#include <exception>
#include <memory>

#include <expat.h>

#include "vesica/base/error.h"
#include "vesica/base/message.h"
#include "vesica/base/require.h"

namespace vesica {

namespace {

std::string_view local_name(std::string_view name) {
  const std::size_t colon = name.rfind(':');
  return colon == std::string_view::npos ? name : name.substr(colon + 1);
}

/// Carries the handler through Expat's C callbacks: an exception must not cross them, so it waits in `error`.
struct Walk {
  XML_Parser parser;
  XmlHandler& handler;
  int depth = 0;
  bool too_deep = false;
  bool doctype = false;
  std::exception_ptr error = nullptr;

  void stop() { XML_StopParser(parser, XML_FALSE); }

  template <typename Step>
  void guarded(Step step) {
    if (error || too_deep || doctype) return;
    try {
      step();
    } catch (...) {
      error = std::current_exception();
      stop();
    }
  }
};

void XMLCALL on_start(void* user, const XML_Char* name, const XML_Char** attributes) {
  Walk& walk = *static_cast<Walk*>(user);
  if (++walk.depth > kMaxXmlDepth) {
    walk.too_deep = true;
    walk.stop();
    return;
  }
  walk.guarded([&] { walk.handler.start(local_name(name), XmlAttributes(attributes)); });
}

void XMLCALL on_end(void* user, const XML_Char* name) {
  Walk& walk = *static_cast<Walk*>(user);
  --walk.depth;
  walk.guarded([&] { walk.handler.end(local_name(name)); });
}

void XMLCALL on_text(void* user, const XML_Char* text, int length) {
  Walk& walk = *static_cast<Walk*>(user);
  walk.guarded([&] { walk.handler.text(std::string_view(text, static_cast<std::size_t>(length))); });
}

void XMLCALL on_doctype(void* user, const XML_Char*, const XML_Char*, const XML_Char*, int) {
  Walk& walk = *static_cast<Walk*>(user);
  walk.doctype = true;
  walk.stop();
}

Place place_of(XML_Parser parser, const std::string& file, const std::string& part) {
  const auto line = static_cast<int>(std::min<XML_Size>(XML_GetCurrentLineNumber(parser), 1 << 30));
  const auto column = static_cast<int>(std::min<XML_Size>(XML_GetCurrentColumnNumber(parser), 1 << 30)) + 1;
  if (part.empty()) return Place{file, line, column, ""};
  return Place{file, 0, 0, part + ":" + std::to_string(line)};
}

}  // namespace

std::optional<std::string_view> XmlAttributes::find(std::string_view name) const {
  for (const char** pair = pairs_; *pair != nullptr; pair += 2) {
    if (local_name(pair[0]) == name) return pair[1];
  }
  return std::nullopt;
}

void parse_xml(std::string_view bytes, const std::string& file, const std::string& part, XmlHandler& handler) {
  const std::unique_ptr<std::remove_pointer_t<XML_Parser>, void (*)(XML_Parser)> parser(XML_ParserCreate(nullptr),
                                                                                        XML_ParserFree);
  VESICA_REQUIRE(parser != nullptr, "memory for an XML parser");
  Walk walk{parser.get(), handler};
  XML_SetUserData(parser.get(), &walk);
  XML_SetElementHandler(parser.get(), on_start, on_end);
  XML_SetCharacterDataHandler(parser.get(), on_text);
  XML_SetStartDoctypeDeclHandler(parser.get(), on_doctype);
  constexpr std::size_t kPiece = std::size_t{1} << 20;  // chosen; Expat's lengths are int
  XML_Status status = XML_STATUS_OK;
  for (std::size_t at = 0; status == XML_STATUS_OK;) {
    const std::size_t n = std::min(kPiece, bytes.size() - at);
    const bool last = at + n == bytes.size();
    status = XML_Parse(parser.get(), bytes.data() + at, static_cast<int>(n), last ? 1 : 0);
    at += n;
    if (last) break;
  }
  if (walk.error) std::rethrow_exception(walk.error);
  const Place place = place_of(parser.get(), file, part);
  const std::string hint = say("The file is damaged or was made by a faulty program; save it again.");
  if (walk.doctype)
    throw Error(ErrorKind::kData, say("The XML declares a document type, which is refused."), place, hint);
  if (walk.too_deep) {
    throw Error(ErrorKind::kData, say("The XML is nested deeper than {} levels.", kMaxXmlDepth), place, hint);
  }
  if (status != XML_STATUS_OK) {
    const std::string reason = XML_ErrorString(XML_GetErrorCode(parser.get()));
    throw Error(ErrorKind::kData, say("The XML is malformed: {}.", reason), place, hint);
  }
}

}  // namespace vesica
