// The oracle of the clone strategy: whatever happens to a host between two backups, a cloned snapshot equals what rsync
// makes with `--link-dest`, and no earlier snapshot ever changes.

import Engine
import Foundation
import Glibc
import Spec
import Support
import Testing

@Suite struct CloneOracleTests {
  /// Sequences that failed once.
  private static let knownSeeds: [UInt64] = []

  private static let steps = 16

  /// `POBSYNC_CLONE_SEED` repeats one sequence, `POBSYNC_CLONE_SEQUENCES` sets how many new ones there are.
  private static let seeds: [UInt64] = {
    let environment = ProcessInfo.processInfo.environment
    if let seed = environment["POBSYNC_CLONE_SEED"].flatMap(UInt64.init) { return [seed] }
    let count = environment["POBSYNC_CLONE_SEQUENCES"].flatMap(UInt64.init) ?? 20
    let first = freshSeed("clone-oracle")
    return knownSeeds + (0..<count).map { first &+ $0 }
  }()

  @Test(arguments: seeds)
  func `a cloned snapshot equals that of link_dest, and earlier ones stay as they were`(_ seed: UInt64) async throws {
    let setting = GeneratedSequence.Setting(seed: seed)
    // A host's own list is what surveys are made of; the dry run is for hosts that give none.
    let surveying = [Surveying.byDryRun, .byListingAlone, .byListing, .byListing][Int(seed % 4)]
    try await withTwinFixture(source: setting.source, surveying: surveying) { twins in
      var sequence = try GeneratedSequence(seed: seed, twins: twins)
      for step in 0..<Self.steps {
        do {
          let problems = try await sequence.problems(atStep: step)
          if problems.isEmpty { continue }
          Issue.record("\(sequence.story)\n\(problems.prefix(20).joined(separator: "\n"))")
        } catch {
          Issue.record("\(sequence.story)\n\(error)")
        }
        // What comes after is a consequence.
        return
      }
      print("cloned: seed \(seed), \(setting), \(surveying): \(sequence.changes) changes in \(Self.steps) backups")
    }
  }

  private static let rows = 4

  @Test(arguments: 0..<rows) func `a change of each kind arrives alone`(row: Int) async throws {
    let seed = freshSeed("clone-kinds-\(row)")
    try await withTwinFixture { twins in
      var mutations = TreeMutations(tree: try twins.tree, seed: seed)
      try mutations.populate()
      var history = SnapshotHistory()
      try await twins.backUpAndCompare()
      for kind in TreeMutation.possible.enumerated().filter({ $0.offset % Self.rows == row }).map(\.element) {
        // What makes room for a change is drawn too, and does not always.
        var made: String?
        for _ in 0..<10 where made == nil { made = try mutations.apply(kind) }
        guard let change = made else {
          #expect(kind.isOfAttributes, "seed \(seed): there was nothing to make of \(kind)")
          continue
        }
        try await twins.backUpAndCompare(isCloned: true, "seed \(seed): \(change)")
        try history.expectUnchanged(in: twins.clone, "seed \(seed): \(change)")
      }
    }
  }

  @Test func `an entry of any kind becomes one of any other`() async throws {
    try await withTwinFixture { twins in
      let tree = try twins.tree
      var mutations = TreeMutations(tree: tree, seed: 1)
      let pairs = TreeMutations.kinds.flatMap { old in TreeMutations.kinds.map { (old, $0) } }.filter { $0 != $1 }
      func path(_ old: mode_t, _ new: mode_t) -> RawPath { RawPath("from-\(old)-to-\(new)") }
      for (old, new) in pairs {
        try mutations.make(old, path(old, new))
        // Another name of the same, which stays.
        guard old != S_IFDIR else { continue }
        try tree.makeHardLink(RawPath("stays-\(old)-\(new)"), to: path(old, new))
      }
      var history = SnapshotHistory()
      try await twins.backUpAndCompare()
      try history.expectUnchanged(in: twins.clone)
      for (old, new) in pairs {
        try tree.remove(path(old, new))
        try mutations.make(new, path(old, new))
      }
      try await twins.backUpAndCompare(isCloned: true)
      try history.expectUnchanged(in: twins.clone)
    }
  }

  @Test func `directories as deep and as wide as they come`() async throws {
    try await withTwinFixture { twins in
      let tree = try twins.tree
      let deep = RawPath(Array(repeating: "d", count: 260).joined(separator: "/"))
      try tree.makeFile(deep.appending("bottom"))
      for number in 0..<1_500 { try tree.makeFile(RawPath("wide/\(number)")) }
      for number in 0..<300 { try tree.makeFile(RawPath("many/\(number)/file")) }
      var history = SnapshotHistory()
      try await twins.backUpAndCompare()
      try history.expectUnchanged(in: twins.clone)
      try tree.write("changed", to: deep.appending("bottom"))
      try tree.write("changed", to: "wide/700")
      try tree.remove("wide/701")
      try tree.remove("many/150")
      try tree.rename("many/151", to: deep.appending("moved"))
      try await twins.backUpAndCompare(isCloned: true)
      try history.expectUnchanged(in: twins.clone)
    }
  }

  @Test func `nothing but the root directory changes`() async throws {
    try await withTwinFixture { twins in
      let tree = try twins.tree
      try tree.makeFile("directory/file")
      try tree.setTime("", seconds: 1_600_000_000, nanoseconds: 1)
      var history = SnapshotHistory()
      try await twins.backUpAndCompare()
      let changes: [() throws -> Void] = [
        { try tree.setTime("", seconds: 1_600_000_000, nanoseconds: 2) },
        { try tree.chmod("", 0o751) },
        { _ = try tree.setAttribute("user.a", [1], on: "") },
        { _ = try tree.removeAttribute("user.a", from: "") },
      ]
      for (step, change) in changes.enumerated() {
        try history.expectUnchanged(in: twins.clone, "before step \(step)")
        try change()
        let pair = try await twins.backUpAndCompare(isCloned: true, "step \(step)")
        #expect(pair.clone.stats.literalDataBytes == 0, "step \(step)")
      }
      try history.expectUnchanged(in: twins.clone)
    }
  }

  /// A POSIX ACL without names, as the kernel takes it (linux/posix_acl_xattr.h).
  private static func list(owner: UInt8, group: UInt8, mask: UInt8, other: UInt8) -> [UInt8] {
    [2, 0, 0, 0]
      + [(1, owner), (4, group), (16, mask), (32, other)].flatMap { [$0.0, 0, $0.1, 0, 0xff, 0xff, 0xff, 0xff] }
  }

  @Test(arguments: [Surveying.byListing, .byDryRun])
  func `an access list with a mask and without names is one`(_ surveying: Surveying) async throws {
    try await withTwinFixture(surveying: surveying) { twins in
      let tree = try twins.tree
      try tree.write("some", to: "file")
      try tree.makeDirectory("directory")
      try tree.chmod("file", 0o654)
      let narrow = Self.list(owner: 7, group: 5, mask: 5, other: 0)
      guard try tree.setAttribute("system.posix_acl_default", narrow, on: "directory") else { return }
      var history = SnapshotHistory()
      try await twins.backUpAndCompare()
      let wide = Self.list(owner: 7, group: 7, mask: 5, other: 0)
      let changes: [() throws -> Void] = [
        {
          _ = try tree.setAttribute(
            "system.posix_acl_access", Self.list(owner: 6, group: 7, mask: 5, other: 4), on: "file")
        },
        { _ = try tree.setAttribute("system.posix_acl_default", wide, on: "directory") },
        {},
        { _ = try tree.removeAttribute("system.posix_acl_access", from: "file") },
      ]
      for (step, change) in changes.enumerated() {
        try history.expectUnchanged(in: twins.clone, "before step \(step)")
        try change()
        try await twins.backUpAndCompare(isCloned: true, "step \(step)")
      }
      try history.expectUnchanged(in: twins.clone)
    }
  }

  @Test func `an emptied source makes an empty snapshot, and a filled one a full`() async throws {
    try await withTwinFixture { twins in
      var mutations = TreeMutations(tree: try twins.tree, seed: 2)
      var history = SnapshotHistory()
      for isFull in [true, false, true] {
        if isFull {
          try mutations.populate()
        } else {
          for name in try entries(ofDirectory: RawPath(twins.clone.source)) { try twins.tree.remove(name) }
        }
        let pair = try await twins.backUpAndCompare()
        try history.expectUnchanged(in: twins.clone)
        let count = try twins.clone.fingerprint(pair.clone).entries.count
        #expect((count > 1) == isFull)
      }
    }
  }

  /// rsync forgets the attributes of a link or a node that it makes anew because of something else, if `--link-dest`
  /// holds one with equal attributes; the backup after that brings them back.
  @Test(.enabled(if: TreeBuilder.isPrivileged, "only root can give links and nodes attributes"))
  func `attributes of links and nodes come back at the latest with the next backup`() async throws {
    try await withTwinFixture { twins in
      let tree = try twins.tree
      try tree.makeLink("link", to: "nowhere")
      try tree.makeFifo("fifo")
      try tree.makeCharacterDevice("device", minor: 3)
      let all: [RawPath] = ["link", "fifo", "device"]
      for path in all { #expect(try tree.setAttribute("trusted.a", [1], on: path)) }
      try await twins.backUpAndCompare()
      try await twins.backUpAndCompare(isCloned: true)
      for path in all { #expect(try tree.setAttribute("trusted.a", [2], on: path)) }
      try await twins.backUpAndCompare(isCloned: true)

      for path in all { try tree.setTime(path, seconds: 1_600_000_000) }
      let pair = try await twins.backUp()
      let isAsLinked = try twins.problems(pair, equalToSource: false).isEmpty
      let isAsSource = try twins.differencesFromSource(twins.clone.fingerprint(pair.clone)).isEmpty
      #expect(isAsLinked || isAsSource)
      let next = try await twins.backUp()
      let differences = try twins.differencesFromSource(twins.clone.fingerprint(next.clone))
      #expect(differences == [])
    }
  }
}

/// The backups of one seed: what happens to the host from one to the next, and what must hold after each.
private struct GeneratedSequence {
  private let seed: UInt64
  private let setting: Setting
  private let twins: TwinFixture
  private var mutations: TreeMutations
  private var generator: SeededGenerator
  private var history = SnapshotHistory()
  private var patterns = Patterns.none
  /// What happened before the last backup, with all that is needed to make it happen again.
  private(set) var story = ""
  private(set) var changes = 0

  init(seed: UInt64, twins: TwinFixture) throws {
    self.seed = seed
    self.twins = twins
    setting = Setting(seed: seed)
    mutations = TreeMutations(tree: try twins.tree, seed: seed)
    generator = SeededGenerator(seed: ~seed)
  }

  /// Changes the host, backs it up, and says what is not as it should be. At every eighth step nothing changes.
  mutating func problems(atStep step: Int) async throws -> [String] {
    story = "POBSYNC_CLONE_SEED=\(seed), step \(step), \(setting)"
    let isQuiet = step % 8 == 7
    if step == 0 {
      try mutations.populate()
    } else if !isQuiet {
      try change()
    }
    let pair = try await twins.backUp(setting.keys + patterns.keys)
    var problems = try twins.problems(pair, equalToSource: patterns.isEmpty)
    problems += try history.changes(in: twins.clone)
    problems += try problemsOfItself(pair.clone, isFirst: step == 0)
    if isQuiet { problems += try problemsOfQuiet(pair.clone) }
    return problems
  }

  private mutating func change() throws {
    let done = try mutations.step()
    changes += done.count
    if setting == .patterns && generator.chance(1, in: 2) {
      patterns = Patterns.all.randomElement(using: &generator) ?? .none
    }
    story += "\nchanges: \(done.joined(separator: "\n  "))\npatterns: \(patterns.keys)"
  }

  /// The first has no base to be cloned from, which is nothing to be noted.
  private func problemsOfItself(_ snapshot: Snapshot, isFirst: Bool) throws -> [String] {
    var problems: [String] = []
    if snapshot.strategy != (isFirst ? "link_dest" : "clone") {
      problems.append("made with \(snapshot.strategy ?? "nothing"): \(snapshot.note ?? "no note")")
    }
    if snapshot.status != .success || snapshot.note != nil {
      problems.append("it is a \(snapshot.status): \(snapshot.note ?? "no note")")
    }
    if !isFirst && snapshot.surveyedAt == nil { problems.append("nothing says when the survey began") }
    let unfinished = try entries(ofDirectory: RawPath(twins.clone.directory.incomplete))
    return problems + unfinished.map { "still in .incomplete: \($0)" }
  }

  private func problemsOfQuiet(_ snapshot: Snapshot) throws -> [String] {
    guard let base = snapshot.base?.id else { return ["it has no base"] }
    let made = try twins.clone.fingerprint(snapshot)
    let before = try TreeFingerprint(of: twins.clone.directory.data(of: base), .immutable)
    let shared = made.shared(with: before)
    let others = made.entries.filter { $0.kind != .directory && !shared.contains($0.path) }
    let transferred = (snapshot.stats.transferredFiles ?? -1, snapshot.stats.literalDataBytes ?? -1)
    return others.map { "not shared although nothing has changed: \($0.path)" }
      + (transferred == (0, 0) ? [] : ["although nothing has changed, \(transferred) files and bytes were transferred"])
  }
}

extension GeneratedSequence {
  /// How the host is declared.
  enum Setting: String, CaseIterable {
    case plain, patterns, oneFileSystem, oddRoot, compressed

    init(seed: UInt64) { self = Self.allCases[Int(seed % UInt64(Self.allCases.count))] }

    var source: String { self == .oddRoot ? "odd $(touch pwned) 'root'; x" : "source" }

    var keys: [String] {
      switch self {
      case .oneFileSystem: ["rsync: {one_file_system: true}"]
      case .compressed: ["rsync: {compress: true}"]
      default: []
      }
    }
  }

  /// What the host's spec takes in and leaves out.
  fileprivate struct Patterns {
    var includes: [String] = []
    var excludes: [String] = []

    static let none = Patterns()
    static let all = [
      none, Patterns(excludes: ["*.log"]), Patterns(excludes: ["*.tmp", "/d1"]), Patterns(excludes: ["cache-*"]),
      Patterns(excludes: ["*/"]), Patterns(includes: ["/d1/*.log"], excludes: ["/d1/*"]),
      Patterns(includes: ["*/", "*.log", "cache-*"], excludes: ["*"]), Patterns(excludes: ["**/d2/**"]),
      Patterns(excludes: ["[a-m0-4]*"]), Patterns(includes: ["within-0"], excludes: ["within-*", "d4/"]),
    ]

    var isEmpty: Bool { excludes.isEmpty }

    var keys: [String] {
      let lists = [("includes", includes), ("excludes", excludes)].filter { !$0.1.isEmpty }
      return lists.map { name, patterns in "\(name): [\(patterns.map { "'\($0)'" }.joined(separator: ", "))]" }
    }
  }
}
