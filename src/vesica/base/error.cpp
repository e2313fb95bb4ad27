// SPDX-License-Identifier: Apache-2.0
#include "vesica/base/error.h"

#include <cstdio>
#include <cstdlib>
#include <utility>

#include "vesica/base/require.h"

namespace vesica {

std::string Place::text() const {
  std::string out = file;
  if (line > 0) out += (out.empty() ? "line " : ":") + std::to_string(line);
  if (line > 0 && column > 0) out += ":" + std::to_string(column);
  if (!item.empty()) out += out.empty() ? item : " (" + item + ")";
  return out;
}

Error::Error(ErrorKind kind, std::string what, Place where, std::string hint)
    : kind_(kind), message_(std::move(what)), where_(std::move(where)), hint_(std::move(hint)) {
  const std::string place = where_.text();
  full_ = place.empty() ? message_ : place + ": " + message_;
  if (!hint_.empty()) full_ += " " + hint_;
}

const char* to_text(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::kUsage:
      return "usage";
    case ErrorKind::kData:
      return "data";
    case ErrorKind::kNoInput:
      return "no_input";
    case ErrorKind::kCannotCreate:
      return "cannot_create";
    case ErrorKind::kIo:
      return "io";
    case ErrorKind::kConfig:
      return "config";
    case ErrorKind::kUnsupported:
      return "unsupported";
    case ErrorKind::kBusy:
      return "busy";
    case ErrorKind::kCancelled:
      return "cancelled";
    case ErrorKind::kInternal:
      return "internal";
  }
  return "internal";
}

void promise_broken(const char* condition, const char* why, const char* file, int line) {
  std::fprintf(stderr, "vesica: internal error at %s:%d: %s (%s)\n", file, line, why, condition);
  std::abort();
}

}  // namespace vesica
