// Conditions: the lines of each host's status, with the time since which each is as it is.

package import Foundation
package import Spec

/// One line of a host's status.
package struct Condition: Sendable, Hashable {
  package enum Kind: String, Sendable, Hashable, CaseIterable, SQLConvertible {
    case ready = "Ready"
    case fresh = "Fresh"
    case reachable = "Reachable"
    case retained = "Retained"
  }

  package enum Status: String, Sendable, Hashable, CaseIterable, SQLConvertible {
    case `true`, `false`, unknown
  }

  package let type: Kind
  package let status: Status
  /// A stable code in words run together, such as `BackupFailed`.
  package let reason: String
  package let message: String
  /// The generation of the host for which it holds.
  package let observedGeneration: Int64
  /// When the status became what it is.
  package let changedAt: Date

  package init(
    _ type: Kind, _ status: Status, reason: String, message: String, observedGeneration: Int64, changedAt: Date
  ) {
    self.type = type
    self.status = status
    self.reason = reason
    self.message = message
    self.observedGeneration = observedGeneration
    self.changedAt = changedAt
  }
}

/// What a controller has found of a host.
package struct HostFinding: Sendable {
  package let host: HostName
  /// Those that say something new.
  package let conditions: [Condition]
  /// The generation of the host that was looked at.
  package let generation: Int64

  package init(host: HostName, conditions: [Condition], generation: Int64) {
    self.host = host
    self.conditions = conditions
    self.generation = generation
  }
}

extension Store {
  /// Notes what a controller has found of hosts: the conditions that say something new, and the generation that was
  /// looked at. Where the status of a condition is as before, its time stays as well, whatever the reason; conditions
  /// that are not given stay as they are. A host that is not declared has none.
  ///
  /// - Throws: `LeaseLost` if another controller leads by now.
  package func note(_ findings: [HostFinding], by controller: LeaseGrant) async throws {
    guard !findings.isEmpty else { return }
    try await database.write { connection in
      try connection.checkHeld(controller)
      let declared = try connection.query(keys: findings.map(\.host.sqlValue)) {
        "SELECT name, observed_generation FROM hosts WHERE name IN (\($0))"
      }
      let generations = Dictionary(declared.map { ($0["name"], $0["observed_generation"]) }) { first, _ in first }
      // One may have been deleted while it was looked at.
      let findings = findings.filter { generations[$0.host.sqlValue] != nil }
      try connection.set(findings)
      for finding in findings where generations[finding.host.sqlValue] != finding.generation.sqlValue {
        try connection.execute(
          "UPDATE hosts SET observed_generation = ? WHERE name = ? AND observed_generation < ?",
          [finding.generation.sqlValue, finding.host.sqlValue, finding.generation.sqlValue])
      }
    }
  }

  /// The conditions of a host, in the order of their types.
  package func conditions(of host: HostName) async throws -> [Condition] {
    try await database.read { connection in
      try connection.rows(
        of: "conditions", "SELECT * FROM conditions WHERE host = ?", [host.sqlValue], as: Condition.init
      ).sorted()
    }
  }

  /// The conditions of all hosts.
  package func conditions() async throws -> [HostName: [Condition]] {
    try await database.read { connection in
      let all = try connection.rows(of: "conditions", "SELECT * FROM conditions") { row in
        (host: try row.required("host", as: HostName.self), condition: try Condition(row))
      }
      return Dictionary(grouping: all, by: \.host).mapValues { $0.map(\.condition).sorted() }
    }
  }
}

extension SQLConnection {
  func conditions(from first: HostName, through last: HostName) throws -> [(HostName, Condition)] {
    try rows(
      of: "conditions", "SELECT * FROM conditions WHERE host >= ? AND host <= ?", [first.sqlValue, last.sqlValue]
    ) { row in (try row.required("host"), try Condition(row)) }
  }

  fileprivate func set(_ findings: [HostFinding]) throws {
    let rows = try query(keys: findings.filter { !$0.conditions.isEmpty }.map(\.host.sqlValue)) {
      "SELECT host, type, status FROM conditions WHERE host IN (\($0))"
    }
    let known = Dictionary(rows.map { ([$0["host"], $0["type"]], $0["status"]) }) { first, _ in first }
    var new: [[(name: String, value: SQLValue)]] = []
    for finding in findings {
      for condition in finding.conditions {
        let key = [finding.host.sqlValue, condition.type.sqlValue]
        let values: [(name: String, value: SQLValue)] = [
          ("status", condition.status.sqlValue), ("reason", condition.reason.sqlValue),
          ("message", condition.message.sqlValue), ("observed_generation", condition.observedGeneration.sqlValue),
        ]
        let changed = (name: "changed_at", value: condition.changedAt.sqlValue)
        if let status = known[key] {
          let news = status == condition.status.sqlValue ? values : values + [changed]
          try update("conditions", set: news, where: "host = ? AND type = ?", key)
        } else {
          new.append([("host", key[0]), ("type", key[1])] + values + [changed])
        }
      }
    }
    try insert(into: "conditions", rows: new)
  }
}

extension Condition {
  /// Whether the two say the same, whenever it became so.
  package func says(_ other: Condition) -> Bool {
    (type, status, reason, message, observedGeneration)
      == (other.type, other.status, other.reason, other.message, other.observedGeneration)
  }

  init(_ row: SQLRow) throws {
    self.init(
      try row.required("type"), try row.required("status"), reason: try row.required("reason"),
      message: try row.required("message"), observedGeneration: try row.required("observed_generation"),
      changedAt: try row.required("changed_at"))
  }
}

extension [Condition] {
  func sorted() -> [Condition] {
    Condition.Kind.allCases.flatMap { type in filter { $0.type == type } }
  }
}
