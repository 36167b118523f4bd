// `pobsync status`: how everything is, on one screen.

import ArgumentParser
import Engine
import Foundation
import Reconciler
import Spec
import Store

struct Status: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show on one screen what runs, what is late, what failed, and what comes next.",
    discussion: """
      A host has failed if its last backup did, and is late if its newest good snapshot is older than the `max_age` of its
      schedule, or than the last time at which it was due while nothing is being done about it.

      The exit status says whether the status could be told. With --check it says what it is, for monitoring, and one
      line is printed: 0 if all is well; 1 if something failed, is late or waits for a person, if the backup root cannot
      be used, or if no controller is running; 2 if it could not be told.

      EXAMPLE
        pobsync status
        pobsync status --watch
        pobsync status --check --max-silence 25h
      """)

  @Flag(name: .shortAndLong, help: "Draw it again every two seconds, until interrupted.")
  var watch = false

  @Flag(help: "Print one line, and tell by the exit status whether all is well.")
  var check = false

  @Option(
    help: ArgumentHelp(
      "With --check: for how long no controller need be running, where `reconcile --once` runs from time to time.",
      valueName: "time"), transform: TimeSpan.fromCommandLine)
  var maxSilence = TimeSpan.minutes(2)

  @OptionGroup var storage: StoreOptions
  @OptionGroup var remote: RemoteOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    if check, watch { throw ValidationError("--check and --watch exclude each other") }
  }

  func run() async throws {
    if check {
      try await printCheck()
      return
    }
    let look = try await looking()
    guard watch else {
      print(try await look(), height: Self.height)
      return
    }
    try await Screen.whileDrawing(isOn: output.format == .table) {
      while !Task.isCancelled {
        let told = try await look()
        if output.format == .table, Terminal.isOutputTerminal {
          Screen.draw(StatusScreen.lines(told.report, width: Screen.width, height: Self.height))
        } else {
          print(told, height: Self.height)
          if output.format == .table { Terminal.printLine() }
        }
        try? await Task.sleep(for: .seconds(2))
      }
    }
  }

  /// How the status is told: by the server that is asked for, or by this machine's database.
  private func looking() async throws -> @Sendable () async throws -> ToldStatus {
    if let server = try remote.connection(besides: storage) { return { try await server.status() } }
    let environment = try await storage.environment()
    return { ToldStatus(report: try await environment.status()) }
  }

  /// The prompt, or the cursor, has a line of its own.
  private static var height: Int { (Screen.height ?? usualHeight) - 1 }
  private static let usualHeight = 24

  private func print(_ told: ToldStatus, height: Int) {
    switch output.format {
    case .table:
      StatusScreen.lines(told.report, width: Screen.width, height: height).forEach { Terminal.printLine($0) }
    case .json, .yaml: Listing(headers: [], rows: [], value: told.value, empty: "").print(as: output.format)
    }
  }

  private func printCheck() async throws {
    let told: ToldStatus
    do {
      told = try await looking()()
    } catch {
      Pobsync.leave(with: error, status: 2)
    }
    let report = told.report
    let problems = report.problems(maxSilence: Double(maxSilence.seconds))
    switch output.format {
    case .json, .yaml: print(told, height: 0)
    case .table:
      let pause = report.pauses.first { $0.host == nil }.map { "; everything is \($0.pause.description)" } ?? ""
      let hosts = "\(report.hosts.ready) of \(report.hosts.declared) hosts are ready\(pause.printable())"
      Terminal.printLine(problems.isEmpty ? "OK: \(hosts)" : "PROBLEM: \(problems.joined(separator: "; ").printable())")
    }
    if !problems.isEmpty { throw ExitCode(1) }
  }
}

/// A report, and what another pobsync has told it by.
struct ToldStatus: Sendable {
  let report: StatusReport
  /// Nil for one's own.
  var answer: YAMLValue?

  var value: YAMLValue { answer ?? report.value }
}

/// The page of a report in the colours of a terminal.
enum StatusScreen {
  static func lines(_ report: StatusReport, width: Int, height: Int) -> [String] {
    StatusText.lines(report, width: width, height: height).map { line in
      line.filter { !$0.text.isEmpty }.map { Terminal.show($0.text, in: $0.tone) }.joined()
    }
  }
}

extension Terminal {
  fileprivate static func show(_ text: String, in tone: StatusSpan.Tone) -> String {
    switch tone {
    case .plain: text
    case .heading: paint(text, .bold)
    case .good: paint(text, .green)
    case .bad: paint(text, .red)
    case .late: paint(text, .yellow)
    case .dim: paint(text, .dim)
    }
  }
}
