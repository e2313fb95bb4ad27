// SPDX-License-Identifier: Apache-2.0
// The running process: time, terminal, interruption, who and where.
#pragma once

#include <atomic>
#include <string>

namespace vesica {

/// Now, as RFC 3339 in UTC with milliseconds: 2026-11-20T11:26:46.123Z.
std::string utc_now();
double monotonic_seconds();
std::string user_name();
std::string host_name();
std::string operating_system();  ///< for run records: "Linux 6.1.0 x86_64"
int hardware_threads();
/// For programs, at their start: memory that is freed stays with the process, up to 128 MiB, for the next image. By
/// default glibc gives planes of a megabyte back at once, and to be given them again, page by page, takes as long as
/// what is then done with them. Elsewhere than with glibc nothing happens.
void keep_freed_memory();
/// Identifies the built program: the linker's build id in hexadecimal, equal for equal binaries; empty without one.
std::string build_id();

enum class Stream { kOut, kError };
bool is_terminal(Stream stream);
int terminal_columns();  ///< of stderr; 80 when unknown
/// The variable's value, empty when unset.
std::string environment(const char* name);

/// Sets the returned flag on SIGINT and SIGTERM; a second SIGINT ends the process at once with status 130.
std::atomic<bool>& install_interrupt_flag();

/// A random UUID, version 4.
std::string new_uuid();

}  // namespace vesica
