// `pobsync configure-host`: one host, from the command line.

import ArgumentParser
import Spec
import Store

struct ConfigureHost: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Declare a host, or change it.",
    discussion: """
      EXAMPLE
        pobsync configure-host web-1 --address web-1.example.net --profile linux --schedule nightly --retention standard
      """)

  @OptionGroup var target: HostArgument

  @Option(help: "Where ssh connects to; the host's name unless told.")
  var address: String?

  @Option(help: "The profile to build on.")
  var profile: String?

  @Option(help: "The directory to back up.")
  var sourceRoot: String?

  @Option(help: "The schedule, by name. `pobsync schedule` gives a host one of its own.")
  var schedule: String?

  @Option(help: "The retention policy, by name.")
  var retention: String?

  @Option(
    name: .customLong("include"),
    help: "A pattern to back up although an exclude matches; repeat it to give the host's whole list.")
  var includes: [String] = []

  @OptionGroup var transfer: TransferArguments
  @OptionGroup var storage: StoreOptions

  @Flag(inversion: .prefixedEnableDisable, help: "Let the loop work on the host, or suspend it (the key `suspended`).")
  var backups: Bool?

  func run() async throws {
    var edit = SpecEdit(.host(target.host))
    edit.set("address", text: address)
    edit.set("profile", text: profile)
    edit.set("source_root", text: sourceRoot)
    edit.set("schedule", text: schedule)
    edit.set("retention", text: retention)
    edit.set("includes", list: includes)
    edit.set("suspended", flag: backups.map { !$0 })
    transfer.add(to: &edit)
    let store = try await storage.open()
    if edit.isEmpty, try await store.desired().spec.hosts[target.host] != nil {
      throw ValidationError("name at least one option to change")
    }
    try await store.applyEdits([edit])
  }
}
