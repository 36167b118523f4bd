// rsync include and exclude patterns, one a line of an --include-from or --exclude-from file.

/// A pattern in rsync's syntax (rsync(1), "INCLUDE/EXCLUDE PATTERN RULES").
///
/// In a file of patterns rsync takes lines that begin with `#` or `;` for comments, with `+ ` or `- ` for rules of
/// either kind, and a lone `!` for "forget all rules": none of these is a pattern here.
package struct FilterPattern: TextValue {
  package static let noun = "an rsync pattern"
  package static let example = "/var/cache/***"

  package let description: String

  package init(text: String) throws(InvalidText) {
    guard !text.isEmpty else { throw InvalidText("a pattern must not be empty") }
    guard !text.hasControlCharacters else {
      throw InvalidText("\(text.quoted) holds a control character", hint: "write `?` in its place")
    }
    if let first = text.first, "#;".contains(first) {
      throw InvalidText(
        "\(text.quoted) would be a comment to rsync", hint: "write `[\(first)]\(text.dropFirst())`")
    }
    if text.hasPrefix("+ ") || text.hasPrefix("- ") {
      throw InvalidText(
        "\(text.quoted) mixes rules of both kinds into one list",
        hint: "put patterns to keep into `includes` and the others into `excludes`")
    }
    if text == "!" { throw InvalidText("`!` would make rsync forget all rules", hint: "write `[!]`") }
    guard text.utf8.count <= 4000 else { throw InvalidText("\(text.quoted) is longer than 4000 bytes") }
    description = text
  }
}
