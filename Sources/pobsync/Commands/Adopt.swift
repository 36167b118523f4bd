// `pobsync adopt`: what was found in the backup root is ours to remove from.

import ArgumentParser
import Engine
import Reconciler
import Spec
import Store

struct Adopt: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Say that the snapshots which were found in the backup root are to follow the spec.",
    discussion: """
      A backup root that held snapshots when this database first saw it, because the database is new or the disk another, is
      only looked at and added to: nothing is pruned until this has shown what is there, and you have said that it is
      right. What is not declared is never pruned.

      EXAMPLE
        pobsync adopt
        pobsync adopt --yes
      """)

  @Flag(help: "Do not ask.")
  var yes = false

  @OptionGroup var storage: StoreOptions

  func run() async throws {
    let environment = try await storage.environment()
    let desired = try await environment.store.desired().spec
    let root = try await environment.backupRoot(of: desired.settings)
    guard try await !environment.store.isRootAdopted(root.path) else {
      Terminal.printLine("The backup root \(root.path) is adopted already.")
      return
    }
    let survey = try await blocking { try RootSurvey(of: root) }
    survey.listing(declared: Set(desired.hosts.keys)).print(as: .table)
    for name in survey.unmanaged { Terminal.printLine("\(name.printable()): nothing of ours, left alone") }
    for host in survey.hosts {
      for path in host.unmanaged { Terminal.printLine("\(host.name)/\(path.printable()): not a snapshot, left alone") }
    }
    if !yes { try confirm(survey) }
    _ = try await environment.adopt(root)
    Terminal.printLine(
      "The backup root \(root.path) is \(Terminal.paint("adopted", .green)): from now on its snapshots are pruned as the "
        + "spec says; `pobsync diff` shows what that means now.")
  }

  private func confirm(_ survey: RootSurvey) throws {
    guard Terminal.isInputTerminal else {
      throw CommandFailure("nothing was adopted: give --yes to adopt without asking")
    }
    let answer = Terminal.ask("Are these \(survey.snapshots) snapshots to follow the spec from now on? Type yes:")
    guard answer == "yes" else { throw CommandFailure("nothing was adopted") }
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
    let root = try await environment.backupRoot(of: try await environment.store.desired().spec.settings)
    if try await environment.adopt(root) { Terminal.writeError("the backup root \(root.path) is adopted") }
  }
}

extension RootSurvey {
  fileprivate func listing(declared: Set<HostName>) -> Listing {
    Listing(
      headers: ["HOST", "SNAPSHOTS", "PINNED", "UNFINISHED", "NOT OURS", "DECLARED"],
      rows: hosts.map { host in
        [
          host.name.description, "\(host.snapshots)", "\(host.pinned)", "\(host.unfinished)",
          "\(host.unmanaged.count)", declared.contains(host.name) ? "yes" : "no",
        ]
      },
      value: .null, empty: "The backup root holds no hosts.")
  }
}
