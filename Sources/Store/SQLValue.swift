// Values that go into and come out of SQL.

package import Engine
package import Foundation
package import Spec

/// One value of a row or of a statement's arguments.
package enum SQLValue: Sendable, Hashable {
  case null
  case integer(Int64)
  case real(Double)
  case text(String)
  case blob([UInt8])

  /// A value that may be missing.
  package init(_ value: (some SQLConvertible)?) { self = value?.sqlValue ?? .null }
}

extension SQLValue: ExpressibleByNilLiteral, ExpressibleByStringLiteral, ExpressibleByIntegerLiteral {
  package init(nilLiteral: ()) { self = .null }
  package init(stringLiteral value: String) { self = .text(value) }
  package init(integerLiteral value: Int64) { self = .integer(value) }
}

/// A type of value that a column can hold.
package protocol SQLConvertible {
  var sqlValue: SQLValue { get }
  /// Gives nil for a value that is not of this type.
  init?(sqlValue: SQLValue)
}

extension String: SQLConvertible {
  package var sqlValue: SQLValue { .text(self) }
  package init?(sqlValue: SQLValue) {
    guard case .text(let text) = sqlValue else { return nil }
    self = text
  }
}

extension String {
  /// The text as databases keep it: a NUL, which a program's output may hold, would end it where SQLite reads it.
  var withoutNUL: String { utf8.contains(0) ? replacing("\0", with: "\u{FFFD}") : self }
}

extension Int64: SQLConvertible {
  package var sqlValue: SQLValue { .integer(self) }
  package init?(sqlValue: SQLValue) {
    guard case .integer(let number) = sqlValue else { return nil }
    self = number
  }
}

extension Int32: SQLConvertible {
  package var sqlValue: SQLValue { .integer(Int64(self)) }
  package init?(sqlValue: SQLValue) {
    guard let number = Int64(sqlValue: sqlValue) else { return nil }
    self.init(exactly: number)
  }
}

extension Int: SQLConvertible {
  package var sqlValue: SQLValue { .integer(Int64(self)) }
  package init?(sqlValue: SQLValue) {
    guard let number = Int64(sqlValue: sqlValue) else { return nil }
    self.init(exactly: number)
  }
}

extension Double: SQLConvertible {
  package var sqlValue: SQLValue { .real(self) }
  package init?(sqlValue: SQLValue) {
    switch sqlValue {
    case .real(let number): self = number
    case .integer(let number): self.init(number)
    default: return nil
    }
  }
}

extension Date: SQLConvertible {
  package var sqlValue: SQLValue { .text(Timestamp.text(self)) }
  package init?(sqlValue: SQLValue) {
    guard let date = String(sqlValue: sqlValue).flatMap(Timestamp.date) else { return nil }
    self = date
  }
}

extension SQLConvertible where Self: RawRepresentable, RawValue == String {
  package var sqlValue: SQLValue { .text(rawValue) }
  package init?(sqlValue: SQLValue) {
    guard let text = String(sqlValue: sqlValue) else { return nil }
    self.init(rawValue: text)
  }
}

extension SQLConvertible where Self: TextValue {
  package var sqlValue: SQLValue { .text(description) }
  package init?(sqlValue: SQLValue) {
    guard let text = String(sqlValue: sqlValue), let value = try? Self(text: text) else { return nil }
    self = value
  }
}

extension HostName: SQLConvertible {}
extension ResourceName: SQLConvertible {}
extension ResourceKind: SQLConvertible {}
extension Remark: SQLConvertible {}
extension SnapshotKind: SQLConvertible {}
extension SnapshotStatus: SQLConvertible {}

extension SnapshotName: SQLConvertible {
  package var sqlValue: SQLValue { .text(description) }
  package init?(sqlValue: SQLValue) {
    guard let text = String(sqlValue: sqlValue) else { return nil }
    self.init(text)
  }
}
