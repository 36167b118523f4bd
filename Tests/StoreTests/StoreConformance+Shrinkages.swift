// Shrinkages: which snapshots are noted to hold less than their bases, what outlives these, and what a person accepts.

import Engine
import Foundation
import Spec
import Store
import Support
import Testing

extension StoreConformance {
  /// A snapshot of so many files and bytes.
  private func sized(
    _ number: Int, _ files: Int64?, _ bytes: Int64? = 1_000_000, on base: Int? = nil,
    _ status: SnapshotStatus = .success,
    kind: SnapshotKind = .scheduled
  ) throws -> Snapshot {
    var stats = SnapshotStats()
    stats.files = files
    stats.apparentSizeBytes = bytes
    let base = try base.map { SnapshotBase(kind: "scheduled", name: try snapshotID($0).name.description, path: "p") }
    return Snapshot(
      host: try host("web-1"), id: try snapshotID(number, kind), status: status, startedAt: later(number), base: base,
      stats: stats)
  }

  /// The noted shrinkages: `2: 12 of 10000 files, 1000000 of 1000000 bytes`.
  private func noted(_ store: Store) async throws -> [String] {
    func shown(_ figure: Int64?) -> String { figure.map(String.init) ?? "?" }
    return try await store.sizeHistory(of: try host("web-1")).shrinkages.sorted { $0.id < $1.id }.map {
      let second = Int($0.id.name.startedAt.timeIntervalSince1970) % 60
      return "\(second): \(shown($0.size.files)) of \(shown($0.base.files)) files, "
        + "\(shown($0.size.bytes)) of \(shown($0.base.bytes)) bytes"
    }
  }

  @Test(arguments: DatabaseMaker.allCases)
  func `a good snapshot that holds a tenth less than its base is noted`(_ maker: DatabaseMaker) async throws {
    let samples: [(files: Int64?, bytes: Int64?, isNoted: Bool)] = [
      (12, 2_000_000, true), (9_000, 2_000_000, true), (9_001, 2_000_000, false), (10_000, 1_800_000, true),
      (10_000, 1_800_001, false), (20_000, 4_000_000, false), (0, 0, true), (nil, 1_800_000, true), (nil, nil, false),
      (-1, .min, false),
    ]
    for sample in samples {
      try await maker.withStore { store in
        try await store.record(try sized(1, 10_000, 2_000_000), at: noon)
        try await store.record(try sized(2, sample.files, sample.bytes, on: 1), at: noon)
        #expect(try await noted(store).isEmpty == !sample.isNoted, "\(sample)")
      }
    }
  }

  @Test(arguments: DatabaseMaker.allCases)
  func `what is not good, has no base, or a base of a few files, is not noted`(_ maker: DatabaseMaker) async throws {
    try await maker.withStore { store in
      try await store.record(try sized(1, 10_000), at: noon)
      try await store.record(try sized(2, 12, on: 1, .partial), at: noon)
      try await store.record(try sized(3, 12, on: 9), at: noon)
      try await store.record(try sized(4, 12), at: noon)
      try await store.record(try sized(5, 9), at: noon)
      try await store.record(try sized(6, 1, on: 5), at: noon)
      #expect(try await noted(store) == [])
      try await store.record(try sized(7, 12, on: 1, .warning), at: noon)
      try await store.record(try sized(8, 12, on: 1, kind: .manual), at: noon)
      #expect(
        try await noted(store) == [
          "7: 12 of 10000 files, 1000000 of 1000000 bytes", "8: 12 of 10000 files, 1000000 of 1000000 bytes",
        ])
    }
  }

  @Test(arguments: DatabaseMaker.allCases)
  func `of a base of a few files the bytes count, if they are many`(_ maker: DatabaseMaker) async throws {
    let samples: [(base: Int64, files: Int64, bytes: Int64, isNoted: Bool)] = [
      (800_000_000_000, 5, 20_000, true), (800_000_000_000, 1, 800_000_000_000, false), (100_000, 5, 20_000, false),
      (100_000, 0, 0, false),
    ]
    for sample in samples {
      try await maker.withStore { store in
        try await store.record(try sized(1, 5, sample.base), at: noon)
        try await store.record(try sized(2, sample.files, sample.bytes, on: 1), at: noon)
        #expect(try await noted(store).isEmpty == !sample.isNoted, "\(sample)")
      }
    }
  }

  @Test(arguments: DatabaseMaker.allCases)
  func `a purge forgets a snapshot's pin and hands its note on, as any removal does`(
    _ maker: DatabaseMaker
  ) async throws {
    try await maker.withStore { store in
      let web = try host("web-1")
      let removed = try snapshotID(2)
      try await store.record(try sized(1, 10_000), at: noon)
      try await store.record(try sized(2, 4_000, on: 1), at: noon)
      try await store.record(try sized(3, 3_900, on: 2), at: noon)
      try await store.pin(removed, of: web, SnapshotPin(reason: nil, until: nil, actor: "alice", pinnedAt: noon))
      let purge = Purge(
        host: web, kind: .scheduled, name: removed.name.description, path: removed.description, reason: "because",
        action: .cli, actor: "alice", at: later(60))
      try await store.recordPurge(purge, of: removed)
      #expect(try await store.pins(of: web).isEmpty)
      #expect(try await noted(store) == ["3: 4000 of 10000 files, 1000000 of 1000000 bytes"])
      #expect(try await store.snapshots(of: web).count == 2)
    }
  }

  @Test(arguments: DatabaseMaker.allCases)
  func `discovery notes shrinkages in whatever order snapshots are found`(_ maker: DatabaseMaker) async throws {
    try await maker.withStore { store in
      let web = try host("web-1")
      _ = try await store.replaceSnapshots(
        of: web, with: [try sized(3, 4_000, on: 2), try sized(2, 9_000, on: 1), try sized(1, 10_000)], at: noon)
      let expected = [
        "2: 9000 of 10000 files, 1000000 of 1000000 bytes", "3: 4000 of 9000 files, 1000000 of 1000000 bytes",
      ]
      #expect(try await noted(store) == expected)
      // The base has gone: what was noted of the one made against it stays. Metadata that are put right count.
      _ = try await store.replaceSnapshots(of: web, with: [try sized(3, 4_000, on: 2), try sized(1, 10_000)], at: noon)
      #expect(try await noted(store) == [expected[1]])
      _ = try await store.replaceSnapshots(
        of: web, with: [try sized(3, 8_900, on: 2), try sized(2, 9_000, on: 1), try sized(1, 10_000)], at: noon)
      #expect(try await noted(store) == [expected[0]])
    }
  }

  @Test(arguments: DatabaseMaker.allCases)
  func `the first bad snapshot's note goes on to the next that holds as little`(_ maker: DatabaseMaker) async throws {
    try await maker.withStore { store in
      let web = try host("web-1")
      try await store.record(try sized(1, 10_000), at: noon)
      try await store.record(try sized(2, 4_000, on: 1), at: noon)
      try await store.record(try sized(3, 3_900, on: 2), at: noon)
      try await store.record(try sized(4, 9_900, on: 3), at: noon)
      try await store.removeSnapshot(host: web, id: try snapshotID(2))
      #expect(try await noted(store) == ["3: 4000 of 10000 files, 1000000 of 1000000 bytes"])
      try await store.record(try sized(5, 9_900, on: 4), at: noon)
      #expect(try await noted(store).count == 1, "it is not compared with what is not there")
      try await store.removeSnapshot(host: web, id: try snapshotID(3))
      #expect(try await noted(store) == [], "the next one is whole again")
    }
  }

  @Test(arguments: DatabaseMaker.allCases)
  func `of two notes the larger one stays`(_ maker: DatabaseMaker) async throws {
    try await maker.withStore { store in
      let web = try host("web-1")
      try await store.record(try sized(1, 10_000), at: noon)
      try await store.record(try sized(2, 6_000, on: 1), at: noon)
      try await store.record(try sized(3, 1_000, on: 2), at: noon)
      try await store.removeSnapshot(host: web, id: try snapshotID(2))
      #expect(try await noted(store) == ["3: 1000 of 6000 files, 1000000 of 1000000 bytes"])
    }
  }

  @Test(arguments: DatabaseMaker.allCases)
  func `what a person has accepted is remembered, told as an event, and not handed on`(
    _ maker: DatabaseMaker
  ) async throws {
    try await maker.withStore { store in
      let web = try host("web-1")
      try await store.record(try sized(1, 10_000), at: noon)
      try await store.record(try sized(2, 12, on: 1), at: noon)
      try await store.record(try sized(3, 12, on: 2), at: noon)
      #expect(try await store.sizeHistory(of: web).acceptedUpTo == nil)
      for number in [1, 2] {
        try await store.acceptShrinkage(
          of: web, upTo: try snapshotID(number).name, reason: number == 2 ? "moved" : nil, by: "alice",
          at: later(number))
      }
      #expect(try await store.sizeHistory(of: web).acceptedUpTo == (try snapshotID(2).name))
      let event = try #require(try await store.events(host: web, limit: 1).first)
      #expect(event.reason == "shrinkage_accepted")
      #expect(event.message.hasPrefix("alice has accepted that web-1 holds what it holds in "))
      #expect(event.message.hasSuffix(": moved"))
      try await store.removeSnapshot(host: web, id: try snapshotID(2))
      #expect(try await noted(store) == [])
    }
  }

  @Test(arguments: DatabaseMaker.allCases)
  func `plans read how hosts have shrunk, with the sizes of good snapshots where they have`(
    _ maker: DatabaseMaker
  ) async throws {
    try await maker.withStore { store in
      let web = try host("web-1")
      let other = try host("web-2")
      try await store.record(try sized(1, 10_000), at: noon)
      try await store.record(Snapshot(host: other, id: try snapshotID(1), status: .success, startedAt: noon), at: noon)
      for isRange in [true, false] {
        let recorded = try await store.recorded(of: [web, other], isRange: isRange)
        #expect(recorded[web]?.sizes == SizeHistory())
        #expect(recorded[other]?.sizes == SizeHistory())
      }
      try await store.record(try sized(2, 12, nil, on: 1), at: noon)
      try await store.record(try sized(3, 5, on: 2, .partial), at: noon)
      var expected = SizeHistory()
      let (whole, rest) = (SnapshotSize(files: 10_000, bytes: 1_000_000), SnapshotSize(files: 12, bytes: nil))
      expected.shrinkages = [Shrinkage(id: try snapshotID(2), size: rest, base: whole)]
      expected.sizes = [try snapshotID(1): whole, try snapshotID(2): rest]
      for isRange in [true, false] {
        #expect(try await store.recorded(of: [web, other], isRange: isRange)[web]?.sizes == expected)
      }
    }
  }
}
