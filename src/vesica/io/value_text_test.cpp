// SPDX-License-Identifier: Apache-2.0
// TOML and JSON against each other, against their specifications and against hostile text.
#include <cmath>
#include <limits>

#include <gtest/gtest.h>

#include "vesica/base/error.h"
#include "vesica/io/json.h"
#include "vesica/io/toml.h"

namespace vesica {
namespace {

/// Equal kinds, values, members and their order; NaN equals NaN.
bool same(const Value& a, const Value& b) {
  if (a.kind != b.kind || a.items.size() != b.items.size() || a.members.size() != b.members.size()) return false;
  if (a.boolean != b.boolean || a.integer != b.integer || a.text != b.text) return false;
  if (a.kind == Value::Kind::kNumber && !(a.number == b.number || (std::isnan(a.number) && std::isnan(b.number)))) {
    return false;
  }
  for (std::size_t i = 0; i < a.items.size(); ++i) {
    if (!same(a.items[i], b.items[i])) return false;
  }
  for (std::size_t i = 0; i < a.members.size(); ++i) {
    if (a.members[i].first != b.members[i].first || !same(a.members[i].second, b.members[i].second)) return false;
  }
  return true;
}

template <typename F>
Error refused(F&& f) {
  try {
    f();
  } catch (const Error& error) {
    return error;
  }
  return Error(ErrorKind::kInternal, "accepted");
}
Error toml_refused(const std::string& text) {
  return refused([&] { read_toml(text, "s.toml"); });
}
Error json_refused(const std::string& text) {
  return refused([&] { read_json(text, "o.json"); });
}

TEST(Toml, KeepsOrderPlacesAndKinds) {
  const Value v = read_toml(
      "title = \"µ\"\n"
      "zeta = 1\n"
      "alpha = 2.5\n"
      "\n"
      "[study]\n"
      "days = [1, 2.0, \"x\", { a = true }]\n"
      "start = 2026-11-20\n"
      "at = 2026-11-20T11:26:46.5+08:00\n"
      "[[given]]\n"
      "time_h = 1\n"
      "[[given]]\n"
      "  time_h = nan\n"
      "[study.\"odd key\"]\n"
      "x.y = -inf\n",
      "s.toml");
  ASSERT_EQ(v.members.size(), 5u);
  EXPECT_EQ(v.members[0].first, "title");
  EXPECT_EQ(v.members[1].first, "zeta");
  EXPECT_EQ(v.members[2].first, "alpha");
  EXPECT_EQ(v.members[3].first, "study");
  EXPECT_EQ(v.find("zeta")->kind, Value::Kind::kInteger);
  EXPECT_EQ(v.find("zeta")->number, 1);
  EXPECT_EQ(v.find("alpha")->number, 2.5);
  const Value& study = *v.find("study");
  EXPECT_EQ(study.find("start")->text, "2026-11-20");
  EXPECT_EQ(study.find("at")->text, "2026-11-20T11:26:46.5+08:00");
  const Value& flag = *study.find("days")->items[3].find("a");
  EXPECT_TRUE(flag.boolean);
  EXPECT_EQ(flag.place.text(), "s.toml:6:28 (study.days[4].a)");
  const Value& second = *v.find("given")->items[1].find("time_h");
  EXPECT_TRUE(std::isnan(second.number));
  EXPECT_EQ(second.place.text(), "s.toml:12:12 (given[2].time_h)");
  EXPECT_EQ(study.find("odd key")->find("x")->find("y")->place.text(), "s.toml:14:7 (study.\"odd key\".x.y)");
}

TEST(Toml, HintsForWhatPeopleWrite) {
  const std::pair<const char*, const char*> cases[] = {
      {"a = 1\nname = “x”\n", "plain signs"},    {"a = 1\nname = control\n", "quotation marks"},
      {"a = 1\nvalue = 0,5\n", "decimal point"}, {"a = 1\npath = \"C:\\Users\\data\"\n", "single quotation"},
      {"a = 1\na = 2\n", "only once"},           {"a = 1\nname = \"x\n", "Close the text"},
      {"a = 1\njust words\n", "key = value"},
  };
  for (const auto& [text, hint] : cases) {
    const Error error = toml_refused(text);
    EXPECT_EQ(error.kind(), ErrorKind::kConfig) << text;
    EXPECT_EQ(error.where().line, 2) << text;
    EXPECT_GT(error.where().column, 0) << text;
    EXPECT_NE(error.hint().find(hint), std::string::npos) << text << error.what();
  }
}

TEST(Toml, DepthAndSizeAreBounded) {
  const auto repeated = [](const std::string& part, int n) {
    std::string out;
    for (int i = 0; i < n; ++i) out += part;
    return out;
  };
  EXPECT_EQ(toml_refused("a = " + repeated("[", 100'000)).kind(), ErrorKind::kConfig);
  EXPECT_EQ(toml_refused("a = " + repeated("{a=", 100'000)).kind(), ErrorKind::kConfig);
  EXPECT_EQ(toml_refused("[" + repeated("a.", 1'000'000) + "a]\n").kind(), ErrorKind::kConfig);
  EXPECT_EQ(toml_refused(repeated("\",\".", 1'000'000) + "a = 1\n").kind(), ErrorKind::kConfig);
  EXPECT_EQ(toml_refused("\n\n" + repeated("a.", 100) + "a = 1\n").where().line, 3);
  EXPECT_EQ(
      toml_refused("[" + repeated("a.", 60) + "a]\nx = " + repeated("{y.z=", 30) + "1" + repeated("}", 30)).kind(),
      ErrorKind::kConfig);
  EXPECT_EQ(toml_refused(std::string(kMaxTomlBytes + 1, '\n')).kind(), ErrorKind::kConfig);
  // What only looks deep passes: dots, brackets in texts and comments, long arrays of numbers.
  const Value v = read_toml("# " + repeated("[.", 200) + "\na = \"" + repeated("[.", 200) + "\"\nb = [" +
                                repeated("0.5, ", 500) + "]\nc = '''\n" + repeated("[.", 200) + "''''\nd = 1\n",
                            "s.toml");
  EXPECT_EQ(v.find("b")->items.size(), 500u);
  EXPECT_EQ(v.find("d")->integer, 1);
}

TEST(Toml, RefusesBrokenUtf8AndZeroBytes) {
  EXPECT_EQ(toml_refused("a = \"\xFF\"\n").kind(), ErrorKind::kConfig);
  EXPECT_EQ(toml_refused(std::string("a = \"\0\"\n", 8)).kind(), ErrorKind::kConfig);
}

TEST(Toml, WritesWhatItReads) {
  const std::string text =
      "name = \"a \\\"quoted\\\" \\\\ text\\nwith\\tlines\\u0001\"\n"
      "whole = -9223372036854775808\n"
      "number = 3.0\n"
      "tiny = 5e-324\n"
      "list = [1, [2.5, \"x\"], { a = nan, \"b c\" = [] }]\n"
      "\n"
      "[study]\n"
      "inf = -inf\n"
      "\n"
      "[study.empty]\n"
      "\n"
      "[[given]]\n"
      "time_h = 1e+22\n"
      "\n"
      "[[given]]\n"
      "\n"
      "[given.deep]\n"
      "\"剂量\" = true\n";
  const Value value = read_toml(text, "s.toml");
  EXPECT_EQ(write_toml(value), text);
  EXPECT_TRUE(same(read_toml(write_toml(value), "again"), value));
}

TEST(Toml, LeavesNullMembersOut) {
  Value value = Value::table();
  value.set("a", Value::null());
  value.set("b", Value::of(1));
  EXPECT_EQ(write_toml(value), "b = 1\n");
}

TEST(Json, KeepsOrderPlacesAndKinds) {
  const Value v = read_json(
      "\xEF\xBB\xBF{\n"
      "  \"z\": [1, 2.0, -3, \"µ\\\"\", null, true],\n"
      "  \"a\": {\"deep\": {}, \"µ\": 1e3, \"x\": false},\n"
      "  \"big\": 18446744073709551615\n"
      "}\n",
      "o.json");
  ASSERT_EQ(v.members.size(), 3u);
  EXPECT_EQ(v.members[0].first, "z");
  const Value& z = v.members[0].second;
  EXPECT_EQ(z.place.text(), "o.json:2:8 (z)");
  EXPECT_EQ(z.items[0].kind, Value::Kind::kInteger);
  EXPECT_EQ(z.items[1].kind, Value::Kind::kNumber);
  EXPECT_EQ(z.items[2].integer, -3);
  EXPECT_EQ(z.items[3].text, "µ\"");
  EXPECT_EQ(z.items[5].place.text(), "o.json:2:34 (z[6])");
  EXPECT_EQ(v.find("a")->find("x")->place.text(), "o.json:3:36 (a.x)");
  EXPECT_EQ(v.find("big")->number, 18446744073709551615.0);
  EXPECT_EQ(read_json(" 7 ", "o").integer, 7);
}

TEST(Json, RefusesWithAPlace) {
  EXPECT_EQ(json_refused("").kind(), ErrorKind::kData);
  EXPECT_EQ(json_refused("{\"a\": 1,\n \"b\": }").where().text(), "o.json:2:7");
  EXPECT_EQ(json_refused("{\"a\": 1,\n \"a\": 2}").where().line, 2);
  EXPECT_EQ(json_refused("[1] 2").kind(), ErrorKind::kData);
  EXPECT_EQ(json_refused("[NaN]").kind(), ErrorKind::kData);
  EXPECT_EQ(json_refused("[\"\xFF\"]").kind(), ErrorKind::kData);
  EXPECT_EQ(json_refused(std::string("[\"\0\"]", 5)).kind(), ErrorKind::kData);
  EXPECT_EQ(json_refused("{\"a\": [1, 2").kind(), ErrorKind::kData);
  EXPECT_EQ(json_refused(std::string(1'000'000, '[')).kind(), ErrorKind::kData);
  EXPECT_EQ(json_refused("[1e999]").kind(), ErrorKind::kData);
}

TEST(Json, WritesWhatItReads) {
  const std::string line =
      R"({"a":[1,2.0,-0.1,1e+22,null,true,"µ \" \\ \n \u0001"],"b":{"c":[],"d":{}},"e":[[1],{"f":9223372036854775807}]})";
  const Value value = read_json(line, "o.json");
  EXPECT_EQ(write_json(value), line);
  EXPECT_TRUE(same(read_json(write_json(value, 2), "again"), value));
  EXPECT_EQ(write_json(*value.find("e"), 2), "[\n  [1],\n  {\n    \"f\": 9223372036854775807\n  }\n]");
}

TEST(Json, NumbersWithoutJsonFormBecomeNull) {
  Value value = Value::array();
  value.append(Value::of(std::nan("")));
  value.append(Value::of(std::numeric_limits<double>::infinity()));
  value.append(Value::of("\xFF"));
  EXPECT_EQ(write_json(value), "[null,null,\"\xEF\xBF\xBD\"]");
}

}  // namespace
}  // namespace vesica
