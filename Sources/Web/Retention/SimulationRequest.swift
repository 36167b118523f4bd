// What a reader asks the simulator to play: a policy, how often snapshots are made, and for how many years. Playing is
// work that grows with both, and is kept within bounds.

import Foundation
import Reconciler
import Spec

/// Why nothing is played.
struct SimulationProblem: Error, Sendable {
  var sentence: String?
  var diagnostics: [Diagnostic] = []
}

struct SimulationRequest: Sendable {
  let policy: EffectiveRetention
  /// When snapshots are made, in order; the newest ones, where there were too many.
  let times: [Date]
  /// Whether the beginning of what was asked for was left out.
  let isCut: Bool

  static let years = 1...10
  static let standardYears = 3
  static let standardPace = "daily"
  /// What stands before the name of a schedule, in place of a pace.
  static let schedulePrefix = "schedule:"
  /// The name of a policy that is written out.
  static let writtenOut = "written-out"

  /// At each of so many steps all snapshots that are there are looked at again: this many looks, together.
  private static let mostLooks = 3_000_000
  private static let mostSteps = 30_000
  private static let mostHourlyYears = 3

  /// - Parameters:
  ///   - pace: `daily`, or `schedule:nightly`.
  ///   - policyName: of a declared policy, unless `keys` is given.
  ///   - keys: the keys of a policy, as YAML.
  init(
    policyName: String, keys: String, pace: String, years: Int, in spec: Spec, endingAt now: Date
  ) throws(SimulationProblem) {
    policy = try Self.policy(policyName, keys: keys, in: spec)
    let years = min(max(years, Self.years.lowerBound), Self.years.upperBound)
    let played = pace == HistoryPart.Pace.hourly.rawValue ? min(years, Self.mostHourlyYears) : years
    let all = try Self.times(pace, years: played, policy.timeZone, in: spec, endingAt: now)
    guard !all.isEmpty else { throw SimulationProblem(sentence: "No snapshot would be made in that time.") }
    times = Array(all.suffix(Self.steps(with: policy.policy, of: all)))
    isCut = played < years || times.count < all.count || all.count == Self.mostSteps
  }

  // MARK: - The policy

  private static func policy(
    _ name: String, keys: String, in spec: Spec
  ) throws(SimulationProblem) -> EffectiveRetention {
    let name = keys.isEmpty ? name : writtenOut
    var known = spec
    let id = ResourceID(kind: .retention, name: name)
    if !keys.isEmpty {
      // On one line the keys may stand as they do on the command line.
      let isFlow = !keys.contains("\n") && !keys.hasPrefix("{")
      let source = SourceText(name: "<policy>", isFlow ? "{\(keys)}" : keys)
      do throws(Diagnostics) {
        guard let node = try YAML.parse(source).first else { throw Diagnostics([]) }
        try known.insert(id, decoding: node, from: source)
      } catch {
        guard !error.items.isEmpty else { throw SimulationProblem(sentence: "The policy is empty.") }
        throw SimulationProblem(diagnostics: error.items)
      }
    }
    guard let key = try? ResourceName(text: name), let policy = known.retention[key] else {
      throw SimulationProblem(
        sentence: name.isEmpty
          ? "Choose a policy, or write one out." : "There is no retention policy \(name.excerpt.quoted).")
    }
    return EffectiveRetention(name: key, policy: policy, timeZone: policy.timeZone ?? spec.settings?.timeZone ?? .utc)
  }

  // MARK: - The history

  private static func times(
    _ pace: String, years: Int, _ zone: TimeZoneName, in spec: Spec, endingAt now: Date
  ) throws(SimulationProblem) -> [Date] {
    let length = "\(years)y"
    if pace.hasPrefix(schedulePrefix) {
      let name = String(pace.dropFirst(schedulePrefix.count))
      guard let key = try? ResourceName(text: name), let schedule = spec.effectiveSchedule(key),
        let history = try? SimulatedHistory(parts: [HistoryPart(text: "daily:\(length)")])
      else { throw SimulationProblem(sentence: "There is no schedule \(name.excerpt.quoted).") }
      return fires(of: schedule, from: history.start(endingAt: now, in: zone), to: now)
    }
    do throws(InvalidText) {
      let history = SimulatedHistory(parts: [try HistoryPart(text: "\(pace):\(length)")])
      return history.times(from: history.start(endingAt: now, in: zone), in: zone)
    } catch {
      throw SimulationProblem(sentence: "\(error)")
    }
  }

  /// The newest firings of a schedule; of one that fires too often, those of a shorter time.
  private static func fires(of schedule: EffectiveSchedule, from start: Date, to end: Date) -> [Date] {
    var times: [Date] = []
    var time = end
    while times.count < mostSteps,
      let fire = schedule.declared.cron.latest(atOrBefore: time, in: schedule.timeZone.timeZone), fire >= start
    {
      times.append(fire)
      time = fire.addingTimeInterval(-1)
    }
    return times.reversed()
  }

  // MARK: - Bounds

  /// How many snapshots can be made without more looks at those that are kept than there may be.
  static func steps(with policy: RetentionPolicy, of times: [Date]) -> Int {
    let counts = [
      policy.keepLast, policy.keepHourly, policy.keepDaily, policy.keepWeekly, policy.keepMonthly, policy.keepYearly,
      policy.keepOldest, policy.minKeep,
    ]
    var kept = 1 + counts.reduce(0) { $0 + ($1 ?? 0) }
    if let within = policy.keepWithin, let first = times.first, let last = times.last, times.count > 1 {
      let pace = max(1, last.timeIntervalSince(first) / Double(times.count - 1))
      kept += Int(min(Double(within.seconds) / pace, Double(mostSteps)).rounded(.up))
    }
    // Where no more are kept than these, there are that many steps; where all are, the square root of the looks.
    let steps = max(mostLooks / kept, Int(Double(mostLooks).squareRoot()))
    return min(times.count, steps, mostSteps)
  }
}
