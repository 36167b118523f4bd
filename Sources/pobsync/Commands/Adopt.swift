// `pobsync adopt`: snapshots that were found, and that nobody has said anything of, are the declared hosts' own.

import ArgumentParser
import Engine
import Reconciler
import Spec
import Store

struct Adopt: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Say that snapshots which were found are the hosts' own, and are to follow the spec.",
    discussion: """
      Snapshots that another program has made, such as the original pobsync, are only looked at: they are listed and
      counted, and nothing is written beside them. Once this has shown what is there and you have said that it is right,
      a file host.yaml is written into the host's directory, and the marker .pobsync-root.yaml into the backup root if it
      has none; nothing else is touched. The next backup is then hard-linked against the newest good one of them.
      With a host's name it is about that host, otherwise about all that are declared, and about a backup root of pobsync's
      own that this database has not known before: there backups go on, and nothing is pruned until this is done.
      What is not declared is never pruned.

      EXAMPLE
        pobsync adopt
        pobsync adopt web-1
        pobsync adopt web-1 --base scheduled/20260519-021500Z__K3VQEVH7
      """)

  @Argument(help: "Only this host; otherwise everything.", transform: HostName.fromCommandLine)
  var host: HostName?

  @Option(
    parsing: .singleValue,
    help: ArgumentHelp(
      "With a host: a snapshot of unknown status that backups may be hard-linked against all the same. May be repeated.",
      valueName: "snapshot"), transform: SnapshotID.fromCommandLine)
  var base: [SnapshotID] = []

  @Flag(help: "Do not ask.")
  var yes = false

  @OptionGroup var storage: StoreOptions

  func validate() throws {
    if host == nil, !base.isEmpty { throw ValidationError("--base goes with a host") }
  }

  func run() async throws {
    let environment = try await storage.environment()
    let adoption = try await Adoption(in: environment)
    if let host {
      try await adoption.adopt(host, trusting: Set(base), isConfirmed: yes)
    } else {
      try await adoption.adoptAll(isConfirmed: yes)
    }
  }
}

/// `--adopt` of commands that reconcile.
struct AdoptOptions: ParsableArguments {
  @Flag(
    help:
      "Adopt the backup root first, as `pobsync adopt --yes` does: the snapshots that were found there are to follow the spec."
  )
  var adopt = false

  /// Adopts the backup root if that is asked for.
  func apply(in environment: Reconciler.Environment) async throws {
    guard adopt else { return }
    let adoption = try await Adoption(in: environment)
    if try await adoption.carryOutAll() { Terminal.writeError("the backup root \(adoption.path) is adopted") }
  }
}
