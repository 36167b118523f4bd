// What a request says of itself, before anything is looked up.

import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdCore
import Spec

struct Visit: Sendable {
  /// By which the log and the answer to a failure name the request.
  let id: String
  let method: HTTPRequest.Method
  /// Without the query, still encoded.
  let path: String
  let query: String
  let headers: HTTPFields
  let caller: Caller

  init(_ request: Request, peer: String?, options: WebServer.Options) {
    self.init(
      method: request.method, target: request.head.path ?? "", headers: request.headers,
      caller: Caller(
        peer: peer, authority: request.head.authority, headers: request.headers, options: options))
  }

  /// - Parameter target: path and query.
  init(method: HTTPRequest.Method, target: String, headers: HTTPFields, caller: Caller) {
    id = String(UInt64.random(in: .min ... .max), radix: 16)
    self.method = method
    let halves = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
    path = halves.first.map(String.init) ?? ""
    query = halves.count > 1 ? String(halves[1]) : ""
    self.headers = headers
    self.caller = caller
  }

  /// Whether it may change something.
  var changes: Bool { method != .get && method != .head }

  var pathAndQuery: String { query.isEmpty ? path : "\(path)?\(query)" }

  /// Whether problems are told in JSON.
  var isFromProgram: Bool { Route.isForPrograms(path) || headers[.authorization] != nil }

  /// - Throws: for a body of another type than the route takes.
  func checkContent(of body: [UInt8], for intake: Intake) throws(WebProblem) {
    guard let usual = intake.contentTypes.first, !body.isEmpty else { return }
    let given = headers[.contentType]?.split(separator: ";").first.map { $0.trimmingBlanks.lowercased() }
    guard let given, intake.contentTypes.contains(given) else {
      throw WebProblem(
        .unsupportedMediaType, "unsupported_media_type", "The request is of a type that is not taken here",
        remedy: "send it with `Content-Type: \(usual)`")
    }
  }
}

extension WebProblem {
  static func tooLarge(_ limit: Int) -> WebProblem {
    let most = limit == 0 ? "No body is taken here" : "At most \(limit >> 10) KiB are taken here"
    return WebProblem(.contentTooLarge, "too_large", "The request is too large", detail: most)
  }
}
