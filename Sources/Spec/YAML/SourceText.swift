// The text of one spec file, and places in it.

/// The bytes of one file, and where its lines begin.
package struct SourceText: Sendable {
  /// The file's name as messages show it: `hosts.yaml`, `<stdin>`.
  package let name: String
  /// The file without a UTF-8 byte order mark, which says nothing and would shift the columns of line 1.
  package let bytes: [UInt8]
  private let lineStarts: [Int]

  package init(name: String, bytes: [UInt8]) {
    self.name = name
    self.bytes = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(bytes.dropFirst(3)) : bytes
    lineStarts = Self.lineStarts(in: self.bytes)
  }

  package init(name: String, _ text: String) {
    self.init(name: name, bytes: Array(text.utf8))
  }

  /// Line `number` without its line break; nil outside the file. Invalid UTF-8 shows as U+FFFD.
  package func line(_ number: Int) -> String? {
    lineBytes(number).map { String(decoding: $0, as: UTF8.self) }
  }

  /// The bytes of line `number` without its line break.
  func lineBytes(_ number: Int) -> ArraySlice<UInt8>? {
    guard lineStarts.indices.contains(number - 1) else { return nil }
    let isLast = number == lineStarts.count
    let line = bytes[lineStarts[number - 1]..<(isLast ? bytes.endIndex : lineStarts[number])]
    guard !isLast else { return line }
    if line.ends(with: [0x0D, 0x0A]) || line.ends(with: [0xC2, 0x85]) { return line.dropLast(2) }
    return line.last == 0x0A || line.last == 0x0D ? line.dropLast() : line.dropLast(3)
  }

  /// The place of the byte at `offset`, which may lie past the end.
  func position(ofByte offset: Int) -> SourcePosition {
    let end = min(max(offset, 0), bytes.count)
    var (low, high) = (0, lineStarts.count)
    while high - low > 1 {
      let middle = (low + high) / 2
      if lineStarts[middle] <= end { low = middle } else { high = middle }
    }
    // Every code point has one byte that is not a continuation byte.
    let column = bytes[lineStarts[low]..<end].count { $0 & 0xC0 != 0x80 }
    return SourcePosition(line: low + 1, column: column + 1)
  }

  /// Lines break where libyaml breaks them: at LF, CR, CR LF, NEL, LS and PS.
  private static func lineStarts(in bytes: [UInt8]) -> [Int] {
    var starts = [0]
    bytes.withUnsafeBufferPointer { bytes in
      for (index, byte) in bytes.enumerated() where byte == 0x0A || byte == 0x0D || byte == 0xC2 || byte == 0xE2 {
        let next = index + 1 < bytes.count ? bytes[index + 1] : 0
        switch byte {
        case 0x0A: starts.append(index + 1)
        case 0x0D where next != 0x0A: starts.append(index + 1)
        case 0xC2 where next == 0x85: starts.append(index + 2)
        case 0xE2 where next == 0x80 && index + 2 < bytes.count && bytes[index + 2] | 1 == 0xA9:
          starts.append(index + 3)
        default: break
        }
      }
    }
    return starts
  }
}

extension Collection<UInt8> where Self: BidirectionalCollection {
  fileprivate func ends(with other: [UInt8]) -> Bool { suffix(other.count).elementsEqual(other) }
}

/// A place in a file. Line and column count from 1; a column is a code point, as libyaml counts them, so neither a
/// byte nor what a terminal shows as one character.
package struct SourcePosition: Sendable, Hashable, Comparable {
  package let line: Int
  package let column: Int

  package init(line: Int, column: Int) {
    self.line = line
    self.column = column
  }

  package static func < (left: SourcePosition, right: SourcePosition) -> Bool {
    (left.line, left.column) < (right.line, right.column)
  }
}

/// The part of a file from `start` up to, and without, `end`.
package struct SourceRange: Sendable, Hashable {
  package let start: SourcePosition
  package let end: SourcePosition

  package init(start: SourcePosition, end: SourcePosition) {
    self.start = start
    self.end = end
  }

  /// The single place `position`.
  package init(at position: SourcePosition) {
    self.init(start: position, end: position)
  }

  /// Where a complaint about a file as a whole is placed.
  package static let fileStart = SourceRange(at: SourcePosition(line: 1, column: 1))
}
