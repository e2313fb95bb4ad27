// SPDX-License-Identifier: Apache-2.0
#include "vesica/io/geojson.h"

#include <cmath>

#include "vesica/base/message.h"
#include "vesica/base/os/files.h"
#include "vesica/base/text.h"
#include "vesica/io/json.h"

namespace vesica {

namespace {

constexpr double kFarthest = 1e6;  // chosen: pixels; no image is larger

class GeoJson {
 public:
  explicit GeoJson(bool nuclei) : nuclei_(nuclei) {}
  std::vector<ImageJRoi> read(const Value& root) {
    if (root.kind == Value::Kind::kArray) {
      for (const Value& each : root.items) feature(each);
    } else if (const Value* features = root.find("features")) {
      for (const Value& each : features->items) feature(each);
    } else {
      feature(root);
    }
    return std::move(out_);
  }

 private:
  [[noreturn]] static void refuse(const Value& at, std::string what) {
    throw Error(ErrorKind::kData, std::move(what), at.place,
                say("In QuPath: File > Export objects as GeoJSON, as a FeatureCollection."));
  }

  static std::string text_in(const Value* table, std::string_view key) {
    const Value* found = table == nullptr ? nullptr : table->find(key);
    return found != nullptr && found->kind == Value::Kind::kText ? std::string(trim(found->text)) : std::string();
  }

  void feature(const Value& feature) {
    const Value* geometry = nuclei_ ? feature.find("nucleusGeometry") : nullptr;
    if (geometry == nullptr || geometry->kind != Value::Kind::kTable) geometry = feature.find("geometry");
    const std::string kind = text_in(geometry, "type");
    if (kind.empty()) refuse(feature, say("This is no feature of GeoJSON: it has no geometry."));
    if (out_.size() >= kMostRois) refuse(feature, say("There are more than {} regions.", kMostRois));
    const Value* properties = feature.find("properties");
    ImageJRoi roi;
    roi.name = text_in(properties, "name");
    if (roi.name.empty() && properties != nullptr) roi.name = text_in(properties->find("classification"), "name");
    const Value* coordinates = geometry->find("coordinates");
    if (coordinates == nullptr) refuse(*geometry, say("The geometry \"{}\" has no coordinates.", kind));
    if (kind == "Polygon") {
      rings(*coordinates, roi);
    } else if (kind == "MultiPolygon") {
      for (const Value& polygon : coordinates->items) rings(polygon, roi);
    } else if (kind == "Point" || kind == "MultiPoint" || kind == "LineString" || kind == "MultiLineString") {
      roi.is_area = false;
    } else {
      refuse(*geometry, say("The geometry \"{}\" is not known.", kind));
    }
    if (roi.is_area && roi.paths.empty()) refuse(*geometry, say("The outline has fewer than three corners."));
    out_.push_back(std::move(roi));
  }

  void rings(const Value& polygon, ImageJRoi& roi) {
    for (const Value& ring : polygon.items) {
      std::vector<RoiPoint> path;
      for (const Value& point : ring.items) {
        const bool pair = point.items.size() >= 2 && point.items[0].is_number() && point.items[1].is_number() &&
                          std::abs(point.items[0].number) <= kFarthest && std::abs(point.items[1].number) <= kFarthest;
        if (!pair) refuse(point, say("A coordinate of the region is no number of pixels."));
        if (++points_ > kMostPointsInAll) refuse(point, say("The outline has more than {} points.", kMostPointsInAll));
        path.push_back({point.items[0].number, point.items[1].number});
      }
      if (path.size() > 1 && path.front() == path.back()) path.pop_back();  // closed by itself
      if (path.size() < 3) refuse(ring, say("The outline has fewer than three corners."));
      roi.paths.push_back(std::move(path));
    }
  }

  static constexpr std::size_t kMostPointsInAll = 20 * kMostRoiPoints;  // chosen: a slide of 100,000 cells
  bool nuclei_;
  std::size_t points_ = 0;
  std::vector<ImageJRoi> out_;
};

}  // namespace

std::vector<ImageJRoi> read_geojson(std::string_view text, const std::string& file, bool nuclei) {
  return GeoJson(nuclei).read(read_json(text, file));
}

std::vector<ImageJRoi> read_outlines(const std::filesystem::path& path, const std::string& shown,
                                     std::vector<Error>& left_out, bool nuclei) {
  constexpr std::uint64_t kMostBytes = std::uint64_t{256} << 20;
  const std::string bytes = read_file(path, kMostBytes);
  const std::size_t first = bytes.find_first_not_of("\xEF\xBB\xBF \t\r\n");
  const bool json = first != std::string::npos && (bytes[first] == '{' || bytes[first] == '[');
  return json ? read_geojson(bytes, shown, nuclei) : read_rois(bytes, shown, left_out);
}

}  // namespace vesica
