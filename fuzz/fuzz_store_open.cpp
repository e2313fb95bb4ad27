// SPDX-License-Identifier: Apache-2.0
// A results database from a stranger: any bytes are read or refused, and nothing outside the folder is touched.
#include <filesystem>
#include <fstream>
#include <string>

#include "fuzz/fuzz.h"

#include "vesica/base/os/system.h"
#include "vesica/store/store.h"

namespace {

using namespace vesica;

std::filesystem::path scratch_folder() {
  const std::filesystem::path memory = "/dev/shm";
  const auto base = is_writable_folder(memory) ? memory : std::filesystem::temp_directory_path();
  return base / ("vesica-fuzz-" + new_uuid());
}

void use(Store& store) {
  store.begin_session("fuzz", "0");
  ItemResult item;
  item.key = "item";
  item.fingerprint = "print";
  item.run.status = "complete";
  Observation row;
  row.quantity = "particle.diameter_mean";
  row.value = 1;
  item.outcome.observations.add(row);
  item.outcome.issues.emplace_back();
  item.outcome.artifacts.push_back({"name", "text/plain", "bytes", "about"});
  store.put(item);
  store.publish(std::vector<ExportFile>{{"a.tsv", "A"}});
  Edit edit;
  edit.action = "exclude";
  edit.match = {{"sample", "S1"}};
  edit.reason = "fuzz";
  store.undo(store.add_edit(edit), "");
  store.end_session();
}

/// The bytes of a store with one of everything.
std::string filled_store() {
  const std::filesystem::path folder = scratch_folder();
  {
    Store store = Store::open_for_writing(folder);
    use(store);
  }
  const std::string out = read_file(folder / "vesica.db");
  std::filesystem::remove_all(folder);
  return out;
}

/// After a 'P' the input's triples replace bytes of a good database, so that the fuzzer need not find a header.
std::string bytes_of(const std::uint8_t* data, std::size_t size) {
  static const std::string good = filled_store();
  if (size == 0 || data[0] != 'P') return {reinterpret_cast<const char*>(data), size};
  std::string out = good;
  for (std::size_t i = 1; i + 3 < size; i += 4) {
    out[(data[i] * 65536u + data[i + 1] * 256u + data[i + 2]) % out.size()] = static_cast<char>(data[i + 3]);
  }
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const std::filesystem::path folder = scratch_folder();
  std::filesystem::create_directories(folder);
  std::ofstream(folder / "vesica.db", std::ios::binary | std::ios::trunc) << bytes_of(data, size);
  read_or_refuse([] {
    const Store store = Store::open_for_reading(folder);
    store.current_observations();
    store.current_issues();
    store.artifacts();
    store.active_exclusions();
    store.runs();
    for (const ItemRecord& item : store.items()) store.item(item.key);
  });
  read_or_refuse([] {
    Store store = Store::open_for_writing(folder);
    use(store);
  });
  std::filesystem::remove_all(folder);
  return 0;
}
