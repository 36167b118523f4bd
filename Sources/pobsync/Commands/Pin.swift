// `pobsync pin` and `pobsync unpin`: snapshots that are kept whatever a policy says.

import ArgumentParser
import Engine
import Foundation
import Reconciler
import Spec
import Store

struct PinSnapshot: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pin",
    abstract: "Keep a snapshot whatever its retention policy says.",
    discussion: """
      A pinned snapshot is neither pruned nor removed by name until it is unpinned, or until the pin is over. The pin lies
      in the snapshot's own directory, so that it outlives the database. To pin a snapshot again changes its pin.

      EXAMPLE
        pobsync pin web-1 scheduled/20260519-021500Z__K3VQEVH7 --reason "before the upgrade"
        pobsync pin web-1 scheduled/20260519-021500Z__K3VQEVH7 --until 2026-12-24
        pobsync pin web-1 scheduled/20260519-021500Z__K3VQEVH7 --for 90d
      """)

  @OptionGroup var target: HostArgument

  @Argument(
    help: "The snapshot, as `pobsync get snapshots` lists it: kind/name.", transform: SnapshotID.fromCommandLine)
  var snapshot: SnapshotID

  @Option(help: ArgumentHelp("Why, for others who wonder.", valueName: "text"))
  var reason: String?

  @Option(
    help: ArgumentHelp(
      "Until then: 2026-12-24, which is its first moment, or 2026-12-24 06:00, in the time zone of the settings unless "
        + "an offset follows.", valueName: "date"))
  var until: String?

  @Option(
    name: .customLong("for"), help: ArgumentHelp("For so long, such as 90d.", valueName: "time"),
    transform: TimeSpan.fromCommandLine)
  var span: TimeSpan?

  @OptionGroup var storage: StoreOptions

  func validate() throws {
    if span != nil, until != nil { throw ValidationError("--for and --until exclude each other") }
    if let reason, reason.count > 200 { throw ValidationError("--reason takes at most 200 characters") }
  }

  func run() async throws {
    let environment = try await storage.environment()
    let now = environment.clock.now
    let zone = try await environment.store.desired().spec.settings?.timeZone ?? .utc
    let end = try span.map { now.addingTimeInterval(Double($0.seconds)) } ?? until.map { try moment($0, zone, now) }
    try await environment.pin(snapshot, of: target.host, reason: reason, until: end, by: environment.actor)
    let time = end.map { "until \($0.shown)" } ?? "until `pobsync unpin \(target.host) \(snapshot)`"
    Terminal.printLine("\(snapshot) of \(target.host) \(Terminal.paint("pinned", .green)) \(time)")
  }

  private func moment(_ text: String, _ zone: TimeZoneName, _ now: Date) throws -> Date {
    let complete = text.contains(":") ? text : "\(text) 00:00"
    guard let date = ClockTime.date(complete, in: zone.timeZone, after: now) else {
      throw CommandFailure("--until takes a date such as 2026-12-24, or a time such as `2026-12-24 06:00`")
    }
    guard date > now else { throw CommandFailure("--until \(date.shown) is in the past") }
    return date
  }
}

struct UnpinSnapshot: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "unpin",
    abstract: "Leave a pinned snapshot to its retention policy again.",
    discussion: """
      Removes nothing by itself: `pobsync retention` shows what the policy says of the snapshot then.

      EXAMPLE
        pobsync unpin web-1 scheduled/20260519-021500Z__K3VQEVH7
      """)

  @OptionGroup var target: HostArgument

  @Argument(
    help: "The snapshot, as `pobsync get snapshots` lists it: kind/name.", transform: SnapshotID.fromCommandLine)
  var snapshot: SnapshotID

  @OptionGroup var storage: StoreOptions

  func run() async throws {
    let environment = try await storage.environment()
    let wasPinned = try await environment.unpin(snapshot, of: target.host, by: environment.actor)
    Terminal.printLine("\(snapshot) of \(target.host) \(wasPinned ? "unpinned" : "was not pinned")")
  }
}
