// SPDX-License-Identifier: Apache-2.0
// For tests: studies from texts, held against standards.
#pragma once

#include <map>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "vesica/rules/check.h"
#include "vesica/study/load.h"

namespace vesica::rules::testing {

class NoFiles final : public StudyFiles {
 public:
  FileState state(const std::string&) override { return FileState::kPresent; }
  const std::vector<std::string>& list() override { return none_; }

 private:
  std::vector<std::string> none_;
};

inline const KnownNames& some_parts() {
  static const KnownNames names = {{{.id = "nta", .title = "", .settings = {}, .roles = {"blank"}}},
                                   {{.id = "spin", .title = "", .settings = {}, .roles = {}}},
                                   {{.id = "isolation", .title = "", .settings = {}, .roles = {}}}};
  return names;
}

inline LoadedStudy load_text(const std::string& toml) {
  NoFiles files;
  LoadOptions options;
  options.plan_only = true;
  return load_study_text(toml, "", "samples.csv", some_parts(), files, options);
}

inline Facts facts_from(const std::string& toml) {
  const LoadedStudy loaded = load_text(toml);
  for (const Error& problem : loaded.problems) ADD_FAILURE() << problem.what();
  return facts_of(loaded.study, {}, {{"nta", {"vesicle.concentration", "vesicle.diameter.mean"}}});
}

/// Item id → state, with the degree behind a slash: "absent/partly".
inline std::map<std::string, std::string> states_of(const Facts& facts) {
  std::map<std::string, std::string> out;
  for (const Standard& standard : built_in_standards()) {
    const StandardResult result = check(standard, facts);
    for (const ItemResult& item : result.items)
      out[item.item->id] = to_text(item.state) + (item.degree.empty() ? "" : "/" + item.degree);
  }
  return out;
}

}  // namespace vesica::rules::testing
