// One host and two backup roots for it: below the one snapshots are made by cloning, below the other by rsync's
// `--link-dest`, which is the oracle of the first.

import Engine
import Foundation
import Spec
import Support
import Testing

/// A host that is backed up in step by `strategy: clone` and by `strategy: link_dest`.
struct TwinFixture: Sendable {
  let clone: BackupFixture
  let linked: BackupFixture

  /// One snapshot below each root, of the same source.
  struct Pair: Sendable {
    let clone: Snapshot
    let linked: Snapshot
  }

  var tree: TreeBuilder { get throws { try TreeBuilder(at: clone.source) } }

  /// The host with a strategy and further keys, each a line of YAML.
  func host(_ strategy: Strategy, _ keys: [String] = []) throws -> EffectiveHost {
    let source = clone.source.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
    let lines = ["source_root: \"\(source)\""] + keys + ["strategy: \(strategy.rawValue)"]
    return try clone.host(lines.joined(separator: "\n    "))
  }

  /// Makes a snapshot below each root, both of which must succeed.
  ///
  /// - Parameters:
  ///   - keys: further keys of the host.
  ///   - trouble: such keys for the clone alone.
  func backUp(_ keys: [String] = [], trouble: [String] = []) async throws -> Pair {
    let cloned = try host(.clone, keys + trouble)
    let compared = try host(.linkDest, keys)
    async let first = clone.backup(cloned)
    async let second = linked.backup(compared)
    return try await Pair(clone: first, linked: second)
  }

  /// These roots with a copy of the clone's, as it is now, in place of the other: from then on both have one past.
  func withCopiedPast(_ name: String) async throws -> TwinFixture {
    let copy = clone.scratch.path(name)
    try await runTool("cp", ["-a", clone.root.path.description, copy]).check()
    return TwinFixture(clone: clone, linked: try clone.besides(copy))
  }
}

/// Gives `body` two backup roots and an empty source tree.
///
/// - Parameters:
///   - source: the name of the tree.
///   - surveying: how the clone strategy finds out what differs.
func withTwinFixture(
  _ options: SSHServer.Options = SSHServer.Options(), backupRoot: String? = nil, source: String = "source",
  surveying: Surveying = .byListing, _ body: (TwinFixture) async throws -> Void
) async throws {
  try await withBackupFixture(options, backupRoot: backupRoot) { fixture in
    let place = try fixture.scratch.makeDirectory(source)
    let clone = BackupFixture(
      scratch: fixture.scratch, server: fixture.server, root: fixture.root, source: place, surveying: surveying)
    try await body(TwinFixture(clone: clone, linked: try clone.besides(fixture.scratch.path("linked"))))
  }
}

extension BackupFixture {
  /// The same host and another backup root.
  fileprivate func besides(_ path: String) throws -> BackupFixture {
    var generator = SystemRandomNumberGenerator()
    let root = try BackupRoot.open(try AbsolutePath(text: path), expected: nil, now: Date(), using: &generator)
    return BackupFixture(scratch: scratch, server: server, root: root, source: source, surveying: surveying)
  }

  /// Stops a backup, and holds that it ends as one that was stopped and leaves no process.
  func expectStopped(_ task: Task<BackupResult, any Error>, sourceLocation: SourceLocation = #_sourceLocation)
    async throws
  {
    task.cancel()
    guard case .failure(let failure) = try await task.value.outcome else {
      Issue.record("the backup succeeded", sourceLocation: sourceLocation)
      return
    }
    #expect(failure.code == .cancelled, sourceLocation: sourceLocation)
    #expect(processes == [], sourceLocation: sourceLocation)
  }

  /// A snapshot's data with everything about it, inode numbers too.
  func fingerprint(_ snapshot: Snapshot) throws -> TreeFingerprint {
    try TreeFingerprint(of: data(snapshot), .immutable)
  }
}

// MARK: - Comparing

extension TwinFixture {
  /// In what the clone is no snapshot as `link_dest` makes it, a line each.
  ///
  /// - Parameters:
  ///   - equalToSource: whether it must equal the source too; not where patterns leave something out.
  ///   - sharing: whether it must share with its base what the other shares with its own.
  ///   - records: whether the two must say the same of themselves.
  func problems(
    _ pair: Pair, equalToSource: Bool = true, sharing: Bool = true, records: Bool = true
  ) throws -> [String] {
    let made = try clone.fingerprint(pair.clone)
    let oracle = try linked.fingerprint(pair.linked)
    let (ours, theirs) = (made.withoutInodes.withoutLinks, oracle.withoutInodes.withoutLinks)
    var problems = ours.differences(from: theirs).map { "beside link_dest: \($0)" }
    problems += made.splitLinks(of: oracle).map { "beside link_dest: \($0)" }
    problems += try joined(made, oracle, of: pair)
    if equalToSource { problems += try differencesFromSource(made) }
    if sharing { problems += try unshared(made, oracle, of: pair) }
    if records { problems += try recordProblems(pair) }
    return problems
  }

  /// In what a copy differs from the source. Files that are one in the source must be one in the copy; where they have
  /// become two and are equal in all else, rsync leaves them one.
  func differencesFromSource(_ copy: TreeFingerprint) throws -> [String] {
    let source = try TreeFingerprint(of: clone.source)
    let differences = copy.withoutInodes.withoutLinks.differences(from: source.withoutLinks)
    return (differences + copy.splitLinks(of: source)).map { "beside the source: \($0)" }
  }

  /// Paths that are one file here and are not with `link_dest`: only where the file is one of the base. A new name of a file
  /// that the base has already is linked to that, while rsync may make both anew if it comes to the new name first.
  private func joined(_ made: TreeFingerprint, _ oracle: TreeFingerprint, of pair: Pair) throws -> [String] {
    let base = try pair.clone.base?.id.map { try TreeFingerprint(of: clone.directory.data(of: $0), .immutable) }
    let known = Set(base?.entries.compactMap(\.inode) ?? [])
    return made.entries.compactMap { entry in
      guard let first = entry.sameAs, let inode = entry.inode, !known.contains(inode),
        (oracle[entry.path]?.sameAs ?? entry.path) != (oracle[first]?.sameAs ?? first)
      else { return nil }
      return "beside link_dest: \(entry.path): hard link to \(first)"
    }
  }

  private func unshared(_ made: TreeFingerprint, _ oracle: TreeFingerprint, of pair: Pair) throws -> [String] {
    guard let base = pair.clone.base?.id, let other = pair.linked.base?.id else { return [] }
    let ours = try TreeFingerprint(of: clone.directory.data(of: base), .immutable)
    let theirs = try TreeFingerprint(of: linked.directory.data(of: other), .immutable)
    let missing = oracle.shared(with: theirs).subtracting(made.shared(with: ours))
    // A link that leads out of the tree is not given to rsync to compare with, and may so be made anew.
    let leadingOut = Set(made.entries.filter { $0.target.map(Self.leadsOut) ?? false }.map(\.path))
    return missing.subtracting(leadingOut).sorted().map { "not shared with the base: \($0)" }
  }

  private static func leadsOut(_ target: RawPath) -> Bool {
    let names = target.bytes.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    return names.first?.isEmpty ?? true || names.contains { $0.elementsEqual("..".utf8) }
  }

  /// Makes a snapshot below each root and holds that the clone is what it should be.
  ///
  /// - Parameters:
  ///   - isCloned: whether the clone must have been made as such; else it must say that and why it was not.
  ///   - comment: what is to be known where it is not.
  @discardableResult
  func backUpAndCompare(
    _ keys: [String] = [], trouble: [String] = [], isCloned: Bool? = nil, equalToSource: Bool = true,
    sharing: Bool = true, _ comment: String = "", sourceLocation: SourceLocation = #_sourceLocation
  ) async throws -> Pair {
    let pair = try await backUp(keys, trouble: trouble)
    let problems = try self.problems(pair, equalToSource: equalToSource, sharing: sharing)
    #expect(problems == [], "\(comment)", sourceLocation: sourceLocation)
    switch isCloned {
    case true?: pair.clone.expectCloned(sourceLocation: sourceLocation)
    case false?: pair.clone.expectFallenBack(sourceLocation: sourceLocation)
    case nil: break
    }
    return pair
  }

  /// What the two say about themselves.
  private func recordProblems(_ pair: Pair) throws -> [String] {
    func compare<Value: Equatable>(_ name: String, _ value: (Snapshot) -> Value) -> String? {
      let (ours, theirs) = (value(pair.clone), value(pair.linked))
      return ours == theirs ? nil : "\(name): \(ours), with link_dest \(theirs)"
    }
    let metaOfClone = try entries(ofDirectory: RawPath(clone.directory.directory(of: pair.clone.id) + "/meta"))
    let metaOfOther = try entries(ofDirectory: RawPath(linked.directory.directory(of: pair.linked.id) + "/meta"))
    return [
      compare("status", \.status), compare("files", \.stats.files), compare("size", \.stats.apparentSizeBytes),
      metaOfClone == metaOfOther ? nil : "in meta: \(metaOfClone), with link_dest \(metaOfOther)",
    ].compactMap(\.self)
  }
}

extension Snapshot {
  /// What its metadata say of how it was made.
  var strategy: String? { recorded("strategy") }

  /// When its metadata say that the survey began.
  var surveyedAt: Date? { recorded("surveyed_at").flatMap(Timestamp.date) }

  private func recorded(_ key: String) -> String? {
    guard let metadata else { return nil }
    let source = SourceText(name: "metadata", bytes: Array(metadata.utf8))
    return (try? YAML.parse(source))?.first?.value[key]?.text
  }

  /// Holds that it was cloned from its base, with nothing to say about that.
  func expectCloned(sourceLocation: SourceLocation = #_sourceLocation) {
    #expect(strategy == "clone", sourceLocation: sourceLocation)
    #expect(note == nil, sourceLocation: sourceLocation)
    #expect(status == .success, sourceLocation: sourceLocation)
  }

  /// Holds that it was made by `link_dest` after all, and says so.
  func expectFallenBack(sourceLocation: SourceLocation = #_sourceLocation) {
    #expect(strategy == "link_dest", sourceLocation: sourceLocation)
    #expect(note?.contains("made with link_dest: ") == true, "\(note ?? "no note")", sourceLocation: sourceLocation)
  }
}

/// What each snapshot of a backup root was when it was first seen.
struct SnapshotHistory {
  private var known: [SnapshotID: TreeFingerprint] = [:]

  /// Holds that the snapshots seen before are what they were; the new ones are seen from now on.
  mutating func expectUnchanged(
    in fixture: BackupFixture, _ comment: String = "", sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let found = try changes(in: fixture)
    #expect(found == [], "\(comment)", sourceLocation: sourceLocation)
  }

  /// In what the snapshots seen before are not what they were, a line each; the new ones are seen from now on.
  mutating func changes(in fixture: BackupFixture) throws -> [String] {
    let now = try fixture.snapshotFingerprints()
    let changes = known.flatMap { id, before in
      now[id].map { $0.differences(from: before).map { "earlier snapshot \(id): \($0)" } } ?? ["\(id) is gone"]
    }
    known = now
    return changes.sorted()
  }
}
