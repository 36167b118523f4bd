// Hosts that change in the middle of a cloned backup, between survey and transfer: no earlier snapshot may change, and the
// new one holds each path as it was or as it became.

import Engine
import Foundation
import Glibc
import Spec
import Support
import Testing

@Suite struct CloneRaceTests {
  private static let rows = 4

  /// With files that come with the survey, and with all of them after it.
  @Test(arguments: 0..<rows, [Surveying.byListing, .byListingAlone])
  func `a change of each kind between survey and transfer reaches no earlier snapshot`(
    row: Int, surveying: Surveying
  ) async throws {
    let seed = freshSeed("clone-races-\(row)")
    try await withTwinFixture(surveying: surveying) { twins in
      var mutations = TreeMutations(tree: try twins.tree, seed: seed)
      try mutations.populate()
      try await twins.backUpAndCompare()
      var history = SnapshotHistory()
      for kind in TreeMutation.possible.enumerated().filter({ $0.offset % Self.rows == row }).map(\.element) {
        try history.expectUnchanged(in: twins.clone, "seed \(seed), before \(kind)")
        let before = try mutations.step(atLeast: 4)
        let racing = Locked(mutations)
        let changes = Locked<[String]>([])
        let race = try await Race.run(twins) {
          let done = try racing.with { mutations in try mutations.interfere(kind) }
          changes.with { $0 = done }
        }
        mutations = racing.with { $0 }
        let story = """
          seed \(seed), \(kind)
          before: \(before.joined(separator: "\n  "))
          meanwhile: \(changes.with { $0 }.joined(separator: "\n  "))
          """
        let problems = try race.problems()
        #expect(problems == [], "\(story)")
        try history.expectUnchanged(in: twins.clone, story)
        try await race.expectNextIsWhole(story)
      }
    }
  }

  /// Changes that lead a careless program out of the clone, or let it write what an earlier snapshot shares.
  enum Snare: String, CaseIterable, Sendable {
    case directoryBecomesLinkToSnapshot, innerDirectoryBecomesLinkToSnapshot, directoryBecomesLinkOutside
    case directoryBecomesLinkToSibling, rootBecomesLinkOutside, rootVanishes, everythingVanishes
    case fileBecomesDirectory, directoryBecomesFile, newDirectoryBecomesFile, fileBecomesLinkToSnapshot
    case groupIsWritten, groupIsChowned, groupIsRelinked, groupVanishes
    case unchangedIsWritten, unchangedIsChmodded, changedIsLinkedToUnchanged, unchangedIsLinkedToChanged
    case leaderOfNewLinkChanges, newLinkBecomesFile, deletedComesBack, deletedComesBackAsDirectory

    /// Where nothing may be left to back up, a failure that says so is as good as a snapshot.
    var mayFail: Bool { [.rootBecomesLinkOutside, .rootVanishes, .everythingVanishes].contains(self) }
  }

  @Test(arguments: Snare.allCases, [Surveying.byListing, .byListingAlone])
  func `no snare leads out of the clone`(_ snare: Snare, _ surveying: Surveying) async throws {
    try await withTwinFixture(surveying: surveying) { twins in
      let tree = try twins.tree
      let outside = try TreeBuilder(at: twins.clone.scratch.path("outside"))
      try SnareScene.build(in: tree)
      try SnareScene.build(in: outside)
      let first = try await twins.backUpAndCompare()
      let canary = try TreeFingerprint(of: "\(outside.root)", .immutable)
      var history = SnapshotHistory()
      try history.expectUnchanged(in: twins.clone)
      try SnareScene.change(tree)
      let data = RawPath(try twins.clone.data(first.clone))
      let race = try await Race.run(twins) { try snare.lay(in: tree, snapshot: data, outside: outside.root) }
      let problems = try race.problems(mayFail: snare.mayFail)
      #expect(problems == [])
      try history.expectUnchanged(in: twins.clone)
      let canaryNow = try TreeFingerprint(of: "\(outside.root)", .immutable)
      #expect(canaryNow.differences(from: canary) == [])
      try snare.takeUp(in: tree)
      try await race.expectNextIsWhole("\(snare)")
      try history.expectUnchanged(in: twins.clone)
    }
  }

  @Test func `what vanishes before the transfer is a warning that names it`() async throws {
    try await withTwinFixture(surveying: .byListingAlone) { twins in
      let tree = try twins.tree
      try tree.makeFile("kept/file")
      try tree.makeFile("kept/changed")
      try await twins.backUpAndCompare()
      try tree.write("changed", to: "kept/changed")
      try tree.makeFile("kept/new-and-gone")
      let race = try await Race.run(twins) { try tree.remove("kept/new-and-gone") }
      let problems = try race.problems()
      #expect(problems == [])
      let snapshot = try race.outcome.get()
      #expect(snapshot.status == .warning)
      #expect(snapshot.note?.contains("new-and-gone") == true, "\(snapshot.note ?? "no note")")
      #expect(snapshot.note?.contains("kept/changed") == false)
      try await race.expectNextIsWhole("after a file vanished")
    }
  }

  @Test func `a new name of a file whose directory vanishes before the transfer is made all the same`() async throws {
    try await withTwinFixture { twins in
      let tree = try twins.tree
      try tree.makeFile("d/file")
      try await twins.backUpAndCompare()
      try tree.makeHardLink("other", to: "d/file")
      try tree.chmod("d", 0o711)
      let race = try await Race.run(twins) {
        try tree.remove("d")
        try tree.makeFifo("d")
      }
      let problems = try race.problems()
      #expect(problems == [])
      let snapshot = try race.outcome.get()
      let base = try #require(snapshot.base?.id)
      let (known, new) = (
        "\(try twins.clone.directory.data(of: base))/d/file", "\(try twins.clone.data(snapshot))/other"
      )
      #expect(try FileStatus(known).inode == FileStatus(new).inode)
      try await race.expectNextIsWhole("after a directory vanished")
    }
  }

  @Test func `with nothing to transfer the survey still comes to its end, and what changes then comes next time`()
    async throws
  {
    try await withTwinFixture { twins in
      let tree = try twins.tree
      try tree.makeFile("directory/file")
      let first = try await twins.backUpAndCompare()
      var history = SnapshotHistory()
      try history.expectUnchanged(in: twins.clone)
      let race = try await Race.run(twins) {
        try tree.write("written meanwhile", to: "directory/file")
        try tree.chmod("directory/file", 0o600)
      }
      let snapshot = try race.outcome.get()
      snapshot.expectCloned()
      let before = try twins.clone.fingerprint(first.clone).withoutInodes
      let made = try twins.clone.fingerprint(snapshot).withoutInodes
      #expect(made.differences(from: before) == [])
      try history.expectUnchanged(in: twins.clone)
      try await race.expectNextIsWhole("after a late change")
    }
  }

  private struct Stop: Error {}

  @Test func `a run that breaks off before the transfer leaves nothing, and the next is whole`() async throws {
    try await withTwinFixture { twins in
      let tree = try twins.tree
      try SnareScene.build(in: tree)
      try await twins.backUpAndCompare()
      var history = SnapshotHistory()
      try history.expectUnchanged(in: twins.clone)
      try SnareScene.change(tree)
      let race = try await Race.run(twins) { throw Stop() }
      guard case .failure = race.outcome else {
        Issue.record("the backup succeeded")
        return
      }
      let ids = try twins.clone.directory.snapshotIDs()
      #expect(ids.count == 1)
      try history.expectUnchanged(in: twins.clone)
      try await race.expectNextIsWhole("after a run that broke off")
    }
  }

  @Test func `a run that is cancelled before the transfer ends at once, and the next is whole`() async throws {
    try await withTwinFixture { twins in
      let tree = try twins.tree
      try SnareScene.build(in: tree)
      try await twins.backUpAndCompare()
      try SnareScene.change(tree)
      let hasBegun = Locked(false)
      let host = try twins.host(.clone)
      let task = Task {
        try await twins.clone.tryBackup(
          host,
          meanwhile: {
            hasBegun.with { $0 = true }
            try await poll(until: 60, "the end of the task") { Task.isCancelled }
          })
      }
      try await poll(until: 60, "the end of the survey") { hasBegun.with { $0 } }
      try await twins.clone.expectStopped(task)
      let ids = try twins.clone.directory.snapshotIDs()
      #expect(ids.count == 1)
      try await twins.withCopiedPast("past").backUpAndCompare(isCloned: true)
    }
  }
}

// MARK: - Snares

/// The tree in which snares are laid.
private enum SnareScene {
  static func build(in tree: TreeBuilder) throws {
    for directory: RawPath in ["d", "d/e", "other", "other/e", "gone-directory"] {
      try tree.makeDirectory(directory)
      for name: RawPath in ["kept", "changed"] {
        try tree.write("\(name) in \(directory)", to: directory.appending(name))
      }
    }
    for path: RawPath in ["unchanged", "gone", "group-1", "file"] { try tree.write("this is \(path)", to: path) }
    for path: RawPath in ["group-2", "d/group-3"] { try tree.makeHardLink(path, to: "group-1") }
    for (number, path) in try tree.paths().reversed().enumerated() {
      try tree.setTime(path, seconds: 1_600_000_000 + number, nanoseconds: number)
    }
  }

  /// What the survey finds.
  static func change(_ tree: TreeBuilder) throws {
    for path: RawPath in ["d/changed", "d/e/changed", "file", "d/new", "d/e/new"] {
      try tree.write("changed \(path)", to: path)
    }
    try tree.makeFile("d/new-directory/file")
    try tree.makeHardLink("d/new-link", to: "unchanged")
    for path: RawPath in ["gone", "gone-directory"] { try tree.remove(path) }
    // One of the group leaves it, so that the others are fetched with it.
    try tree.remove("group-1")
    try tree.write("no longer of the group", to: "group-1")
  }
}

extension CloneRaceTests.Snare {
  fileprivate func lay(in tree: TreeBuilder, snapshot: RawPath, outside: RawPath) throws {
    switch self {
    case .directoryBecomesLinkToSnapshot: try become("d", linkTo: snapshot.appending("d"), in: tree)
    case .innerDirectoryBecomesLinkToSnapshot: try become("d/e", linkTo: snapshot.appending("d/e"), in: tree)
    case .directoryBecomesLinkOutside: try become("d", linkTo: outside.appending("d"), in: tree)
    case .directoryBecomesLinkToSibling: try become("d", linkTo: "other", in: tree)
    case .fileBecomesLinkToSnapshot: try become("file", linkTo: snapshot.appending("file"), in: tree)
    case .rootBecomesLinkOutside, .rootVanishes: try moveRoot(of: tree, outside: outside)
    case .everythingVanishes: for name in try entries(ofDirectory: tree.root) { try tree.remove(name) }
    case .fileBecomesDirectory:
      try tree.remove("file")
      try tree.makeFile("file/within")
    case .directoryBecomesFile: try become("d", fileIn: tree)
    case .newDirectoryBecomesFile: try become("d/new-directory", fileIn: tree)
    case .deletedComesBack: try tree.write("back again", to: "gone")
    case .deletedComesBackAsDirectory: try tree.makeFile("gone/within")
    default: try layWithLinks(in: tree)
    }
  }

  private func layWithLinks(in tree: TreeBuilder) throws {
    switch self {
    case .groupIsWritten: try tree.write("the group is written", to: "d/group-3")
    case .groupIsChowned:
      try tree.chmod("group-2", 0o640)
      try tree.setTime("group-2", seconds: 1_500_000_000)
      if TreeBuilder.isPrivileged { try tree.chown("group-2", user: 4_711, group: 4_712) }
    case .groupIsRelinked:
      try tree.remove("d/group-3")
      try tree.makeHardLink("d/group-3", to: "unchanged")
    case .groupVanishes: for path: RawPath in ["group-1", "group-2", "d/group-3"] { try tree.remove(path) }
    case .unchangedIsWritten: try tree.write("no longer unchanged", to: "unchanged")
    case .unchangedIsChmodded: for path: RawPath in ["unchanged", "d/kept", "d/e/kept"] { try tree.chmod(path, 0o600) }
    case .changedIsLinkedToUnchanged:
      try tree.remove("d/changed")
      try tree.makeHardLink("d/changed", to: "d/kept")
    case .unchangedIsLinkedToChanged:
      try tree.remove("d/kept")
      try tree.makeHardLink("d/kept", to: "d/changed")
    case .leaderOfNewLinkChanges:
      try tree.write("leader of a new link", to: "unchanged")
      try tree.chmod("unchanged", 0o640)
    case .newLinkBecomesFile:
      try tree.remove("d/new-link")
      try tree.write("no link any more", to: "d/new-link")
    default: Issue.record("\(self) is no snare with links")
    }
  }

  /// Undoes what would leave no source for the next backup.
  fileprivate func takeUp(in tree: TreeBuilder) throws {
    guard self == .rootVanishes || self == .rootBecomesLinkOutside else { return }
    let root = TreeBuilder.aside(tree.root)
    if self == .rootBecomesLinkOutside { try removeTree(tree.root) }
    guard root.withCString({ old in tree.root.withCString { Glibc.rename(old, $0) } }) == 0 else {
      throw FileError("rename", root)
    }
  }

  private func become(_ path: RawPath, linkTo target: RawPath, in tree: TreeBuilder) throws {
    try tree.remove(path)
    try tree.makeLink(path, to: target)
  }

  private func become(_ path: RawPath, fileIn tree: TreeBuilder) throws {
    try tree.remove(path)
    try tree.write("a file now", to: path)
  }

  private func moveRoot(of tree: TreeBuilder, outside: RawPath) throws {
    let aside = TreeBuilder.aside(tree.root)
    guard tree.root.withCString({ old in aside.withCString { Glibc.rename(old, $0) } }) == 0 else {
      throw FileError("rename", tree.root)
    }
    guard self == .rootBecomesLinkOutside else { return }
    guard outside.withCString({ target in tree.root.withCString { symlink(target, $0) } }) == 0 else {
      throw FileError("symlink", tree.root)
    }
  }
}

extension TreeBuilder {
  fileprivate static func aside(_ root: RawPath) -> RawPath { RawPath(bytes: root.bytes + Array("-aside".utf8)) }
}

// MARK: - Races

/// A backup in whose middle the host changed.
private struct Race {
  typealias State = [RawPath: TreeFingerprint.Entry]

  let outcome: Result<Snapshot, BackupFailure>
  private let twins: TwinFixture
  private let idsBefore: Set<SnapshotID>
  /// The source when the survey was made.
  private let surveyed: State
  /// The source when the transfer was made.
  private let changed: State

  static func run(_ twins: TwinFixture, _ change: @escaping @Sendable () throws -> Void) async throws -> Race {
    let ids = try twins.clone.directory.snapshotIDs()
    let source = twins.clone.source
    let surveyed = try state(of: source)
    let changed = Locked<State?>(nil)
    let result = try await twins.clone.tryBackup(
      try twins.host(.clone),
      meanwhile: {
        defer {
          let now = try? state(of: source)
          changed.with { $0 = now }
        }
        try change()
      })
    let seen = changed.with { $0 }
    return Race(
      outcome: result.outcome, twins: twins, idsBefore: ids, surveyed: surveyed,
      changed: try #require(seen, "nothing told of the end of the survey"))
  }

  /// A tree without its hard links, which a snapshot of two moments may have otherwise than either; nothing if it is gone.
  private static func state(of path: String) throws -> State {
    guard try status(of: RawPath(path)) != nil else { return [:] }
    var options = TreeFingerprint.Options.backup
    options.hardLinks = false
    return try TreeFingerprint(of: path, options).byPath
  }

  /// In what the outcome is not one of those that may be, a line each.
  func problems(mayFail: Bool = false) throws -> [String] {
    switch outcome {
    case .success(let snapshot):
      let made = try Self.state(of: twins.clone.data(snapshot))
      let base = try snapshot.base?.id.map { id in try Self.state(of: twins.clone.directory.data(of: id)) } ?? [:]
      var problems =
        snapshot.strategy == "clone" ? [] : ["\(snapshot.strategy ?? "nothing"): \(snapshot.note ?? "no note")"]
      for path in Set(made.keys).union(surveyed.keys).union(changed.keys).sorted() {
        if let problem = problem(at: path, made: made, base: base, status: snapshot.status) { problems.append(problem) }
      }
      return problems
    case .failure(let failure):
      let ids = try twins.clone.directory.snapshotIDs()
      return (mayFail ? [] : ["it failed: \(failure)"]) + (ids == idsBefore ? [] : ["it failed and left \(ids)"])
    }
  }

  private func problem(at path: RawPath, made: State, base: State, status: SnapshotStatus) -> String? {
    let (now, then, later) = (made[path], surveyed[path], changed[path])
    if now == nil, let then, then.kind != .directory, then != base[path], status == .success,
      made[path.parent]?.kind == .directory
    {
      return "\(path): it was to be fetched and is missing, and nothing says so"
    }
    if now == then || now == later { return nil }
    // What could not be fetched as it was any more, and is said to be missing.
    if now == nil && then != later && status != .success { return nil }
    // A directory that was to get other attributes, and is no directory any more.
    if now?.kind == .directory && now == base[path] && later?.kind != .directory { return nil }
    if let now, isSeenThroughLink(now) { return nil }
    let states = [("is", now), ("was", then), ("became", later)]
    return "\(path): " + states.map { word, entry in "\(word) \(Self.text(entry))" }.joined(separator: ", ")
  }

  /// Whether an entry is what the host shows under its path through a link that has taken a directory's place: rsync
  /// follows links on the way to the names that it is given.
  private func isSeenThroughLink(_ entry: TreeFingerprint.Entry) -> Bool {
    let isBehindLink = changed.values.contains { $0.kind == .link && entry.path.isWithin($0.path) }
    var info = stat()
    let place = RawPath(twins.clone.source).appending(entry.path)
    guard isBehindLink, place.withCString({ stat($0, &info) }) == 0 else { return false }
    return info.st_mode & 0o7777 == entry.mode && info.st_uid == entry.user && info.st_gid == entry.group
      && Int64(info.st_mtim.tv_sec) * 1_000_000_000 + Int64(info.st_mtim.tv_nsec) == entry.modified
      && (entry.kind != .file || Int64(info.st_size) == entry.size)
  }

  private static func text(_ entry: TreeFingerprint.Entry?) -> String { entry.map { "\($0)" } ?? "nothing" }

  /// Holds that the next backup, in which nothing happens, equals the source and what `link_dest` makes of the same past.
  func expectNextIsWhole(_ story: String, sourceLocation: SourceLocation = #_sourceLocation) async throws {
    let name = "past-\(UUID().uuidString.prefix(8))"
    let copied = try await twins.withCopiedPast(name)
    try await copied.backUpAndCompare(isCloned: true, story, sourceLocation: sourceLocation)
    try removeTree(RawPath(copied.linked.root.path.description))
  }
}
