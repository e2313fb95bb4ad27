// SPDX-License-Identifier: Apache-2.0
#include "vesica/kinetics/sbml_scan.h"

#include <algorithm>
#include <cstring>

#include "vesica/base/error.h"
#include "vesica/base/message.h"
#include "vesica/base/text.h"
#include "vesica/kinetics/problems.h"

namespace vesica::kinetics {

namespace {

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// What libSBML reads to its end: a decimal number, for an integer without digits after the point other than 0.
bool is_plain_number(std::string_view text, bool integer) {
  std::size_t at = 0;
  const auto digits = [&](bool zeros) {
    const std::size_t from = at;
    while (at < text.size() && (zeros ? text[at] == '0' : is_digit(text[at]))) ++at;
    return at > from;
  };
  if (at < text.size() && (text[at] == '+' || text[at] == '-')) ++at;
  bool any = digits(false);
  if (at < text.size() && text[at] == '.') {
    ++at;
    any = digits(integer) || any;
  }
  if (!integer && any && at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
    ++at;
    if (at < text.size() && (text[at] == '+' || text[at] == '-')) ++at;
    if (!digits(false)) return false;
  }
  return any && at == text.size();
}

class Scanner {
 public:
  Scanner(std::string_view bytes, const std::string& path) : bytes_(bytes), path_(path) {}

  ScannedSbml run() {
    check_whole();
    out_.bytes.reserve(bytes_.size());
    while (at_ < bytes_.size()) {
      const void* found = std::memchr(bytes_.data() + at_, '<', bytes_.size() - at_);
      if (found == nullptr) break;
      at_ = static_cast<std::size_t>(static_cast<const char*>(found) - bytes_.data());
      markup();
    }
    if (!seen_root_) refuse(0, say("This file holds no XML element."), say("Give an SBML file."));
    if (left_out_from_ != kNowhere) refuse(left_out_from_, say("An annotation or note never ends."), {});
    out_.bytes.append(bytes_, copied_);
    return std::move(out_);
  }

 private:
  static constexpr std::size_t kNowhere = std::string_view::npos;

  [[noreturn]] void refuse(std::size_t at, std::string what, std::string hint,
                           ErrorKind kind = ErrorKind::kData) const {
    const std::string_view before = bytes_.substr(0, at);
    const auto lines = std::count(before.begin(), before.end(), '\n');
    const auto begin = before.rfind('\n');
    const std::size_t column = begin == kNowhere ? at : at - begin - 1;
    throw Error(kind, std::move(what), {path_, static_cast<int>(lines) + 1, static_cast<int>(column) + 1, {}},
                std::move(hint));
  }

  void check_whole() {
    if (bytes_.size() > SbmlBounds::kBytes)
      throw Error(ErrorKind::kData, say("The file is larger than {} MB.", SbmlBounds::kBytes >> 20), {path_, 0, 0, {}},
                  say("Split the model, or leave out its annotations."));
    if (bytes_.starts_with("\xEF\xBB\xBF")) bytes_.remove_prefix(3);
    if (bytes_.find('\0') != kNowhere || bytes_.starts_with("\xFF\xFE") || bytes_.starts_with("\xFE\xFF"))
      refuse(0, say("The file is not UTF-8 text."), say("SBML is written in UTF-8; save the file so."));
    std::size_t first = 0;
    while (first < bytes_.size() && is_blank(bytes_[first])) ++first;
    if (first == bytes_.size() || bytes_[first] != '<')
      refuse(first, say("The file is not XML."), say("Give an SBML file."));
  }

  void skip_past(std::string_view end) {
    const auto found = bytes_.find(end, at_);
    if (found == kNowhere)
      refuse(at_, say("The file ends inside {}.", shown(bytes_.substr(at_, 4))), say("Copy the file again."));
    at_ = found + end.size();
  }

  void markup() {
    const std::string_view rest = bytes_.substr(at_);
    if (rest.starts_with("<!--")) {
      at_ += 4;
      skip_past("-->");
    } else if (rest.starts_with("<![CDATA[")) {
      skip_past("]]>");
    } else if (rest.starts_with("<!")) {
      refuse(at_, say("Document type declarations and entities are not read."), say("Remove the line <!DOCTYPE ...>."),
             ErrorKind::kUnsupported);
    } else if (rest.starts_with("<?")) {
      skip_past("?>");
    } else if (rest.starts_with("</")) {
      skip_past(">");
      close();
    } else {
      open();
    }
  }

  void open() {
    const std::size_t start = at_++;
    const std::size_t name_at = at_;
    while (at_ < bytes_.size() && !is_blank(bytes_[at_]) && bytes_[at_] != '>' && bytes_[at_] != '/' &&
           bytes_[at_] != '<')
      ++at_;
    const std::string_view name = bytes_.substr(name_at, at_ - name_at);
    if (name.empty() || name.size() > SbmlBounds::kElementName)
      refuse(start, say("This is not an XML element: {}", shown(bytes_.substr(start, 40))), {});
    const bool closed = skip_attributes(start);
    enter(name, start, closed);
  }

  /// From behind the name to behind '>'; true for an element that closes itself.
  bool skip_attributes(std::size_t start) {
    for (; at_ < bytes_.size(); ++at_) {
      const char c = bytes_[at_];
      if (c == '>') return bytes_[at_++ - 1] == '/';
      if (c == '<') break;
      if (c != '"' && c != '\'') continue;
      const auto end = bytes_.find(c, at_ + 1);
      if (end == kNowhere) break;
      if (end - at_ > SbmlBounds::kAttribute)
        refuse(at_, say("An attribute is longer than {} bytes.", SbmlBounds::kAttribute), {});
      at_ = end;
    }
    refuse(start, say("An element never ends."), say("Copy the file again."));
  }

  void enter(std::string_view name, std::size_t start, bool closed) {
    const auto colon = name.find(':');
    const std::string_view prefix = colon == kNowhere ? std::string_view() : name.substr(0, colon);
    const std::string_view local = colon == kNowhere ? name : name.substr(colon + 1);
    if (!seen_root_) {
      if (local != "sbml")
        refuse(start, say("The document is {}, not sbml.", "<" + shown(name) + ">"),
               say("Give an SBML file; other programs export one."));
      seen_root_ = true;
      prefix_ = prefix;
    }
    if (depth_ + 1 > SbmlBounds::kDepth)
      refuse(start, say("Elements are nested more than {} deep.", SbmlBounds::kDepth),
             say("Write long sums and products as one operation of many arguments."));
    if (left_out_from_ == kNowhere && ++elements_ > SbmlBounds::kElements)
      refuse(start, say("The file holds more than {} elements.", SbmlBounds::kElements), {});
    const bool cut = left_out_from_ == kNowhere && math_depth_ == 0 && prefix == prefix_ &&
                     (local == "annotation" || local == "notes");
    if (cut) left_out_from_ = start, left_out_depth_ = depth_;
    if (left_out_from_ == kNowhere && math_depth_ == 0 && local == "math" && !closed) math_depth_ = depth_ + 1;
    if (math_depth_ > 0 && (local == "cn" || local == "sep")) check_number(local == "cn", start, closed);
    if (closed) {
      if (math_depth_ > 0) count_operand(0, start);
      if (cut) leave_out();
    } else {
      ++depth_;
      if (math_depth_ > 0) paths_.push_back({});
    }
  }

  /// The text behind `<cn ...>` or `<sep/>`, where it begins as a number does (libSBML itself refuses words).
  void check_number(bool first, std::size_t start, bool closed) {
    if (first) {
      const std::string_view tag = bytes_.substr(start, at_ - start);
      const auto is = [&](std::string_view word) { return tag.find(word) != kNowhere; };
      integer_ = is("\"integer\"") || is("'integer'") || is("\"rational\"") || is("'rational'");
      if (is("base=") && !is("base=\"10\"") && !is("base='10'"))
        refuse(start, say("A number is written in another base than 10."), say("Write it as a decimal number."),
               ErrorKind::kUnsupported);
      if (closed) return;
    }
    const std::size_t end = std::min(bytes_.find('<', at_), bytes_.size());
    const std::string_view text = trim(bytes_.substr(at_, end - at_));
    // Behind <sep/> comes an exponent or a denominator; both are whole.
    if (text.empty() || is_plain_number(text, integer_ || !first)) return;
    if (is_digit(text[0]) || text[0] == '.' || text[0] == '+' || text[0] == '-')
      refuse(at_, say("{} is not a number of its kind.", shown(text)),
             say("Write decimal numbers as <cn>1.5</cn>, whole ones as <cn type=\"integer\">2</cn>."));
  }

  /// libSBML turns a + b + c into (a + b) + c and descends into it: many arguments are as deep as nesting.
  void count_operand(int path, std::size_t at) {
    if (paths_.empty()) return;
    Path& parent = paths_.back();
    ++parent.count;
    parent.longest = std::max(parent.longest, path);
    if (parent.count + parent.longest > SbmlBounds::kOperands)
      refuse(at, say("A formula has more than {} arguments.", SbmlBounds::kOperands),
             say("Split it over several parameters with assignment rules."));
  }

  void close() {
    if (depth_ > 0) --depth_;
    if (math_depth_ > 0) {
      const Path path = paths_.empty() ? Path() : paths_.back();
      if (!paths_.empty()) paths_.pop_back();
      count_operand(path.count + path.longest, at_);
    }
    if (math_depth_ > depth_) math_depth_ = 0;
    if (left_out_from_ != kNowhere && depth_ == left_out_depth_) leave_out();
  }

  /// Copies what came before and the line ends of what is left out.
  void leave_out() {
    out_.bytes.append(bytes_, copied_, left_out_from_ - copied_);
    line_ += static_cast<int>(std::count(bytes_.begin() + static_cast<std::ptrdiff_t>(copied_),
                                         bytes_.begin() + static_cast<std::ptrdiff_t>(left_out_from_), '\n'));
    const auto lines = std::count(bytes_.begin() + static_cast<std::ptrdiff_t>(left_out_from_),
                                  bytes_.begin() + static_cast<std::ptrdiff_t>(at_), '\n');
    out_.bytes.append(static_cast<std::size_t>(lines), '\n');
    line_ += static_cast<int>(lines);
    out_.cut_lines.push_back(line_);
    copied_ = at_;
    left_out_from_ = kNowhere;
  }

  struct Path {
    int count = 0, longest = 0;  ///< children so far; the longest path below one of them
  };

  std::string_view bytes_;
  const std::string& path_;
  ScannedSbml out_;
  std::size_t at_ = 0, copied_ = 0, elements_ = 0;
  std::size_t left_out_from_ = kNowhere;
  int depth_ = 0, math_depth_ = 0, left_out_depth_ = 0, line_ = 1;
  bool seen_root_ = false;
  bool integer_ = false;  ///< of the number that is open
  std::string_view prefix_;
  std::vector<Path> paths_;  ///< open elements of a formula
};

}  // namespace

ScannedSbml scan_sbml(std::string_view bytes, const std::string& path) { return Scanner(bytes, path).run(); }

}  // namespace vesica::kinetics
