// A request as handlers see it: checked, its body read, its sender known.

import HTTPTypes
import Spec
import Store

/// What somebody asks, after the route's own rules let it pass.
struct WebRequest: Sendable {
  let method: HTTPRequest.Method
  /// As asked, still percent-encoded, without the query.
  let path: String
  let headers: HTTPFields
  /// Of the peer; behind a trusted proxy that of whom the proxy speaks for.
  let remoteAddress: String
  /// Whether the reader's side of the connection is encrypted.
  let isSecure: Bool
  /// Nil only where anyone may ask.
  let identity: Identity?
  /// Empty where the route takes nothing.
  let body: [UInt8]
  private let match: RouteMatch
  private let queryFields: FormFields
  private let bodyFields: FormFields

  /// - Parameter form: the fields of the body, where it is a form.
  init(
    method: HTTPRequest.Method, path: String, headers: HTTPFields, remoteAddress: String, isSecure: Bool,
    identity: Identity?, match: RouteMatch, query: FormFields, body: [UInt8] = [], form: FormFields = FormFields()
  ) {
    self.method = method
    self.path = path
    self.headers = headers
    self.remoteAddress = remoteAddress
    self.isSecure = isSecure
    self.identity = identity
    self.match = match
    self.body = body
    queryFields = query
    bodyFields = form
  }

  /// What stands in the path for `:name`, decoded.
  func parameter(_ name: String) -> String? { match.parameters[name] }

  /// What stands in the path for `**`, component by component, decoded; what is not UTF-8 is replaced.
  var catchAll: [String] { match.rest.map { String(decoding: $0, as: UTF8.self) } }

  /// The same in bytes: names of files are not always text.
  var catchAllBytes: [[UInt8]] { match.rest }

  /// The first value of a query's key.
  func query(_ name: String) -> String? { queryFields[name] }
  func queries(_ name: String) -> [String] { queryFields.all(name) }

  /// The first value of a form's field.
  func field(_ name: String) -> String? { bodyFields[name] }
  func fields(_ name: String) -> [String] { bodyFields.all(name) }
  /// The names of all fields, in their order.
  var fieldNames: [String] { bodyFields.names }

  /// The host that the path names.
  func host() throws(WebProblem) -> HostName {
    let text = parameter("host") ?? ""
    do throws(InvalidText) {
      return try HostName(text: text)
    } catch {
      throw .notFound("a host \(text.quoted)")
    }
  }

  /// A number in the path, from 1.
  func number(_ name: String) throws(WebProblem) -> Int64 {
    let text = parameter(name) ?? ""
    guard text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = Int64(text), number > 0 else {
      throw .notFound("anything with the number \(text.quoted)")
    }
    return number
  }

  /// A number in the query, moved into a range.
  func count(_ name: String, default standard: Int, in range: ClosedRange<Int>) throws(WebProblem) -> Int {
    guard let text = query(name), !text.isEmpty else { return standard }
    let digits = text.hasPrefix("-") ? text.dropFirst() : text[...]
    guard !digits.isEmpty, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
      throw .badRequest("\(name) is \(text.quoted), which is no whole number")
    }
    // What is too large for a number is too large for the range.
    let number = Int(text) ?? (text.hasPrefix("-") ? .min : .max)
    return min(max(number, range.lowerBound), range.upperBound)
  }

  func may(_ role: Role) -> Bool { identity.map { $0.role >= role } ?? false }

  /// The name of the account, for the record of changes.
  var actor: String { identity?.name ?? "nobody" }
}
