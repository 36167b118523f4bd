// Backups that a host's declaration asks for: which have been seen to, and when.

package import Foundation
package import Spec

/// The `run_requested` of a host, and the newest one that has been seen to.
package struct DeclaredRequest: Sendable, Hashable {
  package let host: HostName
  /// What is declared now; nil if nothing is asked for any more.
  package let requested: Remark?
  package let done: Remark?
  /// When that was done; nil also if its run is forgotten.
  package let doneAt: Date?

  package init(host: HostName, requested: Remark?, done: Remark?, doneAt: Date?) {
    self.host = host
    self.requested = requested
    self.done = done
    self.doneAt = doneAt
  }

  /// A backup is still to be made.
  package var isOpen: Bool { requested != nil && requested != done }
}

extension Store {
  /// What a host's declaration has asked for; nil if it never has.
  package func declaredRequest(of host: HostName) async throws -> DeclaredRequest? {
    try await database.read { try $0.declaredRequests(of: host).first }
  }
}

extension SQLConnection {
  /// The requests of all hosts, or of one: open ones first, then those that were seen to last.
  func declaredRequests(of host: HostName? = nil) throws -> [DeclaredRequest] {
    let requests = try rows(
      of: "hosts",
      """
      SELECT name, run_requested, run_request_done, (SELECT MAX(finished_at) FROM runs WHERE runs.host = hosts.name
        AND runs.kind = 'backup' AND runs.state IN ('succeeded', 'warning')
        AND runs.run_requested = hosts.run_request_done) AS done_at
      FROM hosts WHERE (run_requested IS NOT NULL OR run_request_done IS NOT NULL) \(host == nil ? "" : "AND name = ?")
      ORDER BY name LIMIT ?
      """, (host.map { [$0.sqlValue] } ?? []) + [Self.mostRequests.sqlValue]
    ) { row in
      DeclaredRequest(
        host: try row.required("name"), requested: try row.optional("run_requested"),
        done: try row.optional("run_request_done"), doneAt: try row.optional("done_at"))
    }
    return requests.sorted {
      ($0.isOpen ? 0 : 1, $1.doneAt ?? .distantPast, $0.host) < ($1.isOpen ? 0 : 1, $0.doneAt ?? .distantPast, $1.host)
    }
  }

  /// Takes a host that is declared anew for one of which the requests that were seen to before are done.
  func rememberRequestDone(of host: HostName) throws {
    try execute(
      """
      UPDATE hosts SET run_request_done = (SELECT run_requested FROM runs WHERE host = ? AND kind = 'backup'
        AND state IN ('succeeded', 'warning') AND run_requested IS NOT NULL ORDER BY id DESC LIMIT 1) WHERE name = ?
      """, [host.sqlValue, host.sqlValue])
  }

  /// People look at a few; the rest is not worth the time.
  private static var mostRequests: Int { 1000 }

  /// What has been seen to, of the hosts from one name to another.
  func requestsDone(from first: HostName, through last: HostName) throws -> [(host: HostName, done: Remark)] {
    try rows(
      of: "hosts",
      "SELECT name, run_request_done FROM hosts WHERE name >= ? AND name <= ? AND run_request_done IS NOT NULL",
      [first.sqlValue, last.sqlValue]
    ) { (host: try $0.required("name"), done: try $0.required("run_request_done")) }
  }

  /// Notes of a run that ended well that what its host's declaration asked for is done.
  func noteRequestDone(_ run: Run) throws {
    guard let request = run.request.runRequested else { return }
    try update("hosts", set: [("run_request_done", request.sqlValue)], where: "name = ?", [run.host.sqlValue])
  }
}
