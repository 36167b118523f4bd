// `pobsync backup`: one backup now.

import ArgumentParser
import Engine
import Reconciler
import Spec
import Store

struct BackupHost: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "backup",
    abstract: "Back up a host now.",
    discussion: """
      A manual snapshot stays until it is removed by name (`pobsync remove-snapshot`); --kind scheduled makes one that
      retention counts. Exit status 0 also for a partial snapshot, which is said on standard error.

      EXAMPLE
        pobsync backup web-1
        pobsync backup web-1 --kind scheduled --prune
      """)

  @OptionGroup var target: HostArgument

  @Option(help: "manual or scheduled. Only scheduled ones count for retention, schedules and freshness.")
  var kind: SnapshotKind = .manual

  @Flag(help: "Apply the host's retention policy if the backup is good.")
  var prune = false

  @OptionGroup var storage: StoreOptions

  func run() async throws {
    let work = try await storage.hostAtWork(target.host)
    let worker = try await work.worker()
    let outcome = try await stoppingOnSignals {
      try await worker.backUp(
        work.host, kind: kind, trigger: .cli, reason: "asked for on the command line", minFree: work.settings?.minFree)
    }
    guard outcome.state.isGood else { throw ExitCode(1) }
    guard prune else { return }
    guard outcome.snapshot?.status.isGood == true else {
      throw CommandFailure("nothing was pruned, because the new snapshot is partial")
    }
    try await Pruning(work: work).apply(maxDelete: Planner.defaultMaxDelete) { _ in }
  }
}

extension SnapshotKind: ExpressibleByArgument {}
