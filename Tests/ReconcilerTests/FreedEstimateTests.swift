// What a prune frees at most, told from the snapshots' figures: tables of chains, and a model of files to compare with.

import Engine
import Foundation
import Spec
import Store
import Support
import Testing

@testable import Reconciler

struct FreedEstimateTests {
  /// A snapshot of a chain by its letter: `b a 110 20` is made against `a`, holds 110 bytes and brought 20; `-` stands
  /// for what is not known.
  private func snapshot(_ text: String) throws -> Snapshot {
    let words = text.split(separator: " ").map(String.init)
    var stats = SnapshotStats()
    stats.apparentSizeBytes = Int64(words[2])
    stats.uniqueApparentSizeBytes = Int64(words[3])
    let base = try words[1] == "-" ? nil : id(words[1])
    return Snapshot(
      host: try HostName(text: "web-1"), id: try id(words[0]), status: .success,
      startedAt: try time("2026-05-19 02:15"),
      base: base.map { SnapshotBase(kind: $0.kind.rawValue, name: $0.name.description, path: "") }, stats: stats)
  }

  private func id(_ letter: String) throws -> SnapshotID {
    SnapshotID(kind: .scheduled, name: try #require(SnapshotName("20260519-021500Z__\(letter)")))
  }

  @Test(
    arguments: [
      // The oldest, whose data the next have: what it alone had goes.
      (["a - 100 100", "b a 100 10", "c b 100 10"], ["a"], 10),
      // What came with the second and went before the third.
      (["a - 100 100", "b a 110 20", "c b 105 5"], ["b"], 10),
      // Little came, much went: only what came can go, the rest is kept by the one before.
      (["a - 100 100", "b a 100 5", "c b 50 0"], ["b"], 5),
      // Its base is gone, so that what it found there is its own by now.
      (["b a 100 5", "c b 50 0"], ["b"], 50),
      // A stretch is taken together: what came with the first went after the second.
      (["a - 100 100", "b a 130 30", "c b 130 0", "d c 100 0"], ["b", "c"], 30),
      // Two stretches.
      (["a - 100 100", "b a 110 10", "c b 100 0", "d c 120 20", "e d 100 0"], ["b", "d"], 30),
      // The newest, which nothing follows.
      (["a - 100 100", "b a 107 7"], ["b"], 7),
      // Two were made against it, and what either has stays.
      (["a - 100 100", "b a 50 0", "c a 90 0"], ["a"], 10),
      // All of them.
      (["a - 100 100", "b a 110 20"], ["a", "b"], 120),
      ([], [], 0), (["a - 100 100"], [], 0),
      // One bound is enough.
      (["a - 100 100", "b a - 7", "c b 100 0"], ["b"], 7), (["a - 100 100", "b a 100 -", "c b 80 0"], ["b"], 20),
    ] as [([String], [String], Int64)])
  func `no more goes than has come, and than what follows lacks`(
    _ snapshots: [String], _ dropped: [String], freed: Int64
  ) throws {
    let found = FreedEstimate.upperBound(dropping: Set(try dropped.map(id)), of: try snapshots.map(snapshot))
    #expect(found == freed)
  }

  @Test(arguments: [["a - 100 100", "b a - -", "c b 100 0"], ["b a - 20", "c b 100 0"]])
  func `without figures nothing is told`(_ snapshots: [String]) throws {
    #expect(FreedEstimate.upperBound(dropping: [try id("b")], of: try snapshots.map(snapshot)) == nil)
  }

  /// Files that come and go at random, of which each snapshot shares with its base what is still there: what goes is
  /// never more than the estimate.
  @Test func `the estimate is never exceeded`() throws {
    let seed = freshSeed("freed")
    for index in 0..<300 {
      var random = SeededGenerator(seed: seed &+ UInt64(index))
      var sizes: [Int: Int64] = [:]
      var contents: [String: Set<Int>] = [:]
      var snapshots: [Snapshot] = []
      var letters: [String] = []
      for number in 0..<Int.random(in: 2...12, using: &random) {
        let letter = "s\(number)"
        // Mostly against the newest, now and then against an earlier one.
        let base = random.chance(3, in: 4) ? letters.last : letters.randomElement(using: &random)
        let shared = (base.flatMap { contents[$0] } ?? []).sorted().filter { _ in random.chance(3, in: 4) }
        var new: Set<Int> = []
        for _ in 0..<Int.random(in: 0...5, using: &random) {
          let file = sizes.count
          sizes[file] = Int64.random(in: 1...1000, using: &random)
          new.insert(file)
        }
        let all = new.union(shared)
        let size = all.reduce(0) { $0 + (sizes[$1] ?? 0) }
        let unique = new.reduce(0) { $0 + (sizes[$1] ?? 0) }
        contents[letter] = all
        letters.append(letter)
        snapshots.append(try snapshot("\(letter) \(base ?? "-") \(size) \(unique)"))
      }
      // Two prunes, one after the other: with the second, bases are gone.
      for round in 0..<2 {
        let dropped = Set(contents.keys.sorted().filter { _ in random.chance(1, in: 2) })
        let kept = contents.filter { !dropped.contains($0.key) }
        let held = kept.values.reduce(into: Set<Int>()) { $0.formUnion($1) }
        let gone = contents.values.reduce(into: Set<Int>()) { $0.formUnion($1) }.subtracting(held)
        let freed = gone.reduce(0) { $0 + (sizes[$1] ?? 0) }
        let ids = Set(try dropped.map(id))
        let bound = try #require(FreedEstimate.upperBound(dropping: ids, of: snapshots))
        #expect(freed <= bound, "round \(round) of case \(index) of seed \(seed)")
        contents = kept
        snapshots.removeAll { ids.contains($0.id) }
      }
    }
  }
}
