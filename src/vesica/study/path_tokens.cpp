// SPDX-License-Identifier: Apache-2.0
#include "vesica/study/path_tokens.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <set>

#include "vesica/base/file_name.h"
#include "vesica/base/text.h"
#include "vesica/study/names.h"

namespace vesica {

namespace {

using Kind = PathToken::Kind;

/// Words that say: the number beside me counts technical repeats (videos, runs, wells of one sample).
constexpr std::array<std::string_view, 31> kReplicateWords = {
    "rep",  "replicate", "repeat",   "video", "vid",  "run",  "capture", "cap",   "measurement", "meas", "r",
    "tech", "well",      "trial",    "field", "fov",  "view", "site",    "image", "img",         "pic",  "重复",
    "视频", "测量",      "技术重复", "平行",  "复孔", "视野", "图",      "图像",  "照片"};
/// Words that say: the number beside me counts independent things.
constexpr std::array<std::string_view, 28> kSampleWords = {
    "sample",  "donor",   "patient", "animal", "rat",        "mouse",  "mice", "batch", "prep", "preparation",
    "culture", "subject", "n",       "exp",    "experiment", "biorep", "样品", "样本",  "供体", "患者",
    "动物",    "大鼠",    "小鼠",    "鼠",     "批次",       "标本",   "实验", "兔"};
/// Words that instruments and people add to every name.
constexpr std::array<std::string_view, 12> kInstrumentWords = {
    "experimentsummary", "particledata", "alltracks", "summary", "nta",    "zetaview",
    "nanosight",         "size",         "copy",      "副本",    "export", "prod"};

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool all_digits(std::string_view text) { return !text.empty() && std::all_of(text.begin(), text.end(), is_digit); }

bool is_one_of(std::string_view word, std::span<const std::string_view> words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

/// The length in bytes of a separator at `i`, 0 when none is there. Points and commas between digits belong to a
/// number; a minus before another separator or the end belongs to the word ("Ctsk-").
std::size_t separator_at(std::string_view text, std::size_t i) {
  constexpr std::array<std::string_view, 5> kWide = {"\u3000", "（", "）", "【", "】"};
  for (const std::string_view wide : kWide)
    if (text.substr(i).starts_with(wide)) return wide.size();
  const char c = text[i];
  if (c == '.' || c == ',') {
    const bool inside = i > 0 && i + 1 < text.size() && is_digit(text[i - 1]) && is_digit(text[i + 1]);
    return inside ? 0 : 1;
  }
  if (c == '-') {
    const bool before_gap = i + 1 == text.size() || std::string_view(" _-()[].").find(text[i + 1]) != std::string::npos;
    const bool behind_gap = i == 0 || std::string_view(" _-()[].").find(text[i - 1]) != std::string::npos;
    return before_gap && !behind_gap ? 0 : 1;
  }
  return std::string_view(" _()[]#").find(c) != std::string_view::npos ? 1 : 0;
}

/// Raw words of one component of a path, the file name's ending already cut off.
void split_component(std::string_view path, std::size_t begin, std::size_t end, std::size_t level, bool in_name,
                     std::vector<PathToken>& out) {
  const std::string_view text = path.substr(0, end);
  std::size_t start = begin;
  const auto close = [&](std::size_t at) {
    if (at > start)
      out.push_back({Kind::kText, std::string(path.substr(start, at - start)), "",
                     std::numeric_limits<double>::quiet_NaN(), start, at, level, in_name});
  };
  for (std::size_t i = begin; i < end;) {
    const std::size_t gap = separator_at(text.substr(begin), i - begin);
    if (gap > 0) {
      close(i);
      start = i + gap;
    }
    i += std::max<std::size_t>(gap, 1);
  }
  close(end);
}

std::vector<PathToken> raw_tokens(std::string_view path) {
  std::vector<PathToken> out;
  std::size_t begin = 0, level = 0;
  for (std::size_t slash = path.find('/'); slash != std::string_view::npos; slash = path.find('/', begin)) {
    split_component(path, begin, slash, level++, false, out);
    begin = slash + 1;
  }
  split_component(path, begin, without_ending(path).size(), level, true, out);
  return out;
}

/// "rat3" → "rat" and "3"; no number behind: empty digits.
std::pair<std::string_view, std::string_view> split_digits(std::string_view text) {
  std::size_t first = text.size();
  while (first > 0 && is_digit(text[first - 1])) --first;
  return {text.substr(0, first), text.substr(first)};
}

bool is_date(std::string_view digits) {
  if (digits.size() == 8) return digits.starts_with("19") || digits.starts_with("20");
  if (digits.size() != 6) return false;
  const int month = (digits[2] - '0') * 10 + digits[3] - '0', day = (digits[4] - '0') * 10 + digits[5] - '0';
  return month >= 1 && month <= 12 && day >= 1 && day <= 31;
}

/// "第2批", "第二只", "2号": what an ordinal counts; the number in digits.
struct Ordinal {
  std::string number, what;
};
std::optional<Ordinal> ordinal_in(std::string_view text) {
  constexpr std::string_view kThe = "第", kNumbered = "号";
  constexpr std::array<std::string_view, 10> kNumerals = {"一", "二", "三", "四", "五", "六", "七", "八", "九", "十"};
  const bool the = text.starts_with(kThe);
  if (the) text.remove_prefix(kThe.size());
  Ordinal out;
  while (!text.empty() && is_digit(text.front())) {
    out.number += text.front();
    text.remove_prefix(1);
  }
  for (std::size_t k = 0; the && out.number.empty() && k < kNumerals.size(); ++k) {
    if (!text.starts_with(kNumerals[k])) continue;
    out.number = std::to_string(k + 1);
    text.remove_prefix(kNumerals[k].size());
  }
  out.what = std::string(text);
  const bool counts = !out.number.empty() && (the ? !text.empty() : text.starts_with(kNumbered));
  return counts ? std::optional(out) : std::nullopt;
}

void set_number(PathToken& token, Kind kind, std::string_view digits) {
  token.kind = kind;
  token.number = std::string(digits);
}

/// What one raw word says by itself.
void classify(PathToken& token) {
  const std::string folded = fold_name(token.text);
  const auto [word, digits] = split_digits(folded);
  if (all_digits(folded)) {
    const bool serial = folded.size() >= 3 && folded.front() == '0';
    set_number(token, is_date(folded) ? Kind::kStamp : serial ? Kind::kSerial : Kind::kNumber, folded);
  } else if (is_one_of(folded, kInstrumentWords)) {
    token.kind = Kind::kStamp;
  } else if (const auto hours = hours_from_words(token.text)) {
    token.kind = Kind::kTime;
    token.time_h = *hours;
  } else if (!digits.empty() && is_one_of(word, kReplicateWords)) {
    set_number(token, Kind::kReplicate, digits);
  } else if (!digits.empty() && is_one_of(word, kSampleWords)) {
    set_number(token, Kind::kSample, digits);
  } else if (const auto ordinal = ordinal_in(token.text)) {
    constexpr std::array<std::string_view, 9> kIndependent = {"批",   "批次",   "只",   "例", "号",
                                                              "号鼠", "号样品", "供体", "份"};
    constexpr std::array<std::string_view, 8> kRepeated = {"次", "张", "孔", "个视野", "视野", "个", "幅", "遍"};
    if (is_one_of(ordinal->what, kIndependent)) set_number(token, Kind::kSample, ordinal->number);
    if (is_one_of(ordinal->what, kRepeated)) set_number(token, Kind::kReplicate, ordinal->number);
  }
}

/// "day" "7" → one time; "video" "2" → one replicate; "2024" "05" "03" → a stamp; "(2)" → a replicate.
class Joiner {
 public:
  Joiner(std::string_view path, std::vector<PathToken> tokens) : path_(path), tokens_(std::move(tokens)) {}

  std::vector<PathToken> join_all() {
    for (std::size_t i = 0; i < tokens_.size(); ++i) {
      if (take_stamp(i)) continue;
      take_wavelength(i);
      if (i + 1 < tokens_.size() && tokens_[i].level == tokens_[i + 1].level && take_pair(i)) continue;
      mark_brackets(tokens_[i]);
    }
    return std::move(tokens_);
  }

 private:
  bool is_number_of(std::size_t i, std::size_t digits) const {
    return i < tokens_.size() && all_digits(tokens_[i].text) && tokens_[i].text.size() == digits;
  }

  /// yyyy mm dd, and hh mm ss behind it.
  bool take_stamp(std::size_t i) {
    const bool year = is_number_of(i, 4) && (tokens_[i].text.starts_with("19") || tokens_[i].text.starts_with("20"));
    if (!year || !is_number_of(i + 1, 2) || !is_number_of(i + 2, 2)) return false;
    const bool clock = is_number_of(i + 3, 2) && is_number_of(i + 4, 2) && is_number_of(i + 5, 2);
    for (std::size_t k = i; k < i + (clock ? 6u : 3u); ++k) set_number(tokens_[k], Kind::kStamp, tokens_[k].text);
    return true;
  }

  /// ZetaView writes the laser behind what it measured: "size_488".
  void take_wavelength(std::size_t i) {
    const bool behind_word = i > 0 && tokens_[i - 1].kind == Kind::kStamp && !all_digits(tokens_[i - 1].text);
    if (behind_word && is_number_of(i, 3)) tokens_[i].kind = Kind::kStamp;
  }

  bool take_pair(std::size_t i) {
    PathToken& first = tokens_[i];
    const PathToken& second = tokens_[i + 1];
    const std::string word = fold_name(first.text);
    if (first.kind == Kind::kNumber) return take_unit_behind(i);
    if (first.kind != Kind::kText || (second.kind != Kind::kNumber && second.kind != Kind::kSerial)) return false;
    const auto hours = hours_from_words(first.text + " " + second.text);
    if (hours) {
      first.kind = Kind::kTime;
      first.time_h = *hours;
    } else if (is_one_of(word, kReplicateWords)) {
      set_number(first, Kind::kReplicate, second.text);
    } else if (is_one_of(word, kSampleWords)) {
      set_number(first, Kind::kSample, second.text);
    } else {
      return false;
    }
    swallow(i);
    return true;
  }

  bool take_unit_behind(std::size_t i) {
    const auto hours = hours_from_words(tokens_[i].text + " " + tokens_[i + 1].text);
    const bool bare = tokens_[i + 1].kind == Kind::kText && fold_name(tokens_[i + 1].text).size() > 1;
    if (!hours || !bare) return false;  // "1 h" may be a name; "24 hours" is a time
    tokens_[i].kind = Kind::kTime;
    tokens_[i].time_h = *hours;
    swallow(i);
    return true;
  }

  void swallow(std::size_t i) {
    tokens_[i].end = tokens_[i + 1].end;
    tokens_[i].text = std::string(path_.substr(tokens_[i].begin, tokens_[i].end - tokens_[i].begin));
    tokens_.erase(tokens_.begin() + static_cast<std::ptrdiff_t>(i) + 1);
  }

  /// "NC-1 (2)": what file managers append to a second file of one name.
  void mark_brackets(PathToken& token) const {
    const std::string_view before = path_.substr(0, token.begin), behind = path_.substr(token.end);
    const bool bracketed =
        (before.ends_with('(') && behind.starts_with(')')) || (before.ends_with("（") && behind.starts_with("）"));
    if (bracketed && token.kind == Kind::kNumber) token.kind = Kind::kReplicate;
  }

  std::string_view path_;
  std::vector<PathToken> tokens_;
};

bool is_letter_day(const PathToken& token) {
  const auto [word, digits] = split_digits(token.text);
  return token.kind == Kind::kTime && word.size() == 1 && !digits.empty() && digits.size() <= 3;
}

/// "D1", "D2", "D3" count donors; "d3", "d7", "d14" are days: a gapless count from 1 is no time course.
void undo_counted_days(std::vector<std::vector<PathToken>>& all) {
  std::set<int> numbers;
  for (const std::vector<PathToken>& tokens : all)
    for (const PathToken& token : tokens)
      if (is_letter_day(token)) numbers.insert(std::stoi(std::string(split_digits(token.text).second)));
  if (numbers.size() < 2 || *numbers.begin() > 1 ||
      *numbers.rbegin() - *numbers.begin() + 1 != static_cast<int>(numbers.size()))
    return;
  for (std::vector<PathToken>& tokens : all)
    for (PathToken& token : tokens)
      if (is_letter_day(token)) token.kind = Kind::kText;
}

/// Words with digits behind that number their files: "NC" of NC1, NC2.
std::set<std::string> numbered_words(const std::vector<std::vector<PathToken>>& all) {
  std::map<std::string, std::set<std::string>> numbers;
  for (const std::vector<PathToken>& tokens : all)
    for (const PathToken& token : tokens) {
      const std::string folded = fold_name(token.text);
      const auto [word, digits] = split_digits(folded);
      if (token.kind == Kind::kText && !word.empty() && !digits.empty() && digits.size() <= 3)
        numbers[std::string(word)].insert(std::string(digits));
    }
  std::set<std::string> out, counts;
  for (const auto& [word, found] : numbers) {
    const bool from_one = std::any_of(found.begin(), found.end(), [](const std::string& digits) {
      const int number = std::stoi(digits);
      return number == 0 || number == 1;
    });
    if (found.size() < 2 || !from_one) continue;
    out.insert(word);
    counts.insert(found.begin(), found.end());
  }
  // A word with one number only ("SA1" beside NC1 and NC2) is counted too when the others reach its number.
  for (const auto& [word, found] : numbers)
    if (found.size() == 1 && counts.contains(*found.begin())) out.insert(word);
  return out;
}

void split_numbered(std::vector<PathToken>& tokens, const std::set<std::string>& words) {
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    const std::string folded = fold_name(tokens[i].text);
    const auto [word, digits] = split_digits(folded);
    if (tokens[i].kind != Kind::kText || digits.empty() || !words.contains(std::string(word))) continue;
    const std::size_t raw_digits = split_digits(tokens[i].text).second.size();
    if (raw_digits == 0) continue;  // full-width digits stay part of the name
    PathToken number = tokens[i];
    number.begin = number.end - raw_digits;
    number.text = number.text.substr(number.text.size() - raw_digits);
    set_number(number, Kind::kNumber, number.text);
    tokens[i].end = number.begin;
    tokens[i].text.resize(tokens[i].text.size() - raw_digits);
    tokens.insert(tokens.begin() + static_cast<std::ptrdiff_t>(i) + 1, number);
    ++i;
  }
}

}  // namespace

std::vector<std::vector<PathToken>> path_tokens(std::span<const std::string> paths) {
  std::vector<std::vector<PathToken>> all;
  for (const std::string& path : paths) {
    std::vector<PathToken> tokens = raw_tokens(path);
    for (PathToken& token : tokens) classify(token);
    all.push_back(Joiner(path, std::move(tokens)).join_all());
  }
  undo_counted_days(all);
  const std::set<std::string> words = numbered_words(all);
  for (std::vector<PathToken>& tokens : all) split_numbered(tokens, words);
  return all;
}

}  // namespace vesica
