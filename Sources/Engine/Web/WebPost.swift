// Posting to a URL that may be a secret: one attempt, within a time, and nothing said of it that holds the URL.

package import Foundation

package enum WebPost {
  /// What is read of an answer before it is cut off. Nothing in it matters: its status tells all.
  private static let answerLimit = 64 << 10

  /// Posts once. Redirects are not followed, neither to other hosts nor on the same one: a POST would become a GET
  /// without its body, and the token would go where nobody sent it.
  ///
  /// - Returns: the status of the answer.
  package static func send(
    _ body: Data, to url: URL, headers: [String: String], timeLimit: Duration
  ) async throws -> Int {
    try await WebExchange.send(
      "POST", url, headers: headers, body: body, answerLimit: answerLimit, timeLimit: timeLimit
    ).status
  }
}
