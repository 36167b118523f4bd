// The one rule of who may do what: decided from the route and the request, before any handler is asked.

import HTTPTypes
import Spec
import Store

/// Why a request does not get to its handler.
enum Refusal: Error, Sendable, Hashable {
  /// It has to be said first who asks.
  case unknown
  case badToken
  case tooLittle(needed: Role)
  /// A form of another site, or one that was made before the session.
  case forged(String)

  func problem(for identity: Identity?) -> WebProblem {
    switch self {
    case .unknown, .badToken:
      var problem = WebProblem(
        .unauthorized, self == .unknown ? "not_signed_in" : "bad_token",
        self == .unknown
          ? "This needs a token" : "The token is not known, has expired, or belongs to a disabled account",
        remedy: "send `Authorization: Bearer TOKEN`; an admin makes tokens under Users, or with `pobsync token create`")
      problem.headers[.wwwAuthenticate] = "Bearer"
      return problem
    case .tooLittle(let needed):
      return WebProblem(
        .forbidden, "role_too_low", "This is for \(needed.rawValue)s",
        detail: identity.map { "\($0.name) is signed in as \($0.role.rawValue)" },
        remedy: "ask an admin for another role")
    case .forged(let reason):
      return WebProblem(
        .forbidden, "bad_form_token", "The form was not accepted", detail: reason,
        remedy: "go back, reload the page and try again")
    }
  }
}

enum Gate {
  /// Whether somebody may ask for something at all.
  static func admit(_ identity: Identity?, to access: Access) throws(Refusal) {
    guard case .role(let needed) = access else { return }
    guard let identity else { throw .unknown }
    guard identity.role >= needed else { throw .tooLittle(needed: needed) }
  }

  /// Whether what changes something was meant by the person in whose name it comes: a browser sends cookies along with
  /// forms of other sites too, but not the token that stands in the forms of this one.
  ///
  /// - Parameters:
  ///   - token: what came with the form.
  ///   - expected: what may come: the token of the session, or the one of the sign-in form.
  static func checkMeant(
    _ headers: HTTPFields, by caller: Caller, token: String?, expected: [String]
  ) throws(Refusal) {
    try checkSameSite(headers, caller)
    guard let token, !token.isEmpty else { throw .forged("it has no form token") }
    guard expected.contains(where: { Secret.areEqual($0, token) }) else {
      throw .forged("its token is not this session's: it was made before you signed in")
    }
  }

  private static func checkSameSite(_ headers: HTTPFields, _ caller: Caller) throws(Refusal) {
    // What the browser itself says is sure; comparing names depends on what a proxy makes of them.
    if let site = headers[.secFetchSite] {
      guard site == "same-origin" || site == "none" else { throw .forged("it comes from another site") }
      return
    }
    guard let origin = headers[.origin] else { return }
    let authority = origin.split(separator: "/", omittingEmptySubsequences: true).dropFirst().first.map(String.init)
    guard let authority, let host = caller.host, authority.lowercased() == host.lowercased() else {
      throw .forged("it comes from another site, \(origin.quoted)")
    }
  }

  /// A path of this site that may be gone to after signing in; nil for what leads, or might lead, elsewhere.
  static func localPath(_ text: String?) -> String? {
    guard let text, text.utf8.count <= 2000, text.utf8.first == UInt8(ascii: "/") else { return nil }
    let second = text.utf8.dropFirst().first
    guard second != UInt8(ascii: "/"), second != UInt8(ascii: "\\") else { return nil }
    return text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F } ? text : nil
  }
}
