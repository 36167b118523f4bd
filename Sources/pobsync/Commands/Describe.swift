// `pobsync describe host`: everything about one host on one page.

import ArgumentParser
import Engine
import Foundation
import Reconciler
import Spec
import Store

struct Describe: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show everything about a host.",
    discussion: """
      EXAMPLE
        pobsync describe host web-1
      """,
    subcommands: [DescribeHost.self])
}

struct DescribeHost: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "host",
    abstract: "Show a host's spec, conditions, next backup, snapshots, recent runs and events.",
    discussion: """
      EXAMPLE
        pobsync describe host web-1
        pobsync describe host web-1 -o json
      """)

  @OptionGroup var target: HostArgument
  @OptionGroup var storage: StoreOptions
  @OptionGroup var remote: RemoteOptions
  @OptionGroup var output: OutputOptions

  func run() async throws {
    if let server = try remote.connection(besides: storage) {
      let host = try await server.get("/api/hosts/\(target.host)")
      show(host) {}
      return
    }
    let environment = try await storage.environment()
    guard let report = try await environment.hostReport(of: target.host, lookingAtDisk: true) else {
      throw CommandFailure(unknown: target.host, among: try await environment.store.desired().spec)
    }
    show(report.value()) {
      guard case .ready(let root) = report.root else { return }
      printIncomplete(report.host, root: root, now: report.at)
      if let host = report.effective { printTrash(host, root: root) }
    }
  }

  /// - Parameter printRest: what is to be seen on the disk alone.
  private func show(_ host: YAMLValue, printRest: () -> Void) {
    guard output.format == .table else {
      Listing(headers: [], rows: [], value: host, empty: "").print(as: output.format)
      return
    }
    let page = HostPage(host)
    page.printState()
    page.printSnapshots()
    printRest()
    page.printHistory()
  }

  private func heading(_ title: String) { Terminal.printLine("\n" + Terminal.paint(title, .bold)) }

  private func printIncomplete(_ host: HostName, root: BackupRoot, now: Date) {
    let directory = HostDirectory(host, in: root)
    let base = (try? directory.base(now: now)) ?? nil
    let usable = (try? directory.unfinishedToTakeOver(after: base, now: now)) ?? nil
    let entries = (try? Disk.names(in: directory.incomplete)) ?? []
    let names = entries.compactMap(SnapshotName.init).sorted()
    guard !names.isEmpty else { return }
    heading("Unfinished (\(names.count))")
    for name in names {
      let isUseful = name == usable
      Terminal.printLine(
        "  .incomplete/\(name)"
          + (isUseful ? "  the next backup takes over the files that arrived whole" : "  of no use to the next backup"))
    }
    Terminal.printLine("  `pobsync cleanup-incomplete \(host)` removes them.")
  }

  private func printTrash(_ host: EffectiveHost, root: BackupRoot) {
    let removed = (try? RemovedSnapshot.all(in: HostDirectory(host.name, in: root))) ?? []
    guard !removed.isEmpty else { return }
    heading("Trash (\(removed.count))")
    let policy = TrashPolicy(host)
    for each in removed.reversed().prefix(20) {
      let end =
        each.entry.isBeingDeleted
        ? "is being deleted"
        : policy.expiry(of: each.entry).map { "can be got back until \($0.shown)" } ?? "is deleted next"
      Terminal.printLine("  \((each.id?.description ?? each.entry.description).printable())  \(end)")
    }
    if removed.count > 20 { Terminal.printLine("  … and \(removed.count - 20) older") }
    Terminal.printLine("  `pobsync undelete \(host.name)` gets them back.")
  }
}
