// SPDX-License-Identifier: Apache-2.0
#include "vesica/study/paths.h"

#include <algorithm>

#include "vesica/base/message.h"
#include "vesica/base/text.h"
#include "vesica/study/plate.h"

namespace vesica {

namespace {

constexpr std::size_t kMostParts = 64;      // chosen: no path has that many facts in it
constexpr std::size_t kLongestPath = 4096;  // PATH_MAX of Linux

bool is_number_name(std::string_view name) { return name == "time_h" || name == "time_d" || name == "time_min"; }

bool is_digit(char c) { return c >= '0' && c <= '9'; }

}  // namespace

PathTemplate::Part PathTemplate::capture_part(std::string_view inside, const Place& place) {
  constexpr std::string_view kDigits = ":digits";
  Part part{Kind::kCapture, "", Only::kAnything};
  if (inside.ends_with(kDigits)) {
    part.only = Only::kDigits;
    inside.remove_suffix(kDigits.size());
  }
  part.text = std::string(trim(inside));
  if (is_number_name(part.text)) part.only = Only::kNumber;
  if (part.text == "position" && part.only == Only::kAnything) part.only = Only::kPosition;
  if (part.text.empty())
    throw Error(ErrorKind::kConfig, say("A capture of the path has no name."), place,
                say("Write the name between the braces, as {{sample}}."));
  return part;
}

PathTemplate PathTemplate::parse(std::string_view text, const Place& place) {
  PathTemplate out;
  const auto literal = [&](char c) {
    if (out.parts_.empty() || out.parts_.back().kind != Kind::kLiteral) out.parts_.push_back({});
    out.parts_.back().text += c;
  };
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '{') {
      const std::size_t close = text.find_first_of("{}", i + 1);
      if (close == std::string_view::npos || text[close] == '{')
        throw Error(ErrorKind::kConfig, say("The path opens a brace that it does not close."), place,
                    say("Write a capture as {{sample}}."));
      out.parts_.push_back(capture_part(text.substr(i + 1, close - i - 1), place));
      i = close;
    } else if (text[i] == '}') {
      throw Error(ErrorKind::kConfig, say("The path closes a brace that it does not open."), place,
                  say("Write a capture as {{sample}}."));
    } else if (text[i] == '*') {
      const bool twice = i + 1 < text.size() && text[i + 1] == '*';
      out.parts_.push_back({twice ? Kind::kDoubleStar : Kind::kStar, "", Only::kAnything});
      if (twice) ++i;
    } else {
      literal(text[i]);
    }
  }
  for (const Part& part : out.parts_) {
    out.is_pattern_ = out.is_pattern_ || part.kind != Kind::kLiteral;
    if (part.kind == Kind::kCapture && std::find(out.names_.begin(), out.names_.end(), part.text) == out.names_.end())
      out.names_.push_back(part.text);
  }
  out.check_neighbours(text, place);
  return out;
}

void PathTemplate::check_neighbours(std::string_view text, const Place& place) const {
  if (parts_.size() > kMostParts || text.size() > kLongestPath)
    throw Error(ErrorKind::kConfig, say("The path template is too long."), place,
                say("Use at most {} captures.", kMostParts / 2));
  for (std::size_t i = 1; i < parts_.size(); ++i) {
    const bool touching = parts_[i - 1].kind == Kind::kCapture && parts_[i].kind == Kind::kCapture &&
                          parts_[i - 1].only == Only::kAnything && parts_[i].only == Only::kAnything;
    if (touching)
      throw Error(ErrorKind::kConfig,
                  say("The captures \"{0}\" and \"{1}\" touch; nothing says where one ends.", parts_[i - 1].text,
                      parts_[i].text),
                  place, say("Put the text that stands between them there, as an underscore."));
  }
}

bool PathTemplate::takes(const Part& part, char c) {
  if (part.kind == Kind::kDoubleStar) return true;
  if (c == '/') return false;
  if (part.only == Only::kDigits) return is_digit(c);
  if (part.only == Only::kNumber) return is_digit(c) || c == '.' || c == '-';
  if (part.only == Only::kPosition)
    return is_digit(c) || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || static_cast<unsigned char>(c) >= 0x80;
  return true;
}

/// can[part][at]: the parts from `part` on can match the path from `at` on.
std::vector<std::vector<bool>> PathTemplate::reachable(std::string_view path) const {
  const std::size_t n = path.size();
  std::vector<std::vector<bool>> can(parts_.size() + 1, std::vector<bool>(n + 1, false));
  can[parts_.size()][n] = true;
  for (std::size_t p = parts_.size(); p-- > 0;) {
    const Part& part = parts_[p];
    bool taken = false;  // one or more characters from `at` on, then the rest
    for (std::size_t at = n + 1; at-- > 0;) {
      if (part.kind == Kind::kLiteral) {
        can[p][at] = path.substr(at).starts_with(part.text) && can[p + 1][at + part.text.size()];
        continue;
      }
      taken = at < n && takes(part, path[at]) && (can[p + 1][at + 1] || taken);
      can[p][at] = taken || (part.kind != Kind::kCapture && can[p + 1][at]);
    }
  }
  return can;
}

std::size_t PathTemplate::longest_end(const std::vector<std::vector<bool>>& can, std::string_view path,
                                      std::size_t part, std::size_t at, bool& several) const {
  const std::size_t least = parts_[part].kind == Kind::kCapture ? 1 : 0;
  std::size_t best = std::string_view::npos;
  bool best_is_well = false;
  for (std::size_t end = at; end <= path.size(); ++end) {
    const bool is_well = parts_[part].only == Only::kPosition && parse_well(path.substr(at, end - at)).has_value();
    if (end >= at + least && can[part + 1][end] && (is_well || !best_is_well)) {
      several = several || (best != std::string_view::npos && is_well == best_is_well);
      best = end;
      best_is_well = is_well;
    }
    if (end == path.size() || !takes(parts_[part], path[end])) break;
  }
  return best;
}

std::optional<PathMatch> PathTemplate::match(std::string_view path) const {
  if (path.size() > kLongestPath) return std::nullopt;
  const std::vector<std::vector<bool>> can = reachable(path);
  if (!can[0][0]) return std::nullopt;
  PathMatch out;
  std::size_t at = 0;
  for (std::size_t p = 0; p < parts_.size(); ++p) {
    const Part& part = parts_[p];
    if (part.kind == Kind::kLiteral) {
      at += part.text.size();
      continue;
    }
    const auto before = std::find_if(out.captures.begin(), out.captures.end(), [&](const auto& capture) {
      return part.kind == Kind::kCapture && capture.first == part.text;
    });
    if (before != out.captures.end()) {
      if (!path.substr(at).starts_with(before->second) || !can[p + 1][at + before->second.size()]) return std::nullopt;
      at += before->second.size();
      continue;
    }
    bool several = false;
    const std::size_t end = longest_end(can, path, p, at, several);
    const bool capture_follows = std::any_of(parts_.begin() + static_cast<std::ptrdiff_t>(p), parts_.end(),
                                             [](const Part& later) { return later.kind == Kind::kCapture; });
    out.ambiguous = out.ambiguous || (several && capture_follows);
    if (part.kind == Kind::kCapture) out.captures.emplace_back(part.text, std::string(path.substr(at, end - at)));
    at = end;
  }
  return out;
}

}  // namespace vesica
