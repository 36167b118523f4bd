// Changing the desired state: a spec is applied, or one resource deleted, in one transaction with its record.

package import Foundation
package import Spec

/// In whose name the desired state is changed.
package struct ChangeOrigin: Sendable, Hashable {
  /// The spec set's name, or `cli`, `web` or `legacy`.
  package let source: String
  /// Who did it: a user's name, or the service.
  package let actor: String

  package init(source: String, actor: String) {
    self.source = source
    self.actor = actor
  }
}

extension Store {
  /// Makes what a spec declares hold; resources that it does not declare stay as they are.
  ///
  /// A spec set owns what it declares: what another has declared or edited is a conflict, unless it is taken over, and
  /// a resource of equal values stays its owner's. Who is no spec set edits: the owner stays, and what it declares is
  /// kept beside what the edit makes of it.
  ///
  /// - Parameters:
  ///   - files: the texts of the spec, to be kept as those of the spec set; nil leaves those that are.
  ///   - basis: what has to be as it was, if this carries out a plan.
  ///   - noting: what the audit log is told, in the same transaction, of what was done to what was declared before;
  ///     nothing, if nothing was and no texts are kept.
  /// - Returns: what was done.
  /// - Throws: `StoreError` for a conflict, for more removals than may be, for a basis that has changed, and if
  ///   something would refer to a resource that does not exist; then nothing is changed.
  package func apply(
    _ wanted: Spec, as origin: ChangeOrigin, _ options: ApplyOptions, files: [SourceText]? = nil,
    restingOn basis: PlanBasis? = nil, noting: (@Sendable (SpecReview, Spec) -> NewAuditEntry)? = nil, at now: Date
  ) async throws -> SpecReview {
    try await apply(as: origin, options, files: files, restingOn: basis, noting: noting, at: now) { _ in wanted }
  }

  /// Makes hold what is made of what is stored, in the same transaction.
  func apply(
    as origin: ChangeOrigin, _ options: ApplyOptions, files: [SourceText]? = nil, restingOn basis: PlanBasis? = nil,
    noting: (@Sendable (SpecReview, Spec) -> NewAuditEntry)?, at now: Date,
    wanting: @escaping @Sendable (_ stored: Spec) throws -> Spec
  ) async throws -> SpecReview {
    try await database.write { connection in
      try basis?.check(in: connection)
      // As it was before any rename, so that nobody is taken for the author of another's edit.
      var (stored, edited) = (try connection.desired(), try connection.editedResources())
      let moves = try connection.pendingMoves(options.moved, of: stored, as: origin, takeOver: options.takeOver)
      for move in moves {
        try connection.rename(move, of: stored, as: origin, at: now)
        stored.rename(move)
        edited.rename(move)
      }
      let wanted = try wanting(stored.spec)
      let review = try SpecReview(wanted, as: origin, options, of: stored, edited: edited, moves: moves)
      if let refusal = review.refusal { throw refusal }
      for change in review.difference.changes {
        try connection.carryOut(change, from: stored, to: wanted, as: origin, at: now)
        try connection.settleOwnership(change, review, from: stored, to: wanted, as: origin, edited: edited)
      }
      if let files { try connection.replaceSpecFiles(of: origin.source, with: files, at: now) }
      let isNothing = files == nil && review.difference.isEmpty
      if let noting, !isNothing { try connection.append(noting(review, stored.spec), at: now) }
      return review
    }
  }

  /// Applies a spec that may remove any number of hosts: for edits, which remove none, and for who has asked before.
  package func apply(
    _ wanted: Spec, as origin: ChangeOrigin, prune: Bool, moved: [HostMove] = [], at now: Date
  ) async throws -> SpecDifference {
    let options = ApplyOptions(prune: prune, maxRemovals: .max, moved: moved)
    return try await apply(wanted, as: origin, options, at: now).difference
  }

  /// What `apply` would do now, and what stands against it.
  package func preview(
    _ wanted: Spec, as origin: ChangeOrigin, _ options: ApplyOptions
  ) async throws -> SpecReview {
    try await database.read { connection in
      var (stored, edited) = (try connection.desired(), try connection.editedResources())
      let moves = try connection.pendingMoves(options.moved, of: stored, as: origin, takeOver: options.takeOver)
      for move in moves {
        stored.rename(move)
        edited.rename(move)
      }
      var review = try SpecReview(wanted, as: origin, options, of: stored, edited: edited, moves: moves)
      review.restored = try connection.deletionsByOthers(undoneBy: review)
      return review
    }
  }

  /// Takes one resource out of the desired state. Of a host, the snapshots and runs remain.
  ///
  /// - Parameters:
  ///   - basis: what has to be as it was when somebody said yes.
  ///   - noting: what the audit log is told, in the same transaction, of what was declared before.
  package func delete(
    _ id: ResourceID, as origin: ChangeOrigin, restingOn basis: PlanBasis? = nil,
    noting: (@Sendable (Spec) -> NewAuditEntry)? = nil, at now: Date
  ) async throws {
    try await database.write { connection in
      try basis?.check(in: connection)
      let stored = try connection.desired()
      guard id.kind != .settings else {
        throw StoreError(.refused, "the settings cannot be deleted", remedy: "apply a spec with other settings")
      }
      guard stored.records[id] != nil else { throw StoreError(unknown: id, among: stored.spec) }
      let removal = RemovalGuard(removing: [id], of: 1, in: stored.spec, declaresHosts: true, allowed: 1)
      if let complaint = removal.complaint(about: origin.source) {
        throw StoreError(
          .removalPrevented, "nothing was deleted: \(complaint.message)", remedy: complaint.remedy)
      }
      let difference = SpecDifference(from: stored.spec, to: Spec(), deleting: [id])
      try stored.spec.removing([id]).checkReferences(deleted: [id])
      for change in difference.changes {
        try connection.carryOut(change, from: stored, to: Spec(), as: origin, at: now)
      }
      try connection.forgetDeclared(id)
      if let noting { try connection.append(noting(stored.spec), at: now) }
    }
  }
}

extension SQLConnection {
  fileprivate func carryOut(
    _ change: ResourceChange, from stored: StoredSpec, to wanted: Spec, as origin: ChangeOrigin, at now: Date
  ) throws {
    let id = change.id
    switch change.kind {
    case .created:
      let key = (name: id.kind.keyColumn, value: id.key)
      let bookkeeping: [(name: String, value: SQLValue)] = [
        ("source", origin.source.sqlValue), ("generation", 1), ("created_at", now.sqlValue),
        ("updated_at", now.sqlValue),
      ]
      try insert(into: id.kind.table, [key] + wanted.cells(of: id) + bookkeeping)
      if id.kind == .host {
        try execute("DELETE FROM retained_hosts WHERE host = ?", [.text(id.name)])
        let host = try HostName(text: id.name)
        if wanted.hosts[host]?.runRequested != nil { try rememberRequestDone(of: host) }
      }
    case .configured:
      let generation = (stored.records[id]?.generation ?? 0) + 1
      let owner = origin.isSpecSet ? origin.source : stored.records[id]?.source ?? origin.source
      let bookkeeping: [(name: String, value: SQLValue)] = [
        ("source", owner.sqlValue), ("generation", generation.sqlValue), ("updated_at", now.sqlValue),
      ]
      try update(id.kind.table, set: wanted.cells(of: id) + bookkeeping, where: "\(id.kind.keyColumn) = ?", [id.key])
    case .unchanged: return
    case .deleted:
      try execute("DELETE FROM \(id.kind.table) WHERE \(id.kind.keyColumn) = ?", [id.key])
      if id.kind == .host {
        try retain(HostName(text: id.name), of: stored, by: origin, at: now)
        for table in ["conditions", "told_troubles"] {
          try execute("DELETE FROM \(table) WHERE host = ?", [.text(id.name)])
        }
      }
    }
    let record = SpecChange(
      change, before: stored.spec.values(of: id), after: wanted.values(of: id), origin: origin, at: now)
    if let record { try append(record) }
  }

  /// Notes, once a change of a resource is carried out, whose it is, and what its owner declares where that differs.
  fileprivate func settleOwnership(
    _ change: ResourceChange, _ review: SpecReview, from stored: StoredSpec, to wanted: Spec,
    as origin: ChangeOrigin, edited: EditedResources
  ) throws {
    let id = change.id
    let isEdited = edited.ids.contains(id)
    let isTaken = review.takenOver[id] != nil
    guard change.kind != .unchanged || isEdited || isTaken else { return }
    let owner = stored.records[id]?.source
    if change.kind == .unchanged, isTaken {
      try update(
        id.kind.table, set: [("source", origin.source.sqlValue)], where: "\(id.kind.keyColumn) = ?", [id.key])
    }
    if isEdited {
      // What is deleted, or is as its owner declares it, is edited no more.
      let isAsDeclared =
        origin.isSpecSet
        ? owner == origin.source || isTaken
        : SpecDifference(from: edited.declared.picking([id]), to: wanted.picking([id])).isEmpty
      if change.kind == .deleted || isAsDeclared { try forgetDeclared(id) }
    } else if change.kind == .configured, !origin.isSpecSet, let owner, ChangeOrigin.isSpecSet(owner) {
      try rememberDeclared(id, stored.spec.values(of: id) ?? [])
    }
  }
}

extension StoreError {
  fileprivate init(unknown id: ResourceID, among spec: Spec) {
    let names = spec.identifiers.filter { $0.kind == id.kind }.map(\.name)
    self.init(
      .unknownResource, "there is no \(id.kind.rawValue) \(id.name.quoted)",
      remedy: nearest(to: id.name, among: names).map { "did you mean \($0.quoted)?" })
  }
}
