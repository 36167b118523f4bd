// `pobsync schedule`: gives a host a schedule of its own.

import ArgumentParser
import Spec
import Store

struct ScheduleHost: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "schedule",
    abstract: "Give a host a schedule of its own, under the host's name.",
    discussion: """
      EXAMPLE
        pobsync schedule web-1 --cron "15 2 * * *" --prune
      """)

  @OptionGroup var target: HostArgument

  @Option(help: "When to back up: minute, hour, day of month, month, day of week.")
  var cron: String

  @Option(help: "The zone in which the times are read, such as Europe/Amsterdam.")
  var timeZone: String?

  @Option(help: "The age of the newest good snapshot from which on the host is not fresh, such as 26h.")
  var maxAge: String?

  @Flag(inversion: .prefixedNo, help: "Apply the host's retention policy after a good backup.")
  var prune: Bool?

  @OptionGroup var storage: StoreOptions

  func run() async throws {
    let store = try await storage.open()
    let desired = try await store.desired()
    _ = try desired.host(target.host)
    let others = desired.spec.effectiveHosts.filter {
      $0.schedule?.name.description == target.host.description && $0.name != target.host
    }
    guard others.isEmpty else {
      throw CommandFailure(
        "the schedule \(target.host) is also that of \(others.map(\.name.description).joined(separator: ", ")); "
          + "change it in its spec, or give \(target.host) another with `pobsync configure-host --schedule`")
    }
    var schedule = SpecEdit(ResourceID(kind: .schedule, name: target.host.description))
    schedule.set("cron", text: cron)
    schedule.set("time_zone", text: timeZone)
    schedule.set("max_age", text: maxAge)
    schedule.set("prune", flag: prune)
    var host = SpecEdit(.host(target.host))
    host.set("schedule", text: target.host.description)
    try await store.applyEdits([schedule, host])
  }
}
