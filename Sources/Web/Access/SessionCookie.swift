// Cookies: that of a session, and the one that a form of somebody who has not signed in is known by.

import Foundation
import HTTPTypes
import Store

/// A cookie of this site. Scripts never see it, and other sites cannot have it sent along with a form. Behind TLS its
/// name has the prefix by which browsers take it from this very host alone, not from one beside it in the domain
/// (RFC 6265bis, section 4.1.3.2).
struct SiteCookie: Sendable, Hashable {
  let name: String

  private func name(isSecure: Bool) -> String { isSecure ? "__Host-\(name)" : name }

  static let session = SiteCookie(name: "pobsync_session")
  /// Holds the token of the sign-in form, for there is no session yet to keep it in.
  static let signIn = SiteCookie(name: "pobsync_signin")

  /// Its value in a request; nil unless it looks like one that was set here.
  func value(in headers: HTTPFields, isSecure: Bool) -> String? {
    let name = name(isSecure: isSecure)
    for part in (headers[.cookie] ?? "").split(separator: ";") {
      let halves = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard halves.count == 2, halves[0].trimmingBlanks == name else { continue }
      let value = halves[1].trimmingBlanks
      return Secret.isOne(value) ? value : nil
    }
    return nil
  }

  /// The header field that sets it.
  func setting(_ value: String, lasting seconds: Int, isSecure: Bool) -> HTTPField {
    HTTPField(
      name: .setCookie,
      value: "\(name(isSecure: isSecure))=\(value); Path=/; Max-Age=\(seconds); HttpOnly; SameSite=Lax"
        + (isSecure ? "; Secure" : ""))
  }

  /// The header field that deletes it.
  func deleting(isSecure: Bool) -> HTTPField { setting("", lasting: 0, isSecure: isSecure) }
}
