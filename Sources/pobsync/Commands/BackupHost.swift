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
      error.

      EXAMPLE
        pobsync backup web-1 --wait
        pobsync backup web-1 --kind scheduled --prune
      """)

  @OptionGroup var target: HostArgument

  @Option(help: "manual or scheduled. Only scheduled ones count for retention, schedules and freshness.")
  var kind: SnapshotKind = .manual

  @Flag(help: "Apply the host's retention policy if the backup is good.")
  var prune = false

  @OptionGroup var waiting: WaitOptions
  @OptionGroup var storage: StoreOptions

  func run() async throws {
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
}

extension SnapshotKind: ExpressibleByArgument {}
