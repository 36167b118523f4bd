// What the tests of controllers share: a store in memory, a disk that is made up, and clocks that are moved.

import Engine
import Foundation
import Logging
import Spec
import Support
import Testing

@testable import Reconciler
@testable import Store

/// A disk that holds what a test says.
final class FakeDisk: DiskObserver {
  private struct State {
    var problem: String?
    var snapshots: [HostName: Set<SnapshotID>] = [:]
    var looks: [[HostName]] = []
  }

  private let state = Locked(State())

  /// Why the backup root cannot be used, if it cannot.
  var problem: String? {
    get { state.with { $0.problem } }
    set { state.with { $0.problem = newValue } }
  }

  /// Puts a snapshot where no one told of it.
  func add(_ id: SnapshotID, of host: HostName) {
    state.with { _ = $0.snapshots[host, default: []].insert(id) }
  }

  /// The hosts that were looked at since the last time, in the order in which they were.
  func takeLooks() -> [HostName] {
    state.with { state in
      defer { state.looks = [] }
      return state.looks.flatMap(\.self)
    }
  }

  func look(
    at hosts: [HostName], recorded: [HostName: RecordedHost], root: RootState
  ) async -> [HostName: DiskLook] {
    state.with { state in
      state.looks.append(hosts)
      return Dictionary(
        uniqueKeysWithValues: hosts.map { host in
          if case .unusable(let problem) = root { return (host, DiskLook(.unreadable(problem), stamp: nil)) }
          return (host, DiskLook(.seen(state.snapshots[host] ?? [], trash: []), stamp: nil))
        })
    }
  }

  /// None: each host that is swept is looked at.
  func stamps(of hosts: [HostName], root: RootState) async -> [HostName: DirectoryStamp] { [:] }

  func root(of settings: Settings?) async throws -> RootState {
    if let problem { return .unusable(problem) }
    return .unused(try AbsolutePath(text: "/backups"))
  }
}

/// One store, one disk, and as many controllers as a test wants.
struct Site {
  let store: Store
  let disk = FakeDisk()
  let time: VirtualTime

  init(at now: String = "2026-05-19 12:00") async throws {
    time = VirtualTime(try ReconcilerTests.time(now))
    store = try await Store.open(on: TestDatabase.fresh(), at: time.clock.now)
  }

  func environment(_ time: VirtualTime? = nil) throws -> Reconciler.Environment {
    let time = time ?? self.time
    return Reconciler.Environment(
      store: store, clock: time.clock, elapsed: time.elapsed, runner: ProcessRunner(executable: "/nowhere"),
      sshDefaults: SSHDefaults(knownHostsFile: try SSHFilePath(text: "/nowhere/known_hosts"), identityFile: nil),
      actor: "tests")
  }

  /// - Parameter time: the clocks that it goes by, if not those of the others.
  func controller(_ time: VirtualTime? = nil, _ options: Controller.Options = Controller.Options()) throws -> Controller
  {
    Controller(
      try environment(time), disk: disk, options: options,
      logger: Logger(label: "tests") { _ in SwiftLogNoOpLogHandler() })
  }

  func apply(_ yaml: String) async throws {
    let origin = ChangeOrigin(source: "tests", actor: "tests")
    _ = try await store.apply(try spec(yaml), as: origin, prune: false, at: time.clock.now)
  }

  /// Records a good snapshot that is on disk.
  func record(_ text: String, of host: HostName) async throws {
    let like = try snapshot(text)
    disk.add(like.id, of: host)
    try await store.record(
      Snapshot(host: host, id: like.id, status: like.status, startedAt: like.startedAt), at: time.clock.now)
  }

  func worker(_ name: String = "worker/a", process: String = "somewhere else") async throws -> LeaseGrant {
    try #require(
      try await store.acquireLease(name, kind: .worker, process: process, duration: 60, at: time.clock.now))
  }
}

extension ProcessIdentity {
  /// A process that had the number of this one before, in words.
  static var ended: String {
    var parts = current.description.split(separator: " ").map(String.init)
    parts[1] = "1"
    return parts.joined(separator: " ")
  }
}
