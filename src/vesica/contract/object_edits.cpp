// SPDX-License-Identifier: Apache-2.0
#include "vesica/contract/object_edits.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <optional>

#include "vesica/base/message.h"
#include "vesica/base/number.h"
#include "vesica/base/text.h"
#include "vesica/ops/segment_labels.h"

namespace vesica {

namespace {

constexpr double kLeastReachPx = 2;  // chosen: a click on the rim of a small object

constexpr std::array<std::pair<std::string_view, ObjectAction>, 6> kKinds = {{{"remove", ObjectAction::kRemove},
                                                                              {"merge", ObjectAction::kMerge},
                                                                              {"split", ObjectAction::kSplit},
                                                                              {"add", ObjectAction::kAdd},
                                                                              {"leave_out", ObjectAction::kLeaveOut},
                                                                              {"region", ObjectAction::kRegion}}};

[[noreturn]] void refuse(const Edit& edit, std::string what) {
  throw Error(ErrorKind::kConfig, std::move(what), {"", 0, 0, edit.number > 0 ? std::to_string(edit.number) : ""},
              say("Points are x,y in pixels, counted from the upper left corner of the image."));
}

std::vector<double> numbers_of(const Edit& edit, std::string_view name) {
  std::vector<double> out;
  const Value* field = edit.geometry.find(name);
  if (field == nullptr) return out;
  if (field->items.size() > 2 * kMostPoints) refuse(edit, say("The outline has more than {} points.", kMostPoints));
  for (const Value& each : field->items) {
    if (!each.is_number() || !std::isfinite(each.number))
      refuse(edit, say("\"{}\" of a correction holds something that is no number.", name));
    out.push_back(each.number);
  }
  return out;
}

std::vector<ImagePoint> points_of(const Edit& edit, std::string_view name) {
  const std::vector<double> numbers = numbers_of(edit, name);
  if (numbers.size() % 2 != 0) refuse(edit, say("\"{}\" of a correction lacks a coordinate.", name));
  std::vector<ImagePoint> out;
  for (std::size_t i = 0; i < numbers.size(); i += 2) out.push_back({numbers[i], numbers[i + 1]});
  return out;
}

DrawnShape shape_of(const Edit& edit) {
  const std::vector<double> circle = numbers_of(edit, "circle");
  if (circle.empty()) return {points_of(edit, "polygon"), 0};
  if (circle.size() != 3 || !(circle[2] > 0)) refuse(edit, say("A circle is x, y and a radius above 0."));
  return {{{circle[0], circle[1]}}, circle[2]};
}

Value value_of(const std::vector<ImagePoint>& points) {
  Value out = Value::array();
  for (const ImagePoint& point : points) {
    out.append(Value::of(point.x));
    out.append(Value::of(point.y));
  }
  return out;
}

bool has_shape(const ObjectEdit& edit) { return edit.shape.is_circle() || edit.shape.points.size() >= 3; }

/// Every kind has the geometry that it needs.
bool is_complete(const ObjectEdit& edit) {
  switch (edit.action) {
    case ObjectAction::kRemove:
      return edit.at.size() == 1;
    case ObjectAction::kMerge:
      return edit.at.size() >= 2;
    case ObjectAction::kSplit:
      return edit.line.size() >= 2 || edit.at.size() >= 2;
    case ObjectAction::kAdd:
    case ObjectAction::kLeaveOut:
      return has_shape(edit);
    case ObjectAction::kRegion:
      return has_shape(edit) || edit.line.size() >= 2;
  }
  return false;
}

/// What lies to the left of a line, as a polygon that reaches beyond the image. With y down, left of a walk to the
/// right is above.
DrawnShape left_of(const std::vector<ImagePoint>& line, double reach) {
  std::vector<ImagePoint> corners = line;
  const auto extend = [&](const ImagePoint& from, const ImagePoint& to) {
    const double length = std::max(std::hypot(to.x - from.x, to.y - from.y), 1e-9);
    return ImagePoint{to.x + (to.x - from.x) / length * reach, to.y + (to.y - from.y) / length * reach};
  };
  const ImagePoint first = extend(line[1], line[0]), last = extend(line[line.size() - 2], line.back());
  corners.insert(corners.begin(), first);
  corners.push_back(last);
  const double dx = last.x - first.x, dy = last.y - first.y, length = std::max(std::hypot(dx, dy), 1e-9);
  const ImagePoint left = {dy / length * reach, -dx / length * reach};
  corners.push_back({last.x + left.x, last.y + left.y});
  corners.push_back({first.x + left.x, first.y + left.y});
  return {corners, 0};
}

/// The regions and parts left out of a frame; of several with one name the last.
std::vector<ObjectEdit> places_in(const std::vector<ObjectEdit>& edits) {
  std::vector<ObjectEdit> out;
  for (const ObjectEdit& edit : edits) {
    if (edit.action != ObjectAction::kRegion && edit.action != ObjectAction::kLeaveOut) continue;
    const auto same = std::find_if(out.begin(), out.end(), [&](const ObjectEdit& other) {
      return !edit.name.empty() && other.name == edit.name && other.action == edit.action;
    });
    if (same == out.end()) {
      out.push_back(edit);
    } else {
      *same = edit;
    }
  }
  return out;
}

Mask2 field_of(const std::vector<ObjectEdit>& places, std::size_t width, std::size_t height) {
  if (places.empty()) return {};
  const bool has_region = std::any_of(places.begin(), places.end(),
                                      [](const ObjectEdit& one) { return one.action == ObjectAction::kRegion; });
  Mask2 out(width, height, has_region ? 0 : 1);
  const double reach = 4 * static_cast<double>(width + height);
  for (const bool leaving_out : {false, true}) {
    for (const ObjectEdit& one : places) {
      if ((one.action == ObjectAction::kLeaveOut) != leaving_out) continue;
      const DrawnShape shape = one.line.size() >= 2 ? left_of(one.line, reach) : one.shape;
      for (const std::size_t i : pixels_of(shape, width, height)) out.pixels[i] = leaving_out ? 0 : 1;
    }
  }
  return out;
}

/// Applies corrections to one label image.
class Editor {
 public:
  Editor(Labels2& labels, EditedObjects& out) : labels_(labels), out_(out) {
    drop_outside();
    reach_ = std::max(kLeastReachPx, kReachShare * median_diameter());
  }

  void apply(const ObjectEdit& edit) {
    edit_ = &edit;
    switch (edit.action) {
      case ObjectAction::kRemove:
        return remove();
      case ObjectAction::kMerge:
        return merge();
      case ObjectAction::kSplit:
        return edit.line.size() >= 2 ? cut() : share();
      case ObjectAction::kAdd:
        return add();
      case ObjectAction::kLeaveOut:
      case ObjectAction::kRegion:
        ++out_.attached;
    }
  }

 private:
  double median_diameter() const {
    std::vector<std::size_t> areas = label_areas(labels_);
    if (areas.size() <= 1) return 0;
    areas.erase(areas.begin());
    const auto middle = areas.begin() + static_cast<std::ptrdiff_t>(areas.size() / 2);
    std::nth_element(areas.begin(), middle, areas.end());
    return std::sqrt(static_cast<double>(*middle) * 4 / 3.141592653589793);
  }

  /// Objects whose centroid is not looked at go; pixels beyond the field stay with an object that is.
  void drop_outside() {
    if (out_.field.empty()) return;
    const std::size_t count = static_cast<std::size_t>(greatest_label(labels_)) + 1;
    std::vector<double> x(count), y(count), n(count);
    for (std::size_t i = 0; i < labels_.pixels.size(); ++i) {
      const auto label = static_cast<std::size_t>(labels_.pixels[i]);
      x[label] += static_cast<double>(i % labels_.width);
      y[label] += static_cast<double>(i / labels_.width);
      ++n[label];
    }
    std::vector<std::uint8_t> keep(count, 0);
    for (std::size_t label = 1; label < count; ++label) {
      if (n[label] == 0) continue;
      keep[label] = out_.field.at(static_cast<std::size_t>(std::lround(x[label] / n[label])),
                                  static_cast<std::size_t>(std::lround(y[label] / n[label])));
    }
    keep_labels(labels_, keep);
  }

  bool is_looked_at(const ImagePoint& p) const {
    if (out_.field.empty()) return true;
    if (!(p.x >= 0 && p.y >= 0 && p.x < static_cast<double>(labels_.width) &&
          p.y < static_cast<double>(labels_.height)))
      return false;
    return out_.field.at(static_cast<std::size_t>(p.x), static_cast<std::size_t>(p.y)) != 0;
  }

  void conflict(const ImagePoint& where, std::string why) {
    out_.conflicts.push_back({edit_->number, std::move(why), where});
  }

  /// The object at point k; 0 after telling why there is none that it can mean.
  std::int32_t object(const ImagePoint& point, std::size_t k) {
    const std::int32_t label = object_at(labels_, point, reach_);
    if (label == 0) {
      conflict(point,
               say("there is no object at ({}, {}) now", readable_number(point.x, 4), readable_number(point.y, 4)));
      return 0;
    }
    if (k >= edit_->area_px.size() || !(edit_->area_px[k] > 0)) return label;
    const double growth = static_cast<double>(area_of(labels_, label)) / edit_->area_px[k];
    if (growth <= kMostGrowth && growth >= 1 / kMostGrowth) return label;
    conflict(point, say("the object at ({}, {}) has {} times the area that it had", readable_number(point.x, 4),
                        readable_number(point.y, 4), readable_number(growth, 2)));
    return 0;
  }

  void remove() {
    const bool is_gone = object_at(labels_, edit_->at[0], reach_) == 0;
    const std::int32_t label = is_gone ? 0 : object(edit_->at[0], 0);
    if (label != 0) remove_object(labels_, label);
    if (is_gone || label != 0) ++out_.attached;
  }

  void merge() {
    std::vector<std::int32_t> objects;
    for (std::size_t k = 0; k < edit_->at.size(); ++k) {
      const std::int32_t label = object_at(labels_, edit_->at[k], reach_);
      if (label == 0 && !is_looked_at(edit_->at[k])) continue;
      if (label == 0) {
        object(edit_->at[k], k);
        return;
      }
      if (std::find(objects.begin(), objects.end(), label) == objects.end()) objects.push_back(label);
    }
    if (objects.size() > 1) merge_objects(labels_, objects);
    ++out_.attached;
  }

  void share() {
    const std::int32_t first = object(edit_->at[0], 0);
    if (first == 0) return;
    std::vector<ImagePoint> inside;
    for (const ImagePoint& point : edit_->at)
      if (object_at(labels_, point, reach_) == first) inside.push_back(point);
    if (inside.size() >= 2 && !split_by_points(labels_, first, inside))
      return conflict(edit_->at[0], say("its points do not divide the object"));
    ++out_.attached;
  }

  /// The object that the line crosses longest.
  void cut() {
    std::map<std::int32_t, std::size_t> crossed;
    const auto& line = edit_->line;
    for (std::size_t i = 0; i + 1 < line.size(); ++i) {
      for (int k = 0; k <= 64; ++k) {
        const double s = k / 64.0;
        const std::int32_t label = object_at(
            labels_, {line[i].x + s * (line[i + 1].x - line[i].x), line[i].y + s * (line[i + 1].y - line[i].y)}, 0.5);
        if (label > 0) ++crossed[label];
      }
    }
    const ImagePoint middle = {(line.front().x + line.back().x) / 2, (line.front().y + line.back().y) / 2};
    const auto most = std::max_element(crossed.begin(), crossed.end(),
                                       [](const auto& a, const auto& b) { return a.second < b.second; });
    if (most == crossed.end()) {
      if (is_looked_at(middle)) return conflict(middle, say("its line crosses no object now"));
      ++out_.attached;
      return;
    }
    // Two objects along the line, neither divided by it: they are apart already.
    if (!split_object(labels_, most->first, line) && crossed.size() < 2)
      return conflict(middle, say("its line does not divide the object"));
    ++out_.attached;
  }

  void add() {
    const std::vector<std::size_t> pixels = pixels_of(edit_->shape, labels_.width, labels_.height);
    const ImagePoint where = edit_->shape.points.front();
    if (best_overlap(labels_, pixels).share < kSameOverlap && add_object(labels_, pixels) == 0)
      return conflict(where, say("other objects cover all that was drawn"));
    ++out_.attached;
  }

  Labels2& labels_;
  EditedObjects& out_;
  const ObjectEdit* edit_ = nullptr;
  double reach_ = 0;
};

}  // namespace

std::string_view kind_of(ObjectAction action) {
  for (const auto& [word, one] : kKinds)
    if (one == action) return word;
  return "";
}

bool is_object_edit(const Edit& edit) {
  return std::any_of(kKinds.begin(), kKinds.end(), [&](const auto& one) { return one.first == edit.kind; });
}

ObjectEdit read_object_edit(const Edit& edit) {
  ObjectEdit out;
  out.number = edit.number;
  const auto kind = std::find_if(kKinds.begin(), kKinds.end(), [&](const auto& one) { return one.first == edit.kind; });
  if (kind == kKinds.end()) refuse(edit, say("\"{}\" is no correction of objects.", edit.kind));
  out.action = kind->second;
  out.at = points_of(edit, "at");
  out.line = points_of(edit, "line");
  out.shape = shape_of(edit);
  out.area_px = numbers_of(edit, "area_px");
  if (const Value* name = edit.geometry.find("name"); name != nullptr && name->kind == Value::Kind::kText)
    out.name = name->text;
  if (const Value* frame = edit.geometry.find("frame"); frame != nullptr && frame->is_number() && frame->number >= 0)
    out.frame = static_cast<std::size_t>(std::min(frame->number, 1e9));
  if (!is_complete(out))
    refuse(edit, say("A correction \"{}\" lacks what it needs: {}.", edit.kind,
                     out.action == ObjectAction::kRemove  ? say("one point")
                     : out.action == ObjectAction::kMerge ? say("two points or more")
                     : out.action == ObjectAction::kSplit ? say("a line, or two points or more")
                                                          : say("a circle, or three corners or more")));
  return out;
}

Edit write_object_edit(const ObjectEdit& edit) {
  Edit out;
  out.action = "correct";
  out.kind = kind_of(edit.action);
  out.geometry = Value::table();
  if (!edit.name.empty()) out.geometry.set("name", Value::of(edit.name));
  if (!edit.at.empty()) out.geometry.set("at", value_of(edit.at));
  if (!edit.line.empty()) out.geometry.set("line", value_of(edit.line));
  if (edit.shape.is_circle()) {
    Value circle = value_of(edit.shape.points);
    circle.append(Value::of(edit.shape.radius));
    out.geometry.set("circle", std::move(circle));
  } else if (!edit.shape.points.empty()) {
    out.geometry.set("polygon", value_of(edit.shape.points));
  }
  if (!edit.area_px.empty()) {
    Value areas = Value::array();
    for (const double area : edit.area_px) areas.append(Value::of(area));
    out.geometry.set("area_px", std::move(areas));
  }
  if (edit.frame > 0) out.geometry.set("frame", Value::of(static_cast<std::int64_t>(edit.frame)));
  return out;
}

std::size_t EditedObjects::field_pixels(const Labels2& labels) const {
  if (field.empty()) return labels.pixels.size();
  return static_cast<std::size_t>(std::count(field.pixels.begin(), field.pixels.end(), 1));
}

EditedObjects edit_objects(Labels2& labels, std::span<const Edit> corrections, std::size_t frame) {
  EditedObjects out;
  std::vector<ObjectEdit> edits;
  for (const Edit& edit : corrections) {
    if (!is_object_edit(edit)) continue;
    edits.push_back(read_object_edit(edit));
    if (edits.back().frame != frame) edits.pop_back();
  }
  if (edits.empty()) return out;
  out.field = field_of(places_in(edits), labels.width, labels.height);
  Editor editor(labels, out);
  for (const ObjectEdit& edit : edits) editor.apply(edit);
  relabel(labels);
  return out;
}

std::vector<Issue> issues_of(const EditedObjects& edited, const std::string& path) {
  std::vector<Issue> out;
  for (const EditedObjects::Conflict& one : edited.conflicts) {
    out.push_back(
        {Severity::kWarning,
         "edit.conflict",
         say("Edit {} was not applied: {}.", one.number, one.why),
         {path, 0, 0, std::to_string(one.number)},
         say("Look at the overlay: make the correction again, or take it back with vesica undo --edit {}.", one.number),
         path,
         ""});
  }
  return out;
}

void check_object_edit(const Edit& edit, std::size_t width, std::size_t height, std::size_t frames,
                       const std::string& path) {
  const ObjectEdit one = read_object_edit(edit);
  if (one.frame >= frames)
    throw Error(ErrorKind::kConfig, say("There is no frame {}: the file has {}.", one.frame, frames), {path, 0, 0, ""},
                say("Frames count from 0."));
  const auto outside = [&](const ImagePoint& p) {
    return p.x < 0 || p.y < 0 || p.x >= static_cast<double>(width) || p.y >= static_cast<double>(height);
  };
  const auto stray = std::find_if(one.at.begin(), one.at.end(), outside);
  const bool has_stray = stray != one.at.end();
  const bool covers = !has_shape(one) || !pixels_of(one.shape, width, height).empty();
  if (!has_stray && covers) return;
  const ImagePoint where = has_stray ? *stray : one.shape.points.front();
  throw Error(ErrorKind::kConfig,
              say("({}, {}) lies outside of the image, which has {} x {} pixels.", readable_number(where.x, 6),
                  readable_number(where.y, 6), width, height),
              {path, 0, 0, ""}, say("Points are x,y in pixels, counted from the upper left corner of the image."));
}

}  // namespace vesica
