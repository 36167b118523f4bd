// rsync's option words in the predecessor's files, and what they mean here: a field, nothing new, or nothing at all.

/// What some words of rsync's command line come to. Of options given twice the last holds, as with rsync.
struct LegacyRsyncWords {
  private(set) var remoteBinary: RemoteCommand?
  private(set) var timeoutSeconds: Int?
  /// KiB in a second; 0 is no limit.
  private(set) var bandwidthLimit: Int?
  private(set) var oneFileSystem: Bool?
  private(set) var compress: Bool?
  private(set) var extraArgs: [RsyncArgument] = []
  private(set) var includes: [FilterPattern] = []
  private(set) var excludes: [FilterPattern] = []
  /// Why words were left out, and what is not as it was, each as a sentence.
  private(set) var leftOut: [String] = []

  init(_ words: [CommandWord]) {
    var rest = words.map(\.description)[...]
    while let word = rest.popFirst() {
      if word.hasPrefix("--") {
        takeLong(word, from: &rest)
      } else if word.hasPrefix("-"), word.count > 1 {
        takeLetters(word, from: &rest)
      } else {
        takeArgument(word)
      }
    }
  }

  // MARK: - Long options

  private mutating func takeLong(_ word: String, from rest: inout ArraySlice<String>) {
    let parts = word.dropFirst(2).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    let name = String(parts.first ?? "")
    var value = parts.count > 1 ? String(parts[1]) : nil
    if value == nil, Self.valued.contains(name), let next = rest.first, !next.hasPrefix("-") {
      value = next
      rest.removeFirst()
    }
    if Self.ours.contains(name) { return }
    switch name {
    case "rsh": leave(value.map { "--rsh=\($0)" } ?? word, because: Self.reasons["e"] ?? "")
    case "one-file-system": oneFileSystem = true
    case "no-one-file-system", "no-x": oneFileSystem = false
    case "compress": compress = true
    case "no-compress", "no-z": compress = false
    case "exclude":
      if let pattern: FilterPattern = parsed(value, of: word) { excludes.append(pattern) }
    case "include":
      if let pattern: FilterPattern = parsed(value, of: word) { include(pattern) }
    case "rsync-path":
      if let command: RemoteCommand = parsed(value, of: word) { remoteBinary = command }
    case "timeout":
      if let seconds = number(value, within: LegacyRsync.timeouts, of: word) { timeoutSeconds = seconds }
    case "bwlimit": takeBandwidthLimit(value, of: word)
    default: takeArgument(value.map { "--\(name)=\($0)" } ?? word)
    }
  }

  /// Which pattern comes first decides with rsync; here all includes do.
  private mutating func include(_ pattern: FilterPattern) {
    includes.append(pattern)
    guard let exclude = excludes.last else { return }
    leftOut.append(
      "`--include=\(pattern)` came after `--exclude=\(exclude)`, and comes before every exclude here: see whether it lets in "
        + "what was left out")
  }

  private mutating func parsed<Value: TextValue>(_ text: String?, of word: String) -> Value? {
    do throws(InvalidText) {
      guard let text else { throw InvalidText("its value is missing") }
      return try Value(text: text)
    } catch {
      leave(word, because: error.description)
      return nil
    }
  }

  private mutating func number(_ value: String?, within bounds: ClosedRange<Int>, of word: String) -> Int? {
    guard let number = value.flatMap({ Int($0) }), bounds.contains(number) else {
      leave(word, because: "its value must be a whole number from \(bounds.lowerBound) to \(bounds.upperBound)")
      return nil
    }
    return number
  }

  /// rsync counts in KiB unless a unit follows.
  private mutating func takeBandwidthLimit(_ value: String?, of word: String) {
    let units: [Character: Int] = ["k": 1, "m": 1 << 10, "g": 1 << 20]
    let unit = value?.lowercased().last.flatMap { units[$0] }
    let digits = unit == nil ? value : value.map { String($0.dropLast()) }
    guard let count = digits.flatMap({ Int($0) }),
      case let (limit, overflow) = count.multipliedReportingOverflow(by: unit ?? 1), !overflow,
      LegacyRsync.bandwidthLimits.contains(limit)
    else {
      leave(word, because: "its value must be a number of KiB in a second, such as 4096 or 4m")
      return
    }
    bandwidthLimit = limit
  }

  // MARK: - Letters

  private mutating func takeLetters(_ word: String, from rest: inout ArraySlice<String>) {
    var letters = word.dropFirst()
    while let letter = letters.popFirst() {
      if Self.valuedLetters.contains(letter) {
        // What follows is its value, here or as the next word.
        var value = String(letters)
        if letters.isEmpty, let next = rest.first, !next.hasPrefix("-") { value = rest.removeFirst() }
        leave("-\(letter) \(value)", because: Self.reasons[letter] ?? "it has no equal here")
        return
      }
      if Self.ourLetters.contains(letter) { continue }
      switch letter {
      case "x": oneFileSystem = true
      case "z": compress = true
      default: takeArgument("-\(letter)")
      }
    }
  }

  // MARK: - What is left

  private mutating func takeArgument(_ word: String) {
    do throws(InvalidText) {
      extraArgs.append(try RsyncArgument(text: word))
    } catch {
      leave(word, because: error.description)
    }
  }

  private mutating func leave(_ word: String, because reason: String) {
    leftOut.append("rsync option \(word.quoted) is left out: \(reason)")
  }

  // MARK: - The tables

  /// What every backup does anyway.
  private static let ours: Set<String> = [
    "archive", "recursive", "links", "perms", "times", "group", "owner", "devices", "specials", "hard-links", "acls",
    "xattrs", "numeric-ids", "delete", "delete-before", "delete-during", "delete-delay", "delete-after", "del",
    "delete-excluded", "stats", "human-readable", "no-human-readable", "partial", "progress", "info", "verbose",
    "itemize-changes",
  ]
  private static let ourLetters: Set<Character> = [
    "a", "r", "l", "p", "t", "g", "o", "D", "H", "A", "X", "v", "h", "i", "P",
  ]

  /// What takes the next word for its value unless it has one after `=`.
  private static let valued: Set<String> = [
    "exclude", "include", "exclude-from", "include-from", "filter", "files-from", "rsync-path", "rsh", "timeout",
    "contimeout", "bwlimit", "max-size", "min-size", "max-delete", "max-alloc", "backup-dir", "suffix", "partial-dir",
    "temp-dir", "compare-dest", "copy-dest", "link-dest", "log-file", "log-file-format", "out-format",
    "password-file", "info", "debug", "compress-level", "compress-choice", "skip-compress", "checksum-choice",
    "checksum-seed", "block-size", "iconv", "address", "port", "sockopts", "protocol", "modify-window", "usermap",
    "groupmap", "chown", "chmod", "remote-option", "stop-after", "stop-at",
  ]
  private static let valuedLetters: Set<Character> = ["e", "f", "B", "M", "T"]
  private static let reasons: [Character: String] = [
    "e": "pobsync runs ssh itself; give its port, user and key in `ssh`", "f": "write its patterns into excludes",
  ]
}
