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
      --follow waits for it, shows its progress, and prints the log as it grows.

      EXAMPLE
        pobsync logs 17
        pobsync logs 17 --follow
      """)

  @Argument(help: "The run's number, as `pobsync get runs` lists it.")
  var run: Int64

  @Flag(name: .shortAndLong, help: "Follow the run to its end.")
  var follow = false

  @OptionGroup var storage: StoreOptions
  @OptionGroup var remote: RemoteOptions

  func run() async throws {
    if let server = try remote.connection(besides: storage) { return try await printLog(from: server) }
    let environment = try await storage.environment()
    guard let found = try await environment.store.run(run) else {
      throw CommandFailure("there is no run \(run); `pobsync get runs` lists them")
    }
    if follow, !found.state.isFinished {
      let printer = Locked(LogPrinter())
      let follower = RunFollower(environment, reporter: WorkReporter()) { run in printer.with { $0.printNews(of: run) }
      }
      guard let ended = try await follower.follow([run]).first else { return }
      printHeading(of: ended)
      return
    }
    printHeading(of: found)
    if found.state == .queued {
      Terminal.printLine("waits for \(try await environment.queueWaits().waits.reason(of: found).printable())")
      return
    }
    guard let log = found.log, !log.isEmpty else { return }
    Terminal.printLine()
    var printer = LogPrinter()
    printer.printNews(of: found)
  }

  func printHeading(of run: Run) {
    Terminal.printLine("run \(run.id): \(run.kind.rawValue) of \(run.host), \(run.state.rawValue)")
    guard run.state != .queued, let message = run.message else { return }
    Terminal.printLine(message.printable(limit: 10_000))
  }
}

/// Prints a log piece by piece.
struct LogPrinter {
  private var place = 0

  mutating func printNews(of run: Run) {
    let slice = RunLog(run.log).slice(from: place)
    place = slice.next
    guard !slice.text.isEmpty else { return }
    // What the remote printed is shown and not obeyed.
    for line in slice.text.trimmingSuffix("\n").split(separator: "\n", omittingEmptySubsequences: false) {
      Terminal.printLine(line.replacing("\t", with: "    ").description.printable(limit: 10_000))
    }
  }
}
