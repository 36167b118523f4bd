// Lines for a host's authorized_keys that let pobsync's key read the host with rsync, and nothing else.

package import Spec

package enum AuthorizedKeyLine {
  /// Lets a key read everything below `/`. rrsync allows no `--secluded-args`, which a source root of more than plain
  /// characters needs.
  ///
  /// - Parameter key: a public key as it stands in its file.
  package static func reading(_ key: String) -> String { "restrict,command=\"/usr/bin/rrsync -ro /\" \(key)" }

  /// Lets a key read what is below one directory, which the request names by its whole path: `-absolute`, which rrsync
  /// has since rsync 3.5.
  ///
  /// - Returns: nil where that is everything, or where rrsync cannot be used.
  package static func reading(_ key: String, below root: AbsolutePath) -> String? {
    guard root != .root, canRestrict(root) else { return nil }
    return "restrict,command=\"/usr/bin/rrsync -ro -absolute \(root)\" \(key)"
  }

  /// Whether rrsync can be used at all for a source root.
  package static func canRestrict(_ root: AbsolutePath) -> Bool { RsyncCommand.isPlain(root.description) }
}
