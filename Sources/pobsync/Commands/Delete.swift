// `pobsync delete`: takes one resource out of the desired state.

import ArgumentParser
import Engine
import Reconciler
import Spec
import Store

struct Delete: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Take a resource out of the desired state. Snapshots stay.",
    discussion: """
      A host that is deleted is backed up no more, and is retained: its snapshots are listed and kept, or with `on_remove:
      expire` go with time, as its policy says. `pobsync purge host` deletes them.

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
    guard kind == .host, let host = try? HostName(text: name) else { return }
    let kept = try await store.retainedHost(host)
    Terminal.printLine(
      kept?.expiry == nil ? "Its snapshots stay where they are." : "Its snapshots \(kept?.outlook ?? "stay").")
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
