// A hash that stays the same over versions and machines, as Swift's own does not: for what must be spread out evenly
// and always the same way.

package enum StableHash {
  /// FNV-1a, 64 bits, with a final mix.
  package static func value(of text: String) -> UInt64 {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    hash = (hash ^ (hash >> 33)) &* 0xff51_afd7_ed55_8ccd
    return hash ^ (hash >> 33)
  }

  /// From 0 up to, but not, 1.
  static func fraction(of text: String) -> Double { Double(value(of: text) >> 11) / Double(1 << 53) }
}
