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
