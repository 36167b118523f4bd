// The address on which the server listens.

/// A name or an address of this machine, and a port.
package struct ListenAddress: Sendable, Hashable, CustomStringConvertible {
  package let host: String
  /// 0 for any that is free.
  package let port: Int

  package init(host: String, port: Int) {
    self.host = host
    self.port = port
  }

  /// Only for this machine: others come through a proxy that speaks TLS.
  package static let usual = ListenAddress(host: "127.0.0.1", port: 8000)

  /// Reads `127.0.0.1:8000`, `[::1]:8000`, `localhost:8000`, `:8000` (all addresses) and `8000`.
  package init?(_ text: String) {
    let end = text.lastIndex(of: ":")
    let digits = end.map { text[text.index(after: $0)...] } ?? text[...]
    guard !digits.isEmpty, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let port = Int(digits),
      port <= 65_535
    else { return nil }
    guard let end else {
      self.init(host: Self.usual.host, port: port)
      return
    }
    var host = String(text[..<end])
    if host.hasPrefix("["), host.hasSuffix("]") {
      host = String(host.dropFirst().dropLast())
    } else if host.contains(":") {
      return nil
    }
    guard !host.contains(where: { $0.isWhitespace || "/@[]".contains($0) }) else { return nil }
    self.init(host: host.isEmpty ? "0.0.0.0" : host, port: port)
  }

  package var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}
