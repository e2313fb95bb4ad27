// SPDX-License-Identifier: Apache-2.0
#include "vesica/assays/tem/tem_scale.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "vesica/base/message.h"
#include "vesica/base/number.h"

namespace vesica::tem {

namespace {

constexpr double kNmPerUm = 1000;
constexpr std::size_t kBars = 3;  // candidates whose surroundings are read, chosen
constexpr double kUsual[] = {1, 1.5, 2, 2.5, 3, 4, 5, 7.5};
constexpr double kContradicts = 0.05;  // relative, chosen: bars are drawn on whole pixels

/// Bars stand for 1, 2, 2.5, 3, 4 or 5 times a power of ten (and 1.5, 7.5); others are more likely misread.
bool is_usual(double nm) {
  const double first = nm / std::pow(10, std::floor(std::log10(nm) + 1e-9));
  return std::any_of(std::begin(kUsual), std::end(kUsual),
                     [&](double usual) { return std::abs(first - usual) < 1e-6; });
}

/// Reads around the likeliest bars until one has a label. Without the reading program nothing is read.
void read_bars(const Image2& grey, const std::string& shown, Scale& out) {
  const std::vector<ScaleBar> bars = find_scale_bars(grey);
  if (bars.empty()) return;
  std::string odd;
  try {
    for (std::size_t i = 0; i < std::min(kBars, bars.size()) && !out.label; ++i) {
      const LabelDrawing drawing = letters_near(grey, bars[i]);
      if (drawing.lines.empty()) continue;
      const std::optional<Label> label = label_of(read_text(drawing.picture, shown), drawing);
      if (!label) continue;
      if (is_usual(label->nm)) {
        out.label = label;
        out.bar = bars[i];
      } else {
        odd = label->text;
      }
    }
    if (!out.label && !odd.empty()) {
      out.issues.push_back(
          {Severity::kWarning,
           "tem.odd_label",
           say("The label of the scale bar was read as \"{}\", a length that scale bars do not have: it "
               "is not believed.",
               odd),
           {},
           say("Look at the picture and set \"scale_bar_nm\" to what it says."),
           "",
           "",
           "scale_bar_nm"});
    }
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::kCancelled) throw;
    out.issues.push_back({Severity::kWarning,
                          "tem.label_unread",
                          say("The label of the scale bar could not be read: {}", error.message()),
                          {},
                          error.hint(),
                          "",
                          "",
                          "scale_bar_nm"});
  }
}

Known from_bar(const ScaleBar& bar, double nm, KnownFrom from, std::string tag) {
  return {nm / bar.length, from, std::move(tag)};
}

void note_bar(double nm, Scale& out) {
  out.issues.push_back(
      {Severity::kNote,
       "tem.scale_from_bar",
       say("The scale is that of the scale bar: {} px are {} nm, one pixel {} nm.", readable_number(out.bar->length, 5),
           readable_number(nm, 6), readable_number(out.pixel_nm.value)),
       {},
       say("Look at the overlay: the bar and its label are framed there. Set \"pixel_nm\" when this "
           "is wrong."),
       "",
       "",
       "pixel_nm"});
}

}  // namespace

std::optional<Label> label_of(const std::vector<PictureWord>& words, const LabelDrawing& drawing) {
  for (const LetterLine& line : drawing.lines) {
    std::vector<PictureWord> own;
    for (const PictureWord& word : words) {
      const std::size_t middle = (word.y0 + word.y1) / 2;
      if (middle + 1 >= line.from && middle < line.to) own.push_back(word);
    }
    std::stable_sort(own.begin(), own.end(), [](const auto& a, const auto& b) { return a.x0 < b.x0; });
    std::vector<std::string> texts(1);
    for (const PictureWord& word : own) texts[0] += word.text;
    for (std::size_t i = 0; i < own.size(); ++i) {
      texts.push_back(own[i].text);
      if (i + 1 < own.size()) texts.push_back(own[i].text + " " + own[i + 1].text);
    }
    for (const std::string& text : texts) {
      if (const std::optional<double> nm = parse_scale_label(text))
        return Label{text, *nm, line.x0, line.y0, line.x1, line.y1};
    }
  }
  return std::nullopt;
}

Scale scale_of(const Image2& grey, const ImageInfo& info, const Settings& settings, const std::string& shown) {
  Scale out;
  const Known tag = info.pixel_um();
  if (tag.known()) out.pixel_nm = {tag.value * kNmPerUm, tag.from, tag.tag};
  if (settings.read_scale_bar) read_bars(grey, shown, out);
  const double read = out.label ? out.label->nm / out.bar->length : kNaN;
  if (settings.scale_bar_nm) {
    if (!out.bar) {
      const std::vector<ScaleBar> bars = find_scale_bars(grey);
      if (!bars.empty()) out.bar = bars.front();
    }
    if (out.bar) {
      out.pixel_nm = from_bar(*out.bar, *settings.scale_bar_nm, KnownFrom::kGiven, "setting scale_bar_nm");
      note_bar(*settings.scale_bar_nm, out);
    } else {
      out.issues.push_back({Severity::kWarning,
                            "tem.no_bar",
                            say("\"scale_bar_nm\" is set, but no scale bar was found in the micrograph."),
                            {},
                            say("Set \"pixel_nm\", the edge of a pixel, instead."),
                            "",
                            "",
                            "pixel_nm"});
    }
  }
  out.pixel_nm = given_or(settings.pixel_nm, "setting pixel_nm", out.pixel_nm);
  if (!out.pixel_nm.known() && out.label) {
    out.pixel_nm = from_bar(*out.bar, out.label->nm, KnownFrom::kTag, "scale bar \"" + out.label->text + "\"");
    note_bar(out.label->nm, out);
  } else if (out.pixel_nm.known() && out.label && std::abs(read / out.pixel_nm.value - 1) > kContradicts) {
    out.issues.push_back({Severity::kWarning,
                          "tem.scale_conflict",
                          say("The scale bar \"{}\" says {} nm a pixel, the {} {} nm.", out.label->text,
                              readable_number(read), out.pixel_nm.tag, readable_number(out.pixel_nm.value)),
                          {},
                          say("The latter is used. Was the picture shrunk after it was taken? Set \"pixel_nm\"."),
                          "",
                          "",
                          "pixel_nm"});
  }
  return out;
}

Field field_of(const Image2& grey, const Scale& scale) {
  Field out;
  const Rows rows = rows_of_sample(grey);
  out.first_row = rows.first;
  out.grey = Image2(grey.width, rows.last - rows.first);
  std::copy(grey.pixels.begin() + static_cast<std::ptrdiff_t>(rows.first * grey.width),
            grey.pixels.begin() + static_cast<std::ptrdiff_t>(rows.last * grey.width), out.grey.pixels.begin());
  const auto hide = [&](std::size_t x0, std::size_t y0, std::size_t x1, std::size_t y1) {
    const std::size_t margin = std::max<std::size_t>(4, (y1 - y0) / 4);  // halo and soft edges, chosen
    const std::size_t top = std::max(y0 > margin ? y0 - margin : 0, rows.first);
    const std::size_t low = std::min(y1 + margin, rows.last);
    for (std::size_t y = top; y < low; ++y) {
      if (out.hidden.empty()) out.hidden = Mask2(out.grey.width, out.grey.height);
      for (std::size_t x = x0 > margin ? x0 - margin : 0; x < std::min(x1 + margin, grey.width); ++x)
        out.hidden.at(x, y - rows.first) = 1;
    }
  };
  if (scale.bar) hide(scale.bar->x0, scale.bar->y0, scale.bar->x1, scale.bar->y1);
  if (scale.label) hide(scale.label->x0, scale.label->y0, scale.label->x1, scale.label->y1);
  return out;
}

}  // namespace vesica::tem
