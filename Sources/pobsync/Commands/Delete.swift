// `pobsync delete`: takes one resource out of the desired state.

import ArgumentParser
import Engine
import Spec
import Store

struct Delete: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Take a resource out of the desired state. Snapshots stay.",
    discussion: """
      EXAMPLE
        pobsync delete host web-1
      """)

  @Argument(help: "retention, schedule, profile, host or notification.")
  var kind: DeletableKind

  @Argument(help: "The resource's name.")
  var name: String

  @OptionGroup var storage: StoreOptions

  func run() async throws {
    let id = ResourceID(kind: kind.resource, name: name)
    let store = try await storage.open()
    try await store.delete(
      id, as: ChangeOrigin(source: ReservedSource.cli.rawValue, actor: StoreOptions.actor), at: WallClock.system.now)
    Terminal.printLine("\(id) \(Terminal.paint("deleted", .red))")
    if kind == .host { Terminal.printLine("Its snapshots stay where they are.") }
  }
}

enum DeletableKind: String, ExpressibleByArgument, CaseIterable {
  case retention, schedule, profile, host, notification

  var resource: ResourceKind {
    switch self {
    case .retention: .retention
    case .schedule: .schedule
    case .profile: .profile
    case .host: .host
    case .notification: .notification
    }
  }
}
