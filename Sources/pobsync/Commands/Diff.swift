// `pobsync diff`: what `apply` would change, and what the loop would do next. Changes nothing.

import ArgumentParser
import Engine
import Foundation
import Reconciler
import Spec
import Store

struct Diff: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show what apply would change and what the loop would do next.",
    discussion: """
      Without -f: what is left to do for the desired state as it is. Exit status 0: nothing differs and nothing is left
      to do now; 1: something is; 2: it could not be told. What waits, for a window, a next try or a person, is listed and
      changes no exit status: `pobsync status --check` tells whether a host has failed or is late.

      EXAMPLE
        pobsync diff -f hosts.yaml
        pobsync diff && echo nothing to do now
      """)

  @OptionGroup var specs: SpecOptions
  @OptionGroup var storage: StoreOptions
  @OptionGroup var output: OutputOptions

  @Flag(help: "Count resources that `apply --prune` would delete as well.")
  var prune = false

  func run() async throws {
    let differs: Bool
    do {
      differs = try await compare()
    } catch {
      Pobsync.leave(with: error, status: 2)
    }
    if differs { throw ExitCode(1) }
  }

  private func compare() async throws -> Bool {
    let environment = try await storage.environment()
    let stored = try await environment.store.desired()
    let current = stored.spec
    var wanted = current
    var difference = SpecDifference(from: current, to: Spec())
    let loaded = specs.files.isEmpty ? nil : try specs.load(known: current)
    if let loaded {
      difference = try await environment.store.preview(loaded.spec, as: specs.origin(of: loaded), prune: prune)
      let deleted = difference.changes.filter { $0.kind == .deleted }.map(\.id)
      wanted = current.merging(loaded.spec).removing(deleted)
    }
    let plan = try await plan(wanted, stored: stored, in: environment)
    show(difference, plan, hosts: wanted.hosts.count)
    if wanted.settings?.backupRoot == nil, !wanted.hosts.isEmpty { throw BackupRootUnusable.unset }
    if output.format == .table, try await !environment.store.isAdopted(wanted.settings) {
      Terminal.printLine(
        "The backup root is not adopted: it held snapshots before this database knew of it. Nothing is pruned until "
          + "`pobsync adopt`, which shows what is there.")
    }
    if let loaded, !prune, output.format == .table { await mentionUndeclared(loaded, in: environment.store) }
    return !difference.isEmpty || !plan.isEmpty
  }

  private func plan(_ wanted: Spec, stored: StoredSpec, in environment: Reconciler.Environment) async throws -> Plan {
    let (store, now) = (environment.store, environment.clock.now)
    var context = ObservationContext(
      desired: stored, root: try await environment.disk.peek(wanted.settings), pauses: try await store.pauses(at: now))
    context.endedWorkers = Set(try await store.leases().filter(\.holderHasEnded).map(\.name))
    let plans = try await store.mapObservations(
      of: wanted.hosts.keys.sorted(), in: context, disk: environment.disk
    ) { name, observation in
      wanted.effectiveHost(name).map {
        Planner.plan(host: $0, observed: observation.host, now: now, retries: .afterPause).withoutRetention
      }
    }
    return Plan(hosts: plans.compactMap(\.self))
  }

  /// What the same set applied before and does not declare any more is no difference, but worth a line.
  private func mentionUndeclared(_ loaded: LoadedSpec, in store: Store) async {
    guard let pruned = try? await store.preview(loaded.spec, as: specs.origin(of: loaded), prune: true) else { return }
    let gone = pruned.changes.filter { $0.kind == .deleted }.map(\.id.description)
    guard !gone.isEmpty else { return }
    Terminal.printLine("Not declared any more, and deleted only with --prune: \(gone.joined(separator: ", ")).")
  }

  private func show(_ difference: SpecDifference, _ plan: Plan, hosts: Int) {
    guard output.format == .table else {
      let value = YAMLValue.map([YAMLPair("changes", difference.value), YAMLPair("plan", plan.value)])
      Listing(headers: [], rows: [], value: value, empty: "").print(as: output.format)
      return
    }
    difference.printFields()
    let actions = plan.hosts.reduce(0) { $0 + ($1.action == nil ? 0 : 1) }
    let holds = plan.hosts.reduce(0) { $0 + ($1.hold == nil ? 0 : 1) }
    if !difference.isEmpty { Terminal.printLine() }
    if actions + holds > 0 { Terminal.printLine("The loop\(difference.isEmpty ? "" : " then"):") }
    plan.printActions()
    let changed = difference.changes.filter { $0.kind != .unchanged }.count
    if changed == 0, actions == 0 {
      guard hosts > 0 else {
        Terminal.printLine("No hosts are declared; `pobsync apply -f hosts.yaml` declares them.")
        return
      }
      let next = plan.hosts.compactMap(\.nextFire).min()
      guard holds == 0 else {
        Terminal.printLine("Nothing to do now; \(holds) \(holds == 1 ? "thing waits" : "things wait").")
        return
      }
      Terminal.printLine(
        Terminal.paint("Nothing to do", .green) + ": \(hosts) \(hosts == 1 ? "host is" : "hosts are") as declared"
          + (next.map { "; the next backup is due at \($0.shown)." } ?? "."))
    } else {
      let parts = [
        changed > 0 ? "\(changed) \(changed == 1 ? "resource differs" : "resources differ")" : nil,
        actions > 0 ? "\(actions) \(actions == 1 ? "action" : "actions") to do" : nil,
      ]
      Terminal.printLine(parts.compactMap(\.self).joined(separator: ", ") + ".")
    }
  }
}
