// A host's page as its template shows it.

import Engine
import Foundation
import Reconciler
import Spec
import Store

struct HostView: Sendable {
  struct ConditionRow: Sendable {
    let name: String
    let badge: Badge
    let reason: String
    let message: String?
    let since: ShownTime
  }

  struct Fact: Sendable {
    let term: String
    let value: String
    let note: String?
  }

  struct EventRow: Sendable {
    let badge: Badge
    let last: ShownTime
    let text: String
    let times: String?
  }

  struct LastBackup: Sendable {
    let badge: Badge
    let ended: ShownTime
    let runPath: String
    let runName: String
    let said: String?
  }

  let at: ShownTime
  let name: String
  let path: String
  let badge: Badge
  let why: String?
  let labels: [String]
  let isDeclared: Bool
  let retainedText: String?
  let mayOperate: Bool
  let pauseText: String?
  /// Paused by its own name, rather than with everything.
  let isPausedItself: Bool
  let isBackingUp: Bool
  let running: [FleetProgress]
  let hasConditions: Bool
  let conditions: [ConditionRow]
  let newestGood: ShownTime?
  let nextFire: ShownTime?
  let lastBackup: LastBackup?
  let snapshotCount: String
  let newestSize: String
  let planned: String?
  let held: String?
  let heldUntil: ShownTime?
  let hasFires: Bool
  let fires: [ShownTime]
  let facts: [Fact]
  let hasShrunk: Bool
  let shrunk: [String]
  let requestText: String?
  let requestIsOpen: Bool
  let hasRetention: Bool
  let removedText: String?
  let hasSnapshots: Bool
  let timelineSVG: String
  let sizeSVG: String
  let newSVG: String
  let durationSVG: String
  let snapshots: [HostSnapshotLine]
  let placesText: String
  let previous: String?
  let following: String?
  let hasRuns: Bool
  let runs: [HostRunLine]
  let hasEvents: Bool
  let events: [EventRow]
}

extension HostView {
  static let pageSize = 50
  /// So many snapshots are drawn; older ones are in the table.
  private static let mostDrawn = 400

  /// - Parameters:
  ///   - page: which part of the snapshots is listed, from 1.
  ///   - removed: how many snapshots were removed within the time in which they can be got back.
  init(_ report: HostReport, page: Int, removed: Int, mayOperate: Bool) {
    let now = report.at
    at = Shown.time(now, now: now)
    name = report.host.description
    path = HostPath.host(report.host)
    self.mayOperate = mayOperate
    badge = HostWords.badge(report.standing.state)
    why = HostWords.message(report.standing.message, reason: report.standing.reason, mayOperate: mayOperate)
    isDeclared = report.effective != nil
    labels = (report.effective?.labels ?? [:]).sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
    retainedText = report.retained.map { retained in
      let removed = "Declared no more: removed at \(Timestamp.short(retained.removedAt))"
      return mayOperate ? "\(removed) by \(retained.actor). Its snapshots \(retained.outlook)." : "\(removed)."
    }
    pauseText = report.pauses[report.host].map { $0.description.printable() }
    isPausedItself = report.pauses.hosts[report.host] != nil

    let unfinished = report.runs.filter { !$0.state.isFinished }
    isBackingUp = unfinished.contains { $0.kind == .backup }
    running = unfinished.filter { $0.state == .running }.map { FleetProgress($0, now: now) }
    hasConditions = !report.conditions.isEmpty
    conditions = report.conditions.map { condition in
      ConditionRow(
        name: condition.type.rawValue, badge: Badge(condition: condition.status),
        reason: HostWords.reason(condition.reason),
        message: HostWords.message(condition.message, reason: condition.reason, mayOperate: mayOperate),
        since: Shown.time(condition.changedAt, now: now))
    }
    newestGood = Shown.time(report.snapshots.last { $0.status.isGood }?.startedAt, now: now)
    let upcoming = report.nextFires(5)
    nextFire = report.effective?.suspension == nil ? Shown.time(upcoming.first, now: now) : nil
    fires = mayOperate ? upcoming.map { Shown.time($0, now: now) } : []
    hasFires = mayOperate && !upcoming.isEmpty
    lastBackup = report.lastBackup.map { LastBackup($0, mayOperate: mayOperate, now: now) }
    snapshotCount = Shown.count(report.snapshots.count)
    newestSize = Shown.size(report.snapshots.last?.stats.apparentSizeBytes)

    // Reasons of plans name schedules, and messages of holds may name addresses.
    planned = report.plan.action.map { mayOperate ? "\($0.verb): \($0.reason)".printable() : $0.verb }
    held = report.plan.hold.map { hold in
      mayOperate ? hold.message.printable(limit: 1000) : HostWords.reason(hold.code.rawValue)
    }
    heldUntil = Shown.time(report.plan.hold?.until, now: now)
    facts = mayOperate ? Self.facts(report) : []
    hasShrunk = !report.shrinkages.isEmpty
    shrunk = report.shrinkages.map { shrinkage in
      "\(shrinkage.id) holds \(shrinkage.size.inWords), where its base held \(shrinkage.base.inWords)"
    }
    requestText = mayOperate ? report.request?.inWords : nil
    requestIsOpen = report.request?.isOpen ?? false
    hasRetention = report.effective?.retention != nil
    removedText = removed > 0 ? Self.removedText(removed, report) : nil

    hasSnapshots = !report.snapshots.isEmpty
    let drawn = report.snapshots.suffix(Self.mostDrawn)
    timelineSVG = SnapshotTimeline.svg(drawn.map { SnapshotTimeline.Mark($0, in: report) }, now: now)
    sizeSVG = Self.chart(drawn, "Size of each snapshot", .bytes) { $0.stats.apparentSizeBytes.map { Double($0) } }
    newSVG = Self.chart(drawn, "New in each snapshot", .bytes) { $0.stats.uniqueApparentSizeBytes.map { Double($0) } }
    durationSVG = Self.chart(drawn, "How long each took", .seconds) { $0.stats.durationSeconds }

    let pages = max(1, (report.snapshots.count + Self.pageSize - 1) / Self.pageSize)
    let shownPage = min(page, pages)
    let first = (shownPage - 1) * Self.pageSize
    snapshots = report.snapshots.reversed().dropFirst(first).prefix(Self.pageSize).map {
      HostSnapshotLine($0, in: report, mayOperate: mayOperate)
    }
    placesText =
      "\(Shown.count(first + 1))–\(Shown.count(first + snapshots.count)) of \(Shown.count(report.snapshots.count))"
    previous = shownPage > 1 ? "\(path)?page=\(shownPage - 1)" : nil
    following = shownPage < pages ? "\(path)?page=\(shownPage + 1)" : nil
    hasRuns = !report.runs.isEmpty
    runs = report.runs.map { HostRunLine($0, mayOperate: mayOperate, now: now) }
    hasEvents = !report.events.isEmpty
    events = report.events.map { EventRow($0, mayOperate: mayOperate, now: now) }
  }

  private static func chart(
    _ snapshots: ArraySlice<Snapshot>, _ label: String, _ unit: Ticks.Unit, _ value: (Snapshot) -> Double?
  ) -> String {
    let points = snapshots.compactMap { snapshot -> SeriesChart.Point? in
      value(snapshot).map {
        SeriesChart.Point(
          time: snapshot.startedAt, value: $0, style: snapshot.status.isGood ? nil : snapshot.status.rawValue)
      }
    }
    return SeriesChart.svg(points, label: label, unit: unit, drawn: .bars)
  }

  private static func removedText(_ count: Int, _ report: HostReport) -> String {
    let ttl = report.effective?.trashTTL ?? report.desired.spec.settings?.trashTTL ?? Settings.defaultTrashTTL
    return "\(Shown.plural(count, "snapshot")) removed within the last \(ttl). What is still in the trash can be got "
      + "back with `pobsync undelete \(report.host)`."
  }

  private static func facts(_ report: HostReport) -> [Fact] {
    var facts: [Fact] = []
    func add(_ term: String, _ value: String?, _ note: String? = nil) {
      if let value { facts.append(Fact(term: term, value: value.printable(limit: 1000), note: note?.printable())) }
    }
    if let kept = report.retained {
      add("Declared by", kept.source, "until \(Timestamp.short(kept.removedAt))")
      add("Retention", kept.retention?.name.description, "as it was then")
    }
    guard case .declared(let host, let record) = report.declaration else { return facts }
    add("Address", "\(host.ssh.user)@\(host.address)", "port \(host.ssh.port)")
    add("Backs up", host.sourceRoot.description)
    add("Leaves out", host.excludes.isEmpty ? nil : Shown.plural(host.excludes.count, "pattern"))
    add(
      "Schedule", host.schedule?.name.description ?? "only on request",
      host.schedule.map { "\($0.declared.cron) (\($0.timeZone))" })
    let prunes = host.schedule?.declared.prune == true
    add(
      "Retention", host.retention?.name.description ?? "keeps everything",
      host.retention.map { _ in prunes ? "pruned after backups" : "not pruned by itself" })
    add("Declared by", record?.source, record.map { "generation \($0.generation)" })
    return facts
  }
}

extension HostView.LastBackup {
  init(_ run: Run, mayOperate: Bool, now: Date) {
    badge = Badge(run.state)
    ended = Shown.time(run.finishedAt ?? run.queuedAt, now: now)
    runPath = "/runs/\(run.id)"
    runName = "run \(run.id)"
    said = mayOperate ? run.message.flatMap { $0.isEmpty ? nil : $0.printable(limit: 1000) } : nil
  }
}

extension HostView.EventRow {
  init(_ event: Event, mayOperate: Bool, now: Date) {
    badge = Badge(event.severity)
    last = Shown.time(event.lastAt, now: now)
    text = mayOperate ? event.message.printable(limit: 300) : HostWords.reason(event.reason)
    times = event.count > 1 ? "\(Shown.count(event.count)) times" : nil
  }
}

extension SnapshotSize {
  /// As part of a sentence.
  var inWords: String {
    let known = [files.map { "\(Shown.count(Int(clamping: $0))) files" }, bytes.map { Shown.size($0) }]
    let parts = known.compactMap(\.self)
    return parts.isEmpty ? "what was not counted" : parts.joined(separator: ", ")
  }
}

extension DeclaredRequest {
  fileprivate var inWords: String? {
    if isOpen, let requested { return "\(requested): to be made" }
    return done.map { "\($0): made" + (doneAt.map { " at \(Timestamp.short($0))" } ?? "") }
  }
}

extension SnapshotTimeline.Mark {
  fileprivate init(_ snapshot: Snapshot, in report: HostReport) {
    self.init(
      time: snapshot.startedAt, kind: snapshot.id.kind, status: snapshot.status,
      bytes: snapshot.stats.apparentSizeBytes, fate: report.keeps(snapshot) ? .kept : .leaving,
      isPinned: snapshot.pin?.holds(at: report.at) ?? false,
      label: "\(snapshot.id), \(Shown.size(snapshot.stats.apparentSizeBytes))",
      link: HostPath.snapshot(snapshot.id, of: report.host))
  }
}
