// A host's own list of its files: read as rsync writes it, held against a tree, and not trusted in anything.

import Foundation
import Glibc
import Support
import Testing

@testable import Engine
@testable import Spec

@Suite struct HostListingTests {
  // MARK: - Numbers

  /// Plays bytes to a reader of a stream, and then ends.
  private func reading<Value>(_ bytes: [UInt8], _ body: (ListingStream) throws -> Value) throws -> Value {
    try withPlayer(of: bytes) { socket in try body(ListingStream(socket, timeout: 10) { _ in }) }
  }

  /// Numbers as rsync 3.5.0 writes them (io.c, write_varint).
  @Test(
    arguments: [
      ([0x00], 0), ([0x7f], 0x7f), ([0x80, 0x80], 0x80), ([0xbf, 0xff], 0x3fff), ([0xc0, 0x00, 0x40], 0x4000),
      ([0xe1, 0x02, 0x03, 0x04], 0x0104_0302), ([0xf0, 0xff, 0xff, 0xff, 0xff], 0xffff_ffff),
    ] as [([UInt8], UInt32)])
  func `a number takes as many bytes as its first says`(_ bytes: [UInt8], _ value: UInt32) throws {
    #expect(try reading(bytes) { try $0.number() } == value)
    #expect(throws: ListingFault.ended) { try reading(bytes.dropLast()) { try $0.number() } }
  }

  @Test(
    arguments: [
      ([0x00, 0x34, 0x12], 3, 0x1234), ([0x7f, 0xff, 0xff], 3, 0x7f_ffff), ([0x81, 0x00, 0x00, 0x02], 3, 0x0102_0000),
      ([0xc1, 1, 2, 3, 4], 3, 0x01_0403_0201), ([0xf8, 1, 2, 3, 4, 5, 6, 7], 3, 0x07_0605_0403_0201),
      ([0x5f, 0x10, 0x20, 0x30], 4, 0x5f30_2010),
      ([0xf8, 1, 2, 3, 4, 5, 6, 7, 0x80], 4, Int64(bitPattern: 0x8007_0605_0403_0201)),
    ] as [([UInt8], Int, Int64)])
  func `a long number takes as many bytes as its first says`(_ bytes: [UInt8], _ least: Int, _ value: Int64) throws {
    #expect(try reading(bytes) { try $0.longNumber(least: least) } == value)
  }

  @Test func `an index is told by what is between it and the last`() throws {
    let bytes: [UInt8] = [0x00, 0x01, 0xfd, 0xfe, 0x01, 0x00, 0xff, 0x64, 0xff, 0x01, 0xfe, 0x80, 0x05, 0x00, 0x00]
    let expected: [Int32] = [-1, 0, 253, 509, -101, -102, 5]
    #expect(try reading(bytes) { stream in try expected.map { _ in try stream.index() } } == expected)
  }

  // MARK: - Lists of rsync's

  /// What rsync answers to somebody who wants nothing but the list of a tree with so many directories.
  private func recorded(_ source: String, directories: Int, rules: [String] = []) async throws -> [UInt8] {
    func integer(_ value: UInt32) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) } }
    func packet(_ bytes: [UInt8]) -> [UInt8] { integer(7 << 24 | UInt32(bytes.count)) + bytes }
    let filters = rules.flatMap { integer(UInt32($0.utf8.count)) + Array($0.utf8) } + integer(0)
    // For small trees rsync sends all lists before it hears of any.
    let answers = [UInt8](repeating: 0, count: directories - 1 + 3 + 2)
    let command = ["rsync", "--server", "--sender", "-nlHogDtpAXre.iLsfxC", "--numeric-ids", ".", "\(source)/"]
    let asked = integer(31) + packet(filters) + packet(answers)
    let (said, _) = try await ProcessRunner(executable: Product.pobsync).converse(command, holding: nil) { _ in
    } talk: { socket in
      guard asked.withUnsafeBytes({ Glibc.send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }) == asked.count
      else { throw ToolError(message: "rsync was not to be asked") }
      var answer: [UInt8] = []
      var portion = [UInt8](repeating: 0, count: 4096)
      while true {
        let count = recv(socket, &portion, portion.count, 0)
        guard count > 0 else { return answer }
        answer += portion[..<count]
      }
    }
    return try said.get()
  }

  private func survey(
    _ recording: [UInt8], against base: String
  ) throws -> (survey: Survey, count: BaseComparison.Count, outcome: HostListing.Outcome) {
    try withPlayer(of: recording) { socket in
      let comparison = try BaseComparison(base: base)
      let outcome = try HostListing(includes: [], excludes: [], timeout: 10)
        .read(from: socket, comparing: comparison) { _ in }
      return (comparison.survey, comparison.count, outcome)
    }
  }

  /// Of values of attributes.
  private static let lengths = 31...33

  /// Gives `body` a tree with everything odd in it, its paths and how many of them are directories.
  private func withOddTree(
    _ body: (ScratchDirectory, TreeBuilder, _ paths: Set<TreePath>, _ directories: Int) async throws -> Void
  ) async throws {
    try await withScratchDirectory { scratch in
      let tree = try TreeBuilder(at: scratch.path("source"))
      _ = try tree.build()
      try tree.spreadOddNames()
      // Up to 32 bytes a value is told, and from then on its digest.
      try tree.makeFile("valued")
      for length in Self.lengths {
        let value = (0..<length).map { UInt8($0) }
        try #require(try tree.setAttribute("user.of-\(length)", value, on: "valued"))
      }
      if TreeBuilder.isPrivileged {
        for minor: UInt8 in 0..<3 { try tree.makeCharacterDevice(RawPath("device-\(minor)"), minor: minor) }
      }
      let paths = try tree.paths()
      let directories = try paths.count { try tree.kind($0) == S_IFDIR } + 1
      try await body(scratch, tree, Set(paths.map { TreePath(known: $0.bytes) }), directories)
    }
  }

  @Test func `a list of odd names and files is understood to the last byte`() async throws {
    try await withOddTree { scratch, _, paths, directories in
      let source = scratch.path("source")
      let recording = try await recorded(source, directories: directories)
      let empty = try scratch.makeDirectory("empty")
      let new = try survey(recording, against: empty)
      #expect(Set(new.survey.paths).subtracting([.root]) == paths)
      #expect(new.outcome.errors == [])
      #expect(new.count.listed.values.reduce(0, +) == Int64(paths.count + 1))
      #expect(new.count.created == Int64(paths.count))
      #expect(new.count.inBase == 1)

      let copy = scratch.path("copy")
      try await runTool("rsync", ["-aHAX", "--modify-window=-1", "\(source)/", "\(copy)/"]).check()
      let same = try survey(recording, against: copy)
      #expect(Array(same.survey.paths) == [])
      #expect(same.count.inBase == paths.count + 1)

      for length in Self.lengths {
        let (name, value) = ("user.of-\(length)", (0..<length).map { UInt8($0) })
        let other = try TreeBuilder(at: copy)
        _ = try other.setAttribute(name, value.dropLast() + [0xff], on: "valued")
        #expect(Array(try survey(recording, against: copy).survey.paths) == [TreePath(known: Array("valued".utf8))])
        _ = try other.setAttribute(name, value, on: "valued")
      }

      let none = try survey(try await recorded(empty, directories: 1), against: copy)
      #expect(
        Set(zip(none.survey.paths, none.survey.kinds).filter { $0.1 == .deleted }.map { $0.0 })
          == paths.filter { $0.parent == .root })
      #expect(none.count.inBase == paths.count + 1, "what is below what goes is counted too")
    }
  }

  @Test func `a recording that was tampered with ends in an error or in a list, and harms nobody`() async throws {
    try await withOddTree { scratch, _, paths, directories in
      let copy = scratch.path("copy")
      try await runTool("rsync", ["-aHAX", "--modify-window=-1", "\(scratch.path("source"))/", "\(copy)/"]).check()
      let before = try TreeFingerprint(of: copy, .immutable)
      let recording = try await recorded(scratch.path("source"), directories: directories)
      let seed = freshSeed("host-listing")
      var generator = SeededGenerator(seed: seed)
      var refused = 0
      for number in 0..<1_500 {
        var bytes = recording
        for _ in 0..<Int.random(in: 1...3, using: &generator) {
          let place = Int.random(in: 0..<bytes.count, using: &generator)
          switch Int.random(in: 0..<4, using: &generator) {
          case 0: bytes[place] = UInt8.random(in: 0...255, using: &generator)
          case 1: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
          case 2: bytes.removeSubrange(place..<min(bytes.count, place + Int.random(in: 1...40, using: &generator)))
          default: bytes.insert(contentsOf: bytes[..<min(place, 30)], at: place)
          }
        }
        do {
          let made = try survey(bytes, against: copy).survey
          // Nothing can differ that is neither there nor told.
          #expect(made.paths.count <= bytes.count + paths.count, "seed \(seed), \(number)")
        } catch is ListingFault {
          refused += 1
        } catch is CloneObstacle {
          refused += 1
        }
      }
      #expect(refused > 500)
      let after = try TreeFingerprint(of: copy, .immutable)
      #expect(after.differences(from: before) == [])
    }
  }

  @Test(arguments: ["../f", "/etc", "a//b", "./ab", "..", "a/..", "b/cd", "ab/.", "\0abc", "a\0bc"])
  func `a name that leads elsewhere is refused`(_ name: String) async throws {
    try await withScratchDirectory { scratch in
      let tree = try TreeBuilder(at: scratch.path("source"))
      let plain = String(repeating: "x", count: name.utf8.count)
      try tree.makeFile(RawPath(plain))
      var recording = try await recorded(scratch.path("source"), directories: 1)
      let places = recording.indices.filter { recording[$0...].starts(with: plain.utf8) }
      try #require(places.count == 1)
      recording.replaceSubrange(places[0]..<(places[0] + name.utf8.count), with: name.utf8)
      let base = try scratch.makeDirectory("base")
      #expect(throws: ListingFault.self) { try survey(recording, against: base) }
    }
  }

  /// What rsync tells of an empty directory, with something else where its only list ends.
  private func tampered(_ scratch: ScratchDirectory, end: [UInt8]) async throws -> [UInt8] {
    var recording = try await recorded(scratch.makeDirectory("nothing"), directories: 1)
    // The head of the first packet follows the version, the abilities and the seed.
    let place = try #require(recording.indices.dropFirst(13).first { recording[$0...].starts(with: [0, 0xff, 0x01]) })
    recording.replaceSubrange(place...place, with: end)
    recording[9] += UInt8(end.count - 1)
    return recording
  }

  @Test(arguments: [(0, 0), (1, 23), (2, 24), (3, 23)] as [(UInt8, Int32)])
  func `what a host could not list is told at the end of a list`(_ bits: UInt8, _ status: Int32) async throws {
    try await withScratchDirectory { scratch in
      let recording = try await tampered(scratch, end: [0x04, 0x10, bits])
      let made = try survey(recording, against: try scratch.makeDirectory("base"))
      #expect(made.outcome.errors.exitCode == status)
    }
  }

  @Test func `more ends than lists are refused`() async throws {
    try await withScratchDirectory { scratch in
      let recording = try await tampered(scratch, end: [0, 0, 0, 0, 0])
      #expect(throws: ListingFault.notUnderstood("an end before the end")) {
        try survey(recording, against: scratch.makeDirectory("base"))
      }
    }
  }

  @Test func `sizes that nobody can add up stop nothing`() async throws {
    try await withScratchDirectory { scratch in
      let comparison = try BaseComparison(base: scratch.path)
      let listed = try reading([0x00]) { stream in
        var attributes = ListedAttributes()
        // An empty set, by its number and its count.
        _ = try? attributes.nextExtended(stream)
        return attributes
      }
      var entry = ListedEntry()
      entry.mode = S_IFDIR | 0o755
      entry.seconds = -1
      try comparison.take([UInt8(ascii: ".")], entry, listed)
      entry.mode = S_IFREG | 0o644
      entry.size = .max
      for name in ["a", "b"] { try comparison.take(Array(name.utf8), entry, listed) }
      try comparison.endList()
      try comparison.finish()
      #expect(comparison.count.size == .max)
    }
  }

  @Test func `a source that is not there makes no empty list`() async throws {
    try await withScratchDirectory { scratch in
      let base = try scratch.makeDirectory("base")
      let recording = try await recorded(scratch.path("nowhere"), directories: 1)
      #expect(throws: ListingFault.ended) { try survey(recording, against: base) }
    }
  }
}

/// Gives `body` a socket from which bytes come, and then the end.
func withPlayer<Value>(of bytes: [UInt8], _ body: (Int32) throws -> Value) throws -> Value {
  var sockets: [Int32] = [-1, -1]
  guard socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &sockets) == 0 else {
    throw ToolError(message: "no pair of sockets")
  }
  let (own, other) = (sockets[0], sockets[1])
  defer { close(own) }
  let player = Thread {
    var start = 0
    while start < bytes.count {
      let count = bytes.withUnsafeBytes {
        Glibc.send(other, $0.baseAddress?.advanced(by: start), bytes.count - start, Int32(MSG_NOSIGNAL))
      }
      guard count > 0 else { break }
      start += count
    }
    shutdown(other, Int32(SHUT_WR))
    // What is answered is taken, until the reader closes its end.
    var answers = [UInt8](repeating: 0, count: 4096)
    while recv(other, &answers, answers.count, 0) > 0 {}
    close(other)
  }
  player.start()
  return try body(own)
}
