// How much was removed of a host, without the records one by one.

package import Foundation
package import Spec

extension Store {
  /// How many snapshots of a host were removed at a time or later.
  package func purgeCount(of host: HostName, since start: Date) async throws -> Int {
    try await database.read { connection in
      try connection.query(
        "SELECT COUNT(*) AS removed FROM purges WHERE host = ? AND at >= ? AND kind <> ?",
        [host.sqlValue, start.sqlValue, Purge.Kind.incomplete.sqlValue]
      ).first?.required("removed") ?? 0
    }
  }
}
