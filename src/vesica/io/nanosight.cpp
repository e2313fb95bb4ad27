// SPDX-License-Identifier: Apache-2.0
#include "vesica/io/nanosight.h"

#include <algorithm>
#include <array>

#include "vesica/base/message.h"
#include "vesica/base/text.h"
#include "vesica/io/nanosight_parts.h"

namespace vesica {

namespace {

std::string_view first_line(std::string_view text) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  return trim(text.substr(0, text.find_first_of("\r\n")));
}

std::string_view first_cell(std::string_view text) {
  std::string_view line = first_line(text);
  if (line.starts_with('"')) {
    line.remove_prefix(1);
    return line.substr(0, line.find('"'));
  }
  return trim(line.substr(0, line.find_first_of(",;\t")));
}

bool is_named_summary(std::string_view file_name) {
  const std::string name = lower_ascii(base_name(file_name));
  return name.find("experimentsummary") != std::string::npos;
}

bool begins_resaved_table(std::string_view head) {
  const std::string cell = lower_ascii(first_cell(head));
  return cell == "particle_size" || cell == "particle size";
}

[[noreturn]] void refuse(std::string_view text, const std::string& file) {
  const Place start{file, 1, 1, ""};
  if (trim(text).empty()) {
    throw Error(ErrorKind::kData, say("The file is empty."), start, say("Export it again from the NTA software."));
  }
  if (is_resaved_nanosight(file, text)) {
    throw Error(
        ErrorKind::kData,
        say("The name promises a NanoSight summary, but the file begins with \"{}\": another program saved a table "
            "under "
            "this name, and temperature, viscosity, dilution and the instrument's warnings are gone.",
            shortened(first_cell(text))),
        start,
        say("Export the experiment summary again from the NTA software (it begins with \"NTA Experiment Summary "
            "File\"); to use this table as it is, measure it with the assay \"table\"."));
  }
  throw Error(ErrorKind::kData, say("This is no NanoSight export: it begins with \"{}\".", shortened(first_cell(text))),
              start, say("Expected an ExperimentSummary, ParticleData or AllTracks file of NTA 3.0 to 3.4."));
}

}  // namespace

std::string_view base_name(std::string_view file) {
  const std::size_t slash = file.find_last_of("/\\");
  return slash == std::string_view::npos ? file : file.substr(slash + 1);
}

char separator_after(std::string_view text, std::string_view word) {
  const std::size_t found = text.find(word);
  if (found == std::string_view::npos) return ',';
  std::size_t at = found + word.size();
  if (at < text.size() && text[at] == '"') ++at;
  return at < text.size() && (text[at] == ';' || text[at] == '\t') ? text[at] : ',';
}

std::string_view nanosight_format(std::string_view head) {
  const std::string_view cell = first_cell(head);
  if (cell == "NTA Experiment Summary File" || cell == "NTA Single Analysis Summary File") return "nanosight_summary";
  if (cell != "Particle ID") return "";
  const std::string_view line = first_line(head);
  if (line.find("Tracklength") != std::string_view::npos) return "nanosight_particles";
  if (line.find("X/pixels") != std::string_view::npos) return "nanosight_tracks";
  return "";
}

bool is_resaved_nanosight(std::string_view file_name, std::string_view head) {
  return nanosight_format(head).empty() && (is_named_summary(file_name) || begins_resaved_table(head));
}

SizeReport read_nanosight(std::string_view bytes, const std::string& file) {
  const DecodedText decoded = decode_text(bytes, file);
  const std::string_view format = nanosight_format(decoded.utf8);
  if (format == "nanosight_summary") return read_nanosight_summary(decoded.utf8, file);
  if (format == "nanosight_particles") return read_nanosight_particles(decoded.utf8, file);
  if (format == "nanosight_tracks") return read_nanosight_tracks(decoded.utf8, file);
  refuse(decoded.utf8, file);
}

}  // namespace vesica
