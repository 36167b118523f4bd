// Everything about one host on one page, made from the value that programs get.

import Engine
import Foundation
import Reconciler
import Spec
import Store

struct HostPage {
  private let host: YAMLValue

  init(_ host: YAMLValue) { self.host = host }

  private var name: String { host.word("name") }

  private func heading(_ title: String) { Terminal.printLine("\n" + Terminal.paint(title, .bold)) }

  private func line(_ title: String, _ text: String) {
    Terminal.printLine("  " + title.padding(toLength: 12, withPad: " ", startingAt: 0) + text)
  }

  // MARK: - What is declared, and how it is

  func printState() {
    Terminal.printLine(Terminal.paint("host/\(name)", .bold))
    if let retained = host.known("retained") {
      printRetained(retained)
    } else {
      printSpec()
      printRequest()
      printConditions()
    }
    printPauses()
    printPlan()
  }

  private func printSpec() {
    if let record = host.known("record") {
      line("declared", "by \(record.word("source")), generation \(record.word("generation"))")
    }
    guard let effective = host.known("effective") else { return }
    func texts(_ key: String) -> [String] { effective.entries(key).compactMap(\.text) }
    line("address", "\(effective.word("user"))@\(effective.word("address")) port \(effective.word("port"))")
    line("backs up", effective.word("source_root"))
    for key in ["includes", "excludes"] where !texts(key).isEmpty { line(key, texts(key).joined(separator: " ")) }
    if let schedule = effective.known("schedule") {
      line("schedule", "\(schedule.word("name")): \(schedule.word("cron")) (\(schedule.word("time_zone")))")
    }
    if effective.known("retention") != nil { line("retention", effective.word("retention")) }
    for label in effective["labels"]?.members ?? [] { line("label", "\(label.key)=\(label.value.text ?? "")") }
    if effective.known("suspension") != nil { line("suspended", effective.word("suspension")) }
  }

  /// What was declared of a host of which only snapshots are left.
  private func printRetained(_ retained: YAMLValue) {
    line(
      "retained",
      "declared no more: removed at \(retained.shownTime("removed_at"))"
        + (retained.known("removed_by").map { " by \($0.text ?? "")" } ?? ""))
    if retained.known("source") != nil { line("declared", "by \(retained.word("source")), until then") }
    line("snapshots", "\(retained.word("outlook")) (on_remove: \(retained.word("on_remove")))")
    if retained.known("retention") != nil { line("retention", "\(retained.word("retention")), as it was then") }
    Terminal.printLine("  `pobsync purge host \(name)` deletes all of it.")
  }

  private func printRequest() {
    guard let request = host.known("request") else { return }
    if request["open"]?.flag == true, request.known("requested") != nil {
      line("requested", "\(request.word("requested")): to be made")
    }
    guard request.known("done") != nil else { return }
    line(
      "requested", "\(request.word("done")): made" + (request.known("done_at")?.time.map { " at \($0.shown)" } ?? ""))
  }

  /// The time of the last change is the loop's, if it has seen the same.
  private func printConditions() {
    heading("Conditions")
    for condition in host.entries("conditions") {
      let colour: Terminal.Colour =
        switch condition["status"]?.text {
        case "true": .green
        case "false": .red
        default: .dim
        }
      let type = condition.word("type").padding(toLength: 10, withPad: " ", startingAt: 0)
      let status = condition.word("status").padding(toLength: 8, withPad: " ", startingAt: 0)
      let since = condition.known("since")?.time.map { " (since \($0.shown))" } ?? ""
      let message = condition.known("message")?.text ?? condition.word("reason")
      Terminal.printLine("  \(type)  \(Terminal.paint(status, colour))\(message.printable(limit: 1000))\(since)")
    }
  }

  private func printPauses() {
    let pauses = host.entries("pauses").compactMap { PauseStatus(reading: $0) }
    guard !pauses.isEmpty else { return }
    heading("Pauses")
    for status in pauses {
      let what = status.host == nil ? "everything" : "this host"
      Terminal.printLine(
        "  \(what) is \(status.pause.description.printable()), since \(status.pause.pausedAt.shown)")
    }
  }

  private func printPlan() {
    guard let plan = host.known("plan") else { return }
    heading("Next")
    DifferenceText.printActions([plan])
    if plan.known("waits_until") != nil { Terminal.printLine("  waits until \(plan.shownTime("waits_until"))") }
    let isSuspended = plan.entries("holds").contains { $0["code"]?.text == Hold.Code.suspended.rawValue }
    if !isSuspended { Terminal.printLine("  fires next  \(plan.shownTime("next_fire"))") }
  }

  // MARK: - Snapshots

  func printSnapshots() {
    let snapshots = host["snapshots"] ?? .null
    let (count, newest) = (Int(snapshots["count"]?.integer ?? 0), snapshots.entries("newest"))
    heading("Snapshots (\(count))")
    for snapshot in newest {
      let reasons = snapshot.entries("reasons").compactMap(\.text).joined(separator: ", ")
      let fate = snapshot.known("kept")?.flag.map { ($0 ? "kept: " : "to be pruned: ") + reasons }
      let size = SnapshotStats(reading: snapshot["stats"] ?? .null).apparentSizeBytes.shownAsSize
      Terminal.printLine(
        "  \(snapshot.word("kind"))/\(snapshot.word("name"))  \(snapshot.word("status"))  \(size)  \(fate ?? "")")
    }
    if count > newest.count { Terminal.printLine("  … and \(count - newest.count) older") }
  }

  // MARK: - What has happened

  func printHistory() {
    let (runs, events) = (host.entries("runs"), host.entries("events"))
    if !runs.isEmpty { heading("Recent runs") }
    for run in runs {
      let message = (run["message"]?.text ?? "").printable(limit: 1000)
      Terminal.printLine(
        "  \(run.word("id"))  \(run.shownTime("started_at"))  \(run.word("kind"))  \(run.word("state"))  \(message)")
    }
    if !events.isEmpty { heading("Events") }
    for event in events {
      let count = event["count"]?.integer ?? 1
      let message = event.known("message")?.text ?? event.word("reason")
      Terminal.printLine(
        "  \(event.shownTime("last_at"))  \(event.word("severity"))  \(message.printable(limit: 1000))"
          + (count > 1 ? " (\(count) times)" : ""))
    }
  }
}
