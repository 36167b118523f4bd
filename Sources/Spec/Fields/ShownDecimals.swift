// Decimal numbers as people read them.

extension Double {
  /// In decimals, for people. It is what `%.2f` of printf writes but for the rounding of halves, and takes a tenth of that.
  ///
  /// - Parameter digits: how many there are behind the point.
  package func shown(digits: Int) -> String {
    let scale = (0..<max(0, digits)).reduce(1) { scale, _ in scale * 10 }
    guard let scaled = Int(exactly: (self * Double(scale)).rounded()) else { return "\(self)" }
    let (whole, rest) = scaled.magnitude.quotientAndRemainder(dividingBy: UInt(scale))
    let sign = scaled < 0 ? "-" : ""
    guard digits > 0 else { return "\(sign)\(whole)" }
    let decimals = String(rest)
    return "\(sign)\(whole).\(String(repeating: "0", count: digits - decimals.count))\(decimals)"
  }
}
