// SPDX-License-Identifier: Apache-2.0
#include "vesica/report/labels.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <cstdlib>

#include <fmt/format.h>

#include "vesica/base/hash.h"
#include "vesica/base/message.h"
#include "vesica/base/number.h"
#include "vesica/base/text.h"

namespace vesica {

namespace {

constexpr double kSmallestPlainP = 1e-4;
constexpr double kLargestPlain = 1e5;    // chosen: 100,000 and more as a power of ten
constexpr double kSmallestPlain = 1e-3;  // chosen

std::string superscript(int number) {
  static const char* const kDigits[] = {"⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"};
  std::string text = number < 0 ? "⁻" : "";
  for (const char c : std::to_string(std::abs(number))) text += kDigits[c - '0'];
  return text;
}

std::string power_of_ten(double value, int digits) {
  int exponent = static_cast<int>(std::floor(std::log10(std::fabs(value))));
  std::string mantissa = fmt::format("{:.{}f}", value / std::pow(10.0, exponent), std::max(0, digits - 1));
  if (mantissa.starts_with("10") || mantissa.starts_with("-10")) {  // rounding went over: 9.99 → 10.0
    ++exponent;
    mantissa = fmt::format("{:.{}f}", value / std::pow(10.0, exponent), std::max(0, digits - 1));
  }
  return mantissa + "×10" + superscript(exponent);
}

/// A user's own number ("other.value") is known by the name that the user gave it.
bool is_named_by_target(std::string_view quantity, std::string_view target) {
  return !target.empty() && quantity.starts_with("other.");
}

std::string with_minus(std::string text) { return text.starts_with("-") ? "−" + text.substr(1) : text; }

}  // namespace

std::string p_number(double p) {
  if (!std::isfinite(p)) return "–";
  if (p > 0 && p < kSmallestPlainP) return power_of_ten(p, 2);
  if (p == 0) return "< 10⁻³⁰⁰";  // below the smallest double
  if (p >= 0.9995) return "1.00";
  return fmt::format("{:.{}f}", p, p < 0.001 ? 5 : p < 0.01 ? 4 : p < 0.1 ? 3 : 2);
}

std::string p_text(double p) {
  if (!std::isfinite(p)) return "";
  return p == 0 ? "p < 10⁻³⁰⁰" : "p = " + p_number(p);
}

std::string pretty_numbers(std::string_view text) {
  const auto digit = [&](std::size_t i) { return i < text.size() && text[i] >= '0' && text[i] <= '9'; };
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool starts_word = i == 0 || text[i - 1] == ' ' || text[i - 1] == '(';
    if (text[i] == '-' && starts_word && digit(i + 1)) {
      out += "−";
      continue;
    }
    const bool exponent = text[i] == 'e' && i > 0 && digit(i - 1) && i + 2 < text.size() &&
                          (text[i + 1] == '-' || text[i + 1] == '+') && digit(i + 2);
    if (!exponent) {
      out += text[i];
      continue;
    }
    // Only a number: "1e-7", not "item1e-7x".
    std::size_t end = i + 2, begin = i;
    while (digit(end)) ++end;
    while (begin > 0 && (digit(begin - 1) || text[begin - 1] == '.')) --begin;
    const bool bounded = (begin == 0 || !std::isalnum(static_cast<unsigned char>(text[begin - 1]))) &&
                         (end == text.size() || !std::isalnum(static_cast<unsigned char>(text[end])));
    if (!bounded || end - i > 5) {
      out += text[i];
      continue;
    }
    out += "×10" + superscript(std::atoi(std::string(text.substr(i + 1, end - i - 1)).c_str()));
    i = end - 1;
  }
  return out;
}

std::string value_text(double value, int digits) {
  if (!std::isfinite(value)) return std::isnan(value) ? "–" : value > 0 ? "∞" : "−∞";
  if (value == 0) return "0";
  const double size = std::fabs(value);
  if (size >= kLargestPlain || size < kSmallestPlain) return with_minus(power_of_ten(value, digits));
  const int exponent = static_cast<int>(std::floor(std::log10(size)));
  return with_minus(fmt::format("{:.{}f}", value, std::max(0, digits - 1 - exponent)));
}

std::string value_text(double value, std::string_view quantity) {
  const Quantity* entry = find_quantity(quantity);
  const bool counts = entry != nullptr && std::string_view(entry->unit).starts_with('{');
  if (counts && value == std::floor(value) && std::fabs(value) < kLargestPlain)
    return with_minus(fmt::format("{:.0f}", value));
  return value_text(value, quantity_digits(quantity));
}

std::string interval_text(double low, double high, int digits) {
  if (!std::isfinite(low) || !std::isfinite(high)) return "";
  return value_text(low, digits) + " – " + value_text(high, digits);
}

int quantity_digits(std::string_view quantity) {
  const Quantity* entry = find_quantity(quantity);
  return entry == nullptr ? 4 : entry->digits;
}

std::string target_text(std::string_view target) {
  const bool word = std::none_of(target.begin(), target.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
  return word ? word_text(replace_all(std::string(target), "_", " ")) : std::string(target);
}

std::string quantity_text(std::string_view quantity, std::string_view target) {
  const Quantity* entry = find_quantity(quantity);
  if (is_named_by_target(quantity, target)) return std::string(target);
  std::string text(entry == nullptr ? quantity : translate(entry->symbol));
  if (!target.empty()) text += fmt::format(" ({})", target_text(target));
  return text;
}

std::string quantity_axis(std::string_view quantity, std::string_view target, std::string_view value_unit) {
  const Quantity* entry = find_quantity(quantity);
  if (entry == nullptr) return quantity_text(quantity, target);
  Quantity shown = *entry;
  if (entry->unit_by_row && !value_unit.empty()) shown.unit = value_unit;
  if (target.empty()) return axis_label(shown);
  const std::string unit = readable_unit(shown.unit), behind = unit.empty() ? "" : " (" + unit + ")";
  if (is_named_by_target(quantity, target)) return sentence_case(std::string(target)) + behind;
  return sentence_case(say("{}, {}", translate(entry->symbol), target_text(target))) + behind;
}

int condition_colour(const Study& study, std::string_view condition, int otherwise) {
  for (std::size_t i = 0; i < study.conditions.size(); ++i) {
    if (study.conditions[i].id == condition) return static_cast<int>(i) + 1;
  }
  return otherwise;
}

std::string sentence_case(std::string text) {
  // "pH" and "D50" keep their first letter.
  const bool lower =
      !text.empty() && text[0] >= 'a' && text[0] <= 'z' && (text.size() < 2 || !(text[1] >= 'A' && text[1] <= 'Z'));
  if (lower) text[0] = static_cast<char>(text[0] - 'a' + 'A');
  return text;
}

std::string condition_title(const Study& study, std::string_view condition) {
  const Condition* found = study.find_condition(condition);
  return found == nullptr || found->title.empty() ? std::string(condition) : found->title;
}

std::string star_scheme_text(std::string_view scheme) {
  if (scheme == "prism") return "* p ≤ 0.05, ** p ≤ 0.01, *** p ≤ 0.001, **** p ≤ 0.0001";
  if (scheme == "strict") return "* p < 0.05, ** p < 0.01, *** p < 0.001";
  return "";
}

std::string word_text(std::string_view word) {
  // Words that arrive as data: sample kinds, kinds of estimates, targets. What is not here stays as it was written.
  const std::pair<std::string_view, std::string_view> words[] = {
      {"preparation", translate("preparation")},
      {"sample", translate("sample")},
      {"observation", translate("observation")},
      {"unit", translate("unit")},
      {"animal", translate("animal")},
      {"donor", translate("donor")},
      {"culture", translate("culture")},
      {"well", translate("well")},
      {"litter", translate("litter")},
      {"defect", translate("defect")},
      {"plate", translate("plate")},
      {"lane", translate("lane")},
      {"note", translate("note")},
      {"warning", translate("warning")},
      {"error", translate("error")},
      {"mean difference", translate("mean difference")},
      {"ratio of geometric means", translate("ratio of geometric means")},
      {"Hodges-Lehmann shift", translate("Hodges-Lehmann shift")},
      {"Hodges-Lehmann ratio", translate("Hodges-Lehmann ratio")},
      {"as printed", translate("as printed")},
      {"uncorrected", translate("uncorrected")},
      {"unflagged videos", translate("unflagged videos")},
      {"protein", translate("protein")},
      {"aggregates", translate("aggregates")},
      {"both edges", translate("both edges")},
      {"left", translate("left")},
      {"right", translate("right")},
      {"top", translate("top")},
      {"bottom", translate("bottom")},
  };
  for (const auto& [english, translated] : words) {
    if (english == word) return std::string(translated);
  }
  return std::string(word);
}

std::string counted(std::size_t n, std::string_view kind) {
  const std::string one = word_text(kind);
  if (language() == Language::kChinese) return fmt::format("{} 个{}", n, one);
  if (n == 1 || one.empty()) return fmt::format("{} {}", n, one);
  const bool y = one.size() > 1 && one.back() == 'y' &&
                 std::string_view("aeiou").find(one[one.size() - 2]) == std::string_view::npos;
  return fmt::format("{} {}", n, y ? one.substr(0, one.size() - 1) + "ies" : one.back() == 's' ? one : one + "s");
}

std::string file_slug(std::string_view text) {
  constexpr std::size_t kLongest = 60;
  std::string slug;
  bool lost = text.size() > kLongest;
  for (const char c : text.substr(0, kLongest)) {
    const bool good =
        (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.';
    if (good && !(c == '.' && slug.empty())) {
      slug += c;
    } else {
      if (static_cast<unsigned char>(c) >= 0x80) lost = true;
      if (!slug.empty() && slug.back() != '-') slug += '-';
    }
  }
  while (!slug.empty() && slug.back() == '-') slug.pop_back();
  if (lost || slug.empty()) slug += (slug.empty() ? "" : "-") + short_id(hash64(text));
  return slug;
}

bool contrast_groups(const Finding& finding, const FindingTest& test, std::size_t& first, std::size_t& second) {
  const auto names = [](const FindingGroup& group) { return std::array<std::string_view, 2>{group.name, group.title}; };
  for (std::size_t a = 0; a < finding.groups.size(); ++a) {
    for (std::size_t b = 0; b < finding.groups.size(); ++b) {
      if (a == b) continue;
      for (const std::string_view left : names(finding.groups[a])) {
        if (left.empty() || !test.contrast.starts_with(left)) continue;
        for (const std::string_view right : names(finding.groups[b])) {
          if (right.empty() || test.contrast.size() < left.size() + right.size() || !test.contrast.ends_with(right))
            continue;
          const std::string_view between =
              std::string_view(test.contrast).substr(left.size(), test.contrast.size() - left.size() - right.size());
          for (const std::string_view sign : {" − ", " - ", " – ", " / ", " ÷ ", " vs ", " vs. ", " : ", "−", "/"}) {
            if (between == sign) {
              first = a, second = b;
              return true;
            }
          }
        }
      }
    }
  }
  if (finding.groups.size() == 2 && finding.tests.size() == 1) {
    first = 0, second = 1;
    return true;
  }
  return false;
}

double reported_p(const FindingTest& test) { return std::isfinite(test.adjusted_p) ? test.adjusted_p : test.p; }

}  // namespace vesica
