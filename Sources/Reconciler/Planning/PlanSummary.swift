// A plan in one line: how much of what is to be done now, on how many hosts, and when the next backup falls due.

package import Foundation
package import Spec
package import Store

package struct PlanSummary: Sendable, Hashable {
  /// How many hosts have something to be done now.
  package let hosts: Int
  /// How often each kind of work is to be done.
  package let actions: [RunKind: Int]
  /// How many snapshots retention would remove.
  package let prunedSnapshots: Int
  /// The most that this frees, in bytes; nil if nothing is pruned, or if it cannot be told of some host.
  package let freedBytes: Int64?
  /// The earliest firing of any schedule.
  package let nextFire: Date?

  /// - Parameter freed: the most that each host's prune frees, where that can be told.
  package init(_ plan: Plan, freed: [HostName: Int64]) {
    let acting = plan.hosts.filter { $0.action != nil }
    hosts = acting.count
    actions = Dictionary(grouping: acting.compactMap(\.action), by: \.kind).mapValues(\.count)
    let prunes = acting.filter { !$0.prunedSnapshots.isEmpty }
    prunedSnapshots = prunes.reduce(0) { $0 + $1.prunedSnapshots.count }
    let known = prunes.compactMap { freed[$0.host] }
    freedBytes = prunes.isEmpty || known.count < prunes.count ? nil : known.reduce(0) { $0.addingClamped($1) }
    nextFire = plan.hosts.compactMap(\.nextFire).min()
  }
}

extension HostPlan {
  /// What its action removes.
  package var prunedSnapshots: [RetentionDecision] {
    if case .prune(let decisions, _)? = action { decisions } else { [] }
  }
}

extension PlanSummary: CustomStringConvertible {
  /// `3 hosts: 1 discovery, 1 backup, 1 prune of 4 snapshots (frees up to 1.20 GB)`.
  package var description: String {
    let order: [RunKind] = [.discover, .backup, .prune, .emptyTrash, .verify, .restore, .preflight, .dryRun]
    let parts = order.compactMap { kind in actions[kind].map { words($0, of: kind) } }
    return "\(hosts) \(hosts == 1 ? "host" : "hosts"): " + (parts.isEmpty ? "nothing" : parts.joined(separator: ", "))
  }

  private func words(_ count: Int, of kind: RunKind) -> String {
    func counted(_ one: String, _ several: String) -> String { "\(count) \(count == 1 ? one : several)" }
    switch kind {
    case .discover: return counted("discovery", "discoveries")
    case .backup: return counted("backup", "backups")
    case .emptyTrash: return counted("emptying of the trash", "emptyings of the trash")
    case .verify: return counted("verification", "verifications")
    case .restore: return counted("restore", "restores")
    case .preflight: return counted("preflight", "preflights")
    case .dryRun: return counted("dry run", "dry runs")
    case .prune:
      let prunes = counted("prune", "prunes")
      guard prunedSnapshots > 0 else { return prunes }
      let freed = freedBytes.map { " (frees up to \($0.shownAsSize))" } ?? ""
      return "\(prunes) of \(prunedSnapshots) \(prunedSnapshots == 1 ? "snapshot" : "snapshots")\(freed)"
    }
  }
}
