// SPDX-License-Identifier: Apache-2.0
// The one exception class, for when the outside world is wrong: a file, a setting, a disk.
#pragma once

#include <exception>
#include <string>
#include <vector>

namespace vesica {

/// What went wrong, coarse enough to choose an exit code by.
enum class ErrorKind {
  kUsage,         ///< the command line asks for something that does not exist
  kData,          ///< a file's content is not what it claims to be
  kNoInput,       ///< a file or folder is not there or cannot be opened
  kCannotCreate,  ///< an output cannot be created (read-only folder, no permission)
  kIo,            ///< reading or writing failed half-way (disk full, network gone)
  kConfig,        ///< a study, a sheet or a setting contradicts itself
  kUnsupported,   ///< a format or feature that Vesica knows by name and does not read
  kBusy,          ///< another process holds the study; try again
  kCancelled,     ///< the user pressed Ctrl-C
  kInternal,      ///< a broken promise of Vesica itself
};

/// Where in the outside world: `file:line:column`, as far as known. Lines and columns count from 1; 0 is "unknown".
/// `item` says it in the file's own terms: a key, a section, a cell such as "Sheet1!C7".
struct Place {
  std::string file;
  int line = 0;
  int column = 0;
  std::string item;

  /// `file:line:column (item)`, leaving out what is unknown.
  std::string text() const;
};

/// Thrown for a wrong outside world and caught in `app/` alone, which records an Issue for the input and goes on.
/// `what` says what is wrong with the offending value in it, `hint` says the next step of the user.
class Error : public std::exception {
 public:
  Error(ErrorKind kind, std::string what, Place where = {}, std::string hint = {});

  ErrorKind kind() const { return kind_; }
  const std::string& message() const { return message_; }
  const Place& where() const { return where_; }
  const std::string& hint() const { return hint_; }
  /// `place: message. hint`
  const char* what() const noexcept override { return full_.c_str(); }

 private:
  ErrorKind kind_;
  std::string message_;
  Place where_;
  std::string hint_;
  std::string full_;
};

/// The word of a kind, as JSON and logs print it: "usage", "data", "no_input", ...
const char* to_text(ErrorKind kind);

}  // namespace vesica
