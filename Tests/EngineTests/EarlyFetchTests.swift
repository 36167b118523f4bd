// Small files that come while a host lists: whole and as they are there, whatever the base has, or not at all.

import Foundation
import Glibc
import Spec
import Support
import Testing

@testable import Engine

@Suite(.enabled(if: TreeBuilder.isPrivileged, "only root gives files to others")) struct EarlyFetchTests {
  private struct Conversation: Sendable {
    let outcome: HostListing.Outcome
    let arrivals: EarlyArrivals
    let paths: [TreePath]

    /// What arrived, by its path, with the name that it has where it arrived.
    var arrived: [TreePath: String] {
      Dictionary(uniqueKeysWithValues: arrivals.files.enumerated().map { ($1, "\($0)") })
    }
  }

  private static let command = ["rsync", "--server", "--sender", "-lHogDtpAXre.iLsfxC", "--numeric-ids", "."]

  /// Has the list of a tree held against another, and files fetched into an empty directory.
  ///
  /// - Parameter program: what rsync is started with.
  private func converse(
    _ source: String, base: String, into place: String, program: [String] = [], recording: Locked<[UInt8]>? = nil
  ) async throws -> Conversation {
    let command = program + Self.command + ["\(source)/"]
    let (said, _) = try await ProcessRunner(executable: Product.pobsync).converse(command, holding: nil) { _ in
    } talk: { socket in
      guard let recording else { return try Self.fetch(from: socket, base: base, into: place) }
      return try withRecorder(of: socket, into: recording) { try Self.fetch(from: $0, base: base, into: place) }
    }
    return try said.get()
  }

  private static func fetch(from socket: Int32, base: String, into place: String) throws -> Conversation {
    let comparison = try BaseComparison(base: base)
    let early = try EarlyFetch(into: place, base: base, readsAll: true)
    let outcome = try HostListing(includes: [], excludes: [], timeout: 10)
      .read(from: socket, comparing: comparison, fetching: early) { _ in }
    var arrivals = early.arrivals
    arrivals.settle(comparison.survey)
    return Conversation(outcome: outcome, arrivals: arrivals, paths: Array(comparison.survey.paths))
  }

  /// Gives `body` a source, a base that was its copy, and an empty directory.
  private func withTrees(
    _ body: (_ scratch: ScratchDirectory, _ source: TreeBuilder, _ base: TreeBuilder, _ place: String) async throws ->
      Void
  ) async throws {
    try await withScratchDirectory { scratch in
      let source = try TreeBuilder(at: scratch.makeDirectory("source"))
      let base = try TreeBuilder(at: scratch.makeDirectory("base"))
      try await body(scratch, source, base, try scratch.makeDirectory("arrived"))
    }
  }

  /// Contents that are the same, that grow, shrink and move, in blocks of all sizes.
  private static func contents(_ generator: inout SeededGenerator) -> [(old: [UInt8]?, new: [UInt8])] {
    var cases: [(old: [UInt8]?, new: [UInt8])] = []
    for size in [0, 1, 699, 700, 701, 1400, 32 << 10, (32 << 10) + 1, 490_001, 1_000_000, 4 << 20] {
      let bytes = TreeBuilder.bytes(size, &generator)
      cases.append((nil, bytes))
      cases.append((TreeBuilder.bytes(size, &generator), bytes))
      cases.append((bytes, bytes))
      var changed = bytes
      if size > 0 { changed[size / 2] ^= 0xff }
      cases.append((bytes, changed))
      cases.append((Array(bytes.dropFirst(size / 3)), bytes))
      cases.append(([1, 2, 3] + bytes.dropLast(3), bytes))
      cases.append((bytes, []))
      cases.append(([], bytes))
    }
    return cases
  }

  private static let names: [String] = [
    "a", "a.b", "a-b", "ab", "B", "Z", "z", "é", "0", "10", "9", "a b", "\u{1}", "~", ".hidden", "-n", "a\n", "*", "\\",
    "\u{7f}",
  ]

  @Test func `what differs comes whole, and what the base has is not sent`() async throws {
    let seed = freshSeed("early-fetch")
    try await withTrees { scratch, source, base, place in
      var generator = SeededGenerator(seed: seed)
      var wanted: Set<TreePath> = []
      for (number, content) in Self.contents(&generator).enumerated() {
        // Directories come after files, whatever their names.
        let directory = ["", "dir-\(number % 2)/", "d/e/f/"][number % 3]
        let path = RawPath("\(directory)\(Self.names[number % Self.names.count])\(number)")
        try source.makeFile(path)
        try source.write(content.new, to: path)
        try source.chmod(path, [0o600, 0o644, 0o4755, 0o2750, 0][number % 5])
        try source.chown(path, user: uid_t(number), group: gid_t(2 * number))
        if number % 5 == 2 { try source.chmod(path, 0o4755) }
        try source.setTime(path, seconds: 1_700_000_000 + number, nanoseconds: 123_456_789)
        if let old = content.old {
          try base.makeFile(path)
          try base.write(old, to: path)
        }
        wanted.insert(TreePath(known: path.bytes))
      }
      let made = try await converse(source.root.description, base: base.root.description, into: place)
      #expect(made.outcome.errors == [])
      #expect(Set(made.arrived.keys) == wanted, "seed \(seed)")
      for (path, name) in made.arrived {
        let there = "\(source.root)/\(String(decoding: path.bytes, as: UTF8.self))"
        #expect(FileManager.default.contents(atPath: "\(place)/\(name)") == FileManager.default.contents(atPath: there))
        let (ours, theirs) = (try status(of: RawPath("\(place)/\(name)")), try status(of: RawPath(there)))
        #expect(try #require(ours).isLike(#require(theirs)), "seed \(seed): \(path)")
      }
      #expect(made.arrivals.matched > 10 << 20, "seed \(seed)")
      #expect(made.outcome.receivedBytes < made.arrivals.size - made.arrivals.matched + (1 << 20), "seed \(seed)")
    }
  }

  @Test func `what is more than a file is left to the transfer`() async throws {
    try await withTrees { scratch, source, base, place in
      try source.makeFile("plain", "plain")
      try source.makeFile("one", "linked")
      try source.makeHardLink("other", to: "one")
      try source.makeFile("valued", "valued")
      _ = try source.setAttribute("user.a", [1], on: "valued")
      try source.makeFile("listed", "listed")
      let list = TreeBuilder.acl(owner: 6, user: (1, 4), group: 4, mask: 4, other: 0)
      _ = try source.setAttribute("system.posix_acl_access", list, on: "listed")
      try source.makeFile("large")
      try source.write([UInt8](repeating: 7, count: (4 << 20) + 1), to: "large")
      try source.makeLink("link", to: "plain")
      try source.makeFifo("fifo")
      for tree in [source, base] {
        try tree.makeFile("chmodded", "the same")
        try tree.setTime("chmodded", seconds: 1_700_000_000)
      }
      try source.chmod("chmodded", 0o751)
      let made = try await converse(source.root.description, base: base.root.description, into: place)
      #expect(made.arrived.keys.map(\.description) == ["plain"])
      #expect(made.paths.contains(TreePath(known: Array("chmodded".utf8))))
      // A new name may be one of a file that the base has; one that the base has too, with other content, is none.
      for name: RawPath in ["one", "other"] { try base.makeFile(name, "changed") }
      let again = try await converse(
        source.root.description, base: base.root.description, into: scratch.makeDirectory("again"))
      #expect(again.arrivals.files.map(\.description) == ["one", "plain"])
      #expect(again.arrivals.paths.map(\.description) == ["one", "other", "plain"])
    }
  }

  /// A program that starts root that may not pass over permissions.
  private static let bound = [
    "setpriv", "--bounding-set", "-dac_override,-dac_read_search", "--inh-caps", "-dac_override,-dac_read_search",
  ]

  @Test func `a file that the host cannot read is no error of its list`() async throws {
    try await withTrees { scratch, source, base, place in
      for path: RawPath in ["a", "b", "c"] { try source.makeFile(path, "this is \(path)") }
      try source.chmod("b", 0)
      let made = try await converse(
        source.root.description, base: base.root.description, into: place, program: Self.bound)
      #expect(made.arrived.keys.map(\.description).sorted() == ["a", "c"])
      #expect(made.outcome.errors == [] && !made.outcome.isUnsure)
      // But a directory is.
      try source.makeFile("d/file")
      try source.chmod("d", 0)
      let second = try await converse(
        source.root.description, base: base.root.description, into: scratch.makeDirectory("again"),
        program: Self.bound)
      #expect(second.arrived.keys.map(\.description).sorted() == ["a", "c"])
      #expect(second.outcome.errors == .general)
    }
  }

  @Test func `a file that cannot be read hides no directory that cannot be`() async throws {
    try await withTwinFixture { twins in
      let tree = try twins.tree
      // More than rsync lists ahead, so that it comes to the directory after the file.
      for number in 0..<130 {
        for file in 0..<100 { try tree.makeFile(RawPath("d\(number)/\(file)"), "") }
      }
      for path: RawPath in ["a", "z/kept"] { try tree.makeFile(path) }
      let remote = try twins.clone.scratch.write(
        "#!/bin/sh\nexec \(Self.bound.joined(separator: " ")) rsync \"$@\"\n", to: "bound-rsync", mode: 0o755)
      _ = try await twins.clone.backup(twins.host(.clone))
      try tree.write("changed", to: "a")
      for path: RawPath in ["a", "z"] { try tree.chmod(path, 0) }
      let result = try await twins.clone.tryBackup(
        twins.host(.clone, ["rsync: {remote_binary: \(remote)}"]),
        meanwhile: { Issue.record("the list was taken for a whole one") })
      let snapshot = try result.outcome.get()
      #expect(result.log.contains("may have hidden errors"))
      #expect(snapshot.status == .partial)
      #expect(snapshot.note?.contains("made with link_dest") == true)
      let next = try await twins.clone.backup(twins.host(.clone))
      #expect(try twins.differencesFromSource(twins.clone.fingerprint(next)) == [])
    }
  }

  @Test func `what was tampered with on the way does not get a name`() async throws {
    let seed = freshSeed("early-fetch-tampered")
    try await withTrees { scratch, source, base, place in
      var generator = SeededGenerator(seed: seed)
      var contents: Set<Data> = [Data()]
      for number in 0..<12 {
        let bytes = TreeBuilder.bytes(900 * number, &generator)
        try source.makeFile(RawPath("d\(number % 3)/\(number)"))
        try source.write(bytes, to: RawPath("d\(number % 3)/\(number)"))
        contents.insert(Data(bytes))
        try base.makeFile(RawPath("d\(number % 3)/\(number)"))
        try base.write([1] + bytes.dropLast(), to: RawPath("d\(number % 3)/\(number)"))
        try base.setTime(RawPath("d\(number % 3)/\(number)"), seconds: 1)
      }
      let recorded = Locked<[UInt8]>([])
      let whole = try await converse(
        source.root.description, base: base.root.description, into: place, recording: recorded)
      #expect(whole.arrived.count == 12)
      let recording = recorded.with { $0 }
      let before = try TreeFingerprint(of: base.root.description, .immutable)
      var (refused, missing) = (0, 0)
      for number in 0..<500 {
        var bytes = recording
        for _ in 0..<Int.random(in: 1...2, using: &generator) {
          let index = Int.random(in: 0..<bytes.count, using: &generator)
          switch Int.random(in: 0..<3, using: &generator) {
          case 0: bytes[index] = UInt8.random(in: 0...255, using: &generator)
          case 1: bytes[index] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
          default: bytes.removeSubrange(index..<min(bytes.count, index + Int.random(in: 1...9, using: &generator)))
          }
        }
        let fresh = try scratch.makeDirectory("tampered-\(number)")
        do {
          let made = try withPlayer(of: bytes) { try Self.fetch(from: $0, base: base.root.description, into: fresh) }
          missing += 12 - made.arrived.count
        } catch is ListingFault {
          refused += 1
        } catch is CloneObstacle {
          refused += 1
        }
        for name in try FileManager.default.contentsOfDirectory(atPath: fresh) {
          let content = try #require(FileManager.default.contents(atPath: "\(fresh)/\(name)"))
          #expect(contents.contains(content), "seed \(seed), \(number): a file that the host never had")
        }
      }
      #expect(refused > 100 && missing > 50, "seed \(seed): \(refused) refused, \(missing) missing")
      #expect(try TreeFingerprint(of: base.root.description, .immutable).differences(from: before) == [])
    }
  }

  @Test func `what is not sent must have been asked for`() async throws {
    try await withTrees { _, _, base, place in
      let early = try EarlyFetch(into: place, base: base.root.description, readsAll: true)
      for index: UInt32 in [0, 1, .max] { #expect(throws: ListingFault.self) { try early.giveUp(index) } }
      #expect(!early.hasFailed)
      try early.finish()
    }
  }

  // MARK: - In a backup

  @Test func `a night of small changes takes one login`() async throws {
    try await withTwinFixture { twins in
      let tree = try twins.tree
      for path: RawPath in ["a", "b", "d/c", "d/e/f"] { try tree.makeFile(path, "this is \(path)") }
      try await twins.backUpAndCompare()
      var history = SnapshotHistory()
      try history.expectUnchanged(in: twins.clone)
      try tree.write("changed", to: "d/c")
      try tree.write("changed as well", to: "a")
      let result = try await twins.clone.tryBackup(twins.host(.clone))
      let snapshot = try result.outcome.get()
      snapshot.expectCloned()
      #expect(!result.log.contains("--files-from"))
      #expect(snapshot.stats.transferredFiles == 2)
      #expect(snapshot.stats.createdFiles == 2)
      #expect(snapshot.stats.literalDataBytes == 22)
      #expect(try twins.differencesFromSource(twins.clone.fingerprint(snapshot)) == [])
      try history.expectUnchanged(in: twins.clone)
      // What needs a transfer gets one, beside what came before it.
      try tree.makeFile("new/one", "new")
      try tree.makeFile("new/two", "new too")
      try tree.makeHardLink("new/three", to: "new/two")
      let more = try await twins.clone.tryBackup(twins.host(.clone))
      #expect(more.log.contains("--files-from"))
      #expect(try twins.differencesFromSource(twins.clone.fingerprint(more.outcome.get())) == [])
      #expect(try more.outcome.get().stats.transferredFiles == 2)
      // Two names of one file, the other file, and the directory, which comes with the list and with the transfer.
      #expect(try more.outcome.get().stats.createdFiles == 4)
      try history.expectUnchanged(in: twins.clone)
    }
  }

  /// What a night brings that is no content, from a tree in which all of it can be done.
  enum Told: String, CaseIterable, Sendable {
    case fileMade, fileRenamed, fileDeleted, directoryMade, directoriesMade, directoryRenamed, directoryChowned
    case directoryChmodded, directoryAged, topChanged, linkMade, linkRetargeted, linkAged, linkChowned
    case linkBecomesDirectory, directoryBecomesLink, fileBecomesLink, fileBecomesDirectory, groupChanged, groupSplit
    case groupRenamed, groupGrown, fileJoinsGroup, fileJoinsChangedGroup, closedDirectoryMade

    static func prepare(_ tree: TreeBuilder) throws {
      for path: RawPath in ["a", "d/a", "d/b", "d/e/f", "whole/g/h", "whole/i"] {
        try tree.makeFile(path, "this is \(path)")
      }
      try tree.makeLink("l", to: "a")
      try tree.makeLink("whole/l", to: "/nowhere at all")
      try tree.makeFile("first", "one file")
      for path: RawPath in ["second", "d/third"] { try tree.makeHardLink(path, to: "first") }
    }

    func carryOut(in tree: TreeBuilder) throws {
      switch self {
      case .fileMade: try tree.makeFile("d/new", "new")
      case .fileRenamed: try tree.rename("d/a", to: "d/e/renamed")
      case .fileDeleted: try tree.remove("d/e/f")
      case .directoryMade: try tree.makeDirectory("d/new")
      case .directoriesMade: try tree.makeFile("new/and/deeper/file", "new")
      case .directoryRenamed: try tree.rename("whole", to: "d/whole")
      case .directoryChowned: try tree.chown("d", user: 12_345, group: 54_321)
      case .directoryChmodded: try tree.chmod("d/e", 0o2751)
      case .directoryAged: try tree.setTime("d", seconds: 1_000_000_000, nanoseconds: 999_999_999)
      case .topChanged: try tree.chmod("", 0o711)
      case .linkMade: try tree.makeLink("d/new", to: "../a")
      case .linkRetargeted:
        try tree.remove("l")
        try tree.makeLink("l", to: RawPath(String(repeating: "far/", count: 1_000)))
      case .linkAged: try tree.setTime("l", seconds: 1_000_000_000, nanoseconds: 1)
      case .linkChowned: try tree.chown("l", user: 12_345, group: 54_321)
      case .linkBecomesDirectory:
        try tree.remove("l")
        try tree.makeFile("l/file", "in a directory")
      case .directoryBecomesLink:
        try tree.remove("whole")
        try tree.makeLink("whole", to: "d")
      case .fileBecomesLink:
        try tree.remove("a")
        try tree.makeLink("a", to: "d/a")
      case .fileBecomesDirectory:
        try tree.remove("a")
        try tree.makeFile("a/a", "a")
      case .groupChanged: try tree.write("another content", to: "second")
      case .groupSplit:
        try tree.write("another content", to: "second")
        try tree.remove("first")
        try tree.makeFile("first", "by itself")
      case .groupRenamed:
        try tree.write("another content", to: "second")
        try tree.rename("d/third", to: "d/e/third")
      case .groupGrown:
        try tree.write("another content", to: "second")
        try tree.makeHardLink("d/e/new", to: "second")
      case .fileJoinsGroup, .fileJoinsChangedGroup:
        // It is asked for, and then the base turns out to have it under another name.
        try tree.remove("a")
        try tree.makeHardLink("a", to: "first")
        if self == .fileJoinsChangedGroup { try tree.write("another content", to: "first") }
      case .closedDirectoryMade:
        try tree.makeFile("d/new/file", "new")
        try tree.chmod("d/new", 0)
      }
    }
  }

  @Test(arguments: Told.allCases)
  func `what a list says all of needs no transfer`(_ change: Told) async throws {
    try await withTwinFixture { twins in
      let tree = try twins.tree
      try Told.prepare(tree)
      try await twins.backUpAndCompare()
      var history = SnapshotHistory()
      try history.expectUnchanged(in: twins.clone)
      try change.carryOut(in: tree)
      let result = try await twins.clone.tryBackup(twins.host(.clone))
      let snapshot = try result.outcome.get()
      snapshot.expectCloned()
      #expect(snapshot.status == .success)
      #expect(!result.log.contains("--files-from"))
      #expect(try twins.differencesFromSource(twins.clone.fingerprint(snapshot)) == [])
      try history.expectUnchanged(in: twins.clone)
      // And the next one rests on it.
      try await twins.backUpAndCompare()
    }
  }

  @Test func `what a list does not say all of is transferred`() async throws {
    try await withTwinFixture { twins in
      let tree = try twins.tree
      let list = TreeBuilder.acl(owner: 7, user: (1, 4), group: 5, mask: 5, other: 0)
      for path: RawPath in ["listed/a", "inherits/a", "valued/a", "bare/a"] { try tree.makeFile(path) }
      _ = try tree.setAttribute("system.posix_acl_access", list, on: "listed")
      _ = try tree.setAttribute("system.posix_acl_default", list, on: "inherits")
      _ = try tree.setAttribute("user.a", [1], on: "valued")
      try await twins.backUpAndCompare()
      for (path, attribute): (RawPath, String) in [
        ("listed", "system.posix_acl_access"), ("valued", "user.a"), ("inherits", "system.posix_acl_default"),
      ] {
        // The directory changes, then one is made in it, and then it loses what it had.
        try tree.setTime(path, seconds: 1_000_000_000)
        try await twins.expectTransfer()
        try tree.makeDirectory(path.appending("new"))
        for name in ["system.posix_acl_access", "system.posix_acl_default"] {
          try tree.removeAttribute(name, from: path.appending("new"))
        }
        try await twins.expectTransfer()
        try tree.removeAttribute(attribute, from: path)
        try await twins.expectTransfer()
      }
      _ = try tree.setAttribute("user.b", [1], on: "bare")
      try await twins.expectTransfer()
    }
  }

  @Test func `what changes after it came is taken next time`() async throws {
    try await withTwinFixture { twins in
      let tree = try twins.tree
      for path: RawPath in ["written", "gone/with/it", "replaced"] { try tree.makeFile(path, "first") }
      let host = try twins.host(.clone)
      _ = try await twins.clone.backup(host)
      for path: RawPath in ["written", "gone/with/it", "replaced"] { try tree.write("second", to: path) }
      let result = try await twins.clone.tryBackup(
        host,
        meanwhile: {
          try tree.write("third", to: "written")
          try tree.remove("gone")
          try tree.remove("replaced")
          try tree.makeLink("replaced", to: "/etc/passwd")
        })
      let snapshot = try result.outcome.get()
      let data = try twins.clone.data(snapshot)
      for path in ["written", "gone/with/it", "replaced"] {
        #expect(FileManager.default.contents(atPath: "\(data)/\(path)") == Data("second".utf8))
      }
      let next = try await twins.clone.backup(host)
      #expect(try twins.differencesFromSource(twins.clone.fingerprint(next)) == [])
    }
  }
}

extension TwinFixture {
  /// Backs up, which takes a second login, and compares.
  fileprivate func expectTransfer(sourceLocation: SourceLocation = #_sourceLocation) async throws {
    let result = try await clone.tryBackup(host(.clone))
    let snapshot = try result.outcome.get()
    snapshot.expectCloned(sourceLocation: sourceLocation)
    #expect(result.log.contains("--files-from"), sourceLocation: sourceLocation)
    #expect(try differencesFromSource(clone.fingerprint(snapshot)) == [], sourceLocation: sourceLocation)
  }
}

extension stat {
  /// Whether a file is another's equal in all that a snapshot keeps of a plain one.
  fileprivate func isLike(_ other: stat) -> Bool {
    st_mode == other.st_mode && st_uid == other.st_uid && st_gid == other.st_gid && st_size == other.st_size
      && st_mtim.tv_sec == other.st_mtim.tv_sec && st_mtim.tv_nsec == other.st_mtim.tv_nsec
  }
}

/// Gives `body` a socket that is as good as another, of which what comes is kept.
private func withRecorder<Value>(
  of socket: Int32, into recording: Locked<[UInt8]>, _ body: (Int32) throws -> Value
) throws -> Value {
  var sockets: [Int32] = [-1, -1]
  guard socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &sockets) == 0 else {
    throw ToolError(message: "no pair of sockets")
  }
  let (own, other) = (sockets[0], sockets[1])
  func pass(from source: Int32, to target: Int32, _ keep: @escaping @Sendable (ArraySlice<UInt8>) -> Void) -> Thread {
    Thread {
      var bytes = [UInt8](repeating: 0, count: 4096)
      while true {
        let count = recv(source, &bytes, bytes.count, 0)
        guard count > 0 else { break }
        keep(bytes[..<count])
        guard send(target, bytes, count, Int32(MSG_NOSIGNAL)) == count else { break }
      }
      shutdown(target, Int32(SHUT_WR))
    }
  }
  let threads = [
    pass(from: socket, to: other) { portion in recording.with { $0 += portion } },
    pass(from: other, to: socket) { _ in },
  ]
  for thread in threads { thread.start() }
  defer { close(own) }
  return try body(own)
}
