// `pobsync apply`: spec files become the desired state, in one transaction.

import ArgumentParser
import Engine
import Foundation
import Reconciler
import Spec
import Store

struct Apply: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Make spec files the desired state.",
    discussion: """
      Checks everything first, and changes nothing if anything is wrong. Backups follow when the service next looks,
      within a second or so; --wait follows them until there is nothing left to do for the hosts that these files
      declare, and exits with 1 if something failed, if the time is up, or if no service is there. What waits for its
      window, a pause or a person is said, and is no failure.
      Each resource is declared as a whole: a field that is left out is taken back. What is not declared stays, unless
      --prune is given. A spec set is the `set` that the files name, else the directory of the first file.

      EXAMPLE
        pobsync apply -f hosts.yaml
        pobsync apply -f /etc/pobsync/spec.d --prune
        pobsync apply -f hosts.yaml --wait --timeout 2h
      """)

  @OptionGroup var specs: SpecOptions
  @OptionGroup var storage: StoreOptions

  @Flag(help: "Delete resources that the same spec set applied before and no longer declares. Snapshots stay.")
  var prune = false

  @Flag(help: "Only say what would be done.")
  var dryRun = false

  @Flag(help: "Follow the service until the hosts that are declared here are as declared.")
  var wait = false

  @Option(
    help: ArgumentHelp("With --wait: for at most so long, such as 90m; for ever otherwise.", valueName: "time"),
    transform: TimeSpan.fromCommandLine)
  var timeout: TimeSpan?

  func validate() throws {
    if specs.files.isEmpty { throw ValidationError("name a spec file with -f") }
    if wait, dryRun { throw ValidationError("--wait and --dry-run exclude each other") }
    if timeout != nil, !wait { throw ValidationError("--timeout goes with --wait") }
  }

  func run() async throws {
    let environment = try await storage.environment()
    let store = environment.store
    let seen = wait ? try await Convergence.runsSeen(in: store) : 0
    let loaded = try specs.load(known: try await store.desired().spec)
    let origin = specs.origin(of: loaded)
    let difference =
      dryRun
      ? try await store.preview(loaded.spec, as: origin, prune: prune, moved: loaded.moved)
      : try await store.apply(
        loaded.spec, as: origin, prune: prune, moved: loaded.moved, at: WallClock.system.now)
    difference.printMoves(isDryRun: dryRun)
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
    guard wait, !loaded.spec.hosts.isEmpty else { return }
    var convergence = Convergence(
      environment, hosts: Set(loaded.spec.hosts.keys), seenUpTo: seen, timeout: timeout)
    guard try await convergence.wait() else { throw ExitCode(1) }
  }
}
