// Who may change what: the conflicts of an apply with what others have declared or edited, and what has been edited
// since it was declared. Decided from values that the store has read.

package import Foundation
package import Spec

/// Who made a field what it is, and when.
package struct FieldEdit: Sendable, Hashable {
  package let origin: ChangeOrigin
  package let at: Date

  package init(origin: ChangeOrigin, at: Date) {
    self.origin = origin
    self.at = at
  }
}

/// A resource that an apply may not change as it would, for another owns it or has edited it since.
package struct ResourceConflict: Sendable, Hashable {
  package struct Field: Sendable, Hashable {
    package let path: String
    package let current: YAMLValue?
    package let wanted: YAMLValue?
    /// Who has edited it since its owner applied it; nil where the whole resource is another's.
    package let edit: FieldEdit?
  }

  package let id: ResourceID
  /// Whose it is.
  package let owner: String
  package let fields: [Field]
}

/// A resource that others have edited since its owner applied it.
package struct ResourceDrift: Sendable, Hashable {
  package struct Field: Sendable, Hashable {
    package let path: String
    package let declared: YAMLValue?
    package let current: YAMLValue?
    /// Nil if the record of the change is lost.
    package let edit: FieldEdit?
  }

  package let id: ResourceID
  package let owner: String
  package let fields: [Field]
}

extension ChangeOrigin {
  /// True of a spec set, which declares resources and owns them; others edit what they find.
  package var isSpecSet: Bool { Self.isSpecSet(source) }

  package static func isSpecSet(_ source: String) -> Bool { ReservedSource(rawValue: source)?.isEditor != true }
}

/// The resources that somebody else has edited since their owner applied them.
struct EditedResources: Sendable {
  /// Each as its owner declared it.
  var declared = Spec()
  var ids: Set<ResourceID> = []
  /// What has happened to each, the newest first.
  var changes: [ResourceID: [SpecChange]] = [:]

  /// Gives a host another name.
  mutating func rename(_ move: HostMove) {
    guard ids.remove(.host(move.from)) != nil else { return }
    ids.insert(.host(move.to))
    declared.hosts[move.to] = declared.hosts.removeValue(forKey: move.from)
    changes[.host(move.to)] = changes.removeValue(forKey: .host(move.from))
  }

  /// What differs from what the owners declared, field by field.
  func drift(in stored: StoredSpec) -> [ResourceDrift] {
    guard !ids.isEmpty else { return [] }
    return SpecDifference(from: declared, to: stored.spec.picking(ids)).changes
      .filter { $0.kind == .configured }
      .map { change in
        ResourceDrift(
          id: change.id, owner: stored.records[change.id]?.source ?? "",
          fields: change.fields.map { field in
            ResourceDrift.Field(
              path: field.path, declared: field.before, current: field.after, edit: edit(of: field.path, in: change.id))
          })
      }
      .sorted { $0.id < $1.id }
  }

  /// What keeps a spec set from making a difference hold: fields of resources that are another's, and fields of its own
  /// that others have edited, unless it declares by now what they made of them. Equal values are no conflict.
  func conflicts(
    of difference: SpecDifference, in stored: StoredSpec, as origin: ChangeOrigin
  ) -> [ResourceConflict] {
    let drift = Dictionary(uniqueKeysWithValues: drift(in: stored).map { ($0.id, $0) })
    return difference.changes.compactMap { change in
      guard change.kind == .configured, let owner = stored.records[change.id]?.source else { return nil }
      var fields: [ResourceConflict.Field] = []
      for field in change.fields {
        let edited = drift[change.id]?.fields.first { $0.path == field.path }
        guard owner != origin.source || edited != nil else { continue }
        fields.append(
          ResourceConflict.Field(
            path: field.path, current: field.before, wanted: field.after,
            edit: owner == origin.source ? edited?.edit : nil))
      }
      return fields.isEmpty ? nil : ResourceConflict(id: change.id, owner: owner, fields: fields)
    }
  }

  private func edit(of path: String, in id: ResourceID) -> FieldEdit? {
    changes[id]?.first { $0.touches(path) }.map { FieldEdit(origin: $0.origin, at: $0.at) }
  }
}

extension SpecChange {
  /// Whether the change has changed a field.
  fileprivate func touches(_ path: String) -> Bool { Self.fields(before)[path] != Self.fields(after)[path] }

  /// The fields in values that are kept as JSON.
  private static func fields(_ json: String?) -> [String: YAMLValue] {
    guard let json, let document = (try? YAML.parse(SourceText(name: "JSON", json)))?.first,
      case .map(let pairs) = document.value
    else { return [:] }
    return Dictionary(pairs.flattened().map { ($0.key, $0.value) }) { $1 }
  }
}
