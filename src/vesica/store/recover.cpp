// SPDX-License-Identifier: Apache-2.0
// What the next start does for a run that was killed: mark it, finish its exports, sweep up files without a row.
#include <set>

#include "vesica/base/message.h"
#include "vesica/store/schema.h"
#include "vesica/store/store_impl.h"

namespace vesica {

namespace fs = std::filesystem;

namespace {

bool is_sha256(std::string_view text) {
  return text.size() == 64 && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

/// Removes files of our own naming that no row names; anything else in the folder is not ours to touch.
void sweep_derived(const fs::path& derived, const std::set<std::string, std::less<>>& named) {
  std::error_code ignored;
  for (fs::directory_iterator group(derived, ignored); group != fs::directory_iterator(); group.increment(ignored)) {
    if (!group->is_directory(ignored) || group->is_symlink(ignored)) continue;
    for (fs::directory_iterator file(group->path(), ignored); file != fs::directory_iterator();
         file.increment(ignored)) {
      const std::string name = path_text(file->path().filename());
      const bool orphan = is_sha256(name) && named.find(name) == named.end();
      if (orphan || is_temporary_name(name)) fs::remove(file->path(), ignored);
    }
  }
}

}  // namespace

void Store::Impl::recover() {
  const bool interrupted = db->integer("SELECT count(*) FROM session WHERE status='started'") > 0;
  finish_exports();
  std::error_code ignored;
  fs::remove_all(folder / kStagingName, ignored);
  if (!interrupted) return;
  std::set<std::string, std::less<>> named;
  sql::Statement query(*db, "SELECT sha256 FROM derived");
  while (query.step()) named.emplace(query.text(0));
  sweep_derived(folder / kDerivedName, named);
  for (fs::directory_iterator file(folder, ignored); file != fs::directory_iterator(); file.increment(ignored)) {
    if (is_temporary_name(path_text(file->path().filename()))) fs::remove(file->path(), ignored);
  }
  db->execute("UPDATE session SET status='interrupted' WHERE status='started'");
}

std::string derived_path(std::string_view sha256, const fs::path& database) {
  if (!is_sha256(sha256)) {
    throw Error(ErrorKind::kData, say("The name of a derived file is not a SHA-256: {}.", sha256.substr(0, 80)),
                Place{path_text(database), 0, 0, ""}, say("Do not use this database: it was not written by Vesica."));
  }
  return std::string(kDerivedName) + "/" + std::string(sha256.substr(0, 2)) + "/" + std::string(sha256);
}

}  // namespace vesica
