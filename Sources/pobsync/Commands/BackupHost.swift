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
      retention counts. With `pobsync run` or a worker there, the backup is queued ahead of others, and --wait follows it;
      otherwise this command makes it by itself. Exit status 0 also for a partial snapshot, which is said on standard
      error. With --dry-run nothing is backed up: what a backup would transfer is printed, a line for each entry as rsync
      itemizes it, and what it would leave out of what the last snapshot holds (`*deleting`).

      EXAMPLE
        pobsync backup web-1 --wait
        pobsync backup web-1 --dry-run
        pobsync backup web-1 --kind scheduled --prune
      """)

  @OptionGroup var target: HostArgument

  @Option(help: "manual or scheduled. Only scheduled ones count for retention, schedules and freshness.")
  var kind: SnapshotKind = .manual

  @Flag(help: "Apply the host's retention policy if the backup is good.")
  var prune = false

  @Flag(help: "Only ask rsync what a backup would transfer. Nothing is written, and a backup may go on meanwhile.")
  var dryRun = false

  @OptionGroup var waiting: WaitOptions
  @OptionGroup var storage: StoreOptions
  @OptionGroup var remote: RemoteOptions

  func validate() throws {
    if dryRun, prune { throw ValidationError("--dry-run makes no snapshot after which --prune could apply a policy") }
  }

  func run() async throws {
    if let server = try remote.connection(besides: storage) { return try await backUp(at: server) }
    guard !dryRun else { return try await runDry() }
    let environment = try await storage.environment()
    var request = try await environment.backupRequest(of: target.host, kind: kind, prunes: prune, .cli)
    // A prune that follows here and now is asked for below, with its outcome.
    request.prunes = prune && !waiting.wait
    let requester = Request(environment: environment)
    guard let run = try await requester.carryOut(request, waits: waiting.wait) else { return }
    guard run.state.isGood else { throw ExitCode(1) }
    guard prune else { return }
    guard run.errorCode != RunErrorCode.partial else {
      throw CommandFailure("nothing was pruned, because the new snapshot is partial")
    }
    let work = try await environment.hostAtWork(target.host)
    let pruned = try await requester.carryOut(
      work.request(.prune, reason: "asked for together with run \(run.id)"), waits: true)
    guard pruned?.state.isGood ?? true else { throw ExitCode(1) }
  }

  private func runDry() async throws {
    let seen = try await storage.hostInSight(target.host)
    let requester = Request(environment: seen.environment)
    guard let run = try await requester.carryOut(seen.request(.dryRun), waits: waiting.wait) else { return }
    var printer = LogPrinter()
    printer.printNews(of: run)
    guard run.state.isGood else { throw ExitCode(1) }
  }
}

extension SnapshotKind: ExpressibleByArgument {}
