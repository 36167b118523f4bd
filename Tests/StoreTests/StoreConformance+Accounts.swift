// Accounts, sessions and tokens: who is let in, for how long, and who is not any more.

import Foundation
import Spec
import Support
import Testing

@testable import Store

func account(_ name: String) throws -> AccountName { try AccountName(text: name) }

/// The digest of a secret, the same for the same number.
func digest(_ number: UInt8) throws -> SecretDigest {
  try #require(SecretDigest(Array(repeating: number, count: 32)))
}

extension Store {
  func addUser(_ name: String, _ role: Role = .operator) async throws {
    try await createUser(try account(name), role: role, passwordHash: "hash of \(name)", at: noon)
  }

  /// Signs an account in, with the password that it was made with.
  @discardableResult
  func signIn(_ name: String, _ number: UInt8, at now: Date = noon) async throws -> WebSession {
    try await createSession(
      try digest(number), of: try account(name), checked: "hash of \(name)", csrf: "csrf \(number)",
      address: "192.0.2.\(number)", at: now)
  }
}

private let day = 86_400

extension StoreConformance {
  // MARK: - Accounts

  @Test(arguments: ["a", "ann", "ann.lee_2-x", String(repeating: "a", count: 64)])
  func `an account name is taken`(_ text: String) throws {
    #expect(try AccountName(text: text).description == text)
  }

  @Test(arguments: [
    "", "Ann", "2ann", "-ann", ".ann", "ann lee", "ann\n", "ann\0", "änn", "ann/../x", "anne\u{301}",
    String(repeating: "a", count: 65),
  ])
  func `what is no account name is refused`(_ text: String) {
    #expect(throws: InvalidText.self) { try AccountName(text: text) }
  }

  @Test func `a role may do what the lower ones may`() {
    #expect(Role.viewer < .operator && .operator < Role.admin)
    #expect(Role.allCases == Role.allCases.sorted())
  }

  @Test(arguments: DatabaseMaker.allCases)
  func `an account is read as it was made and changed`(_ maker: DatabaseMaker) async throws {
    try await maker.withStore { store in
      let ann = try account("ann")
      #expect(try await store.user(named: ann) == nil)
      #expect(try await store.passwordHash(of: ann) == nil)
      try await store.addUser("bob", .admin)
      try await store.addUser("ann")
      let made = try #require(try await store.user(named: ann))
      #expect(made.name == ann && made.role == .operator && !made.isDisabled)
      #expect(made.createdAt == noon && made.passwordChangedAt == noon && made.lastLoginAt == nil)
      #expect(try await store.users().map(\.name.description) == ["ann", "bob"])
      #expect(try await store.passwordHash(of: ann) == "hash of ann")
      let again = await storeError { try await store.addUser("ann") }
      #expect(again?.code == .accountExists)

      #expect(try await store.setRole(of: ann, to: .viewer, at: noon) == made)
      #expect(try await store.user(named: ann)?.role == .viewer)
      #expect(try await store.setDisabled(true, of: ann, at: noon).isDisabled == false)
      #expect(try await store.user(named: ann)?.isDisabled == true)
      #expect(try await store.setDisabled(false, of: ann, at: noon).isDisabled)
      try await store.setPassword(of: ann, to: "other", at: later(5))
      #expect(try await store.passwordHash(of: ann) == "other")
      #expect(try await store.user(named: ann)?.passwordChangedAt == later(5))
      // A stronger hash of the same password is not a change; and not one of a password that is no more.
      try await store.strengthenPassword(of: ann, from: "hash of ann", to: "lost")
      try await store.strengthenPassword(of: ann, from: "other", to: "stronger")
      #expect(try await store.passwordHash(of: ann) == "stronger")
      #expect(try await store.user(named: ann)?.passwordChangedAt == later(5))

      let nobody = try account("nobody")
      for change: @Sendable () async throws -> Void in [
        { _ = try await store.setRole(of: nobody, to: .admin, at: noon) },
        { _ = try await store.setDisabled(true, of: nobody, at: noon) },
        { try await store.setPassword(of: nobody, to: "x", at: noon) },
      ] {
        let error = await storeError { try await change() }
        #expect(error?.code == .unknownAccount)
      }
    }
  }

  @Test(arguments: DatabaseMaker.allCases)
  func `the last admin who is let in stays one`(_ maker: DatabaseMaker) async throws {
    try await maker.withStore { store in
      let (ann, bob) = (try account("ann"), try account("bob"))
      try await store.addUser("ann", .admin)
      try await store.addUser("bob", .admin)
      try await store.setDisabled(true, of: bob, at: noon)
      let disabling = await storeError { _ = try await store.setDisabled(true, of: ann, at: noon) }
      let demoting = await storeError { _ = try await store.setRole(of: ann, to: .operator, at: noon) }
      #expect(disabling?.code == .lastAdmin && demoting?.code == .lastAdmin)
      // One who is shut out is not missed.
      try await store.setRole(of: bob, to: .viewer, at: noon)
      try await store.setRole(of: bob, to: .admin, at: noon)
      try await store.setRole(of: ann, to: .admin, at: noon)
      try await store.setDisabled(false, of: bob, at: noon)
      try await store.setDisabled(true, of: ann, at: noon)
      #expect(try await store.users().map(\.isDisabled) == [true, false])
    }
  }

  // MARK: - Sessions

  @Test(arguments: DatabaseMaker.allCases)
  func `a session holds while it is used, and not for ever`(_ maker: DatabaseMaker) async throws {
    try await maker.withStore { store in
      try await store.addUser("ann")
      let session = try await store.signIn("ann", 1)
      let found = try await store.session(session.digest, at: later(59))
      #expect(found == SignedIn(session: session, role: .operator))
      #expect(try await store.user(named: session.user)?.lastLoginAt == noon)
      #expect(try await store.session(try digest(2), at: noon) == nil)
      // That it was used is noted to the minute, and keeps it.
      #expect(try await store.sessions(at: later(59)).first?.lastSeenAt == noon)
      _ = try await store.session(session.digest, at: later(60))
      #expect(try await store.sessions(at: later(60)).first?.lastSeenAt == later(60))
      #expect(try await store.session(session.digest, at: later(60 + 12 * 3600)) == nil)
      var now = 0
      while now < 14 * day - 11 * 3600 {
        now += 11 * 3600
        _ = try await store.session(session.digest, at: later(now))
      }
      #expect(try await store.session(session.digest, at: later(14 * day - 1)) != nil)
      #expect(try await store.session(session.digest, at: later(14 * day)) == nil)
      #expect(try await store.sessions(at: later(14 * day)).isEmpty)
    }
  }

  @Test(arguments: DatabaseMaker.allCases)
  func `sessions are ended by sign-out, another password, and disabling`(_ maker: DatabaseMaker) async throws {
    try await maker.withStore { store in
      let ann = try account("ann")
      try await store.addUser("ann")
      try await store.addUser("bob", .admin)
      let bobs = try await store.signIn("bob", 9)
      func open() async throws -> [UInt8] {
        var numbers: [UInt8] = []
        for number: UInt8 in 1...4 {
          if try await store.session(try digest(number), at: later(20)) != nil { numbers.append(number) }
        }
        return numbers
      }
      for number: UInt8 in 1...4 { try await store.signIn("ann", number, at: later(Int(number))) }
      #expect(try await store.sessions(of: ann, at: later(9)).map(\.csrf) == ["csrf 4", "csrf 3", "csrf 2", "csrf 1"])
      try await store.endSession(try digest(1), at: noon)
      #expect(try await open() == [2, 3, 4])
      #expect(try await store.endSessions(of: ann, except: try digest(3), at: noon) == 2)
      #expect(try await open() == [3])
      try await store.signIn("ann", 4)
      try await store.setPassword(of: ann, to: "hash of ann", keeping: try digest(4), at: noon)
      #expect(try await open() == [4])
      try await store.setPassword(of: ann, to: "hash of ann", at: noon)
      #expect(try await open() == [])
      try await store.signIn("ann", 1)
      try await store.setDisabled(true, of: ann, at: noon)
      #expect(try await open() == [])
      try await store.setDisabled(false, of: ann, at: noon)
      #expect(try await open() == [], "what was ended does not come back")
      #expect(try await store.session(bobs.digest, at: noon)?.session == bobs)
    }
  }

  @Test(arguments: DatabaseMaker.allCases)
  func `nobody is let in with a password that was changed meanwhile, or while disabled`(
    _ maker: DatabaseMaker
  ) async throws {
    try await maker.withStore { store in
      let ann = try account("ann")
      try await store.addUser("ann")
      try await store.setPassword(of: ann, to: "other", at: noon)
      let changed = await storeError { _ = try await store.signIn("ann", 1) }
      #expect(changed?.code == .conflict)
      try await store.setDisabled(true, of: ann, at: noon)
      let disabled = await storeError { _ = try await store.signIn("ann", 1) }
      #expect(disabled?.code == .accountDisabled)
      let unknown = await storeError { _ = try await store.signIn("nobody", 1) }
      #expect(unknown?.code == .accountDisabled)
      #expect(try await store.sessions(at: noon).isEmpty)
    }
  }

  @Test(arguments: DatabaseMaker.allCases)
  func `a change of role holds from the next request on`(_ maker: DatabaseMaker) async throws {
    try await maker.withStore { store in
      try await store.addUser("ann", .viewer)
      try await store.signIn("ann", 1)
      try await store.setRole(of: try account("ann"), to: .operator, at: noon)
      #expect(try await store.session(try digest(1), at: noon)?.role == .operator)
    }
  }

  @Test(arguments: DatabaseMaker.allCases)
  func `a notice is given once`(_ maker: DatabaseMaker) async throws {
    try await maker.withStore { store in
      try await store.addUser("ann")
      let session = try await store.signIn("ann", 1)
      #expect(try await store.takeNotice(of: session.digest) == nil)
      try await store.setNotice("first", for: session.digest)
      try await store.setNotice("it is done\0", for: session.digest)
      #expect(try await store.session(session.digest, at: noon)?.session.notice == "it is done\u{FFFD}")
      #expect(try await store.takeNotice(of: session.digest) == "it is done\u{FFFD}")
      #expect(try await store.takeNotice(of: session.digest) == nil)
    }
  }

  // MARK: - Tokens

  @Test(arguments: DatabaseMaker.allCases)
  func `a token holds until it expires or is revoked`(_ maker: DatabaseMaker) async throws {
    try await maker.withStore { store in
      let made = try await store.createToken(
        try name("ci"), digest: try digest(1), role: .operator, by: ApiToken.commandLine, expiresAt: later(100),
        at: noon)
      let endless = try await store.createToken(
        try name("wall"), digest: try digest(2), role: .viewer, by: ApiToken.commandLine, expiresAt: nil, at: noon)
      #expect(made.expiresAt == later(100) && made.role == .operator && made.lastUsedAt == nil)
      #expect(try await store.tokens() == [made, endless])
      let again = await storeError {
        _ = try await store.createToken(
          try name("ci"), digest: try digest(3), role: .viewer, by: ApiToken.commandLine, expiresAt: nil, at: noon)
      }
      #expect(again?.code == .tokenExists)

      #expect(try await store.apiToken(try digest(1), at: later(1)) == made)
      #expect(try await store.apiToken(try digest(3), at: later(1)) == nil)
      // Its use is noted once a minute.
      _ = try await store.apiToken(try digest(1), at: later(60))
      #expect(try await store.tokens().first?.lastUsedAt == later(1))
      _ = try await store.apiToken(try digest(1), at: later(61))
      #expect(try await store.tokens().first?.lastUsedAt == later(61))
      #expect(try await store.apiToken(try digest(1), at: later(100)) == nil)
      #expect(try await store.apiToken(try digest(2), at: later(1_000_000)) == endless)

      #expect(try await store.revokeToken(try name("wall"), at: noon).id == endless.id)
      #expect(try await store.apiToken(try digest(2), at: noon) == nil)
      let gone = await storeError { _ = try await store.revokeToken(try name("wall"), at: noon) }
      #expect(gone?.code == .unknownToken)
    }
  }

  @Test(arguments: DatabaseMaker.allCases)
  func `a token can do no more than the account that made it`(_ maker: DatabaseMaker) async throws {
    try await maker.withStore { store in
      let ann = try account("ann")
      try await store.addUser("ann", .admin)
      try await store.addUser("bob", .admin)
      for (number, role) in [(UInt8(1), Role.admin), (2, .viewer)] {
        _ = try await store.createToken(
          try name("token-\(number)"), digest: try digest(number), role: role, by: "ann", expiresAt: nil, at: noon)
      }
      func roles() async throws -> [Role?] {
        [
          try await store.apiToken(try digest(1), at: noon)?.role,
          try await store.apiToken(try digest(2), at: noon)?.role,
        ]
      }
      #expect(try await roles() == [.admin, .viewer])
      try await store.setRole(of: ann, to: .operator, at: noon)
      #expect(try await roles() == [.operator, .viewer])
      try await store.setDisabled(true, of: ann, at: noon)
      #expect(try await roles() == [nil, nil])
      try await store.setDisabled(false, of: ann, at: noon)
      #expect(try await roles() == [.operator, .viewer])
    }
  }
}
