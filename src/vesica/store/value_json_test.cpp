// SPDX-License-Identifier: Apache-2.0
// Settings as JSON in the database come back exactly.
#include "vesica/store/value_json.h"

#include <cmath>

#include <gtest/gtest.h>

#include "vesica/base/error.h"

namespace vesica {
namespace {

TEST(StoreJson, RoundTrip) {
  Value value = Value::table();
  value.set("z", Value::of(0.1));
  value.set("a", Value::of(std::int64_t{-9'007'199'254'740'993}));
  value.set("whole", Value::of(5.0));
  value.set("none", Value::null());
  value.set("yes", Value::of(true));
  value.set("文", Value::of("\"quoted\"\n中文"));
  value.set("nan", Value::of(std::nan("")));
  value.set("inf", Value::of(-INFINITY));
  Value list = Value::array();
  list.append(Value::table());
  list.append(Value::array());
  value.set("list", list);
  const std::string text = store::to_json(value);
  const Value back = store::from_json(text, "x");
  EXPECT_EQ(store::to_json(back), text);
  EXPECT_EQ(back.members[0].first, "z");
  EXPECT_EQ(back.find("a")->integer, -9'007'199'254'740'993);
  EXPECT_EQ(back.find("whole")->kind, Value::Kind::kNumber);
  EXPECT_TRUE(std::isnan(back.find("nan")->number));
  EXPECT_EQ(back.find("inf")->number, -INFINITY);
  EXPECT_EQ(back.find("文")->text, "\"quoted\"\n中文");
}

TEST(StoreJson, WhatItDidNotWriteIsRefused) {
  for (const std::string& text : {std::string("{"), std::string(), std::string("[1,"), std::string(5000, '['),
                                  std::string("{\"$number\": \"many\"}")}) {
    EXPECT_THROW(store::from_json(text, "x"), Error) << text.substr(0, 20);
  }
  EXPECT_THROW(store::texts_from_json("[1]", "x"), Error);
  EXPECT_THROW(store::texts_from_json("{\"a\": 1}", "x"), Error);
}

}  // namespace
}  // namespace vesica
