// Secrets at the moment they are needed: read from their place, checked, and never part of a complaint.

import Engine
import Foundation
import Glibc
import Spec

/// Reads secrets.
struct SecretReader: Sendable {
  let environment: [String: String]

  private static let limit = 4096

  /// The secret at a place: the first line, without blanks around it.
  func read(_ source: SecretSource) throws(DeliveryFailure) -> String {
    let text: String
    switch source {
    case .variable(let name):
      guard let value = environment[name.description] else {
        throw DeliveryFailure(
          .secret, "\(source) is not set; it must be in the environment of the process that sends, such as the service")
      }
      text = value
    case .file(let path): text = try Self.content(of: path)
    }
    let secret = text.split(separator: "\n").first.map { $0.trimmingCharacters(in: .whitespaces) } ?? ""
    guard !secret.isEmpty else { throw DeliveryFailure(.secret, "\(source) is empty") }
    guard secret.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
      throw DeliveryFailure(.secret, "\(source) holds blanks or characters that neither a URL nor a token has")
    }
    return secret
  }

  private static func content(of path: AbsolutePath) throws(DeliveryFailure) -> String {
    do throws(DiskError) {
      // A link is common where secrets are handed to containers.
      guard let bytes = try Disk.read(path.description, limit: limit, followingLinks: true) else {
        throw DiskError("open", path.description, code: ENOENT)
      }
      return String(decoding: bytes, as: UTF8.self).replacing("\r\n", with: "\n")
    } catch {
      throw DeliveryFailure(.secret, "\(error); the account that runs pobsync must be able to read it")
    }
  }
}
