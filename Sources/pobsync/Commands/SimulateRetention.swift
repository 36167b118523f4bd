// `pobsync retention simulate`: a policy played over years in a moment, and what it would keep.

import ArgumentParser
import Engine
import Foundation
import Reconciler
import Spec
import Store

struct SimulateRetention: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "simulate",
    abstract: "Play a retention policy over a made-up history, and draw what it keeps.",
    discussion: """
      A policy is one that was applied, one of a spec file, or written out with --policy. After each snapshot of the
      history the policy is applied, by the code that prunes. No real snapshot is looked at, and none is touched.

      A history is made of paces and lengths, one after the other: hourly, daily, weekly, monthly or yearly, and 3y or
      any duration of a spec. It ends today unless told when it starts.

      EXAMPLE
        pobsync retention simulate standard --history daily:3y,hourly:2d
        pobsync retention simulate standard -f hosts.yaml --history daily:5y --gap 30d@2y
        pobsync retention simulate --policy 'keep_daily: 14, keep_weekly: 8' --start 2026-01-01
      """)

  @Argument(help: "The policy's name.", transform: ResourceName.fromCommandLine)
  var policy: ResourceName?

  @Option(name: .customLong("policy"), help: ArgumentHelp("A policy's keys and values.", valueName: "keys"))
  var keys: String?

  @OptionGroup var specs: SpecOptions

  @Option(help: ArgumentHelp("When snapshots are made.", valueName: "pace:length,…"))
  var history = "daily:3y"

  @Option(
    parsing: .singleValue,
    help: ArgumentHelp("No snapshots for so long from so long after the start. May be repeated.", valueName: "30d@2y"))
  var gap: [String] = []

  @Option(help: ArgumentHelp("When the first snapshot is made: a date, or a date and time.", valueName: "date"))
  var start: String?

  @OptionGroup var storage: StoreOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    guard (policy == nil) != (keys == nil) else {
      throw ValidationError("name a policy, or write one out with --policy")
    }
    _ = try plannedHistory()
  }

  func run() async throws {
    let policy = try await effectivePolicy()
    let history = try plannedHistory()
    let times = history.times(from: try begin(of: history, in: policy.timeZone), in: policy.timeZone)
    guard !times.isEmpty else { throw CommandFailure("the gaps leave nothing of the history") }
    guard times.count <= SimulatedHistory.limit else {
      throw CommandFailure("the history has more than \(SimulatedHistory.limit) snapshots; make it shorter")
    }
    let simulation = RetentionSimulation(of: policy, times: times)
    if output.format == .table {
      simulation.lines.forEach { Terminal.printLine($0) }
    } else {
      Listing(headers: [], rows: [], value: simulation.value, empty: "").print(as: output.format)
    }
  }

  // MARK: - What is played

  private func effectivePolicy() async throws -> EffectiveRetention {
    if let keys {
      let map = keys.hasPrefix("{") ? keys : "{\(keys)}"
      let text = SourceText(name: "--policy", "version: 1\nretention:\n  written-out: \(map)\n")
      return try SpecReader.read([text]).spec.policy(try ResourceName(text: "written-out"))
    }
    let stored: Spec
    if specs.files.isEmpty {
      stored = try await storage.open().desired().spec
    } else {
      stored = try await storage.openIfThere()?.desired().spec ?? Spec()
    }
    let spec = specs.files.isEmpty ? stored : stored.merging(try specs.load(known: stored).spec)
    guard let policy else { throw CommandFailure("name a policy") }
    return try spec.policy(policy)
  }

  private func plannedHistory() throws -> SimulatedHistory {
    do {
      return SimulatedHistory(
        parts: try history.split(separator: ",").map { try HistoryPart(text: String($0)) },
        gaps: try gap.map { try HistoryGap(text: $0) })
    } catch {
      throw ValidationError("\(error)")
    }
  }

  private func begin(of history: SimulatedHistory, in zone: TimeZoneName) throws -> Date {
    let now = WallClock.system.now
    guard let start else { return history.start(endingAt: now, in: zone) }
    let text = start.contains(":") ? start : "\(start) 00:00"
    guard let date = ClockTime.date(text, in: zone.timeZone, after: now) else {
      throw CommandFailure("\(start.quoted) is not a date; write `2026-01-01` or `2026-01-01 02:15`")
    }
    return date
  }
}

extension Spec {
  /// A policy with the zone that holds for it.
  fileprivate func policy(_ name: ResourceName) throws -> EffectiveRetention {
    guard let policy = retention[name] else {
      let near = nearest(to: name.description, among: retention.keys.map(\.description))
      throw CommandFailure(
        "there is no retention policy \(name.description.quoted)"
          + (near.map { "; did you mean \($0.quoted)?" } ?? "; `pobsync get retention` lists those that are declared"))
    }
    return EffectiveRetention(name: name, policy: policy, timeZone: policy.timeZone ?? settings?.timeZone ?? .utc)
  }
}

extension RetentionSimulation {
  fileprivate var lines: [String] {
    guard let first = counts.first, let last = counts.last, let most, let oldest = kept.last else { return [] }
    var lines = [
      Terminal.paint("retention/\(policy.name)", .bold),
      "  made    \(counts.count) snapshots, from \(first.at.shown) to \(last.at.shown)",
      "  kept    \(last.kept) at the end, \(most.kept) at most (at \(most.at.shown))",
      "  oldest  \(oldest.snapshot.startedAt.shown)", "",
    ]
    lines += RetentionTimeline.lines(kept.map(\.snapshot.startedAt), in: policy.timeZone)
    lines += ["", "A mark a month, in the newest year a mark a day (\(policy.timeZone)); behind each line its sum."]
    return lines
  }

  fileprivate var value: YAMLValue {
    func count(_ count: Count) -> YAMLValue {
      .map([YAMLPair("at", .string(Timestamp.text(count.at))), YAMLPair("kept", .int(Int64(count.kept)))])
    }
    return .map([
      YAMLPair("policy", .string(policy.name.description)),
      YAMLPair("rules", .map(RetentionPolicy.fields.encode(policy.policy))),
      YAMLPair("time_zone", .string(policy.timeZone.description)), YAMLPair("made", .int(Int64(counts.count))),
      YAMLPair("most", most.map(count) ?? .null),
      YAMLPair(
        "kept",
        .list(
          kept.map {
            .map([
              YAMLPair("at", .string(Timestamp.text($0.snapshot.startedAt))),
              YAMLPair("reasons", .list($0.reasons.map(YAMLValue.string))),
            ])
          })),
      YAMLPair("counts", .list(counts.map(count))),
    ])
  }
}
