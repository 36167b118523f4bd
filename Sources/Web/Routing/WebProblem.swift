// Problems: what a reader did wrong or what is not there, told to people as a page and to programs as RFC 9457 says.

import HTTPTypes
import Spec

/// What a reader did wrong, or what is not there.
struct WebProblem: Error, Sendable {
  let status: HTTPResponse.Status
  /// The kind of problem, for programs, in snake_case; the words may change, this does not.
  let code: String
  /// What is wrong, as a sentence without a full stop.
  let title: String
  let detail: String?
  /// What to do next.
  let remedy: String?
  /// What is wrong with a spec, place by place.
  let diagnostics: [Diagnostic]
  /// Further header fields of the answer.
  var headers: HTTPFields = [:]

  init(
    _ status: HTTPResponse.Status, _ code: String, _ title: String, detail: String? = nil, remedy: String? = nil,
    diagnostics: [Diagnostic] = []
  ) {
    self.status = status
    self.code = code
    self.title = title
    self.detail = detail
    self.remedy = remedy
    self.diagnostics = diagnostics
  }

  /// - Parameter what: as in "there is no …": `a run 17`.
  static func notFound(_ what: String) -> WebProblem {
    let known = what.hasPrefix("a ") ? "no \(what.dropFirst(2))" : what.hasPrefix("any") ? "not \(what)" : "no \(what)"
    return WebProblem(.notFound, "not_found", "There is \(known)")
  }

  static func badRequest(_ detail: String) -> WebProblem {
    WebProblem(.badRequest, "bad_request", "The request cannot be understood", detail: detail)
  }

  /// What would be answered at another time.
  static func tooBusy(_ code: String, _ title: String, remedy: String) -> WebProblem {
    var problem = WebProblem(.serviceUnavailable, code, title, remedy: remedy)
    problem.headers[.retryAfter] = "30"
    return problem
  }

  /// The document for programs.
  /// - Parameter id: of the request, as the log names it.
  func document(id: String) -> YAMLValue {
    var members = [
      YAMLPair("type", .string("about:blank")),
      YAMLPair("title", .string(title)),
      YAMLPair("status", .int(Int64(status.code))),
      YAMLPair("code", .string(code)),
    ]
    if let detail { members.append(YAMLPair("detail", .string(detail))) }
    if let remedy { members.append(YAMLPair("remedy", .string(remedy))) }
    members.append(YAMLPair("request", .string(id)))
    if !diagnostics.isEmpty { members.append(YAMLPair("diagnostics", .list(diagnosticValues))) }
    return .map(members)
  }

  /// A file may be wrong in many places, and each line of it long: what is too much is told without the lines, and what is
  /// far too much not at all.
  private var diagnosticValues: [YAMLValue] {
    var room = 256 << 10
    return diagnostics.prefix(500).map { diagnostic in
      room -= diagnostic.excerpt?.utf8.count ?? 0
      return diagnostic.value(withExcerpt: room >= 0)
    }
  }
}

extension String {
  /// What somebody has sent, as far as messages repeat it.
  var excerpt: String { count > 80 ? prefix(79) + "…" : self }
}
