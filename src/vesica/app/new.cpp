// SPDX-License-Identifier: Apache-2.0
// `vesica new`: from a folder of instrument files to a study that runs.
#include <algorithm>
#include <cctype>
#include <map>
#include <mutex>
#include <set>

#include "vesica/app/app.h"
#include "vesica/app/beside.h"
#include "vesica/app/execute.h"
#include "vesica/app/names.h"
#include "vesica/app/new_assays.h"
#include "vesica/app/pages.h"
#include "vesica/app/reading.h"
#include "vesica/base/message.h"
#include "vesica/base/os/files.h"
#include "vesica/base/text.h"
#include "vesica/io/images.h"
#include "vesica/io/json.h"
#include "vesica/io/open.h"
#include "vesica/study/guess.h"
#include "vesica/study/guess_wells.h"
#include "vesica/study/load.h"
#include "vesica/study/plate.h"
#include "vesica/study/schema.h"
#include "vesica/study/write.h"

namespace vesica {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMostNamed = 10;  // files named one by one of each kind; the rest are counted (chosen)

/// One file of the folder and what became of it.
struct Found {
  fs::path path;
  std::string shown;  ///< relative to the folder given
  FileFormat format;
  const Assay* assay = nullptr;
  std::vector<Issue> missing;
  std::optional<Error> problem;
};

/// A licence or a note beside the measurements, whose lines happen to hold commas: worth a line, no failed input.
bool is_prose(const Found& found) { return found.problem && found.format.id == "text"; }

bool is_tracking(const Found& found) {
  return found.format.id.starts_with("nanosight_") || found.format.id.starts_with("zetaview_");
}

/// A text or workbook without at least a header and a row of two columns is no table of numbers.
bool holds_a_table(const Reading& reading) {
  const Workbook* book = reading.as<Workbook>();
  if (book == nullptr) return true;
  return std::any_of(book->sheets.begin(), book->sheets.end(), [](const Sheet& sheet) {
    return std::count_if(sheet.rows.begin(), sheet.rows.end(), [](const auto& row) { return row.size() >= 2; }) >= 2;
  });
}

void look_into(Found& found) {
  try {
    const bool folder = fs::is_directory(found.path);
    found.format = folder ? format_of("image_series") : recognise(found.path);
    if (!found.format.readable) return;
    if (assay_for(found.format.id) == nullptr) return;
    // Pixels are not hashed here: the run will, once.
    const Reading reading = read_input(found.path, found.shown, "unhashed");
    found.format = format_of(reading.format);
    const ImageReading* images = reading.as<ImageReading>();
    const Pages pages = images != nullptr ? pages_of(*images->source) : Pages::kMoments;
    const Assay* assay = holds_a_table(reading) ? assay_for(reading, pages) : nullptr;
    if (assay == nullptr) return;
    found.assay = assay;
    found.missing = assay->missing(reading, assay->make_settings());
    if (const std::optional<Issue> doubt = doubt_about(pages, found.shown)) found.missing.push_back(*doubt);
    if (images != nullptr)
      for (const std::optional<Issue>& doubt :
           {doubt_about(*assay, reading, found.shown), doubt_about_samples(reading, found.shown)})
        if (doubt) found.missing.push_back(*doubt);
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::kCancelled) throw;
    found.problem = error;
  }
}

/// Whether the images of a folder are slices or frames of one thing: DICOM slices, slices with a log beside them, or,
/// below the folder given, two images or more whose names differ only in their number (our choice: images side by side
/// in the folder given are inputs of their own).
bool is_one_series(const fs::path& folder, bool below) {
  const std::vector<fs::path> images = series_files(folder);
  if (images.size() < 2) return images.empty() && dicom_files(folder).size() > 1;
  std::error_code ignored;
  const bool logged =
      std::any_of(fs::directory_iterator(folder, ignored), fs::directory_iterator(), [](const auto& entry) {
        return lower_ascii(path_text(entry.path().extension())) == ".log" &&
               recognise(entry.path()).id == "skyscan_log";
      });
  return below || logged;
}

/// The files, those of a series replaced by their folder.
std::vector<fs::path> with_series_as_one(const std::vector<fs::path>& files, const fs::path& top) {
  if (assay_for("image_series") == nullptr) return files;
  std::map<fs::path, bool> is_series;
  std::vector<fs::path> out;
  for (const fs::path& file : files) {
    const fs::path folder = file.parent_path();
    const auto [known, is_new] = is_series.try_emplace(folder, false);
    if (is_new) known->second = is_one_series(folder, folder != top);
    if (!known->second) {
      out.push_back(file);
    } else if (is_new) {
      out.push_back(folder);  // previews, logs and notes beside a series go with it
    }
  }
  return out;
}

/// Takes those files out and yields their names, the first few in full.
std::string taken_out(const std::set<fs::path>& which, const fs::path& top, std::vector<fs::path>& files) {
  std::vector<std::string> names;
  for (const fs::path& path : which)
    if (names.size() < kMostNamed) names.push_back(path_text(path.lexically_relative(top)));
  std::erase_if(files, [&](const fs::path& file) { return which.count(file) > 0; });
  return join(names, ", ") + (which.size() > names.size() ? ", ..." : "");
}

/// Labels and outlines that lie beside an image and belong to it by its name are no inputs: its assay takes them. Nor
/// is the truth of rendered files, which nobody measured.
std::vector<fs::path> inputs_among(std::vector<fs::path> files, const fs::path& top, Console& console) {
  std::set<fs::path> truths;
  for (const fs::path& file : files)
    if (is_truth_of_phantom(file)) truths.insert(file);
  if (!truths.empty())
    console.say_line(say("{} file(s) (is|are) left out, for (it says|they say) what is true of rendered files: {}.",
                         truths.size(), taken_out(truths, top, files)));
  const std::set<fs::path> belonging = belonging_to_images(files);
  if (!belonging.empty())
    console.say_line(say("Beside their images lie {} file(s) of labels or regions: {}.", belonging.size(),
                         taken_out(belonging, top, files)));
  return files;
}

std::vector<Found> look_at(const fs::path& folder, const Context& context, Console& console) {
  std::vector<std::string> unreadable;
  std::vector<Found> files;
  for (const fs::path& path :
       inputs_among(with_series_as_one(list_files(folder, &unreadable), folder), folder, console))
    files.push_back({path, path_text(path.lexically_relative(folder)), {}, nullptr, {}, {}});
  for (const std::string& name : unreadable)
    console.issue({Severity::kWarning,
                   "new.unreadable_folder",
                   say("The folder cannot be opened."),
                   {name, 0, 0, ""},
                   "",
                   name,
                   ""});
  if (files.empty())
    throw Error(ErrorKind::kNoInput, say("The folder holds no files."), {path_text(folder), 0, 0, ""},
                say("Give the folder that the instrument exported to."));
  std::mutex mutex;
  std::size_t done = 0;
  parallel_for(files.size(), context, [&](std::size_t i) {
    look_into(files[i]);
    const std::lock_guard lock(mutex);
    console.progress(say("Recognising"), ++done, files.size());
  });
  return files;
}

std::string names_of(const std::vector<const Found*>& files) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < std::min(files.size(), kMostNamed); ++i) names.push_back(files[i]->shown);
  std::string out = join(names, ", ");
  return files.size() > kMostNamed ? say("{} and {} more", out, files.size() - kMostNamed) : out;
}

/// What each file is, grouped by kind; then what cannot be read, each with its way out.
void tell_kinds(const std::vector<Found>& files, Console& console) {
  std::map<std::string, std::vector<const Found*>> kinds;
  for (const Found& found : files) {
    if (found.assay != nullptr && !is_prose(found))
      kinds[found.format.name + " → " + std::string(found.assay->id)].push_back(&found);
  }
  for (const auto& [kind, members] : kinds)
    console.say_line(say("{} × {}: {}", members.size(), kind, names_of(members)));
  std::map<std::string, std::vector<const Found*>> left;
  for (const Found& found : files) {
    if (found.problem) {
      Issue issue = issue_from(*found.problem);
      issue.input = found.shown;
      if (is_prose(found)) issue.severity = Severity::kWarning;
      console.issue(issue);
    } else if (found.assay == nullptr) {
      left[found.format.name].push_back(&found);
    }
  }
  for (const auto& [kind, members] : left) {
    const Found& first = *members.front();
    const std::string what = members.size() == 1 ? say("Not measured: {}.", kind)
                                                 : say("Not measured: {} files, each {}.", members.size(), kind);
    console.issue({Severity::kWarning,
                   "new.not_measured",
                   what,
                   {names_of(members), 0, 0, ""},
                   first.format.conversion,
                   first.shown,
                   ""});
  }
}

/// Whether a question asks for a control that lies in the folder: its hint names the role.
bool is_there(const Issue& question, const Assay& assay, const Study& study) {
  return std::any_of(study.inputs.begin(), study.inputs.end(), [&](const Input& input) {
    return !input.role.empty() && input.assay == assay.id &&
           question.hint.find("\"" + input.role + "\"") != std::string::npos;
  });
}

/// Each question once, with the files that it concerns.
void tell_missing(const std::vector<Found>& files, const Study& study, Console& console) {
  std::map<const Assay*, std::size_t> of_assay;
  for (const Found& found : files) ++of_assay[found.assay];
  std::map<std::string, std::pair<Issue, std::vector<const Found*>>> questions;
  for (const Found& found : files) {
    for (const Issue& issue : found.missing) {
      if (is_there(issue, *found.assay, study)) continue;
      auto& entry = questions[issue.kind + issue.message];
      entry.first = issue;
      if (entry.second.empty() || entry.second.back() != &found) entry.second.push_back(&found);
    }
  }
  if (questions.empty()) return;
  console.say_line(say("What the files do not say (fill it into the sheet):"));
  for (const auto& [key, entry] : questions) {
    const auto& [issue, concerned] = entry;
    const bool all = concerned.size() > 1 && concerned.size() == of_assay[concerned.front()->assay];
    console.say_line(
        "  " + issue.message + " " + issue.hint + " [" +
        (all ? say("all {} file(s) of {}", concerned.size(), concerned.front()->assay->id) : names_of(concerned)) +
        "]");
  }
}

Sample& sample_of(Study& study, const std::string& id) {
  for (Sample& sample : study.samples) {
    if (sample.id == id) return sample;
  }
  Sample sample;
  sample.id = id;
  study.samples.push_back(std::move(sample));
  return study.samples.back();
}

/// The path as study.toml will have it: relative to the study's folder where a few steps up lead to it, so that both
/// can move together; absolute otherwise.
std::string input_path(const fs::path& file, const fs::path& study_folder) {
  constexpr int kMostSteps = 3;  // chosen: beyond, the two folders have little to do with each other
  const fs::path relative = file.lexically_relative(study_folder);
  const auto steps = std::count(relative.begin(), relative.end(), fs::path(".."));
  return !relative.empty() && steps <= kMostSteps ? relative.generic_string() : file.generic_string();
}

Layout& layout_of(Study& study, const std::string& id) {
  for (Layout& layout : study.layouts) {
    if (layout.id == id) return layout;
  }
  study.layouts.emplace_back().id = id;
  return study.layouts.back();
}

/// An input at a well: its sample is what the plate says, until the user knows better a sample for each well.
void place_at_well(const WellGuess& guess, bool several_plates, Study& study, Input& input) {
  input.layout = guess.plate;
  input.position = guess.position;
  input.part = guess.part;
  const std::string id = several_plates ? guess.plate + " " + guess.position : guess.position;
  Layout& layout = layout_of(study, guess.plate);
  layout.positions[guess.position] = id;
  sample_of(study, id).kind = "well";
  std::size_t rows = 0, columns = 0;
  for (const auto& [position, sample] : layout.positions) {
    const std::optional<Well> well = parse_well(position);
    if (well) rows = std::max(rows, well->row + 1), columns = std::max(columns, well->column + 1);
  }
  constexpr std::size_t kUsual = 96;  // the plate that imagers are fed with most; the user corrects it
  layout.wells = std::max(kUsual, smallest_plate(rows, columns));
}

/// Wells of all files, or of the images alone: tables of a plate's reader lie beside them and name no well.
std::vector<WellGuess> wells_of_files(const std::vector<const Found*>& measured, const std::vector<NamedFile>& named) {
  std::vector<std::string> all, pictures;
  std::vector<std::size_t> at;
  for (std::size_t i = 0; i < named.size(); ++i) {
    all.push_back(named[i].path);
    if (!takes(*measured[i]->assay, "jpeg")) continue;
    pictures.push_back(named[i].path);
    at.push_back(i);
  }
  std::vector<WellGuess> out = guess_wells(all);
  const bool none = std::all_of(out.begin(), out.end(), [](const WellGuess& one) { return one.position.empty(); });
  if (!none || pictures.size() == all.size()) return out;
  const std::vector<WellGuess> alone = guess_wells(pictures);
  for (std::size_t k = 0; k < at.size(); ++k) out[at[k]] = alone[k];
  return out;
}

Study propose_study(const std::vector<Found>& files, const NewOptions& options, const fs::path& study_folder,
                    std::map<std::string, std::string>& notes) {
  Study study;
  study.title = path_text(fs::absolute(study_folder).lexically_normal().filename());
  study.folder = path_text(fs::absolute(study_folder).lexically_normal());
  const fs::path from = fs::absolute(path_from(options.from)).lexically_normal();
  const std::string raw = input_path(from, path_from(study.folder));
  if (raw.starts_with("..") || path_from(raw).is_absolute()) study.raw_folders.push_back(raw);
  std::vector<NamedFile> named;
  std::vector<const Found*> measured;
  for (const Found& found : files) {
    if (found.assay == nullptr || found.problem) continue;
    named.push_back({fs::path(found.shown).generic_string(),
                     is_tracking(found),
                     {found.assay->roles.begin(), found.assay->roles.end()}});
    measured.push_back(&found);
  }
  const PathGuesses guesses = guess_paths(named);
  const std::vector<WellGuess> wells = wells_of_files(measured, named);
  std::set<std::string> plates;
  for (const WellGuess& well : wells) plates.insert(well.plate);
  std::set<std::string> conditions;
  for (std::size_t i = 0; i < measured.size(); ++i) {
    const PathGuess& guess = guesses.files[i];
    Input input;
    input.path = input_path(fs::absolute(measured[i]->path).lexically_normal(), path_from(study.folder));
    input.assay = measured[i]->assay->id;
    const bool knows_role = std::find(measured[i]->assay->roles.begin(), measured[i]->assay->roles.end(), guess.role) !=
                            measured[i]->assay->roles.end();
    if (!wells[i].position.empty()) {
      place_at_well(wells[i], plates.size() > 1, study, input);
      notes[input.path] = say("Guessed: {}", say("well {0} of {1}", wells[i].position, wells[i].plate));
      for (const Issue& issue : measured[i]->missing)
        if (!issue.setting.empty()) input.settings[issue.setting] = "";
      study.inputs.push_back(std::move(input));
      continue;
    }
    if (knows_role) input.role = guess.role;
    notes[input.path] = say("Guessed: {}", guess.why);
    input.sample = guess.sample;
    input.replicate = guess.replicate;
    input.time_h = guess.time_h;
    for (const Issue& issue : measured[i]->missing) {
      if (!issue.setting.empty() && input.role.empty()) input.settings[issue.setting] = "";
    }
    if (!input.sample.empty() && input.role.empty()) {
      Sample& sample = sample_of(study, input.sample);
      if (sample.kind.empty()) sample.kind = is_tracking(*measured[i]) ? "preparation" : "sample";
      if (sample.condition.empty()) sample.condition = guess.condition;
      if (!guess.condition.empty()) conditions.insert(guess.condition);
    }
    study.inputs.push_back(std::move(input));
  }
  for (const std::string& id : conditions) {
    Condition condition;
    condition.id = id;
    study.conditions.push_back(std::move(condition));
  }
  return study;
}

/// A comparison of the groups that the names suggest, behind "#": declaring it is the scientist's decision.
std::string suggested_comparison(const Study& study) {
  const bool preparations = std::any_of(study.samples.begin(), study.samples.end(),
                                        [](const Sample& sample) { return sample.kind == "preparation"; });
  if (study.conditions.size() < 2 || !preparations) return "";
  std::vector<std::string> groups;
  for (const Condition& condition : study.conditions) groups.push_back("\"" + condition.id + "\"");
  return "\n# " + say("The names suggest these groups. To compare them, remove the # of the next lines.") +
         "\n# [[comparison]]\n# id = \"size and concentration\"\n# quantities = [\"vesicle.diameter.mean\", "
         "\"vesicle.concentration\"]\n# unit = \"preparation\"\n# groups = [" +
         join(groups, ", ") + "]\n";
}

void write_study_files(const Study& study, const std::map<std::string, std::string>& notes, const fs::path& folder,
                       bool force, Console& console) {
  const fs::path toml = folder / "study.toml", sheet = folder / "samples.xlsx";
  for (const fs::path& path : {toml, sheet}) {
    if (!force && fs::exists(path))
      throw Error(ErrorKind::kCannotCreate, say("The file exists already."), {path_text(path), 0, 0, ""},
                  say("Use another folder, or --force to write it again (what you filled in is lost)."));
  }
  make_folder(folder);
  write_file_atomically(folder / "study.schema.json", write_json(study_schema(known_names())));
  write_file_atomically(toml, write_study_toml(study) + suggested_comparison(study));
  write_xlsx(sheet, sheet_document(study, known_names(), notes));
  console.say_line(say("Wrote {} and {}.", path_text(toml), path_text(sheet)));
}

}  // namespace

namespace {

/// Paths of Windows have a letter for the drive; under WSL, where Vesica runs there, a drive is a folder.
std::string folder_hint(const std::string& path) {
  const bool drive = path.size() > 2 && std::isalpha(static_cast<unsigned char>(path[0])) != 0 && path[1] == ':' &&
                     (path[2] == '/' || path[2] == '\\');
  if (!drive) return say("Check the path.");
  const char letter = static_cast<char>(std::tolower(static_cast<unsigned char>(path[0])));
  return say("Under WSL the drives of Windows are folders: write \"{}\".",
             std::string("/mnt/") + letter + replace_all(path.substr(2), "\\", "/"));
}

}  // namespace

RunSummary new_study(const NewOptions& options, const Context& context, Console& console) {
  const fs::path from = path_from(options.from), folder = path_from(options.study);
  std::error_code ignored;
  if (!fs::is_directory(from, ignored))
    throw Error(ErrorKind::kNoInput, say("There is no such folder."), {options.from, 0, 0, ""},
                folder_hint(options.from));
  console.say_line(say("Vesica {}: looking into {}", version(), options.from));
  const std::vector<Found> files = look_at(from, context, console);
  tell_kinds(files, console);
  std::map<std::string, std::string> notes;
  const Study study = propose_study(files, options, folder, notes);
  if (study.inputs.empty())
    throw Error(ErrorKind::kData, say("None of the {} file(s) can be measured.", files.size()),
                {options.from, 0, 0, ""}, say("The lines above say how to export each kind."));
  tell_missing(files, study, console);
  if (!study.layouts.empty())
    console.say_line(say("The names hold wells: {0} plate(s) (is|are) drawn in {1}; write the sample into each well.",
                         study.layouts.size(), path_text(folder / "samples.xlsx")));
  write_study_files(study, notes, folder, options.force, console);
  RunSummary summary;
  if (options.report) {
    RunOptions run;
    run.study = options.study;
    summary = run_study(run, context, console);
  }
  summary.failed += static_cast<std::size_t>(std::count_if(
      files.begin(), files.end(), [](const Found& found) { return found.problem.has_value() && !is_prose(found); }));
  const bool needs_quotes = options.study.find_first_of(" ()&'") != std::string::npos;
  console.say_line(say("Next: fill the sheet ({}), then: vesica run {}", path_text(folder / "samples.xlsx"),
                       needs_quotes ? "\"" + options.study + "\"" : options.study));
  return summary;
}

}  // namespace vesica
