// SPDX-License-Identifier: Apache-2.0
// The study's pictures of even light and of no light, on their way to the images that they correct.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "vesica/app/execute.h"
#include "vesica/contract/flat_field.h"

namespace vesica {

/// Pictures of even light and of no light: read once, when the first image wants them. For several threads.
class LightFiles {
 public:
  LightFiles(std::vector<KnownFile> flats, std::vector<KnownFile> darks)
      : flats_(std::move(flats)), darks_(std::move(darks)) {}
  /// The hashes of all, in one text.
  std::string contents() const;
  /// The images of a reading corrected. Throws what reading the pictures throws, and what FlatField does.
  Reading corrected(Reading reading);
  /// Appends the files and their hashes.
  void add_to(Run& run) const;

 private:
  std::vector<KnownFile> flats_, darks_;
  std::mutex mutex_;
  std::shared_ptr<const FlatField> light_;
};

/// Of every item of Plan::lights; `files` are those of the study's inputs.
std::vector<std::unique_ptr<LightFiles>> gather_lights(const Plan& plan, const Study& study,
                                                       const std::vector<KnownFile>& files);

}  // namespace vesica
