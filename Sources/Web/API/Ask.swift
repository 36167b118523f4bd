// The parameters of the API, each described and read in one place.

import Engine
import Foundation
import Reconciler
import Spec
import Store

/// What can be asked by path or query.
enum Ask {
  // MARK: - In paths

  static let host = Parameter<HostName>(
    name: "host", place: .path, summary: "The host's name", schema: Schema.text(upTo: 253)
  ) { given in
    let text = given.first ?? ""
    guard let host = try? HostName(text: text) else { throw WebProblem.notFound("a host \(text.quoted)") }
    return host
  }

  static let run = Parameter<Int64>(
    name: "id", place: .path, summary: "The run's number", schema: Schema.whole(in: 1...Int64.max)
  ) { given in
    let text = given.first ?? ""
    guard let number = digits(text), number > 0 else { throw WebProblem.notFound("a run \(text.quoted)") }
    return number
  }

  static let kindOfSnapshot = Parameter<SnapshotKind>(
    name: "kind", place: .path, summary: "The snapshot's kind", schema: Schema.choice(SnapshotKind.self)
  ) { given in
    let text = given.first ?? ""
    guard let kind = SnapshotKind(rawValue: text) else {
      throw WebProblem.notFound("a kind of snapshots \(text.quoted)")
    }
    return kind
  }

  static let nameOfSnapshot = Parameter<SnapshotName>(
    name: "snapshot", place: .path, summary: "The snapshot's name, as its directory is called",
    schema: Schema.text(upTo: 255)
  ) { given in
    let text = given.first ?? ""
    guard let name = SnapshotName(text) else { throw WebProblem.notFound("a snapshot \(text.quoted)") }
    return name
  }

  // MARK: - Filters

  static let hostFilter = Parameter<HostName?>(
    name: "host", summary: "Of this host only", schema: Schema.text(upTo: 253)
  ) { given in
    try given.first.map { text in
      do {
        return try HostName(text: text)
      } catch {
        throw WebProblem.badRequest("host: \(error)")
      }
    }
  }

  static let text = Parameter<String>(
    name: "text", summary: "A part of the name; for operators, of the address as well", schema: Schema.text(upTo: 200)
  ) { given in
    let text = given.first ?? ""
    guard text.count <= 200 else { throw WebProblem.badRequest("text has more than 200 characters") }
    return text
  }

  static let label = Parameter<[String]>(
    name: "label", summary: "With this label: `role=web`, or `role` for any value; all have to be there",
    schema: Schema.text(upTo: 200), isRepeated: true
  ) { $0 }

  static let condition = Parameter<HostState?>(
    name: "condition", summary: "That stand so", schema: Schema.choice(HostState.self)
  ) { try choices($0, "condition", HostState.self).first }

  static let schedule = Parameter<String?>(
    name: "schedule", summary: "With this schedule; heeded for operators only", schema: Schema.text(upTo: 100)
  ) { $0.first }

  static let runState = repeated("state", "In this state", RunState.self)
  static let runKind = repeated("kind", "Of this kind", RunKind.self)
  static let runTrigger = repeated("trigger", "Asked for by this", RunTrigger.self)
  static let snapshotKind = repeated("kind", "Of this kind", SnapshotKind.self)
  static let snapshotStatus = repeated("status", "Of this status", SnapshotStatus.self)
  static let severity = repeated("severity", "Of this severity", EventSeverity.self)
  static let deliveryState = repeated("state", "In this state", DeliveryState.self)

  static let since = Parameter<Date?>(
    name: "since", summary: "Then or later: `2026-05-19T02:15:00Z`, or a day, in UTC", schema: Schema.text(upTo: 40)
  ) { given in
    try given.first.map { text in
      guard let date = Timestamp.date(text) ?? Timestamp.date("\(text)T00:00:00Z") else {
        throw WebProblem.badRequest("since is \(text.quoted), which is no time; write 2026-05-19T02:15:00Z")
      }
      return date
    }
  }

  // MARK: - Pages

  static let limit = Parameter<Int>(
    name: "limit", summary: "At most so many", schema: Schema.whole(in: 1...500, orElse: 100)
  ) { given in
    guard let text = given.first else { return 100 }
    guard let number = digits(text), (1...500).contains(number) else {
      throw WebProblem.badRequest("limit is \(text.quoted); it takes 1 to 500")
    }
    return Int(number)
  }

  static let afterHost: Parameter<HostName?> = cursor("after", of: "hosts")
  static let afterSnapshot: Parameter<SnapshotKey?> = cursor("after", of: "snapshots")
  static let beforeRun: Parameter<Int64?> = cursor("before", of: "runs")
  static let beforeEvent: Parameter<EventKey?> = cursor("before", of: "events")
  static let beforePurge: Parameter<Int64?> = cursor("before", of: "purges")
  static let beforeDelivery: Parameter<Int64?> = cursor("before", of: "deliveries")

  private static func cursor<Key: HistoryCursor>(_ name: String, of list: String) -> Parameter<Key?> {
    Parameter<Key?>(
      name: name, summary: "The next page: the `next` of the page before", schema: Schema.text(upTo: PageCursor.longest)
    ) { given in
      try given.first.map { text in
        guard let key: Key = PageCursor.key(in: text, of: list) else {
          throw WebProblem.badRequest("\(name) is \(text.quoted), which no page of \(list) has given")
        }
        return key
      }
    }
  }

  // MARK: - Logs

  static let offset = Parameter<Int>(
    name: "offset", summary: "What follows this place: the `X-Log-Offset` of the answer before",
    schema: Schema.whole(in: 0...Int64.max, orElse: 0)
  ) { given in
    guard let text = given.first else { return 0 }
    guard let number = digits(text) else { throw WebProblem.badRequest("offset is \(text.quoted), which is no place") }
    return Int(number)
  }

  // MARK: - Applying

  static let set = Parameter<ResourceName?>(
    name: "set", summary: "The spec set whose the resources are, whatever the spec says; without any it is an edit",
    schema: Schema.text(upTo: 100)
  ) { given in
    try given.first.map { text in
      if ReservedSource(rawValue: text) != nil {
        throw WebProblem.badRequest("\(text.quoted) is reserved and cannot name a spec set")
      }
      do {
        return try ResourceName(text: text)
      } catch {
        throw WebProblem.badRequest("set: \(error)")
      }
    }
  }

  static let prune = flag("prune", "Delete what the same spec set applied before and does not declare any more")
  static let takeOver = flag("take_over", "Take what another owns, and undo what others have edited")
  static let dryRun = flag("dry_run", "Only say what would be done")

  static let maxRemovals = Parameter<Int?>(
    name: "max_removals", summary: "With `prune`: remove up to so many hosts, whatever the settings say",
    schema: Schema.whole(in: 0...1_000_000)
  ) { given in
    try given.first.map { text in
      guard let number = digits(text), number <= 1_000_000 else {
        throw WebProblem.badRequest("max_removals is \(text.quoted); it takes a number from 0")
      }
      return Int(number)
    }
  }

  // MARK: - Reading

  private static func flag(_ name: String, _ summary: String) -> Parameter<Bool> {
    Parameter<Bool>(name: name, summary: summary, schema: Schema.flag) { given in
      switch given.first {
      case nil, "false"?: return false
      case "true"?: return true
      case let text?: throw WebProblem.badRequest("\(name) is \(text.quoted); it is true or false")
      }
    }
  }

  private static func repeated<Choice: RawRepresentable & CaseIterable & Sendable>(
    _ name: String, _ summary: String, _: Choice.Type
  ) -> Parameter<[Choice]> where Choice.RawValue == String {
    Parameter<[Choice]>(
      name: name, summary: "\(summary); may be repeated", schema: Schema.choice(Choice.self), isRepeated: true
    ) { try choices($0, name, Choice.self) }
  }

  private static func choices<Choice: RawRepresentable & CaseIterable>(
    _ given: [String], _ name: String, _: Choice.Type
  ) throws -> [Choice] where Choice.RawValue == String {
    try given.map { text in
      guard let choice = Choice(rawValue: text) else {
        let known = Choice.allCases.map(\.rawValue).joined(separator: ", ")
        throw WebProblem.badRequest("\(name) is \(text.quoted); it takes one of \(known)")
      }
      return choice
    }
  }

  /// A number from 0, written in digits alone; nil for what is none, or too large.
  private static func digits(_ text: String) -> Int64? {
    text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) } ? Int64(text) : nil
  }
}

/// What bodies can hold.
enum Tell {
  static let snapshotKind = Member<SnapshotKind>(
    name: "kind", summary: "manual or scheduled; only scheduled ones count for retention, schedules and freshness",
    schema: Schema.choice(SnapshotKind.self)
  ) { $0.stringValue.flatMap(SnapshotKind.init(rawValue:)) }

  static let prune = Member<Bool>(
    name: "prune", summary: "whether the host's retention policy is applied if the backup is good", schema: Schema.flag
  ) { $0.flag }

  static let reason = Member<String>(
    name: "reason", summary: "why, in at most 200 characters", schema: Schema.text(upTo: 200)
  ) { $0.stringValue }

  static let span = Member<String>(
    name: "for", summary: "for so long, such as 2h or 90d", schema: Schema.text(upTo: 40)
  ) { $0.stringValue }

  static let until = Member<String>(
    name: "until",
    summary: "until then, such as 06:00 or 2026-12-24, in the time zone of the settings unless an offset follows",
    schema: Schema.text(upTo: 40)
  ) { $0.stringValue }
}

extension YAMLValue {
  /// A text, and no number.
  fileprivate var stringValue: String? { if case .string(let text) = self { text } else { nil } }
}
