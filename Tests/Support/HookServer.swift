// A small HTTP server on loopback that records what is posted to it and answers as the test says.

import Engine
import Foundation
import Glibc

/// Listens on a port of its own until it is stopped or released.
package final class HookServer: Sendable {
  package struct Request: Sendable {
    /// `POST /hook HTTP/1.1`
    package let line: String
    /// By their names in lower case.
    package let headers: [String: String]
    package let body: String

    /// The path and the query.
    package var target: String { line.split(separator: " ").dropFirst().first.map(String.init) ?? "" }
  }

  package enum Answer: Sendable {
    case status(Int)
    /// 200, and a body.
    case text(String, headers: [String: String] = [:])
    /// 200, and of a body only its beginning before the connection is closed.
    case cut(String)
    case redirect(String)
    /// None, until the server is stopped.
    case hang
    /// The connection is closed instead.
    case close
    /// 200, and a body without end.
    case endless
  }

  private struct State {
    var answers: [Answer]
    var requests: [Request] = []
    var held: [Int32] = []
    var isStopped = false
  }

  package let port: Int
  private let listener: Int32
  private let state: Locked<State>

  /// - Parameter answers: one a request; the last for all further ones.
  package init(_ answers: Answer...) throws {
    state = Locked(State(answers: answers))
    listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let (descriptor, size) = (listener, length)
    let isBound = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        bind(descriptor, address, size) == 0 && listen(descriptor, 64) == 0
          && getsockname(descriptor, address, &length) == 0
      }
    }
    port = Int(UInt16(bigEndian: address.sin_port))
    guard listener >= 0, isBound else { throw ToolError(message: "cannot listen on loopback") }
    Thread.detachNewThread { [listener, state] in Self.serve(listener, state) }
  }

  deinit { stop() }

  /// What has been posted so far.
  package var requests: [Request] { state.with { $0.requests } }

  package func url(_ path: String = "/hook") -> String { "http://127.0.0.1:\(port)\(path)" }

  /// Ends the server: nothing listens on its port then.
  package func stop() {
    let held = state.with { state in
      defer { (state.isStopped, state.held) = (true, []) }
      return state.isStopped ? nil : state.held
    }
    guard let held else { return }
    shutdown(listener, Int32(SHUT_RDWR))
    Glibc.close(listener)
    held.forEach { Glibc.close($0) }
  }

  private static func serve(_ listener: Int32, _ state: Locked<State>) {
    while true {
      let connection = accept(listener, nil, nil)
      guard connection >= 0 else {
        if errno == EINTR || errno == ECONNABORTED { continue }
        return
      }
      _ = fcntl(connection, F_SETFD, FD_CLOEXEC)
      Thread.detachNewThread { handle(connection, state) }
    }
  }

  private static func handle(_ connection: Int32, _ state: Locked<State>) {
    guard let request = read(connection) else {
      Glibc.close(connection)
      return
    }
    let answer = state.with { state -> Answer in
      state.requests.append(request)
      return state.answers.count > 1 ? state.answers.removeFirst() : state.answers.first ?? .status(200)
    }
    switch answer {
    case .status(let status):
      send("HTTP/1.1 \(status) Answer\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok", connection)
    case .text(let body, let headers):
      let fields = headers.map { "\($0.key): \($0.value)\r\n" }.joined()
      send(
        "HTTP/1.1 200 OK\r\n\(fields)Content-Length: \(body.utf8.count)\r\nConnection: close\r\n\r\n\(body)",
        connection)
    case .cut(let beginning):
      send("HTTP/1.1 200 OK\r\nContent-Length: \(beginning.utf8.count + 1)\r\n\r\n\(beginning)", connection)
    case .redirect(let target):
      send(
        "HTTP/1.1 307 Elsewhere\r\nLocation: \(target)\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", connection)
    case .hang:
      let isHeld = state.with { state in
        if !state.isStopped { state.held.append(connection) }
        return !state.isStopped
      }
      if isHeld { return }
    case .close: break
    case .endless:
      guard send("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n", connection) else { break }
      while send(String(repeating: "x", count: 1 << 16), connection) {}
    }
    Glibc.close(connection)
  }

  private static func read(_ connection: Int32) -> Request? {
    var bytes = Data()
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      if let head = bytes.range(of: Data("\r\n\r\n".utf8)) {
        let lines = String(decoding: bytes[..<head.lowerBound], as: UTF8.self).components(separatedBy: "\r\n")
        let headers = Dictionary(
          lines.dropFirst().compactMap { line -> (String, String)? in
            let parts = line.split(separator: ":", maxSplits: 1)
            return parts.count == 2 ? (parts[0].lowercased(), parts[1].trimmingCharacters(in: .whitespaces)) : nil
          }, uniquingKeysWith: { "\($0)\n\($1)" })
        let length = headers["content-length"].flatMap { Int($0) } ?? 0
        if bytes.count >= head.upperBound + length {
          let body = String(decoding: bytes[head.upperBound...].prefix(length), as: UTF8.self)
          return Request(line: lines[0], headers: headers, body: body)
        }
      }
      let count = recv(connection, &chunk, chunk.count, 0)
      guard count > 0 else { return nil }
      bytes.append(contentsOf: chunk.prefix(count))
    }
  }

  @discardableResult
  private static func send(_ text: String, _ connection: Int32) -> Bool {
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes {
        Glibc.send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      guard count > 0 else { return false }
      rest = rest.dropFirst(count)
    }
    return true
  }
}
