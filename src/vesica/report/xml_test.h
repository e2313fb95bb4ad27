// SPDX-License-Identifier: Apache-2.0
// A strict look at XML for the tests: expat parses it, elements are kept in their order.
#pragma once

#include <map>
#include <string>
#include <vector>

namespace vesica::example {

struct XmlElement {
  std::string name;
  std::map<std::string, std::string> attributes;
  std::string text;                  ///< of this element, without its children's
  std::vector<std::string> parents;  ///< names, outermost first
  std::string title;                 ///< text of a direct child <title>
};

struct XmlDocument {
  std::vector<XmlElement> elements;  ///< in the order of their start tags
  std::string error;                 ///< empty when well-formed
};

XmlDocument parse_xml(const std::string& text);

}  // namespace vesica::example
