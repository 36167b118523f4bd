// Pins as the store mirrors them from the disk, so that plans and lists know of them without a look at each snapshot.

package import Engine
package import Foundation
package import Spec

extension Store {
  /// Remembers the pin of a snapshot, in place of an earlier one.
  ///
  /// - Parameter noting: what the audit log is told, in the same transaction, of the pin before and the one now.
  package func pin(
    _ id: SnapshotID, of host: HostName, _ pin: SnapshotPin,
    noting: (@Sendable (_ former: SnapshotPin?, _ pin: SnapshotPin) -> NewAuditEntry)? = nil
  ) async throws {
    try await database.write { connection in
      let former = try connection.pin(of: id, host: host)
      try connection.set(pin, on: id, of: host)
      try connection.touch(host)
      if let noting { try connection.append(noting(former, pin), at: pin.pinnedAt) }
    }
  }

  /// Forgets the pin of a snapshot.
  ///
  /// - Parameters:
  ///   - wasOnDisk: whether one was taken out of the snapshot itself, which is a change even if none was known here.
  ///   - noting: what the audit log is told, in the same transaction, of the pin that was known.
  /// - Returns: false if there was none, neither here nor there.
  @discardableResult
  package func unpin(
    _ id: SnapshotID, of host: HostName, wasOnDisk: Bool = false,
    noting: (@Sendable (_ former: SnapshotPin?) -> NewAuditEntry)? = nil, at now: Date
  ) async throws -> Bool {
    try await database.write { connection in
      let former = try connection.pin(of: id, host: host)
      if try connection.removePin(of: id, host: host) {
        try connection.touch(host)
      } else if !wasOnDisk {
        return false
      }
      if let noting { try connection.append(noting(former), at: now) }
      return true
    }
  }

  /// The pins of a host's snapshots, those that are over as well.
  package func pins(of host: HostName) async throws -> [SnapshotID: SnapshotPin] {
    try await database.read { try $0.pins(from: host, through: host)[host] ?? [:] }
  }
}

extension SQLConnection {
  /// The pins of all hosts in a range of names.
  func pins(from first: HostName, through last: HostName) throws -> [HostName: [SnapshotID: SnapshotPin]] {
    try pins("SELECT * FROM pins WHERE host >= ? AND host <= ?", [first.sqlValue, last.sqlValue])
  }

  /// The pins of all hosts.
  func pins() throws -> [HostName: [SnapshotID: SnapshotPin]] { try pins("SELECT * FROM pins", []) }

  fileprivate func pin(of id: SnapshotID, host: HostName) throws -> SnapshotPin? {
    try pins(
      "SELECT * FROM pins WHERE host = ? AND kind = ? AND name = ?",
      [host.sqlValue, id.kind.sqlValue, id.name.sqlValue])[host]?[id]
  }

  private func pins(_ query: String, _ arguments: [SQLValue]) throws -> [HostName: [SnapshotID: SnapshotPin]] {
    var pins: [HostName: [SnapshotID: SnapshotPin]] = [:]
    let found = try rows(of: "pins", query, arguments) { row in
      (
        host: try row.required("host", as: HostName.self),
        id: SnapshotID(kind: try row.required("kind"), name: try row.required("name")),
        pin: SnapshotPin(
          reason: try row.optional("reason"), until: try row.optional("until"), actor: try row.required("actor"),
          pinnedAt: try row.required("pinned_at"))
      )
    }
    for row in found { pins[row.host, default: [:]][row.id] = row.pin }
    return pins
  }

  func set(_ pin: SnapshotPin, on id: SnapshotID, of host: HostName) throws {
    try removePin(of: id, host: host)
    try insert(
      into: "pins",
      [
        ("host", host.sqlValue), ("kind", id.kind.sqlValue), ("name", id.name.sqlValue),
        ("reason", SQLValue(pin.reason)), ("until", SQLValue(pin.until)), ("actor", pin.actor.sqlValue),
        ("pinned_at", pin.pinnedAt.sqlValue),
      ])
  }

  @discardableResult
  func removePin(of id: SnapshotID, host: HostName) throws -> Bool {
    try execute(
      "DELETE FROM pins WHERE host = ? AND kind = ? AND name = ?",
      [host.sqlValue, id.kind.sqlValue, id.name.sqlValue]) > 0
  }

  /// Makes the pins of a host agree with what discovery found.
  /// - Returns: the snapshots that are pinned otherwise than before, or not any more.
  func replacePins(of host: HostName, with found: [Snapshot]) throws -> Set<SnapshotID> {
    let known = try pins(from: host, through: host)[host] ?? [:]
    var changed: Set<SnapshotID> = []
    var pinned: Set<SnapshotID> = []
    for snapshot in found where snapshot.host == host {
      guard let pin = snapshot.pin else { continue }
      pinned.insert(snapshot.id)
      guard known[snapshot.id] != pin else { continue }
      try set(pin, on: snapshot.id, of: host)
      changed.insert(snapshot.id)
    }
    for id in known.keys where !pinned.contains(id) {
      try removePin(of: id, host: host)
      changed.insert(id)
    }
    return changed
  }
}
