// Public keys of ssh, read from what others send: nothing is taken for a key that is not one through and through.

import Foundation

/// One public key, of a host or of a user.
package struct SSHPublicKey: Sendable, Hashable {
  /// Such as `ssh-ed25519`.
  package let algorithm: String
  /// The key in base64.
  package let encoded: String

  /// The algorithms of keys that are dealt with, the best first.
  static let algorithms = [
    "ssh-ed25519", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521", "ssh-rsa",
  ]

  /// In bytes of base64; an RSA key of 16384 bits has 2800.
  private static let longest = 8192

  /// Gives nil for anything but a known algorithm with a key whose own first words name that algorithm.
  package init?(algorithm: String, encoded: String) {
    guard Self.algorithms.contains(algorithm), encoded.utf8.count <= Self.longest,
      let data = Data(base64Encoded: encoded)
    else { return nil }
    let name = Array(algorithm.utf8)
    let length: [UInt8] = [0, 0, 0, UInt8(name.count)]
    guard data.count > length.count + name.count, data.starts(with: length + name) else { return nil }
    self.algorithm = algorithm
    self.encoded = encoded
  }

  /// As it stands in a file.
  package var line: String { "\(algorithm) \(encoded)" }
}

extension SSHPublicKey {
  /// The keys in what ssh-keyscan prints, at most one of each algorithm, the best first. The addresses that it prints
  /// are left aside: the keys are those of whom was asked.
  static func scanned(_ output: String) -> [SSHPublicKey] {
    let keys = output.split(whereSeparator: \.isNewline).compactMap { line -> SSHPublicKey? in
      let words = line.split(separator: " ")
      guard words.count >= 3, !line.hasPrefix("#") else { return nil }
      return SSHPublicKey(algorithm: String(words[1]), encoded: String(words[2]))
    }
    return algorithms.compactMap { algorithm in keys.first { $0.algorithm == algorithm } }
  }
}

/// The keys that a file of known hosts holds for one host.
package struct KnownHostKeys: Sendable, Hashable {
  package private(set) var trusted: Set<SSHPublicKey> = []
  package private(set) var revoked: Set<SSHPublicKey> = []
  /// The numbers, from 1, of the lines that make keys trusted.
  private(set) var lines: Set<Int> = []

  package init() {}

  /// Reads what `ssh-keygen -F` prints. Lines of certificate authorities are not keys of hosts.
  init(found output: String) {
    for line in output.split(whereSeparator: \.isNewline) {
      if line.hasPrefix("#") {
        if let number = Self.lineNumber(line) { lines.insert(number) }
        continue
      }
      var words = line.split(separator: " ").map(String.init)
      let marker = words.first?.hasPrefix("@") == true ? words.removeFirst() : nil
      guard words.count >= 3, let key = SSHPublicKey(algorithm: words[1], encoded: words[2]) else { continue }
      switch marker {
      case nil: trusted.insert(key)
      case "@revoked": revoked.insert(key)
      default: break
      }
    }
  }

  /// Reads `# Host web-1 found: line 3`; nil where a marker such as `REVOKED` follows.
  private static func lineNumber(_ line: Substring) -> Int? {
    let words = line.split(separator: " ")
    guard words.count >= 2, words[words.count - 2] == "line" else { return nil }
    return Int(words[words.count - 1])
  }
}

/// What a host offers, beside what is known of it.
package struct HostKeyComparison: Sendable, Hashable {
  package let offered: [SSHPublicKey]
  /// Trusted already.
  package let known: [SSHPublicKey]
  /// Of an algorithm of which nothing is known, while nothing speaks against the host.
  package let added: [SSHPublicKey]
  /// Not what is known of the host.
  package let changed: [SSHPublicKey]
  /// Marked as never to be trusted.
  package let revoked: [SSHPublicKey]
  /// Trusted, and offered no more.
  package let stale: [SSHPublicKey]

  package init(offered: [SSHPublicKey], known: KnownHostKeys) {
    self.offered = offered
    stale = known.trusted.subtracting(offered).sorted { $0.line < $1.line }
    revoked = offered.filter { known.revoked.contains($0) }
    let others = offered.filter { !known.revoked.contains($0) }
    self.known = others.filter { known.trusted.contains($0) }
    let unknown = others.filter { !known.trusted.contains($0) }
    // One who offers none of the known keys is not taken for the host because the algorithm is another.
    let isStranger = !known.trusted.isEmpty && self.known.isEmpty
    let algorithms = Set(known.trusted.map(\.algorithm))
    changed = unknown.filter { isStranger || algorithms.contains($0.algorithm) }
    added = unknown.filter { !isStranger && !algorithms.contains($0.algorithm) }
  }
}
