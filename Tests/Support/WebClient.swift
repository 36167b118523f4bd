// A client of our own, on a bare socket: it sends what no library would, follows nothing and keeps no cookies.

import Engine
import Foundation
import Glibc

/// What a server answered.
package struct WebAnswer: Sendable {
  package let status: Int
  /// In their order, with names in lower case.
  package let headers: [(name: String, value: String)]
  package let body: [UInt8]

  package var text: String { String(decoding: body, as: UTF8.self) }
  package func header(_ name: String) -> String? { headers.first { $0.name == name }?.value }
  package func headers(_ name: String) -> [String] { headers.filter { $0.name == name }.map(\.value) }

  /// The value that a cookie is set to; empty if it is deleted.
  package func cookie(_ name: String) -> String? {
    headers("set-cookie").lazy.filter { $0.hasPrefix("\(name)=") }.first.map {
      String($0.dropFirst(name.count + 1).prefix { $0 != ";" })
    }
  }

  /// The token in the first form of a page.
  package var formToken: String? {
    guard let start = text.range(of: #"name="csrf" value=""#)?.upperBound else { return nil }
    return String(text[start...].prefix { $0 != "\"" })
  }
}

package struct WebClient: Sendable {
  package let port: Int
  /// In seconds: how long nothing may come.
  private let patience: Int

  package init(port: Int, patience: Int = 30) {
    self.port = port
    self.patience = patience
  }

  /// Sends bytes, and reads until the server closes the connection.
  ///
  /// - Parameter takesLength: reads no further than the answer says that it goes. Some say that they close, and do not.
  /// - Returns: nil if it closed without an answer.
  package func exchange(_ bytes: [UInt8], takesLength: Bool = false) async throws -> WebAnswer? {
    let (port, patience) = (port, patience)
    let received = try await blocking {
      let socket = try WebSocket(port, patience: patience)
      defer { socket.close() }
      socket.send(bytes)
      return try takesLength ? socket.readAnswer() : socket.readToEnd()
    }
    return try received.isEmpty ? nil : Self.answer(of: received, hasBody: !bytes.starts(with: Array("HEAD ".utf8)))
  }

  package func exchange(_ text: String) async throws -> WebAnswer? { try await exchange(Array(text.utf8)) }

  package func send(
    _ method: String, _ target: String, headers: [String: String] = [:], body: [UInt8] = []
  ) async throws -> WebAnswer {
    var head = "\(method) \(target) HTTP/1.1\r\nHost: 127.0.0.1:\(port)\r\nConnection: close\r\n"
    for (name, value) in headers { head += "\(name): \(value)\r\n" }
    if !body.isEmpty || method == "POST" { head += "Content-Length: \(body.count)\r\n" }
    guard let answer = try await exchange(Array("\(head)\r\n".utf8) + body, takesLength: true) else {
      throw ToolError(message: "\(method) \(target) was not answered")
    }
    return answer
  }

  private static func answer(of bytes: [UInt8], hasBody: Bool) throws -> WebAnswer {
    let data = Data(bytes)
    guard let end = data.range(of: Data("\r\n\r\n".utf8)) else {
      throw ToolError(message: "no answer: \(String(decoding: bytes.prefix(200), as: UTF8.self))")
    }
    let lines = String(decoding: data[..<end.lowerBound], as: UTF8.self).components(separatedBy: "\r\n")
    let headers = lines.dropFirst().compactMap { line -> (name: String, value: String)? in
      let parts = line.split(separator: ":", maxSplits: 1)
      return parts.count == 2 ? (parts[0].lowercased(), parts[1].trimmingCharacters(in: .whitespaces)) : nil
    }
    guard let status = lines[0].split(separator: " ").dropFirst().first.flatMap({ Int($0) }) else {
      throw ToolError(message: "no status: \(lines[0])")
    }
    var body = Array(data[end.upperBound...])
    let isChunked = headers.contains { $0.name == "transfer-encoding" && $0.value == "chunked" }
    if isChunked, hasBody { body = unchunked(body) }
    return WebAnswer(status: status, headers: headers, body: body)
  }

  /// What was sent in chunks, as far as it came.
  private static func unchunked(_ bytes: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    var rest = bytes[...]
    while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
      let digits = String(decoding: rest[..<end].dropLast(), as: UTF8.self)
      guard let count = Int(digits, radix: 16), count > 0 else { break }
      let chunk = rest[(end + 1)...].prefix(count)
      result += chunk
      rest = rest[chunk.endIndex...].dropFirst(2)
    }
    return result
  }
}

/// A connection to loopback that blocks, but not for ever.
package struct WebSocket {
  private let descriptor: Int32

  package init(_ port: Int, patience seconds: Int = 30) throws {
    descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    var limit = timeval(tv_sec: seconds, tv_usec: 0)
    setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = UInt16(port).bigEndian
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    let descriptor = descriptor
    let isConnected = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
      }
    }
    guard descriptor >= 0, isConnected else {
      Glibc.close(descriptor)
      throw ToolError(message: "cannot connect to port \(port)")
    }
  }

  /// Sends as much as the other end takes.
  /// - Returns: whether it took all.
  @discardableResult
  package func send(_ bytes: [UInt8]) -> Bool {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
      guard count > 0 else { return false }
      rest = rest.dropFirst(count)
    }
    return true
  }

  /// Whether the other end answers or closes within so many seconds.
  package func hasNews(within seconds: Double) -> Bool {
    var place = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    return Glibc.poll(&place, 1, Int32(seconds * 1000)) > 0
  }

  /// - Throws: when the other end is silent for too long. A connection that is reset has ended.
  package func readToEnd() throws -> [UInt8] {
    var bytes: [UInt8] = []
    while let chunk = try read() { bytes += chunk }
    return bytes
  }

  /// Reads as much as the answer's head announces, or to the end where it does not.
  fileprivate func readAnswer() throws -> [UInt8] {
    var bytes: [UInt8] = []
    while let chunk = try read() {
      bytes += chunk
      guard let end = Data(bytes).range(of: Data("\r\n\r\n".utf8)) else { continue }
      let head = String(decoding: bytes[..<end.lowerBound], as: UTF8.self).lowercased()
      let length = head.components(separatedBy: "\r\n").first { $0.hasPrefix("content-length:") }
        .flatMap { Int($0.dropFirst("content-length:".count).trimmingCharacters(in: .whitespaces)) }
      if let length, bytes.count - end.upperBound >= length { break }
    }
    return bytes
  }

  /// What has come; nil at the end.
  package func read() throws -> [UInt8]? {
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    let count = recv(descriptor, &chunk, chunk.count, 0)
    if count < 0, errno == EAGAIN { throw ToolError(message: "the server neither answers nor closes") }
    return count > 0 ? Array(chunk.prefix(count)) : nil
  }

  package func close() { Glibc.close(descriptor) }
}
