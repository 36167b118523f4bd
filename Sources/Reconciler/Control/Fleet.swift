// The fleet as a controller knows it: the desired state, and which hosts are to be looked at next.

import Engine
import Foundation
import Spec
import Store

/// What a controller remembers from round to round. All of it can be lost: a new leader begins with a look at everything.
struct Fleet {
  private(set) var desired = StoredSpec()
  /// Hosts that are declared no more, and looked after all the same.
  private(set) var retained: [HostName: RetainedHost] = [:]
  var pauses = Pauses()
  /// Why the backup root cannot be used, if it cannot.
  private(set) var rootProblem: String?
  private(set) var agenda = Agenda()
  private(set) var holds: [HostName: Hold] = [:]
  /// Hosts that are to be planned for, and are in no batch that was handed out.
  private var dirty: Set<HostName> = []
  /// Hosts of batches that were handed out and are not finished.
  private var inHand: Set<HostName> = []
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

  func generations(of host: HostName) -> HostGenerations {
    let record = desired.records[.host(host)]
    return HostGenerations(
      current: record?.generation ?? 0, observed: observedGenerations[host] ?? record?.observedGeneration ?? 0)
  }

  // MARK: - What is new

  /// Takes the whole desired state, for the first time.
  mutating func load(_ desired: StoredSpec, retained: [HostName: RetainedHost] = [:]) {
    self.desired = desired
    take(retained: retained)
    dirty = everyHost
    isLoaded = true
  }

  /// Takes the desired state as it is now.
  /// - Parameters:
  ///   - changed: the resources that differ from what it was.
  ///   - retained: the hosts that are declared no more.
  mutating func update(
    _ updated: StoredSpec, changed: Set<ResourceID>, retained: [HostName: RetainedHost] = [:]
  ) {
    desired = updated
    if changed.contains(where: { $0.kind != .host }) {
      dirty.formUnion(everyHost)
    } else {
      dirty.formUnion(changed.compactMap { try? HostName(text: $0.name) }.filter { desired.spec.hosts[$0] != nil })
    }
    for id in changed where id.kind == .host {
      guard let host = try? HostName(text: id.name), desired.spec.hosts[host] == nil else { continue }
      forget(host)
    }
    take(retained: retained)
  }

  /// Takes the hosts that are declared no more.
  mutating func take(retained all: [HostName: RetainedHost]) {
    let known = retained
    retained = all.filter { desired.spec.hosts[$0.key] == nil }
    for host in known.keys where !isKnown(host) { forget(host) }
    dirty.formUnion(retained.keys.filter { known[$0] != retained[$0] })
  }

  private func isKnown(_ host: HostName) -> Bool { desired.spec.hosts[host] != nil || retained[host] != nil }

  private var everyHost: Set<HostName> { Set(desired.spec.hosts.keys).union(retained.keys) }

  /// Takes what has happened to hosts.
  mutating func notice(_ changes: HostChanges) {
    if changes.concernsAll { dirty.formUnion(everyHost) }
    dirty.formUnion(changes.hosts.filter(isKnown))
    hostRevision = changes.revision
  }

  /// Takes the time: the hosts for which one has come are to be looked at, and all when the clock was set, for then
  /// every time on the agenda may be wrong.
  mutating func notice(now: Date, elapsed: Double) {
    let offset = now.timeIntervalSince1970 - elapsed
    if let clockOffset, abs(offset - clockOffset) > Self.clockStep { dirty = everyHost }
    clockOffset = offset
    dirty.formUnion(agenda.take(until: now).filter(isKnown))
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
    dirty = everyHost
  }

  /// Takes whether the disk is short of room: once it is, what is in the trash is to be looked at.
  mutating func note(isRoomShort isShort: Bool) {
    if isShort, !isRoomShort { dirty.formUnion(hostsWithTrash.filter(isKnown)) }
    isRoomShort = isShort
  }

  // MARK: - Sweeping

  /// The hosts whose directories are to be looked at now.
  /// - Parameter interval: in seconds, in which a twentieth of them is looked at, and sixteen at least.
  mutating func sweep(every interval: Double, elapsed: Double) -> [HostName] {
    let (declared, others) = (desired.spec.hosts, retained)
    let part = sweeping.next(
      of: declared.count + others.count, revision: desired.revision, every: interval, elapsed: elapsed
    ) { Set(declared.keys).union(others.keys).sorted() }
    return part.filter(isKnown)
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

  /// Hands out the next hosts.
  mutating func nextBatch() -> Batch? {
    if pending.isEmpty {
      pending = dirty.sorted(by: >)
      isPendingDense = 2 * dirty.count > desired.spec.hosts.count + retained.count
    }
    guard !pending.isEmpty else { return nil }
    let hosts = Array(pending.suffix(Self.batchSize).reversed())
    pending.removeLast(hosts.count)
    dirty.subtract(hosts)
    inHand.formUnion(hosts)
    return Batch(hosts: hosts, isRange: isPendingDense)
  }

  /// Notes that the hosts of a batch have been planned for.
  mutating func finish(_ batch: Batch, observed: [HostFinding]) {
    inHand.subtract(batch.hosts)
    for finding in observed { observedGenerations[finding.host] = finding.generation }
  }

  /// Takes back what was handed out and came to nothing, for another time.
  mutating func putBackUnfinished() {
    dirty.formUnion(inHand.filter(isKnown))
    inHand = []
  }

  mutating func note(_ plan: HostPlan, stamp: DirectoryStamp?, hasTrash: Bool = false, now: Date) {
    if hasTrash { hostsWithTrash.insert(plan.host) } else { hostsWithTrash.remove(plan.host) }
    agenda.set(plan.host, at: plan.validUntil)
    holds[plan.host] = plan.hold
    // A change just before the look may have the same stamp as one just after it.
    stamps[plan.host] = stamp.flatMap { $0.isFresh(at: now) ? nil : $0 }
  }
}

/// Which part of the fleet is looked at next, so that each host is after a while, and no single look takes long.
private struct Sweep {
  private var names: [HostName] = []
  private var revision: Int64 = -1
  private var cursor = 0
  private var sweptAt: Double?

  private static let share = 20.0
  /// So many hosts are worth a look; of a large fleet that many come together within a second.
  private static let leastStep = 16

  /// - Parameters:
  ///   - total: how many hosts there are.
  ///   - everyHost: gives their names in order; asked for once a revision.
  mutating func next(
    of total: Int, revision: Int64, every interval: Double, elapsed: Double, everyHost: () -> [HostName]
  ) -> [HostName] {
    // The first round looks at everything anyway.
    guard let last = sweptAt else {
      sweptAt = elapsed
      return []
    }
    let part = max((Double(total) / Self.share).rounded(.up), Double(Self.leastStep))
    let due = (elapsed - last) / interval * part
    guard due >= Double(Self.leastStep), total > 0 else { return [] }
    let count = min(total, Int(due))
    sweptAt = count < Int(due) ? elapsed : last + Double(count) / part * interval
    if revision != self.revision {
      names = everyHost()
      self.revision = revision
    }
    guard !names.isEmpty else { return [] }
    defer { cursor = (cursor + count) % names.count }
    return (0..<count).map { names[(cursor + $0) % names.count] }
  }
}
