// The guard: a small process between pobsync and a child, so that no child outlives pobsync, however it ends.

import CLinux
import Foundation
import Glibc

/// What the hidden command `pobsync guard` does.
///
/// pobsync starts the guard at the head of a session of its own. The guard starts the child and waits for it. When
/// pobsync is gone (`kill -9` included), which a descriptor of that process tells, the guard ends the whole process
/// group. A parent-death signal would not do: it reaches only the child itself and not what that has started, and it
/// follows a thread, not the process.
///
/// The guard's standard input is pobsync's lock on the host, where there is one: the lock is held until the guard is
/// gone too, so nobody works on the host while children of a dead pobsync are still ending.
package enum ProcessGuard {
  /// The name of the hidden command.
  package static let commandName = "guard"
  /// How long the group has to end after SIGTERM before it is killed.
  private static let grace: UInt32 = 5

  /// Runs a command and gives its exit status; 128 and the signal's number if a signal ended it; 127 if it cannot be
  /// started.
  ///
  /// - Parameters:
  ///   - parent: the process to end with; the one that started the guard unless told.
  ///   - isConversing: whether the guard's standard output is a socket, from which the child reads as well.
  package static func run(_ command: [String], parent: Int32?, isConversing: Bool) -> Int32 {
    let watched = parent ?? getppid()
    let parentHandle = pobsync_pidfd_open(watched)
    // A parent that died before it could be watched has left its children to another.
    guard getppid() == watched else { return 127 }
    // The group's SIGTERM is meant for the child; the guard stays to report how that ended.
    signal(SIGTERM, SIG_IGN)
    signal(SIGINT, SIG_IGN)
    signal(SIGHUP, SIG_IGN)
    let started = spawn(command, isConversing: isConversing)
    guard let child = started.child else {
      FileHandle.standardError.write(
        Data("pobsync: cannot start \(command.first ?? ""): \(String(cString: strerror(started.code)))\n".utf8))
      return 127
    }
    Thread.detachNewThread { endGroupWithParent(parentHandle, watched) }
    var status: Int32 = 0
    while waitpid(child, &status, 0) < 0 { guard errno == EINTR else { return 127 } }
    // With pobsync gone, nobody else ends those of the group that the child leaves behind, and the lock is ours to hold.
    if getppid() != watched { kill(0, SIGKILL) }
    return status & 0x7f == 0 ? (status >> 8) & 0xff : 128 + (status & 0x7f)
  }

  private static func endGroupWithParent(_ handle: Int32, _ parent: Int32) {
    if handle >= 0 {
      var events = pollfd(fd: handle, events: Int16(POLLIN), revents: 0)
      while poll(&events, 1, -1) < 0, errno == EINTR {}
    } else {
      // Kernels before 5.3 have no such descriptor.
      while getppid() == parent { usleep(200_000) }
    }
    kill(0, SIGTERM)
    // Not a wait for something to be tested: the grace that children have to end by themselves.
    _ = Glibc.sleep(grace)
    kill(0, SIGKILL)
  }

  private static func spawn(_ command: [String], isConversing: Bool) -> (child: pid_t?, code: Int32) {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    if isConversing {
      posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO, STDIN_FILENO)
    } else {
      posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
    }

    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var defaults = sigset_t()
    sigemptyset(&defaults)
    for ignored in [SIGTERM, SIGINT, SIGHUP, SIGPIPE] { sigaddset(&defaults, ignored) }
    var unblocked = sigset_t()
    sigemptyset(&unblocked)
    posix_spawnattr_setsigdefault(&attributes, &defaults)
    posix_spawnattr_setsigmask(&attributes, &unblocked)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK))

    var child: pid_t = 0
    let arguments = command.map { strdup($0) } + [nil]
    defer { arguments.forEach { free($0) } }
    let code = posix_spawnp(&child, command.first ?? "", &actions, &attributes, arguments, environ)
    return code == 0 ? (child, 0) : (nil, code)
  }
}
