// Random numbers that a failing test can be run with again.

import Foundation

/// SplitMix64: small, fast, and the same on every machine for the same seed.
package struct SeededGenerator: RandomNumberGenerator, Sendable {
  private var state: UInt64

  /// A generator whose numbers depend on `seed` alone.
  package init(seed: UInt64) { state = seed }

  /// The next 64 bits.
  package mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    return mixed ^ (mixed >> 31)
  }

  /// `true` in `part` of `whole` cases.
  package mutating func chance(_ part: Int, in whole: Int) -> Bool { Int.random(in: 0..<whole, using: &self) < part }
}

/// The seed for one property test: `POBSYNC_TEST_SEED` (decimal, or hexadecimal after `0x`) when set, else a random one.
///
/// The seed is printed as `seed(name)=…`, to be given back through the environment.
package func freshSeed(_ name: String) -> UInt64 {
  var seed = UInt64.random(in: .min ... .max)
  if let text = ProcessInfo.processInfo.environment["POBSYNC_TEST_SEED"] {
    let given = text.hasPrefix("0x") ? UInt64(text.dropFirst(2), radix: 16) : UInt64(text)
    guard let given else { preconditionFailure("POBSYNC_TEST_SEED is not a number: \(text)") }
    seed = given
  }
  print("seed(\(name))=\(seed)")
  return seed
}
