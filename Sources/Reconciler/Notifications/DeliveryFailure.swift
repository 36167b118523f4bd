// Why a message could not be delivered: a code, and words for the operator that hold no secret.

import Engine
import Foundation
import Spec

/// A delivery that did not succeed.
package struct DeliveryFailure: Error, Sendable, Hashable, CustomStringConvertible {
  /// The kind of failure, for programs; the words may change, these do not.
  package enum Code: String, Sendable, Hashable, CaseIterable {
    /// A file or variable that should hold a secret is missing, unreadable, or holds something else.
    case secret
    /// The declaration lacks what its type needs.
    case target
    case unreachable, timedOut = "timed_out", certificate, refused, redirected
    case cannotStart = "cannot_start"
    /// A program ended with another status than 0.
    case failed
    case stopped
  }

  package let code: Code
  package let description: String

  package init(_ code: Code, _ description: String) {
    self.code = code
    self.description = description
  }
}

extension DeliveryFailure {
  /// - Parameter place: the host of the URL, and no more of it.
  init(_ failure: WebFailure, at place: String, timeLimit: Duration) {
    switch failure {
    case .timedOut:
      self.init(.timedOut, "\(place) did not answer within \(timeLimit.components.seconds) s")
    case .hostUnknown:
      self.init(.unreachable, "the address of \(place) could not be found; correct the URL, or look at DNS")
    case .cannotConnect:
      self.init(.unreachable, "no connection to \(place); does it run, and is a firewall between?")
    case .connectionLost: self.init(.unreachable, "\(place) closed the connection before it had answered")
    case .certificateRefused:
      self.init(
        .certificate, "no trusted TLS connection to \(place); is its certificate valid, and its authority known here?")
    case .cancelled: self.init(.stopped, "pobsync was stopped before \(place) had answered")
    case .other(let code): self.init(.unreachable, "posting to \(place) failed (error \(code))")
    }
  }

  /// An answer other than yes.
  init(status: Int, from place: String) {
    switch status {
    case 300..<400:
      self.init(
        .redirected,
        "\(place) answered with a redirect (status \(status)), which is not followed; give the URL it leads to")
    case 401, 403:
      self.init(.refused, "\(place) refused the message (status \(status)); correct the token, or the URL")
    case 404, 410:
      self.init(.refused, "\(place) does not know this URL (status \(status)); correct it, or make the hook anew")
    case 429: self.init(.refused, "\(place) has had too many messages for now (status 429)")
    default: self.init(.refused, "\(place) did not take the message (status \(status))")
    }
  }
}
