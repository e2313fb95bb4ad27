// SPDX-License-Identifier: Apache-2.0
// A bounded walk over XML: no document types, no entities of the file's own, nothing fetched.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace vesica {

inline constexpr int kMaxXmlDepth = 128;  ///< chosen: a worksheet has 7 levels, SBML formulas some 50

/// Attributes of one element, valid during start() alone.
class XmlAttributes {
 public:
  explicit XmlAttributes(const char** pairs) : pairs_(pairs) {}
  /// The value by the name without its namespace prefix; the first of several.
  std::optional<std::string_view> find(std::string_view name) const;
  std::string_view get(std::string_view name) const { return find(name).value_or(std::string_view()); }

 private:
  const char** pairs_;
};

/// What a reader does with the pieces. Names come without their namespace prefix. May throw.
class XmlHandler {
 public:
  virtual ~XmlHandler() = default;
  virtual void start(std::string_view name, const XmlAttributes& attributes) = 0;
  virtual void end(std::string_view name) = 0;
  virtual void text(std::string_view piece) = 0;  ///< one text may come in several pieces
};

/// Feeds the whole document to the handler. Throws Error(kData) for malformed XML, any DOCTYPE (the door of entity
/// bombs and external entities) and nesting beyond kMaxXmlDepth; the place is file:line:column, or with `part` (the
/// name of an archive's member) file (part:line). Errors of the handler pass through.
void parse_xml(std::string_view bytes, const std::string& file, const std::string& part, XmlHandler& handler);

}  // namespace vesica
