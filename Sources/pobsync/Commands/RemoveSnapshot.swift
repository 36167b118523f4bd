// `pobsync remove-snapshot`: removes one snapshot by its name.

import ArgumentParser
import Engine
import Reconciler
import Spec
import Store

struct RemoveSnapshot: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Remove one snapshot by its name, whatever retention says of it.",
    discussion: """
      Asks for the name to be typed. The snapshot that the next backup is linked against is not removed, and neither is
      one that is pinned: `pobsync unpin` first.
      `pobsync undelete` gets it back for as long as the `trash_ttl` of the settings says.

      EXAMPLE
        pobsync remove-snapshot web-1 manual/20260519-021500Z__K3VQEVH7
      """)

  @OptionGroup var target: HostArgument

  @Argument(
    help: "The snapshot, as `pobsync get snapshots` lists it: kind/name.", transform: SnapshotID.fromCommandLine)
  var snapshot: SnapshotID

  @Flag(help: "Do not ask.")
  var yes = false

  @OptionGroup var storage: StoreOptions

  func run() async throws {
    let environment = try await storage.environment()
    let request = try await environment.removalRequest(of: snapshot, host: target.host, .cli)
    if !yes { try confirm() }
    let run = try await Request(environment: environment).carryOut(request, waits: true)
    guard run?.state.isGood ?? true else { throw ExitCode(1) }
  }

  private func confirm() throws {
    guard Terminal.isInputTerminal else {
      throw CommandFailure("nothing was removed: give --yes to remove without asking")
    }
    guard Terminal.ask("Type \(snapshot) to remove it:") == snapshot.description else {
      throw CommandFailure("nothing was removed")
    }
  }
}

extension SnapshotID {
  /// - Throws: `ValidationError` with the form that is expected.
  static func fromCommandLine(_ text: String) throws -> SnapshotID {
    guard let id = SnapshotID(text) else {
      throw ValidationError("\(text.quoted) is no snapshot; write scheduled/NAME or manual/NAME")
    }
    return id
  }
}
