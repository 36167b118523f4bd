// Amounts of bytes as operators write them: 50MiB, 1.5GiB, 10GB, 4096.

/// An amount of bytes.
///
/// `KiB`, `MiB`, `GiB` and `TiB` are powers of 1,024, and so are `K`, `M`, `G` and `T` alone, as with rsync and the
/// tools of GNU; `kB`, `MB`, `GB` and `TB` are powers of 1,000. The case of the first letter does not matter; that of
/// the rest does, since a small `b` is widely read as bits. A bare number, or one with `B`, is bytes.
package struct ByteSize: Sendable, Hashable, Comparable, CustomStringConvertible {
  /// The amount.
  package let bytes: Int64

  /// An amount of so many bytes; nil when that is negative.
  package init?(bytes: Int64) {
    guard bytes >= 0 else { return nil }
    self.bytes = bytes
  }

  private init(unchecked bytes: Int64) { self.bytes = bytes }

  /// Nothing.
  package static let zero = ByteSize(unchecked: 0)

  /// Reads a number, which may have a fraction, and a unit, with or without a blank between them.
  ///
  /// What a fraction gives is rounded down to a whole byte.
  package init(parsing text: String) throws(ByteSizeError) {
    guard !text.isEmpty else { throw ByteSizeError(message: "a size must not be empty") }
    guard !text.hasPrefix("-") else { throw ByteSizeError(message: "\(text.quoted) is negative") }
    let number = text.prefix { $0.isASCII && $0.isNumber || $0 == "." }
    let symbol = text.dropFirst(number.count).drop { $0 == " " }
    let parts = number.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count <= 2, parts.allSatisfy({ !$0.isEmpty }) else { throw ByteSizeError(malformed: text) }
    let unit = try Unit(parsing: symbol)

    let fraction = parts.count == 2 ? try Self.fraction(parts[1], of: unit, in: text) : 0
    let whole = Int64(parts[0])?.multipliedReportingOverflow(by: unit.bytes)
    guard let whole, !whole.overflow, whole.partialValue <= .max - fraction else {
      throw ByteSizeError(message: "\(text.quoted) is too large; a size is at most \(Int64.max) bytes")
    }
    bytes = whole.partialValue + fraction
  }

  /// The amount with the unit that gives the smallest whole number, and with a binary unit where two give the same.
  package var description: String {
    guard bytes > 0 else { return "0B" }
    let exact = Unit.all.filter { bytes.isMultiple(of: $0.bytes) }
    let unit = exact.max { $0.bytes < $1.bytes } ?? .byte
    return "\(bytes / unit.bytes)\(unit.symbol)"
  }

  /// From the smallest to the largest.
  package static func < (left: ByteSize, right: ByteSize) -> Bool {
    left.bytes < right.bytes
  }

  private static func fraction(_ digits: Substring, of unit: Unit, in text: String) throws(ByteSizeError) -> Int64 {
    guard unit.bytes > 1 else { throw ByteSizeError(message: "\(text.quoted) is no whole number of bytes") }
    // In integers, with no rounding of binary fractions; six digits of the largest unit are 2^60 and fit.
    guard digits.count <= 6, let numerator = Int64(digits) else {
      throw ByteSizeError(message: "\(text.quoted) has too many decimals; write at most 6")
    }
    return numerator * unit.bytes / digits.reduce(1) { scale, _ in scale * 10 }
  }
}

extension ByteSize {
  fileprivate struct Unit {
    let symbol: String
    let bytes: Int64

    static let byte = Unit(symbol: "B", bytes: 1)
    static let binary = [
      Unit(symbol: "KiB", bytes: 1 << 10), Unit(symbol: "MiB", bytes: 1 << 20),
      Unit(symbol: "GiB", bytes: 1 << 30), Unit(symbol: "TiB", bytes: 1 << 40),
    ]
    static let decimal = [
      Unit(symbol: "kB", bytes: 1_000), Unit(symbol: "MB", bytes: 1_000_000),
      Unit(symbol: "GB", bytes: 1_000_000_000), Unit(symbol: "TB", bytes: 1_000_000_000_000),
    ]
    static let all = [byte] + decimal + binary

    init(symbol: String, bytes: Int64) {
      (self.symbol, self.bytes) = (symbol, bytes)
    }

    init(parsing text: Substring) throws(ByteSizeError) {
      if text.isEmpty { self = .byte; return }
      let canonical = text.prefix(1).uppercased() + text.dropFirst()
      let unit = Self.all.first { unit in
        let symbol = unit.symbol.prefix(1).uppercased() + unit.symbol.dropFirst()
        return canonical == symbol || (unit.symbol.hasSuffix("iB") && canonical == symbol.prefix(1))
      }
      guard let unit else { throw ByteSizeError(unknownUnit: text) }
      self = unit
    }
  }
}

/// What is wrong with an amount of bytes.
package struct ByteSizeError: Error, Hashable, Sendable {
  /// What is wrong, in words for the operator.
  package let message: String
}

extension ByteSizeError {
  fileprivate init(unknownUnit text: Substring) {
    let symbols = ByteSize.Unit.all.map(\.symbol)
    let fix = symbols.first { $0.lowercased() == text.lowercased() }.map { "did you mean `\($0)`?" }
    self.init(message: "\(text.quoted) is not a unit of size; \(fix ?? "write KiB, MiB, GiB, TiB, or kB, MB, GB, TB")")
  }

  fileprivate init(malformed text: String) {
    self.init(message: "\(text.quoted) is not a size; write a number with a unit, such as 50MiB, 1.5GiB or 10GB")
  }
}

extension Int64 {
  /// A number of bytes to three digits, for people: `2.61 GB`.
  package var shownAsSize: String {
    let units = ["B", "kB", "MB", "GB", "TB", "PB", "EB"]
    var value = Double(self)
    var unit = 0
    while value >= 999.5, unit < units.count - 1 {
      value /= 1000
      unit += 1
    }
    let digits = unit == 0 || value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2
    return "\(value.shown(digits: digits)) \(units[unit])"
  }
}
