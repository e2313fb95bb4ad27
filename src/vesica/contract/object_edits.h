// SPDX-License-Identifier: Apache-2.0
// Corrections of the objects of an image: written as events, found again by place and size, applied before measuring.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "vesica/contract/contract.h"
#include "vesica/data/image.h"
#include "vesica/ops/segment_edit.h"

namespace vesica {

/// What a user does to objects. The word in Edit::kind stands beside each; the geometry's fields are in pixels as
/// ImageJ counts them (segment_edit.h), so that they hold whatever the settings are.
enum class ObjectAction {
  kRemove,    ///< "remove": at = [x, y]
  kMerge,     ///< "merge": at = [x, y, x, y, ...], two points or more
  kSplit,     ///< "split": line = [x, y, x, y, ...] (a cut), or at = two points or more (to the nearest)
  kAdd,       ///< "add": polygon = [x, y, ...] or circle = [x, y, radius]
  kLeaveOut,  ///< "leave_out": polygon or circle that is not looked at
  kRegion,    ///< "region": polygon, circle, or line (what lies to its left looking along it): only this is looked at
};

/// One correction, read from an event.
struct ObjectEdit {
  std::int64_t number = 0;
  ObjectAction action = ObjectAction::kRemove;
  std::vector<ImagePoint> at, line;
  DrawnShape shape;
  /// Pixels of the object at each point (or under the line) when the event was made; empty: not known. What is found
  /// there later must be of a like size (kMostGrowth).
  std::vector<double> area_px;
  std::string name;       ///< of a region or a part left out: a later event of the same name takes its place (moves it)
  std::size_t frame = 0;  ///< of a series
};

/// The word of a kind of object correction, for events; is_object_edit tells them from others ("cylinder").
std::string_view kind_of(ObjectAction action);
bool is_object_edit(const Edit& edit);

/// Throws Error(kConfig) for a geometry that makes no sense: fields missing, numbers not finite, too few points, more
/// than kMostPoints.
ObjectEdit read_object_edit(const Edit& edit);
/// The event's kind and geometry; match, reason and author are left to the caller.
Edit write_object_edit(const ObjectEdit& edit);

inline constexpr std::size_t kMostPoints = 100'000;  ///< chosen: an outline traced around a whole slide is shorter
/// How far beside an object a point still means it, as a share of the median diameter in the image (chosen: a quarter;
/// two settings of a segmentation move edges less than neighbours are apart).
inline constexpr double kReachShare = 0.25;
/// An object found again may have this many times the pixels it had, or one over it (chosen: below two touching
/// objects taken as one plus the growth by another threshold).
inline constexpr double kMostGrowth = 3;
/// A drawn object is there already when an object overlaps it by this share of both (the usual bound of a match).
inline constexpr double kSameOverlap = 0.5;

/// What the corrections did to one image.
struct EditedObjects {
  Mask2 field;  ///< 1 where the image is looked at; empty: everywhere
  std::size_t attached = 0;
  struct Conflict {
    std::int64_t number;
    std::string why;  ///< a sentence
    ImagePoint where;
  };
  std::vector<Conflict> conflicts;  ///< corrections that found nothing to correct
  /// Pixels that are looked at.
  std::size_t field_pixels(const Labels2& labels) const;
};

/// Applies the object corrections of a frame in the order in which they were made, first those of regions: objects
/// whose centroid lies outside of what is looked at are dropped. An event whose aim is reached already (objects apart,
/// joined, gone with their region, drawn where one is) counts as attached. Labels are numbered anew at the end. Kinds
/// that are no object corrections are passed over.
EditedObjects edit_objects(Labels2& labels, std::span<const Edit> corrections, std::size_t frame = 0);

/// One warning a conflict, with its number and what to do.
std::vector<Issue> issues_of(const EditedObjects& edited, const std::string& path);

/// For Assay::check_correction of assays with objects: Error(kConfig) for another kind, a bad geometry, a frame that is
/// not there, or one that lies outside of the image.
void check_object_edit(const Edit& edit, std::size_t width, std::size_t height, std::size_t frames,
                       const std::string& path);

}  // namespace vesica
