// SPDX-License-Identifier: Apache-2.0
#include "vesica/base/os/child.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <system_error>

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "vesica/base/error.h"
#include "vesica/base/message.h"
#include "vesica/base/os/files.h"

namespace vesica {

namespace {

[[noreturn]] void throw_unstarted(const std::filesystem::path& program, int number) {
  throw Error(ErrorKind::kIo,
              say("The reading program cannot be started: {}.", std::generic_category().message(number)),
              {path_text(program), 0, 0, ""}, say("Install Vesica again; the program lies beside vesica."));
}

void limit(__rlimit_resource what, std::uint64_t most) {
  const struct rlimit value { static_cast<rlim_t>(most), static_cast<rlim_t>(most) };
  ::setrlimit(what, &value);
}

/// Between fork and exec only calls that are safe there; everything was prepared before.
[[noreturn]] void become(const char* program, char* const* arguments, int socket, int nowhere,
                         const ChildLimits& limits, int report) {
  ::dup2(socket, 0);
  ::dup2(socket, 1);
  ::dup2(nowhere, 2);
  const int kept = 3;
  ::dup2(report, kept);
  ::fcntl(kept, F_SETFD, FD_CLOEXEC);
  ::syscall(SYS_close_range, kept + 1, ~0U, 0);
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
#if !defined(__SANITIZE_ADDRESS__)  // whose shadow alone takes terabytes of addresses
  limit(RLIMIT_AS, limits.memory_bytes);
#endif
  limit(RLIMIT_CPU, limits.cpu_s);
  limit(RLIMIT_NOFILE, limits.open_files);
  limit(RLIMIT_FSIZE, 0);
  limit(RLIMIT_CORE, 0);
  ::execv(program, arguments);
  const int number = errno;
  static_cast<void>(!::write(kept, &number, sizeof(number)));
  ::_exit(127);
}

}  // namespace

ChildProcess::ChildProcess(const std::filesystem::path& program, const std::vector<std::string>& arguments,
                           const ChildLimits& limits) {
  std::array<int, 2> sockets = {-1, -1}, report = {-1, -1};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sockets.data()) != 0) throw_unstarted(program, errno);
  const int nowhere = ::open("/dev/null", O_WRONLY | O_CLOEXEC);
  if (nowhere < 0 || ::pipe2(report.data(), O_CLOEXEC) != 0) {
    const int number = errno;
    ::close(sockets[0]);
    ::close(sockets[1]);
    if (nowhere >= 0) ::close(nowhere);
    throw_unstarted(program, number);
  }
  std::vector<std::string> texts = {program.string()};
  texts.insert(texts.end(), arguments.begin(), arguments.end());
  std::vector<char*> pointers;
  for (std::string& text : texts) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  process_ = ::fork();
  if (process_ == 0) become(texts.front().c_str(), pointers.data(), sockets[1], nowhere, limits, report[1]);
  const int fork_problem = errno;
  ::close(sockets[1]);
  ::close(nowhere);
  ::close(report[1]);
  socket_ = sockets[0];
  // exec closes the other end of `report`; what comes through it is why exec failed.
  int number = process_ < 0 ? fork_problem : 0;
  if (process_ > 0) {
    while (::read(report[0], &number, sizeof(number)) < 0 && errno == EINTR) {
    }
  }
  ::close(report[0]);
  if (number == 0) return;
  end();
  throw_unstarted(program, number);
}

ChildProcess::~ChildProcess() { end(); }

bool ChildProcess::send(std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent <= 0) return false;
    bytes = bytes.subspan(static_cast<std::size_t>(sent));
  }
  return true;
}

bool ChildProcess::receive(std::span<std::byte> out, double timeout_s) {
  while (!out.empty()) {
    struct pollfd wait {
      socket_, POLLIN, 0
    };
    const int ready = ::poll(&wait, 1, static_cast<int>(std::min(timeout_s * 1000, 2e9)));
    if (ready < 0 && errno == EINTR) continue;
    if (ready <= 0) return false;
    const ssize_t got = ::recv(socket_, out.data(), out.size(), 0);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return false;
    out = out.subspan(static_cast<std::size_t>(got));
  }
  return true;
}

std::string ChildProcess::end() {
  if (socket_ >= 0) ::close(socket_);
  socket_ = -1;
  if (process_ <= 0) return "";
  // A child that ran into a limit is just ending: it gets a moment to say how.
  int status = 0;
  pid_t ended = 0;
  for (int i = 0; i < 20 && ended == 0; ++i) {
    ended = ::waitpid(process_, &status, WNOHANG);
    if (ended == 0) ::usleep(1000);
  }
  const bool by_itself = ended == process_;
  if (!by_itself) {
    ::kill(process_, SIGKILL);
    while (::waitpid(process_, &status, 0) < 0 && errno == EINTR) {
    }
  }
  process_ = -1;
  if (!by_itself) return "";
  if (WIFSIGNALED(status))
    return "signal " + std::to_string(WTERMSIG(status)) + " (" + ::strsignal(WTERMSIG(status)) + ")";
  return "exit " + std::to_string(WEXITSTATUS(status));
}

std::filesystem::path own_program() {
  std::error_code error;
  const std::filesystem::path path = std::filesystem::read_symlink("/proc/self/exe", error);
  return error ? std::filesystem::path() : path;
}

std::uint64_t physical_memory() {
  const long pages = ::sysconf(_SC_PHYS_PAGES), size = ::sysconf(_SC_PAGESIZE);
  return pages > 0 && size > 0 ? static_cast<std::uint64_t>(pages) * static_cast<std::uint64_t>(size) : 0;
}

bool read_all(std::span<std::byte> out) {
  while (!out.empty()) {
    const ssize_t got = ::read(0, out.data(), out.size());
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return false;
    out = out.subspan(static_cast<std::size_t>(got));
  }
  return true;
}

bool write_all(std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::write(1, bytes.data(), bytes.size());
    if (sent < 0 && errno == EINTR) continue;
    if (sent <= 0) return false;
    bytes = bytes.subspan(static_cast<std::size_t>(sent));
  }
  return true;
}

}  // namespace vesica
