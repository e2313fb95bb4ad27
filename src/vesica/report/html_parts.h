// SPDX-License-Identifier: Apache-2.0
// Inside of report/: the sections of the report and what they share.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "vesica/report/html.h"

namespace vesica {

/// A table that a screen reader can read: caption, column heads, the first cell of a row is its head.
class HtmlTable {
 public:
  struct Column {
    std::string title;
    bool number = false;
  };
  HtmlTable(std::string caption, std::vector<Column> columns);
  /// Cells are HTML already.
  void row(const std::vector<std::string>& cells);
  bool empty() const { return rows_ == 0; }
  /// Inside a box that scrolls by itself.
  std::string html() const;

 private:
  std::string caption_, body_;
  std::vector<Column> columns_;
  std::size_t rows_ = 0;
};

/// What the sections share while one page is written.
struct Page {
  explicit Page(const ReportContent& report);
  /// An id that no other element of the page has.
  std::string unique_id(std::string_view wish);

  const ReportContent& content;
  std::map<std::string, std::size_t> figure_number;                         ///< by figure id, from 1
  std::map<std::string, std::vector<const Figure*>> by_sample, by_finding;  ///< figures of a sample, of a finding
  std::vector<const Figure*> overview;                                      ///< figures of neither
  std::map<std::string, std::string> definition_anchor;                     ///< quantity id → element id
  std::map<std::string, std::string> image_anchor;  ///< sample → its place in the sheet of images
  std::map<const Finding*, std::string> finding_anchor;
  std::map<std::string, const Finding*> sample_page;             ///< what checks say of one preparation
  std::map<std::string, std::set<std::string>> common_settings;  ///< by producer: what all of its runs share
  std::set<std::string> ids;

 private:
  void number_figures();
};

std::string paragraph(std::string_view text, std::string_view css_class = {});
std::string heading(int level, std::string_view text, std::string_view id = {});
/// <figure> with the SVG, number, caption and links to its files.
std::string figure_html(Page& page, const Figure& figure);
/// A number with its observation id below it; "vesica why" in the tooltip.
std::string number_html(const Page& page, std::string_view number, std::string_view observation);
/// A quantity's name that leads to its definition.
std::string quantity_html(const Page& page, std::string_view quantity, std::string_view target);
/// Value, limit or the word of a status.
std::string value_or_status(const ObservationTable& table, std::size_t row);
/// Members of a settings tree as "key = value", dotted keys, at most `most`.
std::vector<std::string> flat_settings(const Value& settings, std::size_t most = 200);

/// details.tables = [ { id, caption, columns = [ { title, number } ], rows = [ [ text ] ] } ] of a check.
std::string detail_tables(const Finding& finding);
/// details.lists = [ { id, title, items = [ text ] } ] of a check.
std::string detail_lists(const Finding& finding);
/// Findings about the quality of preparations: purity, contradictions, lots.
bool is_quality(const Finding& finding);
bool is_comparison(const Finding& finding);
/// What lies on a plate and how its wells read.
bool is_plate(const Finding& finding);
/// What was measured by condition, where no comparison says it.
bool is_measured(const Finding& finding);
/// Neither of these: holds a measurement against a prediction or a publication.
bool is_check(const Finding& finding);
/// Title or name of a group, with the level of the second factor.
std::string group_name(const FindingGroup& group);
/// Why the report has no comparison: none was declared, or none gave an answer.
std::string no_comparison(const Page& page);

std::string section_found(Page& page);
/// Empty where comparisons say what was measured.
std::string section_measured(Page& page);
std::string section_agreement(Page& page);
std::string section_comparisons(Page& page);
/// Purity, contradictions, lots; empty without such findings.
std::string section_quality(Page& page);
/// Nothing when the study has no plate.
std::string section_plates(Page& page);
/// Uses at most `budget` bytes: figures of the last preparations go first, then their tables.
std::string section_samples(Page& page, std::size_t budget);
/// The sheet of images; uses at most `budget` bytes, what does not fit is counted. Empty without images.
std::string section_images(const Page& page, std::size_t budget);
/// An inline figure whose dots lead to the images of their sample.
std::string with_image_links(const Page& page, std::string svg);
std::string section_warnings(Page& page);
std::string section_exclusions(Page& page);
std::string section_failed(Page& page);
/// Reporting standards, one fold-out each; empty without any.
std::string section_standards(const Page& page);
std::string section_methods(Page& page);
std::string section_definitions(Page& page);
std::string section_provenance(Page& page);

/// Samples that have rows, in the order of the study.
std::vector<std::string> samples_with_rows(const ReportContent& content);
/// Whether the study names a preparation of vesicles; a study of cells alone may not.
bool has_preparations(const ReportContent& content);
/// "Dilution" and the like, from `facts`, or read from the settings of the runs.
std::vector<std::pair<std::string, std::string>> circumstances(const ReportContent& content);

extern const std::string_view kReportStyle;
extern const std::string_view kReportScript;

}  // namespace vesica
