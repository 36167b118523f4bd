// A snapshot for programs: the value that `get snapshots -o json` and the API show.

package import Engine
import Foundation
package import Spec

extension Snapshot {
  /// - Parameter isRetained: whether its host is declared no more.
  package func value(isRetained: Bool, for audience: Audience = .operators) -> YAMLValue {
    .map([
      YAMLPair("host", .string(host.description)),
      YAMLPair("retained", .bool(isRetained)),
      YAMLPair("kind", .string(id.kind.rawValue)),
      YAMLPair("name", .string(id.name.description)),
      YAMLPair("status", .string(status.rawValue)),
      YAMLPair("started_at", .time(startedAt)),
      YAMLPair("finished_at", .time(finishedAt)),
      YAMLPair("base", .text(base.map { "\($0.kind)/\($0.name)" })),
      YAMLPair("stats", stats.document),
      // What could not be copied is named by its path.
      YAMLPair("note", .text(audience.message(note))),
      YAMLPair("pin", pin?.document ?? .null),
    ])
  }
}

extension SnapshotPin {
  /// Reads a pin that another pobsync tells of.
  ///
  /// - Returns: nil for what is no pin.
  package init?(reading value: YAMLValue) {
    guard let actor = value["by"]?.text, let pinnedAt = value["at"]?.time else { return nil }
    self.init(reason: value["reason"]?.text, until: value["until"]?.time, actor: actor, pinnedAt: pinnedAt)
  }
}
