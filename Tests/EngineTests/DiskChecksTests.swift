// The part of a preflight that looks at this server's disk: what is in the way of a backup there, and only of a backup.

import Foundation
import Spec
import Support
import Testing

@testable import Engine

@Suite struct DiskChecksTests {
  private func checks(
    _ path: String?, expecting id: String? = nil, settings: String = "{}", formerName: String? = nil
  ) throws -> (checks: [PreflightCheck], facts: HostDiskFacts?) {
    let root = PreflightRoot(
      path: try path.map { text in try AbsolutePath(text: text) }, expectedID: id,
      formerName: try formerName.map { text in try HostName(text: text) })
    return DiskChecks(host: try declaredHost(settings: settings), root: root, now: Date()).run()
  }

  private func failed(_ checks: [PreflightCheck]) -> [PreflightCheck.Name] {
    checks.filter { $0.outcome == .failed }.map(\.name)
  }

  @Test func `without a backup root nothing below it is looked at`() throws {
    let found = try checks(nil)
    #expect(failed(found.checks) == [.backupRoot] && found.facts == nil)
    #expect(found.checks.filter { $0.outcome == .skipped }.count == 5)
    #expect(found.checks.first?.blocks == .backup)
  }

  @Test func `a root that is still to be made is well, and is not made`() async throws {
    try await withScratchDirectory { scratch in
      let path = scratch.path("backups")
      #expect(try failed(checks(path).checks) == [])
      #expect(!Disk.exists(path))
      #expect(try failed(checks(scratch.path("not/there")).checks) == [.backupRoot])
      try scratch.makeDirectory("backups")
      #expect(try failed(checks(path).checks) == [])
      #expect(try Disk.names(in: path) == [], "nor is it marked")
    }
  }

  @Test func `a root that is not the disk it was blocks backups, not dry runs`() async throws {
    try await withHostDirectory { _, scratch in
      let path = scratch.path("backups")
      let id = try #require(try BackupRoot.peek(AbsolutePath(text: path), expected: nil)?.id)
      #expect(try failed(checks(path, expecting: id).checks) == [])
      let other = try checks(path, expecting: "another").checks
      #expect(failed(other) == [.backupRoot] && other.first?.blocks == .backup)
      #expect(other.first?.found.contains("is marked as another disk") == true)
      try FileManager.default.removeItem(atPath: "\(path)/\(BackupRoot.markerName)")
      #expect(try checks(path, expecting: id).checks.first?.found.contains("lacks its marker") == true)
    }
  }

  @Test func `snapshots of another program are to be adopted first`() async throws {
    try await withHostDirectory { directory, scratch in
      try directory.makeSnapshot(.scheduled, "20260519-021500", metadata: "status: success\n")
      let path = scratch.path("backups")
      let marked = try checks(path).checks
      #expect(failed(marked) == [.hostDirectory])
      #expect(marked.first { $0.name == .hostDirectory }?.remedy?.contains("`pobsync adopt web-1`") == true)
      try FileManager.default.removeItem(atPath: "\(path)/\(BackupRoot.markerName)")
      let unmarked = try checks(path).checks
      #expect(failed(unmarked).contains(.backupRoot))
      #expect(unmarked.first?.remedy?.contains("`pobsync adopt`") == true)
    }
  }

  @Test func `the directory of another host is not taken for the host's own`() async throws {
    try await withHostDirectory { _, scratch in
      try scratch.write("id: X\nname: web-9\n", to: "backups/web-1/host.yaml")
      let found = try checks(scratch.path("backups")).checks.first { $0.name == .hostDirectory }
      #expect(found?.outcome == .failed && found?.found.contains("`web-9`") == true)
    }
  }

  @Test func `too little free space blocks backups, not dry runs`() async throws {
    try await withHostDirectory { _, scratch in
      let found = try checks(scratch.path("backups"), settings: "{min_free: 900000TiB}").checks
      #expect(failed(found) == [.space])
      #expect(found.first { $0.name == .space }?.blocks == .backup)
      #expect(try failed(checks(scratch.path("backups"), settings: "{min_free: 1B}").checks) == [])
    }
  }

  @Test func `what is on disk is counted, and the base is the newest good one`() async throws {
    try await withHostDirectory { directory, scratch in
      try scratch.write("id: X\nname: web-1\n", to: "backups/web-1/host.yaml")
      let good = try directory.makeSnapshot(
        .scheduled, "20260517-021500Z__AAAAAAAA", metadata: "status: success\n")
      let newest = try directory.makeSnapshot(
        .scheduled, "20260518-021500Z__AAAAAAAA", metadata: "status: partial\n")
      try directory.makeSnapshot(.manual, "20260516-021500Z__AAAAAAAA", metadata: "status: success\n")
      try scratch.makeDirectory("backups/web-1/.incomplete/20260519-021500Z__AAAAAAAA/data")
      try scratch.makeDirectory("backups/web-1/notes")
      let facts = try #require(try checks(scratch.path("backups")).facts)
      #expect(
        facts
          == HostDiskFacts(
            directory: directory.path, isThere: true, scheduled: 2, manual: 1, unfinished: 1, trash: 0, leftAlone: 1,
            newest: newest, base: good))
      try FileManager.default.moveItem(atPath: directory.path, toPath: scratch.path("backups/old-1"))
      let renamed = try #require(try checks(scratch.path("backups"), formerName: "old-1").facts)
      #expect(renamed.scheduled == 2 && renamed.directory == scratch.path("backups/old-1"))
      #expect(try checks(scratch.path("backups")).facts?.isThere == false)
    }
  }
}
