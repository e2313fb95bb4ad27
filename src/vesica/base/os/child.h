// SPDX-License-Identifier: Apache-2.0
// A child process behind one two-way pipe, with limits on what it may take; and the jail that such a child enters.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace vesica {

struct ChildLimits {
  std::uint64_t memory_bytes = std::uint64_t{4} << 30;  ///< address space
  std::uint64_t cpu_s = 3600;
  std::uint64_t open_files = 64;
};

/// A running child whose standard input and output are one socket to us; its error stream goes nowhere and no other
/// descriptor of ours is open in it. It is killed when this object goes.
class ChildProcess {
 public:
  /// Throws Error(kIo) when it cannot be started.
  ChildProcess(const std::filesystem::path& program, const std::vector<std::string>& arguments,
               const ChildLimits& limits);
  ~ChildProcess();
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  /// False when the child no longer listens.
  bool send(std::span<const std::byte> bytes);
  /// Fills `out`; false when the child ended before, or when nothing came for `timeout_s`.
  bool receive(std::span<std::byte> out, double timeout_s);
  /// Ends the child and says how it had ended by itself: "exit 3", "signal 11 (Segmentation fault)", "" when it was
  /// still running.
  std::string end();

 private:
  int socket_ = -1;
  int process_ = -1;
};

/// The program file of the running process; empty when the system does not say.
std::filesystem::path own_program();
/// Bytes of memory of this machine.
std::uint64_t physical_memory();

/// Gives up, for good, what a decoder does not need: no file is created, written, renamed or removed, no socket opened,
/// no program started, no other process traced or signalled, the network (where the system lets us) is another one.
/// False where the system has no such filter; the limits of ChildLimits hold all the same.
bool enter_jail();

/// Gives up, for good, every file outside of these folders; inside them reading is left. False where the kernel knows
/// no such limit (Landlock, Linux 5.13 and later), or not a single one of the folders; nothing is given up then.
bool keep_to_folders(const std::vector<std::filesystem::path>& folders);

/// Standard input and output as a stream of bytes, for the child's side. read_all: false at the end of the stream.
bool read_all(std::span<std::byte> out);
bool write_all(std::span<const std::byte> bytes);

}  // namespace vesica
