// Accounts: the people who may use the web, and how much each may do.

package import Foundation
package import Spec

/// The name by which a person signs in: 1 to 64 of `a`-`z`, `0`-`9`, `.`, `_` and `-`, beginning with a letter.
package struct AccountName: TextValue, Comparable {
  package static let noun = "an account name"
  package static let example = "ann"

  package let description: String

  package init(text: String) throws(InvalidText) {
    guard let first = text.unicodeScalars.first else { throw InvalidText("an account name must not be empty") }
    guard Self.letters.contains(first) else {
      throw InvalidText("\(text.quoted) must begin with a small letter, `a` to `z`")
    }
    for (offset, scalar) in text.unicodeScalars.enumerated() where !Self.allowed(scalar) {
      throw InvalidText(
        "\(text.quoted) holds \(String(scalar).quoted); an account name is made of `a` to `z`, digits, `.`, `_` and `-`",
        offset: offset)
    }
    guard text.unicodeScalars.count <= Self.longest else {
      throw InvalidText("\(text.quoted) is longer than \(Self.longest) characters")
    }
    description = text
  }

  private static let letters: ClosedRange<Unicode.Scalar> = "a"..."z"
  private static let digits: ClosedRange<Unicode.Scalar> = "0"..."9"
  private static let longest = 64

  private static func allowed(_ scalar: Unicode.Scalar) -> Bool {
    letters.contains(scalar) || digits.contains(scalar) || scalar == "." || scalar == "_" || scalar == "-"
  }

  package static func < (left: AccountName, right: AccountName) -> Bool { left.description < right.description }
}

extension AccountName: SQLConvertible {}

/// How much an account or a token may do; each may do what the ones before it may.
package enum Role: String, CaseIterable, Comparable, Sendable, SQLConvertible {
  /// Sees the status.
  case viewer
  /// Runs, pins, edits and restores.
  case `operator`
  /// Has accounts, keys and the destructive actions in hand as well.
  case admin

  package static func < (left: Role, right: Role) -> Bool { left.rank < right.rank }

  private var rank: Int {
    switch self {
    case .viewer: 0
    case .operator: 1
    case .admin: 2
    }
  }
}

/// An account. The hash of its password is asked for by itself, so that it gets into no page or list.
package struct UserAccount: Sendable, Hashable {
  package let name: AccountName
  package let role: Role
  package let isDisabled: Bool
  package let createdAt: Date
  package let passwordChangedAt: Date
  package let lastLoginAt: Date?
}

extension UserAccount {
  init(_ row: SQLRow) throws {
    name = try row.required("name")
    role = try row.required("role")
    isDisabled = try row.required("disabled", as: Int.self) != 0
    createdAt = try row.required("created_at")
    passwordChangedAt = try row.required("password_changed_at")
    lastLoginAt = try row.optional("last_login_at")
  }
}
