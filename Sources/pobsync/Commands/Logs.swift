// `pobsync logs`: what a run's programs said.

import ArgumentParser
import Engine
import Spec
import Store

struct Logs: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Print the log of a run, also of one that left no snapshot.",
    discussion: """
      `pobsync get runs --host web-1` lists the numbers.

      EXAMPLE
        pobsync logs 17
      """)

  @Argument(help: "The run's number, as `pobsync get runs` lists it.")
  var run: Int64

  @OptionGroup var storage: StoreOptions

  func run() async throws {
    guard let found = try await storage.open().run(run) else {
      throw CommandFailure("there is no run \(run); `pobsync get runs` lists them")
    }
    Terminal.printLine("run \(found.id): \(found.kind.rawValue) of \(found.host), \(found.state.rawValue)")
    if let message = found.message { Terminal.printLine(message) }
    guard let log = found.log, !log.isEmpty else { return }
    Terminal.printLine()
    // What the remote printed is shown and not obeyed.
    for line in log.trimmingSuffix("\n").split(separator: "\n", omittingEmptySubsequences: false) {
      Terminal.printLine(line.replacing("\t", with: "    ").description.printable(limit: 10_000))
    }
  }
}
