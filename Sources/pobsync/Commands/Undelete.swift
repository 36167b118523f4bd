// `pobsync undelete`: gets a snapshot back out of the trash.

import ArgumentParser
import Engine
import Reconciler
import Spec
import Store

struct Undelete: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Get a removed snapshot back, or list those that can be got back.",
    discussion: """
      What prune and `remove-snapshot` remove stays in the trash for the `trash_ttl` of the settings, unless room on the
      disk is short before. A snapshot that was got back is pinned: no prune takes it again by itself.

      EXAMPLE
        pobsync undelete web-1
        pobsync undelete web-1 scheduled/20260519-021500Z__K3VQEVH7
      """)

  @OptionGroup var target: HostArgument

  @Argument(
    help: "The snapshot, as it was listed: kind/name. All that can be got back are listed without it.",
    transform: SnapshotID.fromCommandLine)
  var snapshot: SnapshotID?

  @OptionGroup var storage: StoreOptions
  @OptionGroup var output: OutputOptions

  func run() async throws {
    let environment = try await storage.environment()
    let desired = try await environment.store.desired()
    let root = try await environment.backupRoot(of: desired.spec.settings)
    try await environment.settleRenames(of: target.host, in: root)
    let directory = HostDirectory(target.host, in: root)
    // Also of a host that is declared no more there may be something to get back.
    guard try desired.spec.hosts[target.host] != nil || Disk.isDirectory(directory.path) else {
      throw CommandFailure(unknown: target.host, among: desired.spec)
    }
    let removed = try await blocking {
      try directory.checkAdopted()
      return try RemovedSnapshot.all(in: directory)
    }.filter(\.entry.isRestorable)
    let policy = TrashPolicy(desired.spec.settings)
    guard let snapshot else {
      Listing.trash(removed, policy: policy).print(as: output.format)
      return
    }
    guard let wanted = removed.last(where: { $0.id == snapshot }) else {
      throw CommandFailure(
        "\(snapshot) of host \(target.host) is not in the trash; `pobsync undelete \(target.host)` lists what can be "
          + "got back")
    }
    let back = try await environment.undelete(wanted.entry, of: directory, below: root)
    Terminal.printLine(
      "\(target.host): \(back.id) is back (\(back.status.rawValue))\(back.pin == nil ? "" : ", and pinned")")
    if back.pin == nil {
      Terminal.writeError(
        "warning: it could not be pinned, so that the next prune may take it again: make room, then "
          + "`pobsync pin \(target.host) \(back.id)`")
    }
  }
}
