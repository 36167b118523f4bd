// Runs of another pobsync, followed as one's own are.

import ArgumentParser
import Engine
import Foundation
import Reconciler
import Spec
import Store

/// Follows one run.
struct RemoteRun {
  let id: Int64
  private let server: RemoteServer
  private let patience: Patience

  init(_ id: Int64, at server: RemoteServer, patience: Patience = Patience()) {
    self.id = id
    self.server = server
    self.patience = patience
  }

  /// The run as it is, and what it waits for while it is queued.
  func look() async throws -> (run: Run, waitsFor: String?) {
    let value = try await server.get("/api/runs/\(id)")
    guard let run = Run(reading: value) else {
      throw CommandFailure("run \(id) is of a kind that this version of pobsync does not know")
    }
    return (run, value["waits_for"]?.text)
  }

  /// What has come of its log after a place, and where the next piece begins.
  func readLog(from offset: Int) async throws -> (text: String, next: Int) {
    let (text, headers) = try await server.text("/api/runs/\(id)/log", [(name: "offset", value: "\(offset)")])
    return (text, headers["x-log-offset"].flatMap { Int($0) } ?? offset + text.utf8.count)
  }

  /// Shows what it waits for and its progress, until it has ended. A server that falls silent is asked again for a while.
  ///
  /// - Parameter log: takes each piece of its log as it comes.
  func follow(log: ((String) -> Void)? = nil) async throws -> Run {
    let reporter = WorkReporter()
    var news = RunNews(reporter)
    var offset = 0
    while true {
      let (run, waitsFor) = try await ask(reporter) { try await $0.look() }
      if let waitsFor { news.note(waiting: run, for: waitsFor, now: WallClock.system.now) }
      if let log, run.state != .queued {
        // A piece that does not arrive whole is asked for again, from where it began.
        let piece = try await ask(reporter) { try await $0.readLog(from: offset) }
        offset = piece.next
        if !piece.text.isEmpty { log(piece.text) }
      }
      news.note(run)
      if run.state.isFinished { return run }
      try await patience.sleep(.seconds(1))
    }
  }

  private func ask<Answer>(
    _ reporter: WorkReporter, _ read: (RemoteRun) async throws -> Answer
  ) async throws -> Answer {
    do {
      return try await patience.ask(telling: { reporter.note($0) }) { limit in
        try await read(RemoteRun(id, at: server.within(limit)))
      }
    } catch let silence as ServerSilence {
      throw CommandFailure(
        "\(silence); run \(id) is left to the server: once it answers, ask with "
          + "`pobsync logs \(id) --follow --server \(server.address)`")
    }
  }
}

extension BackupHost {
  /// Has another pobsync make the backup.
  func backUp(at server: RemoteServer) async throws {
    guard !dryRun else { throw CommandFailure("--dry-run does not go with --server: ask for it on the server") }
    let answer = try await server.post(
      "/api/hosts/\(target.host)/backup",
      .map([YAMLPair("kind", .string(kind.rawValue)), YAMLPair("prune", .bool(prune))]))
    guard let run = answer["run"].flatMap({ Run(reading: $0) }) else {
      throw CommandFailure("the server answers what this version does not understand")
    }
    let what = "\(run.host): run \(run.id) (\(run.kind.rawValue))"
    if answer["joined"]?.flag == true {
      Terminal.writeError("\(what) is \(run.state.rawValue) already; this request joins it")
    }
    guard waiting.wait else {
      Terminal.printLine("\(what) is \(run.state.rawValue); `pobsync logs \(run.id) --follow` follows it")
      return
    }
    let ended = try await RemoteRun(run.id, at: server).follow()
    guard ended.state.isGood else { throw ExitCode(1) }
  }
}

extension Logs {
  /// Prints the log of a run of another pobsync.
  func printLog(from server: RemoteServer) async throws {
    let remote = RemoteRun(run, at: server)
    let (found, waitsFor) = try await remote.look()
    if follow, !found.state.isFinished {
      let ended = try await remote.follow { Self.printPiece($0) }
      printHeading(of: ended)
      return
    }
    printHeading(of: found)
    if found.state == .queued {
      Terminal.printLine("waits for \((waitsFor ?? "a worker").printable())")
      return
    }
    let log = try await remote.readLog(from: 0).text
    guard !log.isEmpty else { return }
    Terminal.printLine()
    Self.printPiece(log)
  }

  private static func printPiece(_ text: String) {
    for line in text.trimmingSuffix("\n").split(separator: "\n", omittingEmptySubsequences: false) {
      Terminal.printLine(String(line).printable(limit: 10_000))
    }
  }
}
