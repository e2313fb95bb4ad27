// SPDX-License-Identifier: Apache-2.0
#include "worker/dicom_series.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <filesystem>
#include <fstream>

#include <gdcmReader.h>
#include <gdcmSequenceOfItems.h>

#include "vesica/base/error.h"
#include "vesica/base/message.h"
#include "vesica/base/number.h"
#include "vesica/base/text.h"
#include "vesica/io/raster.h"

namespace vesica {

namespace {

constexpr double kMillimetreUm = 1000;

std::string text_of(const gdcm::DataSet& data, std::uint16_t group, std::uint16_t element) {
  const gdcm::Tag tag(group, element);
  if (!data.FindDataElement(tag)) return "";
  const gdcm::ByteValue* value = data.GetDataElement(tag).GetByteValue();
  if (value == nullptr || value->GetLength() == 0) return "";
  const std::string raw(value->GetPointer(), std::min<std::size_t>(value->GetLength(), 4096));
  return std::string(trim(raw.substr(0, raw.find('\0'))));
}

std::vector<double> numbers_of(const gdcm::DataSet& data, std::uint16_t group, std::uint16_t element,
                               std::size_t count) {
  std::vector<double> out;
  const std::string text = text_of(data, group, element);
  for (const std::string_view part : split(text, '\\')) {
    const std::optional<double> number = parse_number(part);
    if (number && std::isfinite(*number)) out.push_back(*number);
  }
  return out.size() == count ? out : std::vector<double>();
}

std::optional<double> number_of(const gdcm::DataSet& data, std::uint16_t group, std::uint16_t element) {
  const std::vector<double> one = numbers_of(data, group, element, 1);
  return one.empty() ? std::nullopt : std::optional(one.front());
}

std::size_t short_of(const gdcm::DataSet& data, std::uint16_t group, std::uint16_t element) {
  const gdcm::Tag tag(group, element);
  if (!data.FindDataElement(tag)) return 0;
  const gdcm::ByteValue* value = data.GetDataElement(tag).GetByteValue();
  if (value == nullptr || value->GetLength() < 2) return 0;
  std::uint16_t number = 0;
  std::memcpy(&number, value->GetPointer(), 2);
  return number;
}

void read_rescale(const gdcm::DataSet& data, DicomSlice& slice) {
  slice.slope = number_of(data, 0x0028, 0x1053).value_or(1);
  slice.intercept = number_of(data, 0x0028, 0x1052).value_or(0);
  if (slice.slope == 0) slice.slope = 1;
  slice.rescale_type = text_of(data, 0x0028, 0x1054);
}

/// The items of a sequence; they live as long as the data set.
std::vector<const gdcm::DataSet*> items(const gdcm::DataSet& data, std::uint16_t group, std::uint16_t element) {
  std::vector<const gdcm::DataSet*> out;
  const gdcm::Tag tag(group, element);
  if (!data.FindDataElement(tag)) return out;
  const gdcm::SmartPointer<gdcm::SequenceOfItems> sequence = data.GetDataElement(tag).GetValueAsSQ();
  if (sequence == nullptr) return out;
  for (gdcm::SequenceOfItems::SizeType i = 1; i <= sequence->GetNumberOfItems(); ++i)
    out.push_back(&sequence->GetItem(i).GetNestedDataSet());
  return out;
}

/// Place, distances and scale of one item of the functional groups (DICOM PS3.3 C.7.6.16).
void place(const gdcm::DataSet& group, DicomSlice& slice) {
  for (const gdcm::DataSet* one : items(group, 0x0028, 0x9110)) {
    if (const auto spacing = numbers_of(*one, 0x0028, 0x0030, 2); !spacing.empty()) slice.spacing = spacing;
    if (const auto between = number_of(*one, 0x0018, 0x0088)) slice.between_slices = between;
    if (const auto thickness = number_of(*one, 0x0018, 0x0050)) slice.thickness = thickness;
  }
  for (const gdcm::DataSet* one : items(group, 0x0020, 0x9116)) {
    if (const auto axes = numbers_of(*one, 0x0020, 0x0037, 6); !axes.empty()) slice.orientation = axes;
  }
  for (const gdcm::DataSet* one : items(group, 0x0020, 0x9113)) {
    if (const auto position = numbers_of(*one, 0x0020, 0x0032, 3); !position.empty()) slice.position = position;
  }
  for (const gdcm::DataSet* one : items(group, 0x0028, 0x9145)) read_rescale(*one, slice);
}

/// Whether GDCM unpacks it: not packed, deflated, RLE, JPEG (baseline, extended, lossless), JPEG-LS, JPEG 2000.
bool is_read(const std::string& transfer_syntax) {
  static constexpr std::array<std::string_view, 13> kRead = {
      "1.2.840.10008.1.2",      "1.2.840.10008.1.2.1",    "1.2.840.10008.1.2.1.99", "1.2.840.10008.1.2.2",
      "1.2.840.10008.1.2.4.50", "1.2.840.10008.1.2.4.51", "1.2.840.10008.1.2.4.57", "1.2.840.10008.1.2.4.70",
      "1.2.840.10008.1.2.4.80", "1.2.840.10008.1.2.4.81", "1.2.840.10008.1.2.4.90", "1.2.840.10008.1.2.4.91",
      "1.2.840.10008.1.2.5"};
  return std::find(kRead.begin(), kRead.end(), transfer_syntax) != kRead.end();
}

/// What the main data set says.
DicomSlice describe(const gdcm::DataSet& data, const std::string& path) {
  DicomSlice out;
  out.path = path;
  out.series = text_of(data, 0x0020, 0x000E);
  out.photometric = text_of(data, 0x0028, 0x0004);
  out.height = short_of(data, 0x0028, 0x0010);
  out.width = short_of(data, 0x0028, 0x0011);
  if (out.width == 0 || out.height == 0) throw_damaged(path, "DICOM header without an image");
  out.instance = number_of(data, 0x0020, 0x0013);
  out.position = numbers_of(data, 0x0020, 0x0032, 3);
  out.orientation = numbers_of(data, 0x0020, 0x0037, 6);
  out.spacing = numbers_of(data, 0x0028, 0x0030, 2);
  out.between_slices = number_of(data, 0x0018, 0x0088);
  out.thickness = number_of(data, 0x0018, 0x0050);
  read_rescale(data, out);
  out.modality = text_of(data, 0x0008, 0x0060);
  out.scanco_scaling = number_of(data, 0x0029, 0x1000);
  out.scanco_slope = number_of(data, 0x0029, 0x1004);
  out.scanco_intercept = number_of(data, 0x0029, 0x1005);
  const std::pair<const char*, std::uint16_t> facts[] = {{"Source Voltage (kV)", 0x0060}};
  for (const auto& [name, element] : facts) {
    if (const std::string text = text_of(data, 0x0018, element); !text.empty()) out.facts.emplace_back(name, text);
  }
  if (const std::string maker = text_of(data, 0x0008, 0x0070); !maker.empty())
    out.facts.emplace_back("Manufacturer", maker);
  return out;
}

std::array<double, 3> cross(const std::vector<double>& six) {
  return {six[1] * six[5] - six[2] * six[4], six[2] * six[3] - six[0] * six[5], six[0] * six[4] - six[1] * six[3]};
}

/// Positions along the normal; empty when a slice has none.
std::vector<double> positions(const std::vector<DicomSlice>& slices) {
  std::vector<double> out;
  for (const DicomSlice& slice : slices) {
    if (slice.position.size() != 3 || slice.orientation.size() != 6) return {};
    const std::array<double, 3> normal = cross(slice.orientation);
    out.push_back(normal[0] * slice.position[0] + normal[1] * slice.position[1] + normal[2] * slice.position[2]);
  }
  return out;
}

void require_one_series(const std::vector<DicomSlice>& slices) {
  const DicomSlice& first = slices.front();
  for (const DicomSlice& slice : slices) {
    if (slice.series != first.series)
      throw Error(ErrorKind::kData, say("The slices belong to more than one DICOM series."), {slice.path, 0, 0, ""},
                  say("Keep each series in a folder of its own."));
    if (slice.width != first.width || slice.height != first.height)
      throw Error(ErrorKind::kData,
                  say("The slice has {0} x {1} pixels, the first one {2} x {3}.", slice.width, slice.height,
                      first.width, first.height),
                  {slice.path, 0, 0, ""}, say("Keep in one folder only the images of one series."));
    constexpr double kSamePixel = 0.01;  // chosen: rounding of tags
    for (std::size_t i = 0; i < 2 && slice.spacing.size() == 2 && first.spacing.size() == 2; ++i) {
      if (std::abs(slice.spacing[i] - first.spacing[i]) > kSamePixel * first.spacing[i])
        throw Error(ErrorKind::kData,
                    say("The image has pixels of {0} um, the first of the series of {1} um: the magnification changed.",
                        readable_number(slice.spacing[i] * kMillimetreUm, 4),
                        readable_number(first.spacing[i] * kMillimetreUm, 4)),
                    {slice.path, 0, 0, ""}, say("Measure the two magnifications as series of their own."));
    }
    bool same = slice.orientation.size() == first.orientation.size();
    constexpr double kSame = 1e-3;  // chosen: cosines are printed with 6 digits
    for (std::size_t i = 0; same && i < slice.orientation.size(); ++i)
      same = std::abs(slice.orientation[i] - first.orientation[i]) < kSame;
    if (!same || (slice.path != first.path && (slice.frame > 0 || slices[1].frame > 0)))
      throw Error(ErrorKind::kData, say("The slices lie in different directions, or one file holds several."),
                  {slice.path, 0, 0, ""}, say("Keep each series in a folder of its own."));
    if (slice.slope != first.slope || slice.intercept != first.intercept)
      throw Error(ErrorKind::kUnsupported, say("The slices are scaled differently (RescaleSlope)."),
                  {slice.path, 0, 0, ""}, say("Export the series with one scale."));
  }
}

/// The step of ordered positions, and a note for holes.
double step_of(const std::vector<double>& along, const DicomSeries& series, std::vector<ReadNote>& notes) {
  std::vector<double> steps;
  for (std::size_t i = 1; i < along.size(); ++i) steps.push_back(along[i] - along[i - 1]);
  std::vector<double> sorted = steps;
  std::sort(sorted.begin(), sorted.end());
  const double median = sorted[sorted.size() / 2];
  constexpr double kSame = 0.01, kHole = 1.5;  // chosen: shares of the median step
  for (std::size_t i = 0; i < steps.size(); ++i) {
    if (steps[i] < kSame * median || median <= 0)
      throw Error(ErrorKind::kData, say("Two slices lie at one position."), {series.slices[i + 1].path, 0, 0, ""},
                  say("Keep each series in a folder of its own."));
  }
  const auto holes = std::count_if(steps.begin(), steps.end(), [&](double step) { return step > kHole * median; });
  if (holes > 0)
    notes.push_back({"image.slices_missing", say("Slices are missing at {0} of {1} place(s).", holes, steps.size()),
                     say("Copy the missing slices; without them volumes and lengths along z are wrong.")});
  return median;
}

void set_z(DicomSeries& series, const std::vector<double>& along) {
  if (along.size() > 1) {
    series.voxel_um[2] = {step_of(along, series, series.notes) * kMillimetreUm, KnownFrom::kTag,
                          "DICOM ImagePositionPatient"};
    return;
  }
  const DicomSlice& first = series.slices.front();
  if (first.between_slices && *first.between_slices > 0) {
    series.voxel_um[2] = {*first.between_slices * kMillimetreUm, KnownFrom::kTag, "DICOM SpacingBetweenSlices"};
  } else if (first.thickness) {
    series.notes.push_back({"image.thickness_ignored",
                            say("The slices state a thickness ({} mm) but not their distance.", *first.thickness),
                            say("Give the distance of the slices in micrometres.")});
  }
}

/// Whether the pixels are stored as they are.
bool is_plain(const std::string& transfer_syntax) {
  return transfer_syntax == "1.2.840.10008.1.2" || transfer_syntax == "1.2.840.10008.1.2.1" ||
         transfer_syntax == "1.2.840.10008.1.2.2";
}

/// Packed pixels are items of stated lengths (PS3.5 A.4), which must lie in the file.
void require_fragments(const std::string& path, std::uint64_t start, std::uint64_t file) {
  std::ifstream stream(std::filesystem::path(path), std::ios::binary);
  constexpr std::uint32_t kItem = 0xE000FFFE, kEnd = 0xE0DDFFFE;
  for (std::uint64_t at = start; at < file;) {
    std::uint32_t head[2] = {};
    if (!stream.seekg(static_cast<std::streamoff>(at)) || !stream.read(reinterpret_cast<char*>(head), sizeof(head)))
      throw_damaged(path, "pixels are missing");
    if (head[0] == kEnd) return;
    if (head[0] != kItem || head[1] > file - std::min(file, at + sizeof(head)))
      throw_damaged(path, "pixels are missing");
    at += sizeof(head) + head[1];
  }
  if (start >= file) throw_damaged(path, "pixels are missing");
}

/// GDCM fills what a cut file lacks with whatever is in memory, and takes as much of it as the file says: plain pixels
/// must be in the file, `start` being their first byte, and packed ones believable.
void require_pixels(const gdcm::DataSet& data, const DicomSlice& slice, std::size_t frames, std::uint64_t start) {
  std::error_code error;
  const std::uint64_t file = std::filesystem::file_size(slice.path, error);
  const std::uint64_t pixels = std::uint64_t{slice.width} * slice.height * frames;
  const std::uint64_t bits = std::max<std::size_t>(short_of(data, 0x0028, 0x0002), 1) * short_of(data, 0x0028, 0x0100);
  if (pixels / kMaxPackRatio > file) throw_damaged(slice.path, "DICOM header");
  if (!is_plain(slice.transfer_syntax)) {
    const bool deflated = slice.transfer_syntax == "1.2.840.10008.1.2.1.99";
    if (!deflated && !slice.transfer_syntax.empty()) require_fragments(slice.path, start, file);
    return;
  }
  const std::uint64_t needed = (pixels * bits + 7) / 8;
  std::ifstream stream(std::filesystem::path(slice.path), std::ios::binary);
  unsigned char length[4] = {};
  if (start < 4 || start > file || !stream.seekg(static_cast<std::streamoff>(start - 4)) ||
      !stream.read(reinterpret_cast<char*>(length), 4))
    throw_damaged(slice.path, "DICOM pixels");
  const bool big = slice.transfer_syntax == "1.2.840.10008.1.2.2";
  std::uint64_t stated = 0;
  for (std::size_t i = 0; i < 4; ++i) stated = stated << 8 | length[big ? i : 3 - i];
  if (stated > file - start || needed > stated) throw_damaged(slice.path, "pixels are missing");
}

}  // namespace

void throw_unread_dicom(const std::string& path, const std::string& transfer_syntax, const char* what) {
  if (transfer_syntax.empty() || is_read(transfer_syntax)) throw_damaged(path, what);
  throw Error(ErrorKind::kUnsupported,
              say("The DICOM image is packed in a way that Vesica does not read ({}).", transfer_syntax),
              {path, 0, 0, ""}, say("Unpack it: gdcmconv --raw IN OUT (GDCM), or dcmdjpeg IN OUT (DCMTK)."));
}

std::vector<DicomSlice> read_dicom_slices(const std::string& path) {
  const gdcm::Tag pixels(0x7FE0, 0x0010);
  auto first = std::make_unique<gdcm::Reader>();
  first->SetFileName(path.c_str());
  bool read = first->ReadUpToTag(pixels, {pixels});  // up to their first byte
  if (!read) {                                       // a deflated file cannot be skipped through
    first = std::make_unique<gdcm::Reader>();
    first->SetFileName(path.c_str());
    read = first->ReadUpToTag(pixels);
  }
  const gdcm::Reader& reader = *first;
  const std::string syntax = text_of(reader.GetFile().GetHeader(), 0x0002, 0x0010);
  if (!read) throw_unread_dicom(path, syntax, "DICOM header");
  const gdcm::DataSet& data = reader.GetFile().GetDataSet();
  for (const std::uint16_t element : {0x0008, 0x0009}) {
    if (data.FindDataElement(gdcm::Tag(0x7FE0, element)))
      throw Error(ErrorKind::kUnsupported,
                  say("The volume holds numbers of a kind that Vesica does not read: {}.", "FloatPixelData"),
                  {path, 0, 0, ""}, say("Save it with 8 or 16 bits a voxel."));
  }
  DicomSlice one = describe(data, path);
  one.transfer_syntax = syntax;
  const auto frames = static_cast<std::size_t>(std::clamp(number_of(data, 0x0028, 0x0008).value_or(1), 1.0, 1e6));
  require_pixels(data, one, frames, static_cast<std::uint64_t>(reader.GetStreamCurrentPosition()));
  const auto shared = items(data, 0x5200, 0x9229), each = items(data, 0x5200, 0x9230);
  if (!shared.empty()) place(*shared.front(), one);
  std::vector<DicomSlice> out(frames, one);
  for (std::size_t k = 0; k < frames; ++k) {
    out[k].frame = k;
    if (k < each.size()) place(*each[k], out[k]);
  }
  return out;
}

DicomSeries order_dicom(std::vector<DicomSlice> slices) {
  DicomSeries series;
  if (slices.size() > 1) require_one_series(slices);
  std::vector<double> along = positions(slices);
  std::vector<std::size_t> order(slices.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  const bool placed = along.size() == slices.size() && slices.size() > 1;
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    if (placed) return along[a] < along[b];
    const double left = slices[a].instance.value_or(0), right = slices[b].instance.value_or(0);
    return left != right ? left < right
                         : slices[a].path != slices[b].path && natural_less(slices[a].path, slices[b].path);
  });
  std::vector<double> sorted;
  for (const std::size_t i : order) {
    series.slices.push_back(std::move(slices[i]));
    if (placed) sorted.push_back(along[i]);
  }
  const DicomSlice& first = series.slices.front();
  if (first.spacing.size() == 2 && first.spacing[0] > 0 && first.spacing[1] > 0) {
    series.voxel_um[0] = {first.spacing[1] * kMillimetreUm, KnownFrom::kTag, "DICOM PixelSpacing"};
    series.voxel_um[1] = {first.spacing[0] * kMillimetreUm, KnownFrom::kTag, "DICOM PixelSpacing"};
  }
  if (first.orientation.size() == 6) {
    const std::array<double, 3> normal = cross(first.orientation);
    for (std::size_t i = 0; i < 3; ++i) {
      series.axes.direction[0][i] = first.orientation[i];
      series.axes.direction[1][i] = first.orientation[3 + i];
      series.axes.direction[2][i] = normal[i];
    }
    series.axes.known = placed || series.slices.size() == 1;
  }
  set_z(series, sorted);
  if (!placed && series.slices.back().frame > 0)
    series.notes.push_back({"image.frames_without_places",
                            say("The DICOM file does not say where its {} frame(s) (lies|lie); they are taken as "
                                "slices in the stored order.",
                                series.slices.size()),
                            say("Give the distance of the slices in micrometres; frames that are moments belong into a "
                                "video.")});
  if (first.photometric == "MONOCHROME1")
    series.notes.push_back({"image.white_is_low",
                            say("The DICOM image shows low values white (MONOCHROME1); the values are kept as stored."),
                            ""});
  return series;
}

}  // namespace vesica
