// `pobsync apply`: spec files become the desired state, in one transaction.

import ArgumentParser
import Engine
import Spec
import Store

struct Apply: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Make spec files the desired state.",
    discussion: """
      Checks everything first, and changes nothing if anything is wrong. Backups follow when the loop next looks.
      Each resource is declared as a whole: a field that is left out is taken back. What is not declared stays, unless
      --prune is given. A spec set is the `set` that the files name, else the directory of the first file.

      EXAMPLE
        pobsync apply -f hosts.yaml
        pobsync apply -f /etc/pobsync/spec.d --prune
      """)

  @OptionGroup var specs: SpecOptions
  @OptionGroup var storage: StoreOptions

  @Flag(help: "Delete resources that the same spec set applied before and no longer declares. Snapshots stay.")
  var prune = false

  @Flag(help: "Only say what would be done.")
  var dryRun = false

  func validate() throws {
    if specs.files.isEmpty { throw ValidationError("name a spec file with -f") }
  }

  func run() async throws {
    let store = try await storage.open()
    let loaded = try specs.load(known: try await store.desired().spec)
    let origin = specs.origin(of: loaded)
    let difference =
      dryRun
      ? try await store.preview(loaded.spec, as: origin, prune: prune)
      : try await store.apply(loaded.spec, as: origin, prune: prune, at: WallClock.system.now)
    difference.printOutcome(isDryRun: dryRun)
    if let change = difference.changes.first(where: { $0.id == .settings })?.fields.first(where: {
      $0.path == "backup_root"
    }),
      let before = change.before, change.after == nil
    {
      Terminal.writeError(
        "warning: settings are declared as a whole, and these name no backup_root any more (it was \(before.shown)): "
          + "nothing can be backed up until one is set")
    }
  }
}
