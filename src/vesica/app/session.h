// SPDX-License-Identifier: Apache-2.0
// A study opened for work: recipe, plan, store, hashes.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "vesica/app/app.h"
#include "vesica/app/execute.h"
#include "vesica/app/plan.h"
#include "vesica/store/store.h"
#include "vesica/study/study.h"

namespace vesica {

/// The folder of the results: `out`, or STUDY/results.
std::filesystem::path results_folder(const std::string& study, const std::string& out);

/// Loads a study or throws Error(kConfig) after every problem has been told to the console. Warnings go there as well.
Study load_or_explain(const std::string& path, Console& console);

/// The study without complaining: questions work on results even while the recipe is being edited.
Study load_quietly(const std::string& path);
/// Existing results, for an edit; Error(kNoInput) when nothing was measured yet.
Store open_results(const std::string& study, const std::string& out);

/// Hashes every file that the study names, trusting unchanged ones; index = position in study.inputs.
std::vector<KnownFile> know_files(const Study& study, Store* store, const Context& context, Console& console);

/// What a study's text, its sheet and this version amount to: part of the fingerprint of all outputs.
std::string recipe_fingerprint(const Study& study);
/// Hash of the samples' names and conditions, which assays that name samples go by; O(samples), so once a run.
std::string samples_fingerprint(const Study& study);
/// All that a layout says of its positions, in one text; nothing without one.
std::string layout_text(const Layout& layout);

}  // namespace vesica
