// Preflight: whether backups of a host can be made, and what is in the way. It looks, and changes nothing: neither the disk,
// nor the host, nor what is trusted.

package import Foundation
package import Spec

package struct Preflight: Sendable {
  private let host: EffectiveHost
  private let root: PreflightRoot
  private let runner: ProcessRunner
  private let sshDefaults: SSHDefaults
  private let now: Date

  package init(
    of host: EffectiveHost, root: PreflightRoot, runner: ProcessRunner, sshDefaults: SSHDefaults, now: Date
  ) {
    self.host = host
    self.root = root
    self.runner = runner
    self.sshDefaults = sshDefaults
    self.now = now
  }

  /// Looks at everything. What fails becomes a part of the report.
  ///
  /// - Throws: `CancellationError`, and errors of starting programs at all.
  package func run() async throws -> PreflightReport {
    let disk = DiskChecks(host: host, root: root, now: now)
    let (diskChecks, facts) = try await blocking { disk.run() }
    let reached = try await reach()
    let keys = KeyChecks(host: host, sshDefaults: sshDefaults, tools: SSHTools(runner: runner, defaults: sshDefaults))
    let identity = await keys.identity(letsIn: reached.letsIn)
    let (knownHosts, offered) = await keys.knownHosts(reached.word)
    return PreflightReport(
      host: host.name, at: now, checks: diskChecks + [identity, knownHosts] + reached.checks, disk: facts,
      offeredKeys: offered)
  }

  // MARK: - The host

  private struct Reached {
    /// Of the connection, rsync there and the source root, in this order.
    let checks: [PreflightCheck]
    /// Whether the host has let us in.
    let letsIn: Bool
    let word: KeyChecks.Word
  }

  private func reach() async throws -> Reached {
    guard let program = try? await blocking({ try RsyncProgram.find(host.rsync.binary) }) else {
      let checks = Self.remote.map { PreflightCheck($0, .skipped, "rsync on this server comes first") }
      return Reached(checks: checks, letsIn: false, word: .none)
    }
    let probe = HostProbe(host: host, sshDefaults: sshDefaults, runner: runner)
    let answer = try await probe.ask(rsync: program.path)
    if case .failed(let failure) = answer.verdict, let connection = connectionCheck(failure) {
      let others = Self.remote.dropFirst().map { PreflightCheck($0, .skipped, "the login comes first") }
      return Reached(checks: [connection] + others, letsIn: false, word: failure.word)
    }
    let connection = PreflightCheck(
      .connection, .ok, "\(host.ssh.user)@\(host.address), port \(host.ssh.port), lets us in")
    if case .failed(let failure) = answer.verdict, !failure.isAboutSource {
      let checks = [
        connection, PreflightCheck(.remoteRsync, .failed, failure.description, blocks: .dryRun),
        PreflightCheck(.sourceRoot, .skipped, "rsync there comes first"),
      ]
      return Reached(checks: checks, letsIn: true, word: .accepted)
    }
    let version = try await probe.askVersion()
    let rsync = remoteRsync(version, answer.protocolVersion)
    return Reached(checks: [connection, rsync, sourceRoot(answer.verdict)], letsIn: true, word: .accepted)
  }

  private static let remote: [PreflightCheck.Name] = [.connection, .remoteRsync, .sourceRoot]

  /// - Returns: nil for a failure that comes after the login.
  private func connectionCheck(_ failure: BackupFailure) -> PreflightCheck? {
    switch failure.code {
    case .hostKeyUnknown, .hostKeyChanged:
      PreflightCheck(.connection, .skipped, "the host's key comes first")
    case .keyRefused:
      PreflightCheck(
        .connection, .failed, failure.description,
        remedy: "`pobsync ssh-key show --host \(host.name)` prints the line for it", blocks: .dryRun)
    case .addressUnknown, .unreachable, .sshFailed, .timedOut, .connectionLost, .killed:
      PreflightCheck(.connection, .failed, failure.description, blocks: .dryRun)
    default: nil
    }
  }

  private func remoteRsync(_ version: String?, _ protocolVersion: Int?) -> PreflightCheck {
    let name = PreflightCheck.Name.remoteRsync
    // Where the key is kept to transfers, only the number of the protocol tells.
    let told = version.flatMap { RsyncVersion($0) }
    let first = protocolVersion.flatMap { RsyncVersion.first(withProtocol: $0) }
    let found: String
    switch (version, protocolVersion) {
    case (let version?, let number?): found = "version \(version), protocol \(number)"
    case (let version?, nil): found = "version \(version)"
    case (nil, let number?):
      found =
        "protocol \(number), which " + (first.map { "came with version \($0)" } ?? "is an old one")
        + "; the key may do nothing but transfer, so that the version is not told"
    case (nil, nil): return PreflightCheck(name, .warning, "it answers, and does not tell its version")
    }
    guard let known = told ?? first, known >= .oldestUsable else {
      return PreflightCheck(
        name, .warning, found,
        remedy: "install \(RsyncVersion.oldestUsable) or later there, for older ones are not tested")
    }
    guard let hole = RsyncHole.first(of: known, .there) else { return PreflightCheck(name, .ok, found) }
    return PreflightCheck(
      name, .warning, "\(found); a version before \(hole.closedIn) \(hole.description)",
      remedy: "install \(hole.closedIn) or later there, unless its distribution has mended its own")
  }

  private func sourceRoot(_ verdict: TransferVerdict) -> PreflightCheck {
    let name = PreflightCheck.Name.sourceRoot
    switch verdict {
    case .complete: return PreflightCheck(name, .ok, "\(host.sourceRoot) is there, and can be listed")
    case .vanished(let note), .partial(let note): return PreflightCheck(name, .warning, "\(host.sourceRoot): \(note)")
    case .failed(let failure): return PreflightCheck(name, .failed, failure.description, blocks: .dryRun)
    }
  }
}

extension BackupFailure {
  fileprivate var isAboutSource: Bool { code == .sourceMissing || code == .nothingReceived }

  /// What it tells of the host's key.
  fileprivate var word: KeyChecks.Word {
    switch code {
    case .hostKeyUnknown: .unknown
    case .hostKeyChanged: .changed
    case .keyRefused: .accepted
    default: .none
    }
  }
}
