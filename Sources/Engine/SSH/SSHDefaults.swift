// What holds for ssh where neither settings nor host say otherwise.

import Foundation
package import Spec

/// pobsync's own ssh files, and the order of ciphers.
package struct SSHDefaults: Sendable, Hashable {
  package let knownHostsFile: SSHFilePath
  /// nil leaves the choice of keys to ssh.
  package private(set) var identityFile: SSHFilePath?
  /// Whether AES is to come first, as is best where the processor has instructions for it.
  package let prefersAES: Bool
  /// What to offer, the best first; none leaves the choice to ssh.
  package private(set) var ciphers: [SSHCipher]

  package init(
    knownHostsFile: SSHFilePath, identityFile: SSHFilePath?, prefersAES: Bool = false, ciphers: [SSHCipher] = []
  ) {
    self.knownHostsFile = knownHostsFile
    self.identityFile = identityFile
    self.prefersAES = prefersAES
    self.ciphers = ciphers
  }

  /// These as they are for a host at this moment: with pobsync's own key once that is there, for it may be made while a
  /// service runs, and with the ciphers of ssh's own configuration in the order that suits the processor.
  ///
  /// - Parameter host: who is to be asked; nil if nobody is.
  package func current(for host: EffectiveHost?, runner: ProcessRunner) async -> SSHDefaults {
    var current = withOwnKey
    if let host, prefersAES, host.ssh.ciphers == nil {
      current.ciphers = await SSHTools(runner: runner, defaults: self).ciphersWithAESFirst(for: host)
    }
    return current
  }

  /// These, with pobsync's own key if that is there.
  var withOwnKey: SSHDefaults {
    guard identityFile == nil, Disk.exists(usualIdentityFile),
      let key = try? SSHFilePath(text: usualIdentityFile)
    else { return self }
    var defaults = self
    defaults.identityFile = key
    return defaults
  }

  /// Where pobsync's own key is looked for, beside the known hosts.
  package var usualIdentityFile: String { "\(directory)/\(Self.keyName)" }

  /// Where the key is that pobsync makes for one host, which uses it once it is declared.
  package func identityFile(of host: HostName) -> String { "\(directory)/hosts/\(host)/\(Self.keyName)" }

  /// pobsync's directory of ssh files.
  package var directory: String { (knownHostsFile.description as NSString).deletingLastPathComponent }

  private static let keyName = "id_ed25519"
}
