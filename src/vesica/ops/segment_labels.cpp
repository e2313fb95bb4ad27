// SPDX-License-Identifier: Apache-2.0
#include "vesica/ops/segment_labels.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "vesica/base/require.h"
#include "vesica/ops/segment_mask.h"
#include "vesica/ops/segment_runs.h"

namespace vesica {

namespace {

std::size_t index_of(std::int32_t label) { return static_cast<std::size_t>(label); }

/// Lower envelope of the parabolas of one row: source x has height column[x]; `from[x]` becomes the column of the
/// source that is nearest to x. Sources of infinite height do not exist.
class Row {
 public:
  explicit Row(std::size_t width) : vertex_(width), border_(width + 1) {}

  /// False when the row has no source at all.
  bool nearest(const std::vector<double>& height, std::vector<std::size_t>& from) {
    std::size_t count = 0;
    for (std::size_t v = 0; v < height.size(); ++v) {
      if (!(height[v] < std::numeric_limits<double>::infinity())) continue;
      double start = -std::numeric_limits<double>::infinity();
      while (count > 0) {
        start = crossing(vertex_[count - 1], v, height);
        if (start > border_[count - 1]) break;
        --count;
        start = -std::numeric_limits<double>::infinity();
      }
      vertex_[count] = v;
      border_[count++] = start;
    }
    if (count == 0) return false;
    std::size_t k = 0;
    for (std::size_t x = 0; x < height.size(); ++x) {
      while (k + 1 < count && border_[k + 1] < static_cast<double>(x)) ++k;
      from[x] = vertex_[k];
    }
    return true;
  }

 private:
  static double crossing(std::size_t u, std::size_t v, const std::vector<double>& height) {
    const auto a = static_cast<double>(u), b = static_cast<double>(v);
    return ((height[v] + b * b) - (height[u] + a * a)) / (2 * (b - a));
  }
  std::vector<std::size_t> vertex_;
  std::vector<double> border_;
};

/// Row of the nearest seed in the same column, the upper one of two as near; -1 where the column has none.
Plane<std::int32_t> nearest_in_columns(const Labels2& seeds) {
  Plane<std::int32_t> out(seeds.width, seeds.height, -1);
  for (std::size_t y = 0; y < seeds.height; ++y) {
    const std::int32_t* above = y > 0 ? out.row(y - 1).data() : nullptr;
    const std::int32_t* seed = seeds.row(y).data();
    std::int32_t* here = out.row(y).data();
    for (std::size_t x = 0; x < seeds.width; ++x) {
      here[x] = seed[x] != 0 ? static_cast<std::int32_t>(y) : above != nullptr ? above[x] : -1;
    }
  }
  for (std::size_t y = seeds.height; y-- > 1;) {
    const std::int32_t* below = out.row(y).data();
    std::int32_t* here = out.row(y - 1).data();
    const auto place = static_cast<std::int32_t>(y - 1);
    for (std::size_t x = 0; x < seeds.width; ++x) {
      if (below[x] > place && (here[x] < 0 || below[x] - place < place - here[x])) here[x] = below[x];
    }
  }
  return out;
}

/// Calls meet(a, b) for the labels of all pairs of 4-neighbours.
template <typename Meet>
void for_neighbours(const Labels2& labels, const Meet& meet) {
  for (std::size_t y = 0; y < labels.height; ++y) {
    for (std::size_t x = 0; x < labels.width; ++x) {
      const std::size_t i = y * labels.width + x;
      if (x + 1 < labels.width) meet(i, i + 1);
      if (y + 1 < labels.height) meet(i, i + labels.width);
    }
  }
}

/// Pixels of one label side by side in a row.
struct Run {
  std::size_t begin = 0, end = 0;
  std::int32_t label = 0;
};
void add_runs(std::span<const std::int32_t> row, std::vector<Run>& runs) {
  for (std::size_t begin = 0, end = 0; begin < row.size(); begin = end) {
    end = end_of_equal(row, begin);
    runs.push_back({begin, end, row[begin]});
  }
}

/// Runs outside that touch become one hole; what encloses it: a label, 0 for nothing, -1 for the border or several.
class Holes {
 public:
  Holes(const std::vector<Run>& runs, std::size_t width) : runs_(runs), owner_(runs.size(), 0) {
    for (std::size_t r = 0; r < runs.size(); ++r) {
      root_.push_back(r);
      area_.push_back(runs[r].end - runs[r].begin);
      if (runs[r].begin == 0 || runs[r].end == width) owner_[r] = -1;
    }
  }
  void meet(std::size_t a, std::size_t b) {
    if (runs_[a].label != 0 && runs_[b].label != 0) return;
    if (runs_[a].label != 0) return add(root(b), runs_[a].label);
    if (runs_[b].label != 0) return add(root(a), runs_[b].label);
    const std::size_t first = std::min(root(a), root(b)), second = std::max(root(a), root(b));
    if (first == second) return;
    root_[second] = first;
    area_[first] += area_[second];
    if (owner_[second] != 0) add(first, owner_[second]);
  }
  void reach(std::size_t from, std::size_t to) {
    for (std::size_t r = from; r < to; ++r) add(root(r), -1);
  }
  /// What fills run r, 0 or less for nothing.
  std::int32_t owner(std::size_t r, double most) {
    if (runs_[r].label != 0) return 0;
    const std::size_t hole = root(r);
    return static_cast<double>(area_[hole]) <= most ? owner_[hole] : 0;
  }

 private:
  std::size_t root(std::size_t r) {
    while (root_[r] != r) r = root_[r] = root_[root_[r]];
    return r;
  }
  void add(std::size_t hole, std::int32_t label) {
    if (owner_[hole] == 0) owner_[hole] = label;
    if (owner_[hole] != label) owner_[hole] = -1;
  }
  const std::vector<Run>& runs_;
  std::vector<std::size_t> root_, area_;
  std::vector<std::int32_t> owner_;
};

}  // namespace

std::int32_t greatest_label(const Labels2& labels) {
  std::int32_t out = 0;
  for (const std::int32_t label : labels.pixels) out = std::max(out, label);
  return out;
}

std::size_t relabel(Labels2& labels) {
  std::vector<std::int32_t> number(index_of(greatest_label(labels)) + 1, 0);
  std::int32_t count = 0;
  for (std::int32_t& label : labels.pixels) {
    if (label == 0) continue;
    std::int32_t& wanted = number[index_of(label)];
    if (wanted == 0) wanted = ++count;
    label = wanted;
  }
  return index_of(count);
}

std::size_t separate_pieces(Labels2& labels) {
  Labels2 out(labels.width, labels.height);
  std::vector<std::size_t> stack;
  std::int32_t count = 0;
  for (std::size_t start = 0; start < labels.pixels.size(); ++start) {
    const std::int32_t label = labels.pixels[start];
    if (label == 0 || out.pixels[start] != 0) continue;
    out.pixels[start] = ++count;
    stack.assign(1, start);
    const auto visit = [&](std::size_t j) {
      if (labels.pixels[j] != label || out.pixels[j] != 0) return;
      out.pixels[j] = count;
      stack.push_back(j);
    };
    while (!stack.empty()) {
      const std::size_t i = stack.back(), x = i % labels.width;
      stack.pop_back();
      if (x > 0) visit(i - 1);
      if (x + 1 < labels.width) visit(i + 1);
      if (i >= labels.width) visit(i - labels.width);
      if (i + labels.width < labels.pixels.size()) visit(i + labels.width);
    }
  }
  labels = std::move(out);
  return index_of(count);
}

std::vector<std::size_t> label_areas(const Labels2& labels) {
  std::vector<std::size_t> out(index_of(greatest_label(labels)) + 1, 0);
  const std::vector<std::int32_t>& all = labels.pixels;
  for (std::size_t begin = 0, end = 0; begin < all.size(); begin = end) {
    end = end_of_equal(all, begin);
    out[index_of(all[begin])] += end - begin;
  }
  return out;
}

std::vector<std::uint8_t> labels_on_border(const Labels2& labels, std::size_t margin) {
  std::vector<std::uint8_t> out(index_of(greatest_label(labels)) + 1, 0);
  for (std::size_t y = 0; y < labels.height; ++y) {
    const bool whole = y <= margin || y + margin + 1 >= labels.height;
    for (std::size_t x = 0; x < labels.width; ++x) {
      if (whole || x <= margin || x + margin + 1 >= labels.width) out[index_of(labels.at(x, y))] = 1;
    }
  }
  out[0] = 0;
  return out;
}

std::size_t keep_labels(Labels2& labels, std::span<const std::uint8_t> keep) {
  std::vector<std::int32_t> number(keep.size(), 0);
  std::int32_t count = 0;
  std::vector<std::int32_t>& all = labels.pixels;
  for (std::size_t begin = 0, end = 0; begin < all.size(); begin = end) {
    end = end_of_equal(all, begin);
    const std::size_t old = index_of(all[begin]);
    if (old == 0) continue;
    const bool kept = old < keep.size() && keep[old] != 0;
    if (kept && number[old] == 0) number[old] = ++count;
    std::fill(all.begin() + static_cast<std::ptrdiff_t>(begin), all.begin() + static_cast<std::ptrdiff_t>(end),
              kept ? number[old] : 0);
  }
  return index_of(count);
}

std::size_t remove_border_objects(Labels2& labels, std::size_t margin) {
  std::vector<std::uint8_t> keep = labels_on_border(labels, margin);
  for (std::uint8_t& each : keep) each = each == 0 ? 1 : 0;
  return keep_labels(labels, keep);
}

std::size_t filter_by_area(Labels2& labels, double least, double most) {
  const std::vector<std::size_t> areas = label_areas(labels);
  std::vector<std::uint8_t> keep(areas.size());
  for (std::size_t i = 1; i < areas.size(); ++i) {
    const auto pixels = static_cast<double>(areas[i]);
    keep[i] = pixels >= least && pixels <= most ? 1 : 0;
  }
  return keep_labels(labels, keep);
}

namespace {

/// Fills holes in a part of the image; nothing that reaches the rim of the part is one. Whether there was one.
bool fill_holes_within(Labels2& labels, const Component& part, double most) {
  const std::size_t height = part.y1 - part.y0, width = part.x1 - part.x0;
  const auto row = [&](std::size_t y) { return labels.row(part.y0 + y).subspan(part.x0, width); };
  std::vector<Run> runs;
  std::vector<std::size_t> rows(1, 0);
  for (std::size_t y = 0; y < height; ++y) {
    add_runs(row(y), runs);
    rows.push_back(runs.size());
  }
  Holes holes(runs, width);
  for (std::size_t y = 0; y < height; ++y) {
    for (std::size_t r = rows[y]; r + 1 < rows[y + 1]; ++r) holes.meet(r, r + 1);
    if (y == 0) continue;
    for (std::size_t up = rows[y - 1], r = rows[y]; up < rows[y] && r < rows[y + 1];) {
      holes.meet(up, r);
      const std::size_t end = runs[up].end, other = runs[r].end;
      if (end <= other) ++up;
      if (other <= end) ++r;
    }
  }
  holes.reach(rows[0], rows[1]);
  holes.reach(rows[height - 1], rows[height]);
  bool some = false;
  for (std::size_t y = 0; y < height; ++y) {
    for (std::size_t r = rows[y]; r < rows[y + 1]; ++r) {
      const std::int32_t owner = holes.owner(r, most);
      if (owner <= 0) continue;
      std::fill_n(row(y).data() + runs[r].begin, runs[r].end - runs[r].begin, owner);
      some = true;
    }
  }
  return some;
}

}  // namespace

void fill_label_holes(Labels2& labels, double most) { fill_label_holes(labels, runs_of(labels), most); }

bool fill_label_holes(Labels2& labels, std::span<const PixelRun> runs, double most) {
  // A hole lies between two runs of its label in one row: most objects have one run in every row, and none.
  std::vector<Component> boxes;
  std::vector<std::uint8_t> twice;
  for (const PixelRun& run : runs) {
    if (run.piece >= boxes.size()) {
      boxes.resize(run.piece + 1);
      twice.resize(run.piece + 1, 0);
    }
    Component& box = boxes[run.piece];
    if (box.area == 0) box = {0, run.begin, run.y, run.end, run.y};
    if (box.y1 == run.y + 1) twice[run.piece] = 1;
    box = {box.area + run.size(), std::min<std::size_t>(box.x0, run.begin), box.y0,
           std::max<std::size_t>(box.x1, run.end), run.y + std::size_t{1}};
  }
  bool some = false;
  for (std::size_t l = 0; l < boxes.size(); ++l)
    some = (twice[l] != 0 && fill_holes_within(labels, boxes[l], most)) || some;
  return some;
}

Mask2 mask_of(const Labels2& labels) {
  Mask2 out(labels.width, labels.height);
  for (std::size_t i = 0; i < out.pixels.size(); ++i) out.pixels[i] = labels.pixels[i] != 0 ? 1 : 0;
  return out;
}

Mask2 mask_of(const Labels2& labels, std::span<const std::uint8_t> chosen) {
  Mask2 out(labels.width, labels.height);
  for (std::size_t i = 0; i < out.pixels.size(); ++i) {
    const std::size_t label = index_of(labels.pixels[i]);
    out.pixels[i] = label != 0 && label < chosen.size() && chosen[label] != 0 ? 1 : 0;
  }
  return out;
}

Mask2 label_edges(const Labels2& labels) {
  Mask2 out(labels.width, labels.height);
  for_neighbours(labels, [&](std::size_t i, std::size_t j) {
    if (labels.pixels[i] == labels.pixels[j]) return;
    if (labels.pixels[i] != 0) out.pixels[i] = 1;
    if (labels.pixels[j] != 0) out.pixels[j] = 1;
  });
  return out;
}

NearestLabels nearest_labels(const Labels2& seeds) {
  NearestLabels out{Labels2(seeds.width, seeds.height),
                    Image2(seeds.width, seeds.height, std::numeric_limits<float>::infinity())};
  const Plane<std::int32_t> rows = nearest_in_columns(seeds);
  Row envelope(seeds.width);
  std::vector<double> height(seeds.width);
  std::vector<std::size_t> from(seeds.width);
  for (std::size_t y = 0; y < seeds.height; ++y) {
    for (std::size_t x = 0; x < seeds.width; ++x) {
      const double away = static_cast<double>(rows.at(x, y)) - static_cast<double>(y);
      height[x] = rows.at(x, y) < 0 ? std::numeric_limits<double>::infinity() : away * away;
    }
    if (!envelope.nearest(height, from)) continue;
    for (std::size_t x = 0; x < seeds.width; ++x) {
      const std::size_t u = from[x];
      const double across = static_cast<double>(u) - static_cast<double>(x);
      out.squared.at(x, y) = static_cast<float>(height[u] + across * across);
      out.label.at(x, y) = seeds.at(u, index_of(rows.at(u, y)));
    }
  }
  return out;
}

Labels2 expand_labels(const Labels2& labels, double radius) {
  NearestLabels nearest = nearest_labels(labels);
  const double most = radius > 0 ? radius * radius : 0;
  for (std::size_t i = 0; i < labels.pixels.size(); ++i) {
    if (!(static_cast<double>(nearest.squared.pixels[i]) <= most)) nearest.label.pixels[i] = 0;
  }
  return std::move(nearest.label);
}

void keep_attached(Labels2& labels, const Labels2& seeds) {
  VESICA_REQUIRE(labels.width == seeds.width && labels.height == seeds.height, "images of one size");
  Labels2 out(labels.width, labels.height);
  std::vector<std::size_t> waiting;
  const auto take = [&](std::size_t i, std::int32_t label) {
    if (label == 0 || out.pixels[i] != 0 || labels.pixels[i] != label) return;
    out.pixels[i] = label;
    waiting.push_back(i);
  };
  for (std::size_t i = 0; i < seeds.pixels.size(); ++i) take(i, seeds.pixels[i]);
  while (!waiting.empty()) {
    const std::size_t i = waiting.back(), x = i % out.width, y = i / out.width;
    const std::int32_t label = out.pixels[i];
    waiting.pop_back();
    if (x > 0) take(i - 1, label);
    if (x + 1 < out.width) take(i + 1, label);
    if (y > 0) take(i - out.width, label);
    if (y + 1 < out.height) take(i + out.width, label);
  }
  labels = std::move(out);
}

Labels2 voronoi(const Labels2& seeds, const Mask2& mask) {
  VESICA_REQUIRE(seeds.width == mask.width && seeds.height == mask.height, "seeds and mask of one size");
  Labels2 out = nearest_labels(seeds).label;
  for (std::size_t i = 0; i < out.pixels.size(); ++i) {
    if (mask.pixels[i] == 0) out.pixels[i] = seeds.pixels[i];
  }
  return out;
}

}  // namespace vesica
