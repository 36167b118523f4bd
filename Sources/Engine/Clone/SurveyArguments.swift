// Which of a host's extra arguments a survey can be made with.

import Spec

extension RsyncArgument {
  /// Whether a survey tells with it exactly what differs, and a transfer of just that gives the tree that a transfer of
  /// everything would. That is so for what concerns the way and not the tree, for what is set always, and for comparing
  /// checksums.
  ///
  /// Not with those that change what is taken (`--max-size`, `--cvs-exclude`), what a link or a name means
  /// (`--copy-links`, `--munge-links`, `--iconv`), or which attributes are kept: directories get theirs from the base.
  var keepsSurveyExact: Bool {
    guard description.hasPrefix("--") else {
      return description.dropFirst().allSatisfy { Self.exactLetters.contains($0) }
    }
    let name = description.dropFirst(2).prefix { $0 != "=" }
    if name.hasPrefix("no-") { return Self.waysOfSending.contains(String(name.dropFirst(3))) }
    return Self.waysOfSending.contains(String(name)) || Self.always.contains(String(name))
  }

  /// Whether the host's own list says the same with it, and is asked for in the same way (see `HostListing`).
  var keepsListingExact: Bool {
    guard keepsSurveyExact else { return false }
    guard description.hasPrefix("--") else { return !description.contains { Self.lettersOfRsyncAlone.contains($0) } }
    let name = description.dropFirst(2).prefix { $0 != "=" }
    return !Self.ofRsyncAlone.contains(String(name.hasPrefix("no-") ? name.dropFirst(3) : name))
  }

  var staysOnOneFileSystem: Bool {
    description == "--one-file-system" || (!description.hasPrefix("--") && description.contains("x"))
  }

  private static let exactLetters: Set<Character> = ["c", "S", "x", "z", "W", "4", "6", "A", "X", "H"]

  /// These have no effect on the tree that comes of it, and neither has their opposite.
  private static let waysOfSending: Set<String> = [
    "checksum", "sparse", "compress", "old-compress", "new-compress", "compress-choice", "compress-level",
    "skip-compress", "whole-file", "preallocate", "blocking-io", "ipv4", "ipv6", "open-noatime", "inc-recursive", "i-r",
    "checksum-choice", "checksum-seed", "block-size", "max-alloc", "address", "contimeout", "sockopts",
  ]

  /// These make rsync connect in another way, or tell more of each file, or all files at once; and some mean more when
  /// they are given twice, as they then are.
  private static let ofRsyncAlone: Set<String> = [
    "checksum", "ipv4", "ipv6", "inc-recursive", "i-r", "blocking-io", "one-file-system", "xattrs", "acls",
    "hard-links",
  ]
  private static let lettersOfRsyncAlone: Set<Character> = ["c", "4", "6", "x", "X", "A", "H"]

  /// Without effect, for they are given anyhow.
  private static let always: Set<String> = [
    "one-file-system", "acls", "xattrs", "hard-links", "perms", "owner", "group", "devices", "specials", "numeric-ids",
  ]
}
