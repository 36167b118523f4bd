// The record of changes to the desired state: who changed which resource, when, from what to what.

package import Foundation
package import Spec

/// One change of one resource.
package struct SpecChange: Sendable, Hashable {
  package enum Action: String, Sendable, Hashable, SQLConvertible {
    case created, configured, deleted
  }

  package let at: Date
  package let origin: ChangeOrigin
  package let resource: ResourceID
  package let action: Action
  /// The resource's values as JSON; nil if it was not there.
  package let before: String?
  package let after: String?
}

extension Store {
  /// The latest changes, the newest first.
  package func specChanges(limit: Int) async throws -> [SpecChange] {
    try await database.read { connection in
      try connection.rows(
        of: "spec_changes", "SELECT * FROM spec_changes ORDER BY id DESC LIMIT ?", [limit.sqlValue],
        as: SpecChange.init)
    }
  }
}

extension Store {
  /// The changes of one resource, the newest first.
  package func specChanges(of id: ResourceID) async throws -> [SpecChange] {
    try await database.read { connection in
      try connection.rows(
        of: "spec_changes", "SELECT * FROM spec_changes WHERE kind = ? AND name = ? ORDER BY id DESC",
        [id.kind.sqlValue, id.name.sqlValue], as: SpecChange.init)
    }
  }
}

extension SpecChange {
  /// The resource's values before and after; nil where it was not there.
  package var values: (before: [YAMLPair]?, after: [YAMLPair]?) { (Self.pairs(before), Self.pairs(after)) }

  private static func pairs(_ json: String?) -> [YAMLPair]? {
    guard let json, let documents = try? YAML.parse(SourceText(name: "spec_changes", bytes: Array(json.utf8))),
      case .map(let pairs) = documents.first?.value
    else { return nil }
    return pairs
  }
}

extension SpecChange {
  /// A change as it is carried out. An unchanged resource has none to record.
  init?(_ change: ResourceChange, before: [YAMLPair]?, after: [YAMLPair]?, origin: ChangeOrigin, at now: Date) {
    guard let action = Action(rawValue: change.kind.rawValue) else { return nil }
    self.init(
      at: now, origin: origin, resource: change.id, action: action,
      before: before.map { JSONWriter.compact(.map($0)) }, after: after.map { JSONWriter.compact(.map($0)) })
  }

  init(_ row: SQLRow) throws {
    at = try row.required("at")
    origin = ChangeOrigin(source: try row.required("source"), actor: try row.required("actor"))
    resource = ResourceID(kind: try row.required("kind"), name: try row.required("name"))
    action = try row.required("action")
    before = try row.optional("values_before")
    after = try row.optional("values_after")
  }
}

extension SQLConnection {
  func append(_ change: SpecChange) throws {
    try insert(
      into: "spec_changes",
      [
        ("at", change.at.sqlValue), ("actor", change.origin.actor.sqlValue),
        ("source", change.origin.source.sqlValue), ("kind", change.resource.kind.sqlValue),
        ("name", change.resource.name.sqlValue), ("action", change.action.sqlValue),
        ("values_before", SQLValue(change.before)), ("values_after", SQLValue(change.after)),
      ])
  }
}
