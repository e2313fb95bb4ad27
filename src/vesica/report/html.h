// SPDX-License-Identifier: Apache-2.0
// The report: one HTML file that opens from disk, asks no network and needs no script.
#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "vesica/contract/finding.h"
#include "vesica/report/figure.h"
#include "vesica/study/study.h"

namespace vesica {

/// A picture that an assay drew of what it measured: a small one for the page, the whole one in a file beside it.
struct ReportImage {
  std::string sample, input, about;
  std::string file;                   ///< relative to the report, with forward slashes
  std::string jpeg;                   ///< bytes of the small picture
  std::size_t width = 0, height = 0;  ///< of the small picture
  double pixel_um = 0;                ///< of the small picture; 0: no scale bar
};

/// What a reporting standard finds in the study.
struct ReportStandardItem {
  std::string clause, title, state;  ///< state in words
  bool good = false;
  std::vector<std::string> remarks;  ///< what is missing or contradicts itself
};
struct ReportStandard {
  std::string title, doi, summary, note;
  std::vector<ReportStandardItem> items;
};

/// Everything a report shows. The report computes nothing: what is not here is not said.
struct ReportContent {
  Study study;
  ObservationTable table;                     ///< current rows, exclusions already taken out
  ObservationTable excluded;                  ///< rows set aside
  std::vector<std::string> excluded_reasons;  ///< one a row of `excluded`
  std::vector<Finding> findings;              ///< comparisons and checks, in the order to tell them
  std::vector<Finding> pages;                 ///< of kind "preparation", one a preparation; shown with its sample
  std::vector<Issue> issues;                  ///< errors with `input` are the failed inputs
  std::vector<Run> runs;                      ///< those that made the rows of `table`
  std::vector<Edit> edits;
  std::vector<Figure> figures;            ///< from study_figures()
  std::vector<ReportImage> images;        ///< by sample, in the order to show them
  std::vector<ReportStandard> standards;  ///< those that apply
  std::vector<std::string> methods;       ///< sentences for a methods section, in order; findings bring their own
  std::vector<std::pair<std::string, std::string>>
      facts;  ///< asked-for circumstances, in order: "Dilution" → "1:1000 ..."
  std::size_t inputs_total = 0, inputs_measured = 0, inputs_failed = 0;
  std::string version;  ///< of Vesica
  std::string study_sha256;
  std::string figures_folder = "figures";  ///< relative to the report; where the figure files lie
  std::size_t max_bytes = 20'000'000;      ///< of the file; what does not fit is named and left to the files
};

/// A complete HTML document (UTF-8) in the language of language(). First what was asked and found, then measured
/// against predicted, the comparisons, one fold-out a preparation, a sheet
/// of the images with their scale bars, warnings, exclusions, failed inputs, methods,
/// provenance. When the sections of all preparations would pass `max_bytes`, figures of preparations are left out from
/// the last on, then rows of their tables, and the page says how many and where they are. No date, no random id: same
/// content, same bytes.
std::string render_report(const ReportContent& content);

}  // namespace vesica
