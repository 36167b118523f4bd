// The overview as its template shows it: the status report, and what the last weeks came to.

import Engine
import Foundation
import Reconciler
import Spec
import Store

struct OverviewView: Sendable {
  struct Figure: Sendable {
    let style: String
    let number: String
    let name: String
    let path: String
  }

  struct TroubleRow: Sendable {
    let name: String
    let path: String
    let reason: String
    let message: String?
    let since: ShownTime
    let good: ShownTime?
  }

  struct TroubleList: Sendable {
    let title: String
    let rowStyle: String
    let rows: [TroubleRow]
    let more: String?
    let path: String
  }

  struct QueuedRow: Sendable {
    let runPath: String
    let runName: String
    let name: String
    let path: String
    let kind: String
    let waitsFor: String
  }

  struct FireRow: Sendable {
    let at: ShownTime
    let scheduleName: String?
    let hosts: String
  }

  struct Line: Sendable {
    let name: String
    let path: String?
    let text: String
  }

  let at: ShownTime
  let mayOperate: Bool
  let hasHosts: Bool
  let serviceBadge: Badge
  let serviceText: String
  let serviceRemedy: String?
  let isNotAdopted: Bool
  let figures: [Figure]
  let disk: DiskView
  let hasRunning: Bool
  let running: [FleetProgress]
  let hasQueued: Bool
  let queued: [QueuedRow]
  let moreQueued: String?
  let isQuiet: Bool
  let troubles: [TroubleList]
  let hasPauses: Bool
  let pauses: [Line]
  let hasRequests: Bool
  let requests: [Line]
  let hasFires: Bool
  let fires: [FireRow]
  let heatMapSVG: String
}

extension OverviewView {
  /// How many items of a list are shown one by one.
  static let mostListed = 12

  init(_ report: StatusReport, days: BackupDays, disk: DiskView, mayOperate: Bool) {
    let now = report.at
    at = Shown.time(now, now: now)
    self.mayOperate = mayOperate
    self.disk = disk
    hasHosts = report.hosts.declared + report.hosts.retained > 0
    (serviceBadge, serviceText, serviceRemedy) = Self.service(report)
    isNotAdopted = !report.backupRoot.isAdopted
    figures = Self.figures(report)

    let running = report.running.prefix(Self.mostListed)
    self.running = running.map { FleetProgress($0, now: now, isAtWork: report.service.isAtWork($0)) }
    hasRunning = !running.isEmpty
    queued = report.queue.first.map { QueuedRow($0, mayOperate: mayOperate) }
    hasQueued = !report.queue.first.isEmpty
    moreQueued = Self.more(report.queue.length - report.queue.first.count)
    isQuiet = running.isEmpty && report.queue.first.isEmpty

    let lists: [(String, HostState, [HostTrouble])] = [
      ("Failing", .failed, report.failed), ("Late", .late, report.lateOnly),
      ("Waiting for a person", .waiting, report.waitingOnly),
    ]
    troubles = lists.filter { !$0.2.isEmpty }.map { title, state, hosts in
      TroubleList(
        title: title, rowStyle: HostWords.rowStyle(state) ?? "",
        rows: hosts.prefix(Self.mostListed).map { TroubleRow($0, mayOperate: mayOperate, now: now) },
        more: Self.more(hosts.count - Self.mostListed), path: "/hosts?condition=\(state.rawValue)")
    }
    pauses = Self.pauses(report)
    hasPauses = !pauses.isEmpty
    requests = mayOperate ? Self.requests(report) : []
    hasRequests = !requests.isEmpty
    fires = report.nextFires.map { FireRow($0, mayOperate: mayOperate, now: now) }
    hasFires = !fires.isEmpty
    heatMapSVG = HeatMap.svg(
      rows: days.hosts.map { host in
        HeatMap.Row(
          label: host.host.description, link: HostPath.host(host.host), days: host.outcomes.map { HeatMap.Day($0) })
      }, days: days.names)
  }

  private static func more(_ count: Int) -> String? { count > 0 ? "and \(Shown.count(count)) more" : nil }

  private static func service(_ report: StatusReport) -> (Badge, String, String?) {
    guard let controller = report.service.controller else {
      return (Badge("failed", "not running"), "No controller has ever run.", "Start `pobsync run`.")
    }
    guard controller.isAlive else {
      let silence = report.at.timeIntervalSince(controller.heardAt).shownAsAge
      return (
        Badge("failed", "not running"),
        "The controller was last heard of \(silence) ago; what is said of hosts is as old.", "Start `pobsync run`."
      )
    }
    let workers = report.service.workers.filter { $0.isAlive && $0.servesQueue }
    guard !workers.isEmpty else {
      return (Badge("failed", "no worker"), "Nothing that is queued is carried out.", "Start `pobsync run`.")
    }
    let age = report.at.timeIntervalSince(controller.since).shownAsAge
    return (Badge("ok", "running"), "For \(age), with \(Shown.plural(workers.count, "worker")).", nil)
  }

  private static func figures(_ report: StatusReport) -> [Figure] {
    let counts = report.hosts
    let hosts: [(HostState, Int, String)] = [
      (.failed, counts.failed, "failed"), (.late, counts.late, "warning"), (.waiting, counts.waiting, "warning"),
      (.due, counts.due, ""), (.ready, counts.ready, "succeeded"), (.paused, counts.paused, ""),
      (.suspended, counts.suspended, ""), (.unknown, counts.unknown, ""), (.retained, counts.retained, ""),
    ]
    // That nothing has failed is worth saying.
    let told = hosts.filter { $0.1 > 0 || [.failed, .late, .ready].contains($0.0) }
    let runs = [
      Figure(
        style: report.running.isEmpty ? "" : "running", number: Shown.count(report.running.count), name: "running",
        path: "/runs?state=running"),
      Figure(style: "", number: Shown.count(report.queue.length), name: "queued", path: "/runs?state=queued"),
    ]
    return told.map { state, count, style in
      Figure(
        style: count > 0 ? style : "", number: Shown.count(count), name: HostWords.badge(state).text,
        path: "/hosts?condition=\(state.rawValue)")
    } + runs
  }

  private static func pauses(_ report: StatusReport) -> [Line] {
    let paused = report.pauses.prefix(mostListed).map { status in
      Line(
        name: status.host?.description ?? "everything", path: status.host.map(HostPath.host),
        text: status.pause.description.printable())
    }
    let suspended = report.suspensions.prefix(mostListed).map { status in
      let names = status.hosts.prefix(3).map(\.description).joined(separator: ", ")
      return Line(
        name: status.count > 3 ? "\(Shown.count(status.count)) hosts: \(names), …" : names,
        path: "/hosts?condition=\(HostState.suspended.rawValue)", text: status.suspension.description.printable())
    }
    return paused + suspended
  }

  private static func requests(_ report: StatusReport) -> [Line] {
    report.requests.filter(\.isOpen).prefix(mostListed).map { request in
      Line(
        name: request.host.description, path: HostPath.host(request.host),
        text: request.requested?.description.printable() ?? "")
    }
  }
}

extension OverviewView.QueuedRow {
  /// - Parameter mayOperate: whether the reader may see what it waits for, which may name limits and processes.
  init(_ queued: QueuedRun, mayOperate: Bool) {
    runPath = "/runs/\(queued.run.id)"
    runName = "run \(queued.run.id)"
    name = queued.run.host.description
    path = HostPath.host(queued.run.host)
    kind = HostWords.kind(queued.run.kind)
    waitsFor = mayOperate ? queued.waitsFor.printable() : "its turn"
  }
}

extension OverviewView.TroubleRow {
  init(_ trouble: HostTrouble, mayOperate: Bool, now: Date) {
    name = trouble.host.description
    path = HostPath.host(trouble.host)
    reason = HostWords.reason(trouble.reason)
    message = HostWords.message(trouble.message, reason: trouble.reason, mayOperate: mayOperate).map {
      $0.printable(limit: 300)
    }
    since = Shown.time(trouble.since, now: now)
    good = Shown.time(trouble.newestGood, now: now)
  }
}

extension OverviewView.FireRow {
  init(_ fire: NextFire, mayOperate: Bool, now: Date) {
    at = Shown.time(fire.at, now: now)
    scheduleName = mayOperate ? fire.schedule.description : nil
    let names = fire.hosts.prefix(3).map(\.description).joined(separator: ", ")
    hosts = fire.count > 3 ? "\(Shown.count(fire.count)) hosts: \(names), …" : names
  }
}

extension HeatMap.Day {
  init(_ outcome: DayOutcome) {
    switch outcome {
    case .backedUp: self = .good
    case .warning: self = .warning
    case .failed: self = .failed
    case .missed: self = .late
    case .nothing, .suspended: self = .none
    }
  }
}

extension BackupDays {
  /// The name of each day: `19 May`.
  var names: [String] {
    let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    return (firstDay..<firstDay + count).map { number in
      let day = CivilDay(daysSinceEpoch: number)
      return "\(day.day) \(months[day.month - 1])"
    }
  }
}
