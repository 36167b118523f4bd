// Past attempts: when what failed, was cut off or was cancelled is tried again.

import Engine
import Foundation
import Spec
import Store
import Testing

@testable import Reconciler

struct PastAttemptsTests {
  private static let due = "2026-05-19 02:15"

  /// What is to be done and when, in a line.
  private func plan(
    _ runs: [Run], at now: Date, _ retries: Planner.Retries = .afterPause, desiredSince: Date? = nil
  ) throws -> HostPlan {
    var seen = try observed(runs: runs.reversed())
    seen.desiredSince = desiredSince
    return Planner.plan(host: try host(), observed: seen, now: now, retries: retries)
  }

  private func plan(_ runs: [Run], at now: String) throws -> HostPlan { try plan(runs, at: time(now)) }

  private func tries(_ states: [RunState], at ends: String = "2026-05-19 12:00") throws -> [Run] {
    try zip(1..., states).map { try run($0, .backup, $1, for: Self.due, at: ends) }
  }

  // MARK: - Pauses

  // Counted by another program.
  @Test(
    arguments: zip(
      [1, 2, 3, 4, 5, 6, 7, 30].map { $0 }, [316, 643, 1342, 2688, 4259, 3800, 3706, 3826].map(Double.init)))
  func `what failed is tried again after a pause that grows, to the second`(_ failures: Int, pause: Double) throws {
    // Other ends but that of the newest do not count less.
    let states = (1...failures).map { index -> RunState in
      if index == failures { return .failed }
      return index.isMultiple(of: 3) ? .cancelled : index.isMultiple(of: 4) ? .interrupted : .failed
    }
    let failed = try states.enumerated().map { index, state in
      try run(
        Int64(index + 1), .backup, state, for: Self.due,
        at: index + 1 == failures ? "2026-05-19 12:00" : "2026-05-19 11:00")
    }
    let retry = try time("2026-05-19 12:00").addingTimeInterval(pause)
    let early = try plan(failed, at: retry.addingTimeInterval(-1))
    #expect(early.action == nil)
    let times = failures == 1 ? "once" : "\(failures) times"
    #expect(
      early.hold
        == Hold(
          .retryLater,
          "the backup of 2026-05-19 02:15:00Z failed \(times); it is tried again at \(Timestamp.short(retry))",
          until: retry))
    #expect(early.validUntil == retry)
    #expect(try plan(failed, at: retry).attempt == failures + 1)
    #expect(try plan(failed, at: retry.addingTimeInterval(-1), .always).attempt == 1)
  }

  @Test(arguments: zip([1, 2, 3, 4, 5, 6, 30], [300, 600, 1200, 2400, 3600, 3600, 3600].map(Double.init)))
  func `a pause is lengthened by up to a fifth, differently from host to host and always the same`(
    _ failures: Int, steady: Double
  ) throws {
    let pauses = (0..<500).map { Backoff.pause(afterFailures: failures, seed: "web-\($0)/1779156900.0") }
    #expect(pauses.allSatisfy { $0 >= steady && $0 <= steady * 1.2 && $0 == $0.rounded() })
    #expect(Set(pauses).count > 30)
    let average = pauses.reduce(0, +) / Double(pauses.count)
    #expect(abs(average - steady * 1.1) < steady * 0.01)
    #expect(pauses == (0..<500).map { Backoff.pause(afterFailures: failures, seed: "web-\($0)/1779156900.0") })
  }

  @Test func `where the clock was set back a little, the pause counts from now, and far, it is over`() throws {
    let now = try time("2026-05-19 12:00")
    #expect(
      try plan(tries([.failed], at: "2026-05-19 12:04"), at: now).hold?.until == now.addingTimeInterval(316))
    #expect(try plan(tries([.failed], at: "2036-05-19 12:00"), at: now).attempt == 2)
  }

  @Test func `what was tried before a request to go on is tried once more, at once`() throws {
    let failed = try tries([.failed, .failed, .failed])
    let now = try time("2026-05-19 12:01")
    #expect(try plan(failed, at: now, .atOnce(upTo: 3)).attempt == 1)
    let again = try plan(failed, at: now, .atOnce(upTo: 2))
    #expect(again.hold?.code == .retryLater)
    #expect(again.hold?.until == (try time("2026-05-19 12:00").addingTimeInterval(316)))
    #expect(try plan(failed, at: now, .always).attempt == 1)
  }

  @Test func `failures of an earlier fire make no pause`() throws {
    let failed = try (1...5).map { try run($0, .backup, .failed, for: "2026-05-18 02:15", at: "2026-05-19 02:14") }
    #expect(try plan(failed, at: "2026-05-19 02:15").attempt == 1)
  }

  @Test func `failures before the desired state changed make no pause`() throws {
    let failed = try tries(Array(repeating: .failed, count: 5), at: "2026-05-19 11:50")
    let now = try time("2026-05-19 12:00")
    #expect(try plan(failed, at: now).hold?.code == .retryLater)
    #expect(try plan(failed, at: now, desiredSince: time("2026-05-19 11:50")).hold?.code == .retryLater)
    #expect(try plan(failed, at: now, desiredSince: time("2026-05-19 11:50:01")).attempt == 1)
  }

  @Test func `failures before a backup that was good make no pause`() throws {
    var runs = try tries([.failed, .failed], at: "2026-05-19 11:58")
    runs.append(try run(3, .backup, .succeeded, at: "2026-05-19 11:59"))
    #expect(try plan(runs, at: "2026-05-19 12:00").attempt == 1)
    runs.append(try run(4, .backup, .failed, for: Self.due, at: "2026-05-19 12:00"))
    let held = try plan(runs, at: "2026-05-19 12:00")
    #expect(held.hold?.message.contains("failed once") == true)
  }

  @Test func `the end of catch_up comes before a pause`() throws {
    let failed = try run(1, .backup, .failed, for: Self.due, at: "2026-05-19 06:14")
    let host = try host(schedule: #"cron: "15 2 * * *", catch_up: 4h"#)
    let seen = try observed(["2026-05-18 02:16"], runs: [failed])
    func code(_ now: String) throws -> Hold.Code? {
      Planner.plan(host: host, observed: seen, now: try time(now), retries: .afterPause).hold?.code
    }
    #expect(try code("2026-05-19 06:15") == .retryLater)
    #expect(try code("2026-05-19 06:15:01") == .missed)
  }

  // MARK: - Work that was cut off

  @Test func `what was cut off is taken up at once, the first time`() throws {
    #expect(try plan(tries([.interrupted]), at: "2026-05-19 12:00").attempt == 2)
    #expect(try plan(tries([.failed, .failed, .interrupted]), at: "2026-05-19 12:00").attempt == 4)
  }

  @Test(arguments: zip([2, 3, 4, 8], [316, 643, 1342, 3706].map(Double.init)))
  func `what is cut off again and again rests as if it had failed once less`(_ times: Int, pause: Double) throws {
    let runs = try tries(Array(repeating: .interrupted, count: times))
    let retry = try time("2026-05-19 12:00").addingTimeInterval(pause)
    let held = try plan(runs, at: retry.addingTimeInterval(-1))
    #expect(held.hold?.code == .retryLater)
    #expect(
      held.hold?.message
        == "the backup of 2026-05-19 02:15:00Z was cut off \(times) times; it is tried again at \(Timestamp.short(retry))"
    )
    #expect(try plan(runs, at: retry).attempt == times + 1)
    // A failure between them begins a new count.
    let mixed = try tries(Array(repeating: .interrupted, count: times) + [.failed, .interrupted])
    #expect(try plan(mixed, at: "2026-05-19 12:00").attempt == times + 3)
  }

  // MARK: - What no time mends

  @Test(arguments: BackupFailure.Code.allCases)
  func `what fails until somebody mends it is not tried again before the next fire`(_ code: BackupFailure.Code) throws {
    let mendedByPeople: Set<BackupFailure.Code> = [
      .addressUnknown, .keyRefused, .readOnlyKey, .sudoRefused, .hostKeyUnknown, .hostKeyChanged, .rsyncMissingRemote,
      .rsyncMissingLocal,
      .sourceMissing, .usage, .protocolMismatch,
    ]
    let failed = try [
      run(1, .backup, .failed, for: Self.due, at: "2026-05-19 03:00", errorCode: code.rawValue, message: "No.")
    ]
    guard mendedByPeople.contains(code) else {
      #expect(try plan(failed, at: "2026-05-19 03:05").hold?.code == .retryLater)
      #expect(try plan(failed, at: "2026-05-19 03:06").attempt == 2)
      return
    }
    for now in ["2026-05-19 03:00", "2026-05-19 12:00", "2026-05-20 02:14:59"] {
      let held = try plan(failed, at: now)
      #expect(held.action == nil)
      #expect(
        held.hold
          == Hold(
            .needsPerson,
            "the backup of 2026-05-19 02:15:00Z failed, and fails again until somebody mends it: No. It is tried again "
              + "after a change of the spec, by `pobsync backup web-1 --kind scheduled`, or at 2026-05-20 02:15:00Z"))
      #expect(held.validUntil == (try time("2026-05-20 02:15")))
    }
    #expect(try plan(failed, at: "2026-05-20 02:15").attempt == 1)
    let now = try time("2026-05-19 12:00")
    #expect(try plan(failed, at: now, .always).attempt == 1)
    #expect(try plan(failed, at: now, desiredSince: time("2026-05-19 11:59")).attempt == 1)
    let good = try run(2, .backup, .warning, at: "2026-05-19 11:59")
    #expect(try plan(failed + [good], at: now).attempt == 1)
  }

  @Test func `the newest try decides whether time mends it`() throws {
    func failed(_ id: Int64, _ code: String) throws -> Run {
      try run(id, .backup, .failed, for: Self.due, at: "2026-05-19 11:59", errorCode: code)
    }
    let now = try time("2026-05-19 12:00")
    #expect(try plan([failed(1, "key_refused"), failed(2, "unreachable")], at: now).hold?.code == .retryLater)
    #expect(try plan([failed(1, "unreachable"), failed(2, "key_refused")], at: now).hold?.code == .needsPerson)
    #expect(try plan([failed(1, "some_later_code")], at: now).hold?.code == .retryLater)
  }

  @Test func `what a person cancelled is not begun again until it is asked for or the next fire`() throws {
    let cancelled = try run(
      1, .backup, .cancelled, for: Self.due, at: "2026-05-19 03:00", errorCode: "cancelled",
      message: "cancelled by alice")
    let held = try plan([cancelled], at: "2026-05-19 12:00")
    #expect(
      held.hold
        == Hold(
          .needsPerson,
          "the backup of 2026-05-19 02:15:00Z was cancelled by alice; it is made by "
            + "`pobsync backup web-1 --kind scheduled`, or at 2026-05-20 02:15:00Z"))
    #expect(try plan([cancelled], at: "2026-05-20 02:15").attempt == 1)
  }

  @Test func `what was dropped because it had lost its use is no try`() throws {
    let dropped = try run(
      1, .backup, .cancelled, for: Self.due, at: "2026-05-19 03:00", errorCode: RunErrorCode.superseded)
    #expect(try plan([dropped], at: "2026-05-19 03:00").attempt == 1)
  }
}

extension HostPlan {
  /// Which try of a backup the plan asks for; nil if it asks for none.
  fileprivate var attempt: Int? {
    if case .backup(_, let attempt, _)? = action { attempt } else { nil }
  }
}
