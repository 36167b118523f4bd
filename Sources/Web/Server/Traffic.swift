// What has been answered since the start, counted for the metrics.

import Engine
import HTTPTypes

/// Counts answers.
final class Traffic: Sendable {
  struct Kind: Sendable, Hashable {
    let method: String
    /// The route's pattern; empty where there was no route, for anybody can make up paths.
    let route: String
    let status: Int
  }

  struct Count: Sendable, Hashable {
    var answers = 0
    var seconds = 0.0
    /// How many took no longer than each of `bounds`.
    var within = Array(repeating: 0, count: Traffic.bounds.count)
  }

  /// In seconds.
  static let bounds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

  private let state = Locked<[Kind: Count]>([:])

  var counts: [Kind: Count] { state.with { $0 } }

  /// - Parameter seconds: from the request's head to the answer's; what is streamed after that does not count.
  func note(_ method: HTTPRequest.Method, _ route: Route?, _ status: HTTPResponse.Status, after seconds: Double) {
    // A method can be any word.
    let word = route == nil ? "other" : method.rawValue
    let kind = Kind(method: word, route: route?.path ?? "", status: status.code)
    state.with { counts in
      counts[kind, default: Count()].answers += 1
      counts[kind, default: Count()].seconds += seconds
      for (index, bound) in Self.bounds.enumerated() where seconds <= bound {
        counts[kind, default: Count()].within[index] += 1
      }
    }
  }
}
