// Hashes of passwords: scrypt, in a text that says how it was made, so that the cost may grow with the years.

import Crypto
import CryptoExtras
import Engine
import Foundation

/// Makes hashes of passwords, and checks passwords against them.
///
/// A hash is written `scrypt$15$8$1$SALT$HASH`: the cost as log2 of N, r and p, then salt and hash in Base64.
package enum PasswordHash {
  /// What a check has found.
  package enum Verdict: Sendable, Hashable {
    case wrong, right
    /// Right, but the hash costs a guesser less than a new one would: it is time to make it anew.
    case rightButWeak
  }

  /// How much work and memory a hash takes.
  package struct Cost: Sendable, Hashable {
    /// log2 of N.
    package let rounds: Int
    package let blockSize: Int
    package let parallelism: Int

    /// 32 MiB, and about a tenth of a second.
    package static let present = Cost(rounds: 15, blockSize: 8, parallelism: 1)

    /// For a test that makes many.
    package static let least = Cost(rounds: 2, blockSize: 8, parallelism: 1)

    /// What is read from a database must not make this process use all memory there is.
    private static let allowed = (rounds: 1...18, blockSize: 1...16, parallelism: 1...4)

    private init(rounds: Int, blockSize: Int, parallelism: Int) {
      self.rounds = rounds
      self.blockSize = blockSize
      self.parallelism = parallelism
    }

    /// Gives nil for what is not written as here, or out of bounds.
    fileprivate init?(_ fields: [Substring]) {
      let numbers = fields.compactMap { field in Int(field).flatMap { "\($0)" == field ? $0 : nil } }
      guard numbers.count == 3, Self.allowed.rounds.contains(numbers[0]), Self.allowed.blockSize.contains(numbers[1]),
        Self.allowed.parallelism.contains(numbers[2])
      else { return nil }
      self.init(rounds: numbers[0], blockSize: numbers[1], parallelism: numbers[2])
    }

    fileprivate func isWeaker(than other: Cost) -> Bool {
      rounds < other.rounds || blockSize < other.blockSize || parallelism < other.parallelism
    }
  }

  /// A new hash of a password.
  package static func make(_ password: String, cost: Cost = .present) async throws -> String {
    var generator = SystemRandomNumberGenerator()
    let salt = (0..<saltBytes).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
    let key = try await derive(password, salt: salt, cost: cost)
    let hash = key.withUnsafeBytes { Data($0) }
    return "\(name)$\(cost.rounds)$\(cost.blockSize)$\(cost.parallelism)$\(Data(salt).base64EncodedString())$"
      + hash.base64EncodedString()
  }

  /// Checks a password.
  ///
  /// - Parameter hash: nil where there is no such account: the check takes its time all the same, so that nobody learns
  ///   which accounts there are.
  /// - Throws: `UnreadableHash`.
  package static func verify(
    _ password: String, against hash: String?, cost present: Cost = .present
  ) async throws -> Verdict {
    // What is longer than any password can be is not worth the work.
    guard password.utf8.count <= longest else { return .wrong }
    guard let hash else {
      _ = try await derive(password, salt: Array(repeating: 0, count: saltBytes), cost: present)
      return .wrong
    }
    let fields = hash.split(separator: "$", omittingEmptySubsequences: false)
    guard fields.count == 6, fields[0] == name, let cost = Cost(Array(fields[1...3])),
      let salt = Data(base64Encoded: String(fields[4])), salt.count == saltBytes,
      let expected = Data(base64Encoded: String(fields[5])), expected.count == hashBytes
    else { throw UnreadableHash() }
    let key = try await derive(password, salt: Array(salt), cost: cost)
    // Keys are compared in a time that does not depend on where they differ.
    guard key == SymmetricKey(data: expected) else { return .wrong }
    return cost.isWeaker(than: present) ? .rightButWeak : .right
  }

  private static let name = "scrypt"
  private static let saltBytes = 16
  private static let hashBytes = 32
  /// In bytes.
  private static let longest = 4096

  /// Works on threads of its own, and few at a time: each takes tens of megabytes, and anybody can ask for one.
  private static func derive(_ password: String, salt: [UInt8], cost: Cost) async throws -> SymmetricKey {
    // One password, however a keyboard puts its accents together.
    let bytes = Array(password.precomposedStringWithCompatibilityMapping.utf8)
    return try await turnstile.pass {
      try await blocking {
        try KDF.Scrypt.deriveKey(
          from: bytes, salt: salt, outputByteCount: hashBytes, rounds: 1 << cost.rounds, blockSize: cost.blockSize,
          parallelism: cost.parallelism)
      }
    }
  }

  private static let turnstile = Turnstile(2)
}

/// A hash that no pobsync has made.
package struct UnreadableHash: Error, Sendable, CustomStringConvertible {
  package var description: String {
    "the password of the account is kept in a form that this pobsync does not know; `pobsync user set-password` sets "
      + "another"
  }
}

/// Lets so many through at a time; the others wait in the order in which they came.
private actor Turnstile {
  private var free: Int
  private var waiting: [CheckedContinuation<Void, Never>] = []

  init(_ places: Int) { free = places }

  func pass<Result: Sendable>(_ body: @Sendable () async throws -> Result) async throws -> Result {
    await enter()
    defer { leave() }
    return try await body()
  }

  private func enter() async {
    if free > 0 {
      free -= 1
    } else {
      await withCheckedContinuation { waiting.append($0) }
    }
  }

  /// The place goes to the next, if there is one.
  private func leave() {
    if waiting.isEmpty { free += 1 } else { waiting.removeFirst().resume() }
  }
}
