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
      YAMLPair("pin", pin?.value(for: audience) ?? .null),
    ])
  }
}

extension SnapshotPin {
  /// Who has an account is for operators to know.
  fileprivate func value(for audience: Audience) -> YAMLValue {
    guard !audience.mayOperate else { return document }
    return .map(document.members.map { $0.key == "by" ? YAMLPair("by", .null) : $0 })
  }
}

extension SnapshotPin {
  /// Reads a pin that another pobsync tells of.
  ///
  /// - Returns: nil for what is no pin.
  package init?(reading value: YAMLValue) {
    guard let pinnedAt = value["at"]?.time else { return nil }
    self.init(
      reason: value["reason"]?.text, until: value["until"]?.time, actor: value["by"]?.text ?? "somebody",
      pinnedAt: pinnedAt)
  }
}
