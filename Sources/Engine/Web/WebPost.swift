// Posting to a URL that may be a secret: one attempt, within a time, and nothing said of it that holds the URL.

package import Foundation
import FoundationNetworking

/// Why a post has had no answer. It never holds the URL, whose path and query may be secret.
package enum WebFailure: Error, Sendable, Hashable {
  case timedOut
  case hostUnknown, cannotConnect, connectionLost, certificateRefused
  case cancelled
  /// Anything else, by its number.
  case other(code: Int)
}

package enum WebPost {
  /// What is read of an answer before it is cut off. Nothing in it matters: its status tells all.
  fileprivate static let answerLimit = 64 << 10

  /// Posts once. Redirects are not followed, neither to other hosts nor on the same one: a POST would become a GET
  /// without its body, and the token would go where nobody sent it.
  ///
  /// - Returns: the status of the answer.
  package static func send(
    _ body: Data, to url: URL, headers: [String: String], timeLimit: Duration
  ) async throws -> Int {
    var request = URLRequest(url: url)
    request.httpMethod = "POST"
    request.httpBody = body
    request.httpShouldHandleCookies = false
    for (name, value) in headers { request.setValue(value, forHTTPHeaderField: name) }
    let result = try await withTimeLimit(timeLimit) { [request] in await Exchange().send(request) }
    guard let result else { throw WebFailure.timedOut }
    return try result.get()
  }
}

/// One request and its answer. The session calls from a queue of its own, so the state is locked.
private final class Exchange: NSObject, URLSessionDataDelegate, Sendable {
  private struct State {
    var received = 0
    var result: Result<Int, WebFailure>?
    var waiting: CheckedContinuation<Result<Int, WebFailure>, Never>?
  }

  private let state = Locked(State())

  func send(_ request: URLRequest) async -> Result<Int, WebFailure> {
    let configuration = URLSessionConfiguration.ephemeral
    configuration.httpCookieAcceptPolicy = .never
    configuration.requestCachePolicy = .reloadIgnoringLocalCacheData
    let session = URLSession(configuration: configuration, delegate: self, delegateQueue: nil)
    defer { session.finishTasksAndInvalidate() }
    let task = session.dataTask(with: request)
    return await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let early = state.with { state in
          if state.result == nil { state.waiting = continuation }
          return state.result
        }
        if let early { continuation.resume(returning: early) }
        task.resume()
      }
    } onCancel: {
      // Not left to the session, which need not answer for a task that has not begun.
      finish(.failure(.cancelled))
      task.cancel()
    }
  }

  /// The first result counts.
  private func finish(_ result: Result<Int, WebFailure>) {
    let waiting = state.with { state in
      defer { state.waiting = nil }
      guard state.result == nil else { return nil as CheckedContinuation<Result<Int, WebFailure>, Never>? }
      state.result = result
      return state.waiting
    }
    waiting?.resume(returning: result)
  }

  func urlSession(
    _: URLSession, task _: URLSessionTask, willPerformHTTPRedirection response: HTTPURLResponse,
    newRequest _: URLRequest, completionHandler: @escaping (URLRequest?) -> Void
  ) {
    finish(.success(response.statusCode))
    completionHandler(nil)
  }

  func urlSession(_: URLSession, dataTask: URLSessionDataTask, didReceive data: Data) {
    let total = state.with { state in
      state.received += data.count
      return state.received
    }
    guard total > WebPost.answerLimit, let response = dataTask.response as? HTTPURLResponse else { return }
    finish(.success(response.statusCode))
    dataTask.cancel()
  }

  func urlSession(_: URLSession, task: URLSessionTask, didCompleteWithError error: (any Error)?) {
    if let error {
      finish(.failure(WebFailure(error)))
    } else if let response = task.response as? HTTPURLResponse {
      finish(.success(response.statusCode))
    } else {
      finish(.failure(.connectionLost))
    }
  }
}

extension WebFailure {
  fileprivate init(_ error: any Error) {
    let code = (error as NSError).code
    self =
      switch code {
      case URLError.timedOut.rawValue: .timedOut
      case URLError.cancelled.rawValue: .cancelled
      case URLError.cannotFindHost.rawValue, URLError.dnsLookupFailed.rawValue: .hostUnknown
      case URLError.cannotConnectToHost.rawValue: .cannotConnect
      case URLError.networkConnectionLost.rawValue, URLError.badServerResponse.rawValue: .connectionLost
      case URLError.secureConnectionFailed.rawValue: .certificateRefused
      // Foundation has no number of its own for most of what curl finds wrong with a certificate.
      case _ where error.localizedDescription.contains("SSL"): .certificateRefused
      default: .other(code: code)
      }
  }
}
