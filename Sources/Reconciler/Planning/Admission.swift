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
      .verify: settings?.maxConcurrentVerifications ?? Settings.defaultMaxConcurrentVerifications,
      .restore: 2,
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

  /// A test that tells whether a queued run may start.
  ///
  /// Each kind has a lane of its own. Backups count for the groups of their hosts. A host has one run at a time; one
  /// that is paused begins only what a person asks for.
  package func admission(beside running: [Run], pauses: Pauses) -> @Sendable (Run) -> Bool {
    let hosts = Set(running.map(\.host))
    let lanes = Dictionary(grouping: running, by: \.kind).mapValues(\.count)
    var members: [String: Int] = [:]
    for run in running where run.kind == .backup {
      for group in run.request.concurrencyGroups { members[group, default: 0] += 1 }
    }
    return { [self, members] run in
      guard !hosts.contains(run.host), lanes[run.kind, default: 0] < self.lanes[run.kind] ?? 1 else { return false }
      guard run.trigger.isRequest || pauses[run.host] == nil else { return false }
      guard run.kind == .backup else { return true }
      return run.request.concurrencyGroups.allSatisfy { group in
        limit(ofGroup: group).map { members[group, default: 0] < $0 } ?? true
      }
    }
  }
}
