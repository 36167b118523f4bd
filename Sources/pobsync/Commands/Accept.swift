// `pobsync accept`: a host that holds less than before is whole as it is.

import ArgumentParser
import Engine
import Reconciler
import Spec
import Store

struct Accept: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Say that a host which holds much less than before is whole as it is.",
    discussion: """
      After a backup that lost more than `max_shrink` of its files or bytes, as when the source was not mounted, nothing of
      the host is pruned until it is back, or until this says that it was meant. Look at the newest snapshot first. Pruning
      goes on from then.

      EXAMPLE
        pobsync accept web-1
        pobsync accept web-1 --reason "the archive has moved to web-2"
      """)

  @OptionGroup var target: HostArgument

  @Option(help: ArgumentHelp("Why, for the record.", valueName: "text"))
  var reason: String?

  @OptionGroup var storage: StoreOptions

  func validate() throws {
    if let reason, reason.count > 200 { throw ValidationError("--reason takes at most 200 characters") }
  }

  func run() async throws {
    let environment = try await storage.environment()
    let host = target.host
    let accepted = try await environment.acceptShrinkage(of: host, reason: reason, by: environment.actor)
    guard !accepted.isEmpty else {
      Terminal.printLine("Nothing to accept: no snapshot of \(host) holds much less than the one before.")
      return
    }
    for shrinkage in accepted {
      Terminal.printLine(
        "\(shrinkage.id): \(shrinkage.size.shown), where its base held \(shrinkage.base.shown)")
    }
    Terminal.printLine("\(host) \(Terminal.paint("accepted", .green)) as it is: pruning goes on")
  }
}

extension SnapshotSize {
  fileprivate var shown: String { "\(files.map { "\($0) files" } ?? "files not counted"), \(bytes.shownAsSize)" }
}
