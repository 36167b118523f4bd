// Telling a living process from one that has ended and from one that has only inherited its number.

import Foundation
import Glibc
import Support
import Testing

@testable import Engine

@Suite struct ProcessIdentityTests {
  @Test func `this process lives, and did not before it was started`() {
    #expect(ProcessIdentity.isAlive(getpid(), since: Date()))
    #expect(!ProcessIdentity.isAlive(getpid(), since: Date(timeIntervalSinceNow: -86_400 * 365)))
  }

  @Test func `a process that has ended is dead, waited for or not`() async throws {
    let ended = try RunningTool("/bin/true", [])
    let begun = Date()
    try await poll(until: 10, "the process to end") {
      (try? String(contentsOfFile: "/proc/\(ended.pid)/stat", encoding: .utf8))?.contains(") Z ") == true
    }
    #expect(!ProcessIdentity.isAlive(ended.pid, since: begun))
    try await ended.wait()
    #expect(!ProcessIdentity.isAlive(ended.pid, since: begun))
  }

  @Test(arguments: [0, -1] as [Int32])
  func `no process has such a number`(_ pid: Int32) {
    #expect(!ProcessIdentity.isAlive(pid, since: Date()))
  }
}
