// A host's directory under another name: whatever was done of it before, and what stands in the way.

import Foundation
import Glibc
import Spec
import Support
import Testing

@testable import Engine

@Suite("Renaming a host's directory")
struct DirectoryRenameTests {
  private static let first = "20260519-021500Z__K3VQEVH7"

  /// The directory of `web-1` with a snapshot and an id, and that of `www`, which is not there.
  private func withDirectories(
    _ body: (_ former: HostDirectory, _ new: HostDirectory, _ scratch: ScratchDirectory) async throws -> Void
  ) async throws {
    try await withHostDirectory { former, scratch in
      var generator = SeededGenerator(seed: 1)
      _ = try former.identity(using: &generator)
      try former.makeSnapshot(.scheduled, Self.first, metadata: "status: success\nhost: web-1\n")
      let root = try AbsolutePath(text: scratch.path("backups"))
      try await body(former, HostDirectory(try HostName(text: "www"), below: root), scratch)
    }
  }

  private func id(of directory: HostDirectory) throws -> String {
    var generator = SeededGenerator(seed: 2)
    return try directory.identity(using: &generator)
  }

  private func name(in directory: HostDirectory) throws -> String {
    let text = try String(contentsOfFile: directory.idFile, encoding: .utf8)
    let line = try #require(text.split(separator: "\n").first { $0.hasPrefix("name: ") })
    return String(line.dropFirst(6))
  }

  private func snapshots(_ directory: HostDirectory) throws -> TreeFingerprint {
    try TreeFingerprint(of: directory.directory(of: .scheduled), .immutable)
  }

  /// What a rename that was cut off, or something else, has left.
  enum Before: String, CaseIterable, Sendable {
    case nothingDone, emptyDirectoryInPlace, renamedButNotNamed, allDone
  }

  @Test(arguments: Before.allCases)
  func `whatever was done before, the rename comes to its end, and no snapshot is touched`(
    _ before: Before
  ) async throws {
    try await withDirectories { former, new, _ in
      let (hostID, contents) = (try id(of: former), try snapshots(former))
      switch before {
      case .nothingDone: break
      case .emptyDirectoryInPlace:
        try new.prepare()
        var generator = SeededGenerator(seed: 3)
        _ = try new.identity(using: &generator)
        _ = try HostLock.take(new)
      case .renamedButNotNamed: try Disk.move(former.path, to: new.path)
      case .allDone: try new.takeOver(former)
      }
      #expect(try new.takeOver(former))
      #expect(!Disk.exists(former.path))
      #expect(try snapshots(new) == contents)
      #expect(try id(of: new) == hostID)
      #expect(try name(in: new) == "www")
      let inventory = try new.inventory()
      let found = inventory.snapshots.map { "\($0.host) \($0.id) \($0.status.rawValue)" }
      #expect(found == ["www scheduled/\(Self.first) success"], "whatever host its metadata names")
      #expect(inventory.unmanaged.isEmpty)
      #expect(try new.base(now: Date())?.id.name.description == Self.first)
      let lock = try HostLock.take(new)
      withExtendedLifetime(lock) {}
    }
  }

  @Test func `without any directory there is nothing to do, which is told`() async throws {
    try await withDirectories { former, _, scratch in
      let root = try AbsolutePath(text: scratch.path("backups"))
      let (other, another) = (
        HostDirectory(try HostName(text: "a"), below: root), HostDirectory(try HostName(text: "b"), below: root)
      )
      #expect(try !another.takeOver(other))
      #expect(!Disk.exists(other.path) && !Disk.exists(another.path))
      #expect(Disk.exists(former.path))
    }
  }

  @Test(arguments: [
    "scheduled/20260518-021500Z__AAAAAAAA/data", ".incomplete/20260518-021500Z__AAAAAAAA", "notes",
    ".incomplete/something", ".trash/scheduled-20260518-021500Z__AAAAAAAA",
  ])
  func `what is in the place of the new name keeps both as they are`(_ entry: String) async throws {
    try await withDirectories { former, new, _ in
      try new.prepare()
      try TreeBuilder(at: "\(new.path)/\(entry)").write("x", to: "file")
      let contents = try snapshots(former)
      let error = #expect(throws: DirectoryOccupied.self) { try new.takeOver(former) }
      #expect(error == DirectoryOccupied(path: new.path, former: former.path))
      #expect(try snapshots(former) == contents)
      #expect(Disk.exists("\(new.path)/\(entry)/file"))
      #expect(try name(in: former) == "web-1")
    }
  }

  @Test func `a directory that somebody works on is not renamed`() async throws {
    try await withDirectories { former, new, _ in
      let lock = try HostLock.take(former)
      #expect(throws: HostBusy.self) { try new.takeOver(former) }
      #expect(Disk.exists(former.path) && !Disk.exists(new.path))
      withExtendedLifetime(lock) {}
    }
  }

  @Test func `what else an id file says is kept, and one that says nothing is left alone`() async throws {
    try await withDirectories { former, new, scratch in
      try scratch.write("{\"name\": \"web-1\", \"id\": \"X\", \"more\": [1]}", to: "backups/web-1/host.yaml")
      try new.takeOver(former)
      let text = try String(contentsOfFile: new.idFile, encoding: .utf8)
      #expect(text == "id: X\nmore: [1]\nname: www\n")
      try scratch.write("name: www\n", to: "backups/www/host.yaml")
      try former.takeOver(new)
      #expect(try String(contentsOfFile: former.idFile, encoding: .utf8) == "name: www\n")
    }
  }

  // MARK: - What is left of a directory

  @Test func `an empty directory goes with all that pobsync made in it`() async throws {
    try await withHostDirectory { directory, _ in
      var generator = SeededGenerator(seed: 1)
      _ = try directory.identity(using: &generator)
      let lock = try HostLock.take(directory)
      #expect(try directory.removeIfEmpty())
      #expect(!Disk.exists(directory.path))
      #expect(try directory.removeIfEmpty(), "again")
      withExtendedLifetime(lock) {}
    }
  }

  @Test(arguments: [
    "notes", "scheduled/my-notes", ".incomplete/something", "manual/20260518-021500Z__AAAAAAAA/data", ".trash/x",
  ])
  func `a directory with something in it stays, with its id`(_ entry: String) async throws {
    try await withHostDirectory { directory, _ in
      var generator = SeededGenerator(seed: 1)
      let id = try directory.identity(using: &generator)
      try TreeBuilder(at: "\(directory.path)/\(entry)").write("x", to: "file")
      #expect(try !directory.removeIfEmpty())
      #expect(Disk.exists("\(directory.path)/\(entry)/file"))
      #expect(try directory.identity(using: &generator) == id)
    }
  }
}
