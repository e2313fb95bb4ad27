// SPDX-License-Identifier: Apache-2.0
#include "vesica/app/new_assays.h"

#include <algorithm>
#include <array>
#include <vector>

#include "vesica/base/message.h"
#include "vesica/base/text.h"
#include "vesica/contract/registry.h"
#include "vesica/study/path_tokens.h"

namespace vesica {

namespace {

/// The assay for a reading whose format several take: one that says it is its own, else the first that does not ask.
const Assay* assay_for_content(const Reading& reading) {
  const Assay* other = nullptr;
  for (const Assay* assay : all_assays()) {
    if (std::find(assay->formats.begin(), assay->formats.end(), reading.format) == assay->formats.end()) continue;
    if (assay->suits != nullptr && assay->suits(reading)) return assay;
    if (assay->suits == nullptr && other == nullptr) other = assay;
  }
  return other;
}

}  // namespace

const Assay* assay_for(std::string_view format) {
  for (const Assay* assay : all_assays()) {
    if (std::find(assay->formats.begin(), assay->formats.end(), format) != assay->formats.end()) return assay;
  }
  return nullptr;
}

bool takes(const Assay& assay, std::string_view format) {
  return std::find(assay.formats.begin(), assay.formats.end(), format) != assay.formats.end();
}

const Assay* assay_for(const Reading& reading, Pages pages) {
  if (reading.as<ImageReading>() == nullptr) return assay_for_content(reading);
  const std::string_view mark = pages == Pages::kSlices || pages == Pages::kPerhapsSlices ? "dicom" : "jpeg";
  // Slices of fluorescent channels are no volume of bone: who knows the reading as its own comes first.
  for (const Assay* assay : all_assays())
    if (takes(*assay, reading.format) && assay->suits != nullptr && assay->suits(reading)) return assay;
  const Assay* other = nullptr;
  for (const Assay* assay : all_assays()) {
    if (!takes(*assay, reading.format) || !takes(*assay, mark)) continue;
    if (assay->suits == nullptr && other == nullptr) other = assay;
  }
  return other;
}

std::optional<Issue> doubt_about(const Assay& assay, const Reading& reading, const std::string& shown) {
  const bool is_sure = assay.suits != nullptr || takes(assay, "dicom");
  const std::string small = lower_ascii(shown);
  constexpr std::array<std::string_view, 4> kScratch = {"scratch", "wound", "migration", "划痕"};
  const bool is_named = std::any_of(kScratch.begin(), kScratch.end(),
                                    [&](std::string_view word) { return small.find(word) != std::string::npos; });
  if (is_sure || is_named) return std::nullopt;
  std::vector<std::string> others;
  for (const Assay* one : all_assays())
    if (one != &assay && takes(*one, reading.format) && takes(*one, "jpeg")) others.emplace_back(one->id);
  if (others.empty()) return std::nullopt;
  return Issue{
      Severity::kWarning,
      "new.guessed_assay",
      say("Nothing says what these images show: \"{}\" is guessed, and what it measures of anything else means "
          "nothing.",
          assay.id),
      {shown, 0, 0, ""},
      say("Write what they are into the column \"assay\": {} or {}.", join(others, ", "), assay.id),
      shown,
      ""};
}

std::optional<Issue> doubt_about_samples(const Reading& reading, const std::string& shown) {
  const ImageReading* images = reading.as<ImageReading>();
  if (images == nullptr || !images->source || images->source->info().plane_names.empty()) return std::nullopt;
  std::vector<std::string> names;
  for (const std::vector<PathToken>& tokens : path_tokens(images->source->info().plane_names)) {
    for (const PathToken& token : tokens) {
      if (token.kind != PathToken::Kind::kSample || !token.in_name) continue;
      if (std::find(names.begin(), names.end(), token.text) == names.end()) names.push_back(token.text);
    }
  }
  if (names.size() < 2) return std::nullopt;
  return Issue{
      Severity::kWarning,
      "new.several_samples",
      say("The files of this folder count independent things (\"{}\", \"{}\"), and a folder is one sample: all "
          "would be its fields, and n is 1.",
          names[0], names[1]),
      {shown, 0, 0, ""},
      say("Give each its own folder, and begin anew."),
      shown,
      ""};
}

}  // namespace vesica
