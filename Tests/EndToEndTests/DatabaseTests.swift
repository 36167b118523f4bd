// `pobsync database`: an installation moves to another database and back, is backed up and checked.

import Foundation
import Support
import Testing

@Suite struct DatabaseTests {
  private func exported(_ installation: Installation, _ url: String) async throws -> String {
    try await installation.pobsync("export", "--database", url).check().stdout
  }

  @Test func `an installation moves to another database and back`() async throws {
    try await withInstallation { installation in
      try await installation.apply(installation.spec())
      try await installation.backUp()
      let spec = try await exported(installation, installation.databaseURL)
      #expect(spec.contains("web-1"))
      let file = "sqlite://\(installation.scratch.path("moved.sqlite3"))"
      let between = try await TestDatabase.freshMariaDB() ?? file
      let back = "sqlite://\(installation.scratch.path("back.sqlite3"))"
      var tables: [String] = []
      for (from, to) in [(installation.databaseURL, between), (between, back)] {
        let copy = try await installation.pobsync("database", "copy", "--from", from, "--to", to).check()
        #expect(copy.stderr.contains("everything is in \(to), and was read back equal"), "\(copy)")
        #expect(copy.stdout.contains("snapshots"))
        tables.append(copy.stdout)
        #expect(try await exported(installation, to) == spec)
        #expect(try await installation.pobsync("database", "check", "--database", to).status == 0)
      }
      // The same counts and checksums, whichever the database.
      #expect(tables[0] == tables[1])

      let again = try await installation.pobsync("database", "copy", "--from", between, "--to", back)
      #expect(again.status == 1)
      #expect(again.stderr.contains("is in use"), "\(again)")
    }
  }

  @Test func `a backup is a database, and is made only once under a name`() async throws {
    try await withInstallation { installation in
      try await installation.apply(installation.spec())
      let out = installation.scratch.path("backup.sqlite3")
      let backup = try await installation.pobsync("database", "backup", "--out", out).check()
      #expect(backup.stdout.hasSuffix("is in \(out)\n"), "\(backup)")
      #expect(try await exported(installation, out) == exported(installation, installation.databaseURL))
      let again = try await installation.pobsync("database", "backup", "--out", out)
      #expect(again.status == 1)
      #expect(again.stderr.contains("there is a file \(out) already"), "\(again)")
    }
  }

  @Test func `a database that is not there is not made to be looked at`() async throws {
    try await withInstallation { installation in
      let nowhere = installation.scratch.path("nowhere.sqlite3")
      for arguments in [
        ["check", "--database", nowhere], ["copy", "--from", nowhere, "--to", installation.scratch.path("x.sqlite3")],
        ["backup", "--database", nowhere, "--out", installation.scratch.path("y.sqlite3")],
      ] {
        let result = try await runTool(
          Product.pobsync, ["database"] + arguments, environment: installation.environment)
        #expect(result.status == 1)
        #expect(result.stderr.contains("there is no database sqlite://\(nowhere)"), "\(result)")
      }
      #expect(!FileManager.default.fileExists(atPath: nowhere))
    }
  }

  @Test func `a password in an address is refused and not shown`() async throws {
    try await withInstallation { installation in
      let result = try await installation.pobsync("status", "--database", "mariadb://pobsync:sesame@db/pobsync")
      #expect(result.status == 1)
      #expect(result.stderr.contains("holds a password"), "\(result)")
      #expect(!result.description.contains("sesame"))
    }
  }
}
