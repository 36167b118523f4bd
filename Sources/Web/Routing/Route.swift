// Routes: the addresses of the site, each with who may ask for it, what it takes, and what answers.

import HTTPTypes
import Store

/// One address of the site: who may ask for it, what it takes, and what answers.
struct Route: Sendable {
  typealias Answer = @Sendable (WebRequest, Site) async throws -> WebResponse

  let method: HTTPRequest.Method
  /// Components after slashes: a word, `:name` for any one component, and as the last `**` for all that follow.
  let path: String
  let access: Access
  let takes: Intake
  /// A sentence; shown in the API's description.
  let summary: String
  let answer: Answer
  /// What else the API's description says of it; nil for pages.
  var operation: Operation?

  static func get(_ path: String, _ access: Access, _ summary: String, _ answer: @escaping Answer) -> Route {
    Route(method: .get, path: path, access: access, takes: .nothing, summary: summary, answer: answer)
  }

  static func post(
    _ path: String, _ access: Access, takes: Intake = .form, _ summary: String, _ answer: @escaping Answer
  ) -> Route {
    Route(method: .post, path: path, access: access, takes: takes, summary: summary, answer: answer)
  }

  /// The same, described as a part of the API.
  func described(_ operation: Operation) -> Route {
    var route = self
    route.operation = operation
    return route
  }

  /// The largest body in bytes. Strangers have nothing to say but their names and passwords.
  var bodyLimit: Int { access == .anyone ? min(takes.limit, 16 << 10) : takes.limit }

  /// Whether programs are answered here rather than people: with JSON, and with 401 instead of the sign-in page.
  var isForPrograms: Bool { Self.isForPrograms(path) }

  static func isForPrograms(_ path: String) -> Bool { path == "/api" || path.hasPrefix("/api/") }
}

/// Who may ask for something.
enum Access: Sendable, Hashable {
  case anyone
  /// Whoever is signed in, or has a token, with at least this role.
  case role(Role)
}

/// What the body of a request holds.
enum Intake: Sendable, Hashable {
  case nothing, form, json, yaml

  /// The largest body in bytes. A whole spec may be pasted into a form.
  var limit: Int {
    switch self {
    case .nothing: 0
    case .form, .json, .yaml: 4 << 20
    }
  }

  /// The types of content that are taken, without parameters; the first is the usual one.
  var contentTypes: [String] {
    switch self {
    case .nothing: []
    case .form: ["application/x-www-form-urlencoded"]
    case .json: ["application/json"]
    case .yaml:
      ["application/yaml", "application/x-yaml", "text/yaml", "text/x-yaml", "application/json", SpecUpload.bundleType]
    }
  }
}
