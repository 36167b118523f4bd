// Shares of a whole as operators write them: 50%, 0.5, 12.5%.

/// A part of a whole: more than nothing, at most all of it.
package struct Share: TextValue {
  package static let noun = "a share"
  package static let example = "50%"

  /// How many millionths of the whole it is.
  private let millionths: Int

  private static let whole = 1_000_000

  package static let half = Share(millionths: whole / 2)

  private init(millionths: Int) { self.millionths = millionths }

  /// Reads a percentage with at most four decimals, or a fraction with at most six.
  package init(text: String) throws(InvalidText) {
    guard !text.isEmpty else { throw InvalidText("a share must not be empty") }
    let isPercentage = text.hasSuffix("%")
    let number = isPercentage ? text.dropLast() : text[...]
    let parts = number.split(separator: ".", omittingEmptySubsequences: false)
    let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
    guard parts.count <= 2, parts.allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy(digits.contains) }) else {
      throw InvalidText("\(text.quoted) is not a part of a whole", hint: "write `50%` or `0.5`")
    }
    // In integers, with no rounding of binary fractions.
    let decimals = isPercentage ? 4 : 6
    let fraction = parts.count == 2 ? parts[1] : ""
    guard fraction.count <= decimals else {
      throw InvalidText("\(text.quoted) has too many decimals", hint: "write at most \(decimals)")
    }
    let padded = parts[0] + fraction + String(repeating: "0", count: decimals - fraction.count)
    guard let millionths = Int(padded), (1...Self.whole).contains(millionths) else {
      let isNone = padded.allSatisfy { $0 == "0" }
      let isBare = !isPercentage && (Int(padded).map { $0 <= 100 * Self.whole } ?? false)
      throw InvalidText(
        "\(text.quoted) is \(isNone ? "nothing" : "more than the whole")",
        hint: isBare && !isNone ? "for a percentage write `\(text)%`" : "write more than 0% and at most 100%")
    }
    self.millionths = millionths
  }

  /// The share as a percentage.
  package var description: String {
    let (percent, rest) = millionths.quotientAndRemainder(dividingBy: 10_000)
    guard rest > 0 else { return "\(percent)%" }
    let decimals = String(String(10_000 + rest).dropFirst())
    return "\(percent).\(decimals.prefix(through: decimals.lastIndex { $0 != "0" } ?? decimals.startIndex))%"
  }

  /// The share of so many, rounded down.
  package func of(_ count: Int) -> Int {
    let (product, overflow) = count.multipliedReportingOverflow(by: millionths)
    return overflow ? count / Self.whole * millionths : product / Self.whole
  }
}
