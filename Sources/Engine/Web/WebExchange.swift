// One exchange over HTTP: a request, and its answer within a time and up to a size. Redirects are not followed, and of what
// goes wrong nothing is said that holds the URL or a token.

package import Foundation
import FoundationNetworking

/// Why a request has had no answer. It never holds the URL, whose path and query may be secret.
package enum WebFailure: Error, Sendable, Hashable {
  case timedOut
  case hostUnknown, cannotConnect, connectionLost, certificateRefused
  case cancelled
  /// Anything else, by its number.
  case other(code: Int)
}

/// What a server answered.
package struct WebReply: Sendable {
  package let status: Int
  /// By their names in lower case.
  package let headers: [String: String]
  package let body: [UInt8]
  /// False if there was more of the body than was taken.
  package let isWhole: Bool
}

package enum WebExchange {
  /// Sends a request once. A redirect is an answer like any other.
  ///
  /// - Parameter answerLimit: how much of the answer's body is taken, in bytes; what is more is cut off.
  /// - Throws: `WebFailure`.
  package static func send(
    _ method: String, _ url: URL, headers: [String: String], body: Data?, answerLimit: Int, timeLimit: Duration
  ) async throws -> WebReply {
    var request = URLRequest(url: url)
    request.httpMethod = method
    request.httpBody = body
    request.httpShouldHandleCookies = false
    // Of its own it ends a request that is silent for a minute.
    request.timeoutInterval = TimeInterval(timeLimit.components.seconds) + 5
    for (name, value) in headers { request.setValue(value, forHTTPHeaderField: name) }
    let result = try await withTimeLimit(timeLimit) { [request] in
      await Exchange(answerLimit: answerLimit).send(request)
    }
    guard let result else { throw WebFailure.timedOut }
    return try result.get()
  }
}

/// One request and its answer. The session calls from a queue of its own, so the state is locked.
private final class Exchange: NSObject, URLSessionDataDelegate, Sendable {
  private typealias Outcome = Result<WebReply, WebFailure>

  private struct State {
    var received: [UInt8] = []
    var result: Outcome?
    var waiting: CheckedContinuation<Outcome, Never>?
  }

  private let state = Locked(State())
  private let answerLimit: Int

  init(answerLimit: Int) { self.answerLimit = answerLimit }

  func send(_ request: URLRequest) async -> Result<WebReply, WebFailure> {
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
  private func finish(_ result: Outcome) {
    let waiting = state.with { state in
      defer { state.waiting = nil }
      guard state.result == nil else { return nil as CheckedContinuation<Outcome, Never>? }
      state.result = result
      return state.waiting
    }
    waiting?.resume(returning: result)
  }

  func urlSession(
    _: URLSession, task _: URLSessionTask, willPerformHTTPRedirection response: HTTPURLResponse,
    newRequest _: URLRequest, completionHandler: @escaping (URLRequest?) -> Void
  ) {
    finish(.success(WebReply(response, body: [], isWhole: true)))
    completionHandler(nil)
  }

  func urlSession(_: URLSession, dataTask: URLSessionDataTask, didReceive data: Data) {
    let cut: [UInt8]? = state.with { state in
      state.received += data.prefix(answerLimit + 1 - state.received.count)
      return state.received.count > answerLimit ? Array(state.received.prefix(answerLimit)) : nil
    }
    guard let cut, let response = dataTask.response as? HTTPURLResponse else { return }
    finish(.success(WebReply(response, body: cut, isWhole: false)))
    dataTask.cancel()
  }

  func urlSession(_: URLSession, task: URLSessionTask, didCompleteWithError error: (any Error)?) {
    if let error {
      finish(.failure(WebFailure(error)))
    } else if let response = task.response as? HTTPURLResponse {
      finish(.success(WebReply(response, body: state.with { $0.received }, isWhole: true)))
    } else {
      finish(.failure(.connectionLost))
    }
  }
}

extension WebReply {
  fileprivate init(_ response: HTTPURLResponse, body: [UInt8], isWhole: Bool) {
    var headers: [String: String] = [:]
    for (name, value) in response.allHeaderFields {
      guard let name = name.base as? String, let value = value as? String else { continue }
      headers[name.lowercased()] = value
    }
    self.init(status: response.statusCode, headers: headers, body: body, isWhole: isWhole)
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
      // Nor for an answer that breaks off, or is none of HTTP.
      case URLError.unknown.rawValue: .connectionLost
      default: .other(code: code)
      }
  }
}
