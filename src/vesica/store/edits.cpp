// SPDX-License-Identifier: Apache-2.0
// What a person changed: append-only, with author, time and reason; the state is a fold over the list.
#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "vesica/base/hash.h"
#include "vesica/base/message.h"
#include "vesica/base/os/system.h"
#include "vesica/store/store_impl.h"
#include "vesica/store/value_json.h"

namespace vesica {

namespace {

Place place_of(const sql::Database& db) { return {path_text(db.file()), 0, 0, ""}; }

/// True when every row that `narrow` matches is matched by `wide` too.
bool covers(const Edit& wide, const Edit& narrow) {
  return std::all_of(wide.match.begin(), wide.match.end(), [&](const auto& condition) {
    const auto found = narrow.match.find(condition.first);
    return found != narrow.match.end() && found->second == condition.second;
  });
}

/// From the newest back, so that an undo that is itself undone reverts nothing.
std::set<std::int64_t> reverted_edits(const std::vector<Edit>& all) {
  std::set<std::int64_t> out;
  for (auto edit = all.rbegin(); edit != all.rend(); ++edit) {
    if (edit->action == "undo" && out.count(edit->number) == 0) out.insert(edit->undoes);
  }
  return out;
}

void check(const sql::Database& db, const Edit& edit) {
  if (edit.action != "exclude" && edit.action != "include" && edit.action != "correct") {
    throw Error(ErrorKind::kUsage, say("There is no edit called {}.", edit.action), place_of(db),
                say("Edits are exclude, include and correct; undo takes the number of an edit."));
  }
  if (edit.match.empty()) {
    throw Error(ErrorKind::kUsage, say("The edit names no rows."), place_of(db),
                say("Say which: sample=..., replicate=..., input=..., quantity=... or an observation's id."));
  }
  if ((edit.action == "correct") == edit.kind.empty()) {
    throw Error(ErrorKind::kUsage, say("The edit does not say what it corrects."), place_of(db),
                say("A correction has a kind; other edits have none."));
  }
  if (edit.reason.empty()) {
    throw Error(ErrorKind::kUsage, say("The edit gives no reason."), place_of(db), say("Add --reason \"...\"."));
  }
}

}  // namespace

std::vector<Edit> read_edits(sql::Database& db) {
  std::vector<Edit> out;
  sql::Statement query(db,
                       "SELECT number, action, match, kind, geometry, reason, author, time, coalesce(undoes, 0) "
                       "FROM edit ORDER BY number");
  while (query.step()) {
    Edit edit;
    edit.number = query.integer(0);
    edit.action = query.text(1);
    edit.match = store::texts_from_json(query.text(2), path_text(db.file()));
    edit.kind = query.text(3);
    if (!edit.kind.empty()) edit.geometry = store::from_json(query.text(4), path_text(db.file()));
    edit.reason = query.text(5);
    edit.author = query.text(6);
    edit.time = query.text(7);
    edit.undoes = query.integer(8);
    out.push_back(std::move(edit));
  }
  return out;
}

std::vector<Edit> edits_in_force(const std::vector<Edit>& all) {
  const std::set<std::int64_t> reverted = reverted_edits(all);
  std::vector<Edit> out;
  for (const Edit& edit : all) {
    if (edit.action != "undo" && reverted.count(edit.number) == 0) out.push_back(edit);
  }
  return out;
}

void Store::Impl::append_edit(const Edit& edit, const std::string& uuid) {
  change([&] {
    ensure_session();
    commit_group();
    sql::Statement statement(*db,
                             "INSERT INTO edit (uuid, action, match, kind, geometry, reason, author, time, undoes) "
                             "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)");
    const std::string match = store::to_json(edit.match);
    statement.bind(1, uuid).bind(2, edit.action).bind(3, match).bind(4, edit.kind);
    const std::string geometry = edit.kind.empty() ? "" : store::to_json(edit.geometry);
    statement.bind(5, geometry).bind(6, edit.reason);
    statement.bind(7, edit.author).bind(8, edit.time);
    edit.undoes != 0 ? statement.bind(9, edit.undoes) : statement.bind_null(9);
    statement.run();
  });
  edits_print.reset();
}

std::int64_t Store::add_edit(Edit edit) {
  const std::lock_guard guard(impl_->mutex);
  check(*impl_->db, edit);
  edit.undoes = 0;
  if (edit.author.empty()) edit.author = user_name();
  if (edit.time.empty()) edit.time = utc_now();
  impl_->append_edit(edit, new_uuid());
  return impl_->db->last_id();
}

std::int64_t Store::undo(std::int64_t number, const std::string& reason, const std::string& author) {
  const std::lock_guard guard(impl_->mutex);
  const std::vector<Edit> all = read_edits(*impl_->db);
  const auto target = std::find_if(all.begin(), all.end(), [&](const Edit& edit) { return edit.number == number; });
  if (target == all.end()) {
    throw Error(ErrorKind::kUsage, say("There is no edit number {}.", number), place_of(*impl_->db),
                say("`vesica history STUDY` lists them."));
  }
  if (reverted_edits(all).count(number) > 0) {
    const auto undone = std::find_if(all.rbegin(), all.rend(), [&](const Edit& edit) { return edit.undoes == number; });
    throw Error(ErrorKind::kUsage, say("Edit {} is undone already, by edit {}.", number, undone->number),
                place_of(*impl_->db), say("To bring it back, undo edit {}.", undone->number));
  }
  Edit edit;
  edit.action = "undo";
  edit.match = target->match;
  edit.kind = target->kind;
  edit.geometry = target->geometry;
  edit.reason = reason;
  edit.author = author.empty() ? user_name() : author;
  edit.time = utc_now();
  edit.undoes = number;
  impl_->append_edit(edit, new_uuid());
  return impl_->db->last_id();
}

std::vector<Edit> Store::edits() const {
  const std::lock_guard guard(impl_->mutex);
  return read_edits(*impl_->db);
}

std::vector<Edit> Store::active_edits() const { return edits_in_force(edits()); }

std::vector<Edit> Store::active_exclusions() const {
  const std::vector<Edit> active = active_edits();
  std::vector<Edit> out;
  for (auto edit = active.begin(); edit != active.end(); ++edit) {
    if (edit->action != "exclude") continue;
    const bool lifted = std::any_of(
        edit + 1, active.end(), [&](const Edit& later) { return later.action == "include" && covers(later, *edit); });
    if (!lifted) out.push_back(*edit);
  }
  return out;
}

const std::string& Store::Impl::edits_fingerprint() {
  if (edits_print) return *edits_print;
  Sha256 hash;
  for (const Edit& edit : edits_in_force(read_edits(*db))) {
    hash.add(fmt::format("{}\x1f{}\x1f{}\x1f{}\x1f{}\x1f{}\n", edit.action, store::to_json(edit.match), edit.kind,
                         edit.kind.empty() ? "" : store::to_json(edit.geometry), edit.reason, edit.author));
  }
  edits_print = hash.hex();
  return *edits_print;
}

std::string Store::edits_fingerprint() const {
  const std::lock_guard guard(impl_->mutex);
  return impl_->edits_fingerprint();
}

bool is_excluded(std::span<const Edit> active, const std::function<std::string(std::string_view name)>& column) {
  for (auto edit = active.rbegin(); edit != active.rend(); ++edit) {
    if (edit->action != "exclude" && edit->action != "include") continue;
    const bool matches = std::all_of(edit->match.begin(), edit->match.end(), [&](const auto& condition) {
      return column(condition.first) == condition.second;
    });
    if (matches) return edit->action == "exclude";
  }
  return false;
}

}  // namespace vesica
