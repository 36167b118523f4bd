// References between resources: who refers to what, and that none is left dangling.

import Spec

extension Spec {
  /// Every use of one resource by another.
  fileprivate var references: [(from: ResourceID, to: ResourceID)] {
    let declarations =
      profiles.map { (ResourceID(kind: .profile, name: $0.key.description), $0.value) }
      + hosts.map { (ResourceID.host($0.key), $0.value.own) }
    return declarations.flatMap { id, declaration in
      let uses: [(ResourceKind, ResourceName?)] = [
        (.profile, declaration.profile), (.schedule, declaration.schedule), (.retention, declaration.retention),
      ]
      return uses.compactMap { kind, name in
        name.map { (from: id, to: ResourceID(kind: kind, name: $0.description)) }
      }
    }
  }

  /// Refuses a desired state in which a resource refers to one that is not there.
  ///
  /// - Parameter deleted: the resources that are on their way out, for which the message has other words.
  func checkReferences(deleted: Set<ResourceID>) throws(StoreError) {
    let present = Set(identifiers)
    let dangling = Dictionary(grouping: references.filter { !present.contains($0.to) }, by: \.to)
    guard !dangling.isEmpty else { return }
    let complaints = dangling.sorted { $0.key < $1.key }.map { target, uses in
      let users = uses.map(\.from).sorted().map(\.description).joined(separator: ", ")
      return deleted.contains(target)
        ? "\(target) is still used by \(users)" : "\(target) does not exist, but is named by \(users)"
    }
    if dangling.keys.contains(where: deleted.contains) {
      throw StoreError(
        .stillReferenced, "nothing was deleted: \(complaints.joined(separator: "; "))",
        remedy: "change or delete what uses it first, or in the same step")
    }
    throw StoreError(
      .missingReference, "nothing was applied: \(complaints.joined(separator: "; "))",
      remedy: "declare what is missing; was it deleted meanwhile?")
  }
}
