// SPDX-License-Identifier: Apache-2.0
// Words in pictures, by tesseract.
#include <algorithm>
#include <filesystem>
#include <memory>

#include "worker/decoder.h"
#include <tesseract/baseapi.h>
#include <tesseract/resultiterator.h>

#include "vesica/base/error.h"
#include "vesica/base/message.h"
#include "vesica/base/os/child.h"
#include "vesica/base/os/files.h"

namespace vesica {

namespace {

constexpr std::size_t kMostWords = 10000;

/// A recogniser with English data; afterwards nothing but these data can be read.
void start(tesseract::TessBaseAPI& reader) {
  const std::filesystem::path own = own_program().parent_path().parent_path() / "share" / "tessdata";
  std::error_code error;
  const bool beside = std::filesystem::exists(own / "eng.traineddata", error);
  if (reader.Init(beside ? own.string().c_str() : nullptr, "eng", tesseract::OEM_LSTM_ONLY) != 0) {
    throw Error(ErrorKind::kUnsupported,
                say("The English data of tesseract, which reads text in pictures, are missing."), {},
                say("Install the package tesseract-ocr-eng."));
  }
  static_cast<void>(keep_to_folders({std::filesystem::path(reader.GetDatapath())}));
}

Value word_at(const tesseract::ResultIterator& at, std::size_t width, std::size_t height) {
  Value out = Value::table();
  int x0 = 0, y0 = 0, x1 = 0, y1 = 0;
  const std::unique_ptr<char[]> text(at.GetUTF8Text(tesseract::RIL_WORD));
  if (text == nullptr || !at.BoundingBox(tesseract::RIL_WORD, &x0, &y0, &x1, &y1)) return out;
  const auto corner = [&](const char* key, int value, std::size_t most) {
    out.set(key, Value::of(std::clamp<std::int64_t>(value, 0, static_cast<std::int64_t>(most))));
  };
  out.set("text", Value::of(std::string(text.get())));
  out.set("confidence", Value::of(std::clamp(static_cast<double>(at.Confidence(tesseract::RIL_WORD)), 0.0, 100.0)));
  corner("x0", x0, width);
  corner("y0", y0, height);
  corner("x1", x1, width);
  corner("y1", y1, height);
  return out;
}

}  // namespace

Value recognised(const std::vector<std::byte>& pixels, std::size_t width, std::size_t height) {
  Value words = Value::array();
  if (width == 0 || height == 0 || width > pixels.size() || pixels.size() / width != height ||
      pixels.size() % width != 0)
    throw Error(ErrorKind::kUsage, say("vesica-read is started by Vesica, with a file."));
  tesseract::TessBaseAPI reader;
  start(reader);
  constexpr int kDpi = 300;  // what its training assumed: letters of 30 pixels
  reader.SetPageSegMode(tesseract::PSM_SPARSE_TEXT);
  reader.SetImage(reinterpret_cast<const unsigned char*>(pixels.data()), static_cast<int>(width),
                  static_cast<int>(height), 1, static_cast<int>(width));
  reader.SetSourceResolution(kDpi);
  if (reader.Recognize(nullptr) == 0) {
    const std::unique_ptr<tesseract::ResultIterator> at(reader.GetIterator());
    while (at != nullptr && words.items.size() < kMostWords) {
      Value word = word_at(*at, width, height);
      if (word.find("text") != nullptr) words.append(std::move(word));
      if (!at->Next(tesseract::RIL_WORD)) break;
    }
  }
  Value out = Value::table();
  out.set("words", std::move(words));
  return out;
}

}  // namespace vesica
