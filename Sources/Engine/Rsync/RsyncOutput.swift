// What rsync prints, read as it comes: progress lines and the closing statistics. The formats are rsync(1)'s
// `--info=progress2` and `--stats`, with `--no-human-readable` (plain digits).

import Foundation

/// How far a transfer is.
package struct TransferProgress: Sendable, Hashable {
  /// Bytes of file data dealt with so far, transferred or found to be here already.
  package let bytes: Int64
  /// The share of the known total, 0 to 100. The total grows while rsync is still listing the source.
  package let percent: Int
  /// As rsync writes it: `10.52MB/s`.
  package let rate: String
  /// How many files are still to be checked, and out of how many known so far.
  package let remainingFiles: Int64?
  package let knownFiles: Int64?
  /// Where the trash is emptied, how many entries of it are left; nil for transfers.
  package let remainingSnapshots: Int?

  package init(
    bytes: Int64, percent: Int, rate: String, remainingFiles: Int64? = nil, knownFiles: Int64? = nil,
    remainingSnapshots: Int? = nil
  ) {
    self.bytes = bytes
    self.percent = percent
    self.rate = rate
    self.remainingFiles = remainingFiles
    self.knownFiles = knownFiles
    self.remainingSnapshots = remainingSnapshots
  }
}

/// Collects a transfer's output.
package struct RsyncOutput: Sendable {
  package private(set) var stats = SnapshotStats()
  /// Standard output without progress lines: the statistics, as rsync printed them.
  package private(set) var text = ""
  private var pending: [UInt8] = []
  /// More text than this is not kept; rsync prints a page.
  private static let textLimit = 64 << 10
  private static let lineLimit = 8 << 10

  package init() {}

  /// Takes the next bytes of standard output.
  /// - Returns: the newest progress among them, if there is any.
  package mutating func take(_ bytes: UnsafeRawBufferPointer) -> TransferProgress? {
    // A line of progress is overwritten by the next, and there are several for every file: of those that come at once
    // only the last is read.
    var overwritten: [UInt8] = []
    var newest: TransferProgress?
    var start = 0
    for index in bytes.indices where bytes[index] == Self.newline || bytes[index] == Self.carriageReturn {
      append(bytes[start..<index])
      start = index + 1
      if bytes[index] == Self.carriageReturn {
        if !pending.isEmpty { swap(&overwritten, &pending) }
      } else {
        let line = String(decoding: pending, as: UTF8.self)
        if let progress = TransferProgress(line: line) {
          newest = progress
          overwritten.removeAll(keepingCapacity: true)
        } else {
          take(line: line)
        }
      }
      pending.removeAll(keepingCapacity: true)
    }
    append(bytes[start...])
    guard !overwritten.isEmpty else { return newest }
    return TransferProgress(line: String(decoding: overwritten, as: UTF8.self)) ?? newest
  }

  /// Takes bytes that lie anywhere.
  package mutating func take(_ bytes: some Sequence<UInt8>) -> TransferProgress? {
    Array(bytes).withUnsafeBytes { take($0) }
  }

  private mutating func append(_ part: Slice<UnsafeRawBufferPointer>) {
    pending.append(contentsOf: part.prefix(max(0, Self.lineLimit - pending.count)))
  }

  private static let newline = UInt8(ascii: "\n")
  private static let carriageReturn = UInt8(ascii: "\r")

  private mutating func take(line: String) {
    if text.utf8.count < Self.textLimit, !(line.isEmpty && text.isEmpty) { text += line + "\n" }
    for (prefix, figure) in Self.figures where line.hasPrefix(prefix) {
      let digits = line.dropFirst(prefix.count).prefix { $0.isASCII && $0.isNumber }
      stats[keyPath: figure] = Int64(digits)
    }
  }

  private static let figures: [(String, any WritableKeyPath<SnapshotStats, Int64?> & Sendable)] = [
    ("Number of files: ", \.files),
    ("Number of created files: ", \.createdFiles),
    ("Number of regular files transferred: ", \.transferredFiles),
    ("Total file size: ", \.apparentSizeBytes),
    ("Total transferred file size: ", \.uniqueApparentSizeBytes),
    ("Literal data: ", \.literalDataBytes),
    ("Matched data: ", \.matchedDataBytes),
    ("Total bytes sent: ", \.sentBytes),
    ("Total bytes received: ", \.receivedBytes),
  ]
}

extension TransferProgress {
  /// Reads `      32768  45%   10.52MB/s    0:00:10 (xfr#5, ir-chk=1041/1068)`.
  package init?(line: String) {
    let words = line.split(separator: " ")
    guard words.count >= 4, let bytes = Int64(words[0]), words[1].hasSuffix("%"),
      let percent = Int(words[1].dropLast()),
      words[2].hasSuffix("/s")
    else { return nil }
    self.bytes = bytes
    self.percent = min(max(percent, 0), 100)
    rate = String(words[2])
    let check = line.range(of: "-chk=").map { line[$0.upperBound...] }
    let counts = check?.prefix { $0 != ")" }.split(separator: "/").compactMap { Int64($0) } ?? []
    remainingFiles = counts.first
    knownFiles = counts.count == 2 ? counts[1] : nil
    remainingSnapshots = nil
  }
}

/// The first and the last part of a text that may be very long: standard error of a transfer.
package struct BoundedText: Sendable {
  private var head: [UInt8] = []
  private var tail: [UInt8] = []
  private var dropped = 0
  private let limit: Int

  /// - Parameter limit: how many bytes are kept of the beginning, and how many of the end.
  package init(limit: Int) { self.limit = limit }

  package mutating func append(_ bytes: some Sequence<UInt8>) {
    for byte in bytes {
      if head.count < limit { head.append(byte) } else { tail.append(byte) }
    }
    if tail.count > 2 * limit {
      let surplus = tail.count - limit
      tail.removeFirst(surplus)
      dropped += surplus
    }
  }

  /// Whether nothing has come, or a newline last.
  var endsLine: Bool { (tail.last ?? head.last ?? UInt8(ascii: "\n")) == UInt8(ascii: "\n") }

  package var text: String {
    let gap = dropped > 0 ? "\n… \(dropped) bytes left out …\n" : ""
    return String(decoding: head, as: UTF8.self) + gap + String(decoding: tail, as: UTF8.self)
  }
}
