// The header fields that all responses have: they tell browsers to be stricter than they are by themselves.

import HTTPTypes

enum ResponseHeaders {
  /// Nothing but what this site serves itself; no script or style within a page, so that text which got into one
  /// unescaped could still do nothing.
  private static let contentPolicy =
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; "
    + "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"

  /// Adds what a handler has not set itself.
  static func complete(_ headers: inout HTTPFields, path: String, isPublic: Bool, isSecure: Bool) {
    var fields: [(HTTPField.Name, String)] = [
      (.contentSecurityPolicy, contentPolicy),
      (.xContentTypeOptions, "nosniff"),
      (.referrerPolicy, "same-origin"),
      (.xFrameOptions, "DENY"),
      (.crossOriginOpenerPolicy, "same-origin"),
      (.crossOriginResourcePolicy, "same-origin"),
      // What programs ask for may be kept as long as they ask each time whether it has changed.
      (.cacheControl, Route.isForPrograms(path) && !isPublic ? "private, no-cache" : "no-store"),
    ]
    if isSecure { fields.append((.strictTransportSecurity, "max-age=31536000")) }
    for (name, value) in fields where headers[name] == nil { headers[name] = value }
  }
}
