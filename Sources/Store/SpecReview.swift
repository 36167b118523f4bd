// Reviews: all that applying a spec would do, and everything that stands against it. Made from values that were read,
// so that `diff`, `apply` and a plan file cannot disagree.

import Engine
package import Spec

/// How a spec is applied.
package struct ApplyOptions: Sendable, Hashable {
  /// Delete what the same spec set applied before and does not declare any more.
  package var prune: Bool
  /// Take resources that are another's, and undo what others have edited.
  package var takeOver: Bool
  /// How many hosts may be removed, if a person has said so.
  package var maxRemovals: Int?
  /// Hosts that get another name first, if they still have the former.
  package var moved: [HostMove]
  /// Whether it may change what reaches beyond backups: `SpecDifference.privileged`.
  package var isPrivileged: Bool

  package init(
    prune: Bool = false, takeOver: Bool = false, maxRemovals: Int? = nil, moved: [HostMove] = [],
    isPrivileged: Bool = true
  ) {
    self.isPrivileged = isPrivileged
    self.prune = prune
    self.takeOver = takeOver
    self.maxRemovals = maxRemovals
    self.moved = moved
  }
}

/// What applying a spec would do.
package struct SpecReview: Sendable {
  package let difference: SpecDifference
  /// What keeps it from being applied unless it is taken over.
  package let conflicts: [ResourceConflict]
  /// The resources that are taken over, and whose they were.
  package let takenOver: [ResourceID: String]
  /// What others have edited of the spec set's own.
  package let drift: [ResourceDrift]
  package let removals: RemovalGuard
  /// Resources that others have deleted since and that come back, with who and when.
  package internal(set) var restored: [ResourceID: FieldEdit] = [:]
  /// What it would change, and may not.
  package let forbidden: [String]
  /// Of the desired state that all this was told of.
  package let revision: Int64
  /// In whose name it would be applied.
  package let origin: ChangeOrigin

  /// Why the spec is not applied; nil if it is.
  package var refusal: StoreError? {
    if !forbidden.isEmpty {
      return StoreError(
        .needsAdmin, "nothing was applied: only an admin may change \(forbidden.joined(separator: ", "))",
        remedy: "leave that as it is, or ask an admin")
    }
    if !conflicts.isEmpty { return StoreError(conflicts) }
    return removals.complaint(about: origin.source).map { complaint in
      StoreError(
        removals.refusal == .everyHost || removals.refusal == .tooMany ? .tooManyRemovals : .removalPrevented,
        "nothing was applied: \(complaint.message)", remedy: complaint.remedy)
    }
  }
}

extension SpecReview {
  /// - Parameter moves: the moves that have been made in `stored` and `edited`.
  /// - Throws: `StoreError` if something would refer to a resource that is not there.
  init(
    _ wanted: Spec, as origin: ChangeOrigin, _ options: ApplyOptions, of stored: StoredSpec, edited: EditedResources,
    moves: [HostMove]
  ) throws(StoreError) {
    let declared = Set(wanted.identifiers)
    let gone = stored.records.filter { id, record in
      options.prune && id.kind != .settings && record.source == origin.source && !declared.contains(id)
    }
    try stored.spec.merging(wanted).removing(gone.keys).checkReferences(deleted: Set(gone.keys))
    var difference = SpecDifference(from: stored.spec, to: wanted, deleting: gone.keys)
    difference.moves = moves
    self.difference = difference
    forbidden = options.isPrivileged ? [] : difference.privileged
    conflicts =
      origin.isSpecSet && !options.takeOver ? edited.conflicts(of: difference, in: stored, as: origin) : []
    var taken: [ResourceID: String] = [:]
    if origin.isSpecSet, options.takeOver {
      for change in difference.changes {
        if let owner = stored.records[change.id]?.source, owner != origin.source { taken[change.id] = owner }
      }
    }
    takenOver = taken
    drift = edited.drift(in: stored).filter { $0.owner == origin.source }
    removals = RemovalGuard(
      removing: gone.keys, of: stored.records.count { $0.key.kind == .host && $0.value.source == origin.source },
      in: stored.spec, declaresHosts: !wanted.hosts.isEmpty, allowed: options.maxRemovals)
    revision = stored.revision
    self.origin = origin
  }
}

extension StoreError {
  /// All conflicts of an apply.
  fileprivate init(_ conflicts: [ResourceConflict]) {
    let lines = conflicts.map { conflict in
      let fields = conflict.fields.map { $0.words(of: conflict.id) }.joined(separator: "; ")
      return conflict.fields.allSatisfy { $0.edit == nil }
        ? "  \(conflict.id) belongs to \(conflict.owner): \(fields)" : "  \(conflict.id): \(fields)"
    }
    let count = conflicts.count
    self.init(
      .conflict,
      "nothing was applied: \(count) \(count == 1 ? "resource" : "resources") would be changed that others have "
        + "declared or edited\n" + lines.joined(separator: "\n"),
      remedy: "declare what holds now, or give --take-over to have all as it is declared here")
  }
}

extension ResourceConflict.Field {
  /// The field, what it is and what it would become, and who made it so.
  package func words(of id: ResourceID) -> String {
    func shown(_ value: YAMLValue?) -> String {
      switch SecretMask.value(value, of: path, in: id) {
      case nil: "(not set)"
      case .string(let text)?: text.isEmpty ? "\"\"" : text.printable()
      case let value?: JSONWriter.compact(value)
      }
    }
    let edited = edit.map { " \($0)" } ?? ""
    return "\(path) is \(shown(current))\(edited), here \(shown(wanted))"
  }
}

extension FieldEdit: CustomStringConvertible {
  /// As part of a sentence: "since 2026-11-24 10:00:00Z by root (cli)".
  package var description: String { "since \(Timestamp.short(at)) by \(origin.actor) (\(origin.source))" }
}
