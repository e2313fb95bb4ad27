// SPDX-License-Identifier: Apache-2.0
// `vesica explain`: question and answer, figure and logical model as files.
#include <filesystem>

#include "vesica/app/app.h"
#include "vesica/base/message.h"
#include "vesica/base/os/files.h"
#include "vesica/base/text.h"
#include "vesica/explain/explanation.h"
#include "vesica/explain/figure.h"
#include "vesica/explain/qual.h"
#include "vesica/explain/text.h"
#include "vesica/io/json.h"
#include "vesica/report/render.h"

namespace vesica {

namespace {

explain::Question question_of(const ExplainOptions& options, const Context& context) {
  explain::Question question;
  question.from = options.from;
  question.to = options.to;
  question.disease = options.disease;
  question.source = options.source;
  question.longest = options.longest;
  question.seed = context.seed;
  explain::Dose dose;
  dose.route = options.route;
  bool has_dose = false;
  for (const auto& [name, value] : options.numbers) {
    if (name == "dose") {
      dose.vesicles = value;
      has_dose = true;
    }
    if (name == "organ-share") dose.organ_share = value;
    if (name == "uptake-share") dose.uptake_share = value;
    if (name == "cells") dose.cells = value;
    if (name == "copies") dose.copies_per_vesicle = value;
    if (name == "escape-share") dose.escape_share = value;
  }
  if (has_dose)
    question.dose = dose;
  else if (!options.route.empty() || !options.numbers.empty())
    throw Error(ErrorKind::kUsage, say("--dose is missing: how many vesicles are given?"), {},
                say("Write --dose 1e10, or leave the options of the dose out."));
  return question;
}

void check_files(const ExplainOptions& options) {
  if (!options.figure.empty()) {
    const std::string ending = lower_ascii(path_text(path_from(options.figure).extension()));
    if (ending != ".svg" && ending != ".png" && ending != ".pdf")
      throw Error(ErrorKind::kUsage, say("--figure draws .svg, .png and .pdf, not \"{}\".", ending), {},
                  say("Write --figure paths.svg."));
  }
  for (const std::string& file : {options.figure, options.qual}) {
    const std::filesystem::path folder = path_from(file).parent_path();
    std::error_code ignored;
    if (file.empty() || folder.empty() || std::filesystem::is_directory(folder, ignored)) continue;
    throw Error(ErrorKind::kCannotCreate, say("The folder does not exist."), {path_text(folder), 0, 0, ""},
                say("Make the folder or write the file somewhere else."));
  }
}

}  // namespace

ExplainAnswer explain_mechanism(const ExplainOptions& options, const Context& context, Console& console) {
  check_files(options);
  const explain::Explanation answer = explain::explain(question_of(options, context), evidence(), built_in_names());
  ExplainAnswer out;
  out.found = !answer.found.paths.empty();
  if (out.found && !options.figure.empty()) {
    const std::string svg = explain::figure_svg(answer, options.limit);
    const std::string ending = lower_ascii(path_text(path_from(options.figure).extension()));
    write_file_atomically(path_from(options.figure), ending == ".svg"   ? svg
                                                     : ending == ".png" ? svg_to_png(svg)
                                                                        : svg_to_pdf(svg));
    console.say_line(say("Figure: {}", options.figure));
  }
  if (out.found && !options.qual.empty()) {
    write_file_atomically(path_from(options.qual), explain::write_qual(answer, options.limit));
    console.say_line(say("Wrote {}", options.qual));
  }
  switch (options.print) {
    case Print::kJson:
      out.text = write_json(explain::value_of(answer));
      break;
    case Print::kTsv:
      out.text = explain::tsv_of(answer);
      break;
    case Print::kText:
      out.text = explain::text_of(answer, options.columns, options.limit);
      break;
  }
  return out;
}

}  // namespace vesica
