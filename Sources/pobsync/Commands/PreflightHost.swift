// `pobsync preflight`: whether backups of a host can be made, before the first one is due.

import ArgumentParser
import Engine
import Reconciler
import Spec
import Store

struct PreflightHost: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "preflight",
    abstract: "Look whether a host can be backed up, and what is in the way.",
    discussion: """
      Looks at the backup root, the host's directory and snapshots, rsync here, the key, the host's key, the login, rsync
      there and the source root, and changes none of it. What is in the way of backups only is told apart from what is in
      the way of dry runs as well. With `pobsync run` or a worker there it is queued, and --wait follows it. Exit status 1
      if a backup cannot be made.

      EXAMPLE
        pobsync preflight web-1 --wait
      """)

  @OptionGroup var target: HostArgument
  @OptionGroup var waiting: WaitOptions
  @OptionGroup var output: OutputOptions
  @OptionGroup var storage: StoreOptions

  func run() async throws {
    let seen = try await storage.hostInSight(target.host)
    let requester = Request(environment: seen.environment)
    guard let run = try await requester.carryOut(seen.request(.preflight), waits: waiting.wait) else { return }
    guard let report = run.report.flatMap({ PreflightReport(reading: $0) }) else { throw ExitCode(1) }
    report.listing.print(as: output.format)
    if output.format == .table { report.printWhatToDo() }
    guard !report.blocksBackup else { throw ExitCode(1) }
  }
}

extension PreflightReport {
  fileprivate var listing: Listing {
    Listing(
      headers: ["CHECK", "OUTCOME", "BLOCKS", "FOUND"],
      rows: checks.map { check in
        [check.name.title, check.outcome.rawValue, check.blocks.shown, check.found.printable(limit: 1000)]
      }, value: document, empty: "Nothing was looked at.")
  }

  /// The remedies, and the keys that a person has to compare.
  fileprivate func printWhatToDo() {
    let remedies = checks.filter { $0.remedy != nil }
    if !remedies.isEmpty {
      Terminal.printLine()
      for check in remedies {
        Terminal.printLine("\(check.name.title): \((check.remedy ?? "").printable(limit: 1000))")
      }
    }
    let pending = offeredKeys.filter(\.isPending)
    guard !pending.isEmpty else { return }
    Terminal.printLine()
    Terminal.printLine("Not trusted yet:")
    for key in pending {
      let remark = key.standing == .changed ? "NOT the key that is trusted" : "new"
      Terminal.printLine("  \(key.fingerprint.printable())  \(remark)")
    }
  }
}

extension PreflightCheck.Blocking {
  fileprivate var shown: String {
    switch self {
    case .nothing: "-"
    case .backup: "backups"
    case .dryRun: "all"
    }
  }
}
