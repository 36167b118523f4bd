// Slow readers: a connection whose other end takes nothing for too long is closed, for it holds what was to be sent.

import NIOCore

/// Watches that what is written to a connection goes out.
///
/// Not Sendable, and need not be: a handler lives on the event loop of its connection.
final class StalledWrites: ChannelOutboundHandler, RemovableChannelHandler {
  typealias OutboundIn = Any
  typealias OutboundOut = Any

  private let limit: TimeAmount
  private var pending = 0
  private var lastProgress = NIODeadline.now()
  private var watch: Scheduled<Void>?

  init(limit: TimeAmount) { self.limit = limit }

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    let promise = promise ?? context.eventLoop.makePromise(of: Void.self)
    if pending == 0 { lastProgress = .now() }
    pending += 1
    promise.futureResult.assumeIsolated().whenComplete { _ in
      self.pending -= 1
      self.lastProgress = .now()
    }
    context.write(data, promise: promise)
    if watch == nil, pending > 0 { look(context, after: limit) }
  }

  func handlerRemoved(context: ChannelHandlerContext) {
    watch?.cancel()
    watch = nil
  }

  private func look(_ context: ChannelHandlerContext, after time: TimeAmount) {
    watch = context.eventLoop.assumeIsolated().scheduleTask(in: time) {
      self.watch = nil
      guard self.pending > 0 else { return }
      let silence = NIODeadline.now() - self.lastProgress
      if silence >= self.limit {
        context.close(promise: nil)
      } else {
        self.look(context, after: self.limit - silence)
      }
    }
  }
}
