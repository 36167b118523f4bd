// One row of a query's result, read by the names of its columns.

import Spec

/// A row.
package struct SQLRow: Sendable {
  /// The columns' places by name, shared by all rows of a result.
  private let places: [String: Int]
  private let values: [SQLValue]

  package init(places: [String: Int], values: [SQLValue]) {
    self.places = places
    self.values = values
  }

  package var columns: [String] { Array(places.keys) }

  /// The value of a column as it is; null if the row has no such column.
  package subscript(column: String) -> SQLValue { places[column].map { values[$0] } ?? .null }

  /// A column that always holds a value.
  package func required<Value: SQLConvertible>(_ column: String, as _: Value.Type = Value.self) throws -> Value {
    guard let place = places[column] else { throw SQLColumnError(column: column, problem: "is not in the result") }
    guard let value = Value(sqlValue: values[place]) else {
      throw SQLColumnError(column: column, problem: "holds \(values[place].excerpt)")
    }
    return value
  }

  /// A column that may be empty.
  package func optional<Value: SQLConvertible>(_ column: String, as _: Value.Type = Value.self) throws -> Value? {
    self[column] == .null ? nil : try required(column)
  }
}

/// The row that a running query stands at, read by the places of its columns. What it gives is valid until the next row.
package protocol SQLCells {
  /// The bytes of a text; nil for null and for what is no text.
  func text(_ column: Int) -> UnsafeBufferPointer<UInt8>?
  func value(_ column: Int) -> SQLValue
}

extension SQLCells {
  func string(_ column: Int) -> String? { text(column).map { String(decoding: $0, as: UTF8.self) } }

  /// What to throw about a column that does not hold what it should.
  func error(_ column: Int, _ name: String) -> SQLColumnError {
    SQLColumnError(column: name, problem: "holds \(SQLValue(string(column)).excerpt)")
  }
}

/// A column whose value is not what it should be. The statement's owner knows the table and adds it.
struct SQLColumnError: Error {
  let column: String
  let problem: String
}

extension SQLValue {
  /// The value as messages show it.
  var excerpt: String {
    switch self {
    case .null: "nothing"
    case .integer(let number): "`\(number)`"
    case .real(let number): "`\(number)`"
    case .text(let text): text.quoted
    case .blob(let bytes): "\(bytes.count) bytes"
    }
  }
}
