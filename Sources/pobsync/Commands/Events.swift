// `pobsync events`: what has happened, and what happens.

import ArgumentParser
import Engine
import Foundation
import Reconciler
import Spec
import Store

struct Events: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "List what has happened, the latest last.",
    discussion: """
      What happens again and again is counted: LAST is when it did last, and COUNT how often.

      EXAMPLE
        pobsync events --host web-1
        pobsync events --follow
      """)

  @Option(help: "Of this host only.", transform: HostName.fromCommandLine)
  var host: HostName?

  @Option(help: ArgumentHelp("At most so many, the latest.", valueName: "n"))
  var limit = 50

  @Flag(name: .shortAndLong, help: "Go on with what happens next, until interrupted.")
  var follow = false

  @OptionGroup var storage: StoreOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    guard (1...100_000).contains(limit) else { throw ValidationError("--limit takes 1 to 100000") }
    if follow, output.format != .table { throw ValidationError("--follow prints lines for people, without -o") }
  }

  func run() async throws {
    let store = try await storage.open()
    let events = try await store.events(host: host, limit: limit)
    // Of a host that is gone there may be events; one of which nothing is known is a mistake.
    if let host, events.isEmpty {
      let declared = try await store.desired().spec
      guard declared.hosts[host] != nil else { throw CommandFailure(unknown: host, among: declared) }
    }
    guard follow else {
      Listing.events(events.reversed().map { $0.value() }).print(as: output.format)
      return
    }
    var feed = EventFeed()
    feed.news(in: events).forEach { Terminal.printLine($0.line) }
    while true {
      try await Task.sleep(for: .seconds(1))
      let latest = try await store.events(host: host, since: feed.latest, limit: Self.mostAtOnce)
      feed.news(in: latest).forEach { Terminal.printLine($0.line) }
    }
  }

  private static let mostAtOnce = 1000
}

/// Tells which of the latest events were not seen before, or have happened once more.
private struct EventFeed {
  /// When the latest event that was seen happened.
  private(set) var latest: Date?
  private var counts: [Int64: Int] = [:]

  /// - Parameter events: those that happened last first.
  /// - Returns: what is new, the latest last.
  mutating func news(in events: [Event]) -> [Event] {
    let news = events.filter { counts[$0.id] != $0.count }
    // What is not among the latest any more has another count when it comes back.
    if let first = events.first {
      latest = first.lastAt
      counts = Dictionary(events.map { ($0.id, $0.count) }) { first, _ in first }
    }
    return news.reversed()
  }
}

extension Event {
  /// The event on a line of its own.
  fileprivate var line: String {
    let colour: Terminal.Colour? =
      switch severity {
      case .info: nil
      case .warning: .yellow
      case .error: .red
      }
    let level = colour.map { Terminal.paint(severity.rawValue, $0) } ?? severity.rawValue
    let times = count > 1 ? " (\(count) times)" : ""
    return
      "\(lastAt.shown)  \(level)  \(host?.description ?? "-")  \(reason): \(message.printable(limit: 1000))\(times)"
  }
}
