// pobsync's own ssh keys: where they are, and how one is made. Commands and pages make them alike.

import Engine
import Foundation
package import Spec

/// There is a key already where one was to be made.
package struct KeyIsThere: Error, Sendable, CustomStringConvertible {
  package let path: String

  package var description: String {
    "nothing was made: there is a key already at \(path), and hosts that know only that refuse backups until they have "
      + "another"
  }
}

extension Environment {
  /// Where the key is that is made for all hosts, or for one.
  package func keyPath(for host: HostName?) -> String {
    host.map { sshDefaults.identityFile(of: $0) } ?? sshDefaults.usualIdentityFile
  }

  /// Makes a key for all hosts, or for one, which uses it once it is declared.
  ///
  /// - Parameter isReplacing: whether a key that is there may be replaced. It is kept as `.old`.
  /// - Returns: where the key is.
  /// - Throws: `KeyIsThere`, `SSHToolFailure`, `DiskError`.
  package func makeKey(for host: HostName?, isReplacing: Bool) async throws -> String {
    let path = keyPath(for: host)
    guard isReplacing || !Disk.exists(path) else { throw KeyIsThere(path: path) }
    if let host {
      try Disk.makeDirectory("\(sshDefaults.directory)/hosts")
      try Disk.makeDirectory("\(sshDefaults.directory)/hosts/\(host)")
    }
    try await sshTools.makeKey(at: path, comment: "pobsync@\(ProcessInfo.processInfo.hostName)")
    return path
  }
}
