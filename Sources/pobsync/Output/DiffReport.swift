// What `diff` has found out, as a page for people and as a value for programs, which plan files hold too.

import Engine
import Foundation
import Reconciler
import Spec
import Store

struct DiffReport {
  /// What applying the files would do; nil where none were named.
  let review: SpecReview?
  /// What that means for hosts and their snapshots.
  let others: HostDifference
  /// What others have edited: of the spec set's own, or of all where no files were named.
  let drift: [ResourceDrift]
  let plan: Plan
  /// The most that each host's prune frees, where that can be told.
  let freed: [HostName: Int64]
  /// How many hosts there would be.
  let hosts: Int

  /// True if something is to be applied or to be done now. What was edited elsewhere is the desired state until
  /// somebody applies another.
  var differs: Bool {
    !plan.isEmpty || !(review?.difference.isEmpty ?? true) || !(review?.takenOver.isEmpty ?? true)
      || review?.refusal != nil
  }

  private var summary: PlanSummary { PlanSummary(plan, freed: freed) }

  private var changed: Int {
    review.map { $0.difference.changes.count { $0.kind != .unchanged } + $0.difference.moves.count } ?? 0
  }

  // MARK: - For people

  func printText() {
    review?.difference.printMoves()
    review?.difference.printFields()
    others.printNotes()
    review?.printObjections()
    drift.print()
    let isApart = changed > 0 || !drift.isEmpty || !(review?.takenOver.isEmpty ?? true)
    let holds = plan.hosts.count { $0.hold != nil }
    let hasWork = !plan.isEmpty || holds > 0
    if isApart { Terminal.printLine() }
    if hasWork { Terminal.printLine("The loop\(changed > 0 ? " then" : ""):") }
    plan.printActions(freed: freed)
    Terminal.printLine(conclusion(holds: holds))
  }

  private func conclusion(holds: Int) -> String {
    let summary = summary
    let next = summary.nextFire.map { "; the next backup is due at \($0.shown)." } ?? "."
    let parts = [
      changed > 0 ? "\(changed) \(changed == 1 ? "resource differs" : "resources differ")" : nil,
      summary.hosts > 0 ? summary.description : nil,
    ].compactMap(\.self)
    if !parts.isEmpty { return parts.joined(separator: "; ") + next }
    guard hosts > 0 else { return "No hosts are declared; `pobsync apply -f hosts.yaml` declares them." }
    guard holds == 0 else { return "Nothing to do now; \(holds) \(holds == 1 ? "thing waits" : "things wait")." }
    return Terminal.paint("Nothing to do", .green) + ": \(hosts) \(hosts == 1 ? "host is" : "hosts are") as declared"
      + next
  }

  // MARK: - For programs

  /// The changes alone: by them a plan that was altered by hand is told.
  static func changes(of review: SpecReview) -> YAMLValue { review.difference.value }

  var members: [YAMLPair] {
    let changes = YAMLPair("changes", review.map(Self.changes) ?? .list([]))
    let work = [
      YAMLPair("drift", drift.value), YAMLPair("plan", plan.value(freed: freed)), YAMLPair("summary", summary.value),
    ]
    return [changes] + others.pairs + SpecReview.objections(of: review) + work
  }
}

extension PlanSummary {
  fileprivate var value: YAMLValue {
    let counts = RunKind.allCases.compactMap { kind in
      actions[kind].map { YAMLPair(kind.rawValue, .int(Int64($0))) }
    }
    return .map([
      YAMLPair("hosts", .int(Int64(hosts))), YAMLPair("actions", .map(counts)),
      YAMLPair("pruned_snapshots", .int(Int64(prunedSnapshots))),
      YAMLPair("frees_up_to_bytes", freedBytes.map(YAMLValue.int) ?? .null),
      YAMLPair("next_fire", nextFire.map { .string(Timestamp.text($0)) } ?? .null),
    ])
  }
}
