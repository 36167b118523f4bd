// The part of a preflight that is about keys: the one that pobsync shows, and those by which a host is known.

import Foundation
import Glibc
import Spec

struct KeyChecks: Sendable {
  let host: EffectiveHost
  let sshDefaults: SSHDefaults
  let tools: SSHTools

  // MARK: - The key that is shown

  /// - Parameter letsIn: whether the host has let us in: then a key that seems wrong is not in the way.
  func identity(letsIn: Bool) async -> PreflightCheck {
    guard let identity = host.ssh.identityFile ?? sshDefaults.identityFile else {
      return PreflightCheck(
        .identity, .warning, "none is declared, and pobsync has made none: ssh offers whatever it finds",
        remedy: "`pobsync ssh-key generate` makes one, and `pobsync ssh-key show` shows what to put on the host")
    }
    let path = identity.description
    let wrong = try? await blocking { problem(of: path) }
    let check = if let wrong { wrong } else { await goodIdentity(path) }
    return letsIn && check.outcome == .failed ? check.asWarning : check
  }

  /// What ssh would refuse the file for.
  private func problem(of path: String) -> PreflightCheck? {
    func failed(_ found: String, _ remedy: String) -> PreflightCheck {
      PreflightCheck(.identity, .failed, found, remedy: remedy, blocks: .dryRun)
    }
    var status = stat()
    guard stat(path, &status) == 0 else {
      let why = String(cString: strerror(errno))
      let own = path == sshDefaults.identityFile(of: host.name) ? " --host \(host.name)" : ""
      return failed(
        "\(path) cannot be looked at: \(why)",
        "make it with `pobsync ssh-key generate\(own)`, or name another with `ssh: {identity_file: …}`")
    }
    guard status.st_mode & S_IFMT == S_IFREG else {
      return failed("\(path) is no file", "name another with `ssh: {identity_file: …}`")
    }
    guard status.st_uid != geteuid() || status.st_mode & 0o077 == 0 else {
      let mode = String(status.st_mode & 0o777, radix: 8)
      return failed("others may read \(path) (its mode is \(mode)), and ssh refuses such a key", "`chmod 600 \(path)`")
    }
    guard access(path, R_OK) == 0 else {
      let account = NSUserName()
      return failed("\(account) cannot read \(path)", "`chown \(account) \(path)`, for ssh runs as that account")
    }
    return nil
  }

  private func goodIdentity(_ path: String) async -> PreflightCheck {
    do {
      let words = try await tools.publicHalf(of: path).split(separator: " ").map(String.init)
      let key = words.count >= 2 ? SSHPublicKey(algorithm: words[0], encoded: words[1]) : nil
      let shown = try await tools.fingerprints(of: key.map { [$0] } ?? []).first ?? ""
      return PreflightCheck(.identity, .ok, "\(path), \(shown)")
    } catch {
      return PreflightCheck(
        .identity, .failed, "\(path) cannot be used without a passphrase, or is no private key: \(error)",
        remedy: "name another with `ssh: {identity_file: …}`, for a service has nobody to type one", blocks: .dryRun)
    }
  }

  // MARK: - The keys by which the host is known

  /// What ssh has said of the host's key.
  enum Word: Sendable {
    case accepted, unknown, changed
    /// It did not come to that.
    case none
  }

  func knownHosts(_ word: Word) async -> (PreflightCheck, [OfferedHostKey]) {
    let trust = HostKeyTrust(host, tools: tools, defaults: sshDefaults)
    do {
      let known = try await trust.known()
      let fingerprints = try await tools.fingerprints(of: known.trusted.sorted { $0.line < $1.line })
      let trusted = "\(trust.file) holds \(fingerprints.joined(separator: " and ")) for \(trust.name)"
      switch word {
      case .accepted:
        let found = known.trusted.isEmpty ? "\(trust.file) accepts the key of \(trust.name)" : trusted
        return (PreflightCheck(.knownHosts, .ok, found), [])
      case .none:
        guard known.trusted.isEmpty else { return (PreflightCheck(.knownHosts, .ok, trusted), []) }
        return (unknown(trust, offered: []), [])
      case .unknown, .changed:
        let offered = try await askForKeys(trust, known: known)
        let isChanged = word == .changed || offered.contains { $0.standing == .changed }
        return (isChanged ? changed(trust, trusted) : unknown(trust, offered: offered), offered)
      }
    } catch {
      let found = word == .changed ? "\(trust.name) does not have the key that \(trust.file) holds" : "it is not known"
      return (
        PreflightCheck(
          .knownHosts, .failed, "\(found), and it could not be asked for: \(error)", remedy: byHand(trust),
          blocks: .dryRun), []
      )
    }
  }

  private func unknown(_ trust: HostKeyTrust, offered: [OfferedHostKey]) -> PreflightCheck {
    let shown = offered.isEmpty ? "" : "; it offers \(offered.map(\.fingerprint).joined(separator: " and "))"
    return PreflightCheck(
      .knownHosts, .failed, "\(trust.file) holds no key of \(trust.name)\(shown)",
      remedy:
        "compare the fingerprint with the host's console (`ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub`), then "
        + "`pobsync ssh-key trust \(host.name)`", blocks: .dryRun)
  }

  private func changed(_ trust: HostKeyTrust, _ trusted: String) -> PreflightCheck {
    PreflightCheck(
      .knownHosts, .failed, "\(trusted), and it offers another: someone may be posing as the host",
      remedy: "if it was installed anew, compare the fingerprint with its console, then "
        + "`pobsync ssh-key trust \(host.name) --replace`", blocks: .dryRun)
  }

  /// Of a host that cannot be asked, such as an alias of the ssh configuration.
  private func byHand(_ trust: HostKeyTrust) -> String {
    "add a line `\(trust.name) ssh-ed25519 …` to \(trust.file), with the key that the host has in "
      + "/etc/ssh/ssh_host_ed25519_key.pub"
  }

  private func askForKeys(_ trust: HostKeyTrust, known: KnownHostKeys) async throws -> [OfferedHostKey] {
    let comparison = HostKeyComparison(offered: try await trust.offered(), known: known)
    let fingerprints = try await tools.fingerprints(of: comparison.offered)
    return zip(comparison.offered, fingerprints).map { key, fingerprint in
      OfferedHostKey(name: trust.name, key: key, fingerprint: fingerprint, standing: comparison.standing(of: key))
    }
  }
}

extension HostKeyComparison {
  fileprivate func standing(of key: SSHPublicKey) -> OfferedHostKey.Standing {
    if revoked.contains(key) { return .revoked }
    if changed.contains(key) { return .changed }
    return known.contains(key) ? .trusted : .new
  }
}
