// SPDX-License-Identifier: Apache-2.0
// NRRD and MetaImage through ITK's readers, without its pipeline of pixel types.
#include <algorithm>
#include <cmath>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "worker/decoder.h"
#include <itkMetaImageIO.h>
#include <itkNrrdImageIO.h>
#include <zlib.h>

#include "vesica/base/error.h"
#include "vesica/base/message.h"
#include "vesica/base/text.h"
#include "vesica/io/image_text.h"

namespace vesica {

namespace {

using Component = itk::ImageIOBase::IOComponentEnum;

SampleType type_of(Component component, const std::string& path) {
  switch (component) {
    case Component::UCHAR:
      return SampleType::kU8;
    case Component::CHAR:
      return SampleType::kI8;
    case Component::USHORT:
      return SampleType::kU16;
    case Component::SHORT:
      return SampleType::kI16;
    case Component::UINT:
      return SampleType::kU32;
    case Component::INT:
      return SampleType::kI32;
    case Component::FLOAT:
      return SampleType::kF32;
    case Component::DOUBLE:
      return SampleType::kF64;
    default:
      throw Error(ErrorKind::kUnsupported,
                  say("The volume holds numbers of a kind that Vesica does not read: {}.",
                      itk::ImageIOBase::GetComponentTypeAsString(component)),
                  {path, 0, 0, ""}, say("Save it with 8 or 16 bits a voxel."));
  }
}

/// The text in front of the voxels: NRRD up to an empty line, MetaImage up to ElementDataFile.
std::string text_header(const std::string& path) {
  constexpr std::size_t kMost = 1 << 20;
  std::ifstream file(std::filesystem::path(path), std::ios::binary);
  std::string out, line;
  while (out.size() < kMost && std::getline(file, line)) {
    if (line.empty() || line == "\r") break;
    out += line.substr(0, kMost) + "\n";
    if (line.starts_with("ElementDataFile")) break;
  }
  return out;
}

/// The value of a field, "field: value" or "Field = value"; nothing when it is absent.
std::optional<std::string> field(const std::string& header, std::string_view name) {
  for (const std::string_view line : split_lines(header)) {
    const std::size_t mark = line.find_first_of(":=");
    if (mark != std::string_view::npos && equals_ignoring_case(trim(line.substr(0, mark)), name))
      return std::string(trim(line.substr(mark + 1)));
  }
  return std::nullopt;
}

/// The file that holds the voxels: this one, or the one that the header names beside it.
std::string data_file(const std::string& path, const std::string& header) {
  std::optional<std::string> name = field(header, "ElementDataFile");
  if (!name) name = field(header, "data file");
  if (!name) name = field(header, "datafile");
  if (!name || *name == "LOCAL") return path;
  if (name->starts_with("LIST") || name->find('%') != std::string::npos)
    throw Error(ErrorKind::kUnsupported, say("The voxels lie in several files ({}).", shortened(*name)),
                {path, 0, 0, ""}, say("Save the volume as one file."));
  const std::filesystem::path named(*name);
  const bool away = named.is_absolute() || std::find(named.begin(), named.end(), "..") != named.end();
  if (away)
    throw Error(ErrorKind::kData, say("The header names voxels in another folder: {}.", shortened(*name)),
                {path, 0, 0, ""}, say("Put that file beside the header, and its name alone into the header."));
  const std::filesystem::path found = std::filesystem::path(path).parent_path() / named;
  std::error_code error;
  if (!std::filesystem::is_regular_file(found, error))
    throw Error(ErrorKind::kData, say("The file with the voxels is missing: {}.", shortened(*name)), {path, 0, 0, ""},
                say("Copy it beside the header."));
  return found.string();
}

/// `wanted` bytes of the zlib or gzip stream that begins at `start`; fewer when it is cut off or damaged.
std::vector<std::byte> inflated(const std::string& path, std::uint64_t start, std::uint64_t wanted) {
  std::ifstream file(std::filesystem::path(path), std::ios::binary);
  file.seekg(static_cast<std::streamoff>(start));
  constexpr std::size_t kBlock = 1 << 16;
  constexpr int kEitherHead = 15 + 32;
  std::vector<char> in(kBlock);
  std::vector<std::byte> out;
  z_stream stream = {};
  if (inflateInit2(&stream, kEitherHead) != Z_OK) return out;
  int state = Z_OK;
  while (state == Z_OK && out.size() < wanted && (file.read(in.data(), kBlock), file.gcount() > 0)) {
    stream.next_in = reinterpret_cast<Bytef*>(in.data());
    stream.avail_in = static_cast<uInt>(file.gcount());
    while (state == Z_OK && out.size() < wanted) {
      const std::size_t had = out.size(), room = std::min<std::uint64_t>(kBlock, wanted - had);
      out.resize(had + room);  // grows with what is there, not with what the header promises
      stream.next_out = reinterpret_cast<Bytef*>(out.data() + had);
      stream.avail_out = static_cast<uInt>(room);
      state = inflate(&stream, Z_NO_FLUSH);
      out.resize(had + room - stream.avail_out);
      if (stream.avail_out > 0 && stream.avail_in == 0) break;
    }
    if (state == Z_BUF_ERROR) state = Z_OK;  // all of this block is used
  }
  inflateEnd(&stream);
  return out;
}

/// What a library says last, without its file names, addresses and function names.
std::string reason_of(const itk::ExceptionObject& problem) {
  std::string last;
  for (const std::string_view line : split_lines(problem.GetDescription())) {
    if (trim(line).size() > 1 && !trim(line).starts_with("Reason:")) last = std::string(trim(line));
  }
  const std::size_t mark = last.find(": ");
  const bool named = mark != std::string::npos && (last.starts_with("[nrrd]") || last.find("ERROR") < mark ||
                                                   last.substr(0, mark).find("(0x") != std::string::npos);
  if (named) last = last.substr(mark + 2);
  if (const std::size_t address = last.find("(0x"); address != std::string::npos) {
    const std::size_t end = last.find("): ", address);
    if (end != std::string::npos) last = last.substr(end + 3);
  }
  return std::string(shortened(last, 200));
}

/// Micrometres a unit of the header's lengths: "mm" by custom, another word when `space units` names one.
double unit_um(const std::string& header) {
  constexpr double kMillimetre = 1000;
  const std::optional<std::string> units = field(header, "space units");
  const std::optional<std::string> plain = units ? units : field(header, "units");
  if (!plain) return kMillimetre;
  const std::size_t quote = plain->find('"'), end = plain->find('"', quote + 1);
  if (quote == std::string::npos || end == std::string::npos) return kMillimetre;
  return micrometres_in(plain->substr(quote + 1, end - quote - 1)).value_or(kMillimetre);
}

class ItkDecoder : public VolumeDecoder {
 public:
  ItkDecoder(const std::string& path, const std::string& format) : path_(path) {
    if (format == "nrrd") io_ = itk::NrrdImageIO::New();
    if (format == "metaimage") io_ = itk::MetaImageIO::New();
    io_->SetFileName(path);
    header_ = text_header(path);
    data_ = data_file(path, header_);
    guarded([&] { io_->ReadImageInformation(); });
    const std::array<std::size_t, 3> size = sizes();
    if (io_->GetNumberOfComponents() != 1)
      throw Error(ErrorKind::kUnsupported, say("The volume holds {} number(s) a voxel.", io_->GetNumberOfComponents()),
                  {path, 0, 0, ""}, say("Save one channel of it."));
    const SampleType type = type_of(io_->GetComponentType(), path);
    check_plane_size(size[0], size[1], 1, static_cast<std::uint64_t>(bits_of(type)), std::filesystem::file_size(data_),
                     path);
    if (size[2] > kMaxPlanes)
      throw Error(ErrorKind::kData, say("The file declares more than {} pages.", kMaxPlanes), {path, 0, 0, ""},
                  say("Split it into several files."));
    std::array<Known, 3> voxel;
    Axes axes;
    place_by_text(format, voxel, axes);
    check_file_holds(size, type);
    arrange(size, type, axes, voxel);
    note_unit_voxel();
    find_scale();
  }

 protected:
  std::vector<std::byte> read_stored(const Box3& box) override {
    const std::size_t bytes = bytes_of(type_);
    if (all_.empty() && io_->CanStreamRead()) {
      std::vector<std::byte> out(box.voxels() * bytes);
      set_region(box);
      guarded([&] { io_->Read(out.data()); });
      return out;
    }
    if (all_.empty()) {
      all_.resize(size_[0] * size_[1] * size_[2] * bytes);
      set_region({0, 0, 0, size_[0], size_[1], size_[2]});
      guarded([&] { io_->Read(all_.data()); });
    }
    std::vector<std::byte> out(box.voxels() * bytes);
    std::byte* to = out.data();
    for (std::size_t z = box.z0; z < box.z1; ++z) {
      for (std::size_t y = box.y0; y < box.y1; ++y, to += box.nx() * bytes)
        std::memcpy(to, all_.data() + ((z * size_[1] + y) * size_[0] + box.x0) * bytes, box.nx() * bytes);
    }
    return out;
  }

 private:
  std::array<std::size_t, 3> sizes() const {
    std::array<std::size_t, 3> out = {1, 1, 1};
    for (unsigned i = 0; i < io_->GetNumberOfDimensions(); ++i) {
      if (i < 3) {
        out[i] = io_->GetDimensions(i);
      } else if (io_->GetDimensions(i) != 1) {
        throw Error(ErrorKind::kUnsupported, say("The file holds {} volumes.", io_->GetDimensions(i)),
                    {path_, 0, 0, ""}, say("Save each volume as a file of its own."));
      }
    }
    return out;
  }
  /// What ITK throws, as a sentence.
  template <typename Body>
  void guarded(Body body) const {
    try {
      body();
    } catch (const itk::ExceptionObject& problem) {
      throw_damaged(path_, reason_of(problem));
    }
  }
  /// A header that promises more than any packing can hold is refused before the memory is taken.
  void check_file_holds(const std::array<std::size_t, 3>& size, SampleType type) {
    const std::uint64_t plane = std::uint64_t{size[0]} * size[1] * bytes_of(type);
    const std::uint64_t file = std::filesystem::file_size(data_);
    if (plane > 0 && size[2] > (file * kMaxPackRatio) / plane + 1)
      throw Error(ErrorKind::kData,
                  say("The header declares {0} x {1} x {2} voxels, more than a file of {3} bytes can hold.", size[0],
                      size[1], size[2], file),
                  {path_, 0, 0, ""}, say("The file is cut off or damaged; copy or export it again."));
    // ITK fills what a cut MetaImage lacks with whatever was in memory, and reads zeros when the header does not say
    // how long the packed bytes are: those are unpacked here.
    if (!field(header_, "ElementDataFile")) return;
    const auto is_true = [&](const char* name) {
      return equals_ignoring_case(field(header_, name).value_or(""), "True");
    };
    const std::uint64_t start = data_ == path_ ? header_.size() : 0, all = plane * size[2];
    if (is_true("CompressedData")) {
      all_ = inflated(data_, start, all);
      if (all_.size() < all) throw_damaged(path_, "voxels are missing");
      const std::size_t bytes = bytes_of(type);
      if (bytes > 1 && (is_true("BinaryDataByteOrderMSB") || is_true("ElementByteOrderMSB"))) {
        for (std::size_t i = 0; i < all_.size(); i += bytes) std::reverse(&all_[i], &all_[i] + bytes);
      }
    } else if (is_true("BinaryData") && file - std::min(file, start) < all) {
      throw_damaged(path_, "voxels are missing");
    }
  }
  void set_region(const Box3& box) {
    const unsigned n = io_->GetNumberOfDimensions();
    itk::ImageIORegion region(n);
    const std::size_t start[3] = {box.x0, box.y0, box.z0}, size[3] = {box.nx(), box.ny(), box.nz()};
    for (unsigned i = 0; i < n; ++i) {
      region.SetIndex(i, i < 3 ? static_cast<itk::IndexValueType>(start[i]) : 0);
      region.SetSize(i, i < 3 ? size[i] : 1);
    }
    io_->SetIORegion(region);
  }
  void place_by_text(const std::string& format, std::array<Known, 3>& voxel, Axes& axes) const {
    const std::string& header = header_;
    const bool nrrd = format == "nrrd";
    const bool sized = nrrd ? field(header, "spacings") || field(header, "space directions")
                            : field(header, "ElementSpacing") || field(header, "ElementSize");
    const double um = nrrd ? unit_um(header) : 1000;
    for (unsigned i = 0; i < std::min(io_->GetNumberOfDimensions(), 3U); ++i) {
      // ITK gives 1 where nothing is stated: only what the header says counts.
      if (sized && std::isfinite(io_->GetSpacing(i)) && io_->GetSpacing(i) > 0)
        voxel[i] = {io_->GetSpacing(i) * um, KnownFrom::kTag, nrrd ? "NRRD spacing" : "MetaImage ElementSpacing"};
    }
    axes.known = nrrd ? field(header, "space").has_value()
                      : field(header, "TransformMatrix") || field(header, "Orientation") || field(header, "Rotation");
    if (!axes.known || io_->GetNumberOfDimensions() < 3) return;
    for (unsigned k = 0; k < 3; ++k) {
      const std::vector<double> direction = io_->GetDirection(k);
      for (std::size_t i = 0; i < 3; ++i) axes.direction[k][i] = direction[i];
    }
  }

  std::string path_, header_, data_;  ///< data_: the file that holds the voxels
  itk::ImageIOBase::Pointer io_;
  std::vector<std::byte> all_;  ///< every voxel, where parts cannot be read
};

}  // namespace

std::unique_ptr<Decoder> open_volume_file(const std::string& path, const std::string& format) {
  return std::make_unique<ItkDecoder>(path, format);
}

}  // namespace vesica
