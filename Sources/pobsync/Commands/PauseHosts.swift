// `pobsync pause`: nothing is begun for the time being.

import ArgumentParser
import Engine
import Foundation
import Spec
import Store

struct PauseHosts: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pause",
    abstract: "Begin nothing by itself for some hosts, or for everything, for a while.",
    discussion: """
      What is running goes on to its end, what is queued waits, and what a person asks for is done all the same. After
      the pause the backups that were due meanwhile are made, as `catch_up` has it. A pause is not part of the spec, and
      is gone when it ends; `suspended: true` in the spec is for longer.

      EXAMPLE
        pobsync pause web-1 --for 2h --reason "new disks"
        pobsync pause --all --until 06:00
      """)

  @OptionGroup var targets: PauseTargets

  @Option(
    name: .customLong("for"), help: ArgumentHelp("For so long, such as 90m or 2d.", valueName: "time"),
    transform: TimeSpan.fromCommandLine)
  var span: TimeSpan?

  @Option(
    help: ArgumentHelp(
      "Until then: 06:00, or 2026-05-19 06:00, in the time zone of the settings unless an offset follows.",
      valueName: "time"))
  var until: String?

  @Option(help: ArgumentHelp("Why, for others who wonder.", valueName: "text"))
  var reason: String?

  @OptionGroup var storage: StoreOptions

  func validate() throws {
    if span != nil, until != nil { throw ValidationError("--for and --until exclude each other") }
    if let reason, reason.count > 200 { throw ValidationError("--reason takes at most 200 characters") }
  }

  func run() async throws {
    let store = try await storage.open()
    let spec = try await store.desired().spec
    try targets.check(against: spec)
    let now = WallClock.system.now
    let zone = spec.settings?.timeZone ?? .utc
    let end = try span.map { now.addingTimeInterval(Double($0.seconds)) } ?? until.map { try moment($0, zone, now) }
    let pause = Pause(until: end, reason: reason?.printable(), actor: StoreOptions.actor, pausedAt: now)
    for host in targets.keys {
      try await store.pause(host, pause)
      let until = end.map { "until \($0.shown)" } ?? "until `pobsync resume \(host?.description ?? "--all")`"
      Terminal.printLine("\(host.shownAsTarget) \(Terminal.paint("paused", .yellow)) \(until)")
    }
    let running = try await store.runs(in: [.running], limit: .max)
      .filter { targets.all || targets.hosts.contains($0.host) }
    if !running.isEmpty {
      let numbers = running.map { "\($0.id)" }.joined(separator: " ")
      Terminal.writeError(
        "\(running.count == 1 ? "run \(numbers) goes" : "runs \(numbers) go") on; `pobsync cancel \(numbers)` stops "
          + (running.count == 1 ? "it" : "them"))
    }
  }

  private func moment(_ text: String, _ zone: TimeZoneName, _ now: Date) throws -> Date {
    guard let date = ClockTime.date(text, in: zone.timeZone, after: now) else {
      throw CommandFailure("--until takes a time such as 06:00, `2026-05-19 06:00` or 2026-05-19T06:00:00+02:00")
    }
    guard date > now else { throw CommandFailure("--until \(date.shown) is in the past") }
    return date
  }
}
