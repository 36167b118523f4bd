// `pobsync logs`: what a run's programs said.

import ArgumentParser
import Engine
import Reconciler
import Spec
import Store

struct Logs: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Print the log of a run, also of one that left no snapshot.",
    discussion: """
      `pobsync get runs --host web-1` lists the numbers. While a run is queued there is no log, but what it waits for;
      --follow waits for it, shows its progress, and prints the log when it has ended.

      EXAMPLE
        pobsync logs 17
        pobsync logs 17 --follow
      """)

  @Argument(help: "The run's number, as `pobsync get runs` lists it.")
  var run: Int64

  @Flag(name: .shortAndLong, help: "Follow the run to its end.")
  var follow = false

  @OptionGroup var storage: StoreOptions

  func run() async throws {
    let environment = try await storage.environment()
    guard var found = try await environment.store.run(run) else {
      throw CommandFailure("there is no run \(run); `pobsync get runs` lists them")
    }
    if follow, !found.state.isFinished {
      let follower = RunFollower(environment, reporter: WorkReporter())
      guard let ended = try await follower.follow([run]).first else { return }
      found = ended
    }
    Terminal.printLine("run \(found.id): \(found.kind.rawValue) of \(found.host), \(found.state.rawValue)")
    if found.state == .queued {
      Terminal.printLine("waits for \(try await environment.queueWaits().waits.reason(of: found).printable())")
    } else if let message = found.message {
      Terminal.printLine(message.printable(limit: 10_000))
    }
    guard let log = found.log, !log.isEmpty else { return }
    Terminal.printLine()
    Terminal.printLog(of: found)
  }
}

extension Terminal {
  /// Prints the log of a run. What the remote printed is shown and not obeyed.
  static func printLog(of run: Run) {
    guard let log = run.log, !log.isEmpty else { return }
    for line in log.trimmingSuffix("\n").split(separator: "\n", omittingEmptySubsequences: false) {
      printLine(line.replacing("\t", with: "    ").description.printable(limit: 10_000))
    }
  }
}
