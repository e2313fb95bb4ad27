// SPDX-License-Identifier: Apache-2.0
// The pictures that assays drew: files beside the report, small ones inside it.
#pragma once

#include <vector>

#include "vesica/app/plan.h"
#include "vesica/report/html.h"
#include "vesica/store/store.h"

namespace vesica {

/// The pictures in colour (outlines on an image) among the artifacts of current runs, by sample, input and name:
/// `images/SAMPLE-NAME`, a number behind names that several share. `files`, when given, receives these and the masks,
/// whole.
std::vector<ReportImage> report_images(const Plan& plan, const Store& store, const Context& context,
                                       std::vector<ExportFile>* files);

/// Objects of images for other programs: label images (TIFF), outlines for ImageJ (ZIP) and the tables of the inputs
/// that have them, as `objects/SAMPLE-PART-NAME`, a number behind names that several share.
std::vector<ExportFile> object_files(const Plan& plan, const Store& store);

}  // namespace vesica
