// Pins as the store mirrors them from the disk, so that plans and lists know of them without a look at each snapshot.

package import Engine
import Foundation
package import Spec

extension Store {
  /// Remembers the pin of a snapshot, in place of an earlier one.
  package func pin(_ id: SnapshotID, of host: HostName, _ pin: SnapshotPin) async throws {
    try await database.write { connection in
      try connection.set(pin, on: id, of: host)
      try connection.touch(host)
    }
  }

  /// Forgets the pin of a snapshot.
  /// - Returns: false if there was none.
  @discardableResult
  package func unpin(_ id: SnapshotID, of host: HostName) async throws -> Bool {
    try await database.write { connection in
      guard try connection.removePin(of: id, host: host) else { return false }
      try connection.touch(host)
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
