// `pobsync retention show`, or `retention` for short: what a host's policy keeps and drops, and why; and on request,
// dropping it.

import ArgumentParser
import Engine
import Foundation
import Reconciler
import Spec
import Store

struct Retention: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show which snapshots a host's retention policy keeps and why, apply it on request, or try a policy out.",
    discussion: """
      `pobsync retention HOST` is `pobsync retention show HOST`.

      EXAMPLE
        pobsync retention web-1
        pobsync retention web-1 --apply --yes --max-delete 10
        pobsync retention simulate standard --history daily:3y
      """,
    subcommands: [RetentionOfHost.self, SimulateRetention.self], defaultSubcommand: RetentionOfHost.self)
}

struct RetentionOfHost: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "Show which snapshots a host's retention policy keeps and why, and apply it on request.",
    discussion: """
      Changes nothing without --apply. With it, also where the loop holds back after a failed backup, or because the host is
      stale or holds much less than before; but not while the clock is suspect, nor from a backup root that is not adopted.

      EXAMPLE
        pobsync retention web-1
        pobsync retention web-1 --apply --yes --max-delete 10
      """)

  @OptionGroup var target: HostArgument

  @Flag(help: "Remove what the policy drops, after asking.")
  var apply = false

  @Flag(help: "Do not ask.")
  var yes = false

  @Option(
    help: ArgumentHelp(
      "Refuse to remove more than this; what the policy's `max_delete` and `max_delete_ratio` allow otherwise.",
      valueName: "n"))
  var maxDelete: Int?

  @OptionGroup var waiting: WaitOptions
  @OptionGroup var storage: StoreOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    if let maxDelete, maxDelete < 0 { throw ValidationError("--max-delete takes a number from 0") }
  }

  func run() async throws {
    let environment = try await storage.environment()
    if let kept = try await environment.store.retainedHost(target.host) {
      return try await apply ? carryOut(kept) : show(kept, in: environment)
    }
    if apply {
      try await carryOut()
      return
    }
    let host = try await environment.store.desired().host(target.host)
    guard let policy = host.retention else {
      throw CommandFailure("host \(host.name) has no retention policy: every snapshot is kept")
    }
    let now = environment.clock.now
    let observed = try await observe(host.name, root: .unset, in: environment)
    RetentionPlan(observed.recorded, policy: policy, pins: observed.pins, now: now).listing.print(as: output.format)
    if output.format == .table { sayFreeze(of: host, observed, now: now) }
  }

  /// What is known of the host.
  /// - Parameter root: where to look at the disk; `.unset` for not at all.
  private func observe(
    _ host: HostName, root: RootState, in environment: Reconciler.Environment
  ) async throws -> ObservedHost {
    let desired = try await environment.store.desired(of: host)
    let context = ObservationContext(desired: desired, root: root, pauses: Pauses())
    let observations = try await environment.store.observe(
      [host], isRange: false, in: context, disk: environment.disk)
    return observations[host]?.host ?? ObservedHost()
  }

  private func sayFreeze(of host: EffectiveHost, _ observed: ObservedHost, now: Date) {
    guard let freeze = PruneFreeze.of(host, observed: observed, now: now) else { return }
    Terminal.writeError("\(host.name): \(freeze.hold.message)")
  }

  /// Asks with the snapshots that would go now; only these may go then.
  private func carryOut() async throws {
    let work = try await storage.hostAtWork(target.host)
    let environment = work.environment
    var request = work.request(.prune, reason: "retention, applied on the command line")
    request.maxDelete = maxDelete
    let now = environment.clock.now
    let observed = try await observe(work.host.name, root: .ready(work.root), in: environment)
    // Whatever it is, it is shown before it goes.
    request.onlySnapshots = observed.recorded.isEmpty ? nil : observed.recorded.map(\.id)
    switch PruneOrder(request, host: work.host, observed: observed, now: now) {
    case .nothingToDo: Terminal.printLine("Nothing to remove.")
    case .refused(let reason), .outdated(let reason): throw CommandFailure(reason)
    case .remove(let dropped, _):
      sayFreeze(of: work.host, observed, now: now)
      if !yes { try confirm(dropped) }
      request.onlySnapshots = dropped.map(\.snapshot.id)
      let run = try await Request(environment: environment).carryOut(request, waits: waiting.wait)
      guard run?.state.isGood ?? true else { throw ExitCode(1) }
    }
  }

  func confirm(_ dropped: [RetentionDecision]) throws {
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
      value: value,
      empty: "No snapshots are known.")
  }
}
