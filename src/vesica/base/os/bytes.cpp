// SPDX-License-Identifier: Apache-2.0
#include "vesica/base/os/bytes.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <system_error>
#include <vector>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "vesica/base/error.h"
#include "vesica/base/hash.h"
#include "vesica/base/message.h"
#include "vesica/base/os/files.h"

namespace vesica {

namespace {

class FileBytes : public ByteSource {
 public:
  explicit FileBytes(const std::filesystem::path& path)
      : file_(path_text(path)), handle_(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)) {
    struct stat info = {};
    const int number = handle_ < 0 ? errno : 0;
    if (handle_ < 0)
      throw Error(ErrorKind::kNoInput, say("The file cannot be opened: {}.", std::generic_category().message(number)),
                  {file_, 0, 0, ""}, number == ENOENT ? say("Check the name and the folder.") : "");
    if (::fstat(handle_, &info) != 0 || !S_ISREG(info.st_mode)) {
      ::close(handle_);
      throw Error(ErrorKind::kNoInput, say("This is not a regular file."), {file_, 0, 0, ""},
                  say("Name a file, not a folder or a device."));
    }
    size_ = static_cast<std::uint64_t>(info.st_size);
  }
  ~FileBytes() override { ::close(handle_); }
  FileBytes(const FileBytes&) = delete;
  FileBytes& operator=(const FileBytes&) = delete;

  std::uint64_t size() const override { return size_; }
  std::size_t read_at(std::uint64_t offset, std::span<std::byte> out) const override {
    std::size_t done = 0;
    while (done < out.size() && offset + done < size_) {
      const ssize_t got = ::pread(handle_, out.data() + done, out.size() - done, static_cast<off_t>(offset + done));
      if (got < 0 && errno == EINTR) continue;
      if (got < 0)
        throw Error(ErrorKind::kIo, say("Reading failed half-way: {}.", std::generic_category().message(errno)),
                    {file_, 0, 0, ""}, say("Check the disk or the network connection and try again."));
      if (got == 0) break;
      done += static_cast<std::size_t>(got);
    }
    return done;
  }

 private:
  std::string file_;
  int handle_;
  std::uint64_t size_ = 0;
};

class MemoryBytes : public ByteSource {
 public:
  explicit MemoryBytes(std::string_view bytes) : bytes_(bytes) {}
  std::uint64_t size() const override { return bytes_.size(); }
  std::size_t read_at(std::uint64_t offset, std::span<std::byte> out) const override {
    if (offset >= bytes_.size()) return 0;
    const std::size_t n = std::min<std::uint64_t>(out.size(), bytes_.size() - offset);
    if (n > 0) std::memcpy(out.data(), bytes_.data() + offset, n);
    return n;
  }

 private:
  std::string bytes_;
};

}  // namespace

std::string ByteSource::text_at(std::uint64_t offset, std::size_t n) const {
  if (offset >= size()) return "";
  std::string out(std::min<std::uint64_t>(n, size() - offset), '\0');
  out.resize(read_at(offset, std::as_writable_bytes(std::span(out))));
  return out;
}

std::shared_ptr<const ByteSource> open_bytes(const std::filesystem::path& path) {
  return std::make_shared<FileBytes>(path);
}

std::shared_ptr<const ByteSource> bytes_of(std::string_view bytes) { return std::make_shared<MemoryBytes>(bytes); }

std::string hash_bytes(const ByteSource& bytes) {
  Sha256 hash;
  std::vector<std::byte> piece(std::size_t{1} << 20);
  for (std::uint64_t at = 0;;) {
    const std::size_t got = bytes.read_at(at, piece);
    if (got == 0) break;
    hash.add({reinterpret_cast<const char*>(piece.data()), got});
    at += got;
  }
  return hash.hex();
}

}  // namespace vesica
