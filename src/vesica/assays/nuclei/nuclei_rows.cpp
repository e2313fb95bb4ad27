// SPDX-License-Identifier: Apache-2.0
// Rows, warnings and artifacts of one field.
#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "vesica/assays/nuclei/nuclei_parts.h"
#include "vesica/assays/nuclei/nuclei_picture.h"
#include "vesica/base/message.h"
#include "vesica/base/number.h"
#include "vesica/data/proportion.h"
#include "vesica/io/imagej_roi.h"
#include "vesica/io/label_image.h"
#include "vesica/ops/segment_labels.h"

namespace vesica::nuclei {

namespace {

constexpr double kSaturatedWarning = 0.001;  // of the nuclei's pixels: assays notes, 0.1 % of the foreground
constexpr double kBlurredWarning = 0.5;      // chosen: a field in focus drops a few of its objects

double median_of(std::vector<double> values) {
  values.erase(std::remove_if(values.begin(), values.end(), [](double v) { return !std::isfinite(v); }), values.end());
  if (values.empty()) return kNaN;
  std::sort(values.begin(), values.end());
  const std::size_t n = values.size();
  return n % 2 == 1 ? values[n / 2] : (values[n / 2 - 1] + values[n / 2]) / 2;
}

std::string file_part(const std::string& name) {
  std::string out;
  for (const char c : name) {
    const bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-';
    out += plain ? c : '_';
  }
  return out.empty() ? out : "_" + out;
}

/// Rows of one field.
class Rows {
 public:
  Rows(const InputFacts& facts, const Field& field, Outcome& out) : facts_(facts), field_(field), out_(out) {}
  Observation plain(const char* quantity, double value, const std::string& target = "") const {
    Observation row = facts_.row(quantity);
    row.target = target;
    if (!field_.name.empty()) row.part = facts_.part.empty() ? field_.name : facts_.part + " " + field_.name;
    row.value = value;
    if (!std::isfinite(value)) row.status = Status::kNotMeasurable;
    return row;
  }
  void add(const char* quantity, double value, const std::string& target = "", std::int64_t n = 0,
           Status otherwise = Status::kNotMeasurable) {
    Observation row = plain(quantity, value, target);
    row.n = n;
    if (!std::isfinite(value)) row.status = otherwise;
    out_.observations.add(row);
  }
  void add(const Observation& row) { out_.observations.add(row); }

 private:
  const InputFacts& facts_;
  const Field& field_;
  Outcome& out_;
};

/// -1: not known, 0, 1.
int sign_of(const Nucleus& nucleus, const Combination& combination, const std::vector<Cut>& cuts) {
  int out = 1;
  for (const auto& [marker, positive] : combination.signs) {
    if (!std::isfinite(cuts[marker].value) || !std::isfinite(nucleus.markers[marker])) return -1;
    if ((nucleus.markers[marker] > cuts[marker].value) != positive) out = 0;
  }
  return out;
}

/// The nuclei of a field or of a region in it, and the area that they were counted on.
struct Counted {
  std::vector<const Nucleus*> nuclei;
  double area_mm2 = kNaN;
  std::string region;  ///< empty: the field
  std::string target(const std::string& what) const { return region.empty() ? what : what + " in " + region; }
};

void add_positives(const Counted& counted, const std::vector<Combination>& combinations, const std::vector<Cut>& cuts,
                   bool refuse, Rows& rows) {
  for (const Combination& combination : combinations) {
    std::int64_t positive = 0, known = 0;
    for (const Nucleus* nucleus : counted.nuclei) {
      const int sign = sign_of(*nucleus, combination, cuts);
      if (sign >= 0) ++known;
      if (sign == 1) ++positive;
    }
    const bool none = counted.nuclei.empty() && !refuse;
    const Status otherwise = none ? Status::kNoObjects : Status::kNotMeasurable;
    const Share share = wilson95(refuse ? 0 : positive, refuse ? 0 : known);
    const std::string target = counted.target(combination.target);
    // Where there is no nucleus, none is positive, once it is known what would be.
    const bool knows = std::all_of(combination.signs.begin(), combination.signs.end(),
                                   [&](const auto& sign) { return std::isfinite(cuts[sign.first].value); });
    const double number = !refuse && (known > 0 || (none && knows)) ? static_cast<double>(positive) : kNaN;
    rows.add("nuclei.positive_count", number, target, known, otherwise);
    rows.add("nuclei.positive_density", number / counted.area_mm2, target, known, otherwise);
    Observation row = rows.plain("nuclei.positive_fraction", share.value, target);
    row.n = known;
    if (known > 0 && !refuse) {
      row.low = share.low;
      row.high = share.high;
      row.interval = "wilson95";
    } else {
      row.status = otherwise;
    }
    rows.add(row);
  }
}

void add_regions(const Measured& field, const Plan& plan, const std::vector<Combination>& combinations,
                 const std::vector<Cut>& cuts, bool refuse, Rows& rows) {
  for (const DrawnRegion& region : field.regions->all) {
    const bool nowhere = refuse || region.area_px == 0;
    Counted counted{{}, static_cast<double>(region.area_px) * plan.pixel_um * plan.pixel_um * 1e-6, region.name};
    for (const std::size_t i : region.nuclei) counted.nuclei.push_back(&field.nuclei[i]);
    const auto n = static_cast<std::int64_t>(counted.nuclei.size());
    const double count = nowhere ? kNaN : static_cast<double>(n);
    rows.add("nuclei.count", count, region.name, n);
    rows.add("nuclei.density", count / counted.area_mm2, region.name, n);
    rows.add("nuclei.field_area", region.area_px == 0 ? kNaN : counted.area_mm2, region.name);
    add_positives(counted, combinations, cuts, nowhere || field.seen.swapped, rows);
  }
}

}  // namespace

void add_field(const Measured& field, const Field& where, const Plan& plan, const std::vector<Cut>& cuts,
               const std::vector<Combination>& combinations, const Settings& settings, const InputFacts& facts,
               Outcome& out) {
  Rows rows(facts, where, out);
  const bool refuse = refused(field.seen, plan), blank = field.seen.empty_image;
  const auto n = static_cast<std::int64_t>(field.nuclei.size());
  const double count = refuse || blank ? kNaN : static_cast<double>(n);
  const double area_px = static_cast<double>(field.edited.field_pixels(field.labels));
  const double area_mm2 = area_px * plan.pixel_um * plan.pixel_um * 1e-6;
  const Status none = n == 0 && !refuse && !blank ? Status::kNoObjects : Status::kNotMeasurable;
  rows.add("nuclei.count", count, "", n);
  rows.add("nuclei.density", count / area_mm2, "", n);
  rows.add("nuclei.field_area", area_mm2);
  rows.add("nuclei.pixel_size", plan.pixel_um);
  std::vector<double> areas, rounds, light;
  for (const Nucleus& each : field.nuclei) {
    light.push_back(each.light);
    if (each.region.on_border) continue;
    areas.push_back(static_cast<double>(each.region.area));
    rounds.push_back(each.region.circularity());
  }
  const auto whole = static_cast<std::int64_t>(areas.size());
  const auto kept = [&](double value) { return refuse ? kNaN : value; };
  const double area = kept(median_of(areas));
  if (plan.pixel_um > 0) {
    rows.add("nuclei.area", area * plan.pixel_um * plan.pixel_um, "", whole, none);
  } else {
    rows.add("nuclei.area", kNaN, "", whole, none);
    rows.add("nuclei.area_px", area, "", whole, none);
  }
  rows.add("nuclei.circularity", kept(median_of(rounds)), "", whole, none);
  rows.add("nuclei.intensity", kept(median_of(light)), "nuclei", n, none);
  rows.add("nuclei.saturated", n > 0 ? kept(field.seen.saturated) : kNaN, "nuclei", n, none);
  for (std::size_t m = 0; m < plan.markers.size(); ++m) {
    const std::string& name = plan.markers[m].name;
    rows.add("nuclei.intensity", kept(median_of(values_of(field.nuclei, m))), name, n, none);
    rows.add("nuclei.saturated", n > 0 ? kept(field.seen.marker_saturated[m]) : kNaN, name, n, none);
    if (settings.cut == "mixture") rows.add("nuclei.separation", kept(cuts[m].separation), name, cuts[m].n);
    rows.add("nuclei.cut", kept(cuts[m].value), name, cuts[m].n);
  }
  Counted all{{}, area_mm2, ""};
  for (const Nucleus& each : field.nuclei) all.nuclei.push_back(&each);
  const bool unsure = refuse || blank || field.seen.swapped;
  add_positives(all, combinations, cuts, unsure, rows);
  if (field.regions) add_regions(field, plan, combinations, cuts, refuse || blank, rows);
}

namespace {

/// The command that leaves out what was drawn.
std::string leave_out(const Measured& field, const std::string& path) {
  std::string out = "vesica edit STUDY " + path;
  for (const BurntIn& each : field.seen.drawn) {
    const BurntIn box = with_margin(each, field.nuclear.width, field.nuclear.height);
    out += fmt::format(" --leave-out \"{0},{1} {2},{1} {2},{3} {0},{3}\"", box.x0, box.y0, box.x1, box.y1);
  }
  return out + " --reason \"...\"";
}

template <typename Warn>
void tell_drawn(const Measured& field, const Plan& plan, const std::string& path, const Warn& warn) {
  const Seen& seen = field.seen;
  if (is_screen(seen)) {
    warn("nuclei.screenshot",
         say("Writing of {0} letters stands in the picture, first at ({1}, {2}): it is a screenshot or a figure, and "
             "nothing is counted.",
             most_letters(seen.drawn), seen.drawn.front().x0, seen.drawn.front().y0),
         say("Give the image as the microscope saved it; or leave the writing out: {}.", leave_out(field, path)));
    return;
  }
  const BurntIn& first = seen.drawn.front();
  std::string what = first.letters == 0 ? say("A scale bar") : say("Writing of {} letter(s)", first.letters);
  if (first.plane > 0) what += " (" + plan.arrangement.channels[plan.marker_channels[first.plane - 1]] + ")";
  if (plan.labels_name.empty()) {
    warn("nuclei.drawn",
         say("{0} is burned into the picture at ({1}, {2}) to ({3}, {4}). What was drawn is left out, with the nuclei "
             "under it.",
             what, first.x0, first.y0, first.x1, first.y1),
         say("Give the image as the microscope saved it: programs that draw into pictures often change their "
             "brightness as well."));
  } else {
    warn("nuclei.drawn",
         first.plane > 0 ? say("{0} is burned into the picture at ({1}, {2}) to ({3}, {4}); nuclei under it have its "
                               "light.",
                               what, first.x0, first.y0, first.x1, first.y1)
                         : say("{0} is burned into the picture at ({1}, {2}) to ({3}, {4}); the labels may count it.",
                               what, first.x0, first.y0, first.x1, first.y1),
         say("Give the image as the microscope saved it, or leave that part out: {}.", leave_out(field, path)));
  }
}

/// Outlines given as labels that are none, or have no pixel.
template <class Warn>
void tell_outlines(const Seen& seen, const Warn& warn) {
  if (seen.lost_outlines > 0) {
    warn("nuclei.outlines_lost",
         say("{} of the outlines given (covers|cover) no pixel of (its|their) own: (it lies|they lie) outside the "
             "image, or others lie over (it|them).",
             seen.lost_outlines),
         say("Were they drawn on this image, at full resolution?"));
  }
  if (!seen.left_out.empty()) {
    warn("nuclei.outlines_left_out",
         say("{0} of the outlines given (is|are) left out: {1}.", seen.left_out.size(), about_left_out(seen.left_out)),
         seen.left_out.front().hint());
  }
}

}  // namespace

void tell(const Measured& field, const Plan& plan, const std::string& name, const Reading& reading, Outcome& out) {
  const Seen& seen = field.seen;
  const std::string where = name.empty() ? "" : say("Field {}: ", name);
  const auto warn = [&](const char* kind, const std::string& message, std::string hint) {
    out.issues.push_back(issue(Severity::kWarning, kind, where + message, std::move(hint), reading));
  };
  if (seen.not_finite) {
    warn("nuclei.not_finite", say("Some pixels are no numbers."), say("Export the image again."));
    return;
  }
  if (seen.unlabelled) {
    warn("nuclei.labels_missing", say("This field has no file of labels: nothing is measured in it."),
         say("Copy it into the folder, named as the image with {} behind it.", "_" + plan.labels_name));
    return;
  }
  if (plan.colour) return;
  if (seen.empty_image) {
    warn("nuclei.blank", say("The nuclear channel is one grey value: nothing was photographed."),
         say("Check the file, and the order of the channels."));
    return;
  }
  if (seen.bright_ground) {
    warn("nuclei.bright_ground",
         say("The ground of the nuclear channel is bright: this is no fluorescence image (transmitted light, a stained "
             "section, a screenshot)."),
         say("Give the image as the microscope saved it."));
    return;
  }
  if (field.nuclei.empty() && !plan.labels_name.empty()) {
    warn("nuclei.none", say("The labels hold no object."),
         say("Is it the right channel or file, and did the program that made them find anything?"));
  } else if (field.nuclei.empty() && !is_screen(seen)) {
    warn("nuclei.none", say("No nucleus was found."), say("Look at the image; is it the nuclear channel?"));
  }
  if (seen.blurred > kBlurredWarning) {
    warn("nuclei.out_of_focus",
         say("{} % of what was found has blurred edges and was left out: the field is out of focus.",
             readable_number(100 * seen.blurred, 2)),
         say("Leave the field out, or photograph it again."));
  }
  if (seen.edges.is_blurred && !(seen.blurred > kBlurredWarning)) {
    warn(
        "nuclei.out_of_focus",
        say("The edges of nuclei are blurred by {} % of their diameter: the field is out of focus, and dim or touching "
            "nuclei may be missing.",
            readable_number(100 * seen.edges.width / seen.edges.diameter, 2)),
        say("Look at it; leave the field out, or photograph it again."));
  }
  tell_outlines(seen, warn);
  if (!seen.drawn.empty()) tell_drawn(field, plan, reading.path, warn);
  if (is_screen(seen)) return;
  if (seen.swapped) {
    warn("nuclei.channels_swapped",
         say("A marker's channel shows many more nuclei than the nuclear channel: the channels may be swapped, and "
             "nothing is called positive."),
         say("Check \"nucleus\" and \"markers\"."));
  }
  const auto saturated = [&](double share, const std::string& channel) {
    if (!(share > kSaturatedWarning)) return;
    warn("nuclei.saturated",
         say("{} % of the nuclei's pixels in {} are saturated: brightness is too low there.",
             readable_number(100 * share, 2), channel),
         say("Photograph with a shorter exposure."));
  };
  saturated(seen.saturated, say("the nuclear channel"));
  for (std::size_t m = 0; m < plan.markers.size() && m < seen.marker_saturated.size(); ++m) {
    saturated(seen.marker_saturated[m], plan.markers[m].name);
  }
  tell_regions(field, plan, where, reading, out);
  for (Issue& each : issues_of(field.edited, reading.path)) out.issues.push_back(std::move(each));
}

void add_artifacts(const Measured& field, const std::string& name, const Plan& plan, const std::vector<Cut>& cuts,
                   const Settings& settings, Outcome& out) {
  if (field.labels.empty() || field.seen.not_finite || field.seen.unlabelled) return;
  const std::string part = file_part(name);
  const std::vector<DrawnRegion> none;
  const std::vector<DrawnRegion>& regions = field.regions ? field.regions->all : none;
  if (settings.overlays) {
    std::vector<std::uint8_t> positive(static_cast<std::size_t>(greatest_label(field.labels)) + 1, 0);
    for (const Nucleus& each : field.nuclei) {
      const bool is = !plan.markers.empty() && each.markers[0] > cuts[0].value;
      positive[static_cast<std::size_t>(each.region.label)] = is ? 1 : 0;
    }
    std::string about = plan.markers.empty() ? say("Outlines of the nuclei.")
                                             : say("Outlines of the nuclei; blue: {}+.", plan.markers[0].name);
    if (!regions.empty()) about += " " + say("Regions: {}.", legend_of(regions));
    out.artifacts.push_back({"nuclei_overlay" + part + ".png", "image/png",
                             overlay_png(field.nuclear, field.labels, positive, regions, plan.pixel_um),
                             std::move(about)});
  }
  if (settings.label_images) {
    out.artifacts.push_back({"nuclei" + part + "_labels.tif", "image/tiff",
                             write_label_tiff(field.labels, plan.pixel_um),
                             say("Label image: 0 outside, a number for every nucleus.")});
  }
  if (settings.rois && !field.nuclei.empty()) {
    out.artifacts.push_back({"nuclei" + part + "_rois.zip", "application/zip", rois_zip(field.labels),
                             say("Outlines for ImageJ's ROI manager.")});
  }
  if (settings.objects) {
    out.artifacts.push_back({"nuclei" + part + "_objects.tsv", "text/tab-separated-values",
                             objects_tsv(field.nuclei, plan.markers, cuts, regions, plan.pixel_um),
                             say("One line a nucleus: place, shape, brightness above the local background.")});
  }
}

}  // namespace vesica::nuclei
