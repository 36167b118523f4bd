// Responses as handlers give them; the server adds what holds for all.

import HTTPTypes
import Reconciler
import Spec

/// What a handler answers.
struct WebResponse: Sendable {
  enum Body: Sendable {
    case none
    case bytes([UInt8])
    /// Made for its reader when it is written: the layout around it, the reader's form token in it.
    case page(Page)
    case stream(length: Int64?, @Sendable (any ByteSink) async throws -> Void)
  }

  var status: HTTPResponse.Status
  var headers: HTTPFields
  var body: Body
  /// Kept in the session and shown once, on the next page.
  var notice: String?

  init(status: HTTPResponse.Status = .ok, headers: HTTPFields = [:], body: Body = .none, notice: String? = nil) {
    self.status = status
    self.headers = headers
    self.body = body
    self.notice = notice
  }

  static func page(_ page: Page) -> WebResponse {
    WebResponse(status: page.status, headers: [.contentType: "text/html; charset=utf-8"], body: .page(page))
  }

  /// - Parameter path: a path of this site, properly encoded.
  static func redirect(to path: String, notice: String? = nil) -> WebResponse {
    WebResponse(status: .seeOther, headers: [.location: path], notice: notice)
  }

  static func json(_ value: YAMLValue, status: HTTPResponse.Status = .ok) -> WebResponse {
    var response = text(JSONWriter.compact(value), type: "application/json")
    response.status = status
    return response
  }

  /// A map whose member `at` says when it was made: it has not changed where only that has.
  static func json(madeAtOnce value: YAMLValue) -> WebResponse {
    var response = json(value)
    let rest = YAMLValue.map(value.members.filter { $0.key != "at" })
    response.headers[.eTag] = "W/\"\(EntityTag.hash(Array(JSONWriter.compact(rest).utf8)))\""
    return response
  }

  static func text(_ text: String, type: String = "text/plain; charset=utf-8") -> WebResponse {
    WebResponse(headers: [.contentType: type], body: .bytes(Array(text.utf8)))
  }

  static func stream(
    type: String, length: Int64? = nil, headers: HTTPFields = [:],
    _ produce: @escaping @Sendable (any ByteSink) async throws -> Void
  ) -> WebResponse {
    var headers = headers
    headers[.contentType] = type
    return WebResponse(headers: headers, body: .stream(length: length, produce))
  }
}

/// Where a stream goes.
protocol ByteSink: Sendable {
  /// Hands over bytes, and waits until the reader is ready for more.
  /// - Throws: when the reader is gone, or the server stops.
  func write(_ bytes: [UInt8]) async throws
}
