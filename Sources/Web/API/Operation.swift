// Operations: what the description of the API says of a route besides what the route says itself. Handlers read through
// these very definitions, so that what is described is what is read.

import Foundation
import HTTPTypes
import Spec
import Store

/// What a route of the API takes and answers.
struct Operation: Sendable {
  /// By which generated clients call it.
  let id: String
  /// Under which heading it stands.
  let tag: String
  var reads: [any DescribedParameter] = []
  var body: RequestBody?
  var answers: [Answer]

  enum RequestBody: Sendable {
    /// A map of these members, each of which may be left out.
    case members([any DescribedMember])
    /// A spec: YAML, JSON, or several files with their names.
    case spec(isRequired: Bool)

    var intake: Intake {
      switch self {
      case .members: .json
      case .spec: .yaml
      }
    }
  }

  struct Answer: Sendable {
    enum Content: Sendable {
      /// By the name of its schema.
      case json(String)
      /// A page of a list, by the name of the schema of its items.
      case list(String)
      case text, events, document
    }

    let status: HTTPResponse.Status
    let summary: String
    var content: Content
    var headers: [(name: String, summary: String, schema: YAMLValue)] = []
  }
}

/// A parameter as it is described.
protocol DescribedParameter: Sendable {
  var name: String { get }
  var place: ParameterPlace { get }
  var summary: String { get }
  /// A JSON Schema of one value.
  var schema: YAMLValue { get }
  var isRepeated: Bool { get }
}

enum ParameterPlace: String, Sendable { case path, query }

/// A parameter as it is described and as it is read.
struct Parameter<Value: Sendable>: DescribedParameter {
  let name: String
  var place = ParameterPlace.query
  let summary: String
  let schema: YAMLValue
  var isRepeated = false
  /// Reads what was given: nothing, one text, or any number where it may be repeated.
  let read: @Sendable ([String]) throws -> Value
}

/// A member of a body as it is described.
protocol DescribedMember: Sendable {
  var name: String { get }
  var summary: String { get }
  var schema: YAMLValue { get }
}

/// A member of a body as it is described and as it is read.
struct Member<Value: Sendable>: DescribedMember {
  let name: String
  let summary: String
  let schema: YAMLValue
  /// - Returns: nil for a value that it cannot be.
  let read: @Sendable (YAMLValue) -> Value?
}

extension Route {
  /// A route of the API.
  static func api(
    _ method: HTTPRequest.Method, _ path: String, _ role: Role, _ summary: String, _ operation: Operation,
    _ answer: @escaping @Sendable (ApiCall) async throws -> WebResponse
  ) -> Route {
    Route(
      method: method, path: path, access: .role(role), takes: operation.body?.intake ?? .nothing, summary: summary,
      answer: { request, site in try await answer(try ApiCall(request, site, operation)) }, operation: operation)
  }
}
