// Where a MariaDB is: an address without a password, and the place of the password.

import Foundation
package import Spec

/// The address of a database on a MariaDB server, such as `mariadb://pobsync@db.example.net/pobsync`.
package struct MariaDBLocation: Sendable, Hashable, CustomStringConvertible {
  package enum Endpoint: Sendable, Hashable {
    case network(host: String, port: UInt16)
    /// A socket on this machine.
    case socket(AbsolutePath)
  }

  package enum Encryption: Sendable, Hashable {
    /// The server's certificate has to be for its name and signed by one of `authorities`; nil for the system's.
    case verified(authorities: AbsolutePath?)
    case off
  }

  package let user: String
  package let endpoint: Endpoint
  package let database: String
  package let encryption: Encryption
  /// Nil for an account without one, as those have that the socket tells by their user.
  package private(set) var password: SecretSource?

  package static let passwordVariable = "POBSYNC_DATABASE_PASSWORD"
  package static let passwordFileVariable = "POBSYNC_DATABASE_PASSWORD_FILE"
  private static let usualPort: UInt16 = 3306

  /// Reads an address.
  ///
  /// - Throws: `StoreError` in words that repeat no password.
  package init(parsing text: String) throws(StoreError) {
    let address = try Address(text)
    self.user = address.user
    self.database = address.database
    let queries = try Self.queries(address.query)
    if let socket = queries["socket"] {
      guard address.host.isEmpty else { throw Self.invalid("it names a host and a socket as well") }
      endpoint = .socket(try Self.path(socket, of: "socket"))
    } else {
      guard !address.host.isEmpty else { throw Self.invalid("it names neither a host nor a socket") }
      endpoint = .network(host: address.host, port: address.port ?? Self.usualPort)
    }
    encryption = try Self.encryption(queries, to: endpoint)
    if let file = queries["password_file"] { password = .file(try Self.path(file, of: "password_file")) }
  }

  /// The same with the password from the place that the environment names, unless the address names one.
  package func reading(_ environment: [String: String]) throws(StoreError) -> MariaDBLocation {
    guard password == nil else { return self }
    var location = self
    if let file = environment[Self.passwordFileVariable], !file.isEmpty {
      location.password = .file(try Self.path(file, of: Self.passwordFileVariable))
    } else if environment[Self.passwordVariable]?.isEmpty == false {
      location.password = (try? VariableName(text: Self.passwordVariable)).map(SecretSource.variable)
    }
    return location
  }

  /// The address as messages show it; what is needed to connect, and no secret.
  package var description: String {
    let plain = CharacterSet.urlPathAllowed.subtracting(CharacterSet(charactersIn: "/@:"))
    func encoded(_ text: String) -> String { text.addingPercentEncoding(withAllowedCharacters: plain) ?? text }
    switch endpoint {
    case .network(let host, let port):
      let name = host.contains(":") ? "[\(host)]" : host
      return "mariadb://\(encoded(user))@\(name)\(port == Self.usualPort ? "" : ":\(port)")/\(encoded(database))"
    case .socket(let path): return "mariadb://\(encoded(user))@/\(encoded(database))?socket=\(path)"
    }
  }

  // MARK: - Reading

  private static func queries(_ text: Substring?) throws(StoreError) -> [String: String] {
    var queries: [String: String] = [:]
    for part in text?.split(separator: "&") ?? [] {
      let pieces = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard pieces.count == 2, let value = String(pieces[1]).removingPercentEncoding else {
        throw invalid("a part after `?` is not of the form name=value")
      }
      let name = String(pieces[0])
      guard ["socket", "tls", "ca", "password_file"].contains(name) else {
        // A password may stand there by mistake.
        throw invalid(
          name.lowercased().contains("pass")
            ? "a password has no place in it" : "\(name.quoted) is not known after `?`")
      }
      guard queries.updateValue(value, forKey: name) == nil else { throw invalid("\(name.quoted) stands there twice") }
    }
    return queries
  }

  private static func encryption(
    _ queries: [String: String], to endpoint: Endpoint
  ) throws(StoreError) -> Encryption {
    let isLocal: Bool =
      switch endpoint {
      case .socket: true
      case .network(let host, _): ["localhost", "::1"].contains(host.lowercased()) || isLoopback(host)
      }
    switch (queries["tls"], queries["ca"]) {
    case ("off"?, nil): return .off
    case ("off"?, _?): throw invalid("`ca` has no use with `tls=off`")
    case (nil, nil): return isLocal ? .off : .verified(authorities: nil)
    case ("verify"?, nil): return .verified(authorities: nil)
    case (nil, let ca?), ("verify"?, let ca?): return .verified(authorities: try path(ca, of: "ca"))
    case (let other?, _): throw invalid("`tls` is \(other.quoted), and may be `verify` or `off`")
    }
  }

  private static func isLoopback(_ host: String) -> Bool {
    let numbers = host.split(separator: ".", omittingEmptySubsequences: false).map { UInt8($0) }
    return numbers.count == 4 && !numbers.contains(nil) && numbers[0] == 127
  }

  private static func path(_ text: String, of name: String) throws(StoreError) -> AbsolutePath {
    do throws(InvalidText) {
      return try AbsolutePath(text: text)
    } catch {
      throw invalid("\(name.quoted) is not the path of a file: \(error)")
    }
  }

  fileprivate static func invalid(_ problem: String) -> StoreError {
    StoreError(
      .invalidLocation, "the database's address cannot be used: \(problem)",
      remedy: "write an address such as mariadb://pobsync@db.example.net/pobsync or "
        + "mariadb://pobsync@/pobsync?socket=/run/mysqld/mysqld.sock")
  }
}

/// The parts of an address as they stand there.
private struct Address {
  let user: String
  let host: String
  let port: UInt16?
  let database: String
  let query: Substring?

  init(_ text: String) throws(StoreError) {
    guard let scheme = text.range(of: "://") else { throw MariaDBLocation.invalid("it does not begin with mariadb://") }
    let parts = text[scheme.upperBound...].split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
    let rest = parts[0]
    query = parts.count > 1 ? parts[1] : nil
    guard let at = rest.lastIndex(of: "@"), at > rest.startIndex else {
      throw MariaDBLocation.invalid("it names no user")
    }
    let account = rest[..<at]
    guard !account.contains(":") else {
      throw StoreError(
        .invalidLocation, "the database's address holds a password, which process lists and logs would show",
        remedy: "write the password into a file that only pobsync may read, and its path into "
          + "\(MariaDBLocation.passwordFileVariable) or after ?password_file=; change the password if others may "
          + "have seen it")
    }
    let place = rest[rest.index(after: at)...]
    let slash = place.firstIndex(of: "/") ?? place.endIndex
    guard let user = String(account).removingPercentEncoding, !user.contains("\0"),
      let database = String(place[slash...].dropFirst()).removingPercentEncoding,
      !database.isEmpty, !database.contains("/"), !database.contains("\0")
    else { throw MariaDBLocation.invalid("it names no database") }
    self.user = user
    self.database = database
    let server = try Self.hostAndPort(place[..<slash])
    host = server.host
    port = server.port
  }

  private static func hostAndPort(_ text: Substring) throws(StoreError) -> (host: String, port: UInt16?) {
    let isBracketed = text.hasPrefix("[")
    let end = isBracketed ? text.firstIndex(of: "]") : text.firstIndex(of: ":")
    let host = isBracketed ? text[..<(end ?? text.startIndex)].dropFirst() : text[..<(end ?? text.endIndex)]
    var rest = end.map { text[$0...] } ?? ""
    if isBracketed { rest = rest.dropFirst() }
    guard !rest.isEmpty else {
      guard !isBracketed || end != nil else { throw MariaDBLocation.invalid("its host has no `]`") }
      return (String(host), nil)
    }
    guard rest.hasPrefix(":"), let port = UInt16(rest.dropFirst()), port > 0, !host.isEmpty else {
      throw MariaDBLocation.invalid("its port is not a number from 1 to 65535")
    }
    return (String(host), port)
  }
}
