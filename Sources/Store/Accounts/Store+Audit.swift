// The audit log: who changed what, from where, and who signed in. It is only ever appended to, and forgotten when old.

package import Foundation
package import Spec

/// What the audit log is told.
package struct NewAuditEntry: Sendable, Hashable {
  /// An account's name, or what acted without one, such as `command line`.
  package let actor: String
  package let role: Role?
  package let address: String
  /// Such as `user.create`.
  package let action: String
  /// Such as `user/ann`.
  package let subject: String
  package let before: YAMLValue?
  package let after: YAMLValue?

  package init(
    actor: String, role: Role?, address: String, action: String, subject: String, before: YAMLValue? = nil,
    after: YAMLValue? = nil
  ) {
    self.actor = actor
    self.role = role
    self.address = address
    self.action = action
    self.subject = subject
    self.before = before
    self.after = after
  }
}

/// One line of the audit log.
package struct AuditEntry: Sendable, Hashable, Identifiable {
  package let id: Int64
  package let at: Date
  package let actor: String
  package let role: Role?
  package let address: String
  package let action: String
  package let subject: String
  /// JSON; nil where there was nothing.
  package let before: String?
  package let after: String?

  /// In seconds: how long the log remembers.
  package static let remembered: TimeInterval = 400 * 86_400
}

extension Store {
  /// Notes what was no change of what is stored here: such a change takes its entry, as `noting`, into its transaction.
  package func recordAudit(_ entry: NewAuditEntry, at now: Date) async throws {
    _ = try await database.write { try $0.append(entry, at: now) }
  }

  /// The entries, the newest first.
  ///
  /// - Parameters:
  ///   - id: the entry before which to go on.
  ///   - action: exactly this; or, if it ends in `.`, all that begin with it. The same goes for `subject` and `/`.
  package func audit(
    before id: Int64? = nil, actor: String? = nil, action: String? = nil, subject: String? = nil, limit: Int
  ) async throws -> [AuditEntry] {
    var (conditions, arguments): ([String], [SQLValue]) = ([], [])
    if let id {
      conditions.append("id < ?")
      arguments.append(id.sqlValue)
    }
    for (column, wanted) in [("actor", actor), ("action", action), ("subject", subject)] {
      guard let wanted = wanted?.keyText else { continue }
      if let end = wanted.endOfPrefix {
        conditions.append("\(column) >= ? AND \(column) < ?")
        arguments += [wanted.sqlValue, end.sqlValue]
      } else {
        conditions.append("\(column) = ?")
        arguments.append(wanted.sqlValue)
      }
    }
    let filter = conditions.isEmpty ? "" : "WHERE " + conditions.joined(separator: " AND ")
    let (query, values) = ("SELECT * FROM audit_log \(filter) ORDER BY id DESC LIMIT ?", arguments + [limit.sqlValue])
    return try await database.read { connection in
      try connection.rows(of: "audit_log", query, values, as: AuditEntry.init)
    }
  }
}

extension SQLConnection {
  func append(_ entry: NewAuditEntry, at now: Date) throws {
    // An actor or subject may be what a stranger typed: as long as they liked.
    try insert(
      into: "audit_log",
      [
        ("at", now.sqlValue), ("actor", entry.actor.keyText.sqlValue), ("role", SQLValue(entry.role)),
        ("address", entry.address.keyText.sqlValue), ("action", entry.action.keyText.sqlValue),
        ("subject", entry.subject.keyText.sqlValue),
        ("before_value", SQLValue(entry.before.map(JSONWriter.compact))),
        ("after_value", SQLValue(entry.after.map(JSONWriter.compact))),
      ])
  }
}

extension String {
  /// For a text that ends in `.` or `/`, what stands right behind all that begin with it.
  fileprivate var endOfPrefix: String? {
    switch last {
    case ".": String(dropLast()) + "/"
    case "/": String(dropLast()) + "0"
    default: nil
    }
  }
}

extension AuditEntry {
  init(_ row: SQLRow) throws {
    id = try row.required("id")
    at = try row.required("at")
    actor = try row.required("actor")
    role = try row.optional("role")
    address = try row.required("address")
    action = try row.required("action")
    subject = try row.required("subject")
    before = try row.optional("before_value")
    after = try row.optional("after_value")
  }
}
