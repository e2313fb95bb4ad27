// SPDX-License-Identifier: Apache-2.0
// vesica-read: decodes one file for Vesica in a process of its own. It reads questions from standard input, answers on
// standard output, and takes nothing else: it is started by Vesica, with limits, and puts itself into a jail.
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <new>
#include <set>
#include <stdexcept>

#include "worker/decoder.h"

#include "vesica/base/error.h"
#include "vesica/base/message.h"
#include "vesica/base/os/child.h"
#include "vesica/base/os/files.h"
#include "vesica/io/read_text.h"
#include "vesica/io/worker_protocol.h"

namespace vesica {

namespace {

Value problem_of(const Error& error) {
  Value out = Value::table();
  out.set("problem", Value::of(error.message()));
  out.set("kind", Value::of(to_text(error.kind())));
  out.set("hint", Value::of(error.hint()));
  return out;
}

/// The folders that reading these files needs: theirs, and those to which links lead. A header of two files may have
/// its voxels behind a link of the same name beside it.
std::vector<std::filesystem::path> folders_of(const std::vector<std::string>& files) {
  std::set<std::filesystem::path> out;
  std::error_code error;
  const auto add = [&](const std::filesystem::path& file) {
    out.insert(file.parent_path());
    const std::filesystem::path real = std::filesystem::canonical(file, error);
    if (!error) out.insert(real.parent_path());
  };
  for (const std::string& file : files) add(file);
  if (files.size() == 1) {
    const std::filesystem::path one(files.front());
    for (std::filesystem::directory_iterator entry(one.parent_path(), error);
         !error && entry != std::filesystem::directory_iterator(); entry.increment(error)) {
      if (entry->path().stem() == one.stem()) add(entry->path());
    }
  }
  return {out.begin(), out.end()};
}

std::unique_ptr<Decoder> open(const Value& question) {
  std::vector<std::string> files;
  if (const Value* names = question.find("files")) {
    for (const Value& name : names->items) files.push_back(path_from(name.text).string());
  }
  const Value* named = question.find("format");
  const std::string format = named == nullptr ? "" : named->text;
  if (files.empty()) throw Error(ErrorKind::kUsage, say("vesica-read is started by Vesica, with a file."));
  static_cast<void>(keep_to_folders(folders_of(files)));  // where the system has such a limit
  if (format == "dicom") return open_dicom(files);
  if (format == "nifti") return open_nifti(files.front());
  if (format == "nrrd" || format == "metaimage") return open_volume_file(files.front(), format);
  return open_video(files.front());
}

Box3 box_of(const Value& question, const ImageInfo& info) {
  const Value* corners = question.find("box");
  if (corners == nullptr || corners->items.size() != 6) throw Error(ErrorKind::kUsage, say("The box has six corners."));
  std::size_t n[6];
  for (std::size_t i = 0; i < 6; ++i)
    n[i] = static_cast<std::size_t>(std::max<std::int64_t>(corners->items[i].integer, 0));
  const Box3 box{n[0], n[1], n[2], n[3], n[4], n[5]};
  const bool inside = box.x0 < box.x1 && box.x1 <= info.width && box.y0 < box.y1 && box.y1 <= info.height &&
                      box.z0 < box.z1 && box.z1 <= info.depth;
  if (!inside) throw Error(ErrorKind::kUsage, say("The box lies outside the volume."));
  return box;
}

void answer(const Value& head, std::span<const std::byte> voxels) {
  const std::string front = worker_message_front(head, voxels.size());
  if (!write_all(std::as_bytes(std::span(front))) || !write_all(voxels)) std::exit(1);
}

std::size_t count_of(const Value& question, const char* key) {
  const Value* found = question.find(key);
  return static_cast<std::size_t>(found == nullptr ? 0 : std::max<std::int64_t>(found->integer, 0));
}

void serve(const WorkerMessage& message, std::unique_ptr<Decoder>& decoder) {
  const Value& question = message.head;
  const Value* wanted = question.find("do");
  const std::string verb = wanted == nullptr ? "" : wanted->text;
  Value head = Value::table();
  if (verb == "open") {
    decoder = open(question);
    head.set("info", info_to_value(decoder->info()));
    answer(head, {});
  } else if (verb == "read" && decoder != nullptr) {
    const std::size_t t = count_of(question, "frame");
    if (t >= decoder->info().frames) throw Error(ErrorKind::kUsage, say("The frame lies outside the series."));
    const DecodedPart part = decoder->read(box_of(question, decoder->info()), t);
    head.set("bits", Value::of(part.bits));
    head.set("slope", Value::of(part.slope));
    head.set("intercept", Value::of(part.intercept));
    answer(head, part.bytes);
  } else if (verb == "text") {
    answer(recognised(message.voxels, count_of(question, "width"), count_of(question, "height")), {});
  } else {
    throw Error(ErrorKind::kUsage, say("vesica-read is started by Vesica, with a file."));
  }
}

/// Answers questions until the other side closes the pipe. What a decoder throws becomes an answer; what kills it is
/// seen by Vesica.
void serve_all() {
  std::unique_ptr<Decoder> decoder;
  WorkerMessage question;
  while (read_worker_message(read_all, kMaxTextPixels, question)) {
    try {
      serve(question, decoder);
    } catch (const Error& error) {
      answer(problem_of(error), {});
    } catch (const std::bad_alloc&) {
      answer(problem_of(Error(ErrorKind::kData, say("The volume needs more memory than one reading may take."), {},
                              say("Crop it, or save it with fewer bits a voxel."))),
             {});
    } catch (const std::exception& error) {
      answer(problem_of(Error(ErrorKind::kData, say("The decoder refused the file: {}.", error.what()), {},
                              say("Copy or export the file again."))),
             {});
    }
  }
}

}  // namespace

}  // namespace vesica

int main(int count, char** arguments) {
  using namespace vesica;
  if (count > 1 && std::string_view(arguments[1]) == "zh") set_language(Language::kChinese);
  enter_jail();
  try {
    serve_all();
  } catch (const std::exception&) {
    return 1;
  }
  return 0;
}
