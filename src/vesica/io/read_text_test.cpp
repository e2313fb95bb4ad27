// SPDX-License-Identifier: Apache-2.0
// What a reading program sends as words is not believed.
#include "vesica/io/read_text.h"

#include <gtest/gtest.h>

#include "vesica/base/error.h"
#include "vesica/io/json.h"

namespace vesica {

namespace {

std::vector<PictureWord> words(const std::string& json) { return words_from_value(read_json(json, "test"), 100, 50); }

TEST(ReadText, WordsComeWithTheirBoxes) {
  const std::vector<PictureWord> out =
      words(R"({"words":[{"text":"500","confidence":96.5,"x0":1,"y0":2,"x1":30,"y1":40}]})");
  ASSERT_EQ(out.size(), 1U);
  EXPECT_EQ(out[0].text, "500");
  EXPECT_EQ(out[0].x1, 30U);
  EXPECT_EQ(out[0].confidence, 96.5);
  EXPECT_TRUE(words(R"({"words":[]})").empty());
  EXPECT_TRUE(read_text(Image2(), "nothing").empty());
}

TEST(ReadText, NothingElseIsBelieved) {
  for (const char* bad : {
           R"({})",
           R"({"words":3})",
           R"({"words":[3]})",
           R"({"words":[{}]})",
           R"({"words":[{"text":5,"confidence":9,"x0":1,"y0":2,"x1":3,"y1":4}]})",
           R"({"words":[{"text":"a","confidence":900,"x0":1,"y0":2,"x1":3,"y1":4}]})",
           R"({"words":[{"text":"a","confidence":9,"x0":-1,"y0":2,"x1":3,"y1":4}]})",
           R"({"words":[{"text":"a","confidence":9,"x0":9,"y0":2,"x1":3,"y1":4}]})",
           R"({"words":[{"text":"a","confidence":9,"x0":1,"y0":2,"x1":101,"y1":4}]})",
           R"({"words":[{"text":"a","confidence":9,"x0":1,"y0":2,"x1":3,"y1":51}]})",
           R"({"words":[{"text":"a","confidence":9,"x0":1.5,"y0":2,"x1":3,"y1":4}]})",
       }) {
    EXPECT_THROW(words(bad), Error) << bad;
  }
  EXPECT_THROW(read_text(Image2(5000, 4000), "giant"), Error);
}

}  // namespace

}  // namespace vesica
