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
  /// What people have been told of a host and not yet that it is over, in the order of the conditions.
  package func toldTroubles(of host: HostName) async throws -> [Trouble] {
    try await database.read { try $0.toldTroubles(of: host) }
  }

  /// Notes that people are told something else from now on, and queues the messages that tell them.
  ///
  /// - Parameter known: what they had been told when it was decided.
  /// - Returns: false, with nothing changed, if that is no longer so: another has told them; or if the host is gone.
  @discardableResult
  package func tell(
    _ troubles: [Trouble], insteadOf known: [Trouble], of host: HostName, by deliveries: [NewDelivery], at now: Date
  ) async throws -> Bool {
    try await database.write { connection in
      let isDeclared = try !connection.query("SELECT name FROM hosts WHERE name = ?", [host.sqlValue]).isEmpty
      guard isDeclared, try connection.toldTroubles(of: host) == known else { return false }
      try connection.execute("DELETE FROM told_troubles WHERE host = ?", [host.sqlValue])
      for trouble in troubles {
        try connection.insert(
          into: "told_troubles",
          [
            ("host", host.sqlValue), ("type", trouble.type.sqlValue), ("reason", trouble.reason.sqlValue),
            ("message", trouble.message.sqlValue), ("since", trouble.since.sqlValue),
          ])
      }
      try connection.queue(deliveries, at: now)
      return true
    }
  }
}

extension SQLConnection {
  fileprivate func toldTroubles(of host: HostName) throws -> [Trouble] {
    let all = try rows(
      of: "told_troubles", "SELECT * FROM told_troubles WHERE host = ?", [host.sqlValue], as: Trouble.init)
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
