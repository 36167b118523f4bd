// Keys of hosts, as strangers send them and as files hold them.

import Foundation
import Spec
import Testing

@testable import Engine

struct SSHPublicKeyTests {
  /// A key of an algorithm that differs from others by `seed`.
  private static func encoded(_ algorithm: String, _ seed: UInt8 = 1) -> String {
    let name = Array(algorithm.utf8)
    return Data([0, 0, 0, UInt8(name.count)] + name + [0, 0, 0, 32] + [UInt8](repeating: seed, count: 32))
      .base64EncodedString()
  }

  private func key(_ algorithm: String, _ seed: UInt8 = 1) throws -> SSHPublicKey {
    try #require(SSHPublicKey(algorithm: algorithm, encoded: Self.encoded(algorithm, seed)))
  }

  @Test(arguments: [
    ("ssh-ed25519", ""), ("ssh-ed25519", "not base64"), ("ssh-ed25519", "AAAA"),
    ("ssh-ed25519", encoded("ssh-rsa")), ("ssh-dss", encoded("ssh-dss")), ("-oProxyCommand=x", encoded("ssh-rsa")),
    ("ssh-ed25519", encoded("ssh-ed25519") + "\u{1B}[2J"),
    ("ssh-ed25519", String(repeating: "A", count: 100_000)),
  ])
  func `what is not a key through and through is none`(algorithm: String, encoded: String) {
    #expect(SSHPublicKey(algorithm: algorithm, encoded: encoded) == nil)
  }

  @Test func `a scan gives one key of each algorithm, the best first, whatever address it names`() throws {
    let output = """
      # 127.0.0.1:22 SSH-2.0-OpenSSH_9.2
      127.0.0.1 ssh-rsa \(Self.encoded("ssh-rsa"))
      evil,* ssh-ed25519 \(Self.encoded("ssh-ed25519", 7)) and a comment
      127.0.0.1 ssh-ed25519 \(Self.encoded("ssh-ed25519", 8))
      @cert-authority * ssh-rsa
      127.0.0.1 ssh-ed25519

      """
    #expect(SSHPublicKey.scanned(output) == [try key("ssh-ed25519", 7), try key("ssh-rsa")])
    #expect(SSHPublicKey.scanned("") == [])
  }

  @Test func `known keys are read with their markers, hashed names too`() throws {
    let found = """
      # Host web-1 found: line 1
      web-1 ssh-ed25519 \(Self.encoded("ssh-ed25519")) comment
      # Host web-1 found: line 2
      |1|aaa=|bbb= ssh-rsa \(Self.encoded("ssh-rsa"))
      @revoked web-1 ssh-rsa \(Self.encoded("ssh-rsa", 9))
      @cert-authority web-1 ssh-rsa \(Self.encoded("ssh-rsa", 5))

      """
    let known = KnownHostKeys(found: found)
    #expect(known.trusted == [try key("ssh-ed25519"), try key("ssh-rsa")])
    #expect(known.revoked == [try key("ssh-rsa", 9)])
  }

  @Test func `what is offered is told apart by what is known`() throws {
    let (ed, ed2, rsa) = (try key("ssh-ed25519", 1), try key("ssh-ed25519", 2), try key("ssh-rsa", 1))
    func compare(_ offered: [SSHPublicKey], known lines: [String]) -> HostKeyComparison {
      HostKeyComparison(offered: offered, known: KnownHostKeys(found: lines.joined(separator: "\n")))
    }
    let fresh = compare([ed, rsa], known: [])
    #expect(fresh.added == [ed, rsa] && fresh.changed.isEmpty && fresh.known.isEmpty)
    let more = compare([ed, rsa], known: ["h \(ed.line)"])
    #expect(more.known == [ed] && more.added == [rsa] && more.changed.isEmpty)
    let changed = compare([ed2, rsa], known: ["h \(ed.line)", "h \(rsa.line)"])
    #expect(changed.changed == [ed2] && changed.known == [rsa])
    // Nothing that is known is offered: another algorithm is no excuse.
    #expect(compare([rsa], known: ["h \(ed.line)"]).changed == [rsa])
    #expect(compare([ed], known: ["@revoked h \(ed.line)"]).revoked == [ed])
  }

  @Test func `the restricted line names the whole root or one directory, and no shell could misread it`() throws {
    #expect(AuthorizedKeyLine.reading("K") == "restrict,command=\"/usr/bin/rrsync -ro /\" K")
    let root = try AbsolutePath(text: "/srv/data")
    #expect(
      AuthorizedKeyLine.reading("K", below: root)
        == "restrict,command=\"/usr/bin/rrsync -ro -absolute /srv/data\" K")
    #expect(AuthorizedKeyLine.reading("K", below: .root) == nil)
    #expect(AuthorizedKeyLine.reading("K", below: try AbsolutePath(text: "/srv/a \"; b")) == nil)
  }
}
