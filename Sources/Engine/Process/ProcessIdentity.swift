// Telling whether the process that began something is still the one with its number.

package import Foundation
import Glibc

package enum ProcessIdentity {
  /// Whether a process lives on this machine that had this number at a time.
  ///
  /// - Parameter time: when the process was seen; one that has started later has only inherited the number.
  package static func isAlive(_ pid: Int32, since time: Date) -> Bool {
    guard pid > 0, kill(pid, 0) == 0 || errno == EPERM else { return false }
    guard let bytes = try? Disk.read("/proc/\(pid)/stat", limit: 4096) else { return true }
    let fields = fieldsAfterName(bytes)
    // One that has ended and that nobody has waited for.
    if let state = fields.first, ["Z", "X", "x"].contains(state) { return false }
    guard fields.count > 19, let started = Int(fields[19]), let boot = bootTime() else { return true }
    let startedAt = boot + Double(started) / Double(sysconf(Int32(_SC_CLK_TCK)))
    // The kernel counts ticks, and the clock may have been set a little since.
    return startedAt <= time.timeIntervalSince1970 + 2
  }

  /// The fields of /proc/PID/stat (proc(5)) from the third on, the state; the 22nd is the start. The second, a name, may
  /// hold anything but ends with the last `)`.
  private static func fieldsAfterName(_ stat: [UInt8]) -> [Substring] {
    let text = String(decoding: stat, as: UTF8.self)
    return text.lastIndex(of: ")").map { text[text.index(after: $0)...].split(separator: " ") } ?? []
  }

  private static func bootTime() -> Double? {
    guard let bytes = try? Disk.read("/proc/stat"),
      let line = String(decoding: bytes, as: UTF8.self).split(separator: "\n").first(where: { $0.hasPrefix("btime ") })
    else { return nil }
    return Double(line.dropFirst(6))
  }
}
