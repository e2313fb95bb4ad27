// SPDX-License-Identifier: Apache-2.0
#include "vesica/base/os/encoding.h"

#include <array>
#include <cerrno>

#include <iconv.h>

namespace vesica {

namespace {

/// One conversion descriptor per thread: opening one costs more than converting a line.
class Converter {
 public:
  Converter() : handle_(iconv_open("UTF-8", "GB18030")) {}
  ~Converter() {
    if (usable()) iconv_close(handle_);
  }
  Converter(const Converter&) = delete;
  Converter& operator=(const Converter&) = delete;
  bool usable() const { return handle_ != reinterpret_cast<iconv_t>(-1); }
  iconv_t handle() const { return handle_; }

 private:
  iconv_t handle_;
};

}  // namespace

std::optional<std::string> gb18030_to_utf8(std::string_view bytes) {
  thread_local Converter converter;
  if (!converter.usable()) return std::nullopt;
  iconv(converter.handle(), nullptr, nullptr, nullptr, nullptr);  // forget the state of an earlier failure
  std::string out;
  out.reserve(bytes.size() + bytes.size() / 2);
  char* in = const_cast<char*>(bytes.data());  // iconv's signature is older than const
  std::size_t in_left = bytes.size();
  std::array<char, 4096> buffer;
  while (in_left > 0) {
    char* to = buffer.data();
    std::size_t room = buffer.size();
    const std::size_t result = iconv(converter.handle(), &in, &in_left, &to, &room);
    const int reason = errno;
    out.append(buffer.data(), buffer.size() - room);
    if (result != static_cast<std::size_t>(-1) || reason == E2BIG) continue;
    if (reason != EINVAL) return std::nullopt;
    out += "\xEF\xBF\xBD";  // cut off at the end
    break;
  }
  return out;
}

}  // namespace vesica
