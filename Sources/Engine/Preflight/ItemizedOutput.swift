// What rsync prints in a dry run: a line for each difference, then its figures. There may be millions of lines, of which the
// first and the last are kept and all are counted.

struct ItemizedOutput: Sendable {
  private var lines = BoundedText(limit: DryRun.longestList)
  private var rest = RsyncOutput()
  private(set) var deletions = 0
  private var pending: [UInt8] = []
  /// In bytes; names may be longer than a line of a log should be.
  private static let lineLimit = 4 << 10

  /// The differences: `>f.st...... etc/passwd`, `*deleting   etc/motd`.
  var list: String { lines.text }
  /// rsync's figures, as it printed them.
  var figures: String { rest.text }
  var stats: SnapshotStats { rest.stats }

  /// Takes the next bytes of standard output.
  mutating func take(_ bytes: some Sequence<UInt8>) {
    for byte in bytes {
      guard byte == UInt8(ascii: "\n") else {
        if pending.count < Self.lineLimit { pending.append(byte) }
        continue
      }
      takeLine()
    }
  }

  private mutating func takeLine() {
    pending.append(UInt8(ascii: "\n"))
    if pending.starts(with: Self.deleting) {
      deletions += 1
      lines.append(pending)
    } else if isItem {
      lines.append(pending)
    } else {
      _ = rest.take(pending)
    }
    pending.removeAll(keepingCapacity: true)
  }

  private static let deleting = Array("*deleting ".utf8)
  private static let updates = Array("<>ch.".utf8)
  private static let sorts = Array("fdLDS".utf8)

  /// Whether the line is eleven signs of what differs, and a name.
  private var isItem: Bool {
    pending.count > 12 && Self.updates.contains(pending[0]) && Self.sorts.contains(pending[1])
      && pending[11] == UInt8(ascii: " ")
  }
}
