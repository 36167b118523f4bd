// The rsync command of one restore, as an argument vector: out of a snapshot, to its host or into a directory here.
// What is restored is named in a list that rsync reads, so that no name is ever an argument, nor text.

import Foundation
import Spec

/// Everything that decides the arguments of one restore.
struct RestoreCommand: Sendable {
  enum Destination: Sendable {
    case host(EffectiveHost, SSHDefaults, below: AbsolutePath, bandwidthLimit: ByteSize?)
    case here(below: AbsolutePath)
  }

  /// The snapshot's own directory, in which its tree is.
  let snapshot: String
  /// The file that names what is restored: see `list(of:)`.
  let list: String
  let destination: Destination
  /// Whether directories above what is restored are left as they are there.
  let leavesParents: Bool
  /// Only tells what would be done.
  let isRehearsal: Bool
  let rsyncBinary: String

  /// The program and its arguments. There is never a `--delete` among them.
  var arguments: [String] {
    // A list of files does away with the `r` of `-a`.
    var arguments = [rsyncBinary, "-aHAX", "--recursive", "--numeric-ids"]
    arguments += ["--from0", "--files-from=\(list)"]
    if leavesParents { arguments.append("--no-implied-dirs") }
    arguments += isRehearsal ? ["--dry-run", "--out-format=%i %n%L"] : ["--info=progress2"]
    arguments += ["--stats", "--no-human-readable"]
    switch destination {
    case .here(let directory):
      // To a host it is not said: rrsync takes what becomes of it there, `-@-1`, for no option.
      arguments += ["--modify-window=-1", "--", "\(snapshot)/", Self.inside(directory)]
    case .host(let host, let sshDefaults, let directory, let limit):
      arguments.append("--timeout=\(host.rsync.timeout.seconds)")
      if let limit, limit > .zero { arguments.append("--bwlimit=\(max(1, limit.bytes / 1024))") }
      if host.rsync.compress { arguments.append("--compress") }
      if let remote = host.rsync.remoteBinary { arguments.append("--rsync-path=\(remote)") }
      if !RsyncCommand.isPlain(directory.description) { arguments.append("--secluded-args") }
      arguments.append("--rsh=\(RsyncCommand.rshWord(RsyncCommand.sshArguments(for: host, sshDefaults)))")
      arguments += ["--", "\(snapshot)/", "\(host.ssh.user)@\(host.address.forRsync):\(Self.inside(directory))"]
    }
    return arguments
  }

  private static func inside(_ directory: AbsolutePath) -> String {
    directory == .root ? "/" : "\(directory)/"
  }

  /// The list for one path. What stands before `/./` is where it is, and what stands behind it is what becomes of it at
  /// the destination. That the list begins with `data` also keeps a name like `#1` from being read as a remark.
  static func list(of path: SnapshotPath) -> [UInt8] { Array("data/./".utf8) + path.bytes + [0] }
}
