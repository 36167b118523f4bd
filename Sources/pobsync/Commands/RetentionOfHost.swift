// `pobsync retention`: what a host's policy keeps and drops, and why; and on request, dropping it.

import ArgumentParser
import Engine
import Reconciler
import Spec
import Store

struct RetentionOfHost: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "retention",
    abstract: "Show which snapshots a host's retention policy keeps and why, and apply it on request.",
    discussion: """
      Changes nothing without --apply. With it, also where the loop holds back after a failed backup.

      EXAMPLE
        pobsync retention web-1
        pobsync retention web-1 --apply --yes --max-delete 10
      """)

  @OptionGroup var target: HostArgument

  @Flag(help: "Remove what the policy drops, after asking.")
  var apply = false

  @Flag(help: "Do not ask.")
  var yes = false

  @Option(help: "Refuse to remove more than this.")
  var maxDelete = Planner.defaultMaxDelete

  @OptionGroup var storage: StoreOptions
  @OptionGroup var output: OutputOptions

  func run() async throws {
    if apply {
      let pruning = Pruning(work: try await storage.hostAtWork(target.host))
      try await pruning.apply(maxDelete: maxDelete) { if !yes { try confirm($0) } }
      return
    }
    let environment = try await storage.environment()
    let host = try await environment.store.desired().host(target.host)
    guard let policy = host.retention else {
      throw CommandFailure("host \(host.name) has no retention policy: every snapshot is kept")
    }
    let plan = RetentionPlan(
      try await environment.store.snapshotRecords(of: host.name), policy: policy, now: environment.clock.now)
    plan.listing.print(as: output.format)
  }

  private func confirm(_ dropped: [RetentionDecision]) throws {
    for decision in dropped {
      Terminal.printLine("- \(decision.snapshot.id): \(decision.reasons.joined(separator: "; "))")
    }
    guard Terminal.isInputTerminal else {
      throw CommandFailure("nothing was removed: give --yes to remove without asking")
    }
    let answer = Terminal.ask("Remove these \(dropped.count) snapshots of \(target.host)? Type yes:")
    guard answer == "yes" else { throw CommandFailure("nothing was removed") }
  }
}

/// Applying a host's retention policy outside of the loop.
struct Pruning {
  let work: HostAtWork

  func apply(maxDelete: Int, confirming confirm: ([RetentionDecision]) throws -> Void) async throws {
    let (environment, host) = (work.environment, work.host)
    let stored = try await environment.store.desired()
    let observed = try await environment.observe(host.name, stored: stored, root: .ready(work.root))
    let answer = Planner.requestedPrune(
      host: host, observed: observed, now: environment.clock.now, maxDelete: maxDelete)
    switch answer {
    case .nothingToDo: Terminal.printLine("Nothing to remove.")
    case .refused(let reason): throw CommandFailure(reason)
    case .plan(let plan):
      try confirm(plan.dropped)
      try await carryOut(plan)
    }
  }

  private func carryOut(_ plan: RetentionPlan) async throws {
    let worker = try await work.worker()
    let host = work.host.name
    let outcome = try await stoppingOnSignals {
      try await worker.prune(host, plan, trigger: .cli, reason: "retention, applied on the command line")
    }
    guard outcome.state.isGood else { throw ExitCode(1) }
  }
}

extension RetentionPlan {
  var listing: Listing {
    Listing(
      headers: ["SNAPSHOT", "STATUS", "KEEP", "WHY"],
      rows: decisions.map {
        [
          $0.snapshot.id.description, $0.snapshot.status.rawValue, $0.keep ? "yes" : "no",
          $0.reasons.joined(separator: "; "),
        ]
      },
      value: .list(
        decisions.map {
          .map([
            YAMLPair("snapshot", .string($0.snapshot.id.description)),
            YAMLPair("status", .string($0.snapshot.status.rawValue)), YAMLPair("keep", .bool($0.keep)),
            YAMLPair("reasons", .list($0.reasons.map(YAMLValue.string))),
          ])
        }),
      empty: "No snapshots are known.")
  }
}
