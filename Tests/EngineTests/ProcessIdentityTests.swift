// Telling a living process from one that has ended, from one that has only inherited its number, and from one elsewhere.

import Foundation
import Glibc
import Support
import Testing

@testable import Engine

@Suite struct ProcessIdentityTests {
  @Test func `this process lives`() {
    #expect(ProcessIdentity.current.isKnownToLive)
    #expect(!ProcessIdentity.current.hasEnded)
  }

  @Test func `a process that has ended is dead, waited for or not`() async throws {
    let ended = try RunningTool("/bin/sh", ["-c", "read line"], input: nil)
    let identity = ProcessIdentity(of: ended.pid)
    try await poll(until: 10, "the process to end") {
      (try? String(contentsOfFile: "/proc/\(ended.pid)/stat", encoding: .utf8))?.contains(") Z ") == true
    }
    #expect(identity.hasEnded)
    try await ended.wait()
    #expect(identity.hasEnded)
    #expect(!identity.isKnownToLive)
  }

  @Test func `one that has inherited the number is another`() throws {
    let fields = ProcessIdentity.current.description.split(separator: " ")
    let earlier = ([String(fields[0]), "1"] + fields.dropFirst(2).map(String.init)).joined(separator: " ")
    #expect(try #require(ProcessIdentity(earlier)).hasEnded)
  }

  @Test func `of a process in another boot or container nothing is known`() throws {
    let fields = ProcessIdentity.current.description.split(separator: " ")
    let elsewhere = try #require(ProcessIdentity("\(fields[0]) \(fields[1]) boot/pid:[1] backup-2"))
    #expect(!elsewhere.hasEnded)
    #expect(!elsewhere.isKnownToLive)
    #expect(elsewhere.machine == "backup-2")
  }

  @Test func `an identity is read as it was written`() {
    #expect(ProcessIdentity(ProcessIdentity.current.description) == .current)
  }

  @Test(arguments: ["", "1", "x 1 a b", "1 x a b", "1 1 a"])
  func `anything else is none`(_ text: String) {
    #expect(ProcessIdentity(text) == nil)
  }
}
