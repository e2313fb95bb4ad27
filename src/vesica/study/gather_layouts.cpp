// SPDX-License-Identifier: Apache-2.0
// Layouts: plate maps from files and drawn sheets, wells in one spelling, what lies where, and the inputs taken there.
#include <algorithm>
#include <cmath>
#include <unordered_map>

#include "vesica/base/message.h"
#include "vesica/base/number.h"
#include "vesica/base/text.h"
#include "vesica/quantity/unit.h"
#include "vesica/study/assembly.h"
#include "vesica/study/names.h"
#include "vesica/study/plate_map.h"

namespace vesica {

namespace {

class LayoutGatherer {
 public:
  LayoutGatherer(Assembly& assembly, StudyFiles& files)
      : assembly_(assembly), study_(assembly.study), files_(files), declared_(study_.layouts.size()) {
    for (const Sample& sample : study_.samples) samples_.insert(sample.id);
    for (const SampleFact& fact : assembly_.facts) samples_.insert(fact.sample);
    for (const std::string_view role : plate_roles()) roles_.emplace_back(role);
    for (const KnownPart& assay : assembly_.known.assays)
      for (const std::string& role : assay.roles)
        if (std::find(roles_.begin(), roles_.end(), role) == roles_.end()) roles_.push_back(role);
  }

  void gather(const std::vector<Sheet>& plates) {
    maps_.resize(study_.layouts.size());
    for (const Sheet& plate : plates) add_drawn(plate);
    for (std::size_t i = 0; i < study_.layouts.size(); ++i) {
      if (!study_.layouts[i].file.empty()) add_file(i);
      spell(i);
      merge(i);
      check_roles(i);
      check_unit(study_.layouts[i]);
    }
    for (std::size_t i = 0; i < assembly_.drafts.size(); ++i) place_input(assembly_.drafts[i], study_.inputs[i]);
  }

 private:
  Place place_of(std::size_t layout, std::string_view table, const std::string& key) const {
    if (layout >= declared_) return study_.layouts[layout].place;
    const Value* item = assembly_.item("layout", layout);
    const Value* values = item == nullptr ? nullptr : item->find(table);
    const Value* value = values == nullptr ? nullptr : values->find(key);
    return value != nullptr ? value->place : study_.layouts[layout].place;
  }

  void add_drawn(const Sheet& sheet) {
    const std::string id(trim_unicode(sheet.name));
    const auto same = std::find_if(study_.layouts.begin(), study_.layouts.end(),
                                   [&](const Layout& layout) { return fold_name(layout.id) == fold_name(id); });
    PlateMap map;
    if (!read_map(sheet, id, map)) {
      assembly_.problems.warn("", say("The sheet {} holds no plate.", in_quotes(id)), sheet.place(0, 0),
                              say("A plate is a row 1, 2, 3, ... above rows A, B, C, ..."));
      return;
    }
    std::size_t at = static_cast<std::size_t>(same - study_.layouts.begin());
    if (same == study_.layouts.end()) {
      Layout layout;
      layout.id = id;
      layout.place = sheet.place(0, 0);
      study_.layouts.push_back(std::move(layout));
      maps_.emplace_back();
      at = study_.layouts.size() - 1;
    }
    maps_[at].push_back(std::move(map));
  }

  bool read_map(const Sheet& sheet, const std::string& id, PlateMap& map) {
    PlateMapReader reader(sheet, id, assembly_.problems);
    reader.known_samples = samples_;
    return reader.read(map);
  }

  void add_file(std::size_t i) {
    const Layout& layout = study_.layouts[i];
    const Place place = assembly_.place_of("layout", i, "file");
    if (files_.state(layout.file) != FileState::kPresent) {
      assembly_.problems.add("", say("The plate map {} is not there.", in_quotes(layout.file)), place,
                             say("Paths begin at the study's folder; check names and endings."));
      return;
    }
    try {
      const Workbook book = read_book_bytes(files_.read(layout.file), layout.file);
      for (const Sheet& sheet : book.sheets) {
        PlateMap map;
        const bool named = book.sheets.size() == 1 || fold_name(sheet.name) == fold_name(layout.id);
        if (!named || !read_map(sheet, layout.id, map)) continue;
        maps_[i].push_back(std::move(map));
        return;
      }
      for (const Sheet& sheet : book.sheets) {
        PlateMap map;
        if (book.sheets.size() < 2 || !read_map(sheet, layout.id, map)) continue;
        maps_[i].push_back(std::move(map));
        return;
      }
      assembly_.problems.add(
          "", say("{} holds no plate map.", in_quotes(layout.file)), place,
          say("A plate is a row 1, 2, 3, ... above rows A, B, C, ..., or a list with a column well."));
    } catch (const Error& error) {
      assembly_.problems.add(error);
    }
  }

  static bool all_wells(const Layout& layout) {
    const auto good = [](const auto& table) {
      return std::all_of(table.begin(), table.end(), [](const auto& item) { return !wells_of(item.first).empty(); });
    };
    return good(layout.positions) && good(layout.roles) && good(layout.levels) && good(layout.dilutions);
  }

  /// Wells in one spelling, ranges as their wells, and how large the plate is. Other carriers stay as they are.
  void spell(std::size_t i) {
    Layout& layout = study_.layouts[i];
    const bool said_nothing =
        layout.positions.empty() && layout.roles.empty() && layout.levels.empty() && layout.dilutions.empty();
    if (layout.wells == 0 && maps_[i].empty() && (said_nothing || !all_wells(layout))) return;
    if (layout.wells != 0 && !plate_shape(layout.wells)) {
      assembly_.problems.add("", say("There is no plate of {} well(s).", layout.wells),
                             assembly_.place_of("layout", i, "wells"), say("There are 6, 12, 24, 48, 96 and 384."));
      layout.wells = 0;
    }
    std::size_t rows = 0, columns = 0;
    std::set<std::size_t> rows_seen;
    const auto see = [&](Well well) {
      rows = std::max(rows, well.row + 1), columns = std::max(columns, well.column + 1);
      rows_seen.insert(well.row);
    };
    const auto see_keys = [&](const auto& table) {
      for (const auto& [key, value] : table)
        for (const Well well : wells_of(key)) see(well);
    };
    see_keys(layout.positions), see_keys(layout.roles), see_keys(layout.levels), see_keys(layout.dilutions);
    std::size_t shown = 0;
    for (const PlateMap& map : maps_[i]) {
      shown = std::max(shown, map.size);
      for (const auto& [well, content] : map.wells) see(well);
    }
    // L1, L2, ... are the lanes of a gel.
    if (layout.wells == 0 && maps_[i].empty() && rows_seen.size() == 1 && !rows_seen.contains(0)) return;
    if (layout.wells == 0) layout.wells = std::max(shown, smallest_plate(rows, columns));
    if (layout.wells == 0) layout.wells = kLargest;  // wells beyond it are reported
    respell(i, "positions", layout.positions);
    respell(i, "roles", layout.roles);
    respell(i, "levels", layout.levels);
    respell(i, "dilutions", layout.dilutions);
    for (auto& [well, role] : layout.roles)
      if (const auto word = role_of_word(role); word && !is_known(role)) role = *word;
    std::erase_if(layout.roles, [](const auto& item) { return item.second.empty(); });
  }

  bool is_known(const std::string& role) const { return std::find(roles_.begin(), roles_.end(), role) != roles_.end(); }

  bool check_well(const Layout& layout, Well well, const std::string& shown, const Place& place) {
    const std::optional<PlateShape> shape = shape_of(layout);
    if (!shape || shape->holds(well)) return true;
    std::string letters = well_name({shape->rows - 1, 0});
    letters.pop_back();
    assembly_.problems.add("off plate " + layout.id + "\n" + place.file,
                           say("A plate of {0} wells has no well {1}.", layout.wells, in_quotes(shown)), place,
                           say("Its rows are A to {0}, its columns 1 to {1}; another plate is said by wells = {2}.",
                               letters, shape->columns, larger(well)));
    return false;
  }

  /// The plate that holds a well.
  static std::size_t larger(Well well) {
    const std::size_t wells = smallest_plate(well.row + 1, well.column + 1);
    return wells == 0 ? kLargest : std::max<std::size_t>(wells, 96);
  }

  template <typename Content>
  void respell(std::size_t i, std::string_view name, std::map<std::string, Content>& table) {
    const Layout& layout = study_.layouts[i];
    std::map<std::string, Content> out;
    for (const auto& [key, content] : table) {
      const std::vector<Well> wells = wells_of(key);
      const Place place = place_of(i, name, key);
      if (wells.empty())
        assembly_.problems.add("no well " + layout.id, say("{} is no well.", in_quotes(key)), place,
                               say("Write it as B3, or A1:A3 for several."));
      for (const Well well : wells) {
        if (!check_well(layout, well, well_name(well), place)) continue;
        if (!out.emplace(well_name(well), content).second)
          assembly_.problems.add("", say("Well {} is given twice.", well_name(well)), place,
                                 say("Keep one entry for each well."));
      }
    }
    table = std::move(out);
  }

  void merge(std::size_t i) {
    for (const PlateMap& map : maps_[i]) {
      Layout& layout = study_.layouts[i];
      if (!map.unit.empty() && layout.unit.empty()) layout.unit = map.unit;
      if (!map.unit.empty() && layout.unit != map.unit)
        assembly_.problems.add("",
                               say("The levels of {0} are in {1} here and in {2} in its map.", in_quotes(layout.id),
                                   in_quotes(layout.unit), in_quotes(map.unit)),
                               layout.place, say("Keep the right one."));
      for (const auto& [well, said] : map.wells) {
        const std::string name = well_name(well);
        const Place at = !said.sample.empty() ? said.sample_at : !said.role.empty() ? said.role_at : said.level_at;
        if (!check_well(layout, well, name, at)) continue;
        merge_text(i, "positions", name, said.sample, said.sample_at, layout.positions);
        merge_text(i, "roles", name, said.role, said.role_at, layout.roles);
        merge_number(i, "levels", name, said.level, said.level_at, layout.levels);
        merge_number(i, "dilutions", name, said.dilution, said.dilution_at, layout.dilutions);
      }
    }
  }

  void merge_text(std::size_t i, std::string_view table, const std::string& well, const std::string& text,
                  const Place& place, std::map<std::string, std::string>& into) {
    if (text.empty()) return;
    const auto [before, is_new] = into.emplace(well, text);
    if (!is_new && before->second != text) report_twice(i, table, well, before->second, text, place);
    if (is_new && table == "positions") assembly_.references.push_back({Refers::kSample, text, place});
    if (is_new && table == "roles") role_places_[{i, well}] = place;
  }

  void merge_number(std::size_t i, std::string_view table, const std::string& well, double number, const Place& place,
                    std::map<std::string, double>& into) {
    if (std::isnan(number)) return;
    const auto [before, is_new] = into.emplace(well, number);
    if (!is_new && before->second != number)
      report_twice(i, table, well, exact_number(before->second), exact_number(number), place);
  }

  void report_twice(std::size_t i, std::string_view table, const std::string& well, const std::string& before,
                    const std::string& now, const Place& place) {
    assembly_.problems.add("",
                           say("Well {0} of {1} is {2} here and {3} at {4}.", well, in_quotes(study_.layouts[i].id),
                               in_quotes(now), in_quotes(before), place_of(i, table, well).text()),
                           place, say("Keep the right one and delete the other."));
  }

  /// Doses may be in anything (MOI); what no one can convert is told.
  void check_unit(const Layout& layout) {
    if (layout.unit.empty() || layout.levels.empty() || parse_unit(layout.unit)) return;
    assembly_.problems.warn("unit " + layout.unit,
                            say("{0} of the levels of {1} is no known unit: it is kept as a word.",
                                in_quotes(layout.unit), in_quotes(layout.id)),
                            layout.place, say("Units are written as ug/mL, umol/L, {{particles}}/mL."));
  }

  void check_roles(std::size_t i) {
    for (const auto& [well, role] : study_.layouts[i].roles) {
      if (is_known(role)) continue;
      const auto drawn = role_places_.find({i, well});
      assembly_.problems.add("plate role " + role, say("No well has the role {}.", in_quotes(role)),
                             drawn == role_places_.end() ? place_of(i, "roles", well) : drawn->second,
                             suggest(role, roles_));
    }
  }

  static Place place_in(const InputDraft& draft, const std::string& key) {
    const auto found = draft.places.find(key);
    return found == draft.places.end() ? draft.input.place : found->second;
  }

  /// An input at a well has the well's sample and role.
  void place_input(InputDraft& draft, Input& input) {
    if (input.position.empty()) return;
    const Place place = place_in(draft, "position");
    const auto layout = std::find_if(study_.layouts.begin(), study_.layouts.end(),
                                     [&](const Layout& one) { return !one.id.empty() && one.id == input.layout; });
    if (layout == study_.layouts.end()) {
      if (input.layout.empty() && !study_.layouts.empty())
        assembly_.problems.add("no layout",
                               say("The input stands at {} but names no layout.", in_quotes(input.position)), place,
                               say("Fill the column {}.", in_quotes("layout")));
      return;
    }
    if (const auto well = parse_well(input.position); well && shape_of(*layout)) {
      if (!check_well(*layout, *well, well_name(*well), place)) return;
      input.position = well_name(*well);
    }
    const auto sample = layout->positions.find(input.position);
    const auto role = layout->roles.find(input.position);
    if (sample == layout->positions.end() && role == layout->roles.end()) {
      assembly_.problems.add("empty well " + layout->id + input.position,
                             say("Nothing lies at {0} of {1}.", in_quotes(input.position), in_quotes(layout->id)),
                             place, say("Write its sample into the plate map, or leave the file out."));
      return;
    }
    if (sample != layout->positions.end()) agree(draft, "sample", sample->second, input.sample);
    const KnownPart* assay = assembly_.known.find_assay(input.assay);
    const bool knows = role != layout->roles.end() && assay != nullptr &&
                       std::find(assay->roles.begin(), assay->roles.end(), role->second) != assay->roles.end();
    if (knows) agree(draft, "role", role->second, input.role);
    draft.input = input;
  }

  void agree(const InputDraft& draft, const std::string& key, const std::string& on_plate, std::string& stated) {
    if (!stated.empty() && stated != on_plate) {
      assembly_.problems.add("plate " + key + draft.input.place.text(),
                             say("{0} is {1} here and {2} on the plate {3}.", in_quotes(key), in_quotes(stated),
                                 in_quotes(on_plate), in_quotes(draft.input.layout)),
                             place_in(draft, key), say("Keep the right one and delete the other."));
      return;
    }
    stated = on_plate;
  }

  static constexpr std::size_t kLargest = 384;

  Assembly& assembly_;
  Study& study_;
  StudyFiles& files_;
  const std::size_t declared_;  ///< layouts of study.toml; those behind are drawn
  std::set<std::string> samples_;
  std::vector<std::string> roles_;
  std::vector<std::vector<PlateMap>> maps_;  ///< one list for each layout
  std::map<std::pair<std::size_t, std::string>, Place> role_places_;
};

}  // namespace

void gather_layouts(Assembly& assembly, const std::vector<Sheet>& plates, StudyFiles& files) {
  LayoutGatherer(assembly, files).gather(plates);
}

void block_layouts(Assembly& assembly) {
  Study& study = assembly.study;
  std::unordered_map<std::string, std::size_t> index;
  for (std::size_t i = 0; i < study.samples.size(); ++i) index.emplace(study.samples[i].id, i);
  std::map<std::size_t, const Layout*> block_from;
  for (const Layout& layout : study.layouts) {
    if (!layout.is_block) continue;
    for (const auto& [position, id] : layout.positions) {
      const auto found = index.find(id);
      if (found == index.end()) continue;
      const auto [before, is_new] = block_from.emplace(found->second, &layout);
      if (is_new || before->second == &layout) continue;
      assembly.problems.add(
          "two plates " + id,
          say("Sample {0} lies on the plates {1} and {2}, which are blocks; it has one block.", in_quotes(id),
              in_quotes(before->second->id), in_quotes(layout.id)),
          layout.place, say("Give the wells of each plate a sample of their own whose parent is {}.", in_quotes(id)));
    }
  }
  for (const auto& [sample, layout] : block_from)
    if (study.block_of(study.samples[sample].id).empty()) study.samples[sample].block = layout->id;
}

}  // namespace vesica
