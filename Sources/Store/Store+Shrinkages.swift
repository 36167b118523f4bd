// Shrinkages: snapshots that hold less than the one that they were made against, and what a person has said of that. An
// unmounted source looks just like this, and everything older is then worth more than a policy knows.

package import Engine
package import Foundation
package import Spec

/// How much is in a snapshot, as far as it is known.
package struct SnapshotSize: Sendable, Hashable {
  package let files: Int64?
  package let bytes: Int64?

  package init(files: Int64?, bytes: Int64?) {
    self.files = files
    self.bytes = bytes
  }
}

/// A good snapshot that holds less than its base.
package struct Shrinkage: Sendable, Hashable {
  package let id: SnapshotID
  package let size: SnapshotSize
  package let base: SnapshotSize

  package init(id: SnapshotID, size: SnapshotSize, base: SnapshotSize) {
    self.id = id
    self.size = size
    self.base = base
  }

  /// Whether the base held so many files that their number says something.
  package var hasManyFiles: Bool { base.files ?? 0 >= Self.fewestFiles }
  /// The same of its bytes.
  package var hasManyBytes: Bool { base.bytes ?? 0 >= Self.fewestBytes }

  /// Whether a snapshot holds so much less than its base that it is worth a note: whether it is too much is for the
  /// planner to say.
  var isNotable: Bool {
    func isLess(_ figure: Int64?, than base: Int64?) -> Bool {
      // Metadata may hold any number.
      guard let figure, let base, figure >= 0, base > 0 else { return false }
      return base - figure >= base / Self.notableShare + (base % Self.notableShare > 0 ? 1 : 0)
    }
    return hasManyFiles && isLess(size.files, than: base.files) || hasManyBytes && isLess(size.bytes, than: base.bytes)
  }

  /// The larger of the shares of files and of bytes that are gone.
  fileprivate var shareLost: Double {
    func share(_ figure: Int64?, _ base: Int64?) -> Double {
      guard let figure, let base, base > 0 else { return 0 }
      return 1 - Double(figure) / Double(base)
    }
    return max(share(size.files, base.files), share(size.bytes, base.bytes))
  }

  private static let fewestFiles: Int64 = 10
  private static let fewestBytes: Int64 = 1_000_000
  /// One in so many.
  private static let notableShare: Int64 = 10
}

/// What is known of how a host's snapshots have shrunk.
package struct SizeHistory: Sendable, Hashable {
  package var shrinkages: [Shrinkage] = []
  /// Up to which snapshot a person has said that what is there is all that there should be.
  package var acceptedUpTo: SnapshotName?
  /// The sizes of the host's good scheduled snapshots, where there are shrinkages.
  package var sizes: [SnapshotID: SnapshotSize] = [:]

  package init() {}
}

extension Store {
  /// What is known of how a host's snapshots have shrunk.
  package func sizeHistory(of host: HostName) async throws -> SizeHistory {
    try await database.read { try $0.sizeHistories(from: host, through: host)[host] ?? SizeHistory() }
  }

  /// Notes that a person has found a host whole as it is, and an event of it.
  ///
  /// - Parameters:
  ///   - name: the newest snapshot that was looked at: shrinkages up to it are of no interest any more.
  ///   - noting: what the audit log is told, in the same transaction.
  package func acceptShrinkage(
    of host: HostName, upTo name: SnapshotName, reason: String?, by actor: String, noting: NewAuditEntry? = nil,
    at now: Date
  ) async throws {
    try await database.write { connection in
      try connection.execute("DELETE FROM accepted_shrinkages WHERE host = ?", [host.sqlValue])
      try connection.insert(
        into: "accepted_shrinkages",
        [
          ("host", host.sqlValue), ("name", name.sqlValue), ("reason", SQLValue(reason)), ("actor", actor.sqlValue),
          ("accepted_at", now.sqlValue),
        ])
      let why = reason.map { ": \($0)" } ?? ""
      try connection.record(
        NewEvent(
          host: host, severity: .info, reason: "shrinkage_accepted",
          message: "\(actor) has accepted that \(host) holds what it holds in \(name)\(why)"), at: now)
      try connection.touch(host)
      if let noting { try connection.append(noting, at: now) }
    }
  }
}

extension SQLConnection {
  /// What is known of how snapshots have shrunk, of the hosts in a range of names of which anything is.
  func sizeHistories(from first: HostName, through last: HostName) throws -> [HostName: SizeHistory] {
    let range = [first.sqlValue, last.sqlValue]
    var histories: [HostName: SizeHistory] = [:]
    let shrunk = try rows(of: "shrinkages", "SELECT * FROM shrinkages WHERE host >= ? AND host <= ?", range) { row in
      (host: try row.required("host", as: HostName.self), shrinkage: try Shrinkage(row))
    }
    for row in shrunk { histories[row.host, default: SizeHistory()].shrinkages.append(row.shrinkage) }
    for host in Array(histories.keys) { histories[host]?.sizes = try goodSizes(of: host) }
    let accepted = try rows(
      of: "accepted_shrinkages", "SELECT * FROM accepted_shrinkages WHERE host >= ? AND host <= ?", range
    ) { row in
      (host: try row.required("host", as: HostName.self), name: try row.required("name", as: SnapshotName.self))
    }
    for row in accepted { histories[row.host, default: SizeHistory()].acceptedUpTo = row.name }
    return histories
  }

  /// The sizes of a host's good scheduled snapshots.
  private func goodSizes(of host: HostName) throws -> [SnapshotID: SnapshotSize] {
    let good = SnapshotStatus.allCases.filter(\.isGood)
    let found = try rows(
      of: "snapshots",
      "SELECT kind, name, files, apparent_size_bytes FROM snapshots WHERE host = ? AND kind = ? AND status IN "
        + "(\(good.map { _ in "?" }.joined(separator: ", ")))",
      [host.sqlValue, SnapshotKind.scheduled.sqlValue] + good.map(\.sqlValue)
    ) { row in
      (
        id: SnapshotID(kind: try row.required("kind"), name: try row.required("name")),
        size: SnapshotSize(files: try row.optional("files"), bytes: try row.optional("apparent_size_bytes"))
      )
    }
    return Dictionary(found.map { ($0.id, $0.size) }) { first, _ in first }
  }

  // MARK: - Writing

  /// Makes the shrinkages of a host agree with its snapshots. Of one whose base is not known any more, what was noted
  /// stays.
  ///
  /// - Parameter comparisons: each snapshot whose base is known, with what both hold; nothing for one that is not good.
  func noteShrinkages(of host: HostName, _ comparisons: [(id: SnapshotID, shrinkage: Shrinkage?)]) throws {
    let noted = try shrinkages(of: host)
    for (id, comparison) in comparisons {
      let shrinkage = comparison.flatMap { $0.isNotable ? $0 : nil }
      guard noted[id] != shrinkage else { continue }
      try removeShrinkage(id, of: host)
      if let shrinkage { try insert(shrinkage, of: host) }
    }
  }

  /// Forgets the shrinkage of a snapshot that is removed. The next good one takes the note over if it holds as little and
  /// nobody has accepted that: to remove the first bad snapshot does not make the second one a good measure.
  func handOnShrinkage(of id: SnapshotID, host: HostName) throws {
    let noted = try shrinkages(of: host)
    guard let removed = noted[id] else { return }
    try removeShrinkage(id, of: host)
    guard id.kind == .scheduled, try !isAccepted(id.name, of: host),
      let next = try goodSizes(of: host).filter({ $0.key > id }).min(by: { $0.key < $1.key }),
      Shrinkage(id: next.key, size: next.value, base: removed.base).isNotable
    else { return }
    // What was lost then, and not what has been lost since: many small steps never become a large one.
    let shrinkage = Shrinkage(id: next.key, size: removed.size, base: removed.base)
    if let own = noted[next.key], own.shareLost >= shrinkage.shareLost { return }
    try removeShrinkage(next.key, of: host)
    try insert(shrinkage, of: host)
  }

  private func isAccepted(_ name: SnapshotName, of host: HostName) throws -> Bool {
    let accepted = try rows(
      of: "accepted_shrinkages", "SELECT name FROM accepted_shrinkages WHERE host = ?", [host.sqlValue]
    ) { try $0.required("name", as: SnapshotName.self) }
    return accepted.contains { name <= $0 }
  }

  private func shrinkages(of host: HostName) throws -> [SnapshotID: Shrinkage] {
    let found = try rows(
      of: "shrinkages", "SELECT * FROM shrinkages WHERE host = ?", [host.sqlValue], as: Shrinkage.init)
    return Dictionary(found.map { ($0.id, $0) }) { first, _ in first }
  }

  private func removeShrinkage(_ id: SnapshotID, of host: HostName) throws {
    try execute(
      "DELETE FROM shrinkages WHERE host = ? AND kind = ? AND name = ?",
      [host.sqlValue, id.kind.sqlValue, id.name.sqlValue])
  }

  private func insert(_ shrinkage: Shrinkage, of host: HostName) throws {
    try insert(
      into: "shrinkages",
      [
        ("host", host.sqlValue), ("kind", shrinkage.id.kind.sqlValue), ("name", shrinkage.id.name.sqlValue),
        ("files", SQLValue(shrinkage.size.files)), ("base_files", SQLValue(shrinkage.base.files)),
        ("bytes", SQLValue(shrinkage.size.bytes)), ("base_bytes", SQLValue(shrinkage.base.bytes)),
      ])
  }
}

extension Shrinkage {
  fileprivate init(_ row: SQLRow) throws {
    self.init(
      id: SnapshotID(kind: try row.required("kind"), name: try row.required("name")),
      size: SnapshotSize(files: try row.optional("files"), bytes: try row.optional("bytes")),
      base: SnapshotSize(files: try row.optional("base_files"), bytes: try row.optional("base_bytes")))
  }
}
