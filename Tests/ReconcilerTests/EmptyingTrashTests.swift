// Emptying a real trash: what is due goes, fenced by the lease and the marker, and no record of a removal is lost.

import Engine
import Foundation
import Spec
import Store
import Support
import Testing

@testable import Reconciler

struct EmptyingTrashTests {
  private static let metadata = "status: success\nstats: {rsync: {files: 30}}\n"

  /// A host's directory, and what carries a run for it out.
  private struct Case: Sendable {
    let site: Site
    let settings: Settings
    let host: EffectiveHost
    let directory: HostDirectory
    let root: BackupRoot

    /// Puts a snapshot into the trash, so many hours before noon.
    @discardableResult
    func trash(_ name: String, hoursAgo: Double, note: Bool = false) throws -> TrashEntry {
      let id = SnapshotID(kind: .scheduled, name: try #require(SnapshotName(name)))
      let tree = try TreeBuilder(at: directory.directory(of: id))
      try tree.makeDirectory("data")
      try tree.makeDirectory("meta")
      try tree.write(EmptyingTrashTests.metadata, to: "meta/meta.yaml")
      for number in 0..<30 { try tree.write("x", to: RawPath("data/\(number)")) }
      let at = site.time.clock.now.addingTimeInterval(-3600 * hoursAgo)
      let purge = Purge(
        host: host.name, kind: .scheduled, name: name, path: directory.directory(of: id), reason: "old",
        action: .scheduled, actor: "alice", metadata: nil, at: at)
      return try directory.discard(id, at: at, note: note ? PurgeNote(purge, of: id.name) : nil)
    }

    func carryOut(
      _ kind: RunKind = .emptyTrash, progress: @escaping @Sendable (TransferProgress) -> Void = { _ in },
      makesWay: @escaping @Sendable () -> Bool = { false }, checkLease: @escaping @Sendable () async throws -> Void = {}
    ) async throws -> RunResult {
      let request = RunRequest(host: host.name, kind: kind, trigger: .reconcile, reason: "because")
      let run = Run(id: 1, request, state: .running, queuedAt: site.time.clock.now)
      let job = Job(
        run: run, host: .declared(host), settings: settings, begins: {}, checkLease: checkLease, progress: progress,
        deletionRate: 1_000_000, makesWay: makesWay)
      switch try await site.environment().executor.carryOut(job) {
      case .finished(let result, _): return result
      case .busy(let who): return RunResult(state: .queued, message: who)
      }
    }

    var left: [String] { get throws { try directory.trashEntries().map { $0.name?.description ?? $0.fileName } } }
  }

  private func withCase(_ settings: String = "", _ body: (Case) async throws -> Void) async throws {
    try await withScratchDirectory { scratch in
      let site = try await Site()
      let yaml = "settings: {backup_root: \(scratch.path("backups"))\(settings.isEmpty ? "" : ", " + settings)}\n"
      let spec = try ReconcilerTests.spec(yaml + "hosts: {web-1: {}}")
      let host = try #require(spec.effectiveHosts.first)
      let root = try await site.environment().backupRoot(of: spec.settings)
      let directory = HostDirectory(host.name, in: root)
      try directory.prepare()
      try await body(
        Case(site: site, settings: try #require(spec.settings), host: host, directory: directory, root: root))
    }
  }

  @Test func `what is past its time goes, and the rest stays`() async throws {
    try await withCase { each in
      try each.trash("20260510-021500Z__A", hoursAgo: 73)
      try each.trash("20260511-021500Z__B", hoursAgo: 100)
      try each.trash("20260512-021500Z__C", hoursAgo: 71)
      let result = try await each.carryOut()
      #expect(result.state == .succeeded)
      #expect(result.message == "2 in the trash deleted for good")
      #expect(try each.left == ["20260512-021500Z__C"])
      #expect(try await each.carryOut().message == "nothing to delete")
    }
  }

  @Test func `it does not need the lock of the host, and has one of its own`() async throws {
    try await withCase { each in
      try each.trash("20260510-021500Z__A", hoursAgo: 73)
      let host = try HostLock.take(each.directory)
      do {
        let trash = try HostLock.take(each.directory, .trash)
        let busy = try await each.carryOut()
        #expect(busy.message?.hasPrefix("the trash of host web-1 is being emptied by process ") == true)
        #expect(try each.left.count == 1)
        withExtendedLifetime(trash) {}
      }
      #expect(try await each.carryOut().state == .succeeded)
      #expect(try each.left.isEmpty)
      withExtendedLifetime(host) {}
    }
  }

  @Test func `nothing is deleted by whoever has lost the lease, or on a disk without its marker`() async throws {
    try await withCase { each in
      try each.trash("20260510-021500Z__A", hoursAgo: 73)
      let lost = try await each.carryOut(checkLease: { throw LeaseLost(name: "worker/a") })
      #expect(lost.state == .interrupted)
      #expect(try each.left.count == 1)
      let marker = "\(each.root.path)/.pobsync-root.yaml"
      let text = try String(contentsOfFile: marker, encoding: .utf8)
      try FileManager.default.removeItem(atPath: marker)
      let unmounted = try await each.carryOut()
      #expect(unmounted.state == .failed && unmounted.errorCode == "backup_root")
      #expect(try each.left.count == 1)
      try text.write(toFile: marker, atomically: true, encoding: .utf8)
      #expect(try await each.carryOut().state == .succeeded)
      #expect(try each.left.isEmpty)
    }
  }

  @Test(.timeLimit(.minutes(1)))
  func `it waits while a backup is at work, and a stop leaves the rest for the next`() async throws {
    try await withCase { each in
      try each.trash("20260510-021500Z__A", hoursAgo: 73)
      let waits = Locked(false)
      let work = Task {
        try await each.carryOut(makesWay: {
          waits.with { $0 = true }
          return true
        })
      }
      while !waits.with({ $0 }) { await Task.yield() }
      #expect(try each.directory.trashEntries().count == 1)
      work.cancel()
      #expect(try await work.value.state == .interrupted)
      let left = try each.directory.trashEntries()
      #expect(left.map(\.isBeingDeleted) == [true], "what is begun does not come back")
      #expect(try await each.carryOut().state == .succeeded)
      #expect(try each.left.isEmpty)
    }
  }

  @Test func `where room is short all goes, and it makes way for nobody`() async throws {
    try await withCase("min_free: 1000000TiB") { each in
      try each.trash("20260510-021500Z__A", hoursAgo: 1)
      #expect(try await each.carryOut(makesWay: { true }).state == .succeeded)
      #expect(try each.left.isEmpty)
    }
  }

  @Test func `it tells how much is left, from what the metadata say`() async throws {
    try await withCase { each in
      try each.trash("20260510-021500Z__A", hoursAgo: 73)
      try each.trash("20260511-021500Z__B", hoursAgo: 74)
      let told = Locked<[TransferProgress]>([])
      let request = RunRequest(host: each.host.name, kind: .emptyTrash, trigger: .reconcile, reason: "because")
      let run = Run(id: 1, request, state: .running, queuedAt: each.site.time.clock.now)
      let job = Job(
        run: run, host: .declared(each.host), settings: each.settings, begins: {}, checkLease: {},
        progress: { progress in told.with { $0.append(progress) } }, deletionRate: 200)
      _ = try await each.site.environment().executor.carryOut(job)
      let all = told.with { $0 }
      #expect(all.first?.knownFiles == 60)
      #expect(all.first?.remainingSnapshots == 2)
      #expect(all.last?.remainingSnapshots == 1)
      #expect(all.map(\.percent) == all.map(\.percent).sorted())
    }
  }

  // MARK: - Records

  @Test(arguments: [RunKind.emptyTrash, .discover])
  func `a removal that was never recorded is, before it can be forgotten`(_ kind: RunKind) async throws {
    try await withCase { each in
      try each.trash("20260510-021500Z__A", hoursAgo: 73, note: true)
      _ = try await each.carryOut(kind)
      let purges = try await each.site.store.purges(limit: 9)
      #expect(purges.map(\.name) == ["20260510-021500Z__A"])
      #expect(purges.map(\.reason) == ["old"] && purges.map(\.actor) == ["alice"])
      #expect(purges.first?.metadata?.contains("success") == true)
      #expect(purges.first?.path == "\(each.directory.path)/scheduled/20260510-021500Z__A")
      _ = try await each.carryOut(.discover)
      #expect(try await each.site.store.purges(limit: 9).count == 1)
    }
  }

  @Test func `what is got back is recorded again, pinned, and its removal stays on record`() async throws {
    try await withCase { each in
      let entry = try each.trash("20260510-021500Z__A", hoursAgo: 1, note: true)
      let environment = try each.site.environment()
      let snapshot = try await environment.undelete(entry, of: each.directory, below: each.root)
      #expect(snapshot.status == .success)
      #expect(try await each.site.store.snapshots(of: each.host.name) == [snapshot])
      #expect(try await each.site.store.purges(limit: 9).count == 1)
      #expect(try await each.site.store.events(limit: 9).map(\.reason) == ["undeleted"])
      #expect(snapshot.pin?.reason == "undeleted" && snapshot.pin?.until == nil)
      #expect(try await each.site.store.pins(of: each.host.name) == [snapshot.id: try #require(snapshot.pin)])
      #expect(try each.directory.snapshotIDs() == [snapshot.id])
      await #expect(throws: UndeleteError.gone(entry)) {
        try await environment.undelete(entry, of: each.directory, below: each.root)
      }
    }
  }

  @Test func `what cannot be got back is left without a pin`() async throws {
    try await withCase { each in
      let entry = try each.trash("20260510-021500Z__A", hoursAgo: 1)
      let id = try #require(entry.snapshot)
      try TreeBuilder(at: each.directory.directory(of: id)).makeDirectory("data")
      let environment = try each.site.environment()
      await #expect(throws: UndeleteError.nameTaken(id)) {
        try await environment.undelete(entry, of: each.directory, below: each.root)
      }
      #expect(try await each.site.store.pins(of: each.host.name).isEmpty)
      #expect(try each.left.count == 1)
    }
  }
}
