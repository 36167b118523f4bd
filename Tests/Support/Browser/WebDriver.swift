// The W3C WebDriver protocol, as far as tests need it: JSON over HTTP to a chromedriver of our own.

import Foundation

/// Why a driver did not do what it was told.
package struct WebDriverError: Error, CustomStringConvertible {
  /// The protocol's own word for it, such as `no such element`.
  package let code: String
  package let message: String

  package var description: String { "\(code): \(message)" }

  /// Whether the page may only not be ready yet, or has just changed.
  var mayPass: Bool {
    [
      "no such element", "stale element reference", "element click intercepted", "element not interactable",
      "javascript error", "no such execution context", "unknown error",
    ].contains(code)
  }
}

/// A driver that listens on loopback.
struct WebDriver: Sendable {
  let port: Int

  /// Sends a command that answers nothing of interest.
  func command(_ method: String, _ path: String, _ body: any Encodable & Sendable = Empty()) async throws {
    _ = try await send(method, path, body, as: Anything.self)
  }

  /// Sends a command, and gives what it answers.
  func ask<Value: Decodable & Sendable>(
    _ method: String, _ path: String, _ body: any Encodable & Sendable = Empty(), as type: Value.Type = Value.self
  ) async throws -> Value {
    guard let value = try await send(method, path, body, as: type) else {
      throw WebDriverError(code: "no value", message: "\(method) \(path) answered null")
    }
    return value
  }

  /// Gives nil where the answer is null.
  func send<Value: Decodable & Sendable>(
    _ method: String, _ path: String, _ body: any Encodable & Sendable, as type: Value.Type
  ) async throws -> Value? {
    // Not by way of FoundationNetworking, which cannot read a driver's answers.
    let answer = try await WebClient(port: port, patience: 120).send(
      method, path, headers: ["Content-Type": "application/json; charset=utf-8"],
      body: method == "POST" ? Array(try JSONEncoder().encode(body)) : [])
    let data = Data(answer.body)
    guard answer.status == 200 else {
      let refusal = try? JSONDecoder().decode(Answer<Refusal>.self, from: data).value
      throw WebDriverError(
        code: refusal?.error ?? "unknown answer",
        message: refusal?.message ?? String(decoding: data.prefix(500), as: UTF8.self))
    }
    return try JSONDecoder().decode(Answer<Value>.self, from: data).value
  }

  struct Empty: Encodable, Sendable {}

  private struct Answer<Value: Decodable>: Decodable {
    let value: Value?
  }

  private struct Refusal: Decodable {
    let error: String
    let message: String
  }

  private struct Anything: Decodable, Sendable {
    init(from decoder: any Decoder) throws {}
  }
}
