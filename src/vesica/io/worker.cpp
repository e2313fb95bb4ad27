// SPDX-License-Identifier: Apache-2.0
#include "vesica/io/worker.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "vesica/base/error.h"
#include "vesica/base/message.h"
#include "vesica/base/os/child.h"
#include "vesica/base/os/files.h"
#include "vesica/base/os/system.h"
#include "vesica/base/text.h"
#include "vesica/io/raster.h"
#include "vesica/io/worker_protocol.h"

namespace vesica {

namespace {

std::filesystem::path worker_program() {
  const std::string named = environment("VESICA_READ");
  if (!named.empty()) return path_from(named);
  return own_program().parent_path() / "vesica-read";
}

ChildLimits child_limits(const WorkerLimits& limits) {
  constexpr std::uint64_t kLeast = std::uint64_t{1} << 30;
  ChildLimits out;
  out.memory_bytes = limits.memory_bytes > 0 ? limits.memory_bytes : std::max(kLeast, physical_memory() / 4 * 3);
  return out;
}

/// The child and the conversation with it.
class Worker {
 public:
  Worker(const std::string& shown, const WorkerLimits& limits)
      : shown_(shown),
        silence_s_(limits.silence_s),
        child_(worker_program(), {language() == Language::kChinese ? "zh" : "en"}, child_limits(limits)) {}

  /// Asks and waits. A refusal of the decoder and a broken child are Errors of this input.
  WorkerMessage ask(const Value& question, std::uint64_t most_voxels, std::span<const std::byte> voxels = {}) {
    const std::string front = worker_message_front(question, voxels.size());
    WorkerMessage answer;
    bool whole = false;
    if (child_.send(std::as_bytes(std::span(front))) && (voxels.empty() || child_.send(voxels))) {
      try {
        whole = read_worker_message([this](std::span<std::byte> out) { return child_.receive(out, silence_s_); },
                                    most_voxels, answer);
      } catch (const Error& error) {
        child_.end();
        throw Error(ErrorKind::kData, error.message(), {shown_, 0, 0, ""}, error.hint());
      }
    }
    if (!whole) throw_ended();
    if (const Value* problem = answer.head.find("problem"); problem != nullptr) throw_problem(answer.head);
    return answer;
  }

 private:
  [[noreturn]] void throw_ended() {
    const std::string how = child_.end();
    throw Error(
        ErrorKind::kData,
        how.empty() ? say("The reading program did not answer within {} s and was stopped.", silence_s_)
                    : say("The reading program ended while it decoded the file ({}).", how),
        {shown_, 0, 0, ""},
        say("The file is damaged, hostile or too large for this machine's memory; export it again, or as TIFF."));
  }
  [[noreturn]] void throw_problem(const Value& head) const {
    const auto text = [&](const char* key) {
      const Value* found = head.find(key);
      return found != nullptr && found->kind == Value::Kind::kText ? std::string(shortened(found->text, 2000)) : "";
    };
    const bool unsupported = text("kind") == to_text(ErrorKind::kUnsupported);
    const std::string item = text("item");
    throw Error(unsupported ? ErrorKind::kUnsupported : ErrorKind::kData, text("problem"),
                {item.empty() ? shown_ : item, 0, 0, ""}, text("hint"));
  }

  std::string shown_;
  double silence_s_;
  ChildProcess child_;
};

Value box_question(const Box3& box, std::size_t t) {
  Value out = Value::table();
  out.set("do", Value::of("read"));
  Value corners = Value::array();
  for (const std::size_t corner : {box.x0, box.y0, box.z0, box.x1, box.y1, box.z1})
    corners.append(Value::of(static_cast<std::int64_t>(corner)));
  out.set("box", std::move(corners));
  out.set("frame", Value::of(static_cast<std::int64_t>(t)));
  return out;
}

double number_or(const Value& head, std::string_view key, double fallback) {
  const Value* found = head.find(key);
  return found != nullptr && found->is_number() && std::isfinite(found->number) ? found->number : fallback;
}

class WorkerSource : public ImageSource {
 public:
  WorkerSource(ImageInfo info, std::unique_ptr<Worker> worker)
      : ImageSource(std::move(info)), worker_(std::move(worker)) {}

 protected:
  std::vector<Image2> do_read_plane(std::size_t z, std::size_t t,
                                    std::span<const std::size_t> channels) const override {
    const Part part = read({0, 0, z, info_.width, info_.height, z + 1}, t);
    std::vector<Image2> out;
    for (const std::size_t channel : channels) {
      Image2 image(info_.width, info_.height);
      for (std::size_t i = 0; i < image.pixels.size(); ++i)
        image.pixels[i] = static_cast<float>(part.slope * part.at(i, channel, info_.channels) + part.intercept);
      out.push_back(std::move(image));
    }
    return out;
  }

  Volume do_read_box(const Box3& box, std::size_t t, std::size_t channel) const override {
    const Part part = read(box, t);
    Volume out = make_volume(box.nx(), box.ny(), box.nz(), part.wide ? 16 : 8);
    out.slope = part.slope;
    out.intercept = part.intercept;
    for (std::size_t i = 0; i < out.voxels(); ++i) {
      const std::uint16_t value = part.at(i, channel, info_.channels);
      if (part.wide) {
        out.words[i] = value;
      } else {
        out.bytes[i] = static_cast<std::uint8_t>(value);
      }
    }
    return out;
  }

 private:
  /// Voxels as they crossed the pipe, samples of a voxel side by side.
  struct Part {
    std::vector<std::byte> bytes;
    bool wide = false;
    double slope = 1, intercept = 0;
    std::uint16_t at(std::size_t i, std::size_t sample, std::size_t samples) const {
      const std::size_t k = i * samples + sample;
      if (!wide) return std::to_integer<std::uint16_t>(bytes[k]);
      std::uint16_t value;
      std::memcpy(&value, bytes.data() + 2 * k, 2);
      return value;
    }
  };

  Part read(const Box3& box, std::size_t t) const {
    const std::uint64_t samples = std::uint64_t{box.voxels()} * info_.channels;
    WorkerMessage answer = worker_->ask(box_question(box, t), 2 * samples);
    Part part;
    part.wide = number_or(answer.head, "bits", 8) > 8;
    part.slope = number_or(answer.head, "slope", 1);
    part.intercept = number_or(answer.head, "intercept", 0);
    part.bytes = std::move(answer.voxels);
    if (part.bytes.size() != samples * (part.wide ? 2 : 1))
      throw Error(ErrorKind::kData, say("The reading program broke its rules ({}).", "length"), {},
                  say("The file is damaged or hostile; copy or export it again."));
    return part;
  }

  std::unique_ptr<Worker> worker_;
};

}  // namespace

Value ask_worker(const Value& question, std::span<const std::byte> bytes, const std::string& shown,
                 const WorkerLimits& limits) {
  return Worker(shown, limits).ask(question, 0, bytes).head;
}

std::shared_ptr<const ImageSource> open_in_worker(std::span<const std::filesystem::path> files, std::string_view format,
                                                  const std::string& shown, const WorkerLimits& limits) {
  auto worker = std::make_unique<Worker>(shown, limits);
  Value question = Value::table();
  question.set("do", Value::of("open"));
  question.set("format", Value::of(format));
  Value names = Value::array();
  // The child knows the file names of the system; path_text would have to be undone there.
  for (const std::filesystem::path& file : files) names.append(Value::of(path_text(std::filesystem::absolute(file))));
  question.set("files", std::move(names));
  const WorkerMessage answer = worker->ask(question, 0);
  const Value* info = answer.head.find("info");
  if (info == nullptr)
    throw Error(ErrorKind::kData, say("The reading program broke its rules ({}).", "info"), {shown, 0, 0, ""}, "");
  return std::make_shared<WorkerSource>(info_from_value(*info), std::move(worker));
}

}  // namespace vesica
