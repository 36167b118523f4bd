// Recognising who asks, by the token or the cookie that came along.

import Foundation
import HTTPTypes
import Spec
import Store

extension Site {
  /// Who asks; nil if nothing says so.
  ///
  /// - Throws: `Refusal.badToken` for a token that does not hold: a program is to be told rather than taken for nobody.
  func recognise(_ headers: HTTPFields, isSecure: Bool) async throws -> Identity? {
    if let token = Self.bearer(headers) {
      guard let digest = Secret.digest(token), let known = try await store.apiToken(digest, at: now) else {
        throw Refusal.badToken
      }
      return Identity(name: known.name.description, role: known.role, session: nil, token: known.id)
    }
    guard let cookie = SiteCookie.session.value(in: headers, isSecure: isSecure), let digest = Secret.digest(cookie),
      let known = try await store.session(digest, at: now)
    else { return nil }
    return Identity(name: known.session.user.description, role: known.role, session: known.session, token: nil)
  }

  private static func bearer(_ headers: HTTPFields) -> String? {
    guard let value = headers[.authorization] else { return nil }
    let parts = value.split(separator: " ", maxSplits: 1)
    guard parts.count == 2, parts[0].lowercased() == "bearer" else { return nil }
    return parts[1].trimmingBlanks
  }
}
