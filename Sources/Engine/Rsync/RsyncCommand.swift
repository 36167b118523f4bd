// The rsync command of one transfer, as an argument vector. No shell sees any of it on this side; on the remote side
// only what is plain enough to mean nothing to a shell, everything else goes through rsync's own protocol.

import Foundation
package import Spec

/// Everything that decides the arguments of one transfer.
package struct RsyncCommand: Sendable, Hashable {
  package let host: EffectiveHost
  /// What holds for ssh where the host says nothing.
  package let sshDefaults: SSHDefaults
  /// Earlier trees to hard-link unchanged files against, the best first. rsync takes at most 20.
  package let linkDestinations: [String]
  /// The most to transfer in a second, as it holds when the transfer starts; nothing, as with rsync, is no limit.
  package let bandwidthLimit: ByteSize?
  package let includesFile: String
  package let excludesFile: String
  /// The fresh directory that receives the tree.
  package let destination: String
  package let rsyncBinary: String

  /// The program and its arguments.
  package var arguments: [String] {
    words(showing: ["--info=progress2"], .filtered, linking: linkDestinations, to: destination)
  }

  /// The same for a transfer that only tells, a line for each entry, in what the destination differs from the source.
  /// Nothing is transferred, and nothing written: `destination` may be a snapshot, or not be there.
  var dryRunArguments: [String] {
    words(showing: ["--dry-run", "--itemize-changes"], .filtered, linking: linkDestinations, to: destination)
  }

  /// Asks in what the source differs from a tree, which is only read. See `SurveyLine` for what is printed.
  ///
  /// - Parameter hardLinks: whether to look at these too.
  func surveyArguments(base: String, hardLinks: Bool = true) -> [String] {
    let everything = surveysEverything ? ["--itemize-changes", "--itemize-changes"] : []
    // Without escapes for what is text in some encoding, names are printed in one piece, and can be read back exactly.
    let format = ["--dry-run"] + everything + ["--out-format=%i %n//%L", "--8-bit-output"]
    return words(showing: format + (hardLinks ? [] : ["--no-hard-links"]), .filtered, linking: [], to: base)
  }

  /// Starts the host's rsync as the sender of all that the host's patterns do not leave out, to be talked to by
  /// `HostListing`: ssh, and the words that rsync itself would give it (options.c, server_options).
  ///
  /// - Parameter fetching: whether it is to send files too, and not only to list them as for a dry run.
  /// - Returns: nil if that rsync has to be told more than that.
  func listingArguments(fetching: Bool) -> [String]? {
    let (rsync, root) = (host.rsync, host.sourceRoot.description)
    guard Self.isPlain(root), rsync.extraArgs.allSatisfy(\.keepsListingExact) else { return nil }
    let staysOnOneFileSystem = rsync.oneFileSystem ? "x" : ""
    var words = ["--server", "--sender", "-\(fetching ? "" : "n")lHogDtpAXr\(staysOnOneFileSystem)e.iLsfxC"]
    words.append("--timeout=\(rsync.timeout.seconds)")
    if let limit = bandwidthLimit, limit > .zero { words.append("--bwlimit=\(max(1, limit.bytes / 1024))") }
    words += ["--numeric-ids", ".", root == "/" ? root : root + "/"]
    let program = rsync.remoteBinary?.description ?? "rsync"
    return sshArguments + ["-l", "\(host.ssh.user)", "\(host.address)", program] + words
  }

  /// Whether files can be fetched as they are listed, as plainly as rsync sends them without being told more.
  var mayFetchEarly: Bool { !host.rsync.compress && host.rsync.extraArgs.isEmpty }

  /// Whether the host's rsync may read whatever there is, as root or by a command that makes it that.
  var readsAll: Bool {
    let program = host.rsync.remoteBinary?.description.split(separator: " ").first?.split(separator: "/").last
    return host.ssh.user.description == "root" || program == "sudo" || program == "doas"
  }

  /// Whether a survey lists what is the same as well: where rsync stays on one file system, only that tells which
  /// directories are mount points, and so have nothing in them.
  var surveysEverything: Bool {
    host.rsync.oneFileSystem || host.rsync.extraArgs.contains(where: \.staysOnOneFileSystem)
  }

  /// Fetches what a file lists, and nothing else.
  ///
  /// - Parameters:
  ///   - list: the file, with names below the source root that begin with `./`, each with a NUL behind it. Directories
  ///     come without what is in them, those on the way to something too.
  ///   - destinations: earlier trees to hard-link against.
  ///   - version: that of this machine's rsync, if it is known.
  func transferArguments(of list: String, linking destinations: [String], version: RsyncVersion?) -> [String] {
    // rsync would hold each name that comes against each that was asked for: 6,000 take it a minute. We look for surplus
    // ourselves, see `Graft`, and all that comes is new and in a directory of its own.
    let trusting = version.map { $0 >= .withTrustSender } ?? false ? ["--trust-sender"] : []
    return words(showing: trusting + ["--info=progress2"], .listed(list), linking: destinations, to: destination)
  }

  /// What of the source a command is about.
  private enum Choice {
    /// All that the host's patterns do not leave out; what else the destination has is deleted.
    case filtered
    /// What a file names; a survey has decided already what is left out.
    case listed(String)
  }

  private func words(
    showing figures: [String], _ choice: Choice, linking destinations: [String], to destination: String
  ) -> [String] {
    var arguments = [rsyncBinary, "-aHAX", "--numeric-ids"]
    if case .filtered = choice { arguments += ["--delete", "--delete-excluded"] }
    // Times are compared to the nanosecond: a file rewritten within the second of the last backup is seen.
    arguments.append("--modify-window=-1")
    arguments += ["--stats"] + figures + ["--no-human-readable"]
    arguments.append("--timeout=\(host.rsync.timeout.seconds)")
    if let limit = bandwidthLimit, limit > .zero { arguments.append("--bwlimit=\(max(1, limit.bytes / 1024))") }
    if host.rsync.oneFileSystem { arguments.append("--one-file-system") }
    if host.rsync.compress { arguments.append("--compress") }
    if let remote = host.rsync.remoteBinary { arguments.append("--rsync-path=\(remote)") }
    if !Self.isPlain(host.sourceRoot.description) { arguments.append("--secluded-args") }
    arguments += host.rsync.extraArgs.map(\.description)
    switch choice {
    case .filtered: arguments += ["--include-from=\(includesFile)", "--exclude-from=\(excludesFile)"]
    case .listed(let list): arguments += ["--from0", "--files-from=\(list)", "--ignore-missing-args"]
    }
    arguments += destinations.prefix(20).map { "--link-dest=\($0)" }
    arguments.append("--rsh=\(Self.rshWord(sshArguments))")
    return arguments + ["--", Self.source(of: host), destination + "/"]
  }

  /// The source root as rsync names it.
  static func source(of host: EffectiveHost) -> String {
    let root = host.sourceRoot.description
    return "\(host.ssh.user)@\(host.address.forRsync):\(root == "/" ? root : root + "/")"
  }

  /// ssh and its options, without the address, which rsync adds.
  var sshArguments: [String] { Self.sshArguments(for: host, sshDefaults) }

  static func sshArguments(for host: EffectiveHost, _ sshDefaults: SSHDefaults) -> [String] {
    let ssh = host.ssh
    let knownHosts = ssh.knownHostsFile ?? sshDefaults.knownHostsFile
    var options = [
      "BatchMode=yes",
      "StrictHostKeyChecking=yes",
      "UserKnownHostsFile=\(knownHosts)",
      "GlobalKnownHostsFile=/dev/null",
      "ConnectTimeout=\(ssh.connectTimeout.seconds)",
      "ServerAliveInterval=\(ssh.keepAlive.seconds)",
      "ServerAliveCountMax=4",
      "ForwardAgent=no",
      "ForwardX11=no",
      "ClearAllForwardings=yes",
      "PermitLocalCommand=no",
      "RequestTTY=no",
      // A connection that is shared would outlive us, and would not be held to these options.
      "ControlMaster=no",
      "ControlPath=none",
    ]
    let ciphers = ssh.ciphers ?? sshDefaults.ciphers
    if !ciphers.isEmpty { options.append("Ciphers=\(ciphers.map(\.description).joined(separator: ","))") }
    if let identity = ssh.identityFile ?? sshDefaults.identityFile {
      options += ["IdentityFile=\(identity)", "IdentitiesOnly=yes"]
    }
    return ["ssh", "-p", "\(ssh.port)"] + options.flatMap { ["-o", $0] }
  }

  /// True for paths that every shell takes for one plain word. rsync's protocol carries others (`--secluded-args`);
  /// it is not used always because a remote that restricts the key with rrsync does not allow it.
  static func isPlain(_ path: String) -> Bool {
    path.allSatisfy { ($0.isASCII && ($0.isLetter || $0.isNumber)) || "/._-+@:,=".contains($0) }
  }

  /// The words as one value of `--rsh`, which rsync itself splits at blanks outside of quotes (main.c, do_cmd).
  static func rshWord(_ words: [String]) -> String {
    words.map { $0.contains(where: { " '\"".contains($0) }) ? "'\($0.replacing("'", with: "''"))'" : $0 }
      .joined(separator: " ")
  }
}
