// Buckets held against those of restic's `forget`, as the real one answered for the same times.
//
// The two agree but for what is listed in `onPurpose`. Besides, pobsync has rules on top: it never lets go of the newest
// snapshot, which restic does where no rule asks for it, and keeps `min_keep` and `keep_oldest`, which restic does not
// know. `keep_within` reaches back from the newest snapshot in both. Later versions of restic may also keep the oldest
// snapshot where a rule is not filled; pobsync does so only where `keep_oldest` asks for it.

import Engine
import Foundation
import Spec
import Store
import Testing

@testable import Reconciler

struct ResticTests {
  @Test func `there are enough cases, each with a mark for each snapshot`() throws {
    let cases = ResticHistory.all.flatMap(\.cases)
    #expect(cases.count >= 40)
    #expect(cases.allSatisfy { $0.kept.count == $0.history.count && $0.kept.contains("+") })
    #expect(!ResticHistory.version.isEmpty)
  }

  @Test(arguments: ResticHistory.all.flatMap(\.cases))
  func `a policy keeps what restic keeps`(_ question: ResticCase) throws {
    let snapshots = try question.history.map { try snapshot($0) }
    let plan = RetentionPlan(
      snapshots.shuffled(), policy: try policy(question.policy), now: try time("2030-01-01 00:00"))
    let kept = Set(plan.kept.map(\.snapshot.id))
    let marks = snapshots.map { kept.contains($0.id) ? "+" : "-" }.joined()
    let difference = Self.onPurpose.first { $0.history == question.name && $0.policy == question.policy }
    #expect(marks == difference?.kept ?? question.kept)
    let isLess = zip(marks, question.kept).contains { $0 == "-" && $1 == "+" }
    #expect(!isLess, "restic keeps what pobsync lets go of")
  }

  /// Where pobsync keeps more than restic, and why.
  private static let onPurpose: [(history: String, policy: String, kept: String, why: String)] = [
    (
      history: "gaps", policy: "keep_within: 1d, keep_yearly: 10", kept: "-+-+-+++",
      why: "the last but one is one day older to the second: within a day of the newest for pobsync, outside for restic"
    )
  ]

  @Test func `the newest stays also where restic would let it go`() throws {
    let snapshots = try ["2023-05-19 02:15", "2023-05-18 02:15"].map(snapshot)
    let plan = RetentionPlan(
      snapshots, policy: try policy("keep_last: 0, keep_within: 1s"), now: try time("2030-01-01 00:00"))
    #expect(plan.kept.map(\.snapshot.id) == [snapshots[0].id])
  }
}

/// One answer.
struct ResticCase: Sendable, CustomTestStringConvertible {
  /// The times, the oldest first.
  let history: [String]
  let policy: String
  /// A mark for each.
  let kept: String
  let name: String

  var testDescription: String { "\(name): \(policy)" }
}

extension ResticHistory {
  var cases: [ResticCase] {
    let lines = policies.split(separator: "\n").map(String.init)
    return stride(from: 0, to: lines.count - 1, by: 2).map {
      ResticCase(
        history: times.split(separator: "\n").map(String.init), policy: lines[$0], kept: lines[$0 + 1], name: name)
    }
  }
}
