// A host's directory: its layout, its preparation and its id.

import Foundation
import Glibc
import Spec
import Support
import Testing

@testable import Engine

@Suite("Host directory")
struct HostDirectoryTests {
  @Test("the layout")
  func layout() async throws {
    try await withHostDirectory { directory, scratch in
      #expect(directory.path == scratch.path("backups/web-1"))
      #expect(directory.incomplete == scratch.path("backups/web-1/.incomplete"))
      #expect(directory.trash == scratch.path("backups/web-1/.trash"))
      #expect(directory.lockFile == scratch.path("backups/web-1/.lock"))
      let id = SnapshotID(kind: .manual, name: try #require(SnapshotName("20260519-021500Z__K3VQEVH7")))
      #expect(directory.directory(of: id) == scratch.path("backups/web-1/manual/20260519-021500Z__K3VQEVH7"))
      #expect(directory.data(of: id) == scratch.path("backups/web-1/manual/20260519-021500Z__K3VQEVH7/data"))
    }
  }

  @Test("preparing makes what is missing, for nobody else to enter, and changes nothing that is there")
  func prepare() async throws {
    try await withHostDirectory { directory, _ in
      let made = try TreeFingerprint(of: directory.path, .immutable)
      #expect(made.entries.map(\.path) == ["", ".incomplete", ".trash", "manual", "scheduled"])
      #expect(made.entries.allSatisfy { $0.mode == 0o700 && $0.kind == .directory })
      try directory.prepare()
      #expect(try TreeFingerprint(of: directory.path, .immutable) == made)
      #expect(rmdir(directory.trash) == 0)
      #expect(chmod(directory.path, 0o755) == 0)
      try directory.prepare()
      #expect(try Disk.isDirectory(directory.trash))
      #expect(try TreeFingerprint(of: directory.path)[""]?.mode == 0o755)
    }
  }

  @Test(
    "a link or a file in place of a directory is refused, and nothing goes through it",
    arguments: [
      "", "scheduled", "manual", ".incomplete", ".trash",
    ])
  func inPlaceOfADirectory(name: RawPath) async throws {
    try await withHostDirectory { directory, scratch in
      let tree = try TreeBuilder(at: directory.path)
      let outside = try scratch.makeDirectory("outside")
      let place = name.bytes.isEmpty ? directory.path : "\(directory.path)/\(name)"
      try tree.remove(name)
      #expect(symlink(outside, place) == 0)
      #expect(throws: DiskError("use the directory", place, code: ENOTDIR)) { try directory.prepare() }
      #expect(try TreeFingerprint(of: outside).entries.count == 1)
      #expect(unlink(place) == 0)
      try Data("a file".utf8).write(to: URL(fileURLWithPath: place))
      #expect(throws: DiskError.self) { try directory.prepare() }
      #expect(try String(contentsOfFile: place, encoding: .utf8) == "a file")
    }
  }

  @Test("the id is made once, and is the same for ever")
  func identity() async throws {
    try await withHostDirectory { directory, scratch in
      var generator = SeededGenerator(seed: 1)
      let id = try directory.identity(using: &generator)
      #expect(id.count == 26)
      let file = scratch.path("backups/web-1/host.yaml")
      #expect(try String(contentsOfFile: file, encoding: .utf8) == "id: \(id)\nname: web-1\n")
      let before = try TreeFingerprint(of: directory.path, .immutable)
      for _ in 0..<3 { #expect(try directory.identity(using: &generator) == id) }
      #expect(try TreeFingerprint(of: directory.path, .immutable) == before)
      try scratch.write(
        "{\"name\": \"other\", \"id\": \"of the original\", \"more\": [1]}", to: "backups/web-1/host.yaml")
      #expect(try directory.identity(using: &generator) == "of the original")
    }
  }

  @Test("an id file that was lost is written anew with the id that the snapshots name, if it is this host's")
  func lostIdentity() async throws {
    try await withHostDirectory { directory, _ in
      var generator = SeededGenerator(seed: 1)
      try directory.makeSnapshot(
        .scheduled, "20260518-021500Z__A", metadata: "status: success\nhost: web-1\nhost_id: of old\n")
      try directory.makeSnapshot(
        .scheduled, "20260519-021500Z__A", metadata: "status: success\nhost: web-2\nhost_id: another\n")
      #expect(try directory.identity(using: &generator) == "of old")
      #expect(try directory.knownID() == "of old")
    }
  }

  @Test("an id file that says nothing is written anew; one that is a link is refused")
  func unreadableIdentity() async throws {
    try await withHostDirectory { directory, scratch in
      var generator = SeededGenerator(seed: 1)
      for text in ["", "{", "id:\n", "name: web-1\n"] {
        try scratch.write(text, to: "backups/web-1/host.yaml")
        let id = try directory.identity(using: &generator)
        #expect(try directory.identity(using: &generator) == id)
      }
      let file = scratch.path("backups/web-1/host.yaml")
      #expect(unlink(file) == 0)
      #expect(symlink("/etc/hostname", file) == 0)
      #expect(throws: DiskError("open", file, code: ELOOP)) { try directory.identity(using: &generator) }
    }
  }
}
