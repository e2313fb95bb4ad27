// SPDX-License-Identifier: Apache-2.0
// Which assay `vesica new` proposes for a file, and whether that is but a guess.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "vesica/app/pages.h"
#include "vesica/contract/contract.h"

namespace vesica {

/// Whether the assay reads a format.
bool takes(const Assay& assay, std::string_view format);
/// The assay that takes such a file: the first of the list, so that a vendor's assay goes before plain tables.
const Assay* assay_for(std::string_view format);
/// The assay for a reading: one that says the reading is its own; else, for images, the first of volumes when it holds
/// slices or of pictures and series, for other readings the first that does not ask.
const Assay* assay_for(const Reading& reading, Pages pages);
/// That the assay of an image is but the first that takes pictures, when neither name nor channels say what it shows.
std::optional<Issue> doubt_about(const Assay& assay, const Reading& reading, const std::string& shown);

/// That the names of the files in a folder count independent things ("rat1", "rat2"), while a folder of images is one
/// sample; nothing when they do not.
std::optional<Issue> doubt_about_samples(const Reading& reading, const std::string& shown);

}  // namespace vesica
