// SPDX-License-Identifier: Apache-2.0
#include "vesica/report/xml_test.h"

#include <expat.h>

namespace vesica::example {

XmlDocument parse_xml(const std::string& text) {
  struct State {
    XmlDocument document;
    std::vector<std::size_t> open;
  } state;
  XML_Parser parser = XML_ParserCreate("UTF-8");
  XML_SetUserData(parser, &state);
  XML_SetElementHandler(
      parser,
      [](void* data, const char* name, const char** attributes) {
        auto& s = *static_cast<State*>(data);
        XmlElement element;
        element.name = name;
        for (std::size_t i = 0; attributes[i] != nullptr; i += 2) element.attributes[attributes[i]] = attributes[i + 1];
        for (const std::size_t index : s.open) element.parents.push_back(s.document.elements[index].name);
        s.open.push_back(s.document.elements.size());
        s.document.elements.push_back(element);
      },
      [](void* data, const char* name) {
        auto& s = *static_cast<State*>(data);
        const std::size_t closed = s.open.back();
        s.open.pop_back();
        if (std::string(name) == "title" && !s.open.empty())
          s.document.elements[s.open.back()].title = s.document.elements[closed].text;
      });
  XML_SetCharacterDataHandler(parser, [](void* data, const char* characters, int length) {
    auto& s = *static_cast<State*>(data);
    if (!s.open.empty()) s.document.elements[s.open.back()].text.append(characters, static_cast<std::size_t>(length));
  });
  if (XML_Parse(parser, text.data(), static_cast<int>(text.size()), 1) == XML_STATUS_ERROR) {
    state.document.error = std::string(XML_ErrorString(XML_GetErrorCode(parser))) + " in line " +
                           std::to_string(XML_GetCurrentLineNumber(parser));
  }
  XML_ParserFree(parser);
  return state.document;
}

}  // namespace vesica::example
