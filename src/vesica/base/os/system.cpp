// SPDX-License-Identifier: Apache-2.0
#include "vesica/base/os/system.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <cstring>
#include <thread>

#include <elf.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <link.h>
#include <malloc.h>
#include <pwd.h>
#include <sched.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#include "vesica/base/require.h"

namespace vesica {

namespace {

std::atomic<bool> g_interrupted{false};
static_assert(std::atomic<bool>::is_always_lock_free, "a signal handler may only touch lock-free atomics");

constexpr int kInterruptedStatus = 130;  // 128 + SIGINT, as shells report it

extern "C" void on_interrupt(int signal_number) {
  if (g_interrupted.exchange(true) && signal_number == SIGINT) ::_exit(kInterruptedStatus);
}

/// The build id among the notes of one loaded object; the first object is the program itself, where the search ends.
int find_build_id(struct dl_phdr_info* object, std::size_t, void* out) {
  constexpr auto kPadded = [](std::size_t size) { return (size + 3) & ~std::size_t{3}; };  // notes align to four bytes
  for (int i = 0; i < object->dlpi_phnum; ++i) {
    const auto& header = object->dlpi_phdr[i];
    if (header.p_type != PT_NOTE) continue;
    const char* at = reinterpret_cast<const char*>(object->dlpi_addr + header.p_vaddr);
    const char* const end = at + header.p_memsz;
    while (static_cast<std::size_t>(end - at) >= sizeof(ElfW(Nhdr))) {
      ElfW(Nhdr) note;
      std::memcpy(&note, at, sizeof note);
      const char* const content = at + sizeof note + kPadded(note.n_namesz);
      if (note.n_type == NT_GNU_BUILD_ID) {
        for (std::size_t k = 0; k < note.n_descsz; ++k)
          *static_cast<std::string*>(out) += fmt::format("{:02x}", static_cast<unsigned char>(content[k]));
        return 1;
      }
      at = content + kPadded(note.n_descsz);
    }
  }
  return 1;
}

}  // namespace

std::string utc_now() {
  struct timespec now {};
  ::clock_gettime(CLOCK_REALTIME, &now);
  struct tm parts {};
  ::gmtime_r(&now.tv_sec, &parts);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", parts.tm_year + 1900, parts.tm_mon + 1,
                     parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec, now.tv_nsec / 1'000'000);
}

double monotonic_seconds() {
  struct timespec now {};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

std::string user_name() {
  std::array<char, 4096> buffer;
  struct passwd entry {};
  struct passwd* found = nullptr;
  if (::getpwuid_r(::geteuid(), &entry, buffer.data(), buffer.size(), &found) == 0 && found != nullptr) {
    return found->pw_name;
  }
  const std::string name = environment("USER");
  return name.empty() ? std::to_string(::geteuid()) : name;
}

std::string host_name() {
  struct utsname info {};
  return ::uname(&info) == 0 ? info.nodename : "";
}

std::string operating_system() {
  struct utsname info {};
  return ::uname(&info) == 0 ? fmt::format("{} {} {}", info.sysname, info.release, info.machine) : "";
}

std::string build_id() {
  std::string id;
  ::dl_iterate_phdr(find_build_id, &id);
  return id;
}

int hardware_threads() {
  cpu_set_t allowed;
  CPU_ZERO(&allowed);
  if (::sched_getaffinity(0, sizeof allowed, &allowed) == 0) return std::max(1, CPU_COUNT(&allowed));
  return std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
}

void keep_freed_memory() {
#ifdef __GLIBC__
  constexpr int kKept = 128 << 20, kOwnMapping = 32 << 20;  // bytes; the second is the most that glibc takes
  ::mallopt(M_TRIM_THRESHOLD, kKept);
  ::mallopt(M_MMAP_THRESHOLD, kOwnMapping);
#endif
}

bool is_terminal(Stream stream) { return ::isatty(stream == Stream::kOut ? STDOUT_FILENO : STDERR_FILENO) == 1; }

int terminal_columns() {
  constexpr int kDefaultColumns = 80;
  struct winsize size {};
  if (::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return kDefaultColumns;
  return size.ws_col;
}

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

std::atomic<bool>& install_interrupt_flag() {
  struct sigaction action {};
  action.sa_handler = on_interrupt;
  sigemptyset(&action.sa_mask);
  action.sa_flags = SA_RESTART;
  ::sigaction(SIGINT, &action, nullptr);
  ::sigaction(SIGTERM, &action, nullptr);
  return g_interrupted;
}

std::string new_uuid() {
  std::array<unsigned char, 16> bytes{};
  VESICA_REQUIRE(::getentropy(bytes.data(), bytes.size()) == 0, "the system gives random bytes");
  bytes[6] = static_cast<unsigned char>((bytes[6] & 0x0F) | 0x40);  // version 4
  bytes[8] = static_cast<unsigned char>((bytes[8] & 0x3F) | 0x80);  // variant of RFC 4122
  std::string out;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) out += '-';
    out += fmt::format("{:02x}", bytes[i]);
  }
  return out;
}

}  // namespace vesica
