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
constexpr std::size_t kBars = 3;       // candidates whose surroundings are read, chosen
constexpr double kContradicts = 0.05;  // relative, chosen: bars are drawn on whole pixels

/// Gap between two intervals, 0 when they meet.
double gap(double a0, double a1, double b0, double b1) { return std::max({0.0, b0 - a1, a0 - b1}); }

double distance(const Label& label, const ScaleBar& bar) {
  const auto d = [](std::size_t n) { return static_cast<double>(n); };
  return std::hypot(gap(d(label.x0), d(label.x1), d(bar.x0), d(bar.x1)),
                    gap(d(label.y0), d(label.y1), d(bar.y0), d(bar.y1)));
}

bool one_line(const PictureWord& a, const PictureWord& b) {
  const std::size_t height = std::max(a.y1 - a.y0, b.y1 - b.y0);
  return b.x0 >= a.x1 && b.x0 - a.x1 <= 3 * height && a.y0 < b.y1 && b.y0 < a.y1;
}

Label label_at(const PictureWord& first, const PictureWord& last, const std::string& text, double nm,
               const LabelPicture& picture) {
  const auto back = [&](std::size_t n, std::size_t from) {
    return from + static_cast<std::size_t>(std::lround(static_cast<double>(n) / picture.scale));
  };
  return {text,
          nm,
          back(first.x0, picture.x0),
          back(std::min(first.y0, last.y0), picture.y0),
          back(last.x1, picture.x0),
          back(std::max(first.y1, last.y1), picture.y0)};
}

/// Reads around the likeliest bars until one has a label. Without the reading program nothing is read.
void read_bars(const Image2& grey, const std::string& shown, Scale& out) {
  const std::vector<ScaleBar> bars = find_scale_bars(grey);
  if (bars.empty()) return;
  try {
    for (std::size_t i = 0; i < std::min(kBars, bars.size()) && !out.label; ++i) {
      const LabelPicture picture = picture_of_label(grey, bars[i]);
      out.label = label_of(read_text(picture.picture, shown), picture, bars[i]);
      if (out.label) out.bar = bars[i];
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

void note_bar(Scale& out) {
  out.issues.push_back(
      {Severity::kNote,
       "tem.scale_from_bar",
       say("The scale is that of the scale bar: {} px are {} nm, one pixel {} nm.", readable_number(out.bar->length, 5),
           exact_number(out.pixel_nm.value * out.bar->length), readable_number(out.pixel_nm.value)),
       {},
       say("Look at the overlay: the bar and its label are framed there. Set \"pixel_nm\" when this "
           "is wrong."),
       "",
       "",
       "pixel_nm"});
}

}  // namespace

std::optional<Label> label_of(const std::vector<PictureWord>& words, const LabelPicture& picture, const ScaleBar& bar) {
  std::optional<Label> best;
  const auto offer = [&](const PictureWord& first, const PictureWord& last, const std::string& text) {
    const std::optional<double> nm = parse_scale_label(text);
    if (!nm) return;
    const Label label = label_at(first, last, text, *nm, picture);
    if (distance(label, bar) <= bar.length && (!best || distance(label, bar) < distance(*best, bar))) best = label;
  };
  for (std::size_t i = 0; i < words.size(); ++i) {
    offer(words[i], words[i], words[i].text);
    for (std::size_t j = 0; j < words.size(); ++j) {
      if (j != i && one_line(words[i], words[j])) offer(words[i], words[j], words[i].text + " " + words[j].text);
    }
  }
  return best;
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
      note_bar(out);
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
    note_bar(out);
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
