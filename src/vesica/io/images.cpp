// SPDX-License-Identifier: Apache-2.0
#include "vesica/io/images.h"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <cstring>
#include <iterator>
#include <map>
#include <set>

#include "vesica/base/error.h"
#include "vesica/base/message.h"
#include "vesica/base/number.h"
#include "vesica/base/os/bytes.h"
#include "vesica/base/os/files.h"
#include "vesica/base/require.h"
#include "vesica/base/text.h"
#include "vesica/io/channel_name.h"
#include "vesica/io/dm.h"
#include "vesica/io/label_image.h"
#include "vesica/io/mrc.h"
#include "vesica/io/open.h"
#include "vesica/io/scanco.h"
#include "vesica/io/skyscan.h"
#include "vesica/io/still.h"
#include "vesica/io/tiff.h"
#include "vesica/io/worker.h"

namespace vesica {

namespace fs = std::filesystem;

namespace {

constexpr std::uint64_t kMaxStillBytes = std::uint64_t{2} << 30;  // chosen: of a PNG, JPEG or BMP

RawPlane crop(RawPlane raw, const Box3& part) {
  if (part.x0 == 0 && part.y0 == 0 && part.x1 == raw.width && part.y1 == raw.height) return raw;
  RawPlane out = make_raw(part.nx(), part.ny(), raw.samples, raw.type);
  const std::size_t pixel = raw.samples * bytes_of(raw.type), row = part.nx() * pixel;
  for (std::size_t y = part.y0; y < part.y1; ++y)
    std::memcpy(out.bytes.data() + (y - part.y0) * row, raw.bytes.data() + (y * raw.width + part.x0) * pixel, row);
  return out;
}

/// A PNG, JPEG or BMP; the file is read anew each time, so that a series holds none of its frames.
class StillSource : public RasterSource {
 public:
  static std::shared_ptr<const StillSource> open(const fs::path& path, std::string_view format,
                                                 const std::string& shown, bool as_index) {
    const std::string bytes = read_file(path, kMaxStillBytes);
    ImageInfo info = format == "png"    ? read_png_info(bytes, shown, as_index)
                     : format == "jpeg" ? read_jpeg_info(bytes, shown)
                                        : read_bmp_info(bytes, shown);
    return std::make_shared<StillSource>(std::move(info), path, std::string(format), shown, as_index);
  }
  StillSource(ImageInfo info, fs::path path, std::string format, std::string shown, bool as_index)
      : RasterSource(std::move(info)),
        path_(std::move(path)),
        format_(std::move(format)),
        shown_(std::move(shown)),
        as_index_(as_index) {}

  std::vector<fs::path> files() const override { return {path_}; }

  RawPlane read_raw(std::size_t, std::size_t, std::size_t, const Box3& part) const override {
    const std::string bytes = read_file(path_, kMaxStillBytes);
    RawPlane raw = format_ == "png"    ? read_png(bytes, shown_, as_index_)
                   : format_ == "jpeg" ? read_jpeg(bytes, shown_)
                                       : read_bmp(bytes, shown_);
    if (raw.width != info_.width || raw.height != info_.height || raw.samples != info_.channels)
      throw Error(ErrorKind::kIo, say("The file changed while the study was running."), {shown_, 0, 0, ""},
                  say("Run the study again."));
    return crop(std::move(raw), part);
  }

 private:
  fs::path path_;
  std::string format_, shown_;
  bool as_index_;
};

bool is_raster(std::string_view format) {
  return format == "bmp" || format == "jpeg" || format == "png" || format == "tiff";
}

/// `as_index`: of labels, whose palette is only a way of display.
std::shared_ptr<const RasterSource> open_raster(const fs::path& path, std::string_view format, const std::string& shown,
                                                bool as_index = false) {
  if (!is_raster(format))
    throw Error(ErrorKind::kData, say("The file is no image: {}.", format_of(format).name), {shown, 0, 0, ""},
                say("Keep in one folder only the images of one series."));
  if (format == "tiff") {
    return std::static_pointer_cast<const RasterSource>(open_tiff(path, shown, as_index));
  }
  return StillSource::open(path, format, shown, as_index);
}

/// "x_rec0012" → ("x_rec", 12): the last digits of a name are its place in a series.
struct SeriesName {
  std::string stem, ending;
  std::optional<long long> number;
};
SeriesName series_name(const fs::path& path) {
  SeriesName out;
  std::string stem = path_text(path.stem());
  out.ending = lower_ascii(path_text(path.extension()));
  std::size_t end = stem.size();
  while (end > 0 && std::isdigit(static_cast<unsigned char>(stem[end - 1])) == 0) --end;
  std::size_t begin = end;
  while (begin > 0 && std::isdigit(static_cast<unsigned char>(stem[begin - 1])) != 0) --begin;
  if (begin < end) out.number = parse_integer(stem.substr(begin, end - begin));
  out.stem = stem.substr(0, begin) + "#" + stem.substr(end);
  return out;
}

bool has_image_ending(const std::string& ending) {
  constexpr std::array<std::string_view, 6> kEndings = {".png", ".tif", ".tiff", ".bmp", ".jpg", ".jpeg"};
  return std::find(kEndings.begin(), kEndings.end(), ending) != kEndings.end();
}

/// Numbers between the first and the last that no file carries; nothing when the names count in even steps.
std::vector<long long> missing_numbers(std::span<const fs::path> files) {
  std::vector<long long> numbers;
  for (const fs::path& file : files) {
    const SeriesName name = series_name(file);
    if (!name.number) return {};
    numbers.push_back(*name.number);
  }
  long long step = std::numeric_limits<long long>::max();
  for (std::size_t i = 1; i < numbers.size(); ++i) step = std::min(step, numbers[i] - numbers[i - 1]);
  std::vector<long long> missing;
  constexpr std::size_t kMost = 1000;  // chosen: enough for a sentence
  for (std::size_t i = 1; i < numbers.size() && step > 0; ++i) {
    for (long long n = numbers[i - 1] + step; n < numbers[i] && missing.size() < kMost; n += step) missing.push_back(n);
  }
  return missing;
}

void note_gap(std::span<const fs::path> files, ImageInfo& info) {
  const std::vector<long long> missing = missing_numbers(files);
  if (missing.empty()) return;
  std::vector<std::string> names;
  constexpr std::size_t kShown = 5;
  for (std::size_t i = 0; i < std::min(kShown, missing.size()); ++i) names.push_back(std::to_string(missing[i]));
  info.notes.push_back({"image.series_gap",
                        say("{0} number(s) (is|are) missing in the series of {1} file(s): {2}{3}.", missing.size(),
                            files.size(), join(names, ", "), missing.size() > kShown ? ", ..." : ""),
                        say("Copy the missing files; distances between slices and times of frames are wrong without "
                            "them.")});
}

/// One plane a file.
class SeriesSource : public RasterSource {
 public:
  SeriesSource(ImageInfo info, std::vector<fs::path> files, std::string shown)
      : RasterSource(std::move(info)), files_(std::move(files)), shown_(std::move(shown)) {}

  RawPlane read_raw(std::size_t z, std::size_t t, std::size_t channel, const Box3& part) const override {
    const fs::path& path = files_[std::max(z, t)];
    const std::string name = member_name(path);
    const bool labels = !label_in_name(name).channel.empty();
    const std::shared_ptr<const RasterSource> one = open_raster(path, recognise(path).id, name, labels);
    require_alike(one->info(), name);
    return one->read_raw(0, 0, channel, part);
  }
  std::vector<fs::path> files() const override { return files_; }
  const std::string& shown() const { return shown_; }
  /// The name in messages: the folder as shown and the file in it.
  std::string member_name(const fs::path& path) const { return shown_ + "/" + path_text(path.filename()); }

 private:
  void require_alike(const ImageInfo& other, const std::string& name) const {
    if (!label_in_name(name).channel.empty()) {
      require_labels(other, name);
      return;
    }
    if (other.width != info_.width || other.height != info_.height || other.channels != info_.channels ||
        other.bits != info_.bits || other.floating != info_.floating)
      throw Error(ErrorKind::kData,
                  say("The image has {0} x {1} pixels, {2} channel(s), {3} bit(s); the first of the series {4} x {5}, "
                      "{6}, {7}.",
                      other.width, other.height, other.channels, other.bits, info_.width, info_.height, info_.channels,
                      info_.bits),
                  {name, 0, 0, ""}, say("Keep in one folder only the images of one series."));
    if (other.frames * other.depth != 1)
      throw Error(ErrorKind::kData,
                  say("The file holds {} planes; files of a series hold one.", other.frames * other.depth),
                  {name, 0, 0, ""}, say("Give it as an input of its own."));
    const Known mine = info_.pixel_um(), theirs = other.pixel_um();
    constexpr double kSame = 0.01;  // chosen: rounding of tags
    if (mine.known() && mine.tag == theirs.tag && std::abs(mine.value - theirs.value) > kSame * mine.value)
      throw Error(ErrorKind::kData,
                  say("The image has pixels of {0} um, the first of the series of {1} um: the magnification changed.",
                      readable_number(theirs.value, 4), readable_number(mine.value, 4)),
                  {name, 0, 0, ""}, say("Measure the two magnifications as series of their own."));
  }

  /// Labels have bits of their own, but lie on the pixels of their image.
  void require_labels(const ImageInfo& other, const std::string& name) const {
    if (other.width != info_.width || other.height != info_.height)
      throw Error(ErrorKind::kData,
                  say("The label image has {0} x {1} pixels, its image {2} x {3}.", other.width, other.height,
                      info_.width, info_.height),
                  {name, 0, 0, ""}, say("Export the labels at the size of the image."));
    if (other.channels != 1 || other.frames * other.depth != 1)
      throw Error(ErrorKind::kData, say("A label image has one number a pixel and one plane; this one has more."),
                  {name, 0, 0, ""}, say("Save the labels as a grey TIFF of 16 or 32 bits."));
  }

  std::vector<fs::path> files_;
  std::string shown_;
};

/// The log of the reconstruction among the files of a folder: the one whose prefix the slices carry, else the only one.
std::optional<SkyscanLog> log_beside(const fs::path& first, const std::string& shown) {
  constexpr std::uint64_t kMostLogBytes = std::uint64_t{4} << 20;
  std::vector<fs::path> paths;
  std::error_code error;
  for (fs::directory_iterator entry(first.parent_path(), error); !error && entry != fs::directory_iterator();
       entry.increment(error)) {
    if (lower_ascii(path_text(entry->path().extension())) == ".log") paths.push_back(entry->path());
  }
  std::sort(paths.begin(), paths.end());
  std::optional<SkyscanLog> best;
  for (const fs::path& path : paths) {
    const std::string bytes = read_file(path, kMostLogBytes);
    if (!is_skyscan_log(bytes)) continue;
    SkyscanLog log = read_skyscan_log(bytes, shown + "/" + path_text(path.filename()));
    const bool named = !log.prefix.empty() && path_text(first.filename()).starts_with(log.prefix);
    if (!best || (named && log.voxel_um) || !best->voxel_um) best = std::move(log);
  }
  return best;
}

}  // namespace

bool is_image_format(std::string_view format) {
  return std::find(kImageFormats.begin(), kImageFormats.end(), format) != kImageFormats.end();
}

std::shared_ptr<const ImageSource> open_image(const fs::path& path, std::string_view format, const std::string& shown) {
  VESICA_REQUIRE(is_image_format(format) && format != "image_series", "the format is a file of images");
  if (format == "isq") return open_isq(open_bytes(path), shown);
  if (format == "aim") return open_aim(open_bytes(path), shown);
  if (format == "dm") return open_dm(open_bytes(path), shown);
  if (format == "mrc") return open_mrc(open_bytes(path), shown);
  if (!is_raster(format)) return open_in_worker({&path, 1}, format, shown);
  return open_raster(path, format, shown);
}

Labels2 read_label_file(const fs::path& path, const std::string& shown) {
  const std::string format = recognise(path).id;
  const std::shared_ptr<const RasterSource> source = open_raster(path, format, shown, true);
  if (source->series_length() != 1 || source->info().channels != 1)
    throw Error(ErrorKind::kData, say("A label image has one number a pixel and one plane; this one has more."),
                {shown, 0, 0, ""}, say("Save the labels as a grey TIFF of 16 or 32 bits."));
  return read_labels(*source, 0, shown);
}

std::shared_ptr<const ImageSource> open_image_series(std::span<const fs::path> files, const std::string& shown) {
  VESICA_REQUIRE(!files.empty(), "a series has files");
  if (recognise(files.front()).id == "dicom") return open_in_worker(files, "dicom", shown);
  const std::string first_name = shown + "/" + path_text(files.front().filename());
  ImageInfo info = open_raster(files.front(), recognise(files.front()).id, first_name)->info();
  if (info.frames * info.depth != 1)
    throw Error(ErrorKind::kData,
                say("The file holds {} planes; files of a series hold one.", info.frames * info.depth),
                {first_name, 0, 0, ""}, say("Give it as an input of its own."));
  info.frames = files.size();
  info.axis_known = files.size() == 1;
  for (const fs::path& file : files) info.plane_names.push_back(path_text(file.filename()));
  note_gap(files, info);
  if (const std::optional<SkyscanLog> log = log_beside(files.front(), shown)) {
    std::swap(info.frames, info.depth);
    info.axis_known = true;
    apply_skyscan_log(*log, info.bits, info);
  }
  return std::make_shared<SeriesSource>(std::move(info), std::vector<fs::path>(files.begin(), files.end()), shown);
}

std::vector<fs::path> files_beside(std::span<const fs::path> series) {
  std::vector<fs::path> out;
  if (series.empty()) return out;
  std::set<std::string> stems, fields, names;  // of the series: names without ending, their patterns without a channel
  for (const fs::path& file : series) {
    const std::string stem = path_text(file.stem());
    names.insert(path_text(file.filename()));
    stems.insert(stem);
    const ChannelName channel = channel_in_name(path_text(file.filename()));
    stems.insert(channel.rest);
    if (!channel.channel.empty()) fields.insert(series_name(channel.rest + ".tif").stem);
  }
  std::error_code error;
  for (fs::directory_iterator entry(series.front().parent_path(), error); !error && entry != fs::directory_iterator();
       entry.increment(error)) {
    const std::string name = path_text(entry->path().filename());
    if (name.starts_with('.') || names.count(name) > 0 || !entry->is_regular_file(error)) continue;
    if (!has_image_ending(lower_ascii(path_text(entry->path().extension())))) continue;
    const ChannelName labels = label_in_name(name), channel = channel_in_name(labels.rest + ".tif");
    const bool belongs = labels.channel.empty()
                             ? !channel.channel.empty() && fields.count(series_name(channel.rest + ".tif").stem) > 0
                             : stems.count(labels.rest) > 0 || stems.count(channel.rest) > 0 ||
                                   fields.count(series_name(channel.rest + ".tif").stem) > 0;
    if (belongs) out.push_back(entry->path());
  }
  std::sort(out.begin(), out.end(), [](const fs::path& a, const fs::path& b) {
    return natural_less(path_text(a.filename()), path_text(b.filename()));
  });
  return out;
}

std::shared_ptr<const ImageSource> with_files_beside(std::shared_ptr<const ImageSource> source) {
  const auto* series = dynamic_cast<const SeriesSource*>(source.get());
  if (series == nullptr || series->info().depth > 1) return source;
  std::vector<fs::path> files = series->files();
  const std::vector<fs::path> beside = files_beside(files);
  if (beside.empty()) return source;
  files.insert(files.end(), beside.begin(), beside.end());
  std::sort(files.begin(), files.end(), [](const fs::path& a, const fs::path& b) {
    return natural_less(path_text(a.filename()), path_text(b.filename()));
  });
  ImageInfo info = series->info();
  info.frames = files.size();
  info.axis_known = false;
  info.frame_times_s.clear();
  info.plane_names.clear();
  for (const fs::path& file : files) info.plane_names.push_back(path_text(file.filename()));
  return std::make_shared<SeriesSource>(std::move(info), std::move(files), series->shown());
}

std::vector<fs::path> dicom_files(const fs::path& folder) {
  constexpr std::size_t kMark = 132;  // the mark stands at byte 128
  std::vector<fs::path> out;
  std::error_code error;
  for (fs::directory_iterator entry(folder, error); !error && entry != fs::directory_iterator();
       entry.increment(error)) {
    if (path_text(entry->path().filename()).starts_with('.') || !entry->is_regular_file(error)) continue;
    if (entry->path().filename() == "DICOMDIR") continue;
    if (read_head(entry->path(), kMark).ends_with("DICM")) out.push_back(entry->path());
  }
  std::sort(out.begin(), out.end(),
            [](const fs::path& a, const fs::path& b) { return natural_less(path_text(a), path_text(b)); });
  return out;
}

namespace {

using SeriesGroups = std::map<std::pair<std::string, std::string>, std::vector<fs::path>>;

bool is_label_file(const fs::path& path) { return !label_in_name(path_text(path.filename())).channel.empty(); }

/// The field of a file of nuclei: what stands before the stain, else what stands behind it.
struct NucleiField {
  std::string before, behind;
  std::size_t others = 0;
  bool holds(const std::string& stem) const {
    return before.empty() ? stem.ends_with(behind) : stem.starts_with(before);
  }
};

/// field1_DAPI, field1_Ki67, field2_DAPI, ...: where names bear a stain of nuclei and each such file has equally many
/// others of its field beside it, they are channels of fields and all belong to one input. Else nothing. Labels of
/// other programs are no channels, and files of no field stay out.
std::vector<fs::path> channels_of_fields(const std::vector<fs::path>& files) {
  constexpr std::size_t kMostOthers = 7;  // chosen: filter wheels hold eight
  std::vector<NucleiField> fields;
  std::vector<fs::path> out, rest;
  for (const fs::path& file : files) {
    const auto place = nuclei_in_name(path_text(file.filename()));
    (place ? out : rest).push_back(file);
    const std::string stem = path_text(file.stem());
    if (place) fields.push_back({stem.substr(0, place->begin), stem.substr(place->end)});
  }
  // Of "field1" and "field11" the longer one holds "field11x".
  std::stable_sort(fields.begin(), fields.end(), [](const NucleiField& a, const NucleiField& b) {
    return a.before.size() + a.behind.size() > b.before.size() + b.behind.size();
  });
  for (const fs::path& file : rest) {
    const std::string stem = path_text(file.stem());
    const auto field =
        std::find_if(fields.begin(), fields.end(), [&](const NucleiField& one) { return one.holds(stem); });
    if (field == fields.end()) continue;
    ++field->others;
    out.push_back(file);
  }
  const bool whole = !fields.empty() && std::all_of(fields.begin(), fields.end(), [&](const NucleiField& field) {
    return field.others > 0 && field.others <= kMostOthers && field.others == fields.front().others;
  });
  return whole ? out : std::vector<fs::path>();
}

std::vector<fs::path> channel_files(const SeriesGroups& groups) {
  std::map<std::string, std::vector<fs::path>> by_ending;
  for (const auto& [name, files] : groups) {
    std::vector<fs::path>& all = by_ending[name.second];
    std::copy_if(files.begin(), files.end(), std::back_inserter(all),
                 [](const fs::path& file) { return !is_label_file(file); });
  }
  for (const auto& [ending, files] : by_ending) {
    if (std::vector<fs::path> channels = channels_of_fields(files); !channels.empty()) return channels;
  }
  return {};
}

}  // namespace

std::vector<fs::path> series_files(const fs::path& folder) {
  SeriesGroups groups;
  std::error_code error;
  for (fs::directory_iterator entry(folder, error); !error && entry != fs::directory_iterator();
       entry.increment(error)) {
    const SeriesName name = series_name(entry->path());
    const std::string file = path_text(entry->path().filename());
    const bool preview = lower_ascii(path_text(entry->path().stem())).ends_with("_spr");
    if (!has_image_ending(name.ending) || file.starts_with('.') || preview || !entry->is_regular_file(error)) continue;
    groups[{name.stem, name.ending}].push_back(entry->path());
  }
  std::vector<fs::path> best;
  const auto are_labels = [](const std::vector<fs::path>& files) {
    return !files.empty() && is_label_file(files.front());
  };
  for (const auto& [name, files] : groups) {
    const bool images_first = files.size() == best.size() && are_labels(best) && !are_labels(files);
    if (files.size() > best.size() || images_first) best = files;
  }
  if (std::vector<fs::path> channels = channel_files(groups); !channels.empty()) best = std::move(channels);
  std::sort(best.begin(), best.end(), [](const fs::path& a, const fs::path& b) {
    return natural_less(path_text(a.filename()), path_text(b.filename()));
  });
  return best;
}

}  // namespace vesica
