// How a spec is applied, as `apply` and `diff` are told alike: in whose name, and how far it may go.

import ArgumentParser
import Spec
import Store

struct ApplyArguments: ParsableArguments {
  @Option(
    name: .customLong("set"),
    help: ArgumentHelp(
      "The spec set whose the resources are, whatever the files and their directory are called.", valueName: "name"),
    transform: ResourceName.setFromCommandLine)
  var set: ResourceName?

  @Flag(help: "Delete resources that the same spec set applied before and no longer declares. Snapshots stay.")
  var prune = false

  @Flag(help: "Take resources that another owns, and undo what others have edited, where these files say otherwise.")
  var takeOver = false

  @Option(
    help: ArgumentHelp(
      "With --prune: remove up to so many hosts, whatever the settings' `max_removals` says, and even all of them.",
      valueName: "n"))
  var maxRemovals: Int?

  var options: ApplyOptions { ApplyOptions(prune: prune, takeOver: takeOver, maxRemovals: maxRemovals) }

  var areGiven: Bool { self.set != nil || prune || takeOver || maxRemovals != nil }

  func validate() throws {
    guard let maxRemovals else { return }
    guard maxRemovals >= 0 else { throw ValidationError("--max-removals takes a number from 0") }
    guard prune else { throw ValidationError("--max-removals goes with --prune") }
  }
}

extension ResourceName {
  /// - Throws: `ValidationError` with the reason, for the command line to show.
  static func setFromCommandLine(_ text: String) throws -> ResourceName {
    if ReservedSource(rawValue: text) != nil {
      throw ValidationError("\(text.quoted) is reserved and cannot name a spec set; choose another name")
    }
    do throws(InvalidText) {
      return try ResourceName(text: text)
    } catch {
      throw ValidationError("\(error)")
    }
  }
}
