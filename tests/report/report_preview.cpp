// SPDX-License-Identifier: Apache-2.0
// Writes the report of the made-up study, for eyes and for tools/check_report: report_preview FOLDER [en|zh]
// [GROUP_SIZE]
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>

#include "vesica/base/hash.h"
#include "vesica/base/message.h"
#include "vesica/report/example_test.h"
#include "vesica/report/exports.h"
#include "vesica/report/render.h"
#include "vesica/table/tsv.h"

namespace {

void write(const std::filesystem::path& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary) << bytes;
  std::cout << path.string() << "\n";
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) {
    std::cerr << "report_preview FOLDER [en|zh] [GROUP_SIZE]\n";
    return 64;
  }
  const std::filesystem::path folder = argv[1];
  vesica::example::Options options;
  if (argc > 2 && std::string_view(argv[2]) == "zh") {
    vesica::set_language(vesica::Language::kChinese);
    options.chinese_names = true;
  }
  if (argc > 3) options.preparations_per_group = std::atoi(argv[3]);
  const vesica::ReportContent content = vesica::example::content(options);
  std::filesystem::create_directories(folder / content.figures_folder);
  write(folder / "report.html", vesica::render_report(content));
  std::vector<vesica::CrateFile> files;
  const auto keep = [&](const std::string& name, const std::string& media_type, const std::string& bytes) {
    write(folder / name, bytes);
    files.push_back({name, media_type, name, bytes.size(), vesica::sha256(bytes), false});
  };
  keep("observations.tsv", "text/tab-separated-values", vesica::write_observations_tsv(content.table));
  keep("findings.tsv", "text/tab-separated-values", vesica::write_findings_tsv(content.findings));
  keep("dictionary.tsv", "text/tab-separated-values", vesica::write_data_dictionary_tsv(content));
  keep("results.pzfx", "application/xml", vesica::write_pzfx(content));
  for (const vesica::Artifact& document : vesica::write_xlsx(content))
    keep(document.name, document.media_type, document.bytes);
  write(folder / "ro-crate-metadata.json", vesica::write_ro_crate(content, files));
  vesica::Outcome outcome;
  outcome.observations = content.table;
  outcome.issues = content.issues;
  write(folder / "outcome.json", vesica::write_outcome_json(outcome, content.runs.front()));
  write(folder / "outcome.txt", vesica::write_outcome_text(outcome, 100));
  std::size_t left = 12;  // a few figures are enough to look at
  for (const vesica::Figure& figure : content.figures) {
    if (left-- == 0) break;
    const std::filesystem::path base = folder / content.figures_folder / figure.id;
    const std::string svg = vesica::figure_svg(figure);
    write(base.string() + ".svg", svg);
    write(base.string() + ".tsv", vesica::figure_tsv(figure));
    write(base.string() + ".pdf", vesica::svg_to_pdf(svg));
    write(base.string() + ".png", vesica::svg_to_png(svg, 300));
  }
  return 0;
}
