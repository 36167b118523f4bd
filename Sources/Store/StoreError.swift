// Errors of the store: what happened to which database or resource, and what to do next.

/// Why the store could not do what it was asked.
package struct StoreError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The kind of error, for programs; the words may change, these do not.
  package enum Code: String, Sendable, Hashable {
    case invalidLocation = "invalid_location"
    case locked, full, corrupt, constraint, failed
    case readOnly = "read_only"
    case notADatabase = "not_a_database"
    case cannotOpen = "cannot_open"
    case connectionLost = "connection_lost"
    case unknownOutcome = "unknown_outcome"
    case newerDatabase = "newer_database"
    case unreadableValue = "unreadable_value"
    case stillReferenced = "still_referenced"
    case missingReference = "missing_reference"
    case unknownResource = "unknown_resource"
    case conflict
    case tooManyRemovals = "too_many_removals"
    case removalPrevented = "removal_prevented"
    case stalePlan = "stale_plan"
    case needsAdmin = "needs_admin"
    case refused
    case unknownAccount = "unknown_account"
    case accountExists = "account_exists"
    case accountDisabled = "account_disabled"
    case lastAdmin = "last_admin"
    case unknownToken = "unknown_token"
    case tokenExists = "token_exists"
  }

  package let code: Code
  /// What happened, as a sentence without a full stop.
  package let message: String
  /// What to do next, if anything can be said.
  package let remedy: String?

  package init(_ code: Code, _ message: String, remedy: String? = nil) {
    self.code = code
    self.message = message
    self.remedy = remedy
  }

  package var description: String { remedy.map { "\(message); \($0)" } ?? message }
}

extension StoreError {
  /// A row that some other program, or a newer version of this one, has written.
  init(unreadable error: SQLColumnError, in row: SQLRow, of table: String) {
    let key = ["id", "name", "path", "host"].lazy.map { row[$0] }.first { $0 != .null }
    let name = key.map { " \($0.excerpt)" } ?? ""
    self.init(
      .unreadableValue,
      "the row\(name) of the table \(table) cannot be read: its column \(error.column) \(error.problem)",
      remedy: "correct or delete the row; was it written by another version of pobsync?")
  }
}
