// Troubles: what people have been told of a host, so that each change is told once, whoever looks and how often.

package import Foundation
package import Spec

/// Something wrong with a host that people are told of.
package struct Trouble: Sendable, Hashable {
  /// The condition that tells it.
  package let type: Condition.Kind
  package let reason: String
  package let message: String
  package let since: Date

  package init(type: Condition.Kind, reason: String, message: String, since: Date) {
    self.type = type
    self.reason = reason
    self.message = message
    self.since = since
  }
}

extension Store {
  /// What people have been told of a host, or with nil of the backup server as a whole, and not yet that it is over, in
  /// the order of the conditions.
  package func toldTroubles(of host: HostName?) async throws -> [Trouble] {
    try await database.read { try $0.toldTroubles(of: host) }
  }

  /// Notes that people are told something else from now on, and queues the messages that tell them.
  ///
  /// - Parameter known: what they had been told when it was decided.
  /// - Returns: false, with nothing changed, if that is no longer so: another has told them; or if the host is gone.
  @discardableResult
  package func tell(
    _ troubles: [Trouble], insteadOf known: [Trouble], of host: HostName?, by deliveries: [NewDelivery], at now: Date
  ) async throws -> Bool {
    try await database.write { connection in
      if let host {
        guard try !connection.query("SELECT name FROM hosts WHERE name = ?", [host.sqlValue]).isEmpty else {
          return false
        }
      }
      guard try connection.toldTroubles(of: host) == known else { return false }
      let key = AllHosts.key(host)
      try connection.execute("DELETE FROM told_troubles WHERE host = ?", [key])
      for trouble in troubles {
        try connection.insert(
          into: "told_troubles",
          [
            ("host", key), ("type", trouble.type.sqlValue), ("reason", trouble.reason.sqlValue),
            ("message", trouble.message.sqlValue), ("since", trouble.since.sqlValue),
          ])
      }
      try connection.queue(deliveries, at: now)
      return true
    }
  }
}

extension SQLConnection {
  /// Those of the hosts from one name to another, of each in the order of the conditions.
  func toldTroubles(from first: HostName, through last: HostName) throws -> [HostName: [Trouble]] {
    let all = try rows(
      of: "told_troubles", "SELECT * FROM told_troubles WHERE host >= ? AND host <= ?", [first.sqlValue, last.sqlValue]
    ) { row in (host: try row.required("host", as: HostName.self), trouble: try Trouble(row)) }
    return Dictionary(grouping: all, by: \.host).mapValues { troubles in
      Condition.Kind.allCases.flatMap { type in troubles.map(\.trouble).filter { $0.type == type } }
    }
  }

  fileprivate func toldTroubles(of host: HostName?) throws -> [Trouble] {
    let all = try rows(
      of: "told_troubles", "SELECT * FROM told_troubles WHERE host = ?", [AllHosts.key(host)], as: Trouble.init)
    return Condition.Kind.allCases.flatMap { type in all.filter { $0.type == type } }
  }
}

extension Trouble {
  fileprivate init(_ row: SQLRow) throws {
    self.init(
      type: try row.required("type"), reason: try row.required("reason"), message: try row.required("message"),
      since: try row.required("since"))
  }
}
