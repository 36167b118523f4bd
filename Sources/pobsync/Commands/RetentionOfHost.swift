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
    guard let policy = host.retention else { throw Pruning.noPolicy(host) }
    let plan = RetentionPlan(
      try await environment.store.snapshots(of: host.name), policy: policy, now: environment.clock.now)
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

  static func noPolicy(_ host: EffectiveHost) -> CommandFailure {
    CommandFailure("host \(host.name) has no retention policy: every snapshot is kept")
  }

  func apply(maxDelete: Int, confirming confirm: ([RetentionDecision]) throws -> Void) async throws {
    let (environment, host, directory) = (work.environment, work.host, work.directory)
    guard let policy = host.retention else { throw Self.noPolicy(host) }
    let recorded = try await environment.store.snapshots(of: host.name)
    guard try await blocking({ try directory.snapshotIDs() }) == Set(recorded.map(\.id)) else {
      throw CommandFailure(
        "nothing was removed: the store and the disk disagree about the snapshots of \(host.name); "
          + "run `pobsync discover-snapshots --host \(host.name)` first")
    }
    let dropped = RetentionPlan(recorded, policy: policy, now: environment.clock.now).dropped
    guard !dropped.isEmpty else {
      Terminal.printLine("Nothing to remove.")
      return
    }
    guard dropped.count <= maxDelete else {
      throw CommandFailure(
        "nothing was removed: \(policy.name) drops \(dropped.count) snapshots of \(host.name), and --max-delete allows \(maxDelete)"
      )
    }
    try confirm(dropped)
    let worker = try await work.worker()
    let outcome = try await worker.prune(
      host.name, dropped, trigger: .cli, reason: "retention \(policy.name), applied on the command line")
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
