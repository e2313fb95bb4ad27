// SPDX-License-Identifier: Apache-2.0
// Exported files as one set: staged and synced, then planned in one commit, then renamed into place. A kill before the
// commit leaves the old set, a kill after it is finished by the next start; a reader sees no manifest in between.
#include <algorithm>
#include <map>
#include <set>

#include "vesica/base/hash.h"
#include "vesica/base/message.h"
#include "vesica/base/os/system.h"
#include "vesica/base/text.h"
#include "vesica/store/store_impl.h"

namespace vesica {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t kMaxPathBytes = 1000;  // chosen: below the 1024 of the strictest system we know

/// One line of the plan. `other` is the staged file of a write and the new name of a keep.
struct Step {
  std::string action;  // "same", "keep", "write", "remove"
  std::string path, sha256;
  std::uint64_t size = 0;
  std::string other;
};

struct Exported {
  std::string sha256;
  FileIdentity identity;
};

bool is_safe_path(std::string_view path) {
  if (path.empty() || path.size() > kMaxPathBytes || path.front() == '/' || !is_valid_utf8(path)) return false;
  for (const char c : path) {
    if (c == '\\' || c == ':' || static_cast<unsigned char>(c) < 0x20) return false;
  }
  const auto parts = split(path, '/');
  for (const std::string_view part : parts) {
    if (part.empty() || part == "." || part == "..") return false;
  }
  return parts.front() != kDerivedName && !parts.front().starts_with(".vesica") &&
         !parts.front().starts_with("vesica.");
}

/// The file on disk; throws Error(kData) when the path would leave the folder, by its words or through a link.
fs::path target_of(const fs::path& folder, const std::string& path) {
  const fs::path target = folder / path_from(path);
  const fs::path root = fs::weakly_canonical(folder);
  const fs::path real = fs::weakly_canonical(target.parent_path());
  const bool inside = std::mismatch(root.begin(), root.end(), real.begin(), real.end()).first == root.end();
  if (!is_safe_path(path) || !inside) {
    throw Error(ErrorKind::kData, say("The exported file {} would lie outside the study's folder.", path),
                Place{path_text(folder), 0, 0, ""}, say("Remove the link, or do not use this database."));
  }
  return target;
}

std::string hash_of_file(const fs::path& file) {
  // A file larger than any export (chosen) is somebody else's and only has to differ.
  constexpr std::uint64_t kMaxBytes = std::uint64_t{4} << 30;
  const auto identity = file_identity(file);
  if (!identity) return "";
  return identity->size > kMaxBytes ? std::string("too large") : sha256(read_file(file, kMaxBytes));
}

std::string kept_name(const std::string& path, const std::string& hash) {
  const std::size_t slash = path.rfind('/');
  const std::size_t dot = path.rfind('.');
  const bool has_dot = dot != std::string::npos && (slash == std::string::npos || dot > slash);
  const std::string stem = has_dot ? path.substr(0, dot) : path;
  return stem + ".changed-" + hash.substr(0, 8) + (has_dot ? path.substr(dot) : "");
}

std::map<std::string, Exported> read_exports(sql::Database& db) {
  std::map<std::string, Exported> out;
  sql::Statement query(db, "SELECT path, sha256, size, mtime_ns, inode FROM export");
  while (query.step()) {
    Exported& entry = out[std::string(query.text(0))];
    entry.sha256 = query.text(1);
    entry.identity = {static_cast<std::uint64_t>(query.integer(2)), query.integer(3),
                      static_cast<std::uint64_t>(query.integer(4))};
  }
  return out;
}

std::vector<Step> read_plan(sql::Database& db) {
  std::vector<Step> out;
  sql::Statement query(db, "SELECT action, path, sha256, size, other FROM export_plan ORDER BY position");
  while (query.step()) {
    Step step;
    step.action = query.text(0);
    step.path = query.text(1);
    step.sha256 = query.text(2);
    step.size = static_cast<std::uint64_t>(query.integer(3));
    step.other = query.text(4);
    out.push_back(std::move(step));
  }
  return out;
}

void write_plan(sql::Database& db, const std::vector<Step>& steps) {
  sql::Transaction transaction(db);
  db.execute("DELETE FROM export_plan");
  sql::Statement statement(db,
                           "INSERT INTO export_plan (position, action, path, sha256, size, other) "
                           "VALUES (?, ?, ?, ?, ?, ?)");
  std::int64_t position = 0;
  for (const Step& step : steps) {
    statement.bind(1, position++).bind(2, step.action).bind(3, step.path).bind(4, step.sha256);
    statement.bind(5, static_cast<std::int64_t>(step.size)).bind(6, step.other).run();
  }
  transaction.commit();
}

/// The set as it is now becomes the one on record; the plan is done.
void record(sql::Database& db, const fs::path& folder, const std::vector<Step>& steps) {
  sql::Transaction transaction(db);
  db.execute("DELETE FROM export; DELETE FROM export_plan");
  sql::Statement statement(db, "INSERT INTO export (path, sha256, size, mtime_ns, inode) VALUES (?, ?, ?, ?, ?)");
  for (const Step& step : steps) {
    if (step.action != "same" && step.action != "write") continue;
    const FileIdentity identity = file_identity(folder / path_from(step.path)).value_or(FileIdentity{});
    statement.bind(1, step.path).bind(2, step.sha256).bind(3, static_cast<std::int64_t>(step.size));
    statement.bind(4, identity.mtime_ns).bind(5, static_cast<std::int64_t>(identity.inode)).run();
  }
  transaction.commit();
}

/// Carries out one step; doing it twice is harmless, because each looks at the content first.
bool carry_out(const fs::path& folder, const Step& step) {
  const fs::path target = target_of(folder, step.path);
  std::error_code error;
  if (step.action == "keep") {
    const fs::path kept = target_of(folder, step.other);
    if (!fs::exists(kept) && hash_of_file(target) == step.sha256) fs::rename(target, kept, error);
  } else if (step.action == "write") {
    const fs::path staged = folder / kStagingName / path_from(step.other);
    if (!fs::exists(staged)) return hash_of_file(target) == step.sha256;
    fs::create_directories(target.parent_path(), error);
    if (!error) fs::rename(staged, target, error);
  } else if (step.action == "remove" && hash_of_file(target) == step.sha256) {
    fs::remove(target, error);
    std::error_code not_empty;
    if (target.parent_path() != folder) fs::remove(target.parent_path(), not_empty);
  }
  return !error;
}

void sync_folders(const fs::path& folder, const std::vector<Step>& steps) {
  std::set<fs::path> folders = {folder};
  for (const Step& step : steps) {
    if (step.action != "same") folders.insert((folder / path_from(step.path)).parent_path());
  }
  for (const fs::path& each : folders) sync_folder(each);
}

std::string manifest_of(std::span<const ExportFile> files, const std::map<std::string, std::string>& hashes) {
  std::string out = "path\tsha256\n";
  std::vector<std::string> paths;
  for (const ExportFile& file : files) paths.push_back(file.path);
  std::sort(paths.begin(), paths.end(), natural_less);
  for (const std::string& path : paths) out += path + '\t' + hashes.at(path) + '\n';
  return out;
}

/// Compares the wanted set with the disk and the record; makes the plan.
class Planner {
 public:
  Planner(sql::Database& db, const fs::path& folder) : folder_(folder), known_(read_exports(db)) {
    for (const auto& [path, entry] : known_) ours_[path].insert(entry.sha256);
    for (const Step& step : read_plan(db)) {  // a plan that could not be finished: what it wrote is ours too
      if (step.action == "write") ours_[step.path].insert(step.sha256);
    }
  }

  void want(const std::string& path, const std::string& hash, std::uint64_t size, bool is_manifest) {
    wanted_.insert(path);
    const std::string there = on_disk(path);
    if (there == hash) {
      steps_.push_back({"same", path, hash, size, ""});
      if (!is_manifest) report.unchanged.push_back(path);
      const auto known = known_.find(path);
      changed_ = changed_ || known == known_.end() || known->second.sha256 != hash;
      return;
    }
    if (!there.empty() && !is_manifest && ours_[path].count(there) == 0) {
      steps_.push_back({"keep", path, there, 0, kept_name(path, there)});
      report.kept.push_back(steps_.back().other);
    }
    steps_.push_back({"write", path, hash, size, ""});
    if (!is_manifest) report.written.push_back(path);
    changed_ = true;
  }

  void drop_stale() {
    std::vector<Step> removals;
    for (const auto& [path, hashes] : ours_) {
      if (wanted_.count(path) > 0) continue;
      changed_ = true;
      const std::string there = on_disk(path);
      if (there.empty()) continue;
      if (hashes.count(there) > 0) {
        removals.push_back({"remove", path, there, 0, ""});
        report.removed.push_back(path);
      } else {
        report.kept.push_back(path);
      }
    }
    steps_.insert(steps_.end() - 1, removals.begin(), removals.end());  // the manifest stays last
  }

  bool changed() const { return changed_; }
  std::vector<Step>& steps() { return steps_; }
  ExportReport report;

 private:
  std::string on_disk(const std::string& path) {
    const fs::path target = target_of(folder_, path);
    const auto known = known_.find(path);
    const auto identity = file_identity(target);
    if (identity && known != known_.end() && known->second.identity == *identity) return known->second.sha256;
    return hash_of_file(target);
  }

  fs::path folder_;
  std::map<std::string, Exported> known_;
  std::map<std::string, std::set<std::string>> ours_;
  std::set<std::string> wanted_;
  std::vector<Step> steps_;
  bool changed_ = false;
};

}  // namespace

bool Store::Impl::has_export_plan() { return db->integer("SELECT count(*) FROM export_plan") > 0; }

bool Store::Impl::finish_exports() {
  const std::vector<Step> steps = read_plan(*db);
  if (steps.empty()) return true;
  for (const Step& step : steps) target_of(folder, step.path);
  const bool moves = std::any_of(steps.begin(), steps.end(), [](const Step& step) { return step.action != "same"; });
  if (moves) {
    std::error_code ignored;
    if (steps.back().action == "write") fs::remove(folder / kManifestName, ignored);
    sync_folder(folder);
    for (std::size_t i = 0; i + 1 < steps.size(); ++i) {
      at("exports.step");
      if (!carry_out(folder, steps[i])) return false;
    }
    sync_folders(folder, steps);
    at("exports.renamed");
    if (!carry_out(folder, steps.back())) return false;
    sync_folder(folder);
    at("exports.manifest");
  }
  record(*db, folder, steps);
  at("exports.recorded");
  return true;
}

ExportReport Store::publish(std::span<const ExportFile> files) {
  const std::lock_guard guard(impl_->mutex);
  Impl& impl = *impl_;
  impl.require_writable();
  std::map<std::string, std::string> hashes;
  for (const ExportFile& file : files) {
    VESICA_REQUIRE(is_safe_path(file.path) && file.path != kManifestName, "exports lie in the store's folder");
    VESICA_REQUIRE(hashes.emplace(file.path, sha256(file.bytes)).second, "every export has a name of its own");
  }
  impl.change([&] { impl.commit_group(); });
  if (impl.has_export_plan()) impl.finish_exports();
  Planner planner(*impl.db, impl.folder);
  for (const ExportFile& file : files) planner.want(file.path, hashes.at(file.path), file.bytes.size(), false);
  const std::string manifest = manifest_of(files, hashes);
  planner.want(kManifestName, sha256(manifest), manifest.size(), true);
  planner.drop_stale();
  if (!planner.changed()) return planner.report;

  impl.change([&] { impl.ensure_session(); });
  std::map<std::string_view, std::string_view> bytes = {{kManifestName, manifest}};
  for (const ExportFile& file : files) bytes[file.path] = file.bytes;
  const std::string batch = new_uuid();
  DurableFiles staged;
  int number = 0;
  for (Step& step : planner.steps()) {
    if (step.action != "write") continue;
    step.other = batch + "/" + std::to_string(number++);
    staged.write(impl.folder / kStagingName / path_from(step.other), bytes.at(step.path));
  }
  impl.at("exports.written");
  staged.sync();
  staged.publish();
  impl.at("exports.staged");
  impl.change([&] { write_plan(*impl.db, planner.steps()); });
  impl.at("exports.planned");
  if (!impl.finish_exports()) {
    throw Error(
        ErrorKind::kCannotCreate, say("Some exported files could not be replaced."),
        Place{path_text(impl.folder), 0, 0, ""},
        say("Close the programs that have them open, make the folder writable and run the same command again."));
  }
  std::error_code ignored;
  fs::remove_all(impl.folder / kStagingName, ignored);
  return planner.report;
}

std::vector<ExportRecord> Store::exports() const {
  const std::lock_guard guard(impl_->mutex);
  std::vector<ExportRecord> out;
  for (const auto& [path, entry] : read_exports(*impl_->db)) {
    if (path != kManifestName) out.push_back({path, entry.sha256, entry.identity.size});
  }
  return out;
}

bool Store::exports_unfinished() const {
  const std::lock_guard guard(impl_->mutex);
  return impl_->has_export_plan();
}

}  // namespace vesica
