// Run parameters: what runs of some kinds need to know besides what every run has, kept as JSON in one column, so that a
// further kind needs no further column.

package import Engine
import Foundation
package import Spec

/// What a run of a kind is asked with.
package enum RunParameters: Sendable, Hashable {
  case restore(RestoreOrder)

  /// Whether only the command that asks for it can carry it out: a directory means another one on each machine, and a
  /// service may write nowhere but where its snapshots are.
  package var isForItsCommand: Bool {
    switch self {
    case .restore(let order): if case .local = order.target { true } else { false }
    }
  }
}

/// What is restored, and to where.
package struct RestoreOrder: Sendable, Hashable {
  package enum Target: Sendable, Hashable {
    /// To where it was, on the host.
    case original
    /// Below a directory of the host.
    case remote(AbsolutePath)
    /// Below a directory of the backup server.
    case local(AbsolutePath)
  }

  package let snapshot: SnapshotID
  /// Below the snapshot's tree, without a slash at its start; empty for all of it. Names are bytes, and need not be
  /// UTF-8.
  package let path: [UInt8]
  package let target: Target
  /// Only to be told what would be done.
  package let isRehearsal: Bool

  package init(snapshot: SnapshotID, path: [UInt8], target: Target, isRehearsal: Bool = false) {
    self.snapshot = snapshot
    self.path = path
    self.target = target
    self.isRehearsal = isRehearsal
  }
}

extension RunParameters {
  package var document: YAMLValue {
    switch self {
    case .restore(let order): .map([YAMLPair("restore", order.document)])
    }
  }

  /// Reads what `document` gave; nil if anything of it is missing.
  package init?(reading value: YAMLValue) {
    guard let order = value["restore"].flatMap({ RestoreOrder(reading: $0) }) else { return nil }
    self = .restore(order)
  }
}

extension RestoreOrder {
  fileprivate var document: YAMLValue {
    let place: (name: String, directory: AbsolutePath?) =
      switch target {
      case .original: ("original", nil)
      case .remote(let directory): ("remote", directory)
      case .local(let directory): ("local", directory)
      }
    return .map([
      YAMLPair("snapshot", .string(snapshot.description)),
      YAMLPair("path_base64", .string(Data(path).base64EncodedString())),
      YAMLPair("target", .string(place.name)),
      YAMLPair("directory", place.directory.map { .string($0.description) } ?? .null),
      YAMLPair("dry_run", .bool(isRehearsal)),
    ])
  }

  fileprivate init?(reading value: YAMLValue) {
    guard let snapshot = value["snapshot"]?.text.flatMap({ SnapshotID($0) }),
      let path = value["path_base64"]?.text.flatMap({ Data(base64Encoded: $0) })
    else { return nil }
    let directory = value["directory"]?.text.flatMap { try? AbsolutePath(text: $0) }
    let target: Target? =
      switch value["target"]?.text {
      case "original": .original
      case "remote": directory.map(Target.remote)
      case "local": directory.map(Target.local)
      default: nil
      }
    guard let target else { return nil }
    self.init(
      snapshot: snapshot, path: Array(path), target: target, isRehearsal: value["dry_run"] == .bool(true))
  }
}
