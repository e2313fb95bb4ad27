// SPDX-License-Identifier: Apache-2.0
// What lies beside the images: labels of other programs in files of their own, regions drawn by the user.
#include <algorithm>
#include <cmath>
#include <map>

#include "vesica/assays/nuclei/nuclei_parts.h"
#include "vesica/base/message.h"
#include "vesica/base/number.h"
#include "vesica/base/text.h"
#include "vesica/io/channel_name.h"
#include "vesica/io/geojson.h"
#include "vesica/io/images.h"
#include "vesica/ops/segment_edit.h"
#include "vesica/ops/segment_labels.h"

namespace vesica::nuclei {

namespace {

std::vector<std::vector<ImagePoint>> pieces_of(const ImageJRoi& roi) {
  std::vector<std::vector<ImagePoint>> out;
  for (const auto& path : roi.paths) {
    out.emplace_back();
    for (const RoiPoint& point : path) out.back().push_back({point[0], point[1]});
  }
  return out;
}

constexpr std::size_t kMostRegions = 50;  // chosen: layers and nuclei of a brain's section are fewer

/// Names that ImageJ gives by itself: 0123-0456, 0001-0123-0456.
bool is_automatic(std::string_view name) {
  if (name.size() < 9) return false;
  return std::all_of(name.begin(), name.end(), [](char c) { return (c >= '0' && c <= '9') || c == '-'; }) &&
         name.find('-') != std::string_view::npos;
}

/// How far an outline reaches beyond the image; one pixel is none.
bool reaches_beyond(const ImageJRoi& roi, const Labels2& labels) {
  const double w = static_cast<double>(labels.width) + 1, h = static_cast<double>(labels.height) + 1;
  for (const auto& path : roi.paths) {
    for (const RoiPoint& p : path) {
      if (p[0] < -1 || p[1] < -1 || p[0] > w || p[1] > h) return true;
    }
  }
  return false;
}

}  // namespace

std::vector<std::string> names_of_field(const ImageSource& source, const Field& field) {
  std::vector<std::string> out;
  const auto add = [&](const std::string& name) {
    if (!name.empty() && std::find(out.begin(), out.end(), name) == out.end()) out.push_back(name);
  };
  const auto add_both = [&](const std::string& file) {
    const ChannelName parts = channel_in_name(file);
    add(file.substr(0, file.find_last_of('.')));
    add(parts.rest);
  };
  const std::vector<std::string>& planes = source.info().plane_names;
  for (const PlaneAt& at : field.planes) {
    if (at.frame < planes.size() && label_in_name(planes[at.frame]).channel.empty()) add_both(planes[at.frame]);
  }
  if (const std::string stem = stem_of_file(source); !stem.empty()) add_both(stem + ".tif");
  add(planes.empty() ? "" : field.name);
  return out;
}

void find_companions(const ImageSource& source, const Settings& settings, Plan& plan) {
  const std::vector<Companion> all = companions_of(source);
  const std::vector<Field>& fields = plan.arrangement.fields;
  const bool alone = fields.size() == 1, stack = source.info().plane_names.empty();
  const auto take = [&](std::string_view token, bool outlines, std::vector<std::optional<Companion>>& out) {
    std::vector<Companion> fitting;
    for (const Companion& each : all) {
      const bool fits = each.kind == Companion::Kind::kOutlines || (!outlines && each.kind == Companion::Kind::kLabels);
      if (fits) fitting.push_back(each);
    }
    bool any = false;
    for (const Field& field : fields) {
      out.push_back(companion_for(fitting, names_of_field(source, field), token, alone || stack));
      any = any || out.back().has_value();
    }
    if (!any) out.clear();
  };
  // Labels of one plane say nothing of the others of a stack; regions hold for all of them.
  if (!settings.labels.empty() && !plan.labels && !(stack && !alone)) take(settings.labels, false, plan.label_files);
  if (!settings.regions.empty()) take(settings.regions, true, plan.region_files);
  for (const Companion& each : all) {
    if (each.kind == Companion::Kind::kNumpy && plan.numpy.empty()) plan.numpy = each.name;
    if (each.kind == Companion::Kind::kLabels && plan.other_labels.empty()) plan.other_labels = each.shown();
  }
}

Labels2 labels_in(const Companion& file, const Image2& nuclear, const std::string& shown, std::size_t& lost,
                  std::vector<Error>& left_out) {
  if (file.kind == Companion::Kind::kLabels) {
    Labels2 out = read_label_file(file.path, shown);
    if (out.width == nuclear.width && out.height == nuclear.height) return out;
    throw Error(ErrorKind::kData,
                say("The label image has {0} x {1} pixels, its image {2} x {3}.", out.width, out.height, nuclear.width,
                    nuclear.height),
                {shown, 0, 0, ""}, say("Export the labels at the size of the image."));
  }
  Labels2 out(nuclear.width, nuclear.height);
  std::int32_t label = 0;
  for (const ImageJRoi& roi : read_outlines(file.path, shown, left_out, true)) {
    if (!roi.is_area) {
      left_out.emplace_back(ErrorKind::kData,
                            say("\"{}\" is a line or points and encloses nothing: it is left out.", roi.name),
                            Place{shown, 0, 0, ""}, say("Draw the region as a closed outline."));
      continue;
    }
    ++label;
    bool painted = false;
    for (const std::size_t i : pixels_of(pieces_of(roi), nuclear.width, nuclear.height)) {
      if (out.pixels[i] != 0) continue;  // where two overlap, the first keeps the pixel
      out.pixels[i] = label;
      painted = true;
    }
    if (!painted) ++lost;
  }
  return out;
}

Regions regions_in(const Companion& file, const Labels2& labels, const Mask2& field, const std::string& shown) {
  Regions out;
  const auto warn = [&](const char* kind, std::string message, std::string hint, const std::string& roi = "") {
    out.issues.push_back({Severity::kWarning, kind, std::move(message), {shown, 0, 0, roi}, std::move(hint), "", ""});
  };
  std::vector<std::string> automatic;
  std::map<std::string, std::size_t> by_name;
  std::vector<Error> left_out;
  const std::vector<ImageJRoi> drawn = read_outlines(file.path, shown, left_out);
  if (!left_out.empty()) {
    warn("nuclei.region_left_out",
         say("{0} region(s) (is|are) left out: {1}.", left_out.size(), about_left_out(left_out)),
         left_out.front().hint());
  }
  for (const ImageJRoi& roi : drawn) {
    std::string name(trim(roi.name));
    if (name.empty()) name = "region";
    if (roi.name.empty() || is_automatic(name)) automatic.push_back(name);
    if (!roi.is_area) {
      warn("nuclei.region_no_area", say("\"{}\" is a line or points and encloses nothing: it is left out.", name),
           say("Draw the region as a closed outline."), name);
      continue;
    }
    const auto [at, is_new] = by_name.try_emplace(name, out.all.size());
    if (by_name.size() > kMostRegions)
      throw Error(ErrorKind::kData, say("The file holds more than {} named regions.", kMostRegions),
                  {shown, 0, 0, name},
                  say("Regions are parts of a section; outlines of nuclei are given by \"labels\"."));
    if (is_new) out.all.push_back({name, Mask2(labels.width, labels.height), 0, {}});
    Mask2& mask = out.all[at->second].mask;
    for (const std::size_t i : pixels_of(pieces_of(roi), labels.width, labels.height)) mask.pixels[i] = 1;
    if (reaches_beyond(roi, labels)) {
      warn("nuclei.region_beyond",
           say("The region \"{0}\" reaches beyond the image of {1} x {2} pixels: only what lies inside counts, as area "
               "and as nuclei.",
               name, labels.width, labels.height),
           say("Was it drawn on this image, at full resolution?"), name);
    }
  }
  if (!automatic.empty()) {
    warn("nuclei.region_unnamed",
         say("{0} region(s) (has|have) no name or one that ImageJ gave ({1}): the same part of two sections is not "
             "known to be the same.",
             automatic.size(), automatic.front()),
         say("Name them in the ROI Manager (Rename) or in QuPath (Set properties), alike in all sections."));
  }
  const std::size_t regions = out.all.size();
  for (std::size_t i = 0; i < labels.pixels.size(); ++i) {
    const bool looked_at = field.empty() || field.pixels[i] != 0;
    std::size_t in = 0;
    for (DrawnRegion& each : out.all) {
      if (!looked_at) each.mask.pixels[i] = 0;
      if (each.mask.pixels[i] != 0) ++each.area_px, ++in;
    }
    if (in > 1) out.overlap_px += 1;
  }
  for (std::size_t r = 0; r < regions; ++r) {
    if (out.all[r].area_px > 0) continue;
    warn("nuclei.region_empty", say("The region \"{}\" covers no pixel that is looked at.", out.all[r].name),
         say("Was it drawn on this image, at full resolution?"), out.all[r].name);
  }
  return out;
}

void sort_into(Regions& regions, const std::vector<Nucleus>& nuclei) {
  for (DrawnRegion& region : regions.all) {
    for (std::size_t i = 0; i < nuclei.size(); ++i) {
      const auto x = static_cast<std::size_t>(std::lround(nuclei[i].region.x));
      const auto y = static_cast<std::size_t>(std::lround(nuclei[i].region.y));
      if (region.mask.at(x, y) != 0) region.nuclei.push_back(i);
    }
  }
}

void tell_regions(const Measured& field, const Plan& plan, const std::string& where, const Reading& reading,
                  Outcome& out) {
  const auto add = [&](Severity severity, const char* kind, std::string message, std::string hint) {
    out.issues.push_back(issue(severity, kind, where + message, std::move(hint), reading));
  };
  if (plan.region_files.empty()) return;
  if (!field.regions) {
    add(Severity::kWarning, "nuclei.regions_missing", say("This field has no file of regions: its rows have none."),
        say("Draw them and save them beside the image, named as it with _regions.zip behind it."));
    return;
  }
  for (Issue each : field.regions->issues) {
    each.input = reading.path;
    out.issues.push_back(std::move(each));
  }
  if (field.regions->overlap_px > 0) {
    add(Severity::kNote, "nuclei.regions_overlap",
        say("Regions overlap in {} pixels: a nucleus there counts in each of them.", field.regions->overlap_px),
        say("Their counts do not add up to that of the field."));
  }
  const auto full = [](const DrawnRegion& each) { return !each.nuclei.empty(); };
  const bool none = std::none_of(field.regions->all.begin(), field.regions->all.end(), full);
  if (none && !field.nuclei.empty() && !field.regions->all.empty()) {
    add(Severity::kWarning, "nuclei.regions_without_nuclei",
        say("No nucleus of {} lies in a region.", field.nuclei.size()),
        say("Were the regions drawn on this image, at full resolution?"));
  }
}

}  // namespace vesica::nuclei
