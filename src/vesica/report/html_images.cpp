// SPDX-License-Identifier: Apache-2.0
// The sheet of images: small pictures by sample, each leading to its file, with the scale bar as a layer of its own.
#include <algorithm>
#include <cmath>
#include <set>

#include <fmt/format.h>

#include "vesica/base/message.h"
#include "vesica/base/number.h"
#include "vesica/base/text.h"
#include "vesica/report/html_parts.h"
#include "vesica/report/labels.h"

namespace vesica {

namespace {

std::string base64(std::string_view bytes) {
  static constexpr char kDigits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  out.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const std::size_t n = std::min<std::size_t>(3, bytes.size() - i);
    std::uint32_t group = 0;
    for (std::size_t k = 0; k < 3; ++k) group = group << 8 | (k < n ? static_cast<unsigned char>(bytes[i + k]) : 0U);
    for (std::size_t k = 0; k < 4; ++k) out += k <= n ? kDigits[group >> (18 - 6 * k) & 63] : '=';
  }
  return out;
}

/// 1, 2 or 5 times a power of ten, at most a third of the width.
double bar_um(double width_um) {
  const double most = width_um / 3;
  const double ten = std::pow(10.0, std::floor(std::log10(most)));
  return most >= 5 * ten ? 5 * ten : most >= 2 * ten ? 2 * ten : ten;
}

std::string length_text(double um) {
  constexpr double kMillimetre = 1000, kNanometre = 1e-3;
  const auto text = [](double value) { return exact_number(std::round(value * 1e6) / 1e6); };
  if (um >= kMillimetre) return text(um / kMillimetre) + " mm";
  return um < 1 ? text(um / kNanometre) + " nm" : text(um) + " \u00B5m";
}

/// A layer over the picture, so that the picture itself stays as it was measured.
std::string scale_bar(const ReportImage& image) {
  const double width_um = image.pixel_um * static_cast<double>(image.width);
  if (!(width_um > 0) || !std::isfinite(width_um)) return "";
  const double um = bar_um(width_um), pixels = um / image.pixel_um;
  const double right = static_cast<double>(image.width) - 10, bottom = static_cast<double>(image.height) - 10;
  return fmt::format(
      "<svg class=\"bar\" viewBox=\"0 0 {0} {1}\" aria-hidden=\"true\"><rect x=\"{2:.1f}\" y=\"{3:.1f}\" "
      "width=\"{4:.1f}\" height=\"4\" fill=\"#fff\" stroke=\"#000\" stroke-width=\"0.5\"/><text x=\"{5:.1f}\" "
      "y=\"{6:.1f}\" text-anchor=\"middle\">{7}</text></svg>",
      image.width, image.height, right - pixels, bottom - 4, pixels, right - pixels / 2, bottom - 9, length_text(um));
}

/// A file of the study as the study names it; of one that lies elsewhere (an absolute path), its name.
std::string file_text(const std::string& input) {
  const bool elsewhere = input.starts_with('/') || (input.size() > 1 && input[1] == ':');
  return elsewhere ? input.substr(input.find_last_of("/\\") + 1) : input;
}

/// `name` and `id` are the sample's where no heading bears them.
std::string picture(const ReportImage& image, const std::string& name = "", const std::string& id = "") {
  const double um = image.pixel_um * static_cast<double>(image.width);
  const std::string bar = um > 0 ? say("Scale bar: {}.", length_text(bar_um(um))) : say("No scale is known.");
  return fmt::format(
      "<figure class=\"shot\"{8}><a href=\"{0}\"><img src=\"data:image/jpeg;base64,{1}\" width=\"{2}\" "
      "height=\"{3}\" alt=\"{4}\" />{5}</a><figcaption>{9}{4} <span class=\"soft\">{6} \u00B7 "
      "{7}</span></figcaption></figure>\n",
      escape_xml(image.file), base64(image.jpeg), image.width, image.height, escape_xml(image.about), scale_bar(image),
      escape_xml(file_text(image.input)), escape_xml(bar), id.empty() ? "" : fmt::format(" id=\"{}\"", id),
      name.empty() ? "" : fmt::format("<b>{}</b> ", escape_xml(name)));
}

std::string title_of(const Page& page, const std::string& sample) {
  const std::string condition = condition_title(page.content.study, page.content.study.condition_of(sample));
  return sample + (condition.empty() || condition == sample ? "" : " \u00B7 " + condition);
}

/// Whether several samples have one picture each: then all stand in one sheet.
bool one_each(const std::vector<ReportImage>& images) {
  std::set<std::string> samples;
  for (const ReportImage& image : images) {
    if (!samples.insert(image.sample).second) return false;
  }
  return images.size() > 1;
}

}  // namespace

std::string section_images(const Page& page, std::size_t budget) {
  const std::vector<ReportImage>& images = page.content.images;
  if (images.empty()) return "";
  std::string out = "<section aria-labelledby=\"images\">\n" + heading(2, say("Images"), "images");
  std::size_t left_out = 0;
  std::string sample;
  const bool together = one_each(images);
  bool open = together;
  if (together) out += "<div class=\"sheet\">\n";
  for (const ReportImage& image : images) {
    if (!together && (!open || image.sample != sample)) {
      sample = image.sample;
      out += open ? "</div>\n" : "";
      out += heading(3, title_of(page, sample), page.image_anchor.at(sample)) + "<div class=\"sheet\">\n";
      open = true;
    }
    const std::string one =
        together ? picture(image, title_of(page, image.sample), page.image_anchor.at(image.sample)) : picture(image);
    if (out.size() + one.size() < budget) {
      out += one;
    } else {
      ++left_out;
      const std::string id = together ? fmt::format(" id=\"{}\"", page.image_anchor.at(image.sample)) : "";
      out += fmt::format("<p{}><a href=\"{}\">{}{}</a></p>\n", id, escape_xml(image.file),
                         together ? escape_xml(title_of(page, image.sample)) + ": " : "", escape_xml(image.about));
    }
  }
  out += "</div>\n";
  if (left_out > 0)
    out += paragraph(
        say("{} image(s) (is|are) not shown here, to keep the page small; the names lead to the files.", left_out));
  return out + "</section>\n";
}

std::string with_image_links(const Page& page, std::string svg) {
  if (page.image_anchor.empty()) return svg;
  constexpr std::string_view kMark = "data-sample=\"", kOpen = "<circle ", kLong = "</circle>\n";
  std::string out;
  std::size_t done = 0;
  for (std::size_t at = svg.find(kOpen); at != std::string::npos; at = svg.find(kOpen, done)) {
    // A dot ends with "/>" or, when it has a title, with its closing tag; the title's text is escaped.
    const std::size_t tag_end = svg.find('>', at);
    if (tag_end == std::string::npos) break;
    const bool is_short = svg[tag_end - 1] == '/';
    const std::size_t end = is_short ? tag_end + 1 : svg.find(kLong, at) + kLong.size() - 1;
    const std::string dot = svg.substr(at, end - at);
    const std::size_t mark = dot.find(kMark);
    out += svg.substr(done, at - done);
    done = end;
    std::string anchor;
    if (mark != std::string::npos) {
      const std::string name =
          dot.substr(mark + kMark.size(), dot.find('"', mark + kMark.size()) - mark - kMark.size());
      for (const auto& [sample, id] : page.image_anchor) {
        if (escape_xml(sample) == name) anchor = id;
      }
    }
    out += anchor.empty() ? dot : fmt::format("<a href=\"#{}\">{}</a>", anchor, dot);
  }
  return out + svg.substr(done);
}

}  // namespace vesica
