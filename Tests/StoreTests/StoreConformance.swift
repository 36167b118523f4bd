// What every database has to do alike: the suite's databases, and what all its parts use.

import Engine
import Foundation
import Spec
import Store
import Support
import Testing

/// The databases over which the suite runs. MariaDB is among them where it is built in and a server is installed.
enum DatabaseMaker: String, CaseIterable, Sendable, CustomTestStringConvertible {
  case sqliteFile = "SQLite file"
  case sqliteMemory = "SQLite memory"
  case mariaDB = "MariaDB"

  /// `POBSYNC_STORE_DATABASE` has the suite run over one of them alone, to measure it.
  static var allCases: [DatabaseMaker] {
    let all: [DatabaseMaker] = [.sqliteFile, .sqliteMemory] + (hasMariaDB ? [.mariaDB] : [])
    guard let name = ProcessInfo.processInfo.environment["POBSYNC_STORE_DATABASE"] else { return all }
    return all.filter { $0.rawValue == name }
  }

  static var hasMariaDB: Bool {
    #if MariaDB
      return MariaDBServer.isInstalled
    #else
      return false
    #endif
  }

  var testDescription: String { rawValue }

  /// Gives `body` an empty database.
  func withDatabase(_ body: (any SQLDatabase) async throws -> Void) async throws {
    switch self {
    case .sqliteFile:
      try await withScratchDirectory { try await body(SQLiteDatabase.open($0.path("pobsync.sqlite3"))) }
    case .sqliteMemory:
      try await body(SQLiteDatabase.inMemory())
    case .mariaDB:
      #if MariaDB
        try await MariaDBServer.withDatabase { try await body(MariaDBDatabase.open($0, connections: 4)) }
      #else
        Issue.record("MariaDB is not built in")
      #endif
    }
  }

  /// Gives `body` an empty store, and the database below it.
  func withStore(_ body: (Store, any SQLDatabase) async throws -> Void) async throws {
    try await withDatabase { try await body(Store.open(on: $0, at: noon), $0) }
  }

  func withStore(_ body: (Store) async throws -> Void) async throws {
    try await withStore { store, _ in try await body(store) }
  }
}

@Suite struct StoreConformance {}

let noon = Date(timeIntervalSince1970: 1_779_192_000)

func later(_ seconds: Int) -> Date { noon.addingTimeInterval(Double(seconds)) }

func host(_ name: String) throws -> HostName { try HostName(text: name) }

func name(_ name: String) throws -> ResourceName { try ResourceName(text: name) }

extension ChangeOrigin {
  static let alice = ChangeOrigin(source: "servers", actor: "alice")
  static let bob = ChangeOrigin(source: "cli", actor: "bob")
}

extension Store {
  /// Declares hosts that leave everything to defaults.
  func declare(_ names: String...) async throws {
    var spec = Spec()
    for name in names { spec.hosts[try host(name)] = Host() }
    _ = try await apply(spec, as: .alice, prune: false, at: noon)
  }
}

extension Store {
  /// The lease of a new worker.
  func worker(_ name: String = "worker/a", at now: Date = noon) async throws -> LeaseGrant {
    try #require(try await acquireLease(name, kind: .worker, process: "a process", duration: 60, at: now))
  }

  /// The lease of a controller that leads, in place of any other.
  func controller(at now: Date = noon) async throws -> LeaseGrant {
    let leader = try await leases().first { $0.name == Lease.controllerName }
    let grant = try await acquireLease(
      Lease.controllerName, kind: .controller, process: "a process", duration: 15, replacing: leader, at: now)
    return try #require(grant)
  }

  /// Queues a run and gives it to a worker.
  func begin(_ request: RunRequest, by worker: LeaseGrant, at now: Date = noon) async throws -> Run {
    let id = try #require(try await queue(request, at: now).runID)
    return try #require(try await claimRun(id, by: worker, at: now))
  }

  /// Gives the next run to a worker, with no limits but that a host has one run at a time.
  func claimNext(
    of kinds: [RunKind] = RunKind.allCases, by worker: LeaseGrant, at now: Date = noon
  ) async throws -> Run? {
    try await claimRun(of: kinds, by: worker, at: now) { running, _, _ in
      let busy = Set(running.map(\.host))
      return QueueAdmission { !busy.contains($0.host) }
    }
  }
}

/// A piece of work for `web-1`, unless another host is named.
func request(
  _ kind: RunKind = .backup, of name: String = "web-1", _ trigger: RunTrigger = .schedule, reason: String = "because"
) throws -> RunRequest {
  RunRequest(host: try host(name), kind: kind, trigger: trigger, reason: reason)
}

/// The code of the `StoreError` that `body` throws; nil, with an issue, if it throws none.
func storeError(
  _ body: () async throws -> Void, sourceLocation: SourceLocation = #_sourceLocation
) async -> StoreError? {
  await #expect(throws: StoreError.self, sourceLocation: sourceLocation) { try await body() }
}
