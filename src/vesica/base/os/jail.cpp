// SPDX-License-Identifier: Apache-2.0
// The filter of system calls behind enter_jail: a program for the kernel's packet filter (seccomp, Linux 3.5 and
// later); and the limit to folders (Landlock, Linux 5.13 and later).
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <vector>

#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/landlock.h>
#include <linux/sched.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "vesica/base/os/child.h"

namespace vesica {

namespace {

#if defined(__x86_64__)
constexpr unsigned kArchitecture = AUDIT_ARCH_X86_64;
#elif defined(__aarch64__)
constexpr unsigned kArchitecture = AUDIT_ARCH_AARCH64;
#else
constexpr unsigned kArchitecture = 0;
#endif

/// Calls that no decoder needs: sockets, other programs and processes, the file system's names and rights, the kernel's
/// own doors. They fail with EPERM, so that a library that merely tries goes on.
const std::vector<long>& refused() {
  static const std::vector<long> calls = {
    SYS_socket,
    SYS_socketpair,
    SYS_connect,
    SYS_bind,
    SYS_listen,
    SYS_accept,
    SYS_accept4,
    SYS_sendto,
    SYS_sendmsg,
    SYS_sendmmsg,
    SYS_execve,
    SYS_execveat,
    SYS_ptrace,
    SYS_kill,
    SYS_tkill,
    SYS_process_vm_readv,
    SYS_process_vm_writev,
    SYS_unlinkat,
    SYS_renameat2,
    SYS_mkdirat,
    SYS_linkat,
    SYS_symlinkat,
    SYS_fchmodat,
    SYS_fchownat,
    SYS_fchmod,
    SYS_fchown,
    SYS_mknodat,
    SYS_truncate,
    SYS_ftruncate,
    SYS_utimensat,
    SYS_mount,
    SYS_umount2,
    SYS_pivot_root,
    SYS_chroot,
    SYS_setns,
    SYS_unshare,
    SYS_bpf,
    SYS_keyctl,
    SYS_add_key,
    SYS_request_key,
    SYS_perf_event_open,
    SYS_userfaultfd,
    SYS_init_module,
    SYS_finit_module,
    SYS_delete_module,
    SYS_kexec_load,
    SYS_reboot,
    SYS_setuid,
    SYS_setgid,
    SYS_setresuid,
    SYS_setresgid,
    SYS_swapon,
    SYS_io_uring_setup,
#if defined(__x86_64__)
    SYS_open,
    SYS_creat,
    SYS_unlink,
    SYS_rename,
    SYS_mkdir,
    SYS_rmdir,
    SYS_link,
    SYS_symlink,
    SYS_chmod,
    SYS_chown,
    SYS_lchown,
    SYS_mknod,
    SYS_fork,
    SYS_vfork,
    SYS_utime,
    SYS_utimes,
    SYS_renameat,
#endif
  };
  return calls;
}

sock_filter statement(unsigned code, unsigned k) { return {static_cast<__u16>(code), 0, 0, k}; }
sock_filter jump(unsigned code, unsigned k, unsigned yes, unsigned no) {
  return {static_cast<__u16>(code), static_cast<__u8>(yes), static_cast<__u8>(no), k};
}

std::vector<sock_filter> filter() {
  constexpr unsigned kLoad = BPF_LD | BPF_W | BPF_ABS, kEqual = BPF_JMP | BPF_JEQ | BPF_K, kReturn = BPF_RET | BPF_K;
  constexpr unsigned kRefuse = SECCOMP_RET_ERRNO | EPERM;
  constexpr unsigned kWrites = O_WRONLY | O_RDWR | O_CREAT | O_TRUNC | O_APPEND;
  std::vector<sock_filter> code;
  code.push_back(statement(kLoad, offsetof(seccomp_data, arch)));
  code.push_back(jump(kEqual, kArchitecture, 1, 0));
  code.push_back(statement(kReturn, SECCOMP_RET_KILL_PROCESS));
  code.push_back(statement(kLoad, offsetof(seccomp_data, nr)));
  for (const long call : refused()) {
    code.push_back(jump(kEqual, static_cast<unsigned>(call), 0, 1));
    code.push_back(statement(kReturn, kRefuse));
  }
  // Whoever asks for clone3 falls back to clone, whose flags can be seen: threads yes, processes no. openat2 likewise.
  for (const long call : {SYS_clone3, SYS_openat2}) {
    code.push_back(jump(kEqual, static_cast<unsigned>(call), 0, 1));
    code.push_back(statement(kReturn, SECCOMP_RET_ERRNO | ENOSYS));
  }
  code.push_back(jump(kEqual, SYS_clone, 0, 4));
  code.push_back(statement(kLoad, offsetof(seccomp_data, args[0])));
  code.push_back(jump(BPF_JMP | BPF_JSET | BPF_K, CLONE_THREAD, 1, 0));
  code.push_back(statement(kReturn, kRefuse));
  code.push_back(statement(kReturn, SECCOMP_RET_ALLOW));
  code.push_back(jump(kEqual, SYS_openat, 0, 3));
  code.push_back(statement(kLoad, offsetof(seccomp_data, args[2])));
  code.push_back(jump(BPF_JMP | BPF_JSET | BPF_K, kWrites, 0, 1));
  code.push_back(statement(kReturn, kRefuse));
  code.push_back(statement(kReturn, SECCOMP_RET_ALLOW));
  return code;
}

/// Every kind of access to files that the first version of the limit knows.
constexpr std::uint64_t kFileAccess =
    LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_READ_FILE |
    LANDLOCK_ACCESS_FS_READ_DIR | LANDLOCK_ACCESS_FS_REMOVE_DIR | LANDLOCK_ACCESS_FS_REMOVE_FILE |
    LANDLOCK_ACCESS_FS_MAKE_CHAR | LANDLOCK_ACCESS_FS_MAKE_DIR | LANDLOCK_ACCESS_FS_MAKE_REG |
    LANDLOCK_ACCESS_FS_MAKE_SOCK | LANDLOCK_ACCESS_FS_MAKE_FIFO | LANDLOCK_ACCESS_FS_MAKE_BLOCK |
    LANDLOCK_ACCESS_FS_MAKE_SYM;

/// Adds reading below one folder to a set of rules.
bool allow_reading(int rules, const std::filesystem::path& folder) {
  const int handle = ::open(folder.c_str(), O_PATH | O_CLOEXEC);
  if (handle < 0) return false;
  landlock_path_beneath_attr below = {};
  below.allowed_access = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR;
  below.parent_fd = handle;
  const bool added = ::syscall(SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH, &below, 0) == 0;
  ::close(handle);
  return added;
}

}  // namespace

bool keep_to_folders(const std::vector<std::filesystem::path>& folders) {
  landlock_ruleset_attr handled = {};
  handled.handled_access_fs = kFileAccess;
  const auto rules = static_cast<int>(::syscall(SYS_landlock_create_ruleset, &handled, sizeof(handled), 0));
  if (rules < 0) return false;
  bool any = false;
  for (const std::filesystem::path& folder : folders) any = allow_reading(rules, folder) || any;
  const bool kept =
      any && ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && ::syscall(SYS_landlock_restrict_self, rules, 0) == 0;
  ::close(rules);
  return kept;
}

bool enter_jail() {
  // An empty network where the system lets an ordinary user have one; the filter refuses sockets either way.
  static_cast<void>(::unshare(CLONE_NEWUSER | CLONE_NEWNET));
  if (kArchitecture == 0) return false;
  std::vector<sock_filter> code = filter();
  const sock_fprog program{static_cast<unsigned short>(code.size()), code.data()};
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return false;
  return ::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}

}  // namespace vesica
