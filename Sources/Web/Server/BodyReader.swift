// Reading the body of a request: no more than the route takes, and not for longer than a slow line needs.

import Engine
import HTTPTypes
import Hummingbird
import HummingbirdCore
import NIOCore

/// What came of reading a body.
enum BodyReading: Sendable {
  case whole([UInt8])
  case tooLarge
  /// So large that it was not read to its end: the connection cannot be used any further.
  case endless
  case tooSlow
  /// The sender stopped before the end.
  case cutShort
}

struct BodyReader: Sendable {
  private let body: RequestBody
  private let declared: Int?
  let isThere: Bool

  init(_ request: Request) {
    body = request.body
    declared = request.headers[.contentLength].flatMap(Int.init)
    isThere = request.headers[.transferEncoding] != nil || (declared ?? 0) > 0
  }

  /// How much more than the limit is read, and thrown away, so that the sender gets to see an answer.
  private static let patience = 8 << 20

  /// Reads to the end. To be called once, if at all.
  ///
  /// - Parameter limit: in bytes; what comes after that is thrown away.
  func read(upTo limit: Int, within seconds: Double) async throws -> BodyReading {
    guard isThere else { return .whole([]) }
    if let declared, declared > limit + Self.patience { return .endless }
    do {
      let reading = try await withTimeLimit(.seconds(seconds)) { try await self.collect(upTo: limit) }
      return reading ?? .tooSlow
    } catch let error as CancellationError {
      throw error
    } catch {
      // The connection broke, or what came is no body.
      return .cutShort
    }
  }

  private func collect(upTo limit: Int) async throws -> BodyReading {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(min(declared ?? 0, limit))
    var count = 0
    for try await buffer in body {
      count += buffer.readableBytes
      if count <= limit {
        bytes.append(contentsOf: buffer.readableBytesView)
      } else {
        bytes.removeAll()
        guard count <= limit + Self.patience else { return .endless }
      }
    }
    if count > limit { return .tooLarge }
    if let declared, count < declared { return .cutShort }
    return .whole(bytes)
  }
}
