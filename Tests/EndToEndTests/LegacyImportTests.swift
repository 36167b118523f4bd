// The configuration of the original pobsync taken over and written out again, with the real program.

import Foundation
import Support
import Testing

@Suite struct LegacyImportTests {
  /// The program, with a state and a prefix of its own. Nothing is backed up.
  private struct Site {
    let scratch: ScratchDirectory

    var prefix: String { scratch.path("opt") }

    /// - Parameter database: which of several databases.
    func pobsync(_ arguments: String..., database: String = "state") async throws -> ToolResult {
      var environment = ProcessInfo.processInfo.environment
      environment["POBSYNC_DATABASE"] = "sqlite://\(scratch.path("\(database)/pobsync.sqlite3"))"
      environment["NO_COLOR"] = "1"
      return try await runTool(Product.pobsync, arguments, environment: environment, timeout: 120)
    }

    func importing(_ options: String..., database: String = "state") async throws -> ToolResult {
      var environment = ProcessInfo.processInfo.environment
      environment["POBSYNC_DATABASE"] = "sqlite://\(scratch.path("\(database)/pobsync.sqlite3"))"
      environment["NO_COLOR"] = "1"
      return try await runTool(
        Product.pobsync, ["import", "legacy", "--prefix", prefix, "--time-zone", "Europe/Amsterdam"] + options,
        environment: environment, timeout: 120)
    }

    func exported(database: String = "state") async throws -> String {
      try await pobsync("export", database: database).check().stdout
    }

    /// Writes the prefix of the unit tests, with a backup root that is there and holds a snapshot.
    func writePrefix() throws {
      for file in LegacyPrefixFixture.files {
        let content = file.content.replacing("/mnt/backups/pobsync", with: scratch.path("backups"))
        try scratch.write(content, to: "opt/\(file.path)")
      }
      try scratch.write("x", to: "backups/alpha/scheduled/20260518-021500/data/file")
    }

    /// Writes a prefix of one host that is right, to be made wrong.
    func writeSmallPrefix(global: String = "retention_defaults: {daily: 7}\n") throws {
      try scratch.write("backup_root: \(scratch.path("backups"))\n\(global)", to: "opt/config/global.yaml")
      try scratch.write("schedule: {cron: '15 2 * * *'}\n", to: "opt/config/hosts/web-1.yaml")
      try scratch.write("x", to: "backups/web-1/scheduled/20260518-021500/data/file")
    }
  }

  private func withSite(_ body: (Site) async throws -> Void) async throws {
    try await withScratchDirectory("legacy") { try await body(Site(scratch: $0)) }
  }

  // MARK: - Importing

  @Test func `a dry run shows the difference and changes nothing, an import takes it over, another finds it unchanged`()
    async throws
  {
    try await withSite { site in
      try site.writePrefix()
      let dry = try await site.importing("--dry-run")
      #expect(dry.status == 1, "two files are left out")
      #expect(dry.stdout.contains("+ host/alpha\n"))
      #expect(dry.stdout.contains("    schedule: daily-0215-prune\n"))
      #expect(dry.stdout.hasSuffix("created (dry run)\n"))
      #expect(dry.stderr.contains("config/hosts/broken.yaml:1:6: error: `{` without its closing `}`"))
      #expect(dry.stderr.contains("config/hosts/unknown.yaml:2:1: warning: unknown key `colour` in host `unknown`"))
      #expect(dry.stderr.components(separatedBy: "unknown key `colour`").count == 2, "it is told once")
      #expect(dry.stderr.contains("2 files were left out"))
      #expect(try await site.exported() == "version: 1\n")

      #expect(try await site.importing().status == 1)
      let imported = try await site.exported()
      #expect(imported.contains("  alpha:\n"))
      #expect(imported.contains("time_zone: Europe/Amsterdam"))
      let described = try await site.pobsync("describe", "host", "alpha").check().stdout
      #expect(described.contains("declared    by legacy, generation 1"))
      let again = try await site.importing("--dry-run").stdout
      #expect(again.contains("unchanged (dry run)") && !again.contains("+ "))
    }
  }

  @Test func `what was imported is a spec set: others' changes are conflicts, and what is gone goes with --prune`()
    async throws
  {
    try await withSite { site in
      try site.writeSmallPrefix()
      try site.scratch.write("address: other.example.net\n", to: "opt/config/hosts/web-2.yaml")
      try await site.importing().check()
      let spec = try site.scratch.write(
        "version: 1\nset: team\nhosts: {web-1: {address: elsewhere}}\n", to: "hosts.yaml")
      let refused = try await site.pobsync("apply", "-f", spec)
      #expect(refused.status == 1)
      #expect(refused.stderr.contains("host/web-1 belongs to legacy"))
      try await site.pobsync("apply", "-f", spec, "--take-over").check()
      let conflict = try await site.importing()
      #expect(conflict.status == 1)
      #expect(conflict.stderr.contains("host/web-1 belongs to team"))
      try await site.importing("--take-over").check()
      try site.scratch.write("", to: "opt/config/hosts/web-2.yaml")
      let cut = try await site.importing("--prune")
      #expect(cut.status == 1)
      #expect(cut.stderr.contains("nothing was imported: --prune would delete the hosts of files that cannot be read"))
      #expect(try await site.exported().contains("web-2:"))
      try FileManager.default.removeItem(atPath: "\(site.prefix)/config/hosts/web-2.yaml")
      #expect(try await site.importing().check().stdout.contains("web-2") == false, "it stays")
      #expect(try await site.importing("--prune").check().stdout.contains("- host/web-2"))
    }
  }

  @Test func `the spec file is equal to what would be imported, and is commented`() async throws {
    try await withSite { site in
      try site.writePrefix()
      let path = site.scratch.path("hosts.yaml")
      #expect(try await site.importing("--out", path).status == 1)
      let text = try String(contentsOfFile: path, encoding: .utf8)
      #expect(text.contains("# `pobsync_home` has no equal: where pobsync keeps its state is told by its options\n"))
      #expect(text.contains("  # unknown key `colour` in host `unknown`; it is left out, and kept in the record\n"))
      #expect(!FileManager.default.fileExists(atPath: site.scratch.path("state")), "nothing was imported")
      let refused = try await site.importing("--out", path)
      #expect(refused.stderr.contains("\(path) is there already, and was left as it is"))
      try await site.pobsync("apply", "-f", path).check()
      #expect(try await site.importing(database: "other").status == 1)
      #expect(try await site.exported() == site.exported(database: "other"))
      #expect(try await site.importing("--out", site.scratch.path("x.yaml"), "--prune").status == 64)
    }
  }

  // MARK: - Exporting

  @Test func `import, export and import again give the same, under the original's names as well`() async throws {
    try await withSite { site in
      try site.writePrefix()
      #expect(try await site.importing().status == 1)
      let files = site.scratch.path("exported")
      let first = try await site.pobsync("export-pobsync-configs", "--prefix", files).check()
      #expect(first.stdout == "14 files written below \(files)\n")
      try await site.pobsync(
        "import-pobsync-configs", "--prefix", files, "--time-zone", "Europe/Amsterdam", database: "other"
      ).check()
      #expect(try await site.exported() == site.exported(database: "other"))
    }
  }

  @Test func `an export never writes over what it has not written, unless it is told`() async throws {
    try await withSite { site in
      try site.writeSmallPrefix()
      try await site.importing().check()
      let onto = try await site.pobsync("export", "legacy", "--prefix", site.prefix)
      #expect(onto.status == 1)
      #expect(onto.stderr.contains("config/global.yaml was not written by an export, or has been changed since"))
      #expect(
        try String(contentsOfFile: "\(site.prefix)/config/hosts/web-1.yaml", encoding: .utf8).hasPrefix("schedule"))

      let files = site.scratch.path("exported")
      try await site.pobsync("export", "legacy", "--prefix", files).check()
      try await site.pobsync("export", "legacy", "--prefix", files).check()
      let host = "\(files)/config/hosts/web-1.yaml"
      let written = try String(contentsOfFile: host, encoding: .utf8)
      try (written + "# mine\n").write(toFile: host, atomically: false, encoding: .utf8)
      let global = try String(contentsOfFile: "\(files)/config/global.yaml", encoding: .utf8)
      try await site.pobsync("configure-global", "--min-free", "1GiB").check()
      let refused = try await site.pobsync("export", "legacy", "--prefix", files)
      #expect(refused.status == 1)
      #expect(refused.stderr.contains("\(host) was not written by an export, or has been changed since"))
      #expect(
        try String(contentsOfFile: "\(files)/config/global.yaml", encoding: .utf8) == global, "nothing was written")
      let forced = try await site.pobsync("export", "legacy", "--prefix", files, "--force").check()
      #expect(try String(contentsOfFile: host, encoding: .utf8) == written)
      #expect(forced.stderr.contains("settings/global: `min_free` has no key in the predecessor's files"))

      try await site.pobsync("delete", "host", "web-1").check()
      let left = try await site.pobsync("export", "legacy", "--prefix", files).check()
      #expect(left.stderr.contains("config/hosts/web-1.yaml is of a host that is not declared any more; it was left"))
      try FileManager.default.removeItem(atPath: host)
      try FileManager.default.createSymbolicLink(atPath: host, withDestinationPath: "/etc/passwd")
      try await site.importing("--take-over").check()
      let link = try await site.pobsync("export", "legacy", "--prefix", files, "--force")
      #expect(link.stderr.contains("is no regular file: nothing was written"))
    }
  }

  // MARK: - Bad input

  @Test(arguments: [
    ("two.yaml", "host: web-1\n", "host `web-1` has two files, the first at"),
    ("b\u{FC}ro.yaml", "enabled: true\n", "the file's name gives no host name"),
    ("two.yaml", "host: ../etc\n", "`../etc` must begin with a letter or a digit"),
    ("two.yaml", "address: -oProxyCommand=x\n", "begins with `-`, which ssh would take for an option"),
    ("two.yaml", "retention: {daily: 0}\n", "`retention` of host `two` keeps nothing"),
    ("two.yaml", "ssh: {port: 70000}\n", "`ssh.port` of host `two` must be a whole number from 1 to 65535"),
    ("two.yaml", "schedule: {cron: 'never'}\n", "`schedule.cron` of host `two`"),
    ("two.yaml", "exclude: [a]\nexcludes: [b]\n", "means the same as `exclude`"),
    ("two.yaml", "extra_args: \"-x --rsync-path='sudo rsync'\"\n", "`rsync.extra_args` of host `two` must be a list"),
  ])
  func `what is wrong changes nothing`(_ file: String, _ content: String, _ complaint: String) async throws {
    try await withSite { site in
      try site.writeSmallPrefix()
      try site.scratch.write(content, to: "opt/config/hosts/\(file)")
      for options in [[], ["--dry-run"]] as [[String]] {
        let refused = try await runTool(
          Product.pobsync, ["import", "legacy", "--prefix", site.prefix] + options,
          environment: ["POBSYNC_DATABASE": site.scratch.path("state/db.sqlite3"), "NO_COLOR": "1"])
        #expect(refused.status == 1)
        #expect(refused.stderr.contains(complaint), "\(refused.stderr)")
        #expect(refused.stderr.components(separatedBy: ": error: ").count == 2, "one message: \(refused.stderr)")
        #expect(refused.stdout.isEmpty)
      }
      #expect(try await site.exported() == "version: 1\n")
    }
  }

  @Test func `a backup root that is not there, holds nothing, or is another disk refuses the import`() async throws {
    try await withSite { site in
      try site.writeSmallPrefix()
      let backups = site.scratch.path("backups")
      try FileManager.default.moveItem(atPath: backups, toPath: backups + ".away")
      let missing = try await site.importing()
      #expect(missing.status == 1)
      #expect(missing.stderr.contains("the backup root \(backups) does not exist: mount its disk"))
      _ = try site.scratch.makeDirectory("backups")
      let empty = try await site.importing()
      #expect(empty.status == 1)
      #expect(empty.stderr.contains("the backup root \(backups) holds no snapshots: mount its disk"))
      #expect(try await site.exported() == "version: 1\n")
      let names = try FileManager.default.contentsOfDirectory(atPath: backups)
      #expect(names.isEmpty, "nothing was written")
      try await site.importing("--without-snapshots").check()

      // Once it is known, another disk in its place is seen by its marker.
      try FileManager.default.removeItem(atPath: backups)
      try FileManager.default.moveItem(atPath: backups + ".away", toPath: backups)
      try await site.pobsync("adopt", "--yes").check()
      try FileManager.default.removeItem(atPath: "\(backups)/.pobsync-root.yaml")
      let unmarked = try await site.importing()
      #expect(unmarked.status == 1)
      #expect(unmarked.stderr.contains("lacks its marker .pobsync-root.yaml"))
    }
  }

  @Test func `a prefix without configuration is an error that says what was looked for`() async throws {
    try await withSite { site in
      _ = try site.scratch.makeDirectory("opt")
      let refused = try await site.importing()
      #expect(refused.status == 1)
      #expect(refused.stderr.contains("neither config/global.yaml nor config/hosts/*.yaml is there"))
      #expect(try await site.pobsync("import", "legacy").status == 64)
    }
  }

  // MARK: - The whole way

  @Test func `an installation is taken over, and its next backup shares every file with its last`() async throws {
    try await withInstallation { installation in
      let scratch = installation.scratch
      let data = try scratch.makeDirectory("backups/web-1/scheduled/20260518-021500Z__1/data")
      _ = try await runTool("rsync", ["-aHAX", "--numeric-ids", "\(installation.source)/", "\(data)/"]).check()
      try scratch.write("status: success\n", to: "backups/web-1/scheduled/20260518-021500Z__1/meta.yaml")
      try scratch.write(
        """
        backup_root: \(installation.backups)
        ssh:
          user: \(installation.server.user)
          port: \(installation.server.port)
          options: [-oIdentityFile=\(installation.server.identityFile), \
        -oUserKnownHostsFile=\(installation.server.knownHostsFile)]
        rsync: {timeout_seconds: 600}
        retention_defaults: {daily: 14}

        """, to: "opt/config/global.yaml")
      try scratch.write(
        "address: 127.0.0.1\nsource_root: \(installation.source)\nschedule: {cron: '@hourly', prune: true}\n",
        to: "opt/config/hosts/web-1.yaml")
      let imported = try await installation.pobsync("import", "legacy", "--prefix", scratch.path("opt")).check()
      #expect(imported.stdout.contains("`pobsync adopt` shows them"))
      try await installation.pobsync("adopt", "--yes").check()
      try await installation.pobsync("reconcile", "--once").check()
      let newest = try #require(installation.snapshots().last)
      let recorded = try #require(try await installation.list("snapshots").first)
      #expect("scheduled/\(recorded["name"] as? String ?? "")" == newest)
      #expect(recorded["base"] as? String == "scheduled/20260518-021500Z__1")
      let stats = recorded["stats"] as? [String: Any]
      #expect((stats?["rsync"] as? [String: Any])?["literal_data_bytes"] as? Int == 0)
      for file in ["greeting", "documents/photo"] {
        let old = try FileManager.default.attributesOfItem(atPath: "\(data)/\(file)")[.systemFileNumber] as? Int
        let new =
          try FileManager.default.attributesOfItem(
            atPath: "\(installation.backups)/web-1/\(newest)/data/\(file)")[.systemFileNumber] as? Int
        #expect(old != nil && old == new, "\(file)")
      }
    }
  }
}
