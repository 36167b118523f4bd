// Accidents by which other backup programs and declarative tools have lost data, played here, where nothing is lost.
// The number of each is that of the list of accidents that pobsync was planned with; the names are of the projects and
// their issues. Where an accident is a matter of some other test as well, it is there, under its number:
//
//   A1  rsnapshot 33, 107, 284  failed runs rotate what is good away           here
//   A2  rsnapshot 351           the source is not mounted                      here
//   A3  kopia 3758              the host was away for a year                   here
//   A4  kopia 3736, zrepl 32    snapshots of the future, clocks that jump      here
//   A5  restic 4569             a slip of the pen in a policy                  here
//   A6  restic 3459, 3415       to protect a snapshot, to undo its removal     SafetyTests, TrashTests
//       restic 3383             to keep the oldest                             here
//   A7  backrest 247            retention crosses from host to host            AccidentTests+Disk
//   A8  zrepl 540               snapshots that others have made                AccidentTests+Disk
//   A9  rsnapshot 344           a backup changes what older ones share         AccidentTests+Disk
//   A10 zrepl 659               the newest, or the base in use, is pruned      AccidentTests+Disk
//   A11 BackupPC 268            an interrupted first backup is cleaned away    AccidentTests+Disk
//   A12 BackupPC 519            a wrong argument deletes too much              AccidentTests+Operators
//   A13 BackupPC 469            a host goes, and its data with it              RemovedHostTests
//   A14 argo-cd 3484, 23645     an empty or shortened spec                     AccidentTests+Operators
//   A15 flux2 3316              a rename is a removal                          RenameTests, AccidentTests+Operators
//   A16 velero 375              the database is lost, and the disk cleaned     AccidentTests+Operators
//   A17 BackupPC 356            a restore deletes                              AccidentTests+Operators

import Foundation
import Support
import Testing

@Suite struct AccidentTests {
  /// A schedule that asks for nothing more once there is a backup, and prunes.
  static let rarely = "{cron: '@yearly', prune: true}"

  // MARK: - Failures

  @Test func `A1 rsnapshot 33, 107 and 284: failed and partial runs rotate nothing away`() async throws {
    try await withInstallation { installation in
      try await installation.apply(installation.spec(schedule: Self.rarely))
      try await installation.backUp(times: 3)
      let good = installation.snapshots()
      // As many partial ones after them as the policy keeps.
      for seconds in 0..<3 {
        try installation.layDown(at: Date(timeIntervalSinceNow: -Double(seconds)), status: "partial")
      }
      try await installation.pobsync("discover-snapshots").check()
      let before = try installation.fingerprints()
      #expect(before.count == 6)

      // Not even what the policy drops goes while backups fail.
      let broken = installation.spec(hosts: ["web-1": ["source_root: /does/not/exist"]], schedule: Self.rarely)
      try await installation.apply(broken.replacing("keep_last: 3", with: "keep_last: 1"))
      for _ in 0..<3 {
        let failed = try await installation.pobsync("backup", "web-1", "--kind", "scheduled", "--prune")
        #expect(failed.status == 1)
        #expect(failed.stderr.contains("the source root /does/not/exist does not exist"), "\(failed)")
        let pass = try await installation.pobsync("reconcile", "--once")
        #expect(pass.stderr.contains("the last backup did not succeed: nothing is pruned by itself"), "\(pass)")
      }
      #expect(try installation.fingerprints() == before)

      // What makes the oldest go is a fourth good one, and nothing but the oldest goes.
      try await installation.apply(installation.spec(schedule: Self.rarely))
      try await installation.pobsync("backup", "web-1", "--kind", "scheduled", "--prune").check()
      let after = try installation.fingerprints()
      #expect(after.count == 6)
      #expect(after.filter { before.keys.contains($0.key) } == before.filter { $0.key != good[0] })
    }
  }

  @Test func `A2 rsnapshot 351: a source that is not mounted any more costs no old snapshot`() async throws {
    try await withInstallation { installation in
      let tree = try TreeBuilder(at: installation.source)
      try tree.makeDirectory("mounted")
      for number in 0..<40 { try tree.write("file \(number)", to: RawPath("mounted/\(number)")) }
      try await installation.apply(installation.spec())
      try await installation.backUp(times: 3)
      let whole = installation.snapshots()
      try tree.remove("mounted")
      try tree.makeDirectory("mounted")

      // Day by day, empty backups are made, and nothing goes for them.
      for _ in 0..<3 {
        try await installation.backUp()
        try await installation.pobsync("reconcile", "--once").check()
      }
      #expect(installation.snapshots().count == 6)
      #expect(Array(installation.snapshots().prefix(3)) == whole)
      let diff = try await installation.pobsync("diff")
      #expect(diff.stdout.contains("nothing is pruned until the source is whole again"), "\(diff)")
      #expect(diff.stdout.contains("pobsync accept web-1"))
      #expect(try await installation.pobsync("describe", "host", "web-1").stdout.contains("Retained    false"))
      let followed = try await installation.pobsync("backup", "web-1", "--kind", "scheduled", "--prune")
      #expect(followed.status == 1, "a prune that nobody has looked at is refused")
      #expect(installation.snapshots().count == 7)

      // The disk is back: so is the pruning.
      for number in 0..<40 { try tree.write("file \(number)", to: RawPath("mounted/\(number)")) }
      try await installation.backUp()
      try await installation.pobsync("retention", "web-1", "--apply", "--yes", "--max-delete", "5").check()
      #expect(installation.snapshots().count == 3)
    }
  }

  // MARK: - Times

  @Test func `A3 kopia 3758: a host that was away for a year loses nothing when it is back`() async throws {
    try await withInstallation { installation in
      let back = installation.spec(schedule: "{cron: '@daily', prune: true}")
        .replacing("keep_last: 3", with: "keep_daily: 14, keep_monthly: 3")
      let greedy = "keep_daily: 3"
      try await installation.apply(back)
      try await installation.pobsync("discover-snapshots").check()
      for days in 400..<410 { try installation.layDown(at: Date(timeIntervalSinceNow: -86_400 * Double(days))) }
      try await installation.pobsync("discover-snapshots").check()
      let before = try installation.fingerprints()
      #expect(before.count == 10)

      // While it is away, no policy takes anything.
      let away = installation.spec(hosts: ["web-1": ["ssh: {port: 1}"]], schedule: "{cron: '@daily', prune: true}")
      try await installation.apply(away.replacing("keep_last: 3", with: greedy))
      #expect(try await installation.pobsync("reconcile", "--once").status == 1)
      let shown = try await installation.pobsync("retention", "web-1").check()
      #expect(shown.stderr.contains("nothing is pruned by itself until there is a newer one"), "\(shown)")
      #expect(try installation.fingerprints() == before)

      // Fourteen days are fourteen days that have a snapshot.
      try await installation.apply(back)
      try await installation.pobsync("reconcile", "--once").check()
      try await installation.pobsync("reconcile", "--once").check()
      let after = try installation.fingerprints()
      #expect(after.count == 11)
      #expect(after.filter { before.keys.contains($0.key) } == before)

      // Nor does a policy that was changed by mistake take almost all of it at once.
      try await installation.apply(back.replacing("keep_daily: 14, keep_monthly: 3", with: greedy))
      let braked = try await installation.pobsync("reconcile", "--once")
      #expect(braked.stderr.contains("8 to prune, which is more than 5"), "\(braked)")
      #expect(try installation.fingerprints() == after)
    }
  }

  @Test
  func `A4 kopia 3736: a snapshot of 2042 is kept, is not the newest, and keeps nobody from working`() async throws {
    try await withInstallation { installation in
      try await installation.apply(installation.spec())
      try await installation.backUp()
      try installation.scratch.makeDirectory("backups/web-1/scheduled/20420101-000000Z__AAAAAAAA/data")
      try installation.scratch.write(
        "status: success\n", to: "backups/web-1/scheduled/20420101-000000Z__AAAAAAAA/meta/meta.yaml")
      try await installation.pobsync("discover-snapshots").check()
      try await installation.backUp(times: 3)
      try await installation.pobsync("reconcile", "--once").check()
      #expect(installation.snapshots().count == 4)
      #expect(installation.snapshots().contains("scheduled/20420101-000000Z__AAAAAAAA"))
      let retention = try await installation.pobsync("retention", "web-1").check().stdout
      #expect(retention.contains("dated in the future"))
      #expect(!retention.contains("clock"))
    }
  }

  @Test(.enabled(if: !TestDatabase.usesMariaDB, "it changes the SQLite file"))
  func `A4 zrepl 32: while the clock is before what it has recorded, nothing is pruned`() async throws {
    try await withInstallation { installation in
      try await installation.apply(installation.spec(schedule: Self.rarely))
      try await installation.backUp(times: 4)
      let before = try installation.fingerprints()
      // As if the clock had been years ahead when the runs ended, and been set right since; or is years behind now.
      let jump = """
        import sqlite3, sys
        database = sqlite3.connect(sys.argv[1], timeout=60)
        database.execute("UPDATE runs SET finished_at = '2040' || substr(finished_at, 5)")
        database.commit()
        """
      try await runTool("/usr/bin/python3", ["-c", jump, installation.database]).check()

      let pass = try await installation.pobsync("reconcile", "--once").check()
      #expect(pass.stderr.contains("web-1: waits: the clock is before 2040-"), "\(pass)")
      let forced = try await installation.pobsync("retention", "web-1", "--apply", "--yes", "--max-delete", "9")
      #expect(forced.status == 1)
      #expect(forced.stderr.contains("nothing was removed: the clock is before 2040-"), "\(forced)")
      #expect(try installation.fingerprints() == before)

      // A backup by the clock as it is now makes history of what was wrong.
      try await installation.pobsync("backup", "web-1", "--kind", "scheduled", "--prune").check()
      #expect(installation.snapshots().count == 3)
    }
  }

  // MARK: - Policies

  @Test func `A5 restic 4569: a slip of the pen in a policy makes no policy that keeps nothing`() async throws {
    try await withInstallation { installation in
      let spec = installation.spec(schedule: Self.rarely)
      try await installation.apply(spec)
      try await installation.backUp(times: 2)
      let before = try installation.fingerprints()
      for (wrong, words) in [
        ("{keep_dayly: 14}", "unknown key `keep_dayly` in retention policy `standard`; did you mean `keep_daily`?"),
        ("{keep_last: 0}", "retention policy `standard` keeps nothing"),
        ("{min_keep: 3}", "retention policy `standard` keeps nothing"),
        ("{keep_tag: [none]}", "unknown key `keep_tag` in retention policy `standard`"),
      ] {
        let path = try installation.scratch.write(spec.replacing("{keep_last: 3}", with: wrong), to: "hosts.yaml")
        let refused = try await installation.pobsync("apply", "-f", path)
        #expect(refused.status == 1)
        #expect(refused.stderr.contains(words), "\(refused)")
      }
      let path = try installation.scratch.write(
        spec.replacing("retention: standard", with: "retention: standrad"), to: "hosts.yaml")
      let misnamed = try await installation.pobsync("apply", "-f", path)
      #expect(misnamed.status == 1)
      #expect(misnamed.stderr.contains("names the retention policy `standrad`, which does not exist"), "\(misnamed)")
      let used = try await installation.pobsync("delete", "retention", "standard")
      #expect(used.status == 1)
      #expect(used.stderr.contains("retention/standard is still used by host/web-1"), "\(used)")

      #expect(try await installation.pobsync("export").check().stdout.contains("keep_last: 3"))
      try await installation.pobsync("reconcile", "--once").check()
      #expect(try installation.fingerprints() == before)
    }
  }

  @Test func `A6 restic 3383: the oldest is kept where the policy says so`() async throws {
    try await withInstallation { installation in
      let spec = installation.spec(schedule: Self.rarely)
      try await installation.apply(spec.replacing("keep_last: 3", with: "keep_last: 1, keep_oldest: 1"))
      try await installation.backUp(times: 3)
      let before = try installation.fingerprints()
      let names = installation.snapshots()
      try await installation.pobsync("reconcile", "--once").check()
      #expect(installation.snapshots() == [names[0], names[2]])
      #expect(try installation.fingerprints() == before.filter { $0.key != names[1] })
      #expect(try await installation.pobsync("retention", "web-1").check().stdout.contains("oldest 1 of 1"))
    }
  }
}
