// What owners declare of the resources that somebody else has edited since: kept for as long as the two differ.

import Foundation
import Spec

extension Store {
  /// What others have edited since it was declared, field by field, with who and when.
  ///
  /// - Parameter stored: the desired state in which it is looked for.
  package func drift(in stored: StoredSpec) async throws -> [ResourceDrift] {
    try await database.read { try $0.editedResources().drift(in: stored) }
  }
}

extension SQLConnection {
  /// The resources that an apply makes anew though somebody who is no spec set was the last to delete them.
  func deletionsByOthers(undoneBy review: SpecReview) throws -> [ResourceID: FieldEdit] {
    let created = Set(review.difference.changes.filter { $0.kind == .created }.map(\.id))
    guard review.origin.isSpecSet, !created.isEmpty else { return [:] }
    let others = ReservedSource.allCases.filter(\.isEditor).map { SQLValue.text($0.rawValue) }
    let last = try rows(
      of: "spec_changes",
      """
      SELECT * FROM spec_changes WHERE id IN (SELECT MAX(id) FROM spec_changes GROUP BY kind, name)
        AND action = 'deleted' AND source IN (\(others.map { _ in "?" }.joined(separator: ", ")))
      """, others, as: SpecChange.init)
    let found = last.filter { created.contains($0.resource) }
    return Dictionary(found.map { ($0.resource, FieldEdit(origin: $0.origin, at: $0.at)) }) { first, _ in first }
  }

  /// All edited resources; nearly always there are none, which costs one query.
  func editedResources() throws -> EditedResources {
    var edited = EditedResources()
    let found = try rows(of: "edited_resources", "SELECT * FROM edited_resources") { row in
      (
        id: ResourceID(kind: try row.required("kind"), name: try row.required("name")),
        values: try row.required("declared_values", as: String.self)
      )
    }
    guard !found.isEmpty else { return edited }
    for (id, values) in found {
      edited.ids.insert(id)
      let source = SourceText(name: "edited_resources", values)
      do throws(Diagnostics) {
        guard let node = try YAML.parse(source).first else { continue }
        try edited.declared.insert(id, decoding: node, from: source)
      } catch {
        throw StoreError(
          .unreadableValue,
          "the declared values of \(id) in the table edited_resources cannot be read: "
            + (error.items.first?.message ?? "they are empty"),
          remedy: "correct or delete the row; was it written by another version of pobsync?")
      }
    }
    let changes = try rows(
      of: "spec_changes",
      """
      SELECT spec_changes.* FROM spec_changes
      JOIN edited_resources ON edited_resources.kind = spec_changes.kind AND edited_resources.name = spec_changes.name
      ORDER BY spec_changes.id DESC
      """, as: SpecChange.init)
    edited.changes = Dictionary(grouping: changes, by: \.resource)
    return edited
  }

  /// Keeps what the owner of a resource declares beside what an edit makes of it.
  func rememberDeclared(_ id: ResourceID, _ values: [YAMLPair]) throws {
    try insert(
      into: "edited_resources",
      [
        ("kind", id.kind.sqlValue), ("name", id.name.sqlValue),
        ("declared_values", .text(JSONWriter.compact(.map(values)))),
      ])
  }

  func forgetDeclared(_ id: ResourceID) throws {
    try execute("DELETE FROM edited_resources WHERE kind = ? AND name = ?", [id.kind.sqlValue, id.name.sqlValue])
  }
}
