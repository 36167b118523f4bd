// Streams: what a handler produces as fast as its reader takes it, until either is done or the server stops.

import AsyncAlgorithms
import Hummingbird
import HummingbirdCore
import NIOCore
import ServiceLifecycle

extension ResponseBody {
  /// - Parameter produce: told to stop, by being cancelled, when the reader is gone or the server stops; the reader sees
  ///   then that the end is missing.
  static func streaming(
    length: Int64?, _ produce: @escaping @Sendable (any ByteSink) async throws -> Void
  ) -> ResponseBody {
    ResponseBody(contentLength: length.map { Int($0) }) { writer in
      let channel = AsyncChannel<[UInt8]>()
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask {
          defer { channel.finish() }
          try await cancelWhenGracefulShutdown { try await produce(ChannelSink(channel: channel)) }
        }
        for await bytes in channel { try await writer.write(ByteBuffer(bytes: bytes)) }
        try await group.waitForAll()
      }
      try await writer.finish(nil)
    }
  }
}

private struct ChannelSink: ByteSink {
  let channel: AsyncChannel<[UInt8]>

  func write(_ bytes: [UInt8]) async throws {
    guard !bytes.isEmpty else { return }
    try Task.checkCancellation()
    await channel.send(bytes)
    // A cancelled send has sent nothing.
    try Task.checkCancellation()
  }
}
