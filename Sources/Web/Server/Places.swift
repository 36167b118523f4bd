// Places: how many may have the server do something that lasts at the same time, in all and of one account.

import Engine

/// Keeps the number of answers that last within bounds: each holds a connection, and what it reads from.
final class Places: Sendable {
  private let taken = Locked([String: Int]())
  private let limit: Int
  private let limitOfOne: Int

  /// - Parameters:
  ///   - limit: how many there are in all.
  ///   - limitOfOne: how many of them one account may have, so that it cannot keep out the others.
  init(limit: Int, ofOne limitOfOne: Int) {
    self.limit = limit
    self.limitOfOne = limitOfOne
  }

  var count: Int { taken.with { $0.values.reduce(0, +) } }

  /// Takes a place, which is free again when nobody holds it any more; nil if all are taken.
  func take(for account: String) -> Place? {
    let isFree = taken.with { taken in
      guard taken.values.reduce(0, +) < limit, taken[account, default: 0] < limitOfOne else { return false }
      taken[account, default: 0] += 1
      return true
    }
    return isFree ? Place(of: account, among: self) : nil
  }

  fileprivate func giveBack(_ account: String) {
    taken.with { taken in
      let left = taken[account, default: 0] - 1
      taken[account] = left > 0 ? left : nil
    }
  }
}

/// The right to one lasting answer.
final class Place: Sendable {
  private let account: String
  private let places: Places

  fileprivate init(of account: String, among places: Places) {
    self.account = account
    self.places = places
  }

  deinit { places.giveBack(account) }
}
