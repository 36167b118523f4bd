// How many snapshots may go at once: by number, by share, and in words.

import Engine
import Foundation
import Spec
import Testing

@testable import Reconciler

struct PruneLimitTests {
  private func limit(_ keys: String, _ snapshots: [String]) throws -> PruneLimit {
    let policy = try policy("keep_last: 1" + (keys.isEmpty ? "" : ", \(keys)"))
    let plan = RetentionPlan(try snapshots.map(snapshot), policy: policy, now: try time("2030-01-01 00:00"))
    return PruneLimit(policy.policy, of: plan)
  }

  private func history(_ count: Int) -> [String] {
    (0..<count).map { "2026-05-\($0 / 24 + 10) \($0 % 24 < 10 ? "0" : "")\($0 % 24):15" }
  }

  @Test(arguments: [
    ("", 0, 1), ("", 1, 1), ("", 2, 1), ("", 3, 1), ("", 4, 2), ("", 19, 9), ("", 20, 10), ("", 21, 10), ("", 100, 10),
    ("max_delete: 3", 100, 3), ("max_delete: 3", 4, 2), ("max_delete: 0", 100, 0), ("max_delete: 0", 1, 0),
    ("max_delete: 1000", 100, 50), ("max_delete_ratio: 100%", 8, 8), ("max_delete_ratio: 100%", 100, 10),
    ("max_delete_ratio: 10%", 50, 5), ("max_delete_ratio: 10%", 59, 5), ("max_delete_ratio: 1%", 50, 1),
    ("max_delete: 1000, max_delete_ratio: 100%", 100, 100),
    ("max_delete: 1000, max_delete_ratio: 12.5%", 80, 10),
  ])
  func `the lower of max_delete and a share of the snapshots holds, and one may always go by share`(
    _ keys: String, _ total: Int, count: Int
  ) throws {
    #expect(try limit(keys, history(total)).count == count)
  }

  @Test func `only scheduled snapshots count for the share`() throws {
    let others = ["2026-06-01 02:15 manual", "2026-06-02 02:15 manual", "2026-06-03 02:15 manual partial"]
    #expect(try limit("", history(6) + others).count == 3)
    #expect(try limit("", history(4) + ["2026-06-01 02:15 partial", "2026-06-02 02:15 unknown"]).count == 3)
  }

  @Test(arguments: [
    ("", 5, "2: `max_delete_ratio` is 50%, and there are 5"),
    ("max_delete_ratio: 0.25", 9, "2: `max_delete_ratio` is 25%, and there are 9"),
    ("", 20, "10 at a time, as `max_delete` says"), ("max_delete: 3", 20, "3 at a time, as `max_delete` says"),
  ])
  func `what sets the limit is told`(_ keys: String, _ total: Int, words: String) throws {
    #expect(try limit(keys, history(total)).description == words)
  }
}
