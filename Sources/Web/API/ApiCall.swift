// A call of the API: a request of which only what its operation describes can be read. What else was sent is refused, for
// a filter with a slip in its name would otherwise give everything.

import HTTPTypes
import Reconciler
import Spec
import Store

struct ApiCall: Sendable {
  let request: WebRequest
  let site: Site
  private let operation: Operation
  private let members: [YAMLPair]

  init(_ request: WebRequest, _ site: Site, _ operation: Operation) throws {
    self.request = request
    self.site = site
    self.operation = operation
    let known = operation.reads.filter { $0.place == .query }.map(\.name)
    for name in request.queryNames where !known.contains(name) {
      throw WebProblem.badRequest("\(name.quoted) is no parameter of this" + Self.hint(name, among: known))
    }
    members =
      if case .members(let described)? = operation.body {
        try Self.members(of: request.body, among: described.map(\.name))
      } else {
        []
      }
  }

  /// For whom answers are made.
  var audience: Audience { request.may(.operator) ? .operators : .viewers }

  // MARK: - Parameters

  /// Reads a parameter.
  ///
  /// - Throws: `WebProblem` for what it cannot be.
  func callAsFunction<Value>(_ parameter: Parameter<Value>) throws -> Value {
    guard operation.reads.contains(where: { $0.name == parameter.name && $0.place == parameter.place }) else {
      throw UndescribedRead(what: parameter.name, operation: operation.id)
    }
    let given =
      parameter.place == .path
      ? [request.parameter(parameter.name)].compactMap(\.self) : request.queries(parameter.name)
    guard given.count <= (parameter.isRepeated ? Self.mostRepeated : 1) else {
      throw WebProblem.badRequest("\(parameter.name) is given too often")
    }
    return try parameter.read(given)
  }

  private static let mostRepeated = 32

  // MARK: - Bodies

  /// Reads a member of the body; nil if it is left out, or null.
  ///
  /// - Throws: `WebProblem` for what it cannot be.
  func callAsFunction<Value>(_ member: Member<Value>) throws -> Value? {
    guard case .members(let described)? = operation.body, described.contains(where: { $0.name == member.name }) else {
      throw UndescribedRead(what: member.name, operation: operation.id)
    }
    guard let given = members.first(where: { $0.key == member.name })?.value, given != .null else { return nil }
    guard let value = member.read(given) else {
      throw WebProblem.badRequest("$.\(member.name) is \(given.shown.quoted); it takes \(member.summary)")
    }
    return value
  }

  private static let mostBytes = 64 << 10
  private static let mostValues = 1000

  private static func members(of body: [UInt8], among known: [String]) throws(WebProblem) -> [YAMLPair] {
    guard !body.isEmpty else { return [] }
    guard body.count <= mostBytes else {
      throw WebProblem(
        .contentTooLarge, "too_large", "The request is too large",
        detail: "At most \(mostBytes >> 10) KiB are taken here")
    }
    let value: YAMLValue
    do throws(JSONError) {
      value = try JSONReader.read(body, maxValues: mostValues)
    } catch {
      throw .badRequest("its body is not JSON: \(error)")
    }
    guard case .map(let members) = value else { throw .badRequest("its body is no JSON object") }
    for member in members where !known.contains(member.key) {
      let taken = known.isEmpty ? "; nothing is taken here" : hint(member.key, among: known)
      throw .badRequest("$.\(member.key.printable(limit: 80)) is no member of this\(taken)")
    }
    return members
  }

  private static func hint(_ name: String, among known: [String]) -> String {
    // Looking for what was meant takes time: not for a name made to take it.
    let near = name.utf8.count <= 64 ? nearest(to: name, among: known) : nil
    if let near { return "; did you mean \(near.quoted)?" }
    return known.isEmpty ? "" : "; there are \(known.joined(separator: ", "))"
  }
}

extension Audience {
  /// Those who may only watch, and are told what pages tell them as well.
  static let viewers = Audience.limited { message, reason in
    HostWords.message(message, reason: reason, mayOperate: false)
  }
}

/// A mistake in the program: a handler reads what its description does not name.
struct UndescribedRead: Error, CustomStringConvertible {
  let what: String
  let operation: String

  var description: String { "the operation \(operation) reads \(what), which is not described" }
}
