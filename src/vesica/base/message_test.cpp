// SPDX-License-Identifier: Apache-2.0
// One and many, in the language's own way.
#include "vesica/base/message.h"

#include <gtest/gtest.h>

namespace vesica {
namespace {

TEST(Message, OneAndManyTakeTheirForms) {
  EXPECT_EQ(say("{} file(s)", 1), "1 file");
  EXPECT_EQ(say("{} file(s)", 3), "3 files");
  EXPECT_EQ(say("{} file(s)", 0), "0 files");
  EXPECT_EQ(say("{} (nucleus|nuclei) (is|are) too few", std::size_t{1}), "1 nucleus is too few");
  EXPECT_EQ(say("{} (nucleus|nuclei) (is|are) too few", "1,204"), "1,204 nuclei are too few");
}

TEST(Message, FormsGoWithTheArgumentBeforeThem) {
  EXPECT_EQ(say("{} of {} file(s), {} row(s)", 1, 2, 1), "1 of 2 files, 1 row");
  EXPECT_EQ(say("{1} row(s) in {0} file(s)", 3, 1), "1 row in 3 files");
  EXPECT_EQ(say("{:.1f} file(s)", 1.04), "1.0 files") << "the number itself counts, not how it is written";
}

TEST(Message, WhatIsSaidOfSomeGoesWithTheFirstNumber) {
  EXPECT_EQ(say("{} of {} file(s) (is|are) missing", 1, 24), "1 of 24 files is missing");
  EXPECT_EQ(say("{0} of the {1} file(s) (has|have) lost (its|their) end", 3, 24),
            "3 of the 24 files have lost their end");
  EXPECT_EQ(say("{} of {} file(s) (is|are) missing, {} (was|were) read", 2, 3, 1),
            "2 of 3 files are missing, 1 was read");
}

TEST(Message, NothingElseIsTouched) {
  EXPECT_EQ(say("{} f(s) of \"{}\"", 1, "a(s) (x|y)"), "1 f of \"a(s) (x|y)\"") << "arguments stay as they are";
  EXPECT_EQ(say("letter(s)"), "letter(s)") << "no number, no form";
  EXPECT_EQ(say("{} {{x}} (see page 3)", 1), "1 {x} (see page 3)");
  EXPECT_EQ(say("{} (a, {}|b)", 1, 2), "1 (a, 2|b)");
  EXPECT_EQ(say("{} (open", 1), "1 (open");
}

}  // namespace
}  // namespace vesica
