// Settling renames: a directory follows its host's name, and a disk that has neither is not taken for that of the host.

import Engine
import Foundation
import Spec
import Store
import Support
import Testing

@testable import Reconciler

struct RenameSettlingTests {
  /// Gives `body` a host `web1` that has become `web-1` in the store alone, and a backup root without directories.
  private func withRename(
    _ body: (_ site: Site, _ root: BackupRoot, _ former: HostDirectory, _ new: HostDirectory) async throws -> Void
  ) async throws {
    let site = try await Site()
    let move = HostMove(from: try HostName(text: "web1"), to: try HostName(text: "web-1"))
    try await withScratchDirectory { scratch in
      let path = try AbsolutePath(text: scratch.path("backups"))
      var generator = SystemRandomNumberGenerator()
      let root = try BackupRoot.open(path, expected: nil, now: site.time.clock.now, using: &generator)
      try await site.apply("hosts: {web1: {}}")
      try await body(site, root, HostDirectory(move.from, in: root), HostDirectory(move.to, in: root))
    }
  }

  private func rename(_ former: HostDirectory, _ new: HostDirectory, in site: Site) async throws {
    _ = try await site.store.apply(
      try spec("hosts: {\(new.host): {}}"), as: ChangeOrigin(source: "tests", actor: "tests"), prune: true,
      moved: [HostMove(from: former.host, to: new.host)], at: site.time.clock.now)
  }

  @Test func `a host with snapshots and without any directory is on another disk, and its rename stays`() async throws {
    try await withRename { site, root, former, new in
      try await site.record("2026-05-19 02:15", of: former.host)
      try await rename(former, new, in: site)
      let environment = try site.environment()
      for _ in 0..<2 {
        await #expect(throws: DirectoryMissing(path: new.path, former: former.path)) {
          try await environment.settleRenames(of: new.host, in: root)
        }
        #expect(try await site.store.renames(concerning: new.host).map(\.from) == [former.host])
      }
      // The disk is back.
      try former.prepare()
      try await environment.settleRenames(of: new.host, in: root)
      #expect(try Disk.isDirectory(new.path) && !Disk.exists(former.path))
      #expect(try await site.store.renames(concerning: new.host).isEmpty)
    }
  }

  @Test func `a host without any snapshot has no directory to rename`() async throws {
    try await withRename { site, root, former, new in
      try await rename(former, new, in: site)
      #expect(try await site.store.renames(concerning: new.host).count == 1)
      try await site.environment().settleRenames(of: new.host, in: root)
      #expect(try await site.store.renames(concerning: new.host).isEmpty)
    }
  }
}
