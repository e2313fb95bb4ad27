// SPDX-License-Identifier: Apache-2.0
// Collecting everything that is wrong with a study, so that the user hears all of it at once and each thing once.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "vesica/base/error.h"

namespace vesica {

/// Problems stop a run, warnings do not. The same thing wrong in many places is one entry that names the first place
/// and lists the others; `group` says what is the same.
class Problems {
 public:
  /// What is wrong and why, where, and what to do. An empty group stands for itself.
  void add(std::string_view group, std::string what, const Place& place, std::string hint = {});
  void warn(std::string_view group, std::string what, const Place& place, std::string hint = {});
  /// An error thrown by a reader, kept with its kind.
  void add(const Error& error);

  bool empty() const { return errors_.entries.empty(); }
  /// In order of file (as first met), line and column; at most kMostShown and a last one that counts the rest.
  std::vector<Error> errors() const { return list(errors_); }
  std::vector<Error> warnings() const { return list(warnings_); }

  static constexpr std::size_t kMostShown = 200;  ///< chosen: more than anyone reads, little enough to print

 private:
  struct Entry {
    ErrorKind kind;
    std::string what, hint;
    Place place;
    std::size_t order;  ///< of the file
    std::vector<Place> others;
    std::size_t more = 0;  ///< places beyond those kept in `others`
  };
  struct List {
    std::vector<Entry> entries;
    std::map<std::string, std::size_t, std::less<>> groups;
  };
  void add_to(List& list, std::string_view group, Entry entry);
  static std::vector<Error> list(const List& list);

  List errors_, warnings_;
  std::map<std::string, std::size_t> file_order_;
};

}  // namespace vesica
