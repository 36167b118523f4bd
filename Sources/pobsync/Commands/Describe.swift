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
      """)

  @OptionGroup var target: HostArgument
  @OptionGroup var storage: StoreOptions

  func run() async throws {
    let environment = try await storage.environment()
    guard let report = try await environment.hostReport(of: target.host, lookingAtDisk: true) else {
      throw CommandFailure(unknown: target.host, among: try await environment.store.desired().spec)
    }
    Terminal.printLine(Terminal.paint("host/\(report.host)", .bold))
    switch report.declaration {
    case .declared(let host, let record):
      printSpec(host, record: record)
      printRequest(report.request)
      printConditions(report)
    case .retained(let kept): printRetained(kept)
    }
    printPauses(report.pauses, of: report.host)
    printPlan(report.plan)
    printSnapshots(report)
    if case .ready(let root) = report.root {
      printIncomplete(report.host, root: root, now: report.at)
      if let host = report.effective { printTrash(host, root: root) }
    }
    printRuns(report.runs)
    printEvents(report.events)
  }

  private func heading(_ title: String) { Terminal.printLine("\n" + Terminal.paint(title, .bold)) }

  private func printSpec(_ host: EffectiveHost, record: ResourceRecord?) {
    if let record {
      Terminal.printLine("  declared    by \(record.source), generation \(record.generation)")
    }
    Terminal.printLine("  address     \(host.ssh.user)@\(host.address) port \(host.ssh.port)")
    Terminal.printLine("  backs up    \(host.sourceRoot)")
    if !host.includes.isEmpty {
      Terminal.printLine("  includes    \(host.includes.map(\.description).joined(separator: " "))")
    }
    if !host.excludes.isEmpty {
      Terminal.printLine("  excludes    \(host.excludes.map(\.description).joined(separator: " "))")
    }
    if let schedule = host.schedule {
      Terminal.printLine("  schedule    \(schedule.name): \(schedule.declared.cron) (\(schedule.timeZone))")
    }
    if let retention = host.retention { Terminal.printLine("  retention   \(retention.name)") }
    for (name, value) in host.labels.sorted(by: { $0.key < $1.key }) {
      Terminal.printLine("  label       \(name)=\(value)")
    }
    if let suspension = host.suspension { Terminal.printLine("  suspended   \(suspension)") }
  }

  private func printRequest(_ request: DeclaredRequest?) {
    guard let request else { return }
    if request.isOpen, let text = request.requested { Terminal.printLine("  requested   \(text): to be made") }
    guard let done = request.done else { return }
    Terminal.printLine("  requested   \(done): made" + (request.doneAt.map { " at \($0.shown)" } ?? ""))
  }

  /// Judged now; the time of the last change is the loop's, if it has seen the same.
  private func printConditions(_ report: HostReport) {
    heading("Conditions")
    for condition in report.conditions {
      let colour: Terminal.Colour =
        switch condition.status {
        case .true: .green
        case .false: .red
        case .unknown: .dim
        }
      let since = report.since(condition)
      let name = condition.type.rawValue.padding(toLength: 10, withPad: " ", startingAt: 0)
      let status = condition.status.rawValue.padding(toLength: 8, withPad: " ", startingAt: 0)
      Terminal.printLine(
        "  \(name)  \(Terminal.paint(status, colour))\(condition.message.printable(limit: 1000))"
          + (since.map { " (since \($0.shown))" } ?? ""))
    }
  }

  private func printPauses(_ pauses: Pauses, of host: HostName) {
    let present = [("everything", pauses.all), ("this host", pauses.hosts[host])]
    guard present.contains(where: { $0.1 != nil }) else { return }
    heading("Pauses")
    for case (let what, let pause?) in present {
      Terminal.printLine("  \(what) is \(pause.description.printable()), since \(pause.pausedAt.shown)")
    }
  }

  private func printPlan(_ plan: HostPlan) {
    heading("Next")
    Plan(hosts: [plan]).printActions()
    if let until = plan.hold?.until { Terminal.printLine("  waits until \(until.shown)") }
    if plan.hold?.code != .suspended { Terminal.printLine("  fires next  \(plan.nextFire.shown)") }
  }

  private func printSnapshots(_ report: HostReport) {
    let snapshots = report.snapshots
    heading("Snapshots (\(snapshots.count))")
    for snapshot in snapshots.reversed().prefix(20) {
      let fate = report.fate(of: snapshot).map {
        ($0.isKept ? "kept: " : "to be pruned: ") + $0.reasons.joined(separator: ", ")
      }
      Terminal.printLine(
        "  \(snapshot.id)  \(snapshot.status.rawValue)  \(snapshot.stats.apparentSizeBytes.shownAsSize)  \(fate ?? "")"
      )
    }
    if snapshots.count > 20 { Terminal.printLine("  … and \(snapshots.count - 20) older") }
  }

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

  private func printRuns(_ runs: [Run]) {
    guard !runs.isEmpty else { return }
    heading("Recent runs")
    for run in runs {
      Terminal.printLine(
        "  \(run.id)  \(run.startedAt.shown)  \(run.kind.rawValue)  \(run.state.rawValue)  \((run.message ?? "").printable(limit: 1000))"
      )
    }
  }

  private func printEvents(_ events: [Event]) {
    guard !events.isEmpty else { return }
    heading("Events")
    for event in events {
      let count = event.count > 1 ? " (\(event.count) times)" : ""
      Terminal.printLine(
        "  \(event.lastAt.shown)  \(event.severity.rawValue)  \(event.message.printable(limit: 1000))\(count)")
    }
  }
}
