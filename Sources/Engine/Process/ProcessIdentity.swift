// Which process something is: named so that another process can tell whether it has ended.

import Foundation
import Glibc

/// A process, told apart from every other that ever has its number.
package struct ProcessIdentity: Sendable, Hashable {
  /// The machine's name, for people.
  package let machine: String
  package let pid: Int32
  /// The kernel's id of the boot and the namespace in which `pid` counts: containers have their own.
  let world: String
  /// When it started, in the kernel's ticks since the boot.
  let start: Int

  /// This process.
  package static let current = ProcessIdentity(of: getpid())

  /// A process of this one's world.
  init(of pid: Int32) {
    self.init(
      machine: ProcessInfo.processInfo.hostName, pid: pid, world: Self.currentWorld,
      start: ProcessStat(of: pid)?.start ?? 0)
  }

  private init(machine: String, pid: Int32, world: String, start: Int) {
    self.machine = machine
    self.pid = pid
    self.world = world
    self.start = start
  }

  /// True if the process is known to have ended. False also if it cannot be told from here, as of one in another
  /// container or on another machine.
  package var hasEnded: Bool {
    guard world == Self.currentWorld else { return false }
    guard let stat = ProcessStat(of: pid) else { return kill(pid, 0) != 0 && errno == ESRCH }
    return stat.hasEnded || stat.start != start
  }

  /// True if the process is known to live: it is in this one's world, and has not ended.
  package var isKnownToLive: Bool { world == Self.currentWorld && !hasEnded }

  private static let currentWorld: String = {
    let boot = BootID.current.trimmingCharacters(in: .whitespacesAndNewlines)
    let namespace = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/ns/pid")) ?? "?"
    return "\(boot)/\(namespace)"
  }()
}

extension ProcessIdentity: CustomStringConvertible {
  /// One line, that `init(_:)` reads.
  package var description: String { "\(pid) \(start) \(world) \(machine)" }

  package init?(_ text: String) {
    let parts = text.split(separator: " ", maxSplits: 3)
    guard parts.count == 4, let pid = Int32(parts[0]), let start = Int(parts[1]) else { return nil }
    self.init(machine: String(parts[3]), pid: pid, world: String(parts[2]), start: start)
  }
}

/// What /proc/PID/stat tells (proc(5)).
private struct ProcessStat {
  /// It is over, and nobody has waited for it.
  let hasEnded: Bool
  let start: Int

  /// Gives nil if there is no such process, or it cannot be looked at.
  init?(of pid: Int32) {
    guard pid > 0, let bytes = try? Disk.read("/proc/\(pid)/stat", limit: 4096) else { return nil }
    let text = String(decoding: bytes, as: UTF8.self)
    // The second field, a name, may hold anything but ends with the last `)`.
    guard let end = text.lastIndex(of: ")") else { return nil }
    let fields = text[text.index(after: end)...].split(separator: " ")
    guard fields.count > 19, let start = Int(fields[19]) else { return nil }
    hasEnded = ["Z", "X", "x"].contains(fields[0])
    self.start = start
  }
}
