// Hashes of passwords: what is right, what is wrong, what is too weak, and what no pobsync has written.

import Store
import Testing

@testable import Web

@Suite struct PasswordHashTests {
  private static let password = "correct horse"

  @Test func `a password is right for its own hash alone`() async throws {
    let hash = try await PasswordHash.make(Self.password, cost: .least)
    #expect(hash.hasPrefix("scrypt$2$8$1$"))
    #expect(try await PasswordHash.verify(Self.password, against: hash, cost: .least) == .right)
    for wrong in ["", "correct hors", "correct horse ", "Correct horse", String(repeating: "x", count: 100_000)] {
      #expect(try await PasswordHash.verify(wrong, against: hash, cost: .least) == .wrong)
    }
  }

  @Test func `the same password has another hash each time`() async throws {
    let first = try await PasswordHash.make(Self.password, cost: .least)
    #expect(try await PasswordHash.make(Self.password, cost: .least) != first)
  }

  @Test func `an accent is the same however it is typed`() async throws {
    let hash = try await PasswordHash.make("caf\u{E9} au lait", cost: .least)
    #expect(try await PasswordHash.verify("cafe\u{301} au lait", against: hash, cost: .least) == .right)
  }

  @Test func `without an account every password is wrong`() async throws {
    #expect(try await PasswordHash.verify(Self.password, against: nil, cost: .least) == .wrong)
    #expect(try await PasswordHash.verify("", against: nil, cost: .least) == .wrong)
  }

  @Test func `a hash that costs less than the present ones is told`() async throws {
    let weak = try await PasswordHash.make(Self.password, cost: .least)
    #expect(try await PasswordHash.verify(Self.password, against: weak) == .rightButWeak)
    #expect(try await PasswordHash.verify("something else", against: weak) == .wrong)
    let strong = try await PasswordHash.make(Self.password)
    #expect(strong.hasPrefix("scrypt$15$8$1$"))
    #expect(try await PasswordHash.verify(Self.password, against: strong) == .right)
    #expect(try await PasswordHash.verify(Self.password, against: strong, cost: .least) == .right)
  }

  /// As Python's hashlib has it, for a salt of 00 01 02 to 0f.
  @Test func `a hash is scrypt's as others compute it`() async throws {
    let hash = "scrypt$4$8$1$AAECAwQFBgcICQoLDA0ODw==$GuycCvOvBXSyXn7+nY+Swhtoa6EmqeqlyFxEbPOez5o="
    #expect(try await PasswordHash.verify("pleaseletmein", against: hash) == .rightButWeak)
  }

  private static let salt = "AAAAAAAAAAAAAAAAAAAAAA=="
  private static let key = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="

  private static let strange: [String] = [
    "", "scrypt", "plain", "scrypt$15$8$1$\(salt)", "scrypt$15$8$1$\(salt)$\(key)$", "argon2$15$8$1$\(salt)$\(key)",
    // What would take all memory, or none.
    "scrypt$19$8$1$\(salt)$\(key)", "scrypt$0$8$1$\(salt)$\(key)", "scrypt$-1$8$1$\(salt)$\(key)",
    "scrypt$15$17$1$\(salt)$\(key)", "scrypt$15$8$5$\(salt)$\(key)", "scrypt$15$8$0$\(salt)$\(key)",
    "scrypt$99999999999999999999$8$1$\(salt)$\(key)", "scrypt$+15$8$1$\(salt)$\(key)", "scrypt$015$8$1$\(salt)$\(key)",
    "scrypt$15$8$1$\(salt)$AAAA", "scrypt$15$8$1$AAAA$\(key)", "scrypt$15$8$1$\(salt)$", "scrypt$15$8$1$?$\(key)",
  ]

  @Test(arguments: strange)
  func `a hash that no pobsync has written is an error`(_ hash: String) async {
    await #expect(throws: UnreadableHash.self) {
      _ = try await PasswordHash.verify(Self.password, against: hash, cost: .least)
    }
  }

  // MARK: - New passwords

  @Test(arguments: [
    "0123456780", "correct horse", "ten  signs", "ääääöööööü", "annabelle!", "hello, ann lee",
    String(repeating: "ab1", count: 85),
  ])
  func `a password is taken`(_ text: String) throws {
    #expect(try NewPassword(text, for: AccountName(text: "ann")).text == text)
  }

  @Test(arguments: [
    ("", "at least 10"), ("nine sign", "at least 10"), (String(repeating: "ab1", count: 86), "at most 256"),
    ("password123", "among the first"), ("PassWord123", "among the first"), ("1234567890", "among the first"),
    ("aaaaaaaaaaaa", "among the first"), ("abababababab", "among the first"),
    ("annannannann", "little more"), ("ANN-ann-202", "little more"), ("12ann34ann5", "little more"),
  ])
  func `a password that is guessed at once is not`(_ text: String, _ reason: String) async throws {
    let error = try #require(throws: UnfitPassword.self) { try NewPassword(text, for: AccountName(text: "ann")) }
    #expect(error.description.contains(reason))
    #expect(text.isEmpty || !error.description.contains(text))
  }

  // MARK: - Tokens

  @Test func `a token is known by its digest`() {
    let (first, second) = (TokenSecret(), TokenSecret())
    #expect(first.text.hasPrefix("pobsync_") && first.text.count == 51)
    #expect(first.text != second.text && first.digest != second.digest)
    #expect(Secret.digest(first.text) == first.digest)
  }
}
