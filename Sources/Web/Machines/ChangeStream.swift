// The stream of changes as readers get it: server-sent events, so that open pages know when to look again.

import Engine
import Foundation
import HTTPTypes
import Logging
import ServiceLifecycle

/// What one reader is sent.
struct ChangeStream: Sendable {
  let feed: ChangeFeed
  let logger: Logger
  let elapsed: ElapsedClock
  /// Whether the reader may still listen.
  let isAdmitted: @Sendable () async -> Bool
  /// Waits until it is time to look again.
  var wait: @Sendable () async throws -> Void = { try await Task.sleep(for: .seconds(ChangeFeed.pause)) }

  /// In seconds.
  static let keepAlive = 15.0
  static let admission = 30.0

  /// Sends until the reader is gone, may not listen any more, or the server stops.
  func send(to sink: any ByteSink) async throws {
    try await sink.write(Array("retry: 3000\n\n".utf8))
    var told: ChangeCounts?
    var (sentAt, admittedAt) = (elapsed.now, elapsed.now)
    while !Task.isShuttingDownGracefully {
      if elapsed.now - admittedAt >= Self.admission {
        guard await isAdmitted() else { return }
        admittedAt = elapsed.now
      }
      // A database that is away has no news; its readers wait with us.
      let counts = await latest()
      // The first tells of what has changed while the page was on its way.
      if let counts, counts != told {
        try await sink.write(Self.event(counts))
        told = counts
        sentAt = elapsed.now
      } else if elapsed.now - sentAt >= Self.keepAlive {
        try await sink.write(Array(": keep-alive\n\n".utf8))
        sentAt = elapsed.now
      }
      try await wait()
    }
  }

  private func latest() async -> ChangeCounts? {
    do {
      return try await feed.latest
    } catch {
      logger.debug("cannot look for changes", metadata: ["error": "\(error)"])
      return nil
    }
  }

  static func event(_ counts: ChangeCounts) -> [UInt8] {
    Array(
      """
      event: change
      data: {"runs":\(counts.runs),"hosts":\(counts.hosts),"events":\(counts.events)}


      """.utf8)
  }
}
