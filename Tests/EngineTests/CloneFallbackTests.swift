// Cloned backups that cannot go on as such: each ends in a snapshot that equals link_dest's and says what was done
// instead, or in a failure that says why, and never in a wrong tree.

import Engine
import Foundation
import Glibc
import Spec
import Support
import Testing

@Suite struct CloneFallbackTests {
  /// Gives `body` a host with one snapshot below each root, and with changes since; afterwards earlier snapshots must be
  /// what they were, and the next backup must be cloned and whole.
  private func withChangedHost(
    _ options: SSHServer.Options = SSHServer.Options(), backupRoot: String? = nil, surveying: Surveying = .byListing,
    _ body: (TwinFixture, inout TreeMutations) async throws -> Void
  ) async throws {
    try await withTwinFixture(options, backupRoot: backupRoot, surveying: surveying) { twins in
      var mutations = TreeMutations(tree: try twins.tree, seed: 3)
      try mutations.populate()
      var history = SnapshotHistory()
      try await twins.backUpAndCompare()
      try history.expectUnchanged(in: twins.clone)
      _ = try mutations.step(atLeast: 5)
      try await body(twins, &mutations)
      try history.expectUnchanged(in: twins.clone)
      _ = try mutations.step(atLeast: 5)
      try await twins.withCopiedPast("past").backUpAndCompare(isCloned: true, "the next backup")
      try history.expectUnchanged(in: twins.clone)
    }
  }

  // MARK: - Bases

  @Test func `without a base there is nothing to clone, and nothing to be said of it`() async throws {
    try await withTwinFixture { twins in
      try twins.tree.makeFile("directory/file")
      let pair = try await twins.backUpAndCompare()
      #expect(pair.clone.strategy == "link_dest")
      #expect(pair.clone.note == nil)
      #expect(pair.clone.status == .success)
    }
  }

  @Test(.enabled(if: LoopFileSystem.isAvailable, "only root can mount"), arguments: ["all", "a part", "a bound part"])
  func `a base that cannot be linked from its file system is copied from`(_ extent: String) async throws {
    try await withTwinFixture { twins in
      var mutations = TreeMutations(tree: try twins.tree, seed: 4)
      try mutations.populate()
      let first = try await twins.backUpAndCompare()
      _ = try mutations.step(atLeast: 5)
      let data = try twins.clone.data(first.clone)
      let place = extent == "all" ? data : "\(data)/d3"
      let aside = twins.clone.scratch.path("aside")
      try await runTool("cp", ["-a", place, aside]).check()
      let mount = extent == "a bound part" ? ["--bind", place] : ["-t", "tmpfs", "tmpfs"]
      try await withMount(mount, at: place) {
        if extent != "a bound part" { try await runTool("cp", ["-a", "\(aside)/.", place]).check() }
        var history = SnapshotHistory()
        try history.expectUnchanged(in: twins.clone)
        try await twins.withCopiedPast("past").backUpAndCompare(isCloned: false, sharing: false)
        try history.expectUnchanged(in: twins.clone)
      }
    }
  }

  @Test(.enabled(if: LoopFileSystem.isAvailable, "only root can mount"))
  func `what a stopped backup has on another file system is fetched anew`() async throws {
    try await withTwinFixture { twins in
      try twins.tree.makeFile("kept")
      try await twins.clone.backup(twins.host(.clone))
      try twins.tree.makeFile("d/new", "this is new")
      let place = "\(try twins.clone.directory.incomplete)/\(try twins.clone.makeUnfinished())/data/d"
      try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
      try await withMount(["-t", "tmpfs", "tmpfs"], at: place) {
        try await runTool("cp", ["-a", "\(twins.clone.source)/d/new", place]).check()
        let snapshot = try await twins.clone.backup(twins.host(.clone))
        snapshot.expectCloned()
        let differences = try twins.differencesFromSource(twins.clone.fingerprint(snapshot))
        #expect(differences == [])
      }
    }
  }

  @Test(.enabled(if: LoopFileSystem.isAvailable, "only root can make file systems"))
  func `a base whose files may not be linked is copied from`() async throws {
    try await withLoopFileSystem(.ext4) { mount in
      try await withTwinFixture(backupRoot: mount) { twins in
        let tree = try twins.tree
        for path: RawPath in ["d/file", "group-1", "other"] { try tree.makeFile(path, "this is \(path)") }
        try tree.makeHardLink("group-2", to: "group-1")
        let first = try await twins.backUpAndCompare()
        var history = SnapshotHistory()
        try history.expectUnchanged(in: twins.clone)
        let data = try twins.clone.data(first.clone)
        try await runTool("chattr", ["+i", "\(data)/group-1", "\(data)/d/file"]).check()
        try tree.write("changed", to: "other")
        try await twins.backUpAndCompare(isCloned: false, sharing: false)
        try history.expectUnchanged(in: twins.clone)
        try await runTool("chattr", ["-i", "\(data)/group-1", "\(data)/d/file"]).check()
      }
    }
  }

  @Test(.enabled(if: LoopFileSystem.isAvailable, "only root can make file systems"))
  func `a file that has as many links as its file system allows is copied, with all of its names`() async throws {
    try await withLoopFileSystem(.ext4) { mount in
      try await withTwinFixture(backupRoot: mount) { twins in
        let tree = try twins.tree
        for path: RawPath in ["full-1", "other"] { try tree.makeFile(path, "this is \(path)") }
        try tree.makeHardLink("full-2", to: "full-1")
        try tree.setAttribute("user.a", [1], on: "full-1")
        try tree.chmod("full-1", 0o4711)
        let first = try await twins.backUpAndCompare()
        var history = SnapshotHistory()
        try history.expectUnchanged(in: twins.clone)
        let file = try twins.clone.data(first.clone) + "/full-1"
        #expect(mkdir("\(mount)/links", 0o700) == 0)
        var (count, code) = (0, Int32(0))
        while code == 0 {
          code = link(file, "\(mount)/links/\(count)") == 0 ? 0 : errno
          count += 1
        }
        #expect(code == EMLINK)

        let pair = try await twins.backUpAndCompare(isCloned: true, sharing: false)
        try history.expectUnchanged(in: twins.clone)
        let made = try twins.clone.fingerprint(pair.clone)
        let shared = made.shared(with: try twins.clone.fingerprint(first.clone))
        #expect(shared == ["other"])
      }
    }
  }

  @Test(.enabled(if: LoopFileSystem.isAvailable, "only root can make file systems"))
  func `a disk without free inodes fails the clone and nothing else`() async throws {
    try await withLoopFileSystem(.ext4, options: ["-N", "256"]) { mount in
      try await withTwinFixture(backupRoot: mount) { twins in
        let tree = try twins.tree
        for number in 0..<150 { try tree.makeDirectory(RawPath("directory-\(number)")) }
        try await twins.backUpAndCompare()
        let failure = try await twins.clone.failingBackup(try twins.host(.clone))
        #expect(failure.code == .diskFull)
      }
    }
  }

  /// What takes a base away once it is cloned and before it is surveyed; `$last` is its data.
  private static let thefts = [
    "data": "mv \"$last\" \"$last.aside\"", "snapshot": "mv \"$base\" \"$base.aside\"", "part": "rm -r \"$last/d\"",
  ]

  @Test(arguments: thefts.keys.sorted(), [Surveying.byListing, .byDryRun])
  func `a base that disappears makes no wrong tree`(_ theft: String, _ surveying: Surveying) async throws {
    try await withTwinFixture(surveying: surveying) { twins in
      let tree = try twins.tree
      for path: RawPath in ["d/kept", "d/changed", "d/gone", "kept", "gone"] { try tree.makeFile(path) }
      try await twins.backUpAndCompare()
      let base = try twins.clone.data(await twins.backUpAndCompare(isCloned: true).clone)
      try tree.write("changed", to: "d/changed")
      for path: RawPath in ["d/gone", "gone"] { try tree.remove(path) }
      let steal = try #require(Self.thefts[theft])
      let before = try twins.clone.directory.snapshotIDs()
      let script = """
        last='\(base)'
        base=$(dirname "$last")
        host=$(dirname "$(dirname "$base")")
        tries=0
        while ! ls "$host"/.incomplete/*/clone/d/gone "$host"/.incomplete/*/clone/gone >/dev/null 2>&1; do
          tries=$((tries + 1))
          [ $tries -le 400 ] || exit 75
          sleep 0.05
        done
        \(steal)
        """
      let keys =
        switch surveying {
        case .byListing, .byListingAlone:
          "rsync: {remote_binary: \(try OddRsync.there(in: twins.clone.scratch, list: script))}"
        case .byDryRun: "rsync: {binary: \(try OddRsync.here(in: twins.clone.scratch, survey: script))}"
        }
      let result = try await twins.clone.tryBackup(try twins.host(.clone, [keys]))
      switch result.outcome {
      case .success(let snapshot):
        let differences = try twins.differencesFromSource(twins.clone.fingerprint(snapshot))
        #expect(differences == [])
        #expect(snapshot.status == .success)
      case .failure(let failure):
        let ids = try twins.clone.directory.snapshotIDs()
        #expect(Set(ids).isSubset(of: before), "\(failure)")
      }
      let next = try await twins.clone.backup(twins.host(.clone))
      let differences = try twins.differencesFromSource(twins.clone.fingerprint(next))
      #expect(differences == [])
    }
  }

  @Test func `a base that disappears before the transfer is no base of it`() async throws {
    try await withTwinFixture { twins in
      let tree = try twins.tree
      for path: RawPath in ["d/kept", "d/changed"] { try tree.makeFile(path) }
      let first = try await twins.backUpAndCompare()
      try tree.write("changed", to: "d/changed")
      let directory = try twins.clone.directory.directory(of: first.clone.id)
      let result = try await twins.clone.tryBackup(
        try twins.host(.clone),
        meanwhile: {
          guard rename(directory, "\(directory).aside") == 0 else { throw FileError("rename", RawPath(directory)) }
        })
      if case .success(let snapshot) = result.outcome {
        let differences = try twins.differencesFromSource(twins.clone.fingerprint(snapshot))
        #expect(differences == [])
      }
      let next = try await twins.clone.backup(twins.host(.clone))
      let differences = try twins.differencesFromSource(twins.clone.fingerprint(next))
      #expect(differences == [])
    }
  }

  // MARK: - What killed runs leave

  @Test func `what a killed run has cloned goes with the next, and hides nothing that has arrived`() async throws {
    try await withChangedHost { twins, _ in
      let directory = try twins.clone.directory
      let older = try twins.clone.makeUnfinished()
      let newer = try twins.clone.makeUnfinished(after: older)
      let now = Date()
      let files = [
        (older, "data/arrived"), (newer, "clone/d/cloned"), (newer, "former/f"), (newer, "taken/1/x"),
        (newer, "cut/1/x"),
      ]
      for (name, file) in files {
        let path = "\(directory.incomplete)/\(name)/\(file)"
        try FileManager.default.createDirectory(
          atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
        try Data("x".utf8).write(to: URL(fileURLWithPath: path))
      }
      #expect(
        try directory.unfinishedToTakeOver(after: directory.base(now: now), now: now.addingTimeInterval(1)) == older)
      try await twins.clone.backup(twins.host(.clone))
      let left = try FileManager.default.contentsOfDirectory(atPath: "\(directory.incomplete)/\(newer)")
      #expect(left.sorted() == ["data", "meta"])
      #expect(FileManager.default.fileExists(atPath: "\(directory.incomplete)/\(older)/data/arrived"))
    }
  }

  // MARK: - Lists of the host's own

  /// What an odd host does when it is asked for a list, instead or first.
  private static let oddLists = [
    "echo hello", "exit 1", "exit 127", "kill -9 $$", "exec rsync --protocol=30 \"$@\"",
    "exec rsync --no-inc-recursive \"$@\"", "rsync \"$@\" </dev/null; exit 0",
  ]

  @Test func `a host whose list is of no use is surveyed by a dry run`() async throws {
    try await withChangedHost { twins, mutations in
      for list in Self.oddLists {
        let remote = try OddRsync.there(in: twins.clone.scratch, list: list)
        let pair = try await twins.backUpAndCompare(
          trouble: ["rsync: {remote_binary: \(remote)}"], isCloned: true, list)
        let log = try String(
          contentsOfFile: twins.clone.directory.directory(of: pair.clone.id) + "/meta/rsync.log", encoding: .utf8)
        #expect(log.contains("pobsync: the host's list of files was of no use: "), "\(list): \(log)")
        _ = try mutations.step(atLeast: 5)
      }
    }
  }

  @Test func `a host that does not end after its list is not waited for`() async throws {
    try await withChangedHost { twins, _ in
      let remote = try OddRsync.there(in: twins.clone.scratch, list: "rsync \"$@\"; sleep 600")
      try await twins.backUpAndCompare(trouble: ["rsync: {remote_binary: \(remote)}"], isCloned: true)
      #expect(twins.clone.processes == [])
    }
  }

  @Test func `a host that stops in the middle of its list is not waited for longer than is allowed`() async throws {
    try await withChangedHost { twins, _ in
      let remote = try OddRsync.there(in: twins.clone.scratch, list: "rsync \"$@\" | head -c 200; sleep 60")
      let failure = try await twins.clone.failingBackup(
        try twins.host(.clone, ["rsync: {remote_binary: \(remote), timeout: 2s}"]))
      #expect(failure.code == .timedOut)
      #expect(twins.clone.processes == [])
    }
  }

  @Test func `a backup that is stopped while the host lists leaves nothing behind`() async throws {
    try await withChangedHost { twins, _ in
      let mark = twins.clone.scratch.path("listing")
      let remote = try OddRsync.there(in: twins.clone.scratch, list: "touch '\(mark)'; sleep 60")
      let host = try twins.host(.clone, ["rsync: {remote_binary: \(remote)}"])
      let task = Task { try await twins.clone.tryBackup(host) }
      try await poll(until: 30, "the host to be asked") { access(mark, F_OK) == 0 }
      try await twins.clone.expectStopped(task)
    }
  }

  // MARK: - Surveys

  private static let oddLines = [
    "a line of words", "xx+++++++++ name//", ">f+++++++++ /etc/passwd//", ">f+++++++++ ../outside//",
    ">f+++++++++ d1/../../outside//", "cd+++++++++ d1/..///", "*deleting   ../outside", "*deleting   /etc/passwd",
    "hf+++++++++ d1/x// => ../../outside", "hf+++++++++ d1/x// => /etc/passwd", ">f", ">f+++++++++ ",
    ">f+++++++++ //", "*deleting   ", ".d..t...... d1", ">f+++++++++ d1/\\#777//", ">f+++++++++ d1/\\#000x//",
  ]

  @Test func `a line that nobody knows is not guessed at`() async throws {
    try await withChangedHost(surveying: .byDryRun) { twins, mutations in
      for line in Self.oddLines {
        let binary = try OddRsync.here(in: twins.clone.scratch, survey: "printf '%s\\n' '\(line)'")
        try await twins.backUpAndCompare(trouble: ["rsync: {binary: \(binary)}"], isCloned: false, line)
        _ = try mutations.step()
      }
    }
  }

  @Test func `a survey that could not read everything decides nothing`() async throws {
    try await withChangedHost(surveying: .byDryRun) { twins, _ in
      let binary = try OddRsync.here(in: twins.clone.scratch, survey: "rsync \"$@\"; exit 23")
      try await twins.backUpAndCompare(trouble: ["rsync: {binary: \(binary)}"], isCloned: false)
    }
  }

  @Test func `files that vanish during the survey do not keep it from being used`() async throws {
    try await withChangedHost(surveying: .byDryRun) { twins, _ in
      let binary = try OddRsync.here(in: twins.clone.scratch, survey: "rsync \"$@\"; exit 24")
      let pair = try await twins.backUp(trouble: ["rsync: {binary: \(binary)}"])
      let problems = try twins.problems(pair, records: false)
      #expect(problems == [])
      #expect(pair.clone.status == .warning)
      #expect(pair.clone.strategy == "clone")
    }
  }

  @Test func `a survey that fails is the failure that it would be without a clone`() async throws {
    try await withChangedHost(surveying: .byDryRun) { twins, _ in
      for status in [1, 2, 5, 10, 11, 12, 14, 20, 22, 30, 35, 127, 255] {
        let odd = try OddRsync.here(in: twins.clone.scratch, survey: "exit \(status)")
        let failing = try OddRsync.here(in: twins.clone.scratch, always: "exit \(status)")
        let failure = try await twins.clone.failingBackup(try twins.host(.clone, ["rsync: {binary: \(odd)}"]))
        let other = try await twins.linked.failingBackup(try twins.host(.linkDest, ["rsync: {binary: \(failing)}"]))
        #expect(failure == other)
        let left = try entries(ofDirectory: RawPath(twins.clone.directory.incomplete))
        #expect(left == [], "after status \(status)")
      }
    }
  }

  @Test func `a directory that cannot be read is not taken for an empty one`() async throws {
    try await withTwinFixture { twins in
      let tree = try twins.tree
      for path: RawPath in ["open/file", "secret/file", "secret/inner/file"] { try tree.makeFile(path) }
      try await twins.backUpAndCompare()
      var history = SnapshotHistory()
      try history.expectUnchanged(in: twins.clone)
      try tree.write("changed", to: "open/file")
      try tree.chmod("secret", 0o700)
      try await withUnreadable("secret", in: twins) { keys in
        let pair = try await twins.backUpAndCompare(keys, isCloned: false, equalToSource: false)
        #expect(pair.clone.status == .partial)
        #expect(pair.clone.note?.contains("Permission denied") == true, "\(pair.clone.note ?? "no note")")
      }
      try history.expectUnchanged(in: twins.clone)
      try await twins.backUpAndCompare(isCloned: true)
      try history.expectUnchanged(in: twins.clone)
    }
  }

  @Test func `a survey that is cancelled ends at once, with the clone beside it`() async throws {
    try await withChangedHost { twins, _ in
      let held = try HeldRsync(in: twins.clone.scratch)
      let host = try twins.host(.clone, ["rsync: {remote_binary: \(held.path)}"])
      let task = Task { try await twins.clone.tryBackup(host) }
      try await held.waitUntilHolding()
      try await twins.clone.expectStopped(task)
    }
  }

  /// Options that change what is compared, sent or made. The last leaves attributes behind that only it understands.
  private static let options = [
    "--checksum", "--ignore-times", "--whole-file", "--fuzzy", "--sparse", "--max-size=1000", "--min-size=2",
    "--safe-links", "--munge-links", "--no-perms", "--no-group", "--no-specials", "--no-acls", "--no-xattrs",
    "--no-hard-links", "--cvs-exclude", "--chmod=g+w", "--usermap=0:1000",
    "--protocol=30", "--no-inc-recursive", "--no-devices", "--fake-super",
  ]
  private static let rows = 4

  @Test(arguments: 0..<rows) func `further options make the same of either strategy`(row: Int) async throws {
    try await withTwinFixture { twins in
      var mutations = TreeMutations(tree: try twins.tree, seed: 5)
      try mutations.populate()
      var history = SnapshotHistory()
      try await twins.backUpAndCompare()
      for option in Self.options.enumerated().filter({ $0.offset % Self.rows == row }).map(\.element) {
        for _ in 0..<2 {
          try history.expectUnchanged(in: twins.clone, "before \(option)")
          let keys = ["rsync: {extra_args: ['\(option)']}"]
          let changes = try mutations.step(atLeast: 5)
          try await twins.backUpAndCompare(keys, equalToSource: false, sharing: false, "\(option): \(changes)")
        }
      }
      try history.expectUnchanged(in: twins.clone)
    }
  }

  // MARK: - Transfers

  @Test func `a remote that takes no list of names is asked for everything`() async throws {
    let refusals = [
      "echo 'rsync: --files-from=-: refused' >&2; exit 1", "echo 'rsync: unknown option' >&2; exit 1", "echo hello",
    ]
    try await withChangedHost { twins, mutations in
      for refusal in refusals {
        let remote = try OddRsync.there(in: twins.clone.scratch, transfer: refusal)
        try await twins.backUpAndCompare(trouble: ["rsync: {remote_binary: \(remote)}"], isCloned: false, refusal)
        _ = try mutations.step(atLeast: 5)
      }
    }
  }

  @Test func `a transfer that rsync does not begin is made with link_dest`() async throws {
    try await withChangedHost { twins, mutations in
      for status in [1, 2, 4] {
        let binary = try OddRsync.here(in: twins.clone.scratch, transfer: "exit \(status)")
        let keys = ["rsync: {binary: \(binary)}"]
        try await twins.backUpAndCompare(trouble: keys, isCloned: false, "status \(status)")
        _ = try mutations.step(atLeast: 5)
      }
    }
  }

  @Test func `a transfer that fails leaves no snapshot, whatever has come`() async throws {
    try await withChangedHost { twins, mutations in
      for status in [10, 11, 20, 22, 30, 35] {
        let odd = try OddRsync.here(in: twins.clone.scratch, transfer: "rsync \"$@\"; exit \(status)")
        let failing = try OddRsync.here(in: twins.clone.scratch, always: "rsync \"$@\"; exit \(status)")
        let failure = try await twins.clone.failingBackup(try twins.host(.clone, ["rsync: {binary: \(odd)}"]))
        let other = try await twins.linked.failingBackup(try twins.host(.linkDest, ["rsync: {binary: \(failing)}"]))
        #expect(failure == other)
        _ = try mutations.step(atLeast: 5)
      }
    }
  }

  @Test(arguments: [(23, SnapshotStatus.partial), (24, SnapshotStatus.warning)])
  func `a transfer that is not complete makes a snapshot that says so`(
    _ status: Int, _ expected: SnapshotStatus
  ) async throws {
    try await withChangedHost { twins, _ in
      let binary = try OddRsync.here(in: twins.clone.scratch, transfer: "rsync \"$@\"; exit \(status)")
      let pair = try await twins.backUp(trouble: ["rsync: {binary: \(binary)}"])
      let problems = try twins.problems(pair, records: false)
      #expect(problems == [])
      #expect(pair.clone.status == expected)
      #expect(pair.clone.strategy == "clone")
    }
  }

  @Test func `a connection that is cut in the transfer leaves no snapshot, or a whole one`() async throws {
    try await withTwinFixture(surveying: .byListingAlone) { twins in
      let tree = try twins.tree
      for path: RawPath in ["a", "b", "c"] { try tree.makeFile(path) }
      try await twins.backUpAndCompare()
      var history = SnapshotHistory()
      try history.expectUnchanged(in: twins.clone)
      var generator = SeededGenerator(seed: 6)
      for path: RawPath in ["a", "b"] { try tree.write(TreeBuilder.bytes(200_000, &generator), to: path) }
      let remote = try OddRsync.there(
        in: twins.clone.scratch, transfer: "rsync \"$@\" | stdbuf -o0 head -c 250000; exit 1")
      let result = try await twins.clone.tryBackup(try twins.host(.clone, ["rsync: {remote_binary: \(remote)}"]))
      switch result.outcome {
      case .success(let snapshot):
        let differences = try twins.differencesFromSource(twins.clone.fingerprint(snapshot))
        #expect(differences == [])
        snapshot.expectFallenBack()
      case .failure(let failure):
        #expect(failure.code == .connectionLost)
      }
      try history.expectUnchanged(in: twins.clone)
      try await twins.withCopiedPast("past").backUpAndCompare(isCloned: true)
      try history.expectUnchanged(in: twins.clone)
    }
  }

  private static let rrsync = "/usr/bin/rrsync"

  @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: rrsync), "rsync here brings no rrsync"))
  func `a key that may only read with rrsync is enough`() async throws {
    var options = SSHServer.Options()
    options.forcedCommand = "\(Self.rrsync) -ro /"
    try await withChangedHost(options) { twins, _ in try await twins.backUpAndCompare(isCloned: true) }
  }

  // MARK: - Mounts

  @Test(.enabled(if: LoopFileSystem.isAvailable, "only root can mount"), arguments: [false, true])
  func `mounts come and go in the source`(_ oneFileSystem: Bool) async throws {
    try await withTwinFixture { twins in
      let tree = try twins.tree
      let keys = ["rsync: {one_file_system: \(oneFileSystem)}"]
      for path: RawPath in ["m/a", "m/b", "m/sub/c", "m/sub/inner/d", "other/e"] { try tree.makeFile(path) }
      try tree.makeHardLink("linked-with-m-a", to: "m/a")
      var history = SnapshotHistory()
      func backUp(_ stage: String, isWhole: Bool = false, hasSameGroups: Bool = true) async throws {
        let pair = try await twins.backUpAndCompare(
          keys, isCloned: true, equalToSource: hasSameGroups && (isWhole || !oneFileSystem), stage)
        try history.expectUnchanged(in: twins.clone, stage)
        if isWhole || !oneFileSystem { return }
        let paths = try twins.clone.fingerprint(pair.clone).entries.map(\.path.description)
        let inside = paths.filter { $0.hasSuffix("inside") }
        #expect(inside == [], "\(stage)")
      }
      let place = { (path: String) in "\(twins.clone.source)/\(path)" }
      let tmpfs = ["-t", "tmpfs", "tmpfs"]
      try await twins.backUpAndCompare(keys)
      try await withMount(tmpfs, at: place("m")) {
        for path: RawPath in ["m/inside", "m/a", "m/sub/inside"] { try tree.makeFile(path) }
        try await backUp("where there were files")
        try await backUp("and nothing new")
      }
      try await backUp("and gone", isWhole: true)
      try tree.makeDirectory("new/inner")
      try await withMount(tmpfs, at: place("m/sub")) {
        try await withMount(tmpfs, at: place("new/inner")) {
          for path: RawPath in ["m/sub/inside", "new/inner/inside"] { try tree.makeFile(path) }
          try tree.write("changed meanwhile", to: "m/b")
          try await backUp("further down, and in a new directory")
        }
      }
      for name: RawPath in ["c", "inner"] { try tree.remove(RawPath("m/sub").appending(name)) }
      try await backUp("and gone, and a directory is emptied", isWhole: true)
      try await withMount(["--bind", place("other")], at: place("m/sub")) {
        // A file that is seen at two places is another matter: `link_dest` leaves the one that it finds in the base alone.
        try await backUp("of the same file system", isWhole: true, hasSameGroups: false)
      }
      try await backUp("and gone again", isWhole: true)
    }
  }

  // MARK: - Means

  /// Mounts something for as long as `body` runs.
  private func withMount(_ arguments: [String], at place: String, _ body: () async throws -> Void) async throws {
    try await runTool("mount", arguments + [place]).check()
    do {
      try await body()
    } catch {
      try await unmount(place)
      throw error
    }
    try await unmount(place)
  }

  private func unmount(_ place: String) async throws {
    try await poll(until: 10, every: 0.05, "\(place) to be free") {
      try await runTool("umount", [place]).succeeded
    }
  }

  /// Makes a directory of the source one that the remote rsync cannot read, and gives `body` the keys that it takes.
  private func withUnreadable(
    _ path: RawPath, in twins: TwinFixture, _ body: ([String]) async throws -> Void
  ) async throws {
    guard TreeBuilder.isPrivileged else {
      try twins.tree.chmod(path, 0)
      try await body([])
      return try twins.tree.chmod(path, 0o700)
    }
    let nobody = try twins.clone.scratch.write(
      "#!/bin/sh\nexec setpriv --reuid 65534 --regid 65534 --clear-groups rsync \"$@\"\n", to: "nobody", mode: 0o755)
    for path in [twins.clone.scratch.path, twins.clone.source] { chmod(path, 0o755) }
    try await body(["rsync: {remote_binary: \(nobody)}"])
  }
}
