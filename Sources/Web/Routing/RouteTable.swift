// Finding the route of a path. Whole words win over `:name`, and both over `**`, whatever the order of declaration.

import Foundation
import HTTPTypes

/// What a path says at the places that a route leaves open.
struct RouteMatch: Sendable, Hashable {
  var parameters: [String: String] = [:]
  /// The components in the place of `**`.
  var rest: [[UInt8]] = []
}

/// All routes, by their paths.
struct RouteTable: Sendable {
  enum Finding: Sendable {
    case found(Route, RouteMatch)
    /// Nothing is there.
    case unknown
    /// Something is, for other methods.
    case wrongMethod(allowed: [HTTPRequest.Method])
  }

  /// A component of a route's path, in the order in which they are tried.
  private enum Part: Sendable, Comparable {
    case word([UInt8])
    case parameter(String)
    case rest

    private var rank: Int {
      switch self {
      case .word: 0
      case .parameter: 1
      case .rest: 2
      }
    }

    static func < (left: Part, right: Part) -> Bool { left.rank < right.rank }
  }

  private struct Entry: Sendable {
    let parts: [Part]
    var routes: [Route]
  }

  /// Those that may win first.
  private let entries: [Entry]

  init(_ routes: [Route]) {
    var entries: [String: Entry] = [:]
    for route in routes {
      entries[route.path, default: Entry(parts: Self.parts(of: route.path), routes: [])].routes.append(route)
    }
    self.entries = entries.values.sorted { $0.parts.lexicographicallyPrecedes($1.parts) }
  }

  /// - Parameter path: as it was asked for, percent-encoded.
  /// - Throws: for a path that is wrongly encoded.
  func find(_ method: HTTPRequest.Method, _ path: String) throws(WebProblem) -> Finding {
    guard let components = try Self.components(of: path) else { return .unknown }
    let asked = method == .head ? .get : method
    for entry in entries {
      guard let match = Self.match(entry.parts, components) else { continue }
      if let route = entry.routes.first(where: { $0.method == asked }) { return .found(route, match) }
      let methods = entry.routes.map(\.method)
      return .wrongMethod(allowed: methods + (methods.contains(.get) ? [.head] : []))
    }
    return .unknown
  }

  private static func parts(of path: String) -> [Part] {
    path.split(separator: "/").map { text in
      if text == "**" { return .rest }
      return text.hasPrefix(":") ? .parameter(String(text.dropFirst())) : .word(Array(text.utf8))
    }
  }

  /// The components of a path, decoded; nil if no route can have them: a path that means another (`//`, `..`), or a
  /// component that holds what separates components.
  private static func components(of path: String) throws(WebProblem) -> [[UInt8]]? {
    var parts = Array(path.utf8).split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    guard parts.first?.isEmpty ?? false else { return nil }
    parts.removeFirst()
    // A slash at the end makes no difference.
    if parts.last?.isEmpty ?? false { parts.removeLast() }
    var components: [[UInt8]] = []
    for part in parts {
      guard let component = PercentEncoding.decoded(part) else {
        throw .badRequest("a percent sign in the path is not followed by two hexadecimal digits")
      }
      let isPlain = !component.isEmpty && component != Array(".".utf8) && component != Array("..".utf8)
      guard isPlain, !component.contains(UInt8(ascii: "/")), !component.contains(0) else { return nil }
      components.append(component)
    }
    return components
  }

  private static func match(_ parts: [Part], _ components: [[UInt8]]) -> RouteMatch? {
    var match = RouteMatch()
    for (index, part) in parts.enumerated() {
      switch part {
      case .rest:
        guard index < components.count else { return nil }
        match.rest = Array(components[index...])
        return match
      case .word(let word):
        guard index < components.count, components[index] == word else { return nil }
      case .parameter(let name):
        guard index < components.count, let text = String(validating: components[index], as: UTF8.self) else {
          return nil
        }
        match.parameters[name] = text
      }
    }
    return parts.count == components.count ? match : nil
  }
}
