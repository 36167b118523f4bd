// The fleet as a controller knows it: the desired state, and which hosts are to be looked at next.

import Engine
import Foundation
import Spec
import Store

/// What a controller remembers from round to round. All of it can be lost: a new leader begins with a look at everything.
struct Fleet {
  private(set) var desired = StoredSpec()
  var pauses = Pauses()
  /// Why the backup root cannot be used, if it cannot.
  private(set) var rootProblem: String?
  private(set) var agenda = Agenda()
  private(set) var holds: [HostName: Hold] = [:]
  /// Hosts that are to be planned for in this round.
  private var dirty: Set<HostName> = []
  /// Those of them that are still to be put into batches, the first by name last.
  private var pending: [HostName] = []
  private var isPendingDense = false
  private(set) var isLoaded = false
  private(set) var hostRevision: Int64 = 0
  private var observedGenerations: [HostName: Int64] = [:]
  private var stamps: [HostName: DirectoryStamp] = [:]
  /// Hosts of which something is in the trash.
  private var hostsWithTrash: Set<HostName> = []
  private var isRoomShort = false
  /// The time of day less the elapsed time, by which a clock that was set is noticed.
  private var clockOffset: Double?
  private var sweeping = Sweep()

  var hasWork: Bool { !dirty.isEmpty }

  func generation(of host: HostName) -> Int64 { desired.records[.host(host)]?.generation ?? 0 }

  func observedGeneration(of host: HostName) -> Int64 {
    observedGenerations[host] ?? desired.records[.host(host)]?.observedGeneration ?? 0
  }

  // MARK: - What is new

  /// Takes the whole desired state, for the first time.
  mutating func load(_ desired: StoredSpec) {
    self.desired = desired
    dirty = Set(desired.spec.hosts.keys)
    isLoaded = true
  }

  /// Takes the desired state as it is now.
  /// - Parameter changed: the resources that differ from what it was.
  mutating func update(_ updated: StoredSpec, changed: Set<ResourceID>) {
    desired = updated
    if changed.contains(where: { $0.kind != .host }) {
      dirty.formUnion(desired.spec.hosts.keys)
    } else {
      dirty.formUnion(changed.compactMap { try? HostName(text: $0.name) }.filter { desired.spec.hosts[$0] != nil })
    }
    for id in changed where id.kind == .host {
      guard let host = try? HostName(text: id.name), desired.spec.hosts[host] == nil else { continue }
      forget(host)
    }
  }

  /// Takes what has happened to hosts.
  mutating func notice(_ changes: HostChanges) {
    if changes.concernsAll { dirty.formUnion(desired.spec.hosts.keys) }
    dirty.formUnion(changes.hosts.filter { desired.spec.hosts[$0] != nil })
    hostRevision = changes.revision
  }

  /// Takes the time: the hosts for which one has come are to be looked at, and all when the clock was set, for then
  /// every time on the agenda may be wrong.
  mutating func notice(now: Date, elapsed: Double) {
    let offset = now.timeIntervalSince1970 - elapsed
    if let clockOffset, abs(offset - clockOffset) > Self.clockStep { dirty = Set(desired.spec.hosts.keys) }
    clockOffset = offset
    dirty.formUnion(agenda.take(until: now).filter { desired.spec.hosts[$0] != nil })
  }

  /// In seconds: clocks that are kept right drift less than this between two looks.
  private static let clockStep = 5.0

  private mutating func forget(_ host: HostName) {
    agenda.set(host, at: nil)
    dirty.remove(host)
    holds[host] = nil
    stamps[host] = nil
    hostsWithTrash.remove(host)
    observedGenerations[host] = nil
  }

  /// Takes another state of the backup root: all hosts are to be looked at.
  mutating func note(rootProblem problem: String?) {
    rootProblem = problem
    dirty = Set(desired.spec.hosts.keys)
  }

  /// Takes whether the disk is short of room: once it is, what is in the trash is to be looked at.
  mutating func note(isRoomShort isShort: Bool) {
    if isShort, !isRoomShort { dirty.formUnion(hostsWithTrash.filter { desired.spec.hosts[$0] != nil }) }
    isRoomShort = isShort
  }

  // MARK: - Sweeping

  /// The hosts whose directories are to be looked at now.
  mutating func sweep(every interval: Double, elapsed: Double) -> [HostName] {
    sweeping.next(of: desired.spec.hosts, revision: desired.revision, every: interval, elapsed: elapsed)
  }

  /// Compares the stamps of hosts' directories with those at the last look.
  mutating func compare(_ found: [HostName: DirectoryStamp], of hosts: [HostName]) {
    for host in hosts where found[host] == nil || found[host] != stamps[host] { dirty.insert(host) }
  }

  // MARK: - Batches

  /// Hosts to be planned for together, in the order of names.
  struct Batch {
    let hosts: [HostName]
    /// Not many other hosts are between the first and the last.
    let isRange: Bool
  }

  private static let batchSize = 256

  mutating func nextBatch() -> Batch? {
    if pending.isEmpty {
      pending = dirty.sorted(by: >)
      isPendingDense = 2 * dirty.count > desired.spec.hosts.count
    }
    guard !pending.isEmpty else { return nil }
    let hosts = Array(pending.suffix(Self.batchSize).reversed())
    pending.removeLast(hosts.count)
    return Batch(hosts: hosts, isRange: isPendingDense)
  }

  mutating func finish(_ batch: Batch, observed: [HostFinding]) {
    dirty.subtract(batch.hosts)
    for finding in observed { observedGenerations[finding.host] = finding.generation }
  }

  mutating func note(_ plan: HostPlan, stamp: DirectoryStamp?, hasTrash: Bool = false, now: Date) {
    if hasTrash { hostsWithTrash.insert(plan.host) } else { hostsWithTrash.remove(plan.host) }
    agenda.set(plan.host, at: plan.validUntil)
    holds[plan.host] = plan.hold
    // A change just before the look may have the same stamp as one just after it.
    stamps[plan.host] = stamp.flatMap { $0.isFresh(at: now) ? nil : $0 }
  }
}

/// Which part of the fleet is looked at next, so that each host is after a while.
private struct Sweep {
  private var names: [HostName] = []
  private var revision: Int64 = -1
  private var cursor = 0
  private var sweptAt: Double?

  /// In how many steps the whole fleet is looked at.
  private static let steps = 20
  private static let leastStep = 16

  mutating func next<Value>(
    of hosts: [HostName: Value], revision: Int64, every interval: Double, elapsed: Double
  ) -> [HostName] {
    if let sweptAt, elapsed - sweptAt < interval { return [] }
    let isFirst = sweptAt == nil
    sweptAt = elapsed
    // The first round looks at everything anyway.
    if isFirst { return [] }
    if revision != self.revision {
      names = hosts.keys.sorted()
      self.revision = revision
    }
    guard !names.isEmpty else { return [] }
    let count = min(names.count, max(Self.leastStep, names.count / Self.steps + 1))
    let part = (0..<count).map { names[(cursor + $0) % names.count] }
    cursor = (cursor + count) % names.count
    return part
  }
}
