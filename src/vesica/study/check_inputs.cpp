// SPDX-License-Identifier: Apache-2.0
// Whether every input fits its assay: roles, settings, dilution, control groups, and who was measured.
#include <algorithm>
#include <map>
#include <set>

#include "vesica/base/message.h"
#include "vesica/base/number.h"
#include "vesica/base/text.h"
#include "vesica/study/assembly.h"
#include "vesica/study/names.h"

namespace vesica {

namespace {

constexpr std::string_view kDilution = "dilution";

class InputChecker {
 public:
  explicit InputChecker(Assembly& assembly) : assembly_(assembly) {}

  void check() {
    for (const InputDraft& draft : assembly_.drafts) {
      const KnownPart* assay = assembly_.known.find_assay(draft.input.assay);
      if (draft.input.assay.empty()) {
        assembly_.problems.add("no assay", say("The row names no assay."), draft.input.place,
                               say("Fill the column {}.", in_quotes("assay")) + " " + suggest("", assay_ids()));
      }
      if (assay == nullptr) continue;  // an unknown one is reported with the names
      check_role(draft, *assay);
      check_settings(draft, *assay);
      check_sample(draft, *assay);
      if (!draft.input.controls.empty()) see_group(draft);
    }
    check_groups();
  }

 private:
  std::vector<std::string> assay_ids() const {
    std::vector<std::string> ids;
    for (const KnownPart& assay : assembly_.known.assays) ids.push_back(assay.id);
    return ids;
  }

  static Place place_of(const InputDraft& draft, const std::string& key) {
    const auto found = draft.places.find(key);
    return found == draft.places.end() ? draft.input.place : found->second;
  }

  void check_role(const InputDraft& draft, const KnownPart& assay) {
    const std::string& role = draft.input.role;
    if (role.empty() || std::find(assay.roles.begin(), assay.roles.end(), role) != assay.roles.end()) return;
    const std::string hint =
        assay.roles.empty() ? say("This assay knows no controls; leave the role empty.") : suggest(role, assay.roles);
    assembly_.problems.add("role " + role + assay.id, say("Assay {0} knows no role {1}.", assay.id, in_quotes(role)),
                           place_of(draft, "role"), hint);
  }

  void check_settings(const InputDraft& draft, const KnownPart& assay) {
    if (draft.input.settings.empty()) return;
    const std::vector<std::string>& names = names_of(assay);
    for (const auto& [name, text] : draft.input.settings) {
      const Place place = place_of(draft, "setting:" + name);
      if (std::find(names.begin(), names.end(), name) == names.end()) {
        assembly_.problems.add("setting " + name + assay.id,
                               say("Assay {0} has no setting {1}.", assay.id, in_quotes(name)), place,
                               suggest(name, names));
      } else if (sound_.insert(assay.id + '\x1f' + name + '\x1f' + text).second) {
        try_setting(assay, name, text, place);
      }
      if (name == kDilution) check_dilution(assay, text, place);
    }
  }

  const std::vector<std::string>& names_of(const KnownPart& assay) {
    const auto known = names_.find(assay.id);
    if (known != names_.end()) return known->second;
    return names_.emplace(assay.id, field_names(assay.settings)).first->second;
  }

  void try_setting(const KnownPart& assay, const std::string& name, const std::string& text, const Place& place) {
    AnySettings settings = assay.settings;
    try {
      set_field(settings, name, text, place);
    } catch (const Error& error) {
      std::string hint = error.hint();
      if (hint.empty() && name == kDilution) hint = say("Write the factor as a number: 1000 for 1 in 1000.");
      assembly_.problems.add("set " + assay.id + name + text, error.message(), place, hint);
    }
  }

  /// A dilution multiplies every concentration: said for the assay and, differently, for a file, one of them is wrong.
  void check_dilution(const KnownPart& assay, const std::string& text, const Place& place) {
    const auto settings = assembly_.study.settings.find(assay.id);
    if (settings == assembly_.study.settings.end()) return;
    const Value* general = settings->second.find(kDilution);
    if (general == nullptr || !general->is_number() || parse_number(text) == general->number) return;
    assembly_.problems.add("dilution " + assay.id + text,
                           say("The dilution is given twice: {0} here and {1} at {2}.", text,
                               exact_number(general->number), general->place.text()),
                           place, say("Keep it in one place; where files differ, in the sheet."));
  }

  void check_sample(const InputDraft& draft, const KnownPart& assay) {
    const Input& input = draft.input;
    if (!input.sample.empty() || !input.role.empty() || !input.layout.empty() || assay.names_samples) return;
    assembly_.problems.warn("no sample",
                            say("{} names no sample; it is measured, but not compared.", in_quotes(input.path)),
                            input.place, say("Fill the column {}.", in_quotes("sample")));
  }

  void see_group(const InputDraft& draft) {
    Group& group = groups_[draft.input.controls];
    (draft.input.role.empty() ? group.measurements : group.controls) += 1;
    if (group.measurements + group.controls == 1) group.place = place_of(draft, "controls");
  }

  void check_groups() {
    std::vector<std::string> with_controls;
    for (const auto& [name, group] : groups_)
      if (group.controls > 0) with_controls.push_back(name);
    for (const auto& [name, group] : groups_)
      if (group.controls == 0)
        assembly_.problems.warn("", say("The group of controls {} holds no control.", in_quotes(name)), group.place,
                                with_controls.empty() ? say("Give one of its files a role, as {}.", in_quotes("blank"))
                                                      : suggest(name, with_controls));
  }

  struct Group {
    std::size_t measurements = 0, controls = 0;
    Place place;
  };

  Assembly& assembly_;
  std::map<std::string, std::vector<std::string>> names_;
  std::map<std::string, Group> groups_;
  std::set<std::string> sound_;  ///< settings tried already
};

}  // namespace

void check_inputs(Assembly& assembly) { InputChecker(assembly).check(); }

}  // namespace vesica
