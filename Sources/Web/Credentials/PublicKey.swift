// Public keys, read from their own files: nothing here ever opens a private one.

import Crypto
import Engine
import Foundation
import Spec

/// The public half of a key, as it stands in its file.
struct PublicKey: Sendable, Hashable {
  /// With its comment.
  let line: String
  let algorithm: String
  /// `SHA256:…`, as ssh shows it.
  let fingerprint: String

  /// Gives nil for anything but one line that is a public key.
  init?(_ text: String) {
    let line = text.split(whereSeparator: \.isNewline).first.map(String.init) ?? ""
    let words = line.split(separator: " ", maxSplits: 2).map(String.init)
    guard words.count >= 2, !line.hasControlCharacters,
      let key = SSHPublicKey(algorithm: words[0], encoded: words[1])
    else { return nil }
    self.line = line
    algorithm = key.algorithm
    fingerprint = key.fingerprint
  }

  /// What is found beside a private key.
  enum Finding: Sendable {
    case key(PublicKey)
    /// Neither half is there.
    case nothing
    /// There is no public half, or it is none; and why, in words.
    case unreadable(String)
  }

  private static let longestFile = 64 << 10

  /// Looks for the public half of a key: in the file that ssh-keygen makes beside it.
  /// - Parameter path: of the private half, which is not opened.
  static func beside(_ path: String) async -> Finding {
    let file = "\(path).pub"
    do {
      return try await blocking { () -> Finding in
        guard let bytes = try Disk.read(file, limit: Self.longestFile, followingLinks: true) else {
          return Disk.exists(path)
            ? .unreadable("\(file) is not there; `ssh-keygen -y -f \(path)` shows what belongs in it") : .nothing
        }
        return PublicKey(String(decoding: bytes, as: UTF8.self)).map(Finding.key)
          ?? .unreadable("\(file) holds no public key")
      }
    } catch {
      return .unreadable("\(error)")
    }
  }
}

extension SSHPublicKey {
  /// `SHA256:…`, as ssh shows it.
  var fingerprint: String {
    let hash = SHA256.hash(data: Data(base64Encoded: encoded) ?? Data())
    let text = Data(hash).base64EncodedString()
    return "SHA256:" + text.prefix { $0 != "=" }
  }
}

/// A line of a file of known hosts.
struct KnownHostLine: Sendable, Hashable {
  let names: String
  let algorithm: String
  let fingerprint: String
  let isRevoked: Bool

  private static let largestFile = 4 << 20

  /// The lines of a file, without those of certificate authorities; none if there is no such file.
  static func all(in file: SSHFilePath) async throws -> [KnownHostLine] {
    let bytes = try await blocking {
      try Disk.read(file.description, limit: Self.largestFile, followingLinks: true) ?? []
    }
    return String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline).compactMap { KnownHostLine($0) }
  }

  init?(_ line: Substring) {
    guard !line.hasPrefix("#") else { return nil }
    var words = line.split(separator: " ").map(String.init)
    let marker = words.first?.hasPrefix("@") == true ? words.removeFirst() : nil
    guard marker == nil || marker == "@revoked", words.count >= 3,
      let key = SSHPublicKey(algorithm: words[1], encoded: words[2])
    else { return nil }
    // A name that ssh has hashed cannot be told.
    names = words[0].hasPrefix("|") ? "(hashed)" : words[0].printable()
    algorithm = key.algorithm
    fingerprint = key.fingerprint
    isRevoked = marker != nil
  }
}
