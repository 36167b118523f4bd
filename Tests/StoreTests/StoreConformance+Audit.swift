// The audit log and the attempts to sign in: what is noted, who has to wait, and what is forgotten.

import Foundation
import Spec
import Store
import Support
import Testing

extension StoreConformance {
  // MARK: - Attempts

  /// Fails to sign in once, and gives the seconds to wait; 0 if the attempt was admitted.
  private func attempt(
    _ store: Store, _ name: String?, from address: String = "192.0.2.1", at seconds: Double
  ) async throws -> Double {
    let admission = try await store.admitLogin(
      of: try name.map(account), from: address, at: noon.addingTimeInterval(seconds))
    switch admission {
    case .admitted: return 0
    case .wait(let wait): return wait
    }
  }

  @Test(arguments: DatabaseMaker.allCases)
  func `whoever guesses at an account waits longer and longer`(_ maker: DatabaseMaker) async throws {
    try await maker.withStore { store in
      for number in 0..<5 {
        let wait = try await attempt(store, "ann", from: "192.0.2.\(number)", at: 0)
        #expect(wait == 0)
      }
      var now = 0.0
      for expected in [2.0, 4, 8, 16, 32, 64, 128, 256, 300, 300] {
        // From whatever address, and what is tried meanwhile does not count.
        let wait = try await attempt(store, "ann", from: "198.51.100.7", at: now)
        let almost = try await attempt(store, "ann", from: "198.51.100.8", at: now + expected - 1)
        #expect(wait == expected && almost == 1)
        now += expected
        let admitted = try await attempt(store, "ann", from: "203.0.113.\(Int(now) % 200)", at: now)
        #expect(admitted == 0)
      }
      let other = try await attempt(store, "bob", from: "198.51.100.9", at: now)
      #expect(other == 0)
      // After a quarter of an hour it is as if nothing had been.
      let fresh = try await attempt(store, "ann", from: "198.51.100.7", at: now + 900)
      #expect(fresh == 0)
    }
  }

  @Test(arguments: DatabaseMaker.allCases)
  func `an address has twenty attempts for whatever accounts, and success does not give them back`(
    _ maker: DatabaseMaker
  ) async throws {
    try await maker.withStore { store in
      for number in 0..<20 {
        let wait = try await attempt(store, number < 10 ? "user-\(number)" : nil, at: 0)
        #expect(wait == 0)
      }
      #expect(try await attempt(store, "ann", at: 0) == 2)
      #expect(try await attempt(store, "ann", from: "192.0.2.2", at: 0) == 0)
      #expect(try await attempt(store, "ann", at: 2) == 0)
      try await store.loginSucceeded(of: try account("ann"), from: "192.0.2.1")
      #expect(try await attempt(store, "ann", at: 3) == 1)
    }
  }

  @Test(arguments: DatabaseMaker.allCases)
  func `success gives the account its attempts back, and counts for nothing at the address`(
    _ maker: DatabaseMaker
  ) async throws {
    try await maker.withStore { store in
      for _ in 0..<60 {
        #expect(try await attempt(store, "ann", at: 0) == 0)
        try await store.loginSucceeded(of: try account("ann"), from: "192.0.2.1")
      }
      for _ in 0..<5 { #expect(try await attempt(store, "ann", at: 0) == 0) }
      #expect(try await attempt(store, "ann", at: 0) == 2)
    }
  }

  @Test(arguments: [
    ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", true), ("2001:db8:1:2::1", "2001:db8:1:3::1", false),
    ("::ffff:192.0.2.1", "192.0.2.1", true), ("192.0.2.1", "192.0.2.2", false), ("unknown", "unknown", true),
  ])
  func `addresses of one network count together`(_ first: String, _ second: String, areOne: Bool) async throws {
    try await DatabaseMaker.sqliteMemory.withStore { store in
      for number in 0..<20 { _ = try await attempt(store, "user-\(number)", from: first, at: 0) }
      #expect(try await attempt(store, nil, from: second, at: 0) == (areOne ? 2 : 0))
    }
  }

  @Test(arguments: DatabaseMaker.allCases)
  func `a clock that is set back makes nobody wait longer`(_ maker: DatabaseMaker) async throws {
    try await maker.withStore { store in
      for number in 0..<5 { _ = try await attempt(store, "ann", from: "192.0.2.\(number)", at: 5000) }
      #expect(try await attempt(store, "ann", from: "192.0.2.9", at: 0) == 2)
    }
  }

  @Test(arguments: DatabaseMaker.allCases)
  func `attempts made at the same time all count`(_ maker: DatabaseMaker) async throws {
    try await maker.withStore { store in
      let admitted = try await withThrowingTaskGroup(of: Bool.self) { group in
        let ann = try account("ann")
        for number in 0..<30 {
          group.addTask { try await store.admitLogin(of: ann, from: "192.0.2.\(number)", at: noon) == .admitted }
        }
        return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
      }
      #expect(admitted == 5)
    }
  }

  // MARK: - The audit log

  private func note(
    _ store: Store, _ actor: String, _ action: String, _ subject: String, at seconds: Int = 0
  ) async throws {
    try await store.recordAudit(
      NewAuditEntry(actor: actor, role: .admin, address: "192.0.2.1", action: action, subject: subject),
      at: later(seconds))
  }

  @Test(arguments: DatabaseMaker.allCases)
  func `an entry is read as it was noted`(_ maker: DatabaseMaker) async throws {
    try await maker.withStore { store in
      let endless = String(repeating: "ä", count: 5000)
      try await store.recordAudit(
        NewAuditEntry(
          actor: "ann", role: .operator, address: "2001:db8::1", action: "host.pause", subject: "host/web-1",
          before: .null, after: .map([YAMLPair("reason", .string("naïve \0 🗄"))])), at: noon)
      try await store.recordAudit(
        NewAuditEntry(actor: endless, role: nil, address: endless, action: "session.refused", subject: endless + "\0"),
        at: later(1))
      let entries = try await store.audit(limit: 9)
      let (stranger, pause) = (try #require(entries.first), try #require(entries.last))
      #expect(pause.actor == "ann" && pause.role == .operator && pause.address == "2001:db8::1" && pause.at == noon)
      #expect(pause.action == "host.pause" && pause.subject == "host/web-1" && pause.before == "null")
      #expect(pause.after?.contains("naïve") == true)
      // What strangers type is cut to what fits.
      #expect(stranger.actor == String(repeating: "ä", count: 255) && stranger.role == nil)
      #expect(stranger.before == nil && stranger.after == nil)
    }
  }

  @Test(arguments: DatabaseMaker.allCases)
  func `entries are found by who, what and on what, the newest first`(_ maker: DatabaseMaker) async throws {
    try await maker.withStore { store in
      try await note(store, "ann", "user.create", "user/bob")
      try await note(store, "bob", "session.login", "user/bob")
      try await note(store, "ann", "host.pause", "host/web-1")
      try await note(store, "bob", "host.pause", "host/web-10")
      try await note(store, "bob", "hosts", "host0")
      func ids(
        before: Int64? = nil, actor: String? = nil, action: String? = nil, subject: String? = nil, limit: Int = 9
      ) async throws -> [Int64] {
        try await store.audit(before: before, actor: actor, action: action, subject: subject, limit: limit).map(\.id)
      }
      #expect(try await ids() == [5, 4, 3, 2, 1])
      #expect(try await ids(limit: 2) == [5, 4])
      #expect(try await ids(before: 4, limit: 2) == [3, 2])
      #expect(try await ids(actor: "ann") == [3, 1])
      #expect(try await ids(action: "host.pause") == [4, 3])
      #expect(try await ids(action: "host.") == [4, 3])
      #expect(try await ids(action: "user.") == [1])
      #expect(try await ids(subject: "host/web-1") == [3])
      #expect(try await ids(subject: "host/") == [4, 3])
      #expect(try await ids(actor: "bob", action: "host.pause", subject: "host/") == [4])
      #expect(try await ids(before: 4, actor: "ann", action: "user.") == [1])
      #expect(try await ids(actor: "%") == [])
      #expect(try await ids(actor: "' OR 1 = 1 --") == [])
    }
  }

  // MARK: - Forgetting

  @Test(arguments: DatabaseMaker.allCases)
  func `what is old is forgotten, and nothing else`(_ maker: DatabaseMaker) async throws {
    try await maker.withStore { store in
      let day = 86_400
      try await store.addUser("ann")
      try await store.signIn("ann", 1)
      try await store.signIn("ann", 2, at: later(400 * day))
      for at in [0, 1, 400 * day] { try await note(store, "ann", "user.create", "user/\(at)", at: at) }
      _ = try await attempt(store, "ann", at: 0)
      #expect(try await store.forgetAccess(at: noon) == 0)
      // The first sign-in is gone since the second; left are one entry, and an account and an address.
      #expect(try await store.forgetAccess(at: later(400 * day + 1), limit: 1) == 3)
      #expect(try await store.forgetAccess(at: later(400 * day + 1)) == 0)
      #expect(try await store.audit(limit: 9).map(\.subject) == ["user/\(400 * day)", "user/1"])
      #expect(try await store.sessions(at: later(400 * day)).count == 1)
    }
  }
}
