// Preflights of a real host: each thing that can be in the way is found, named with its remedy, and nothing is changed.

import Foundation
import Spec
import Support
import Testing

@testable import Engine

@Suite struct PreflightTests {
  private static let rrsync = "/usr/bin/rrsync"

  /// A preflight of the fixture's host, which must leave everything below the backup root as it is.
  private func preflight(
    _ fixture: BackupFixture, _ host: EffectiveHost? = nil, sourceLocation: SourceLocation = #_sourceLocation
  ) async throws -> PreflightReport {
    let host = try host ?? fixture.host()
    let before = try TreeFingerprint(of: fixture.root.path.description, .immutable)
    let preflight = Preflight(
      of: host, root: PreflightRoot(path: fixture.root.path, expectedID: fixture.root.id),
      runner: ProcessRunner(executable: Product.pobsync),
      sshDefaults: SSHDefaults(
        knownHostsFile: try SSHFilePath(text: fixture.server.knownHostsFile), identityFile: nil), now: Date())
    let report = try await preflight.run()
    let after = try TreeFingerprint(of: fixture.root.path.description, .immutable)
    #expect(after == before, "nothing was written", sourceLocation: sourceLocation)
    #expect(report.checks.map(\.name) == PreflightCheck.Name.allCases, sourceLocation: sourceLocation)
    #expect(report.checks.allSatisfy { ($0.outcome == .failed) == ($0.blocks != .nothing) })
    return report
  }

  /// The names of checks of an outcome.
  private func names(_ report: PreflightReport, _ outcome: PreflightCheck.Outcome) -> [PreflightCheck.Name] {
    report.checks.filter { $0.outcome == outcome }.map(\.name)
  }

  private func check(_ name: PreflightCheck.Name, _ report: PreflightReport) throws -> PreflightCheck {
    try #require(report.checks.first { $0.name == name })
  }

  private func fingerprint(_ fixture: BackupFixture) async throws -> String {
    let shown = try await runTool("ssh-keygen", ["-lf", "\(fixture.server.directory)/host_key.pub"]).check().stdout
    return String(shown.split(separator: " ")[1])
  }

  // MARK: - What is well

  @Test func `nothing stands in the way of a host that can be backed up`() async throws {
    try await withBackupFixture { fixture in
      let report = try await preflight(fixture)
      #expect(names(report, .failed) == [] && names(report, .skipped) == [], "\(report.text)")
      #expect(!report.blocksBackup && !report.blocksDryRun && report.offeredKeys.isEmpty)
      #expect(try check(.identity, report).found.contains("SHA256:"))
      let fingerprint = try await fingerprint(fixture)
      #expect(try check(.knownHosts, report).found.contains(fingerprint))
      #expect(try check(.remoteRsync, report).found.hasPrefix("version "))
      #expect(report.disk?.base == nil)

      let snapshot = try await fixture.backup()
      let later = try await preflight(fixture)
      #expect(later.disk?.scheduled == 1 && later.disk?.manual == 0 && later.disk?.unfinished == 0)
      #expect(later.disk?.base == snapshot.id && later.disk?.newest == snapshot.id)
      #expect(try check(.snapshots, later).found.hasSuffix("is linked against \(snapshot.id)"))
    }
  }

  @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: rrsync), "rsync here brings no rrsync"))
  func `a key that may only read with rrsync passes, and the protocol tells the version`() async throws {
    var options = SSHServer.Options()
    options.forcedCommand = "\(Self.rrsync) -ro /"
    try await withBackupFixture(options) { fixture in
      let report = try await preflight(fixture)
      #expect(names(report, .failed) == [] && names(report, .skipped) == [], "\(report.text)")
      let rsync = try check(.remoteRsync, report).found
      #expect(rsync.hasPrefix("protocol 3") && rsync.contains("the version is not told"), "\(rsync)")
    }
  }

  @Test func `a report comes back from its JSON`() async throws {
    try await withBackupFixture { fixture in
      try await fixture.server.replaceHostKey()
      let report = try await preflight(fixture)
      let json = JSONWriter.compact(report.document)
      let documents = try YAML.parse(SourceText(name: "report", bytes: Array(json.utf8)))
      let read = try #require(documents.first.flatMap { PreflightReport(reading: $0.value) })
      #expect(read.checks == report.checks && read.disk == report.disk && read.offeredKeys == report.offeredKeys)
      #expect(read.document == report.document)
      #expect(PreflightReport(reading: .null) == nil)
    }
  }

  // MARK: - The way to the host

  @Test func `a key that the host does not know blocks all, and what comes after is not tried`() async throws {
    try await withBackupFixture { fixture in
      let stranger = try await fixture.server.makeStrangerKey()
      let report = try await preflight(fixture, try fixture.host(ssh: ["identity_file": stranger]))
      #expect(names(report, .failed) == [.connection])
      #expect(names(report, .skipped) == [.remoteRsync, .sourceRoot])
      #expect(report.blocksDryRun && report.firstBlocker?.name == .connection)
      #expect(report.summary.contains("`pobsync ssh-key show --host web-1`"))
      #expect(try check(.knownHosts, report).outcome == .ok)
    }
  }

  @Test func `an unknown host key is shown with its fingerprint, and not trusted`() async throws {
    try await withBackupFixture { fixture in
      let empty = try fixture.scratch.write("", to: "empty_known_hosts")
      let report = try await preflight(fixture, try fixture.host(ssh: ["known_hosts_file": empty]))
      #expect(names(report, .failed) == [.knownHosts])
      #expect(names(report, .skipped) == [.connection, .remoteRsync, .sourceRoot])
      #expect(report.offeredKeys.map(\.standing) == [.new])
      let key = try #require(report.offeredKeys.first)
      let expected = try await fingerprint(fixture)
      #expect(key.fingerprint == "\(expected) (ED25519)" && key.isPending)
      #expect(key.name == "[127.0.0.1]:\(fixture.server.port)")
      #expect(try check(.knownHosts, report).remedy?.hasSuffix("`pobsync ssh-key trust web-1`") == true)
      #expect(try String(contentsOfFile: empty, encoding: .utf8).isEmpty)
    }
  }

  @Test func `a changed host key is shown as such`() async throws {
    try await withBackupFixture { fixture in
      let former = try await fingerprint(fixture)
      try await fixture.server.replaceHostKey()
      let report = try await preflight(fixture)
      let found = try check(.knownHosts, report)
      #expect(found.blocks == .dryRun && found.found.contains("someone may be posing as the host"))
      #expect(found.found.contains(former))
      #expect(found.remedy?.contains("--replace") == true)
      #expect(report.offeredKeys.map(\.standing) == [.changed])
      let now = try await fingerprint(fixture)
      #expect(report.offeredKeys.first?.fingerprint.hasPrefix(now) == true && now != former)
    }
  }

  @Test func `a host that is down cannot be reached, whatever else is well`() async throws {
    try await withBackupFixture { fixture in
      let host = try fixture.host()
      try await fixture.server.stop()
      let report = try await preflight(fixture, host)
      #expect(names(report, .failed) == [.connection])
      #expect(try check(.connection, report).found.contains("cannot be reached"))
      #expect(try check(.knownHosts, report).outcome == .ok)
      let empty = try fixture.scratch.write("", to: "empty_known_hosts")
      let unknown = try await preflight(fixture, try fixture.host(ssh: ["known_hosts_file": empty]))
      #expect(names(unknown, .failed) == [.knownHosts, .connection] && unknown.offeredKeys.isEmpty)
    }
  }

  @Test func `rsync missing on the host is named`() async throws {
    var options = SSHServer.Options()
    options.hidesRsync = true
    try await withBackupFixture(options) { fixture in
      let report = try await preflight(fixture)
      #expect(names(report, .failed) == [.remoteRsync] && names(report, .skipped) == [.sourceRoot])
      #expect(try check(.remoteRsync, report).found.contains("not installed"))
    }
  }

  @Test func `a source root that is not there blocks all`() async throws {
    try await withBackupFixture { fixture in
      let missing = fixture.scratch.path("not-mounted")
      let report = try await preflight(fixture, try fixture.host("source_root: \(missing)"))
      #expect(names(report, .failed) == [.sourceRoot] && report.blocksDryRun)
      #expect(try check(.sourceRoot, report).found.contains(missing))
      #expect(try check(.remoteRsync, report).outcome != .failed)
    }
  }

  @Test func `rsync missing here is named, and the host is not asked`() async throws {
    try await withBackupFixture { fixture in
      let report = try await preflight(fixture, try fixture.host("rsync: {binary: /nowhere/rsync}"))
      #expect(names(report, .failed) == [.localRsync])
      #expect(names(report, .skipped) == [.connection, .remoteRsync, .sourceRoot])
    }
  }

  // MARK: - The key

  @Test func `a key that others may read is what ssh would refuse`() async throws {
    try await withBackupFixture { fixture in
      let open = try fixture.scratch.write(
        try String(contentsOfFile: fixture.server.identityFile, encoding: .utf8), to: "open_key", mode: 0o644)
      let report = try await preflight(fixture, try fixture.host(ssh: ["identity_file": open]))
      let identity = try check(.identity, report)
      #expect(identity.blocks == .dryRun && identity.found.contains("its mode is 644"), "\(report.text)")
      #expect(identity.remedy == "`chmod 600 \(open)`")
    }
  }

  @Test func `a key that is not there is named with what makes it`() async throws {
    try await withBackupFixture { fixture in
      let missing = fixture.scratch.path("no_key")
      let report = try await preflight(fixture, try fixture.host(ssh: ["identity_file": missing]))
      #expect(try check(.identity, report).remedy?.contains("`pobsync ssh-key generate`") == true)
      #expect(try check(.identity, report).blocks == .dryRun)
    }
  }
}
