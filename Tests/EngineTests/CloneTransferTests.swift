// What a cloned backup hands to the rsync that fetches what differs, and what it takes from it.

import Foundation
import Spec
import Support
import Testing

@testable import Engine

@Suite struct CloneTransferTests {
  @Test func `what a host sends besides what it was asked for is left out`() async throws {
    try await withTwinFixture { twins in
      let tree = try twins.tree
      for path: RawPath in ["d/kept", "d/e/kept", "changed"] { try tree.makeFile(path, "this is \(path)") }
      let first = try await twins.clone.backup(twins.host(.clone))
      try tree.write("changed", to: "changed")
      try tree.setTime("d", seconds: 1_600_000_000)
      // A list does not say all of what has an attribute: the directory alone is asked for, and comes with all that is in it.
      _ = try tree.setAttribute("user.new", [1], on: "d")
      let remote = try OddRsync.there(
        in: twins.clone.scratch,
        transfer: """
          touch '\(twins.clone.scratch.path("surplus"))'
          for word do
            shift
            case $word in -*R*e.*) word=$(echo "$word" | sed 's/R/Rr/') ;; esac
            set -- "$@" "$word"
          done
          """)
      let second = try await twins.clone.backup(twins.host(.clone, ["rsync: {remote_binary: \(remote)}"]))
      #expect(FileManager.default.fileExists(atPath: twins.clone.scratch.path("surplus")))
      second.expectCloned()
      let (before, now) = (try twins.clone.data(first), try twins.clone.data(second))
      for path in ["d/kept", "d/e/kept"] {
        #expect(try FileStatus("\(before)/\(path)").inode == FileStatus("\(now)/\(path)").inode, "\(path)")
      }
      let differences = try twins.differencesFromSource(twins.clone.fingerprint(second))
      #expect(differences == [])
    }
  }

  @Test func `what a stopped backup has brought is taken over, and its links are not followed`() async throws {
    try await withTwinFixture { twins in
      let tree = try twins.tree
      try tree.makeFile("kept")
      _ = try await twins.clone.backup(twins.host(.clone))
      for path: RawPath in ["arrived", "away/secret"] { try tree.makeFile(path, "this is \(path)") }
      let unfinished = "\(try twins.clone.directory.incomplete)/\(try twins.clone.makeUnfinished())"
      // Outside there is the same as is to be fetched: linked to, it would be a file of this server in a snapshot.
      let outside = twins.clone.scratch.path("outside")
      try await runTool("cp", ["-a", "\(twins.clone.source)/arrived", "\(unfinished)/data/"]).check()
      try await runTool("cp", ["-a", "\(twins.clone.source)/away", outside]).check()
      try FileManager.default.createSymbolicLink(atPath: "\(unfinished)/data/away", withDestinationPath: outside)
      let arrived = try FileStatus("\(unfinished)/data/arrived").inode
      let snapshot = try await twins.clone.backup(twins.host(.clone))
      snapshot.expectCloned()
      let data = try twins.clone.data(snapshot)
      #expect(try FileStatus("\(data)/arrived").inode == arrived)
      #expect(try FileStatus("\(data)/away/secret").inode != FileStatus("\(outside)/secret").inode)
      let differences = try twins.differencesFromSource(twins.clone.fingerprint(snapshot))
      #expect(differences == [])
    }
  }
}

@Suite struct EarlierTreeTests {
  @Test func `an earlier tree that cannot be read is told of, and the others are used`() async throws {
    try await withScratchDirectory("earlier") { scratch in
      let unfinished = scratch.path("unfinished")
      let good = scratch.path("good")
      for directory in ["\(unfinished)/meta", "\(good)/d"] {
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
      }
      try Data("what came".utf8).write(to: URL(fileURLWithPath: "\(good)/d/file"))
      let workspace = CloneWorkspace(in: unfinished)
      try workspace.prepare()
      let paths = PathList([TreePath(known: Array("d/file".utf8)), TreePath(known: Array("d/other".utf8))])
      var remarks: [String] = []
      let trees = try workspace.take(paths, from: [scratch.path("gone"), good]) { remarks.append($0) }
      #expect(remarks.count == 1 && remarks[0].contains("is fetched again: ") && remarks[0].contains("gone"))
      try #require(trees.count == 2)
      #expect(try FileStatus("\(trees[1])/d/file").inode == FileStatus("\(good)/d/file").inode)
      #expect(try FileManager.default.contentsOfDirectory(atPath: trees[0]).isEmpty)
    }
  }
}

extension BackupFixture {
  /// An unfinished snapshot of this boot, with nothing in it.
  ///
  /// - Parameter older: one that it comes after.
  func makeUnfinished(after older: SnapshotName? = nil) throws -> SnapshotName {
    var generator = SystemRandomNumberGenerator()
    // Within one second, names are only in order if they are told of each other.
    let older = try older ?? directory.snapshotIDs().map(\.name).max()
    let name = SnapshotName(startedAt: Date(), after: older, using: &generator)
    let unfinished = "\(try directory.incomplete)/\(name)"
    for part in ["data", "meta"] {
      try FileManager.default.createDirectory(atPath: "\(unfinished)/\(part)", withIntermediateDirectories: true)
    }
    try Data(contentsOf: URL(fileURLWithPath: "/proc/sys/kernel/random/boot_id"))
      .write(to: URL(fileURLWithPath: "\(unfinished)/meta/boot_id"))
    return name
  }
}
