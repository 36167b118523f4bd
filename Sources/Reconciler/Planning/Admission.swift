// Admission: which of the queued runs may start beside those that are running.

package import Spec
package import Store

/// How many runs of a kind, and of a group, may be at work at the same time.
package struct ConcurrencyLimits: Sendable, Hashable {
  package var lanes: [RunKind: Int]
  /// By the name of a label: how many hosts with the same value of it.
  package var groups: [String: Int]

  package init(_ settings: Settings?) {
    lanes = [
      .backup: settings?.maxConcurrentBackups ?? Settings.defaultMaxConcurrentBackups,
      .discover: settings?.maxConcurrentDiscoveries ?? Settings.defaultMaxConcurrentDiscoveries,
      .prune: settings?.maxConcurrentPrunes ?? Settings.defaultMaxConcurrentPrunes,
      .emptyTrash: 1,
      .verify: settings?.maxConcurrentVerifications ?? Settings.defaultMaxConcurrentVerifications,
      .restore: 2,
      .preflight: 4,
      .dryRun: 2,
    ]
    groups = Dictionary(
      uniqueKeysWithValues: (settings?.concurrencyGroups ?? [:]).map { ($0.key.description, $0.value) })
  }

  /// The groups of a host, as its runs carry them: `hypervisor=hv1`.
  package func groups(of host: EffectiveHost) -> [String] {
    host.labels.filter { groups[$0.key.description] != nil }.map { "\($0.key)=\($0.value)" }.sorted()
  }

  /// The limit of a group named like that; nil if its label does not count any more.
  private func limit(ofGroup group: String) -> Int? {
    group.firstIndex(of: "=").flatMap { groups[String(group[..<$0])] }
  }

  /// Which queued runs may start.
  package func admission(beside running: [Run], pauses: Pauses) -> QueueAdmission {
    let lanes = Dictionary(grouping: running, by: \.kind).mapValues(\.count)
    let obstacle = obstacles(beside: running, pauses: pauses)
    return QueueAdmission(
      openLanes: Set(RunKind.allCases.filter { lanes[$0, default: 0] < self.lanes[$0] ?? 1 }),
      requestsOnly: pauses.all != nil
    ) { obstacle($0) == nil }
  }

  /// What tells why a queued run may not start; nil if it may.
  ///
  /// Each kind has a lane of its own. Backups count for the groups of their hosts. A host has one run at a time;
  /// besides, its trash may be emptied, and what is in the way of a backup looked for. One that is paused begins only what a person asks for.
  package func obstacles(beside running: [Run], pauses: Pauses) -> @Sendable (Run) -> QueueObstacle? {
    let hosts = Dictionary(running.filter(\.kind.occupiesHost).map { ($0.host, $0.id) }) { first, _ in first }
    let lanes = Dictionary(grouping: running, by: \.kind).mapValues(\.count)
    var members: [String: Int] = [:]
    for run in running where run.kind == .backup {
      for group in run.request.concurrencyGroups { members[group, default: 0] += 1 }
    }
    return { [self, members] run in
      if run.request.parameters?.isForItsCommand ?? false { return .itsCommand }
      if run.kind.occupiesHost, let other = hosts[run.host] { return .hostBusy(run: other) }
      if !run.trigger.isRequest, let pause = pauses[run.host] { return .paused(pause) }
      let limit = self.lanes[run.kind] ?? 1
      guard lanes[run.kind, default: 0] < limit else { return .laneFull(run.kind, limit: limit) }
      guard run.kind == .backup else { return nil }
      for group in run.request.concurrencyGroups {
        if let limit = self.limit(ofGroup: group), members[group, default: 0] >= limit {
          return .groupFull(group, limit: limit)
        }
      }
      return nil
    }
  }
}

/// Why a queued run does not start.
package enum QueueObstacle: Sendable, Hashable {
  /// This run of the same host comes first.
  case hostBusy(run: Int64)
  /// No worker takes it up, but the command that asked for it does.
  case itsCommand
  case paused(Pause)
  /// As many runs of the kind are running as may.
  case laneFull(RunKind, limit: Int)
  /// As many backups of the group are running as may.
  case groupFull(String, limit: Int)
}
