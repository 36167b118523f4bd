// Another pobsync in place of one's own database: its address, and the token that it knows this program by. The token is
// read from a file, for others see the arguments of a program.

import ArgumentParser
import Engine
import Foundation
import Spec

struct RemoteOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Ask the pobsync at this address over its API, such as https://backup.example.net, and not this machine's. "
        + "POBSYNC_SERVER otherwise.", valueName: "url"))
  var server: String?

  @Option(
    help: ArgumentHelp(
      "With --server: the file that holds the token of the API. POBSYNC_TOKEN_FILE otherwise.", valueName: "file"))
  var tokenFile: String?

  @Flag(
    name: .customLong("insecure-http"),
    help: "With --server: speak plain http to another machine, where others may read the token on its way.")
  var insecureHTTP = false

  /// The server that is asked for; nil for the database of this machine, which --database asks for by all means.
  func connection(besides storage: StoreOptions) throws -> RemoteServer? {
    let environment = ProcessInfo.processInfo.environment
    func variable(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }
    if server != nil, storage.database != nil {
      throw ValidationError("--server and --database exclude each other")
    }
    guard let text = server ?? (storage.database == nil ? variable("POBSYNC_SERVER") : nil) else {
      if tokenFile != nil || insecureHTTP { throw ValidationError("--token-file and --insecure-http go with --server") }
      return nil
    }
    let address = try RemoteAddress(text, allowingPlainHTTP: insecureHTTP)
    guard let file = tokenFile ?? variable("POBSYNC_TOKEN_FILE") else {
      throw CommandFailure(
        "no token for \(address): name the file that holds one with --token-file; `pobsync token create` makes tokens")
    }
    return RemoteServer(address, token: try Self.token(in: file))
  }

  private static func token(in file: String) throws -> String {
    guard let bytes = try Disk.read(file, limit: 4096, followingLinks: true) else {
      throw CommandFailure("there is no token file \(file)")
    }
    let line = bytes.prefix { $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: "\r") }
    // What a token can be made of; nothing else may stand in a header field.
    let isToken = !line.isEmpty && line.allSatisfy { (0x21..<0x7F).contains($0) }
    guard isToken else { throw CommandFailure("the first line of \(file) is no token") }
    return String(decoding: line, as: UTF8.self)
  }
}

/// Where a pobsync serves its API.
struct RemoteAddress: Sendable, CustomStringConvertible {
  /// `https://backup.example.net`
  let description: String

  /// - Throws: `ValidationError` for what is no such address, or would send the token to be read by others.
  init(_ text: String, allowingPlainHTTP: Bool) throws {
    // What was given is not repeated as it is: a password may stand in it.
    guard let parts = URLComponents(string: text), let scheme = parts.scheme?.lowercased(), let host = parts.host,
      !host.isEmpty, scheme == "https" || scheme == "http"
    else { throw ValidationError("--server takes an address such as https://backup.example.net") }
    guard parts.user == nil, parts.password == nil, parts.query == nil, parts.fragment == nil,
      parts.path.isEmpty || parts.path == "/"
    else {
      throw ValidationError("--server takes scheme, host and port alone, as in https://backup.example.net:8443")
    }
    // FoundationNetworking takes no URL of this form before the Swift that has swift-corelibs-foundation#5498.
    guard !host.contains(":") else {
      throw ValidationError(
        "--server takes no IPv6 address that is written out; give that machine a name, in DNS or in /etc/hosts")
    }
    guard scheme == "https" || allowingPlainHTTP || Self.isLoopback(host) else {
      throw ValidationError(
        "http:// would let others read the token on its way to \(host); use https://, or give --insecure-http")
    }
    description = "\(scheme)://\(host)" + (parts.port.map { ":\($0)" } ?? "")
  }

  private static func isLoopback(_ host: String) -> Bool {
    if host.lowercased() == "localhost" { return true }
    let numbers = host.split(separator: ".", omittingEmptySubsequences: false).map { UInt8($0) }
    return numbers.count == 4 && numbers[0] == 127 && numbers.allSatisfy { $0 != nil }
  }
}
