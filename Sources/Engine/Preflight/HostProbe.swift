// A host asked for its source root and nothing below it, with the programs and options of a backup: what a key that is kept
// to reading with rsync allows as well.

import Foundation
import Spec

struct HostProbe: Sendable {
  /// What came of it.
  struct Answer: Sendable {
    let verdict: TransferVerdict
    /// Of rsync at the other end; nil if it did not come to that.
    let protocolVersion: Int?
  }

  let host: EffectiveHost
  let sshDefaults: SSHDefaults
  let runner: ProcessRunner

  /// In seconds, what rsync may take besides connecting.
  private static let patience = 60

  private var timeLimit: Duration { .seconds(host.ssh.connectTimeout.seconds + Self.patience) }

  /// Asks rsync for the source root by itself.
  func ask(rsync program: String) async throws -> Answer {
    guard let ended = try await run(Self.command(host, sshDefaults, rsync: program)) else {
      let place = "\(host.name) (\(host.ssh.user)@\(host.address), port \(host.ssh.port))"
      return Answer(
        verdict: .failed(
          BackupFailure(.timedOut, "\(place) did not answer within \(Self.patience) s of being connected to")),
        protocolVersion: nil)
    }
    let verdict = TransferVerdict(
      exit: ended.exit, messages: ended.errors, stats: SnapshotStats(), host: host, sshDefaults: sshDefaults)
    return Answer(verdict: verdict, protocolVersion: Self.protocolVersion(in: ended.output))
  }

  static func command(_ host: EffectiveHost, _ sshDefaults: SSHDefaults, rsync program: String) -> [String] {
    var command = [program, "--dirs", "--list-only", "--exclude=/*", "--debug=proto"]
    command.append("--timeout=\(min(max(1, host.rsync.timeout.seconds), patience))")
    if let remote = host.rsync.remoteBinary { command.append("--rsync-path=\(remote)") }
    if !RsyncCommand.isPlain(host.sourceRoot.description) { command.append("--secluded-args") }
    command += host.rsync.extraArgs.map(\.description)
    command.append("--rsh=\(RsyncCommand.rshWord(RsyncCommand.sshArguments(for: host, sshDefaults)))")
    return command + ["--", RsyncCommand.source(of: host)]
  }

  /// Reads `(Client) Protocol versions: remote=31, negotiated=31`.
  static func protocolVersion(in output: String) -> Int? {
    for line in output.split(whereSeparator: \.isNewline) where line.hasPrefix("(Client) Protocol versions: remote=") {
      return Int(line.drop { $0 != "=" }.dropFirst().prefix { ("0"..."9").contains($0) })
    }
    return nil
  }

  /// Asks the rsync there for its version by ssh alone; nil where the key allows no other command than a transfer.
  func askVersion() async throws -> String? {
    let remote = host.rsync.remoteBinary?.description ?? "rsync"
    let login = ["-l", "\(host.ssh.user)", "--", "\(host.address)", "\(remote) --version"]
    let ended = try await run(RsyncCommand.sshArguments(for: host, sshDefaults) + login)
    return ended.flatMap { Self.version(in: $0.output) }
  }

  /// Reads `rsync  version 3.2.7  protocol version 31`, in front of which a login script may have its say.
  static func version(in output: String) -> String? {
    for line in output.split(whereSeparator: \.isNewline) {
      let words = line.split(separator: " ")
      if words.count >= 3, words[0] == "rsync", words[1] == "version" {
        return RsyncVersion(String(words[2])) == nil ? nil : String(words[2]).printable(limit: 40)
      }
    }
    return nil
  }

  // MARK: - Running

  private struct Ended: Sendable {
    let exit: ProcessExit
    let output: String
    let errors: String
  }

  /// In bytes, how much is kept of what a stranger says.
  private static let longestOutput = 64 << 10

  /// - Returns: nil if it took too long.
  private func run(_ command: [String]) async throws -> Ended? {
    let output = Locked(BoundedText(limit: Self.longestOutput))
    let errors = Locked(BoundedText(limit: Self.longestOutput))
    let exit = try await withTimeLimit(timeLimit) {
      try await runner.run(
        command,
        output: { bytes in output.with { $0.append(bytes) } },
        error: { bytes in errors.with { $0.append(bytes) } })
    }
    // A run that was cancelled returns as if its program had ended by itself.
    try Task.checkCancellation()
    return exit.map { Ended(exit: $0, output: output.with { $0.text }, errors: errors.with { $0.text }) }
  }
}
