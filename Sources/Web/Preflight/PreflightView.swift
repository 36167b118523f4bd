// What the page of a preflight shows: what blocks all, what blocks backups only, every check, what is on disk, and the keys
// that wait for an approval.

import Engine
import Foundation
import Spec
import Store

struct PreflightView: Sendable {
  let host: String
  let path: String
  let mayAdminister: Bool
  let underWay: RunInSight?
  let report: ReportView?
  let hasNone: Bool
  /// Outside of what changes by itself: nobody is to approve a key that has just taken the place of another.
  let keys: [KeyRow]
  let hasKeys: Bool

  init(
    _ host: HostName, newest: Run?, underWay: Run?, declaredAt: Date?, mayAdminister: Bool, now: Date
  ) {
    self.host = host.description
    path = "/hosts/\(host)"
    self.mayAdminister = mayAdminister
    self.underWay = underWay.map { RunInSight($0, now: now) }
    let found = newest?.report.flatMap { PreflightReport(reading: $0) }
    report = newest.map { ReportView($0, found, declaredAt: declaredAt, now: now) }
    hasNone = newest == nil
    keys = found?.offeredKeys.map(KeyRow.init) ?? []
    hasKeys = !keys.isEmpty
  }

  struct ReportView: Sendable {
    let run: RunInSight
    let summary: String
    let isOutdated: Bool
    let blockers: [CheckRow]
    let blocksAll: Bool
    let backupBlockers: [CheckRow]
    let blocksBackupsOnly: Bool
    let checks: [CheckRow]
    let hasChecks: Bool
    let facts: [Fact]
    let hasFacts: Bool

    init(_ run: Run, _ report: PreflightReport?, declaredAt: Date?, now: Date) {
      self.run = RunInSight(run, now: now)
      summary = (run.message ?? "").printable(limit: 2000)
      let begun = report?.at ?? run.queuedAt
      isOutdated = declaredAt.map { $0 > begun } ?? false
      let all = report?.checks ?? []
      blockers = all.filter { $0.blocks == .dryRun }.map(CheckRow.init)
      blocksAll = !blockers.isEmpty
      backupBlockers = all.filter { $0.blocks == .backup }.map(CheckRow.init)
      blocksBackupsOnly = !backupBlockers.isEmpty
      checks = all.map(CheckRow.init)
      hasChecks = !checks.isEmpty
      facts = report?.disk.map(Fact.all) ?? []
      hasFacts = !facts.isEmpty
    }
  }

  struct CheckRow: Sendable {
    let title: String
    let badge: Badge
    let found: String
    let remedy: String?
    let blocks: String?
    let rowStyle: String?

    init(_ check: PreflightCheck) {
      title = check.name.title
      badge =
        switch check.outcome {
        case .ok: Badge("ok")
        case .warning: Badge("warning")
        case .failed: Badge("failed")
        case .skipped: Badge("neutral", "not looked at")
        }
      found = check.found.printable(limit: 2000)
      remedy = check.remedy?.printable(limit: 2000)
      blocks =
        switch check.blocks {
        case .nothing: nil
        case .backup: "backups"
        case .dryRun: "backups and dry runs"
        }
      rowStyle = check.outcome == .failed ? "failed" : check.outcome == .warning ? "late" : nil
    }
  }

  struct Fact: Sendable {
    let term: String
    let value: String

    static func all(_ disk: HostDiskFacts) -> [Fact] {
      let kinds = "\(disk.scheduled) scheduled, \(disk.manual) manual"
      return [
        Fact(term: "Directory", value: disk.directory.printable() + (disk.isThere ? "" : " (not there yet)")),
        Fact(term: "Snapshots", value: kinds), Fact(term: "Unfinished", value: "\(disk.unfinished)"),
        Fact(term: "In the trash", value: "\(disk.trash)"), Fact(term: "Left alone", value: "\(disk.leftAlone)"),
        Fact(term: "Newest", value: disk.newest.map { "\($0)" } ?? "none"),
        Fact(term: "Base of the next", value: disk.base.map { "\($0)" } ?? "none: everything is copied"),
      ]
    }
  }

  struct KeyRow: Sendable {
    let fingerprint: String
    let badge: Badge
    let isNew: Bool
    let isChanged: Bool

    init(_ key: OfferedHostKey) {
      fingerprint = key.fingerprint.printable()
      isNew = key.standing == .new
      isChanged = key.standing == .changed
      badge =
        switch key.standing {
        case .trusted: Badge("ok", "trusted")
        case .new: Badge("warning", "new")
        case .changed: Badge("failed", "not the trusted key")
        case .revoked: Badge("failed", "revoked")
        }
    }
  }
}

/// A run that a page leads to.
struct RunInSight: Sendable {
  let number: String
  let runPath: String
  let stateBadge: Badge
  let since: ShownTime

  init(_ run: Run, now: Date) {
    number = "\(run.id)"
    runPath = "/runs/\(run.id)"
    stateBadge = Badge(run.state)
    since = ShownTime(run.finishedAt ?? run.startedAt ?? run.queuedAt, now: now)
  }
}

/// What the page of a dry run shows.
struct DryRunView: Sendable {
  let host: String
  let path: String
  let underWay: RunInSight?
  let newest: RunInSight?
  let hasNone: Bool
  let summary: String
  let isBad: Bool
  let figures: [PreflightView.Fact]
  let hasFigures: Bool
  let log: String
  let hasLog: Bool

  init(_ host: HostName, newest: Run?, underWay: Run?, now: Date) {
    self.host = host.description
    path = "/hosts/\(host)"
    self.underWay = underWay.map { RunInSight($0, now: now) }
    self.newest = newest.map { RunInSight($0, now: now) }
    hasNone = newest == nil
    summary = (newest?.message ?? "").printable(limit: 2000)
    isBad = newest.map { !$0.state.isGood } ?? false
    figures = newest?.report.map(Self.figures) ?? []
    hasFigures = !figures.isEmpty
    log = newest?.log ?? ""
    hasLog = !log.isEmpty
  }

  private static func figures(_ report: YAMLValue) -> [PreflightView.Fact] {
    func count(_ key: String) -> String { report[key]?.integer.map { Shown.count(Int(clamping: $0)) } ?? Shown.nothing }
    let base = report["base"]?.text ?? "none: everything is copied"
    return [
      PreflightView.Fact(term: "Compared with", value: base.printable()),
      PreflightView.Fact(term: "Entries at the source", value: count("files")),
      PreflightView.Fact(term: "Files to transfer", value: count("transferred_files")),
      PreflightView.Fact(term: "Bytes to transfer", value: Shown.size(report["transferred_bytes"]?.integer)),
      PreflightView.Fact(term: "New", value: count("created_files")),
      PreflightView.Fact(term: "Gone since", value: count("deletions")),
    ]
  }
}
