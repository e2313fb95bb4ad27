// SPDX-License-Identifier: Apache-2.0
#include "vesica/io/read_text.h"

#include <algorithm>
#include <cmath>

#include "vesica/base/error.h"
#include "vesica/base/message.h"
#include "vesica/base/text.h"
#include "vesica/io/worker_protocol.h"

namespace vesica {

std::vector<PictureWord> read_text(const Image2& picture, const std::string& shown, const WorkerLimits& limits) {
  if (picture.empty()) return {};
  if (picture.pixels.size() > kMaxTextPixels) {
    throw Error(ErrorKind::kData,
                say("A picture of {} x {} pixels is too large to read text in.", picture.width, picture.height),
                {shown, 0, 0, ""}, say("Cut it to the part with the text, or shrink it."));
  }
  std::vector<std::byte> pixels(picture.pixels.size());
  for (std::size_t i = 0; i < pixels.size(); ++i) {
    const float value = picture.pixels[i];
    const bool low = !(value > 0);  // NaN counts as dark
    pixels[i] = static_cast<std::byte>(low ? 0 : static_cast<int>(std::lround(std::min(value, 255.0F))));
  }
  Value question = Value::table();
  question.set("do", Value::of("text"));
  question.set("width", Value::of(static_cast<std::int64_t>(picture.width)));
  question.set("height", Value::of(static_cast<std::int64_t>(picture.height)));
  return words_from_value(ask_worker(question, pixels, shown, limits), picture.width, picture.height);
}

std::vector<PictureWord> words_from_value(const Value& answer, std::size_t width, std::size_t height) {
  constexpr std::size_t kMostWords = 10000, kLongest = 200;
  const auto broken = [] {
    return Error(ErrorKind::kData, say("The reading program broke its rules ({}).", "words"), {},
                 say("The file is damaged or hostile; copy or export it again."));
  };
  const Value* words = answer.find("words");
  if (words == nullptr || words->kind != Value::Kind::kArray || words->items.size() > kMostWords) throw broken();
  std::vector<PictureWord> out;
  for (const Value& item : words->items) {
    const auto corner = [&](const char* key, std::size_t most) {
      const Value* found = item.find(key);
      if (found == nullptr || found->kind != Value::Kind::kInteger || found->integer < 0 ||
          static_cast<std::uint64_t>(found->integer) > most)
        throw broken();
      return static_cast<std::size_t>(found->integer);
    };
    PictureWord word;
    word.x0 = corner("x0", width), word.x1 = corner("x1", width);
    word.y0 = corner("y0", height), word.y1 = corner("y1", height);
    const Value* text = item.find("text");
    const Value* confidence = item.find("confidence");
    if (word.x0 > word.x1 || word.y0 > word.y1 || text == nullptr || text->kind != Value::Kind::kText ||
        confidence == nullptr || !confidence->is_number() || !(confidence->number >= 0 && confidence->number <= 100))
      throw broken();
    word.text = std::string(shortened(text->text, kLongest));
    word.confidence = confidence->number;
    out.push_back(std::move(word));
  }
  return out;
}

}  // namespace vesica
