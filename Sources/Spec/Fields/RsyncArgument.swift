// Extra rsync arguments from a spec: only options that cannot endanger snapshots.

/// One extra argument for rsync, from a list of options that leave earlier snapshots alone and notice what has changed.
/// Some of them narrow what a snapshot holds (`--max-size`, `--no-owner`): that is what they are asked for.
///
/// Everything else is refused by name: options that write into files which older snapshots share (`--inplace`,
/// `--append`, `--write-devices`), that change the source (`--remove-source-files`), that pobsync sets itself
/// (`--delete`, `--link-dest`, `-e` …), or that it has never heard of.
package struct RsyncArgument: TextValue {
  package static let noun = "an allowed rsync option"
  package static let example = "--one-file-system"

  package let description: String

  package init(text: String) throws(InvalidText) {
    guard text.hasPrefix("-"), text.count > 1 else {
      throw InvalidText(
        "\(text.quoted) is not an option", hint: "options begin with `-`, their values follow after `=`")
    }
    guard !text.hasControlCharacters else { throw InvalidText("\(text.quoted) holds a control character") }
    if text.hasPrefix("--") {
      try Self.checkLong(text)
    } else {
      for (offset, letter) in text.enumerated().dropFirst() where !Self.letters.contains(letter) {
        throw Self.refusal(ofLetter: letter, at: offset)
      }
    }
    description = text
  }

  private static func checkLong(_ text: String) throws(InvalidText) {
    let parts = text.dropFirst(2).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    let name = String(parts.first ?? "")
    if let reason = refused[name] { throw InvalidText("`--\(name)` is refused: \(reason)") }
    if switches.contains(name) || (name.hasPrefix("no-") && switches.contains(String(name.dropFirst(3)))) {
      guard parts.count == 1 else { throw InvalidText("`--\(name)` takes no value") }
      return
    }
    if valued.contains(name) {
      guard parts.count == 2, !parts[1].isEmpty else {
        throw InvalidText("`--\(name)` needs its value after `=`", hint: "write `--\(name)=…`")
      }
      // rsync hands most values on to the remote's shell, and escapes them there only from 3.2.4 on.
      for (offset, character) in text.enumerated()
      where !(character.isASCIILetterOrDigit || "._-+/:@,%=*".contains(character)) {
        throw InvalidText(
          "the value of `--\(name)` holds \(String(character).quoted), which the remote's shell could interpret",
          offset: offset)
      }
      return
    }
    let near = nearest(to: name, among: switches.union(valued).sorted())
    throw InvalidText("pobsync does not know \("--\(name)".quoted)", hint: near.map { "did you mean `--\($0)`?" })
  }

  private static func refusal(ofLetter letter: Character, at offset: Int) -> InvalidText {
    let reason = longNames[letter].flatMap { refused[$0] } ?? ("rlptgoDvqhis".contains(letter) ? ours : nil)
    let option = "-\(letter)".quoted
    return InvalidText(
      reason.map { "\(option) is refused: \($0)" } ?? "pobsync does not know \(option)", offset: offset)
  }

  private static let ours = "pobsync sets it itself"

  private static let longNames: [Character: String] = [
    "a": "archive", "b": "backup", "e": "rsh", "f": "filter", "F": "filter", "M": "remote-option", "n": "dry-run",
    "P": "partial", "T": "temp-dir",
  ]

  private static let letters: Set<Character> = [
    "c", "S", "x", "z", "W", "L", "k", "y", "4", "6", "A", "X", "H", "E", "U", "N", "O", "J", "I",
  ]

  private static let switches: Set<String> = [
    "checksum", "sparse", "one-file-system", "compress", "whole-file", "copy-links", "copy-unsafe-links", "safe-links",
    "munge-links", "copy-dirlinks", "fuzzy", "ipv4", "ipv6", "acls", "xattrs", "hard-links", "executability", "perms",
    "owner", "group", "devices", "specials", "atimes", "crtimes", "open-noatime", "omit-dir-times",
    "omit-link-times", "super", "fake-super", "numeric-ids", "ignore-times", "preallocate", "blocking-io",
    "cvs-exclude", "old-compress", "new-compress", "inc-recursive", "i-r",
  ]

  private static let valued: Set<String> = [
    "max-size", "min-size", "compress-choice", "compress-level", "skip-compress", "checksum-choice", "checksum-seed",
    "block-size", "iconv", "max-alloc", "address", "contimeout", "protocol", "usermap", "groupmap",
    "chown", "chmod", "sockopts",
  ]

  private static let refused: [String: String] = {
    let writesShared = "it writes into files in place, and would change what earlier snapshots share"
    let sourceSide = "it would change the host that is backed up"
    let nothing = "the snapshot would hold nothing"
    var table: [String: String] = [:]
    for name in ["inplace", "append", "append-verify", "write-devices", "backup", "backup-dir", "suffix"] {
      table[name] = writesShared
    }
    for name in [
      "delete", "delete-before", "delete-during", "delete-delay", "delete-after", "delete-excluded", "del", "link-dest",
      "copy-dest", "compare-dest", "rsh", "log-file", "log-file-format", "stats", "progress", "info", "debug",
      "temp-dir", "partial", "partial-dir", "files-from", "from0", "itemize-changes", "out-format", "max-delete",
      "force", "archive", "recursive", "daemon", "server", "sender", "config", "times", "modify-window",
    ] { table[name] = ours }
    for name in ["size-only", "no-times"] { table[name] = "a changed file of the same size would pass for unchanged" }
    table["remove-source-files"] = sourceSide
    table["remote-option"] = sourceSide
    for name in [
      "dry-run", "list-only", "existing", "ignore-existing", "only-write-batch", "write-batch", "read-batch",
    ] {
      table[name] = nothing
    }
    for name in ["exclude", "include", "exclude-from", "include-from", "filter"] {
      table[name] = "use `excludes` and `includes`"
    }
    table["rsync-path"] = "use `remote_binary`"
    table["timeout"] = "use `timeout`"
    table["bwlimit"] = "use `bandwidth_limit`"
    table["ignore-errors"] = "an unreadable source would pass for an empty one"
    table["password-file"] = "pobsync pulls over ssh only"
    return table
  }()
}
