// What is new: a number for each host that grows with every change of its runs, snapshots or pause, so that a
// controller looks only at hosts of which something has changed.

package import Spec

/// The hosts of which something has changed.
package struct HostChanges: Sendable, Hashable {
  package var hosts: Set<HostName> = []
  /// Something that concerns all hosts has changed.
  package var concernsAll = false
  /// Up to which change.
  package var revision: Int64

  package init(revision: Int64) { self.revision = revision }
}

extension Store {
  /// What has changed after a revision, which an earlier answer gave; 0 for everything.
  package func hostChanges(after revision: Int64) async throws -> HostChanges {
    try await database.read { connection in
      var changes = HostChanges(revision: revision)
      let rows = try connection.query(
        "SELECT host, revision FROM host_changes WHERE revision > ?", [revision.sqlValue])
      for row in rows {
        changes.revision = max(changes.revision, try row.required("revision"))
        if row["host"] == .text(AllHosts.name) {
          changes.concernsAll = true
        } else {
          changes.hosts.insert(try row.required("host"))
        }
      }
      return changes
    }
  }
}

/// What stands for all hosts where a host's name is kept.
enum AllHosts {
  static let name = ""

  /// - Parameter host: nil for all.
  static func key(_ host: HostName?) -> SQLValue { host?.sqlValue ?? .text(name) }
}

extension SQLConnection {
  /// Notes that something of a host has changed; nil for all hosts.
  func touch(_ host: HostName?) throws {
    let name = AllHosts.key(host)
    try execute("UPDATE host_revisions SET latest = latest + 1 WHERE id = 1", [])
    let latest = "(SELECT latest FROM host_revisions WHERE id = 1)"
    let known = try execute("UPDATE host_changes SET revision = \(latest) WHERE host = ?", [name])
    if known == 0 { try insert("INSERT INTO host_changes (host, revision) SELECT ?, \(latest)", [name]) }
  }

  /// The number of the latest change that concerns all hosts; 0 if there never was one.
  func revisionOfAllHosts() throws -> Int64 {
    try query("SELECT revision FROM host_changes WHERE host = ?", [AllHosts.key(nil)]).first?.required("revision") ?? 0
  }

  /// The number of a host's latest change; 0 if nothing ever happened to it.
  func revision(of host: HostName) throws -> Int64 {
    try query("SELECT revision FROM host_changes WHERE host = ?", [host.sqlValue]).first?.required("revision") ?? 0
  }
}
