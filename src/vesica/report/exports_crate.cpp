// SPDX-License-Identifier: Apache-2.0
// ro-crate-metadata.json after RO-Crate 1.1 (w3id.org/ro/crate/1.1) and Process Run Crate 0.5.
#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>

#include "vesica/base/message.h"
#include "vesica/base/text.h"
#include "vesica/report/exports.h"
#include "vesica/report/html_parts.h"
#include "vesica/settings/json_text.h"

namespace vesica {

namespace {

constexpr const char* kProfile = "https://w3id.org/ro/wfrun/process/0.5";

Value reference(std::string_view id) {
  Value out = Value::table();
  out.set("@id", Value::of(id));
  return out;
}

Value entity(std::string_view id, std::string_view type) {
  Value out = reference(id);
  out.set("@type", Value::of(type));
  return out;
}

/// One reference stands alone, several are a list: what RO-Crate recommends.
void set_references(Value& out, std::string_view key, const Value& list) {
  if (list.items.empty()) return;
  out.set(key, list.items.size() == 1 ? list.items.front() : list);
}

/// A path as a relative URI: blanks and what is not plain ASCII in percent writing.
std::string uri_of(std::string_view path) {
  std::string out;
  for (const char c : path) {
    const auto byte = static_cast<unsigned char>(c);
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       std::string_view("-._~/").find(c) != std::string_view::npos;
    out += plain ? std::string(1, c) : fmt::format("%{:02X}", byte);
  }
  return out;
}

/// Raw files stay where they are, outside of the crate: they are known by their content.
std::string id_of(const CrateFile& file) {
  return file.is_input && !file.sha256.empty() ? "urn:sha256:" + file.sha256 : uri_of(file.path);
}

Value file_entity(const CrateFile& file) {
  Value out = entity(id_of(file), "File");
  out.set("name", Value::of(file.path));
  out.set("encodingFormat", Value::of(file.media_type.empty() ? "application/octet-stream" : file.media_type));
  if (!file.about.empty()) out.set("description", Value::of(file.about));
  if (file.size > 0) out.set("contentSize", Value::of(std::to_string(file.size)));
  if (!file.sha256.empty()) out.set("sha256", Value::of(file.sha256));
  return out;
}

std::vector<std::string> authors(const Study& study) {
  std::vector<std::string> out;
  for (const std::string_view part : split(study.authors, ',')) {
    const std::string name(trim(part));
    if (!name.empty()) out.push_back(name);
  }
  return out;
}

std::string person_id(const std::string& name) { return "#person-" + uri_of(name); }

/// The day of the last run; a crate must name one, and this is the only day that the content knows.
std::string day_of(const ReportContent& content) {
  std::string last;
  for (const Run& run : content.runs) last = std::max(last, run.ended.empty() ? run.started : run.ended);
  return last.size() >= 10 ? last.substr(0, 10) : "1970-01-01";
}

void add_licence(const Study& study, Value& root, Value& graph) {
  if (study.licence.starts_with("http://") || study.licence.starts_with("https://")) {
    root.set("license", reference(study.licence));
    Value out = entity(study.licence, "CreativeWork");
    out.set("name", Value::of(study.licence));
    graph.append(out);
    return;
  }
  const bool stated = !study.licence.empty();
  const std::string id = stated ? "https://spdx.org/licenses/" + uri_of(study.licence) : "#no-licence";
  root.set("license", reference(id));
  Value out = entity(id, "CreativeWork");
  out.set("name", Value::of(stated ? study.licence : say("No licence is stated; ask the authors.")));
  out.set("description", Value::of(stated ? study.licence : say("No licence is stated; ask the authors.")));
  graph.append(out);
}

Value software(const std::string& id, const Run& run) {
  Value out = entity(id, "SoftwareApplication");
  out.set("name", Value::of("Vesica: " + run.producer));
  out.set("softwareVersion", Value::of(run.version));
  return out;
}

struct Links {
  std::map<std::string, std::string> file_by_path;  // path as in the runs → entity id
  std::vector<std::string> results;
  std::string study_file;
};

Value action(const Run& run, const ReportContent& content, const Links& links, const std::string& tool, Value& graph) {
  Value out = entity("#run-" + uri_of(run.id), "CreateAction");
  out.set("name", Value::of(fmt::format("{} ({})", run.producer, run.id)));
  out.set("description", Value::of(fmt::format("vesica run {}", content.study.id)));
  out.set("instrument", reference(tool));
  if (!run.started.empty()) out.set("startTime", Value::of(run.started));
  if (!run.ended.empty()) out.set("endTime", Value::of(run.ended));
  Value objects = Value::array();
  for (const auto& [path, hash] : run.inputs) {
    const auto found = links.file_by_path.find(path);
    if (found != links.file_by_path.end()) {
      objects.append(reference(found->second));
    } else if (!hash.empty()) {
      objects.append(reference("urn:sha256:" + hash));
    }
  }
  if (!links.study_file.empty()) objects.append(reference(links.study_file));
  std::size_t number = 0;
  for (const std::string& setting : flat_settings(run.settings)) {
    const std::size_t equals = setting.find(" = ");
    Value value = entity(fmt::format("#run-{}-setting-{}", uri_of(run.id), ++number), "PropertyValue");
    value.set("name", Value::of(setting.substr(0, equals)));
    value.set("value", Value::of(setting.substr(equals + 3)));
    objects.append(reference(value.find("@id")->text));
    graph.append(value);
  }
  set_references(out, "object", objects);
  const std::vector<std::string> people = authors(content.study);
  if (!people.empty()) out.set("agent", reference(person_id(people.front())));
  const bool failed = run.status == "failed" || run.status == "cancelled";
  if (!failed) {
    Value results = Value::array();
    for (const std::string& result : links.results) results.append(reference(result));
    set_references(out, "result", results);
  }
  out.set("actionStatus",
          Value::of(failed ? "http://schema.org/FailedActionStatus" : "http://schema.org/CompletedActionStatus"));
  if (failed) {
    std::string why = run.status;
    for (const Issue& issue : content.issues) {
      const bool its = std::any_of(run.inputs.begin(), run.inputs.end(),
                                   [&](const auto& input) { return input.first == issue.input; });
      if (its && issue.severity == Severity::kError) why = issue.message;
    }
    out.set("error", Value::of(why));
  }
  return out;
}

}  // namespace

std::string write_ro_crate(const ReportContent& content, const std::vector<CrateFile>& files) {
  const Study& study = content.study;
  Value graph = Value::array();
  Value descriptor = entity("ro-crate-metadata.json", "CreativeWork");
  descriptor.set("conformsTo", reference("https://w3id.org/ro/crate/1.1"));
  descriptor.set("about", reference("./"));
  graph.append(descriptor);
  Value root = entity("./", "Dataset");
  const std::string title = study.title.empty() ? study.id : study.title;
  root.set("name", Value::of(title));
  root.set("description", Value::of(study.question.empty() ? say("Results of the study {}.", title) : study.question));
  root.set("datePublished", Value::of(day_of(content)));
  root.set("conformsTo", reference(kProfile));
  Value parts = Value::array(), actions = Value::array(), people = Value::array(), others = Value::array();
  Links links;
  std::set<std::string> known;
  for (const CrateFile& file : files) {
    const std::string id = id_of(file);
    links.file_by_path.emplace(file.path, id);
    const std::string_view name = std::string_view(file.path).substr(file.path.find_last_of('/') + 1);
    if (name == "observations.tsv") links.results.push_back(id);
    if (name == "study.toml") links.study_file = id;
    if (!known.insert(id).second) continue;
    parts.append(reference(id));
    others.append(file_entity(file));
  }
  std::set<std::string> tools;
  for (const Run& run : content.runs) {
    const std::string tool = "#vesica-" + uri_of(run.producer + "-" + run.version);
    if (tools.insert(tool).second) others.append(software(tool, run));
    for (const auto& [path, hash] : run.inputs) {  // raw files that nobody listed are still described
      const std::string id = "urn:sha256:" + hash;
      if (links.file_by_path.contains(path) || hash.empty() || !known.insert(id).second) continue;
      CrateFile file;
      file.path = path, file.sha256 = hash;
      Value described = file_entity(file);
      described.set("@id", Value::of(id));
      parts.append(reference(id));
      others.append(described);
    }
    const Value done = action(run, content, links, tool, others);
    actions.append(reference(done.find("@id")->text));
    others.append(done);
  }
  for (const std::string& name : authors(study)) {
    people.append(reference(person_id(name)));
    Value person = entity(person_id(name), "Person");
    person.set("name", Value::of(name));
    others.append(person);
  }
  set_references(root, "hasPart", parts);
  set_references(root, "mentions", actions);
  set_references(root, "author", people);
  Value profile = entity(kProfile, "CreativeWork");
  profile.set("name", Value::of("Process Run Crate"));
  profile.set("version", Value::of("0.5"));
  add_licence(study, root, others);
  graph.append(root);
  graph.append(profile);
  for (const Value& other : others.items) graph.append(other);
  Value crate = Value::table();
  crate.set("@context", Value::of("https://w3id.org/ro/crate/1.1/context"));
  crate.set("@graph", graph);
  return write_json(crate, 2) + "\n";
}

}  // namespace vesica
