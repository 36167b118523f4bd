// What a backup root holds before anybody has said that it is ours: told in full, and cheaply whether there is anything.

import Foundation
import Glibc
import Spec
import Support
import Testing

@testable import Engine

@Suite("Root survey")
struct RootSurveyTests {
  private func withRoot(_ body: (BackupRoot, ScratchDirectory) throws -> Void) async throws {
    try await withScratchDirectory { scratch in
      var generator = SeededGenerator(seed: 7)
      let path = try AbsolutePath(text: scratch.path("backups"))
      try body(try BackupRoot.open(path, expected: nil, now: Date(), using: &generator), scratch)
    }
  }

  @Test("hosts, snapshots, pins, unfinished ones and what is not ours are told apart, and nothing is changed")
  func survey() async throws {
    try await withRoot { root, scratch in
      let directory = HostDirectory(try HostName(text: "web-1"), in: root)
      try directory.prepare()
      let id = try directory.makeSnapshot(.scheduled, "20260519-021500Z__K3VQEVH7", metadata: "status: success\n")
      try directory.makeSnapshot(.manual, "20260518-021500Z__K3VQEVH7")
      try directory.setPin(SnapshotPin(reason: nil, until: nil, actor: "alice", pinnedAt: Date()), on: id)
      try scratch.makeDirectory("backups/web-1/.incomplete/20260520-021500Z__K3VQEVH7")
      try scratch.makeDirectory("backups/web-1/scheduled/notes")
      try scratch.makeDirectory("backups/db")
      try scratch.makeDirectory("backups/no host's name")
      try scratch.write("x", to: "backups/README")
      let before = try TreeFingerprint(of: root.path.description, .immutable)

      let survey = try RootSurvey(of: root.path)
      #expect(try TreeFingerprint(of: root.path.description, .immutable) == before)
      #expect(survey.unmanaged == ["README", "no host's name"])
      #expect(survey.snapshots == 2)
      #expect(
        survey.hosts.map { "\($0.name) \($0.snapshots) \($0.pinned) \($0.unfinished) \($0.unmanaged)" } == [
          "db 0 0 0 []", "web-1 2 1 1 [\"scheduled/notes\"]",
        ])
    }
  }

  @Test("a root that was just marked, or holds prepared hosts, holds no snapshots")
  func none() async throws {
    try await withRoot { root, scratch in
      #expect(!BackupRoot.holdsSnapshots(root.path))
      try HostDirectory(try HostName(text: "web-1"), in: root).prepare()
      try scratch.makeDirectory("backups/web-1/scheduled/notes")
      try scratch.makeDirectory("backups/web-1/.incomplete/20260520-021500Z__K3VQEVH7")
      try scratch.write("x", to: "backups/README")
      #expect(!BackupRoot.holdsSnapshots(root.path))
      #expect(try !BackupRoot.holdsSnapshots(AbsolutePath(text: scratch.path("missing"))))
    }
  }

  @Test("a snapshot of any kind and any host is seen", arguments: ["scheduled", "manual"])
  func some(kind: String) async throws {
    try await withRoot { root, scratch in
      try scratch.makeDirectory("backups/a/scheduled")
      try scratch.makeDirectory("backups/undeclared/\(kind)/20260519-021500/data")
      #expect(BackupRoot.holdsSnapshots(root.path))
    }
  }
}
