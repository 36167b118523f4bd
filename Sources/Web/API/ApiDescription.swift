// The description of the API: an OpenAPI 3.1 document, made from the routes themselves.

import Engine
import HTTPTypes
import Reconciler
import Spec
import Store

enum ApiDescription {
  /// That of this site.
  static let whole = document(of: Route.all)

  static func document(of routes: [Route]) -> YAMLValue {
    let described = routes.filter { $0.operation != nil }
    var paths: [(path: String, routes: [Route])] = []
    for route in described {
      let path = templated(route.path)
      if let index = paths.firstIndex(where: { $0.path == path }) {
        paths[index].routes.append(route)
      } else {
        paths.append((path, [route]))
      }
    }
    return .map([
      YAMLPair("openapi", .string("3.1.0")),
      YAMLPair(
        "info",
        .map([
          YAMLPair("title", .string("pobsync")), YAMLPair("version", .string(PobsyncVersion.current)),
          YAMLPair("description", .string(introduction)),
          YAMLPair("license", .map([YAMLPair("name", .string("See the file LICENSE of pobsync"))])),
        ])),
      YAMLPair("servers", .list([.map([YAMLPair("url", .string("/"))])])),
      YAMLPair("security", .list([.map([YAMLPair("token", .list([]))]), .map([YAMLPair("session", .list([]))])])),
      YAMLPair(
        "paths",
        .map(
          paths.map { path, routes in
            YAMLPair(
              path,
              .map(
                routes.compactMap { route in
                  route.operation.map { YAMLPair(route.method.rawValue.lowercased(), operation($0, of: route)) }
                }))
          })),
      YAMLPair("components", components),
    ])
  }

  private static let introduction =
    "What pobsync knows and what it can be asked to do. Times are in UTC. Lists come in pages: `next` of one is handed back "
    + "for the next. What is wrong is told as RFC 9457 has it, with a `code` that does not change."

  /// `/hosts/:host` as `/hosts/{host}`.
  static func templated(_ path: String) -> String {
    path.split(separator: "/").map { $0.hasPrefix(":") ? "/{\($0.dropFirst())}" : "/\($0)" }.joined()
  }

  // MARK: - Operations

  private static func operation(_ operation: Operation, of route: Route) -> YAMLValue {
    var members = [
      YAMLPair("operationId", .string(operation.id)), YAMLPair("tags", .texts([operation.tag])),
      YAMLPair("summary", .string(route.summary)), YAMLPair("x-role", .string(role(of: route))),
    ]
    if !operation.reads.isEmpty { members.append(YAMLPair("parameters", .list(operation.reads.map(parameter)))) }
    if let body = operation.body { members.append(YAMLPair("requestBody", requestBody(body))) }
    members.append(YAMLPair("responses", responses(operation, of: route)))
    return .map(members)
  }

  private static func role(of route: Route) -> String {
    switch route.access {
    case .anyone: "anyone"
    case .role(let role): role.rawValue
    }
  }

  private static func parameter(_ parameter: any DescribedParameter) -> YAMLValue {
    .map([
      YAMLPair("name", .string(parameter.name)), YAMLPair("in", .string(parameter.place.rawValue)),
      YAMLPair("required", .bool(parameter.place == .path)), YAMLPair("description", .string(parameter.summary)),
      YAMLPair("schema", parameter.isRepeated ? Schema.list(parameter.schema) : parameter.schema),
    ])
  }

  private static func requestBody(_ body: Operation.RequestBody) -> YAMLValue {
    switch body {
    case .members(let members):
      let schema = Schema.object([], optional: members.map { ($0.name, Schema.described($0.schema, $0.summary)) })
      return .map([
        YAMLPair("required", .bool(false)), YAMLPair("content", content("application/json", schema)),
      ])
    case .spec(let isRequired):
      return .map([
        YAMLPair("required", .bool(isRequired)),
        YAMLPair(
          "content",
          .map(
            content("application/yaml", Schema.named("Spec")).members
              + content(SpecUpload.bundleType, Schema.named("SpecFiles")).members)),
      ])
    }
  }

  private static func content(_ type: String, _ schema: YAMLValue) -> YAMLValue {
    .map([YAMLPair(type, .map([YAMLPair("schema", schema)]))])
  }

  // MARK: - Answers

  private static func responses(_ operation: Operation, of route: Route) -> YAMLValue {
    var answers = operation.answers.map { YAMLPair("\($0.status.code)", response($0)) }
    if route.method == .get { answers.append(YAMLPair("304", reference("NotModified"))) }
    if route.access != .anyone {
      answers += [YAMLPair("401", reference("Problem")), YAMLPair("403", reference("Problem"))]
    }
    return .map(answers + [YAMLPair("4XX", reference("Problem")), YAMLPair("5XX", reference("Problem"))])
  }

  private static func reference(_ name: String) -> YAMLValue {
    .map([YAMLPair("$ref", .string("#/components/responses/\(name)"))])
  }

  private static func response(_ answer: Operation.Answer) -> YAMLValue {
    var members = [YAMLPair("description", .string(answer.summary))]
    if !answer.headers.isEmpty {
      let headers = answer.headers.map { header in
        YAMLPair(
          header.name,
          .map([YAMLPair("description", .string(header.summary)), YAMLPair("schema", header.schema)]))
      }
      members.append(YAMLPair("headers", .map(headers)))
    }
    let shape =
      switch answer.content {
      case .json(let name): content("application/json", Schema.named(name))
      case .list(let name): content("application/json", page(of: name))
      case .document: content("application/json", Schema.declared)
      case .text: content("text/plain", Schema.text)
      case .events: content("text/event-stream", Schema.text)
      }
    return .map(members + [YAMLPair("content", shape)])
  }

  /// A page of a list.
  static func page(of name: String) -> YAMLValue {
    Schema.object([("items", Schema.list(Schema.named(name))), ("next", Schema.orNull(Schema.text))])
  }

  // MARK: - Components

  private static var components: YAMLValue {
    let problem = content("application/problem+json", Schema.named("Problem"))
    return .map([
      YAMLPair(
        "securitySchemes",
        .map([
          YAMLPair(
            "token",
            .map([
              YAMLPair("type", .string("http")), YAMLPair("scheme", .string("bearer")),
              YAMLPair("description", .string("A token of the API, as `pobsync token create` makes it")),
            ])),
          YAMLPair(
            "session",
            .map([
              YAMLPair("type", .string("apiKey")), YAMLPair("in", .string("cookie")),
              YAMLPair("name", .string(SiteCookie.session.name)),
              YAMLPair(
                "description",
                .string("Of a browser that is signed in; what changes something needs the header X-CSRF-Token as well")),
            ])),
        ])),
      YAMLPair(
        "responses",
        .map([
          YAMLPair(
            "Problem",
            .map([
              YAMLPair("description", .string("What is wrong, and what to do about it")),
              YAMLPair("content", problem),
            ])),
          YAMLPair(
            "NotModified",
            .map([YAMLPair("description", .string("It is as it was when the ETag in If-None-Match was given"))])),
        ])),
      YAMLPair("schemas", .map(ApiSchemas.all.map { YAMLPair($0.name, $0.schema) })),
    ])
  }
}
