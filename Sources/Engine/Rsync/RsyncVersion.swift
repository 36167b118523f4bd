// Versions of rsync: what pobsync needs, and which are known to have holes.

/// A version such as 3.2.7.
package struct RsyncVersion: Sendable, Hashable, Comparable, CustomStringConvertible {
  package let major: Int
  package let minor: Int
  package let patch: Int

  package init(_ major: Int, _ minor: Int, _ patch: Int = 0) {
    self.major = major
    self.minor = minor
    self.patch = patch
  }

  /// Reads `3.2.7`, also with something behind it, as in `3.4.0pre1` and `v3.2.7`.
  package init?(_ text: String) {
    let parts = text.drop { $0 == "v" }.split(separator: ".", omittingEmptySubsequences: false)
    let numbers = parts.prefix(3).map { part in Int(part.prefix { ("0"..."9").contains($0) }) }
    guard numbers.count >= 2, let major = numbers[0], let minor = numbers[1] else { return nil }
    self.init(major, minor, numbers.count > 2 ? numbers[2] ?? 0 : 0)
  }

  package var description: String { "\(major).\(minor).\(patch)" }

  package static func < (left: RsyncVersion, right: RsyncVersion) -> Bool {
    (left.major, left.minor, left.patch) < (right.major, right.minor, right.patch)
  }

  /// The oldest that has all that a transfer is asked with: `--info` and `--debug` came with it.
  package static let oldestUsable = RsyncVersion(3, 1)

  /// The first that holds names against what was asked for, and can be told not to.
  static let withTrustSender = RsyncVersion(3, 2, 5)

  /// What the number of the protocol tells of the version at the other end, which names no other where its key is kept to
  /// rsync: 31 came with 3.1.0, and 32 with 3.4.0, to tell those apart that have the holes of January 2025.
  ///
  /// - Returns: the first version that has the protocol; nil for one that is older than any use.
  package static func first(withProtocol number: Int) -> RsyncVersion? {
    switch number {
    case 32...: RsyncVersion(3, 4)
    case 31: RsyncVersion(3, 1)
    case 30: RsyncVersion(3, 0)
    default: nil
    }
  }
}

/// A hole that versions before one have, as rsync's NEWS lists them. Distributions close holes without another number, so
/// that it is a hint and no proof.
package struct RsyncHole: Sendable, Hashable {
  package enum Side: Sendable, Hashable {
    /// The backup server, which receives what a host may have made up.
    case here
    /// The host.
    case there
  }

  package let side: Side
  package let closedIn: RsyncVersion
  /// What it lets others do, and its names.
  package let description: String

  /// https://kb.cert.org/vuls/id/952657 for those of January 2025, and NEWS of rsync 3.4.3 for that of May 2026. Those that
  /// only concern daemons are left out, for pobsync uses none.
  static let known = [
    RsyncHole(
      side: .here, closedIn: RsyncVersion(3, 4),
      description: "lets a hostile host read files of this server and write outside of its snapshot (CVE-2024-12086, "
        + "CVE-2024-12087)"),
    RsyncHole(
      side: .here, closedIn: RsyncVersion(3, 4, 3),
      description: "lets a hostile host end transfers by a crash (CVE-2026-43620)"),
    RsyncHole(
      side: .there, closedIn: RsyncVersion(3, 4),
      description: "lets whoever may talk to it read its memory and write past it (CVE-2024-12084, CVE-2024-12085)"),
  ]

  /// The gravest that a version has; nil if none is known.
  package static func first(of version: RsyncVersion, _ side: Side) -> RsyncHole? {
    known.first { $0.side == side && version < $0.closedIn }
  }
}
