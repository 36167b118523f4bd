// `pobsync purge host`: deletes all data of a host that is declared no more.

import ArgumentParser
import Engine
import Reconciler
import Spec
import Store

struct PurgeData: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "purge",
    abstract: "Delete all data of a host that is not declared.",
    discussion: """
      EXAMPLE
        pobsync purge host web-1
      """,
    subcommands: [PurgeHost.self])
}

struct PurgeHost: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "host",
    abstract: "Delete every snapshot of a host that is not declared, and its directory.",
    discussion: """
      Shows what is there, and asks for the host's name to be typed. Manual and pinned snapshots go as well. What others
      have put into the directory stays, and with it the directory. A purge that is cut off is finished by the next.
      The host's runs and events, and the record of what was removed, remain.

      EXAMPLE
        pobsync purge host web-1
        pobsync purge host web-1 --yes-delete-all-data-of web-1
      """)

  @OptionGroup var target: HostArgument

  @Option(
    help: ArgumentHelp("Do not ask. The name has to be given once more.", valueName: "host"),
    transform: HostName.fromCommandLine)
  var yesDeleteAllDataOf: HostName?

  @OptionGroup var storage: StoreOptions

  func validate() throws {
    if let yesDeleteAllDataOf, yesDeleteAllDataOf != target.host {
      throw ValidationError("--yes-delete-all-data-of names \(yesDeleteAllDataOf), and not \(target.host)")
    }
  }

  func run() async throws {
    let host = target.host
    let environment = try await storage.environment()
    let desired = try await environment.store.desired()
    if let record = desired.records[.host(host)] {
      throw CommandFailure(
        "nothing was deleted: host \(host) is declared, by \(record.source). Take it out of its spec and "
          + "`pobsync apply --prune`, or `pobsync delete host \(host)`, and purge it then")
    }
    let root = try await environment.backupRoot(of: desired.spec.settings)
    // A directory of its name may be another's by right.
    try await environment.settleRenames(of: host, in: root)
    let purging = Purging(host, in: root, environment: environment)
    let remains = try await purging.look()
    guard remains.isAnything else {
      throw CommandFailure("there is nothing of host \(host.description.quoted), neither on the disk nor in the store")
    }
    show(remains)
    try confirm()
    let isGone = try await purging.run()
    Terminal.printLine("host/\(host) \(Terminal.paint("purged", .red))")
    if !isGone {
      Terminal.printLine("\(root.path)/\(host) stays, for there is something in it that is not this host's.")
    }
  }

  private func show(_ remains: HostRemains) {
    let host = target.host
    guard let inventory = remains.inventory else {
      Terminal.printLine("Nothing of host \(host) is on the disk; the store knows of it.")
      return
    }
    let manual = inventory.snapshots.map(\.id).filter { $0.kind == .manual }
    let scheduled = inventory.snapshots.count - manual.count
    Terminal.printLine("Of host \(host), which is not declared:")
    Terminal.printLine("  \(scheduled) scheduled and \(manual.count) manual \(inventory.size)")
    if let first = inventory.snapshots.first, let last = inventory.snapshots.last {
      Terminal.printLine("  made from \(first.startedAt.shown) to \(last.startedAt.shown)")
    }
    for id in manual { Terminal.printLine("  - \(id)\(remains.pinned.contains(id) ? " (pinned)" : "")") }
    for id in remains.pinned.filter({ $0.kind == .scheduled }).sorted() { Terminal.printLine("  - \(id) (pinned)") }
    if !inventory.incomplete.isEmpty { Terminal.printLine("  \(inventory.incomplete.count) unfinished") }
    if remains.trashed > 0 { Terminal.printLine("  \(remains.trashed) in the trash") }
    for path in inventory.leftAlone { Terminal.printLine("  \(path): not a snapshot of this host, left alone") }
  }

  private func confirm() throws {
    guard yesDeleteAllDataOf == nil else { return }
    guard Terminal.isInputTerminal else {
      throw CommandFailure(
        "nothing was deleted: give --yes-delete-all-data-of \(target.host) to delete without being asked")
    }
    guard Terminal.ask("Type the host's name to delete all of this for good:") == target.host.description else {
      throw CommandFailure("nothing was deleted")
    }
  }
}

extension HostInventory {
  /// How much room the snapshots take, as far as they tell: each counts what it does not share with its base.
  fileprivate var size: String {
    let sizes = snapshots.map(\.stats.uniqueApparentSizeBytes)
    let noun = snapshots.count == 1 ? "snapshot" : "snapshots"
    let known = sizes.compactMap(\.self)
    guard !known.isEmpty else { return noun }
    let sum = known.reduce(Int64(0)) { $0 &+ max(0, $1) }
    return "\(noun), \(known.count == sizes.count ? "about" : "at least") \(sum.shownAsSize)"
  }
}
