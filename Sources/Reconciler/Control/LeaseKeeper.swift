// Keeping a lease: knowing, at every moment, whether one still has the right to act.

package import Engine
import Foundation
package import Store

/// The holder's side of a lease. It counts as held until two thirds of its duration have passed since the last renewal
/// began: by then the holder has stopped, before anyone else can take over.
package final class LeaseKeeper: Sendable {
  package let grant: LeaseGrant
  private let duration: Double
  private let elapsed: ElapsedClock
  /// Until when it is held, by the clock of elapsed time.
  private let heldUntil: Locked<Double>

  /// - Parameters:
  ///   - duration: of the lease, in seconds.
  ///   - begun: when the request for it was made.
  package init(_ grant: LeaseGrant, duration: Double, elapsed: ElapsedClock, begun: Double) {
    self.grant = grant
    self.duration = duration
    self.elapsed = elapsed
    heldUntil = Locked(begun + duration * Self.usableShare)
  }

  private static let usableShare = 2.0 / 3

  package var isHeld: Bool { elapsed.now < heldUntil.with { $0 } }

  /// Whether it is time to renew it.
  package var isDue: Bool { elapsed.now > heldUntil.with { $0 } - duration / 3 }

  /// Runs a renewal, and notes what it means.
  /// - Throws: what the renewal throws; after `LeaseLost` it is held no more.
  package func renewing<Result>(
    _ renewal: () async throws -> Result, isolation: isolated (any Actor)? = #isolation
  ) async throws -> Result {
    let begun = elapsed.now
    do {
      let result = try await renewal()
      // Lost once is lost for good, also for a renewal that was slower than the one that found it out.
      heldUntil.with { $0 = $0 == -.infinity ? $0 : max($0, begun + duration * Self.usableShare) }
      return result
    } catch let error as LeaseLost {
      heldUntil.with { $0 = -.infinity }
      throw error
    }
  }

  /// Makes sure that the lease is still held, before something is done that nobody else may be doing. It is asked of the
  /// store each time: a machine that was stopped as a whole cannot tell by its own clocks. While the store cannot answer,
  /// nobody else can take over either, for as long as the lease lasts.
  /// - Throws: `LeaseLost` if it is not, or cannot be told to be.
  package func check(in store: Store, clock: WallClock) async throws {
    do {
      try await renewing { try await store.renew(grant, at: clock.now) }
    } catch {
      guard isHeld else { throw LeaseLost(name: grant.name) }
    }
  }
}
