// Accounting: whatever is below a backup root is of one sort, and nothing is left out or counted twice.

import Foundation
import Glibc
import Spec
import Support
import Testing

@testable import Engine

struct RootInventoryTests {
  @Test func `every entry of a random root is accounted for once`() async throws {
    let seed = freshSeed("root-inventory")
    for index in 0..<40 {
      try await withScratchDirectory { scratch in
        var random = SeededGenerator(seed: seed &+ UInt64(index))
        let root = try makeRoot(in: scratch, &random)
        let inventory = try root.inventory()
        let comment: Comment = "case \(index) of seed \(seed)"
        #expect(inventory.entries.map(\.path).sorted() == (try everything(below: root.path.description)), comment)
        #expect(inventory.unreadable.isEmpty, comment)
        let sums = Dictionary(grouping: inventory.entries, by: \.sort).mapValues(\.count)
        let hosts = inventory.hosts.values
        #expect(sums[.snapshot, default: 0] == hosts.reduce(0) { $0 + $1.snapshots.count }, comment)
        #expect(sums[.incomplete, default: 0] == hosts.reduce(0) { $0 + $1.incomplete.count }, comment)
        #expect(sums[.trash, default: 0] == hosts.reduce(0) { $0 + $1.trash.count }, comment)
      }
    }
  }

  @Test func `what is no host's is named, and so is what is another host's`() async throws {
    try await withHostDirectory { directory, scratch in
      try scratch.write("id: mine\nname: web-1\n", to: "backups/web-1/host.yaml")
      let own = "status: success\nhost_id: mine\n"
      try directory.makeSnapshot(.scheduled, "20260518-021500Z__A", metadata: own)
      try directory.makeSnapshot(.scheduled, "20260519-021500Z__A", metadata: "status: success\nhost_id: another\n")
      try scratch.makeDirectory("backups/lost+found")
      try scratch.makeDirectory("backups/empty")
      try scratch.write("x", to: "backups/README")
      try scratch.write("x", to: "backups/web-1/scheduled/notes")
      let root = try #require(try BackupRoot.peek(try AbsolutePath(text: scratch.path("backups")), expected: nil))
      #expect(
        try root.inventory().unmanaged == [
          "README", "empty", "lost+found", "web-1/scheduled/20260519-021500Z__A", "web-1/scheduled/notes",
        ])
    }
  }

  @Test func `a host that cannot be looked at hides no other`() async throws {
    try await withHostDirectory { directory, scratch in
      try directory.makeSnapshot(.scheduled, "20260518-021500Z__A")
      try scratch.write("no directory", to: "backups/broken/scheduled")
      let root = try #require(try BackupRoot.peek(try AbsolutePath(text: scratch.path("backups")), expected: nil))
      let inventory = try root.inventory()
      #expect(inventory.unreadable.keys.map(\.description) == ["broken"])
      #expect(inventory.hosts.keys.map(\.description) == ["web-1"])
      #expect(inventory.entries.filter { $0.sort == .unreadable }.map(\.path) == ["broken"])
    }
  }

  // MARK: - A root at random

  private func makeRoot(in scratch: ScratchDirectory, _ random: inout SeededGenerator) throws -> BackupRoot {
    let root = try BackupRoot.open(
      try AbsolutePath(text: scratch.path("backups")), expected: nil, now: Date(), using: &random)
    let tree = try TreeBuilder(at: root.path.description)
    for name: RawPath in ["lost+found", "with blank", "-rf", ".hidden", "notes"] where random.chance(1, in: 2) {
      if random.chance(1, in: 2) { try tree.makeDirectory(name) } else { try tree.write("x", to: name) }
    }
    for number in 0..<Int.random(in: 0...4, using: &random) {
      let directory = HostDirectory(try HostName(text: "web-\(number)"), in: root)
      try directory.prepare()
      if random.chance(2, in: 3) { _ = try directory.identity(using: &random) }
      if random.chance(1, in: 2) { _ = try HostLock.take(directory) }
      if random.chance(1, in: 2) { _ = try HostLock.take(directory, .trash) }
      for _ in 0..<Int.random(in: 0...12, using: &random) { try makeEntry(in: directory, &random) }
    }
    return root
  }

  private func makeEntry(in directory: HostDirectory, _ random: inout SeededGenerator) throws {
    let tree = try TreeBuilder(at: directory.path)
    let name = "2026051\(Int.random(in: 0...9, using: &random))-021500Z__" + RandomID.make(length: 8, using: &random)
    let kind = SnapshotKind.allCases.randomElement(using: &random) ?? .manual
    let metadata = ["status: success\n", "status: success\nhost_id: another\n"].randomElement(using: &random)
    switch Int.random(in: 0..<9, using: &random) {
    case 0, 1: try directory.makeSnapshot(kind, name, metadata: metadata)
    case 2: try tree.makeDirectory(RawPath("\(kind.rawValue)/\(name)"))
    case 3: try tree.write("a file", to: RawPath("\(kind.rawValue)/\(name)"))
    case 4: try tree.makeDirectory(RawPath(".incomplete/\(random.chance(1, in: 2) ? name : "x" + name)"))
    case 5: try directory.discard(directory.makeSnapshot(kind, name), at: Date(timeIntervalSince1970: 1_779_192_000))
    case 6: try tree.write("x", to: RawPath(".trash/\(name)"))
    case 7: try tree.makeDirectory(RawPath("notes-\(name)"))
    default: try tree.makeLink(RawPath("\(kind.rawValue)/\(name)"), to: "nowhere")
    }
  }

  /// Lists what has to be accounted for, without asking what is judged: the root, each host's directory, and what is in
  /// the directories that hold snapshots.
  private func everything(below root: String) throws -> [String] {
    let manager = FileManager.default
    var paths: [String] = []
    for name in try manager.contentsOfDirectory(atPath: root) {
      paths.append(name)
      guard name.hasPrefix("web-") else { continue }
      for part in try manager.contentsOfDirectory(atPath: "\(root)/\(name)") {
        paths.append("\(name)/\(part)")
        guard ["scheduled", "manual", ".incomplete", ".trash"].contains(part) else { continue }
        paths += try manager.contentsOfDirectory(atPath: "\(root)/\(name)/\(part)").map { "\(name)/\(part)/\($0)" }
      }
    }
    return paths.sorted()
  }
}
