// `pobsync cleanup-incomplete`: removes what unfinished backups of a host have left.

import ArgumentParser
import Engine
import Reconciler
import Spec
import Store

struct CleanupIncomplete: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Remove the unfinished snapshots of a host.",
    discussion: """
      The next backup takes over what the newest unfinished one holds, so this is for freeing space. It asks for the
      host's name and the count to be typed.

      EXAMPLE
        pobsync cleanup-incomplete web-1
      """)

  @OptionGroup var target: HostArgument

  @Flag(help: "Do not ask.")
  var yes = false

  @OptionGroup var storage: StoreOptions

  func run() async throws {
    let work = try await storage.keptHostAtWork(target.host)
    let (host, directory, environment) = (work.name, work.directory, work.environment)
    let names = try await blocking { try directory.inventory() }.incomplete
    guard !names.isEmpty else {
      Terminal.printLine("Nothing to remove.")
      return
    }
    if !yes { try confirm(host, names) }
    // Only now, for nobody can work on the host while the lock is held.
    let lock = try await blocking {
      try work.root.verify()
      return try HostLock.take(directory)
    }
    defer { withExtendedLifetime(lock) {} }
    var entries: [TrashEntry] = []
    for name in names {
      let purge = Purge(
        host: host, kind: .incomplete, name: name.description, path: "\(directory.incomplete)/\(name)",
        reason: "asked for on the command line", action: .incompleteCleanup, actor: environment.actor, metadata: nil,
        at: environment.clock.now)
      entries.append(
        try await blocking {
          try directory.discardIncomplete(name, at: purge.at, note: PurgeNote(purge, of: name))
        })
      try await environment.store.recordPurge(purge)
    }
    try await delete(entries, in: directory)
    Terminal.printLine("\(names.count) unfinished \(names.count == 1 ? "snapshot" : "snapshots") removed")
  }

  /// Deletes these at once, for it is the room that is wanted; where the trash is being emptied just now, they go with
  /// the rest.
  private func delete(_ entries: [TrashEntry], in directory: HostDirectory) async throws {
    do {
      try await blocking {
        let lock = try HostLock.take(directory, .trash)
        defer { withExtendedLifetime(lock) {} }
        for entry in entries {
          if let marked = try directory.beginDeleting(entry) { try directory.delete(marked) }
        }
      }
    } catch is HostBusy {}
  }

  private func confirm(_ host: HostName, _ names: [SnapshotName]) throws {
    for name in names { Terminal.printLine("- .incomplete/\(name)") }
    guard Terminal.isInputTerminal else {
      throw CommandFailure("nothing was removed: give --yes to remove without asking")
    }
    let expected = "\(host) \(names.count)"
    guard Terminal.ask("Type the host's name and the count (\(expected)) to remove them:") == expected else {
      throw CommandFailure("nothing was removed")
    }
  }
}
