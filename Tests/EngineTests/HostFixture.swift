// Hosts for tests that need no host to be there: declared in YAML, as operators do it.

import Foundation
import Spec
import Support
import Testing

@testable import Engine

/// The host `web-1` as a spec declares it.
///
/// - Parameters:
///   - settings: the `settings` map, in YAML's flow style.
///   - lines: the host's own keys, each a line of YAML.
func declaredHost(settings: String = "{}", _ lines: String...) throws -> EffectiveHost {
  let own = (["address: web-1.example.net"] + lines).map { "    \($0)\n" }.joined()
  let text = "version: 1\nsettings: \(settings)\nhosts:\n  web-1:\n\(own)"
  let spec = try SpecReader.read([SourceText(name: "host.yaml", bytes: Array(text.utf8))]).spec
  let name = try HostName(text: "web-1")
  return try #require(spec.effectiveHost(name))
}

func sshDefaults(
  identity: String? = "/etc/pobsync/id_ed25519", ciphers: [String] = []
) throws -> SSHDefaults {
  SSHDefaults(
    knownHostsFile: try SSHFilePath(text: "/etc/pobsync/known_hosts"),
    identityFile: try identity.map { path in try SSHFilePath(text: path) },
    ciphers: try ciphers.map { try SSHCipher(text: $0) })
}

/// The directory of the host `web-1`, prepared, in a marked backup root of its own.
func withHostDirectory(
  _ name: String = #function, _ body: (HostDirectory, ScratchDirectory) async throws -> Void
) async throws {
  try await withScratchDirectory(name) { scratch in
    var generator = SystemRandomNumberGenerator()
    let path = try AbsolutePath(text: scratch.path("backups"))
    let root = try BackupRoot.open(path, expected: nil, now: Date(), using: &generator)
    let directory = HostDirectory(try HostName(text: "web-1"), in: root)
    try directory.prepare()
    try await body(directory, scratch)
  }
}

extension HostDirectory {
  /// Makes a snapshot with one file; `metadata` goes to `meta/meta.yaml` when given.
  @discardableResult
  func makeSnapshot(_ kind: SnapshotKind, _ name: String, metadata: String? = nil) throws -> SnapshotID {
    let id = SnapshotID(kind: kind, name: try #require(SnapshotName(name)))
    let tree = try TreeBuilder(at: data(of: id))
    try tree.write("content of \(name)", to: "file")
    if let metadata {
      let meta = try TreeBuilder(at: directory(of: id) + "/meta")
      try meta.write(metadata, to: "meta.yaml")
    }
    return id
  }
}

extension TreeBuilder {
  /// Gives every odd name that is short enough to a directory, to another name of a file, and to what a link leads to.
  func spreadOddNames() throws {
    for (number, name) in Self.oddNames.enumerated() where name.bytes.count < 200 {
      try makeLink(RawPath("links/odd-\(number)"), to: name)
      let directory = RawPath("directories").appending(name)
      try makeFile(directory.appending("file"))
      try makeHardLink(directory.appending(name), to: RawPath("names").appending(name))
    }
  }

  /// Writes a small file, with the directories above it.
  func makeFile(_ path: RawPath, _ text: String = "x") throws {
    try makeDirectory(path.parent)
    try write(text, to: path)
  }
}
