// SPDX-License-Identifier: Apache-2.0
// Corrections of the objects of an image as a user types them, each an event with its place and size.
#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <optional>
#include <set>

#include "vesica/app/app.h"
#include "vesica/app/corrections.h"
#include "vesica/app/session.h"
#include "vesica/base/message.h"
#include "vesica/base/number.h"
#include "vesica/base/os/files.h"
#include "vesica/base/text.h"
#include "vesica/contract/object_edits.h"
#include "vesica/io/geojson.h"
#include "vesica/io/images.h"
#include "vesica/io/label_image.h"
#include "vesica/ops/segment_labels.h"
#include "vesica/study/names.h"

namespace vesica {

namespace {

constexpr double kClickReachPx = 4;  // chosen: how far beside an object a click may fall while it is made

[[noreturn]] void refuse(std::string_view option, std::string_view text, std::string hint) {
  throw Error(ErrorKind::kUsage, say("--{} cannot be \"{}\".", option, text), {}, std::move(hint));
}

/// "10,20 30,40" as groups of numbers; blanks and semicolons part the groups.
std::vector<std::vector<double>> groups_of(std::string_view option, std::string text) {
  text = half_width(text);
  std::replace(text.begin(), text.end(), ';', ' ');
  std::vector<std::vector<double>> out;
  for (const std::string_view group : split(text, ' ')) {
    if (trim(group).empty()) continue;
    out.emplace_back();
    for (const std::string_view part : split(group, ',')) {
      const auto number = parse_number(trim(part));
      if (!number || !std::isfinite(*number))
        refuse(option, text,
               say("Write points as x,y with blanks between them, decimals with a point: 120.5,80 140,95"));
      out.back().push_back(*number);
    }
  }
  if (out.empty()) refuse(option, text, say("Write points as x,y with blanks between them."));
  return out;
}

std::vector<ImagePoint> points_of(std::string_view option, const std::string& text, std::size_t least,
                                  const std::string& hint) {
  std::vector<ImagePoint> out;
  for (const std::vector<double>& group : groups_of(option, text)) {
    if (group.size() != 2) refuse(option, text, hint);
    out.push_back({group[0], group[1]});
  }
  if (out.size() < least) refuse(option, text, hint);
  return out;
}

/// One group x,y,r is a circle, three groups x,y and more a polygon, two a line where lines are allowed.
void read_shape(std::string_view option, const std::string& text, bool allows_line, ObjectEdit& edit) {
  const auto groups = groups_of(option, text);
  if (groups.size() == 1 && groups[0].size() == 3 && groups[0][2] > 0) {
    edit.shape = {{{groups[0][0], groups[0][1]}}, groups[0][2]};
    return;
  }
  const std::string hint = say("Write a circle as x,y,radius or a polygon as three points or more.");
  const std::vector<ImagePoint> points = points_of(option, text, allows_line ? 2 : 3, hint);
  if (points.size() == 2) {
    edit.line = points;
  } else {
    edit.shape.points = points;
  }
}

/// The objects as they were measured last: so that a correction knows which it means. Empty when nothing was yet.
Labels2 last_labels(const Store& store, const MeasureItem& item, const std::filesystem::path& results) {
  for (const ArtifactRecord& record : store.artifacts()) {
    if (record.key != item.key || !record.name.ends_with("labels.tif")) continue;
    const auto source = open_image(results / path_from(record.path), "tiff", record.name);
    return read_labels(*source, 0, record.name);
  }
  return {};
}

class EventMaker {
 public:
  EventMaker(const EditOptions& options, Labels2 labels, const std::vector<Edit>& in_force)
      : options_(options), labels_(std::move(labels)), in_force_(in_force) {}

  std::vector<Edit> make() {
    for (const std::string& text : options_.remove) {
      for (const ImagePoint& point : places_of("remove", text, 1, say("Write the points of the objects as x,y.")))
        remove(point);
    }
    for (const std::string& text : options_.merge)
      at(ObjectAction::kMerge, places_of("merge", text, 2, say("Write a point x,y in each object that is one.")));
    for (const std::string& text : options_.split_at)
      share(points_of("split-at", text, 2, say("Write a point x,y for each object that it is.")));
    for (const std::string& text : options_.split) {
      ObjectEdit edit = begin(ObjectAction::kSplit);
      edit.line = points_of("split", text, 2, say("Write the cut as two points or more, x,y each."));
      add(std::move(edit));
    }
    draw(ObjectAction::kAdd, "add", options_.add);
    draw(ObjectAction::kLeaveOut, "leave-out", options_.leave_out);
    draw(ObjectAction::kRegion, "region", options_.region);
    for (const std::string& text : options_.move) move(text);
    if (!options_.accept.empty()) accept(regions_of(options_.accept));
    if (!options_.reject.empty()) reject(regions_of(options_.reject));
    if (out_.empty() && !is_empty_right_)
      throw Error(ErrorKind::kUsage, say("It is not said what to correct."), {},
                  say("Give --remove, --merge, --split, --split-at, --add, --leave-out, --region, --move, "
                      "--accept or --reject."));
    return std::move(out_);
  }

  /// What files of regions hold beside outlines that can be used.
  const std::vector<Error>& left_out() const { return left_out_; }

 private:
  ObjectEdit begin(ObjectAction action) const {
    ObjectEdit out;
    out.action = action;
    out.name = options_.name;
    out.frame = options_.frame;
    return out;
  }
  void add(ObjectEdit edit) { out_.push_back(write_object_edit(edit)); }

  /// Points, or objects by the number that tables and ROI files give them: "#12" is a point in it.
  std::vector<ImagePoint> places_of(std::string_view option, const std::string& text, std::size_t least,
                                    const std::string& hint) const {
    const std::string plain = replace_all(half_width(text), ";", " ");
    std::string points;
    for (const std::string_view word : split(plain, ' ')) {
      if (!word.starts_with("#")) {
        points += std::string(word) + " ";
        continue;
      }
      const auto number = parse_integer(word.substr(1));
      const std::vector<std::size_t> areas = label_areas(labels_);
      const bool is_there = number && *number > 0 && static_cast<std::size_t>(*number) < areas.size() &&
                            areas[static_cast<std::size_t>(*number)] > 0 && options_.frame == 0;
      if (!is_there)
        throw Error(ErrorKind::kConfig, say("No object has the number {}.", word), {options_.what, 0, 0, ""},
                    say("Numbers are those of the last run, as its table of objects gives them."));
      const ImagePoint point = inside(static_cast<std::int32_t>(*number));
      points += exact_number(point.x) + "," + exact_number(point.y) + " ";
    }
    return points_of(option, points, least, hint);
  }

  /// The region or part left out of that name, shifted: an event that takes its place.
  void move(const std::string& text) {
    const auto by = points_of("move", text, 1, say("Write how far, in pixels, as dx,dy: 10,-5 is right and up."));
    if (options_.name.empty())
      throw Error(ErrorKind::kUsage, say("--move needs the --name of a region or part left out."), {},
                  say("vesica history {} --input {} lists them.", options_.study, options_.what));
    std::optional<ObjectEdit> last;
    for (const Edit& edit : in_force_) {
      if (!is_object_edit(edit)) continue;
      ObjectEdit one = read_object_edit(edit);
      const bool is_place = one.action == ObjectAction::kRegion || one.action == ObjectAction::kLeaveOut;
      if (is_place && one.name == options_.name && one.frame == options_.frame) last = std::move(one);
    }
    if (!last)
      throw Error(ErrorKind::kConfig, say("No region and no part left out is called \"{}\".", options_.name),
                  {options_.what, 0, 0, ""},
                  say("vesica history {} --input {} lists them.", options_.study, options_.what));
    for (std::vector<ImagePoint>* points : {&last->line, &last->shape.points})
      for (ImagePoint& point : *points) point.x += by.front().x, point.y += by.front().y;
    add(std::move(*last));
  }

  /// Pixels of the object at a point as it was measured last; nothing when nothing was.
  std::optional<double> area_at(const ImagePoint& point) const {
    if (labels_.empty() || options_.frame > 0) return std::nullopt;
    const std::int32_t label = object_at(labels_, point, kClickReachPx);
    if (label == 0)
      throw Error(ErrorKind::kConfig,
                  say("No object was measured at ({}, {}).", readable_number(point.x, 5), readable_number(point.y, 5)),
                  {options_.what, 0, 0, ""},
                  say("Points are x,y in pixels from the upper left corner; the overlay in the report shows the "
                      "objects. --add draws one that is missing."));
    return static_cast<double>(area_of(labels_, label));
  }

  void remove(const ImagePoint& point) { at(ObjectAction::kRemove, {point}); }
  void at(ObjectAction action, std::vector<ImagePoint> points) {
    ObjectEdit edit = begin(action);
    for (const ImagePoint& point : points)
      if (const auto area = area_at(point)) edit.area_px.push_back(*area);
    edit.at = std::move(points);
    add(std::move(edit));
  }
  /// The points lie in one object, whose size is kept for the first.
  void share(std::vector<ImagePoint> points) {
    ObjectEdit edit = begin(ObjectAction::kSplit);
    if (const auto area = area_at(points.front())) edit.area_px = {*area};
    edit.at = std::move(points);
    add(std::move(edit));
  }
  void draw(ObjectAction action, std::string_view option, const std::vector<std::string>& texts) {
    for (const std::string& text : texts) {
      if (is_file_of_regions(text)) {
        draw_file(action, text);
        continue;
      }
      ObjectEdit edit = begin(action);
      read_shape(option, text, action == ObjectAction::kRegion, edit);
      add(std::move(edit));
    }
  }
  /// Every outline of the file, under its own name.
  void draw_file(ObjectAction action, const std::string& file) {
    std::map<std::string, int> times;  // of several with one name none takes the place of another
    for (const auto& [name, shape] : outlines_of(file, action == ObjectAction::kRegion)) {
      ObjectEdit edit = begin(action);
      (shape.points.size() == 2 ? edit.line : edit.shape.points) = shape.points;
      edit.name = !options_.name.empty() ? options_.name : name.empty() ? "region" : name;
      if (const int time = ++times[edit.name]; time > 1) edit.name += " " + std::to_string(time);
      add(std::move(edit));
    }
  }

  /// The outlines of ImageJ's regions as pixels; the objects must have been measured.
  std::vector<DrawnShape> regions_of(const std::string& file) {
    if (labels_.empty() || options_.frame > 0)
      throw Error(ErrorKind::kConfig, say("There are no measured objects to hold the regions against."),
                  {options_.what, 0, 0, ""}, say("Run the study first."));
    std::vector<DrawnShape> out;
    for (auto& [name, shape] : outlines_of(file)) out.push_back(std::move(shape));
    return out;
  }

  static bool is_file_of_regions(const std::string& text) {
    const std::string small = lower_ascii(text);
    return small.ends_with(".roi") || small.ends_with(".zip") || small.ends_with(".geojson");
  }
  /// Closed outlines by name, those in several pieces as one; straight lines too where they mean something. What is
  /// neither is left out and told.
  std::vector<std::pair<std::string, DrawnShape>> outlines_of(const std::string& file, bool takes_lines = false) {
    std::vector<std::pair<std::string, DrawnShape>> out;
    for (const ImageJRoi& roi : read_outlines(path_from(file), file, left_out_)) {
      const bool is_line = takes_lines && roi.is_line && roi.paths.size() == 1 && roi.paths[0].size() == 2;
      if (!is_line && !roi.is_area) {
        left_out_.emplace_back(ErrorKind::kUnsupported, say("Region \"{}\" is no closed outline.", roi.name),
                               Place{file, 0, 0, roi.name}, say("Draw it as a closed outline."));
        continue;
      }
      out.emplace_back(roi.name, DrawnShape{});
      for (const RoiPoint& point : is_line ? roi.paths[0] : joined_outline(roi))
        out.back().second.points.push_back({point[0], point[1]});
    }
    if (out.empty() && !left_out_.empty()) throw Error(left_out_.front());
    return out;
  }

  /// The object that a region outlines; 0 when none does.
  std::int32_t object_of(const DrawnShape& region) const {
    const Overlap best = best_overlap(labels_, pixels_of(region, labels_.width, labels_.height));
    return best.share >= kSameOverlap ? best.label : 0;
  }

  /// A pixel's centre in the object, as near to its centroid as there is.
  ImagePoint inside(std::int32_t label) const {
    double x = 0, y = 0, n = 0;
    const auto each = [&](const auto& take) {
      for (std::size_t i = 0; i < labels_.pixels.size(); ++i)
        if (labels_.pixels[i] == label)
          take(static_cast<double>(i % labels_.width) + 0.5, static_cast<double>(i / labels_.width) + 0.5);
    };
    each([&](double px, double py) { x += px, y += py, ++n; });
    ImagePoint out{x / n, y / n}, nearest = out;
    double best = std::numeric_limits<double>::infinity();
    each([&](double px, double py) {
      const double d = std::hypot(px - out.x, py - out.y);
      if (d < best) best = d, nearest = {px, py};
    });
    return nearest;
  }

  /// The regions are the truth: an object stays where one region outlines it and none else lies in it; other objects
  /// go, and then the regions without an object of their own are drawn.
  void accept(const std::vector<DrawnShape>& regions) {
    std::map<std::int32_t, std::size_t> within;  // regions that lie in an object by half or more
    std::map<std::int32_t, std::size_t> outlined;
    std::vector<std::int32_t> object(regions.size(), 0);
    for (std::size_t r = 0; r < regions.size(); ++r) {
      const std::vector<std::size_t> pixels = pixels_of(regions[r], labels_.width, labels_.height);
      std::map<std::int32_t, std::size_t> shared;
      for (const std::size_t i : pixels) ++shared[labels_.pixels[i]];
      for (const auto& [label, count] : shared)
        if (label > 0 && 2 * count >= pixels.size()) ++within[label];
      object[r] = object_of(regions[r]);
      if (object[r] > 0) ++outlined[object[r]];
    }
    const auto stays = [&](std::int32_t label) {
      return label > 0 && outlined.count(label) > 0 && outlined[label] == 1 && within[label] <= 1;
    };
    const std::vector<std::size_t> areas = label_areas(labels_);
    for (std::size_t label = 1; label < areas.size(); ++label)
      if (areas[label] > 0 && !stays(static_cast<std::int32_t>(label)))
        remove(inside(static_cast<std::int32_t>(label)));
    for (std::size_t r = 0; r < regions.size(); ++r) {
      if (stays(object[r])) continue;
      ObjectEdit edit = begin(ObjectAction::kAdd);
      edit.shape = regions[r];
      add(std::move(edit));
    }
    is_empty_right_ = true;
  }

  void reject(const std::vector<DrawnShape>& regions) {
    std::set<std::int32_t> gone;
    for (const DrawnShape& region : regions) {
      const std::int32_t label = object_of(region);
      if (label == 0)
        throw Error(ErrorKind::kConfig,
                    say("No measured object fills the region at ({}, {}) by half.",
                        readable_number(region.points.front().x, 5), readable_number(region.points.front().y, 5)),
                    {options_.reject, 0, 0, ""}, say("Nothing was recorded. Take it out of the ROI Manager."));
      if (gone.insert(label).second) remove(inside(label));
    }
  }

  const EditOptions& options_;
  Labels2 labels_;
  const std::vector<Edit>& in_force_;
  std::vector<Edit> out_;
  std::vector<Error> left_out_;
  bool is_empty_right_ = false;  ///< every object was accepted: nothing to record
};

}  // namespace

std::string edit_input(const EditOptions& options) {
  const std::filesystem::path results = results_folder(options.study, options.out);
  const Correcting who = {options.study,
                          options.out,
                          options.what,
                          options.reason,
                          options.author,
                          "edit",
                          say("Objects are corrected in the assays nuclei, cell_uptake and tem; a bone's cylinder is "
                              "placed by vesica place.")};
  std::vector<Error> left_out;
  const Corrected done =
      add_corrections(who, [&](const Store& store, const MeasureItem& item, const std::vector<Edit>& in_force) {
        EventMaker maker(options, last_labels(store, item, results), in_force);
        std::vector<Edit> edits = maker.make();
        left_out = maker.left_out();
        return edits;
      });
  std::string out;
  if (!left_out.empty())
    out += say("{0} region(s) (is|are) left out: {1}.", left_out.size(), about_left_out(left_out)) + "\n";
  for (const Edit& edit : done.edits)
    out += say("Edit {}: {} in {}.", edit.number, translate(edit.kind), done.input) + "\n";
  if (done.edits.size() > 1)
    return out +
           say("vesica run {0} measures this input again; vesica undo {0} --input {1} --count {2} takes these edits "
               "back.",
               options.study, done.input, done.edits.size()) +
           "\n";
  return out +
         say("vesica run {0} measures this input again; vesica undo {0} --input {1} takes the last one back.",
             options.study, done.input) +
         "\n";
}

}  // namespace vesica
