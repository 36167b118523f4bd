// What a list of all hosts is made from, as of one moment: the same few queries for one host and for thousands.

import Engine
package import Foundation
package import Spec

/// What is known of one host besides its status.
package struct HostFacts: Sendable, Hashable {
  /// As it is declared; nil for the host's own name, and for one that is declared no more.
  package var address: String?
  /// The labels of its own declaration, without those of its profiles.
  package var labels: Labels = [:]
  /// Whether the controller has found something of it.
  package var isJudged = false
  package var snapshots = 0
  /// When the newest good snapshot of any kind was begun.
  package var newestGood: Date?
  /// How much is in the newest scheduled snapshot, or the newest manual one where there is none.
  package var newestSize: Int64?

  package init() {}
}

/// The records behind a list of hosts.
package struct FleetRecords: Sendable {
  package var status: StatusRecords
  package var facts: [HostName: HostFacts] = [:]
  /// Hosts that are declared no more, and of which something is left.
  package var retained: [HostName: RetainedHost] = [:]

  package init(status: StatusRecords) { self.status = status }
}

extension Store {
  package func fleetRecords(at now: Date) async throws -> FleetRecords {
    try await database.read { connection in
      var status = StatusRecords()
      try connection.readHosts(into: &status)
      try connection.readConditions(into: &status, at: now)
      try connection.readBackingUp(into: &status)
      status.pauses = try connection.pauses(at: now)
      var records = FleetRecords(status: status)
      try connection.readDeclarations(into: &records)
      try connection.readSnapshots(into: &records)
      for row in try connection.query("SELECT host FROM conditions WHERE type = ?", [Condition.Kind.ready.sqlValue]) {
        records.facts[try row.required("host")]?.isJudged = true
      }
      records.retained = try connection.retainedHosts()
      return records
    }
  }
}

extension SQLConnection {
  fileprivate func readDeclarations(into records: inout FleetRecords) throws {
    // Many hosts have the same labels, which are worth reading once.
    var known: [String: Labels] = [:]
    for row in try query("SELECT name, address, labels FROM hosts", []) {
      var facts = HostFacts()
      facts.address = try row.optional("address")
      if let json: String = try row.optional("labels") {
        let labels = known[json] ?? Labels(json: json)
        known[json] = labels
        facts.labels = labels
      }
      records.facts[try row.required("name")] = facts
    }
  }

  fileprivate func readSnapshots(into records: inout FleetRecords) throws {
    let good = SnapshotStatus.allCases.filter(\.isGood)
    let newest = good.map {
      "(SELECT MAX(started_at) FROM snapshots WHERE host = counted.host AND status = '\($0.rawValue)') AS newest_\($0.rawValue)"
    }
    // Names begin with their time.
    let sizes = SnapshotKind.allCases.map {
      "(SELECT apparent_size_bytes FROM snapshots WHERE host = counted.host AND kind = '\($0.rawValue)' "
        + "ORDER BY name DESC LIMIT 1) AS \($0.rawValue)_size"
    }
    let rows = try query(
      "SELECT host, snapshots, \((newest + sizes).joined(separator: ", ")) "
        + "FROM (SELECT host, COUNT(*) AS snapshots FROM snapshots GROUP BY host) AS counted", [])
    for row in rows {
      let host: HostName = try row.required("host")
      var facts = records.facts[host] ?? HostFacts()
      facts.snapshots = try row.required("snapshots")
      facts.newestGood = try good.compactMap { try row.optional("newest_\($0.rawValue)", as: Date.self) }.max()
      facts.newestSize = try row.optional("scheduled_size")
      if facts.newestSize == nil { facts.newestSize = try row.optional("manual_size") }
      records.facts[host] = facts
    }
  }
}

extension Labels {
  /// Reads what the spec's own encoding of labels has written; what is no label is left out.
  fileprivate init(json: String) {
    self.init()
    guard let documents = try? YAML.parse(SourceText(name: "labels", bytes: Array(json.utf8))),
      case .map(let pairs)? = documents.first?.value
    else { return }
    for pair in pairs {
      if let name = try? ResourceName(text: pair.key), let value = pair.value.text { self[name] = value }
    }
  }
}
