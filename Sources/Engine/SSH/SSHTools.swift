// ssh-keygen and ssh-keyscan, for keys and known hosts, and what ssh says of its configuration: run without a shell, with an
// end to what they may print.

import Foundation
import Glibc
package import Spec

/// What one of the tools could not do, in words for the operator.
package struct SSHToolFailure: Error, Sendable, CustomStringConvertible {
  package let description: String
}

package struct SSHTools: Sendable {
  private let runner: ProcessRunner
  /// pobsync's directory of ssh files.
  private let directory: String

  package init(runner: ProcessRunner, defaults: SSHDefaults) {
    self.runner = runner
    directory = defaults.directory
  }

  // MARK: - Keys of our own

  /// Makes a key pair without a passphrase, for a service has nobody to type it, readable by its owner alone. A key
  /// that was there is replaced only once the new one is whole, and kept as `.old`: it may be all that hosts accept.
  package func makeKey(at path: String, comment: String) async throws {
    let fresh = "\(path).new"
    for file in [fresh, "\(fresh).pub"] where Disk.exists(file) && unlink(file) != 0 { throw DiskError("remove", file) }
    _ = try await output(of: ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", comment, "-f", fresh])
    guard chmod(fresh, 0o600) == 0 else { throw DiskError("restrict", fresh) }
    if Disk.exists(path) {
      let old = "\(path).old"
      unlink(old)
      guard link(path, old) == 0 else { throw DiskError("keep a copy of", path) }
    }
    try Disk.move(fresh, to: path)
    try Disk.move("\(fresh).pub", to: "\(path).pub")
    try Disk.syncDirectory((path as NSString).deletingLastPathComponent)
  }

  /// The public half of a private key, with its comment.
  package func publicHalf(of path: String) async throws -> String {
    let text = try await output(of: ["ssh-keygen", "-y", "-P", "", "-f", path])
    let line = text.split(whereSeparator: \.isNewline).first.map(String.init) ?? ""
    let words = line.split(separator: " ", maxSplits: 2).map(String.init)
    guard words.count >= 2, SSHPublicKey(algorithm: words[0], encoded: words[1]) != nil, !line.hasControlCharacters
    else { throw SSHToolFailure(description: "\(path) is not a key that pobsync can show; `ssh-keygen -y -f \(path)`") }
    return line
  }

  // MARK: - Keys of hosts

  /// The keys that answer at an address, whoever that is.
  package func scan(_ address: HostAddress, port: Int, timeout: TimeSpan) async throws -> [SSHPublicKey] {
    let command = ["ssh-keyscan", "-T", "\(max(1, timeout.seconds))", "-p", "\(port)", "\(address)"]
    let ended = try await run(command)
    let keys = SSHPublicKey.scanned(ended.output)
    guard keys.isEmpty else { return keys }
    let complaint = ended.errors.split(whereSeparator: \.isNewline).last { !$0.hasPrefix("#") }
    throw SSHToolFailure(
      description: "no host key could be had from \(address) port \(port)"
        + (complaint.map { ": \(String($0).printable())" } ?? "; does an sshd answer there?"))
  }

  /// What a file of known hosts holds under a name. A file that is not there holds nothing.
  package func known(_ name: String, in file: SSHFilePath) async throws -> KnownHostKeys {
    guard Disk.exists(file.description) else { return KnownHostKeys() }
    let command = ["ssh-keygen", "-F", name, "-f", file.description]
    let ended = try await run(command)
    switch ended.exit {
    case .exited(0), .exited(1): return KnownHostKeys(found: ended.output)
    default: throw Self.failure(of: command, ended)
    }
  }

  /// Puts keys in the place of those that a file of known hosts holds under a name, in one step: at every moment the file
  /// holds the former keys or these. What it holds under other names, and what it has marked, stays.
  package func replace(_ name: String, with keys: [SSHPublicKey], in file: SSHFilePath) async throws {
    let path = file.description
    let before = try await blocking { try Disk.read(path, followingLinks: true) ?? [] }
    let lines = try await known(name, in: file).lines
    try await blocking {
      guard try Disk.read(path, followingLinks: true) ?? [] == before else {
        throw SSHToolFailure(description: "\(path) was changed by somebody else just now; try again")
      }
      let after = try KnownHostsEdit.replacing(name, at: lines, with: keys, in: before, place: path)
      try Disk.replaceDurably(after, at: path)
    }
  }

  /// Adds keys to a file of known hosts under a name.
  package func trust(_ keys: [SSHPublicKey], of name: String, in file: SSHFilePath) async throws {
    let lines = keys.map { "\(name) \($0.line)\n" }.joined()
    try await blocking { try Disk.append(lines: lines, to: file.description) }
  }

  /// The fingerprints of keys, as ssh-keygen shows them.
  package func fingerprints(of keys: [SSHPublicKey]) async throws -> [String] {
    guard !keys.isEmpty else { return [] }
    // Several may be shown at the same time.
    var generator = SystemRandomNumberGenerator()
    let file = "\(directory)/.shown-\(RandomID.make(using: &generator))"
    try Disk.write(keys.map { "\($0.line)\n" }.joined(), to: file)
    defer { unlink(file) }
    let shown = try await output(of: ["ssh-keygen", "-l", "-f", file])
      .split(whereSeparator: \.isNewline)
      .map { line in
        // `256 SHA256:… no comment (ED25519)`
        let words = line.split(separator: " ").map(String.init)
        return words.count >= 3 ? "\(words[1]) \(words[words.count - 1])".printable() : ""
      }
    guard shown.count == keys.count, shown.allSatisfy({ $0.hasPrefix("SHA256:") }) else {
      throw SSHToolFailure(description: "ssh-keygen gave no fingerprints of the host's keys")
    }
    return shown
  }

  // MARK: - Ciphers

  /// The ciphers that ssh is configured to offer a host, with AES-GCM first: chacha20-poly1305, its usual first choice,
  /// takes several times the processor time where there are instructions for AES. None is offered that would not have
  /// been, or is unknown to this ssh, as by a `^` in front of a list, which came with OpenSSH 8.1.
  ///
  /// - Returns: none if AES-GCM is first already, or not offered, or ssh does not tell in time.
  func ciphersWithAESFirst(for host: EffectiveHost) async -> [SSHCipher] {
    let configuration = try? await withTimeLimit(Self.longestAnswer) {
      try await output(of: Self.configurationCommand(for: host))
    }
    return configuration.map { Self.ciphersWithAESFirst(in: $0) } ?? []
  }

  /// A configuration may have ssh run programs, or look names up.
  private static let longestAnswer = Duration.seconds(10)

  /// Asks ssh how it would connect to have something run: sections of its configuration hold for one host or user, or for
  /// sessions of one sort.
  static func configurationCommand(for host: EffectiveHost) -> [String] {
    ["ssh", "-G", "-p", "\(host.ssh.port)", "-l", "\(host.ssh.user)", "--", "\(host.address)", "rsync"]
  }

  /// - Parameter configuration: what `ssh -G` prints, a key and its value in each line.
  static func ciphersWithAESFirst(in configuration: String) -> [SSHCipher] {
    let line = configuration.split(whereSeparator: \.isNewline).first { $0.hasPrefix("ciphers ") }
    guard let names = line?.dropFirst("ciphers ".count).split(separator: ",") else { return [] }
    let ciphers = names.compactMap { try? SSHCipher(text: String($0)) }
    let first = ciphers.filter(\.isAESGCM)
    guard ciphers.count == names.count, !first.isEmpty, !ciphers.starts(with: first) else { return [] }
    return first + ciphers.filter { !$0.isAESGCM }
  }

  // MARK: - Running

  private struct Ended {
    let exit: ProcessExit
    let output: String
    let errors: String
  }

  /// In bytes; what a stranger sends is cut off behind it.
  private static let longestOutput = 64 << 10

  private func run(_ command: [String]) async throws -> Ended {
    let output = Locked(BoundedText(limit: Self.longestOutput))
    let errors = Locked(BoundedText(limit: Self.longestOutput))
    let exit = try await runner.run(
      command,
      output: { bytes in output.with { $0.append(bytes) } },
      error: { bytes in errors.with { $0.append(bytes) } })
    return Ended(exit: exit, output: output.with { $0.text }, errors: errors.with { $0.text })
  }

  private func output(of command: [String]) async throws -> String {
    let ended = try await run(command)
    guard ended.exit == .exited(0) else { throw Self.failure(of: command, ended) }
    return ended.output
  }

  private static func failure(of command: [String], _ ended: Ended) -> SSHToolFailure {
    let program = command.first ?? ""
    let complaint = ended.errors.split(whereSeparator: \.isNewline).last.map { String($0).printable() }
    return SSHToolFailure(
      description: ended.exit == .exited(127)
        ? "\(program) is not installed on this backup server: `apt-get install openssh-client`"
        : "\(program) failed: \(complaint ?? "it did not say why")")
  }
}

extension EffectiveHost {
  /// The name under which ssh looks the host up among the known ones.
  package var knownHostsName: String { ssh.port == 22 ? "\(address)" : "[\(address)]:\(ssh.port)" }
}

extension SSHCipher {
  fileprivate var isAESGCM: Bool { description.hasPrefix("aes") && description.hasSuffix("-gcm@openssh.com") }
}
