// `pobsync explain retention`: which of a host's snapshots are kept, by which policy and why, and what holds pruning
// back.

import ArgumentParser
import Engine
import Reconciler
import Spec
import Store

struct ExplainRetention: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "retention",
    abstract: "Show a host's retention policy, what holds pruning back, and why each snapshot is kept or not.",
    discussion: """
      EXAMPLE
        pobsync explain retention web-1
      """)

  @OptionGroup var target: HostArgument
  @OptionGroup var storage: StoreOptions
  @OptionGroup var output: OutputOptions

  func run() async throws {
    let environment = try await storage.environment()
    let (store, now) = (environment.store, environment.clock.now)
    let desired = try await store.desired()
    if let kept = try await store.retainedHost(target.host) {
      try await explain(kept, desired: desired, in: environment)
      return
    }
    let host = try desired.host(target.host)
    var root = RootState.unset
    var rootProblem: String?
    do {
      root = try await environment.disk.peek(desired.spec.settings)
    } catch {
      rootProblem = "\(error)"
    }
    var context = ObservationContext(desired: desired, root: root, pauses: try await store.pauses(at: now))
    context.endedWorkers = Set(try await store.leases().filter(\.holderHasEnded).map(\.name))
    let observations = try await store.observe([host.name], isRange: false, in: context, disk: environment.disk)
    let observed = observations[host.name]?.host ?? ObservedHost()
    let plan = Planner.plan(host: host, observed: observed, now: now, retries: .afterPause)
    let conditions = HostConditions.judge(
      host, observed: observed, plan: plan, generation: desired.records[.host(host.name)]?.generation ?? 0,
      rootProblem: rootProblem, now: now)
    let explanation = RetentionExplanation(host: host, plan: plan, retained: conditions.first { $0.type == .retained })
    if output.format == .table {
      explanation.lines.forEach { Terminal.printLine($0) }
      plan.retention?.listing.print(as: .table)
    } else {
      Listing(headers: [], rows: [], value: explanation.value, empty: "").print(as: output.format)
    }
  }

  /// Of a host that is declared no more.
  private func explain(
    _ kept: RetainedHost, desired: StoredSpec, in environment: Reconciler.Environment
  ) async throws {
    let (store, now) = (environment.store, environment.clock.now)
    let context = ObservationContext(
      desired: desired, root: (try? await environment.disk.peek(desired.spec.settings)) ?? .unset,
      pauses: try await store.pauses(at: now))
    let observations = try await store.observe([kept.host], isRange: false, in: context, disk: environment.disk)
    let plan = Planner.plan(
      retained: kept, observed: observations[kept.host]?.host ?? ObservedHost(), settings: desired.spec.settings,
      now: now, retries: .afterPause)
    guard output.format == .table else {
      let value = YAMLValue.map([
        YAMLPair("host", .string(kept.host.description)),
        YAMLPair("policy", kept.retention.map { .string($0.name.description) } ?? .null),
        YAMLPair("retained", .string(kept.onRemove.rawValue)),
        YAMLPair("hold", plan.hold.map { .string($0.code.rawValue) } ?? .null),
        YAMLPair("hold_message", plan.hold.map { .string($0.message) } ?? .null),
        YAMLPair("snapshots", plan.retention?.value ?? .list([])),
      ])
      Listing(headers: [], rows: [], value: value, empty: "").print(as: output.format)
      return
    }
    Terminal.printLine(Terminal.paint("host/\(kept.host)", .bold))
    Terminal.printLine("  retained    declared no more since \(kept.removedAt.shown); its snapshots \(kept.outlook)")
    if let hold = plan.hold { Terminal.printLine("  waits       \(hold.message.printable(limit: 1000))") }
    if let retention = plan.retention {
      Terminal.printLine()
      retention.listing.print(as: .table)
    }
  }
}

/// What there is to say of a host's retention besides its snapshots.
private struct RetentionExplanation {
  let host: EffectiveHost
  let plan: HostPlan
  let retained: Condition?

  private var limit: PruneLimit? {
    host.retention.flatMap { policy in plan.retention.map { PruneLimit(policy.policy, of: $0) } }
  }

  private var rules: [YAMLPair] { host.retention.map { RetentionPolicy.fields.encode($0.policy) } ?? [] }

  var lines: [String] {
    var lines = [Terminal.paint("host/\(host.name)", .bold)]
    if let policy = host.retention {
      let rules = rules.filter { $0.key != "time_zone" }.map { "\($0.key)=\($0.value.shown)" }
      lines.append("  policy      \(policy.name): \(rules.joined(separator: " "))")
      lines.append("  time zone   \(policy.timeZone)")
    }
    if let limit { lines.append("  limit       \(limit)") }
    if let retained {
      lines.append("  retained    \(retained.status.rawValue): \(retained.message.printable(limit: 1000))")
    }
    if let hold = plan.hold { lines.append("  waits       \(hold.message.printable(limit: 1000))") }
    return host.retention == nil ? lines : lines + [""]
  }

  var value: YAMLValue {
    .map([
      YAMLPair("host", .string(host.name.description)),
      YAMLPair("policy", host.retention.map { .string($0.name.description) } ?? .null),
      YAMLPair("rules", .map(rules)),
      YAMLPair("time_zone", host.retention.map { .string($0.timeZone.description) } ?? .null),
      YAMLPair("limit", limit.map { .int(Int64($0.count)) } ?? .null),
      YAMLPair("retained", retained.map { .string($0.status.rawValue) } ?? .null),
      YAMLPair("reason", retained.map { .string($0.reason) } ?? .null),
      YAMLPair("message", retained.map { .string($0.message) } ?? .null),
      YAMLPair("hold", plan.hold.map { .string($0.code.rawValue) } ?? .null),
      YAMLPair("hold_message", plan.hold.map { .string($0.message) } ?? .null),
      YAMLPair("snapshots", plan.retention?.value ?? .list([])),
    ])
  }
}
