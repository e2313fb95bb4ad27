// SPDX-License-Identifier: Apache-2.0
#include "vesica/kinetics/problems.h"

#include <utility>

#include "vesica/base/message.h"
#include "vesica/base/text.h"

namespace vesica::kinetics {

std::string shown(std::string_view id) {
  if (is_valid_utf8(id)) return std::string(shortened(id));
  constexpr std::size_t kMost = 40;  // as shortened()
  std::string out;
  for (const char c : id.substr(0, kMost)) out += static_cast<unsigned char>(c) < 0x80 ? c : '?';
  return out;
}

void Problems::add(ErrorKind kind, std::string what, Place where, std::string hint) {
  add(Error(kind, std::move(what), std::move(where), std::move(hint)));
}

void Problems::add(const Error& error) {
  ++count_;
  if (kept_.size() < kMostKept) kept_.push_back(error);
}

void Problems::raise() const {
  if (kept_.empty()) return;
  const Error& first = kept_.front();
  if (count_ == 1) throw Error(first);
  std::string what = say("{} problem(s):", count_);
  for (const Error& error : kept_) {
    what += "\n- ";
    if (error.where().line > 0) what += say("line {}: ", error.where().line);
    what += error.message();
  }
  if (count_ > kept_.size()) what += "\n- " + say("and {} more", count_ - kept_.size());
  throw Error(first.kind(), what, first.where(), first.hint());
}

}  // namespace vesica::kinetics
