// `pobsync notify`: tries a notification out.

import ArgumentParser
import Engine
import Reconciler
import Spec
import Store

struct Notify: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Try notifications out.",
    discussion: """
      EXAMPLE
        pobsync notify test ops
      """,
    subcommands: [NotifyTest.self])
}

struct NotifyTest: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "test",
    abstract: "Send one message by a notification, and say what came of it.",
    discussion: """
      It is sent once, now, by this process: secrets in environment variables must be in this environment too. Exits with
      1 if it was not delivered. A suspended notification is tested as well.

      EXAMPLE
        pobsync notify test ops
        pobsync notify test checks --host web-1
      """)

  @Argument(help: "The notification's name.")
  var name: String

  @Option(help: "The host whose check is pinged, for a URL with {host}.", transform: HostName.fromCommandLine)
  var host: HostName?

  @OptionGroup var storage: StoreOptions

  func run() async throws {
    let store = try await storage.open()
    let targets = try await store.desired().spec.notifications
    guard let name = try? ResourceName(text: name), targets[name] != nil else {
      let near = nearest(to: name, among: targets.keys.map(\.description))
      throw CommandFailure(
        "there is no notification \(name.quoted)"
          + (near.map { "; did you mean \($0.quoted)?" }
            ?? "; `pobsync get notifications` lists those that are declared"))
    }
    let dispatcher = NotificationDispatcher(store: store, sender: NotificationSender())
    let host = host
    do {
      let outcome = try await stoppingOnSignals {
        try await dispatcher.sendTest(to: name, host: host, among: targets, now: WallClock.system.now)
      }
      Terminal.printLine("\(Terminal.paint("delivered", .green)): \(outcome)")
    } catch let failure as DeliveryFailure {
      throw CommandFailure("not delivered: \(failure)")
    }
  }
}
