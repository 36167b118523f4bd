// Login attempts: whoever guesses passwords waits longer and longer, by account and by address.

package import Foundation
import Glibc
import Spec

/// Whether a password may be tried.
package enum LoginAdmission: Sendable, Hashable {
  case admitted
  /// Not before so many seconds have passed; what is tried meanwhile is not looked at and does not count.
  case wait(TimeInterval)
}

extension Store {
  /// Admits an attempt and counts it as failed until `loginSucceeded` says otherwise, so that attempts made at the same
  /// time count too.
  ///
  /// - Parameter name: as it was given, whether there is such an account or not; nil if it cannot be one's.
  package func admitLogin(of name: AccountName?, from address: String, at now: Date) async throws -> LoginAdmission {
    let keys = AttemptKey.both(name, address)
    return try await database.write { connection in
      try connection.forgetAttempts(at: now)
      let counts = try keys.map { try connection.attempts($0, at: now) }
      let wait = counts.map(\.wait).max() ?? 0
      guard wait <= 0 else { return .wait(wait) }
      for (key, count) in zip(keys, counts) { try connection.setAttempts(key, count.failures + 1, at: now) }
      return .admitted
    }
  }

  /// Forgets what failed at an account before; at the address only this attempt, which was counted when it was admitted.
  package func loginSucceeded(of name: AccountName, from address: String) async throws {
    try await database.write { connection in
      for key in AttemptKey.both(name, address) {
        switch key.kind {
        case .account:
          try connection.execute("DELETE FROM login_attempts WHERE kind = ? AND name = ?", key.values)
        case .address:
          try connection.execute(
            "UPDATE login_attempts SET failures = failures - 1 WHERE kind = ? AND name = ? AND failures > 0", key.values
          )
        }
      }
    }
  }
}

/// Who is counted.
private struct AttemptKey: Sendable {
  enum Kind: String, Sendable, SQLConvertible {
    case account, address

    /// How many failures are free.
    var free: Int {
      switch self {
      case .account: 5
      case .address: 20
      }
    }
  }

  let kind: Kind
  let name: String

  static func both(_ account: AccountName?, _ address: String) -> [AttemptKey] {
    let account = account.map { AttemptKey(kind: .account, name: $0.description) }
    return [account, AttemptKey(kind: .address, name: network(of: address))].compactMap(\.self)
  }

  var values: [SQLValue] { [kind.sqlValue, name.sqlValue] }

  /// The address, or of IPv6 the /64 in which it is: one customer has all of that.
  private static func network(of address: String) -> String {
    var bytes = in6_addr()
    guard inet_pton(AF_INET6, address, &bytes) == 1 else { return address.keyText }
    let octets = withUnsafeBytes(of: bytes) { Array($0) }
    let isIPv4 = octets.prefix(10).allSatisfy { $0 == 0 } && octets[10] == 0xFF && octets[11] == 0xFF
    if isIPv4 { return octets.suffix(4).map { String($0) }.joined(separator: ".") }
    return octets.prefix(8).map { String($0, radix: 16) }.joined(separator: ":") + "/64"
  }
}

private struct AttemptCount {
  var failures = 0
  /// In seconds; 0 for none.
  var wait: TimeInterval = 0

  /// In seconds: after which a failure is forgotten, and what is waited at first and at most.
  static let memory: TimeInterval = 15 * 60
  private static let (shortest, longest): (TimeInterval, TimeInterval) = (2, 300)

  static func delay(after failures: Int, free: Int) -> TimeInterval {
    guard failures >= free else { return 0 }
    // Past ten doublings it is the longest anyway.
    return min(longest, shortest * Double(1 << min(failures - free, 10)))
  }
}

extension SQLConnection {
  /// Deletes what is forgotten. Done at every attempt, for anybody can make rows.
  @discardableResult
  func forgetAttempts(at now: Date) throws -> Int {
    try execute(
      "DELETE FROM login_attempts WHERE last_at <= ?", [now.addingTimeInterval(-AttemptCount.memory).sqlValue])
  }

  fileprivate func attempts(_ key: AttemptKey, at now: Date) throws -> AttemptCount {
    let found = try query("SELECT failures, last_at FROM login_attempts WHERE kind = ? AND name = ?", key.values)
    guard let row = found.first else { return AttemptCount() }
    let failures: Int = try row.required("failures")
    let delay = AttemptCount.delay(after: failures, free: key.kind.free)
    // A clock that was set back must not make anybody wait longer than that.
    let passed = max(0, now.timeIntervalSince(try row.required("last_at")))
    return AttemptCount(failures: failures, wait: max(0, delay - passed))
  }

  fileprivate func setAttempts(_ key: AttemptKey, _ failures: Int, at now: Date) throws {
    try execute("DELETE FROM login_attempts WHERE kind = ? AND name = ?", key.values)
    try insert(
      into: "login_attempts",
      [
        ("kind", key.kind.sqlValue), ("name", key.name.sqlValue), ("failures", failures.sqlValue),
        ("last_at", now.sqlValue),
      ])
  }
}
