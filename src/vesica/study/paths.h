// SPDX-License-Identifier: Apache-2.0
// Path templates with captures: raw/{condition}/{sample}_{replicate}.csv stands for many files and says what each is.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "vesica/base/error.h"

namespace vesica {

/// What a template found in one path.
struct PathMatch {
  std::vector<std::pair<std::string, std::string>> captures;  ///< name → text, in the order of the template
  bool ambiguous = false;  ///< the path could be split in another way too; earlier captures took what they could
};

/// A path in which `{name}` captures one or more characters but no "/", `{name:digits}` digits only, `{time_h}`,
/// `{time_d}` and `{time_min}` numbers only, `{position}` letters and digits (B03, r02c03; the longest well there is),
/// `*` stands for any characters but "/", `**` for any at all. Earlier
/// captures take as much as they can. A name that stands twice must capture the same text twice. Everything else is
/// literal.
class PathTemplate {
 public:
  /// Throws Error(kConfig) at `place` for unbalanced braces, an empty name, two captures without text between them, or
  /// more than 64 parts.
  static PathTemplate parse(std::string_view text, const Place& place);

  /// True when there is anything but literal text.
  bool is_pattern() const { return is_pattern_; }
  /// Names captured, each once.
  const std::vector<std::string>& names() const { return names_; }
  /// Nothing when the path does not match. Costs at most parts × length steps; paths beyond 4,096 bytes never match.
  std::optional<PathMatch> match(std::string_view path) const;

 private:
  enum class Kind { kLiteral, kCapture, kStar, kDoubleStar };
  enum class Only { kAnything, kDigits, kNumber, kPosition };
  struct Part {
    Kind kind = Kind::kLiteral;
    std::string text;  ///< literal text or captured name
    Only only = Only::kAnything;
  };
  static bool takes(const Part& part, char c);
  static Part capture_part(std::string_view inside, const Place& place);
  void check_neighbours(std::string_view text, const Place& place) const;
  std::vector<std::vector<bool>> reachable(std::string_view path) const;
  std::size_t longest_end(const std::vector<std::vector<bool>>& can, std::string_view path, std::size_t part,
                          std::size_t at, bool& several) const;

  std::vector<Part> parts_;
  std::vector<std::string> names_;
  bool is_pattern_ = false;
};

}  // namespace vesica
