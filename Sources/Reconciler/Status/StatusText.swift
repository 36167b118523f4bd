// The status report as a page of text: what is said where, and in which tone. Whoever shows it chooses the colours.

import Engine
import Foundation
import Spec
import Store

/// Text with a tone.
package struct StatusSpan: Sendable, Hashable {
  package enum Tone: Sendable, Hashable {
    case plain, heading, good, bad, late, dim
  }

  package let text: String
  package let tone: Tone

  init(_ text: String, _ tone: Tone = .plain) {
    self.text = text
    self.tone = tone
  }
}

package typealias StatusLine = [StatusSpan]

/// A page of limited width, and of limited height where lists can be cut.
package struct StatusText {
  private let report: StatusReport
  private let width: Int
  /// How many items of a list are shown.
  private var limit: Int

  /// The lines of a report: as much of its lists as the height has room for, though never less than two items of each.
  package static func lines(_ report: StatusReport, width: Int, height: Int) -> [StatusLine] {
    let pages = [10, 7, 5, 4, 3, 2].lazy.map { StatusText(report: report, width: width, limit: $0).lines }
    return pages.first { $0.count <= height } ?? StatusText(report: report, width: width, limit: 2).lines
  }

  private var lines: [StatusLine] {
    let sections = [
      summary, running, trash, queued, failed, late, waiting, paused, suspended, requested, next,
    ].filter { !$0.isEmpty }
    return Array(sections.joined(separator: [[]]))
  }

  // MARK: - The summary

  private var summary: [StatusLine] {
    var lines = [[StatusSpan("pobsync", .heading), StatusSpan("  \(Timestamp.short(report.at))", .dim)]]
    lines += service
    lines.append(disk)
    if !report.backupRoot.isAdopted {
      lines.append(line("", [StatusSpan("not adopted: nothing is pruned until `pobsync adopt`", .late)]))
    }
    lines.append(hosts)
    lines.append(line("runs", [StatusSpan("\(report.running.count) running, \(report.queue.length) queued")]))
    return lines
  }

  private func line(_ title: String, _ spans: StatusLine) -> StatusLine { [StatusSpan(title.padded(to: 10))] + spans }

  private var service: [StatusLine] {
    let hint = "start `pobsync run`"
    guard let controller = report.service.controller else {
      return [line("service", [StatusSpan("not running: \(hint)", .bad)])]
    }
    guard controller.isAlive else {
      let silence = report.at.timeIntervalSince(controller.heardAt).shownAsAge
      return [
        line("service", [StatusSpan("not running: \(hint)", .bad)]),
        line("", [StatusSpan("what is said of hosts is of \(silence) ago", .late)]),
      ]
    }
    let workers = report.service.workers.filter { $0.isAlive && $0.servesQueue }
    let age = report.at.timeIntervalSince(controller.since).shownAsAge
    let who = controller.pid.map { "process \($0) on \(controller.machine ?? "?")" } ?? "somewhere"
    guard !workers.isEmpty else {
      return [line("service", [StatusSpan("no worker: nothing is carried out; \(hint)", .bad)])]
    }
    let isOne = workers.count == 1 && workers[0].pid == controller.pid && workers[0].machine == controller.machine
    let more = isOne ? "" : ", \(workers.count) \(workers.count == 1 ? "worker" : "workers")"
    return [
      line("service", [StatusSpan("running", .good), StatusSpan(" for \(age): \(who)\(more)".cut(to: width - 17))])
    ]
  }

  private var disk: StatusLine {
    if let problem = report.backupRoot.problem {
      return line("disk", [StatusSpan(problem.printable().cut(to: width - 10), .bad)])
    }
    let path = report.backupRoot.path?.description.printable() ?? ""
    guard let space = report.backupRoot.space, space.total > 0 else { return line("disk", [StatusSpan(path)]) }
    let share = Double(space.available) / Double(space.total) * 100
    let free = "\(space.available.shownAsSize) free of \(space.total.shownAsSize) (\(Int(share))%)"
    return line(
      "disk",
      [StatusSpan(free, share < 5 ? .late : .plain), StatusSpan("  \(path)".cut(to: width - 10 - free.count), .dim)])
  }

  private var hosts: StatusLine {
    let counts = report.hosts
    let retained = counts.retained > 0 ? [StatusSpan("; \(counts.retained) declared no more", .dim)] : []
    guard counts.declared > 0 else {
      return line("hosts", [StatusSpan("none are declared: `pobsync apply -f FILE`", .late)] + retained)
    }
    let sorts: [(Int, String, StatusSpan.Tone)] = [
      (counts.ready, "ready", .good), (counts.due, "due", .plain), (counts.failed, "failed", .bad),
      (counts.late, "late", .late), (counts.waiting, "waiting", .late), (counts.paused, "paused", .dim),
      (counts.suspended, "suspended", .dim), (counts.unknown, "not looked at yet", .dim),
    ]
    let present = sorts.filter { $0.0 > 0 }.map { StatusSpan("\($0.0) \($0.1)", $0.2) }
    return line(
      "hosts",
      [StatusSpan("\(counts.declared): ")] + Array(present.map { [$0] }.joined(separator: [StatusSpan(", ")]))
        + retained)
  }

  // MARK: - The lists

  private var running: [StatusLine] {
    list("RUNNING", report.running.filter { $0.kind != .emptyTrash }) { run in
      let progress = run.progress
      let files = progress.flatMap { progress in
        progress.knownFiles.flatMap { known in progress.remainingFiles.map { "\(known - $0)/\(known) files" } }
      }
      let age = run.startedAt.map { report.at.timeIntervalSince($0).shownAsAge }
      let end =
        !report.service.isAtWork(run)
        ? "its worker has ended" : run.cancelledBy == nil ? files ?? "" : "is being cancelled"
      return [
        run.host.description, "\(run.id)", run.kind.rawValue, age ?? "", progress.map { "\($0.percent)%" } ?? "",
        progress?.bytes.shownAsSize ?? "", progress?.rate ?? "", end,
      ]
    }
  }

  /// The emptying of trash is no work that anybody waits for.
  private var trash: [StatusLine] {
    list("TRASH", report.running.filter { $0.kind == .emptyTrash }) { run in
      let isAtWork = report.service.isAtWork(run)
      let left = TrashLeft(run, at: report.at)
      return [
        run.host.description, "\(run.id)", left.snapshots, left.files,
        isAtWork ? left.time : "its worker has ended",
      ]
    }
  }

  private var queued: [StatusLine] {
    list("QUEUED", report.queue.first, of: report.queue.length) {
      [$0.run.host.description, "\($0.run.id)", $0.run.kind.rawValue, "waits for \($0.waitsFor)"]
    }
  }

  private var failed: [StatusLine] {
    list("FAILED", report.failed, tone: .bad) {
      [$0.host.description, "since \(age($0.since))", "\($0.reason): \($0.message)"]
    }
  }

  // Where a host has failed, that is said already.

  private var late: [StatusLine] {
    list("LATE", report.lateOnly, tone: .late) { [$0.host.description, "since \(age($0.since))", $0.message] }
  }

  private var waiting: [StatusLine] {
    list("WAITING FOR A PERSON", report.waitingOnly, tone: .late) {
      [$0.host.description, "since \(age($0.since))", $0.message]
    }
  }

  private var paused: [StatusLine] {
    list("PAUSED", report.pauses) { [$0.host?.description ?? "everything", $0.pause.description] }
  }

  private var suspended: [StatusLine] {
    list("SUSPENDED", report.suspensions) { suspended in
      let names = suspended.hosts.prefix(3).map(\.description).joined(separator: ", ")
      return [
        suspended.count > 3 ? "\(suspended.count) hosts: \(names), …" : names, suspended.suspension.description,
      ]
    }
  }

  private var requested: [StatusLine] {
    let current = report.requests.filter { request in
      request.isOpen || request.doneAt.map { report.at.timeIntervalSince($0) < Self.newsworthy } ?? false
    }
    return list("REQUESTED", current) { request in
      let end = request.isOpen ? "to be made" : "made at \(request.doneAt.map(Timestamp.short) ?? "")"
      let text = request.isOpen ? request.requested : request.done
      return [request.host.description, end, text?.description ?? ""]
    }
  }

  /// In seconds, for how long it is shown that a request was seen to.
  private static let newsworthy: TimeInterval = 7 * 86_400

  private var next: [StatusLine] {
    list("NEXT", report.nextFires.prefix(limit)) { fire in
      let names = fire.hosts.prefix(3).map(\.description).joined(separator: ", ")
      let hosts = fire.count > 3 ? "\(fire.count) hosts: \(names), …" : names
      return [
        "in \(fire.at.timeIntervalSince(report.at).shownAsAge)", Timestamp.short(fire.at), fire.schedule.description,
        hosts,
      ]
    }
  }

  private func age(_ date: Date) -> String { report.at.timeIntervalSince(date).shownAsAge }

  /// A titled list in columns, the last of which takes the rest of the line.
  /// - Parameter total: how many items there are, if not all are given.
  private func list<Item>(
    _ title: String, _ items: some Collection<Item>, of total: Int? = nil, tone: StatusSpan.Tone = .heading,
    cells: (Item) -> [String]
  ) -> [StatusLine] {
    let total = total ?? items.count
    guard total > 0 else { return [] }
    // One more instead of a line that says that there is one more.
    let shown = items.prefix(total == limit + 1 ? limit + 1 : limit)
    let rows = shown.map { cells($0).map { $0.printable(limit: 500) } }
    let count = rows.first?.count ?? 0
    let widths = (0..<count).map { column in rows.map { $0[column].count }.max() ?? 0 }
    var lines: [StatusLine] = [[StatusSpan(title, tone), StatusSpan(total > shown.count ? "  \(total)" : "", .dim)]]
    for row in rows {
      let cells = zip(row, widths).filter { $0.1 > 0 }.map { $0.0.padded(to: $0.1) }
      lines.append([StatusSpan(("  " + cells.joined(separator: "  ")).trimmed.cut(to: width))])
    }
    if total > shown.count { lines.append([StatusSpan("  … and \(total - shown.count) more", .dim)]) }
    return lines
  }
}

extension String {
  fileprivate func padded(to width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }

  /// Without blanks at its end.
  fileprivate var trimmed: String { String(reversed().drop { $0 == " " }.reversed()) }

  fileprivate func cut(to width: Int) -> String {
    count > width ? String(prefix(max(0, width - 1))) + "…" : self
  }
}
