// URLs to post to, which may be secrets: what is done with them, and the only part of them that is ever shown.

import Foundation
import Spec

/// A URL to post to.
struct HookURL: Sendable {
  private let parts: URLComponents
  let url: URL

  /// - Parameter place: what the text was read from, for the complaint.
  init(parsing text: String, from place: String) throws(DeliveryFailure) {
    guard let parts = URLComponents(string: text), ["http", "https"].contains(parts.scheme?.lowercased()),
      !(parts.host ?? "").isEmpty, parts.user == nil, parts.password == nil
    else {
      throw DeliveryFailure(
        .secret, "\(place) does not hold a URL such as https://example.net/hook, without a user name")
    }
    self = try HookURL(parts)
  }

  private init(_ parts: URLComponents) throws(DeliveryFailure) {
    guard let url = parts.url else { throw DeliveryFailure(.secret, "the URL cannot be put together") }
    (self.parts, self.url) = (parts, url)
  }

  /// Scheme, host and port.
  var shown: String {
    "\(parts.scheme ?? "")://\(parts.host ?? "")\(parts.port.map { ":\($0)" } ?? "")"
  }

  /// The same URL with a further component at the end of its path.
  func appending(_ component: String) throws(DeliveryFailure) -> HookURL {
    var longer = parts
    longer.percentEncodedPath = parts.percentEncodedPath.trimmingSlashes + "/\(component)"
    return try HookURL(longer)
  }

  /// The last component of the path, and the URL without it.
  func splittingTopic() throws(DeliveryFailure) -> (topic: String, server: HookURL) {
    var components = parts.path.trimmingSlashes.split(separator: "/", omittingEmptySubsequences: false)
    guard let topic = components.popLast(), !topic.isEmpty else {
      throw DeliveryFailure(.target, "the URL at \(shown) names no topic; write https://ntfy.example.net/TOPIC")
    }
    var server = parts
    server.path = components.joined(separator: "/") + "/"
    return (String(topic), try HookURL(server))
  }
}

extension String {
  fileprivate var trimmingSlashes: String {
    var text = self[...]
    while text.last == "/" { text = text.dropLast() }
    return String(text)
  }
}
