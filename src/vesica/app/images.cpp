// SPDX-License-Identifier: Apache-2.0
#include "vesica/app/images.h"

#include <algorithm>
#include <functional>
#include <map>
#include <set>
#include <tuple>

#include "vesica/base/text.h"
#include "vesica/io/overlay.h"
#include "vesica/io/still.h"
#include "vesica/report/labels.h"

namespace vesica {

namespace {

struct Drawn {
  ArtifactRecord record;
  const MeasureItem* item = nullptr;
};

/// The artifacts of measured inputs that `wanted` takes, by sample, input and name.
std::vector<Drawn> artifacts_by(const Plan& plan, const Store& store,
                                const std::function<bool(const ArtifactRecord&)>& wanted) {
  std::map<std::string, const MeasureItem*> items;
  for (const MeasureItem& item : plan.measures) items[item.key] = &item;
  std::vector<Drawn> out;
  for (ArtifactRecord& record : store.artifacts()) {
    const auto item = items.find(record.key);
    if (item == items.end() || !wanted(record)) continue;
    out.push_back({std::move(record), item->second});
  }
  std::sort(out.begin(), out.end(), [](const Drawn& a, const Drawn& b) {
    if (a.item->facts.sample != b.item->facts.sample) return natural_less(a.item->facts.sample, b.item->facts.sample);
    if (a.item->key != b.item->key) return natural_less(a.item->key, b.item->key);
    return natural_less(a.record.name, b.record.name);
  });
  return out;
}

/// "a.png" → "a-2.png" when it is taken.
std::string unique_file(const std::string& folder, const std::string& of, const std::string& name,
                        std::set<std::string>& taken) {
  const std::size_t dot = std::min(name.rfind('.'), name.size());
  const std::string base = folder + "/" + file_slug(of) + "-" + file_slug(name.substr(0, dot));
  const std::string ending = name.substr(dot);
  std::string file = base + ending;
  for (int k = 2; !taken.insert(file).second; ++k) file = base + "-" + std::to_string(k) + ending;
  return file;
}

}  // namespace

std::vector<ReportImage> report_images(const Plan& plan, const Store& store, const Context& context,
                                       std::vector<ExportFile>* files) {
  const std::vector<Drawn> drawn =
      artifacts_by(plan, store, [](const ArtifactRecord& record) { return record.media_type == "image/png"; });
  std::vector<ReportImage> out(drawn.size());
  std::vector<std::string> pictures(drawn.size());
  std::set<std::string> taken;
  for (std::size_t i = 0; i < drawn.size(); ++i)
    out[i].file = unique_file("images", drawn[i].item->facts.sample, drawn[i].record.name, taken);
  parallel_for(drawn.size(), context, [&](std::size_t i) {
    pictures[i] = store.artifact_bytes(drawn[i].record);
    const std::string& name = drawn[i].record.name;
    if (!read_png_info(pictures[i], name).colour) return;
    const Thumbnail small = render_thumbnail(pictures[i], name);
    out[i].sample = drawn[i].item->facts.sample;
    out[i].input = drawn[i].item->input->path;
    out[i].about = drawn[i].record.about;
    out[i].jpeg = small.jpeg;
    out[i].width = small.width;
    out[i].height = small.height;
    out[i].pixel_um = small.pixel_um;
  });
  if (files != nullptr) {
    for (std::size_t i = 0; i < drawn.size(); ++i) files->push_back({out[i].file, std::move(pictures[i])});
  }
  // Masks lie beside the report for other programs; people look at the pictures with outlines.
  std::erase_if(out, [](const ReportImage& image) { return image.jpeg.empty(); });
  return out;
}

std::vector<ExportFile> object_files(const Plan& plan, const Store& store) {
  std::set<std::string> with_labels;
  for (const ArtifactRecord& record : store.artifacts())
    if (record.media_type == "image/tiff") with_labels.insert(record.key);
  const auto is_wanted = [&](const ArtifactRecord& record) {
    return with_labels.count(record.key) > 0 &&
           (record.media_type == "image/tiff" || record.media_type == "application/zip" ||
            record.media_type == "text/tab-separated-values");
  };
  std::vector<ExportFile> out;
  std::set<std::string> taken;
  for (const Drawn& one : artifacts_by(plan, store, is_wanted)) {
    const InputFacts& facts = one.item->facts;
    const std::string of = facts.sample + (facts.part.empty() ? "" : " " + facts.part);
    out.push_back({unique_file("objects", of, one.record.name, taken), store.artifact_bytes(one.record)});
  }
  return out;
}

}  // namespace vesica
