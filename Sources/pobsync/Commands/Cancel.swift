// `pobsync cancel`: runs that are not wanted any more.

import ArgumentParser
import Engine
import Reconciler
import Spec
import Store

struct Cancel: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Cancel runs, whether they are queued or running.",
    discussion: """
      A queued run never begins; one that is running is stopped by its worker within seconds, and completed snapshots stay.
      What a backup received whole stays as well, for the next one. A scheduled backup that was cancelled is not made up
      for: the next one comes when the schedule fires next. To keep a host from being backed up, pause it.

      Exit status 1 if one of the runs had ended already, or does not exist.

      EXAMPLE
        pobsync cancel 17
        pobsync cancel 17 18 --wait
      """)

  @Argument(help: "Numbers of runs, as `pobsync status` and `pobsync get runs` list them.")
  var runs: [Int64]

  @Flag(help: "Wait until they have ended.")
  var wait = false

  @OptionGroup var storage: StoreOptions

  func run() async throws {
    let environment = try await storage.environment()
    let store = environment.store
    var stopping: [Int64] = []
    var hasFailed = false
    for id in runs {
      switch try await store.cancelRun(id, by: environment.actor, at: environment.clock.now) {
      case .cancelled: Terminal.printLine("run \(id) \(Terminal.paint("cancelled", .yellow)) before it began")
      case .requested: stopping.append(id)
      case .over(let state):
        hasFailed = true
        Terminal.writeError("run \(id) had ended already: \(state.rawValue)")
      case .unknownRun:
        hasFailed = true
        Terminal.writeError("there is no run \(id); `pobsync get runs` lists them")
      }
    }
    if !stopping.isEmpty { stopping = try await withoutDeadWorkers(stopping, in: environment) }
    if wait, !stopping.isEmpty {
      let ended = try await RunFollower(environment, reporter: WorkReporter()).follow(stopping)
      hasFailed = hasFailed || ended.contains { $0.state != .cancelled }
    }
    if hasFailed { throw ExitCode(1) }
  }

  /// Ends those runs whose worker is there no more to do it.
  /// - Returns: the others.
  private func withoutDeadWorkers(_ ids: [Int64], in environment: Reconciler.Environment) async throws -> [Int64] {
    try await environment.store.endDeadWorkers(at: environment.clock.now)
    var stopping: [Int64] = []
    for id in ids {
      if try await environment.store.run(id)?.state.isFinished ?? true {
        Terminal.printLine("run \(id) \(Terminal.paint("cancelled", .yellow)); its worker had ended")
      } else {
        stopping.append(id)
        Terminal.printLine("run \(id) is being stopped by its worker")
      }
    }
    return stopping
  }
}
