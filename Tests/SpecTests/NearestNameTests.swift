// The nearest name: what counts as a slip, what is too far, and what wins a tie.

import Testing

@testable import Spec

@Suite("Nearest name")
struct NearestNameTests {
  private static let keys = ["cron", "hosts", "retention", "schedules", "keep_daily", "keep_weekly", "max_age"]

  @Test(
    "a slip is seen through",
    arguments: [
      ("retention", "retention"),
      ("retenton", "retention"),
      ("retentiion", "retention"),
      ("retintion", "retention"),
      ("retnetion", "retention"),
      ("Retention", "retention"),
      ("SCHEDULES", "schedules"),
      ("schedule", "schedules"),
      ("host", "hosts"),
      ("hsots", "hosts"),
      ("corn", "cron"),
      ("keep-daily", "keep_daily"),
      ("keepdaily", "keep_daily"),
      ("kep_dialy", "keep_daily"),
      ("maxage", "max_age"),
    ])
  func near(word: String, expected: String) {
    #expect(nearest(to: word, among: Self.keys) == expected)
  }

  @Test(
    "what is near to nothing has no suggestion", arguments: ["", "x", "cr", "excludes", "keep_hourly_or_so", "héllo"])
  func far(word: String) {
    #expect(nearest(to: word, among: Self.keys) == nil)
  }

  @Test(
    "one slip for each three letters, and one for a short word",
    arguments: [
      ("a", "ab", true), ("ab", "cd", false), ("abc", "abd", true), ("abc", "add", false), ("abcde", "abcxy", false),
      ("abcdef", "abcdxy", true), ("abcdef", "abcxyz", false), ("abcdefghi", "abcdefxyz", true),
    ])
  func limit(word: String, candidate: String, isNear: Bool) {
    #expect(nearest(to: word, among: [candidate]) == (isNear ? candidate : nil))
  }

  @Test("a swap of neighbours is one slip, not two")
  func swap() {
    #expect(nearest(to: "ab", among: ["ba"]) == "ba")
    #expect(nearest(to: "abc", among: ["ca"]) == nil)
  }

  @Test("the nearer wins, then the one that sorts first, in whatever order they come")
  func ties() {
    #expect(nearest(to: "mab", among: ["xxab", "maa", "mac"].reversed()) == "maa")
    #expect(nearest(to: "mab", among: Set(["mac", "maa", "mad"])) == "maa")
    #expect(nearest(to: "keep_dayly", among: ["keep_daly", "keep_daily"]) == "keep_daily")
    #expect(nearest(to: "any", among: []) == nil)
  }
}
