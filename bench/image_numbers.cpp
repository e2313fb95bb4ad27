// SPDX-License-Identifier: Apache-2.0
// image_numbers: what Vesica reads of image files, for the comparison with other programs (bench/peers/formats.py).
#include <cstdio>
#include <filesystem>
#include <string>

#include "vesica/base/error.h"
#include "vesica/base/os/files.h"
#include "vesica/io/dicom_test_files.h"
#include "vesica/io/images.h"
#include "vesica/io/open.h"
#include "vesica/settings/json_text.h"

namespace {

using namespace vesica;

constexpr const char* kUsage =
    "image_numbers [--brief] FILE_OR_FOLDER...\n"
    "image_numbers --write FOLDER\n"
    "Prints one JSON text a line: what the file says about itself, every plane and every box, or the refusal; with\n"
    "--brief planes are decoded and not printed. --write makes the files of one volume that the tests of the readers "
    "use.\n";

std::shared_ptr<const ImageSource> open_any(const std::filesystem::path& path) {
  const std::string shown = path.filename().string();
  if (!std::filesystem::is_directory(path)) {
    const FileFormat format = recognise(path);
    if (!is_image_format(format.id))
      throw Error(ErrorKind::kUnsupported, format.name, {shown, 0, 0, ""}, format.conversion);
    return open_image(path, format.id, shown);
  }
  const auto slices = dicom_files(path);
  return open_image_series(slices.empty() ? series_files(path) : slices, shown);
}

Value numbers_of(const ImageSource& source, bool brief) {
  const ImageInfo& info = source.info();
  Value out = Value::table();
  const std::pair<const char*, std::size_t> counts[] = {{"width", info.width},
                                                        {"height", info.height},
                                                        {"depth", info.depth},
                                                        {"frames", info.frames},
                                                        {"channels", info.channels}};
  for (const auto& [name, count] : counts) out.set(name, Value::of(static_cast<std::int64_t>(count)));
  out.set("orientation", Value::of(info.orientation));
  Value voxel = Value::array(), notes = Value::array(), densities = Value::array(), planes = Value::array(),
        boxes = Value::array();
  for (const Known& edge : info.voxel_um) voxel.append(edge.known() ? Value::of(edge.value) : Value::null());
  for (const ReadNote& note : info.notes) notes.append(Value::of(note.kind));
  for (const DensityScale& scale : info.densities) {
    Value one = Value::array();
    one.append(Value::of(scale.unit));
    one.append(Value::of(scale.slope));
    one.append(Value::of(scale.intercept));
    densities.append(std::move(one));
  }
  // Planes: [i][channel] of the series; boxes: [channel] of the volume; both row by row.
  for (std::size_t i = 0; i < source.series_length(); ++i) {
    Value channels = Value::array();
    for (const Image2& image : source.read_channels(i)) {
      if (brief) continue;
      Value pixels = Value::array();
      for (const float pixel : image.pixels) pixels.append(Value::of(static_cast<double>(pixel)));
      channels.append(std::move(pixels));
    }
    planes.append(std::move(channels));
  }
  for (std::size_t c = 0; c < info.channels && !brief; ++c) {
    const Volume box = source.read_box(source.whole(), c);
    Value voxels = Value::array();
    for (std::size_t i = 0; i < box.voxels(); ++i)
      voxels.append(Value::of(box.slope * static_cast<double>(box.stored(i)) + box.intercept));
    boxes.append(std::move(voxels));
  }
  out.set("voxel_um", std::move(voxel));
  out.set("notes", std::move(notes));
  out.set("densities", std::move(densities));
  Value times = Value::array();
  for (const double time : info.frame_times_s) times.append(Value::of(time));
  out.set("times_s", std::move(times));
  if (brief) return out;
  out.set("planes", std::move(planes));
  out.set("boxes", std::move(boxes));
  return out;
}

Value answer(const std::filesystem::path& path, bool brief) {
  try {
    return numbers_of(*open_any(path), brief);
  } catch (const Error& error) {
    Value out = Value::table();
    out.set("refused", Value::of(error.message()));
    out.set("kind", Value::of(to_text(error.kind())));
    out.set("where", Value::of(error.where().text()));
    out.set("hint", Value::of(error.hint()));
    return out;
  }
}

}  // namespace

int main(int count, char** words) {
  if (count < 2) {
    std::fputs(kUsage, stderr);
    return 64;
  }
  if (std::string(words[1]) == "--write" && count == 3) {
    for (const auto& [name, bytes] : test_volume::volume_files()) {
      const std::filesystem::path path = std::filesystem::path(words[2]) / name;
      std::filesystem::create_directories(path.parent_path());
      write_file_atomically(path, bytes);
    }
    return 0;
  }
  const bool brief = std::string(words[1]) == "--brief";
  for (int i = brief ? 2 : 1; i < count; ++i) std::puts(write_json(answer(words[i], brief)).c_str());
  return 0;
}
