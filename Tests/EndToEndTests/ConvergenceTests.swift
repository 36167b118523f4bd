// The main job from end to end: declare, see what is left to do, have it done, and nothing is left.

import Foundation
import Support
import Testing

@Suite struct ConvergenceTests {
  @Test func `apply, diff, reconcile, diff, edit, diff`() async throws {
    try await withInstallation { installation in
      let applied = try await installation.apply(installation.spec())
      #expect(
        applied.stdout == """
          settings/global created
          retention/standard created
          schedule/often created
          host/web-1 created

          """)
      let due = try await installation.pobsync("diff")
      #expect(due.status == 1)
      #expect(due.stdout.contains("web-1: would back up: no good snapshot yet (schedule often, due "))
      #expect(due.stdout.contains("\n1 host: 1 backup; the next backup is due at "))
      #expect(installation.snapshots() == [], "diff changes nothing")

      let done = try await installation.pobsync("reconcile", "--once")
      #expect(done.status == 0, "\(done)")
      #expect(done.stdout == "1 run done.\n")
      #expect(installation.snapshots().count == 1)
      let copy = try TreeFingerprint(of: "\(installation.backups)/web-1/\(installation.snapshots()[0])/data")
      #expect(copy.differences(from: try TreeFingerprint(of: installation.source)) == [])

      let converged = try await installation.pobsync("diff")
      #expect(converged.status == 0, "\(converged)")
      #expect(converged.stdout.hasPrefix("Nothing to do: 1 host is as declared; the next backup is due at "))
      #expect(try await installation.pobsync("reconcile", "--once").stdout == "Nothing to do.\n")

      let edited = installation.spec().replacing("keep_last: 3", with: "keep_last: 5, keep_daily: 2")
      let path = try installation.scratch.write(edited, to: "hosts.yaml")
      let difference = try await installation.pobsync("diff", "-f", path)
      #expect(difference.status == 1)
      #expect(
        difference.stdout.hasPrefix(
          """
          ~ retention/standard
              keep_last: 3 → 5
              keep_daily: 2

          1 resource differs; the next backup is due at\u{20}
          """), "\(difference)")
      #expect(
        try await installation.pobsync("apply", "-f", path).stdout == """
          settings/global unchanged
          retention/standard configured
          schedule/often unchanged
          host/web-1 unchanged

          """)
      #expect(try await installation.pobsync("diff", "-f", path).status == 0)
    }
  }

  @Test func `diff tells programs the same in JSON and by its exit status`() async throws {
    try await withInstallation { installation in
      let path = try installation.scratch.write(installation.spec(), to: "hosts.yaml")
      let result = try await installation.pobsync("diff", "-f", path, "-o", "json")
      #expect(result.status == 1)
      let object = try #require(try JSONSerialization.jsonObject(with: result.output) as? [String: Any])
      let changes = try #require(object["changes"] as? [[String: Any]])
      #expect(
        changes.map { $0["resource"] as? String } == [
          "settings/global", "retention/standard", "schedule/often", "host/web-1",
        ])
      let plan = try #require(object["plan"] as? [[String: Any]])
      let actions = try #require(plan.first?["actions"] as? [[String: Any]])
      #expect(actions.first?["action"] as? String == "backup")
      let broken = try await installation.pobsync("diff", "-f", installation.scratch.path("missing.yaml"))
      #expect(broken.status == 2)
      #expect(broken.stderr.contains("missing.yaml: no such file or directory"))
    }
  }

  @Test func `a spec with anything wrong changes nothing, and says all that is`() async throws {
    try await withInstallation { installation in
      let spec = installation.spec().replacing("retention: standard", with: "retension: standard\n    suspended: yes")
      let path = try installation.scratch.write(spec, to: "hosts.yaml")
      let result = try await installation.pobsync("apply", "-f", path)
      #expect(result.status == 1)
      #expect(result.stderr.contains("error: unknown key `retension` in host `web-1`; did you mean `retention`?"))
      #expect(result.stderr.contains("`suspended` of host `web-1` must be `true` or `false`, not `yes`; write `true`"))
      #expect(try await installation.pobsync("get", "hosts").stdout == "No hosts are declared.\n")
    }
  }

  @Test func `a host that fails makes reconcile fail and stops no other`() async throws {
    try await withInstallation { installation in
      try await installation.apply(
        installation.spec(hosts: ["web-1": [], "broken": ["source_root: /does/not/exist"]]))
      let result = try await installation.pobsync("reconcile", "--once")
      #expect(result.status == 1)
      #expect(result.stderr.contains("broken: backup failed: the source root /does/not/exist does not exist"))
      #expect(installation.snapshots().count == 1)
      let states = try await installation.runStates()
      #expect(states.sorted() == ["failed", "succeeded"])
      let description = try await installation.pobsync("describe", "host", "broken").stdout
      #expect(description.contains("Ready       false   the source root /does/not/exist does not exist"))
    }
  }

  @Test func `scheduled backups are pruned by retention, the newest ones stay`() async throws {
    try await withInstallation { installation in
      try await installation.apply(installation.spec())
      for _ in 0..<5 {
        try await installation.pobsync("backup", "web-1", "--kind", "scheduled").check()
      }
      let before = try installation.fingerprints()
      let names = installation.snapshots()
      #expect(names.count == 5)
      let due = try await installation.pobsync("diff")
      #expect(due.stdout.contains("web-1: would prune: retention standard drops 2 of 5 (frees up to "), "\(due)")
      #expect(due.stdout.contains("\n1 host: 1 prune of 2 snapshots (frees up to "), "\(due)")
      try await installation.pobsync("reconcile", "--once").check()
      #expect(installation.snapshots() == Array(names.suffix(3)))
      #expect(try installation.fingerprints() == before.filter { names.suffix(3).contains($0.key) })
      #expect(try await installation.pobsync("diff").status == 0)
    }
  }

  @Test func `a larger deletion than allowed waits for a person`() async throws {
    try await withInstallation { installation in
      try await installation.apply(installation.spec())
      for _ in 0..<6 {
        try await installation.pobsync("backup", "web-1", "--kind", "scheduled").check()
      }
      let names = installation.snapshots()
      let refused = try await installation.pobsync("retention", "web-1", "--apply", "--yes", "--max-delete", "2")
      #expect(refused.status == 1)
      #expect(refused.stderr.contains("drops 3 snapshots of web-1, and --max-delete allows 2"))
      #expect(installation.snapshots() == names)
      let unasked = try await installation.pobsync("retention", "web-1", "--apply")
      #expect(unasked.status == 1)
      #expect(unasked.stderr.contains("give --yes"))
      #expect(installation.snapshots() == names)
      try await installation.pobsync("retention", "web-1", "--apply", "--yes", "--max-delete", "3").check()
      #expect(installation.snapshots() == Array(names.suffix(3)))
    }
  }

  @Test func `a manual snapshot is no part of retention`() async throws {
    try await withInstallation { installation in
      try await installation.apply(installation.spec())
      try await installation.pobsync("backup", "web-1").check()
      for _ in 0..<4 {
        try await installation.pobsync("backup", "web-1", "--kind", "scheduled", "--prune").check()
      }
      let kept = installation.snapshots()
      #expect(kept.filter { $0.hasPrefix("manual/") }.count == 1)
      #expect(kept.filter { $0.hasPrefix("scheduled/") }.count == 3)
    }
  }

  @Test(.enabled(if: !TestDatabase.usesMariaDB, "it loses the SQLite file"))
  func `a lost database is rebuilt from the disk, and nothing is backed up or removed for it`() async throws {
    try await withInstallation { installation in
      try await installation.apply(installation.spec())
      try await installation.pobsync("reconcile", "--once").check()
      let before = try installation.fingerprints()
      try FileManager.default.removeItem(atPath: installation.scratch.path("state"))
      try await installation.apply(installation.spec())
      let due = try await installation.pobsync("diff")
      #expect(due.stdout.contains("web-1: would discover: snapshots: 1 on disk that the store does not know"))
      try await installation.pobsync("reconcile", "--once").check()
      #expect(try await installation.pobsync("diff").status == 0)
      #expect(try installation.fingerprints() == before)
      #expect(try await installation.list("snapshots").count == 1)
    }
  }

  @Test func `a backup root that is not mounted any more is not written to`() async throws {
    try await withInstallation { installation in
      try await installation.apply(installation.spec())
      try await installation.pobsync("reconcile", "--once").check()
      try FileManager.default.moveItem(atPath: installation.backups, toPath: installation.scratch.path("elsewhere"))
      try FileManager.default.createDirectory(atPath: installation.backups, withIntermediateDirectories: false)
      let result = try await installation.pobsync("backup", "web-1")
      #expect(result.status == 1)
      #expect(result.stderr.contains("lacks its marker"))
      #expect(try await installation.pobsync("reconcile", "--once").status == 1)
      #expect(try FileManager.default.contentsOfDirectory(atPath: installation.backups) == [])
      #expect(try await installation.pobsync("diff").status == 2)
    }
  }
}
