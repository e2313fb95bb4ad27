// SPDX-License-Identifier: Apache-2.0
// What the files of the assay's glue share: the plan of a reading, its measured fields.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "vesica/assays/nuclei/nuclei.h"
#include "vesica/contract/object_edits.h"
#include "vesica/io/companions.h"

namespace vesica::nuclei {

/// The images of a reading; of a folder those beside its series as well (other channels, labels).
std::shared_ptr<const ImageSource> source_of(const Reading& reading);
Issue issue(Severity severity, const char* kind, std::string message, std::string hint, const Reading& reading);

/// Which planes are what; a colour picture whose channels are the same is grey.
struct Plan {
  Arrangement arrangement;
  std::vector<Marker> markers;
  std::vector<std::size_t> marker_channels;
  std::size_t nucleus = 0;
  std::optional<std::size_t> labels;  ///< channel whose numbers are the nuclei
  std::string labels_name;            ///< of that channel or of files; empty: own segmentation
  /// Files beside the images, by field; empty where no field has one.
  std::vector<std::optional<Companion>> label_files, region_files;
  std::string numpy;             ///< an array that lies beside them and is not read
  std::string other_labels;      ///< a file of labels that lies there, whatever it is named
  std::size_t slices = 1;        ///< of one field, taken by their greatest values
  std::size_t places = 1;        ///< slices that show different places: fields
  bool nucleus_assumed = false;  ///< by nothing but its place
  double pixel_um = kNaN;
  bool colour = false;  ///< a picture in colour whose channels nobody has named
};

/// Throws Error(kData) for channels that are not there.
Plan plan_of(const Reading& reading, const ImageSource& source, const Settings& settings);

/// A part of the field that the user has drawn and named.
struct DrawnRegion {
  std::string name;
  Mask2 mask;  ///< of the image; what is not looked at is left out
  std::size_t area_px = 0;
  std::vector<std::size_t> nuclei;  ///< those whose middle lies in it, as indices
};
struct Regions {
  std::vector<DrawnRegion> all;  ///< in the order of the file; outlines of one name are one region
  std::size_t overlap_px = 0;    ///< pixels in several
  std::vector<Issue> issues;
};

/// Names (without ending) by which files beside an image can name this field.
std::vector<std::string> names_of_field(const ImageSource& source, const Field& field);
/// Fills the plan's label_files and region_files.
void find_companions(const ImageSource& source, const Settings& settings, Plan& plan);
/// The labels of a file: a label image, or outlines, of which the first keeps a pixel that several cover; `lost` counts
/// outlines that no pixel is left to; what of a zip is no outline goes to `left_out`. Throws Error(kData) for another
/// size.
Labels2 labels_in(const Companion& file, const Image2& nuclear, const std::string& shown, std::size_t& lost,
                  std::vector<Error>& left_out);
/// The regions of a file; a warning names those that cannot be read. Throws as read_outlines, and Error(kData) for more
/// than 50.
Regions regions_in(const Companion& file, const Labels2& labels, const Mask2& field, const std::string& shown);
/// Gives every nucleus to the regions in which its middle lies.
void sort_into(Regions& regions, const std::vector<Nucleus>& nuclei);

/// One field, found and measured.
struct Measured {
  Image2 nuclear;
  Labels2 labels;
  Seen seen;
  EditedObjects edited;
  std::vector<Nucleus> nuclei;
  std::optional<Regions> regions;
};

/// Segmentation (or the labels given), corrections, measurement of every field, on context.threads threads; the same
/// for any number of them.
std::vector<Measured> measure_fields(const ImageSource& source, const Plan& plan, const Settings& settings,
                                     std::span<const Edit> corrections, const std::string& path,
                                     const Context& context);
/// Nothing that a field shows may be measured when this is true.
bool refused(const Seen& seen, const Plan& plan);
std::vector<double> values_of(const std::vector<Nucleus>& nuclei, std::size_t marker);

/// The rows of one field.
void add_field(const Measured& field, const Field& where, const Plan& plan, const std::vector<Cut>& cuts,
               const std::vector<Combination>& combinations, const Settings& settings, const InputFacts& facts,
               Outcome& out);
/// What should be known about one field.
void tell(const Measured& field, const Plan& plan, const std::string& name, const Reading& reading, Outcome& out);
/// What should be known about its regions.
void tell_regions(const Measured& field, const Plan& plan, const std::string& where, const Reading& reading,
                  Outcome& out);
/// Overlay, labels, outlines and table of one field.
void add_artifacts(const Measured& field, const std::string& name, const Plan& plan, const std::vector<Cut>& cuts,
                   const Settings& settings, Outcome& out);

}  // namespace vesica::nuclei
