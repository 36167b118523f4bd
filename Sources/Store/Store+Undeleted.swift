// Snapshots that were taken out of the trash: pinned, or the next prune would take them again.

package import Engine
package import Foundation
package import Spec

extension Store {
  /// Pins a snapshot that is about to be taken out of the trash. A pin that it has already stays as it is.
  ///
  /// - Returns: whether a pin was made for it.
  package func keepFromNextPrune(
    _ id: SnapshotID, of host: HostName, actor: String, at now: Date
  ) async throws -> Bool {
    try await database.write { connection in
      let key = [host.sqlValue, id.kind.sqlValue, id.name.sqlValue]
      let existing = try connection.query("SELECT kind FROM pins WHERE host = ? AND kind = ? AND name = ?", key)
      guard existing.isEmpty else { return false }
      try connection.insert(
        into: "pins",
        [
          ("host", host.sqlValue), ("kind", id.kind.sqlValue), ("name", id.name.sqlValue),
          ("reason", Self.undeleted.sqlValue), ("until", nil), ("actor", actor.sqlValue), ("pinned_at", now.sqlValue),
        ])
      try connection.touch(host)
      return true
    }
  }

  /// Takes back the pin of a snapshot that could not be taken out of the trash after all.
  package func letGoUndeleted(_ id: SnapshotID, of host: HostName) async throws {
    try await database.write { connection in
      let removed = try connection.execute(
        "DELETE FROM pins WHERE host = ? AND kind = ? AND name = ? AND reason = ?",
        [host.sqlValue, id.kind.sqlValue, id.name.sqlValue, Self.undeleted.sqlValue])
      if removed > 0 { try connection.touch(host) }
    }
  }

  /// The reason of such pins.
  private static let undeleted = "undeleted"
}
