// Observation: the store's records and a look at the disk, gathered for the planner.

package import Engine
import Foundation
package import Spec
package import Store

/// The backup root as it was found.
package enum RootState: Sendable {
  /// The settings name none.
  case unset
  /// It has not been taken into use. Snapshots of others may be there all the same.
  case unused(AbsolutePath)
  /// It holds snapshots that another program has made, and nobody has adopted it: it is for looking only.
  case notAdopted(AbsolutePath)
  case ready(BackupRoot)
  /// It cannot be used, and why.
  case unusable(String)
}

/// A host as it was found.
package struct Observation: Sendable {
  package var host: ObservedHost
  /// The number of the host's latest change in the store.
  package var revision: Int64
  /// The conditions that are recorded.
  package var conditions: [Condition]
  /// What people have been told of it.
  package var told: [Trouble]
  /// The stamp of what was found on disk; nil if nothing was looked at.
  package var stamp: DirectoryStamp?
}

/// What a look at one host's directory shows.
package struct DiskLook: Sendable {
  package let disk: ObservedDisk
  /// nil if nothing was looked at.
  package let stamp: DirectoryStamp?
  /// What keeps anything from being written there; nil if it is the host's own, or not there yet.
  package let notAdopted: NotAdopted?

  package init(_ disk: ObservedDisk, stamp: DirectoryStamp?, notAdopted: NotAdopted? = nil) {
    self.disk = disk
    self.stamp = stamp
    self.notAdopted = notAdopted
  }
}

/// Looks at disks for the planner.
package protocol DiskObserver: Sendable {
  /// Looks at the snapshots of hosts, and at the stamps of their directories as they were before.
  /// - Parameter recorded: what the store knows of them, which needs no close look.
  func look(at hosts: [HostName], recorded: [HostName: RecordedHost], root: RootState) async -> [HostName: DiskLook]
  /// The stamps alone, which cost less; without hosts that could not be looked at.
  func stamps(of hosts: [HostName], root: RootState) async -> [HostName: DirectoryStamp]
  /// The backup root, checked, and taken into use if it is new.
  func root(of settings: Settings?) async throws -> RootState
  /// How much room the backup root's disk has; nil if that cannot be told.
  func space(of root: RootState) async -> DiskSpace?
}

extension DiskObserver {
  package func space(of root: RootState) async -> DiskSpace? { nil }
}

/// What is the same for all hosts that are looked at together.
package struct ObservationContext: Sendable {
  package var desired: StoredSpec
  package var root: RootState
  package var pauses: Pauses
  /// Workers that have ended without anybody having noted it: what they carried out is over.
  package var endedWorkers: Set<String> = []

  package init(desired: StoredSpec, root: RootState, pauses: Pauses) {
    self.desired = desired
    self.root = root
    self.pauses = pauses
  }
}

extension StoredSpec {
  /// When something last changed that decides about a host's backups: the settings, its own declaration, the profiles
  /// that it builds on, or its schedule.
  fileprivate func changed(of name: HostName) -> Date? {
    guard let host = spec.hosts[name] else { return nil }
    var dates = [records[.settings]?.updatedAt, records[.host(name)]?.updatedAt]
    var schedule = host.own.schedule
    var next = host.own.profile
    var seen: Set<ResourceName> = []
    while let profile = next, seen.insert(profile).inserted {
      dates.append(records[ResourceID(kind: .profile, name: profile.description)]?.updatedAt)
      schedule = schedule ?? spec.profiles[profile]?.schedule
      next = spec.profiles[profile]?.profile
    }
    if let schedule { dates.append(records[ResourceID(kind: .schedule, name: schedule.description)]?.updatedAt) }
    return dates.compactMap(\.self).max()
  }
}

extension Store {
  /// What is known of some hosts, which stand in order. A host whose directory cannot be looked at does not keep the
  /// others from being seen.
  ///
  /// - Parameter isRange: true if there are no other hosts, or not many, between the first and the last.
  package func observe(
    _ hosts: [HostName], isRange: Bool, in context: ObservationContext, disk: some DiskObserver
  ) async throws -> [HostName: Observation] {
    // The store first: while a snapshot is on disk and not recorded, its run is seen to be under way.
    let recorded = try await recorded(of: hosts, isRange: isRange)
    let isAdopted = try await isAdopted(context.desired.spec.settings)
    let found = await disk.look(at: hosts, recorded: recorded, root: context.root)
    let space = await disk.space(of: context.root)
    return Dictionary(
      uniqueKeysWithValues: hosts.map { host in
        let known = recorded[host] ?? RecordedHost()
        let look = found[host]
        var observed = ObservedHost(
          recorded: known.snapshots, disk: look?.disk ?? .unknown,
          runs: known.runs.filter { run in
            run.state.isFinished || !(run.worker.map(context.endedWorkers.contains) ?? false)
          },
          desiredSince: context.desired.changed(of: host), pause: context.pauses[host])
        observed.requestDone = known.requestDone
        observed.pendingRename = known.rename
        observed.add(known, isAdopted: isAdopted)
        observed.space = space
        observed.notAdopted = look?.notAdopted
        return (
          host,
          Observation(
            host: observed, revision: known.revision, conditions: known.conditions, told: known.told,
            stamp: look?.stamp)
        )
      })
  }

  /// Looks at many hosts, which stand in order and are all there are, some at a time, and keeps of each only what `body`
  /// makes of it: what is known of all snapshots of a large fleet need never be in memory at once.
  package func mapObservations<Result: Sendable>(
    of hosts: [HostName], in context: ObservationContext, disk: some DiskObserver,
    _ body: @escaping @Sendable (HostName, Observation) -> Result
  ) async throws -> [Result] {
    let batches = stride(from: 0, to: hosts.count, by: Self.batchSize).map { start in
      Array(hosts[start..<min(start + Self.batchSize, hosts.count)])
    }
    // As much of it is computing as is waiting for the disk.
    let lanes = min(ProcessInfo.processInfo.activeProcessorCount, batches.count)
    return try await withThrowingTaskGroup(of: [(batch: Int, results: [Result])].self) { group in
      for lane in 0..<lanes {
        group.addTask {
          var done: [(batch: Int, results: [Result])] = []
          for batch in stride(from: lane, to: batches.count, by: lanes) {
            let seen = try await observe(batches[batch], isRange: true, in: context, disk: disk)
            done.append((batch, batches[batch].compactMap { host in seen[host].map { body(host, $0) } }))
          }
          return done
        }
      }
      return try await group.reduce(into: []) { $0 += $1 }.sorted { $0.batch < $1.batch }.flatMap(\.results)
    }
  }

  private static var batchSize: Int { 128 }
}

/// Looks at real disks.
package struct EngineDisk: DiskObserver {
  let store: Store
  let clock: WallClock

  package func look(
    at hosts: [HostName], recorded: [HostName: RecordedHost], root: RootState
  ) async -> [HostName: DiskLook] {
    await unfailingly {
      Dictionary(
        uniqueKeysWithValues: hosts.map { host in
          (host, root.look(at: host, known: Set((recorded[host]?.snapshots ?? []).map(\.id))))
        })
    }
  }

  package func stamps(of hosts: [HostName], root: RootState) async -> [HostName: DirectoryStamp] {
    await unfailingly {
      var stamps: [HostName: DirectoryStamp] = [:]
      for host in hosts { stamps[host] = try? root.directory(of: host)?.stamp() }
      return stamps
    }
  }

  package func root(of settings: Settings?) async throws -> RootState {
    guard let path = settings?.backupRoot else { return .unset }
    let expected = try await store.rootID(of: path)
    let now = clock.now
    do {
      let found = try await blocking { () -> (root: BackupRoot, isAdopted: Bool)? in
        if expected == nil, try BackupRoot.isOfAnother(path) { return nil }
        var generator = SystemRandomNumberGenerator()
        let root = try BackupRoot.open(path, expected: expected, now: now, using: &generator)
        // What is there before the database knows of it is to be looked at by a person first.
        return (root, expected != nil || !BackupRoot.holdsSnapshots(path))
      }
      guard let (root, isAdopted) = found else { return .notAdopted(path) }
      // Of two that take a root into use at the same time, the one that the store remembers is right.
      if expected == nil,
        try await store.rememberRoot(path, id: root.id, isAdopted: isAdopted, at: now) != root.id
      {
        return .unusable("\(BackupRootError.another(path))")
      }
      return .ready(root)
    } catch let error as StoreError {
      throw error
    } catch {
      return .unusable("\(error)")
    }
  }

  package func space(of root: RootState) async -> DiskSpace? {
    let path: AbsolutePath? =
      switch root {
      case .unset, .unusable: nil
      case .unused(let path), .notAdopted(let path): path
      case .ready(let root): root.path
      }
    guard let path else { return nil }
    return await unfailingly { try? Disk.space(at: path.description) }
  }

  /// The backup root for looking only: nothing is marked.
  package func peek(_ settings: Settings?) async throws -> RootState {
    guard let path = settings?.backupRoot else { return .unset }
    let expected = try await store.rootID(of: path)
    return try await blocking {
      if let root = try BackupRoot.peek(path, expected: expected) { return .ready(root) }
      return try BackupRoot.isOfAnother(path) ? .notAdopted(path) : .unused(path)
    }
  }
}

extension RootState {
  /// A host's directory, to look at; nil where there is none to look at.
  package func directory(of host: HostName) -> HostDirectory? {
    switch self {
    case .unset, .unusable: nil
    case .unused(let path), .notAdopted(let path): HostDirectory(host, below: path)
    case .ready(let root): HostDirectory(host, in: root)
    }
  }

  fileprivate func look(at host: HostName, known: Set<SnapshotID>) -> DiskLook {
    if case .unusable(let problem) = self { return DiskLook(.unreadable(problem), stamp: nil) }
    guard let directory = directory(of: host) else { return DiskLook(.unknown, stamp: nil) }
    do {
      let stamp = try directory.stamp()
      let snapshots = try directory.snapshotIDs(known: known)
      let notAdopted: NotAdopted? =
        if case .notAdopted(let path) = self {
          NotAdopted(.root, at: path.description)
        } else {
          try directory.notAdopted(holding: snapshots)
        }
      return DiskLook(
        .seen(snapshots, trash: try directory.trashEntries()), stamp: stamp, notAdopted: notAdopted)
    } catch {
      return DiskLook(.unreadable("\(error)"), stamp: nil)
    }
  }
}
