// What an apply has done, or would do, resource by resource: the same for the command line and the API.

package import Spec
package import Store

package struct ApplyOutcome: Sendable, Hashable {
  package struct Resource: Sendable, Hashable {
    /// `host/web-1`
    package let id: String
    package let change: ResourceChange.Kind
    /// Whose it was, if it was taken over.
    package let takenOverFrom: String?
  }

  /// In whose name: a spec set, or `cli` or `web`.
  package let source: String
  package let isDryRun: Bool
  package let moves: [HostMove]
  package let resources: [Resource]
  /// What was done and may not have been meant.
  package let warnings: [String]

  package init(_ review: SpecReview, isDryRun: Bool) {
    self.init(review.difference, as: review.origin.source, takenOver: review.takenOver, isDryRun: isDryRun)
  }

  /// - Parameter takenOver: whose resources were that get another owner.
  package init(
    _ difference: SpecDifference, as source: String, takenOver: [ResourceID: String] = [:], isDryRun: Bool = false
  ) {
    self.source = source
    self.isDryRun = isDryRun
    moves = difference.moves
    resources = difference.changes.map {
      Resource(id: $0.id.description, change: $0.kind, takenOverFrom: takenOver[$0.id])
    }
    let root = difference.changes.first { $0.id == .settings }?.fields.first { $0.path == "backup_root" }
    warnings =
      if let before = root?.before, root?.after == nil {
        [
          "settings are declared as a whole, and these name no backup_root any more (it was \(before.shown)): nothing "
            + "can be backed up until one is set"
        ]
      } else {
        []
      }
  }

  package var value: YAMLValue {
    .map([
      YAMLPair("set", .string(source)), YAMLPair("dry_run", .bool(isDryRun)),
      YAMLPair("moves", .list(moves.map(\.value))),
      YAMLPair(
        "resources",
        .list(
          resources.map {
            .map([
              YAMLPair("resource", .string($0.id)), YAMLPair("change", .string($0.change.rawValue)),
              YAMLPair("taken_over_from", .text($0.takenOverFrom)),
            ])
          })),
      YAMLPair("warnings", .texts(warnings)),
    ])
  }

  /// Reads what another pobsync tells.
  ///
  /// - Returns: nil for what is no outcome.
  package init?(reading value: YAMLValue) {
    guard let source = value["set"]?.text, let isDryRun = value["dry_run"]?.flag, let resources = value["resources"]
    else { return nil }
    self.source = source
    self.isDryRun = isDryRun
    moves = (value["moves"]?.items ?? []).compactMap { move in
      guard let from = move["from"]?.text, let to = move["to"]?.text, let from = try? HostName(text: from),
        let to = try? HostName(text: to)
      else { return nil }
      return HostMove(from: from, to: to)
    }
    self.resources = resources.items.compactMap { item in
      guard let id = item["resource"]?.text,
        let change = item["change"]?.text.flatMap(ResourceChange.Kind.init(rawValue:))
      else { return nil }
      return Resource(id: id, change: change, takenOverFrom: item["taken_over_from"]?.text)
    }
    warnings = (value["warnings"]?.items ?? []).compactMap(\.text)
  }
}
