// What a table holds in a number: equal for equal rows, whatever their order and whichever database has them.

import Foundation

/// The rows of a table, counted and summed up.
package struct TableChecksum: Sendable, Hashable, CustomStringConvertible {
  package private(set) var rows = 0
  private var sums: [UInt64] = [0, 0]

  /// Adds a row. The order of rows makes no difference, that of the columns does.
  mutating func add(_ row: [SQLValue]) {
    rows += 1
    var hashes = Self.starts.map(ValueHash.init)
    for value in row {
      for lane in hashes.indices { hashes[lane].add(value) }
    }
    for lane in sums.indices { sums[lane] &+= hashes[lane].mixed }
  }

  /// The sum as 32 hexadecimal digits.
  package var description: String { sums.map { String(format: "%016llx", $0) }.joined() }

  private static let starts: [UInt64] = [0xCBF2_9CE4_8422_2325, 0x9E37_79B9_7F4A_7C15]
}

/// FNV-1a over values, each with its type and length in front, so that none runs into the next.
private struct ValueHash {
  private var state: UInt64

  init(_ start: UInt64) { state = start }

  mutating func add(_ value: SQLValue) {
    switch value {
    case .null: add(byte: 0)
    case .integer(let number):
      add(byte: 1)
      add(word: UInt64(bitPattern: number))
    case .real(let number):
      add(byte: 2)
      add(word: number.bitPattern)
    case .text(let text):
      add(byte: 3)
      add(word: UInt64(text.utf8.count))
      for byte in text.utf8 { add(byte: byte) }
    case .blob(let bytes):
      add(byte: 4)
      add(word: UInt64(bytes.count))
      for byte in bytes { add(byte: byte) }
    }
  }

  private mutating func add(word: UInt64) {
    for shift in stride(from: UInt64(0), to: 64, by: 8) { add(byte: UInt8(truncatingIfNeeded: word >> shift)) }
  }

  private mutating func add(byte: UInt8) { state = (state ^ UInt64(byte)) &* 0x100_0000_01B3 }

  /// Each bit of it depends on all, as a sum of many needs it.
  var mixed: UInt64 {
    var value = state
    value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
    value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
    return value ^ (value >> 31)
  }
}
