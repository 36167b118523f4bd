// Who is at the other end of a connection, seen through the proxies that are trusted.

import Glibc
import HTTPTypes

/// An IP address, the same however it is written.
package struct NetworkAddress: Sendable, Hashable, CustomStringConvertible {
  /// 16 bytes; of IPv4, as IPv6 maps it.
  private let bytes: [UInt8]
  package let description: String

  /// Gives nil for what is no IP address.
  package init?(_ text: String) {
    // The scope of a link-local address says through which interface it is reached, not which it is.
    let plain = text.split(separator: "%", maxSplits: 1).first.map(String.init) ?? ""
    var (four, six) = (in_addr(), in6_addr())
    if inet_pton(AF_INET, plain, &four) == 1 {
      bytes = Array(repeating: 0, count: 10) + [0xFF, 0xFF] + withUnsafeBytes(of: four) { Array($0) }
    } else if inet_pton(AF_INET6, plain, &six) == 1 {
      bytes = withUnsafeBytes(of: six) { Array($0) }
    } else {
      return nil
    }
    let isIPv4 = bytes.prefix(10).allSatisfy { $0 == 0 } && bytes[10] == 0xFF && bytes[11] == 0xFF
    description = isIPv4 ? bytes.suffix(4).map(String.init).joined(separator: ".") : plain.lowercased()
  }

  package static func == (left: NetworkAddress, right: NetworkAddress) -> Bool { left.bytes == right.bytes }

  package func hash(into hasher: inout Hasher) { hasher.combine(bytes) }
}

/// Whoever sent a request.
struct Caller: Sendable, Hashable {
  let address: String
  /// Whether their side of the connection is encrypted.
  let isSecure: Bool
  /// The name and port by which they reached this site.
  let host: String?

  /// - Parameters:
  ///   - peer: the address of the connection's other end.
  ///   - authority: what the request's Host says, which does not stand among the header fields.
  init(peer: String?, authority: String?, headers: HTTPFields, options: WebServer.Options) {
    let address = peer.flatMap(NetworkAddress.init)
    let isTrusted = address.map(options.trustedProxies.contains) ?? false
    // A proxy appends whom it speaks for; what stands before that is what somebody claims.
    let forwarded = isTrusted ? Self.last(headers[.xForwardedFor]).flatMap(NetworkAddress.init) : nil
    self.address = (forwarded ?? address)?.description ?? "unknown"
    isSecure =
      options.hasSecureCookies || (isTrusted && Self.last(headers[.xForwardedProto])?.lowercased() == "https")
    host = (isTrusted ? Self.last(headers[.xForwardedHost]) : nil) ?? authority
  }

  private static func last(_ list: String?) -> String? {
    list?.split(separator: ",").last.map { $0.trimmingBlanks }
  }
}

extension Substring {
  var trimmingBlanks: String {
    func isBlank(_ character: Character) -> Bool { character == " " || character == "\t" }
    var rest = drop(while: isBlank)
    while let last = rest.last, isBlank(last) { rest.removeLast() }
    return String(rest)
  }
}

extension HTTPField.Name {
  /// A name that is known to be one.
  private static func known(_ name: String) -> HTTPField.Name {
    guard let name = HTTPField.Name(name) else { preconditionFailure("\(name) is no name of a header field") }
    return name
  }

  static let xForwardedFor = known("X-Forwarded-For")
  static let xForwardedProto = known("X-Forwarded-Proto")
  static let xForwardedHost = known("X-Forwarded-Host")
  static let secFetchSite = known("Sec-Fetch-Site")
  static let xCSRFToken = known("X-CSRF-Token")
  static let referrerPolicy = known("Referrer-Policy")
  static let xFrameOptions = known("X-Frame-Options")
  static let crossOriginOpenerPolicy = known("Cross-Origin-Opener-Policy")
}
