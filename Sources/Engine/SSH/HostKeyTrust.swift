// Trusting the keys of a host, on the word of a person who has compared their fingerprints. The command line and the web
// go the same way.

package import Spec

/// Why keys are not trusted, in words for the operator. Nothing was changed.
package struct HostKeyRefusal: Error, Sendable, Hashable, CustomStringConvertible {
  package let description: String
}

/// The keys by which one host is known.
package struct HostKeyTrust: Sendable {
  /// What is to be changed, once a person has agreed.
  package struct Change: Sendable, Hashable {
    package let keys: [SSHPublicKey]
    /// Whether the keys take the place of those that are trusted.
    package let isReplacing: Bool
  }

  /// The name under which ssh looks the host up.
  package let name: String
  /// The file of known hosts that holds for the host.
  package let file: SSHFilePath
  private let host: EffectiveHost
  private let tools: SSHTools

  package init(_ host: EffectiveHost, tools: SSHTools, defaults: SSHDefaults) {
    self.host = host
    self.tools = tools
    name = host.knownHostsName
    file = host.ssh.knownHostsFile ?? defaults.knownHostsFile
  }

  /// What is known of the host.
  package func known() async throws -> KnownHostKeys { try await tools.known(name, in: file) }

  /// The keys that answer at the host's address, whoever that is.
  package func offered() async throws -> [SSHPublicKey] {
    try await tools.scan(host.address, port: host.ssh.port, timeout: host.ssh.connectTimeout)
  }

  /// What has to be changed for the offered keys to be trusted; without any key if all are.
  ///
  /// - Parameter replacing: whether what is trusted may go for it.
  package func change(
    for comparison: HostKeyComparison, replacing: Bool
  ) throws(HostKeyRefusal) -> Change {
    guard comparison.revoked.isEmpty else { throw refusedAsRevoked }
    guard comparison.changed.isEmpty || replacing else { throw refusedAsChanged }
    guard replacing, !comparison.changed.isEmpty || !comparison.stale.isEmpty else {
      return Change(keys: comparison.added, isReplacing: false)
    }
    return Change(keys: comparison.offered, isReplacing: true)
  }

  /// The same for the one key with a fingerprint that a person has agreed to.
  ///
  /// - Parameters:
  ///   - fingerprint: as ssh-keygen shows it, `SHA256:…`.
  ///   - offered: the keys that were shown with it.
  /// - Throws: also if none of the keys has that fingerprint.
  package func change(
    for fingerprint: String, among offered: [SSHPublicKey], replacing: Bool
  ) async throws -> Change {
    let shown = try await tools.fingerprints(of: offered)
    let wanted = fingerprint.prefix { $0 != " " }
    let found = zip(offered, shown).first { pair in pair.1.prefix { $0 != " " } == wanted }
    guard let key = found?.0 else {
      throw HostKeyRefusal(
        description: "nothing was changed: \(name) has offered no key with the fingerprint \(fingerprint.quoted)")
    }
    // The other keys count for what a single one says of the host: it need not be the one that is trusted.
    let comparison = HostKeyComparison(offered: offered, known: try await known())
    if comparison.revoked.contains(key) { throw refusedAsRevoked }
    if comparison.known.contains(key) { return Change(keys: [], isReplacing: false) }
    guard comparison.changed.contains(key) else { return Change(keys: [key], isReplacing: false) }
    guard replacing else { throw refusedAsChanged }
    return Change(keys: [key], isReplacing: true)
  }

  /// Writes a change that a person has agreed to.
  package func carryOut(_ change: Change) async throws {
    guard !change.keys.isEmpty else { return }
    if change.isReplacing {
      try await tools.replace(name, with: change.keys, in: file)
    } else {
      try await tools.trust(change.keys, of: name, in: file)
    }
  }

  private var refusedAsRevoked: HostKeyRefusal {
    HostKeyRefusal(description: "nothing was changed: \(file) has marked a key that \(name) offers as revoked")
  }

  private var refusedAsChanged: HostKeyRefusal {
    HostKeyRefusal(
      description:
        "nothing was changed: the keys of \(name) are not those that \(file) holds. If the host was installed anew, "
        + "compare them with its console and give --replace; otherwise someone may be posing as the host")
  }
}
