// Watching leases: silence as the watcher has seen it, and nothing else, makes a lease void.

import Engine
import Foundation
import Testing

@testable import Reconciler
@testable import Store

struct LeaseWatchTests {
  private func lease(
    _ name: String = "controller", term: Int64 = 1, beat: Int64 = 0, process: String? = "somewhere else",
    duration: Double = 15, renewedAt: Date = .distantPast
  ) -> Lease {
    Lease(
      name: name, kind: .controller, term: term, beat: beat, process: process, duration: duration,
      acquiredAt: .distantPast, renewedAt: renewedAt)
  }

  @Test func `a lease is void once it was silent for its duration, from the first sighting on`() {
    var watch = LeaseWatch()
    for second in 0..<15 { #expect(watch.void(among: [lease()], elapsed: Double(1000 + second)).isEmpty) }
    #expect(watch.void(among: [lease()], elapsed: 1015) == [lease()])
    #expect(watch.void(among: [lease()], elapsed: 1016) == [lease()])
  }

  @Test func `a lease that is renewed, or changes hands, is alive`() {
    var watch = LeaseWatch()
    for second in 0..<100 {
      let renewed = lease(beat: Int64(second / 14))
      #expect(watch.void(among: [renewed], elapsed: Double(second)).isEmpty)
    }
    for second in 100..<200 {
      let taken = lease(term: Int64(second / 14), beat: 0)
      #expect(watch.void(among: [taken], elapsed: Double(second)).isEmpty)
    }
  }

  @Test func `a watcher that slept does not take its sleep for another's death`() {
    var watch = LeaseWatch()
    #expect(watch.void(among: [lease()], elapsed: 0).isEmpty)
    #expect(watch.void(among: [lease()], elapsed: 1).isEmpty)
    // Asleep for an hour, it counts a third of the duration, as for each long gap.
    #expect(watch.void(among: [lease()], elapsed: 3601).isEmpty)
    #expect(watch.void(among: [lease()], elapsed: 3610).isEmpty)
    #expect(watch.void(among: [lease()], elapsed: 3613.9).isEmpty)
    #expect(!watch.void(among: [lease()], elapsed: 3614).isEmpty)
  }

  @Test func `a watcher that looks seldom needs several looks`() {
    var watch = LeaseWatch()
    let looks = (0..<5).map { watch.void(among: [lease()], elapsed: Double($0) * 600).isEmpty }
    #expect(looks == [true, true, true, false, false])
  }

  @Test func `the time of day does not matter`() {
    var watch = LeaseWatch()
    for second in 0..<15 {
      // The holder's clock jumps about, as its renewals would have been years ago or ahead.
      let jumpy = lease(
        renewedAt: Date(timeIntervalSince1970: Double(second) * (second.isMultiple(of: 2) ? 1e9 : -1e9)))
      #expect(watch.void(among: [jumpy], elapsed: Double(second)).isEmpty)
    }
    #expect(watch.void(among: [lease(renewedAt: .distantFuture)], elapsed: 15).count == 1)
  }

  @Test func `each lease is watched by itself, and one that was away is seen anew`() {
    var watch = LeaseWatch()
    let (long, short) = (lease("worker/a", duration: 60), lease("worker/b", duration: 6))
    for second in 0..<6 { #expect(watch.void(among: [long, short], elapsed: Double(second)).isEmpty) }
    #expect(watch.void(among: [long, short], elapsed: 6) == [short])
    #expect(watch.void(among: [long], elapsed: 7).isEmpty)
    #expect(watch.void(among: [long, short], elapsed: 8).isEmpty)
    for second in 9..<14 { #expect(watch.void(among: [long, short], elapsed: Double(second)).isEmpty) }
    #expect(watch.void(among: [long, short], elapsed: 14) == [short])
  }

  @Test func `nobody's lease is not void`() {
    var watch = LeaseWatch()
    for second in 0..<60 { #expect(watch.void(among: [lease(process: nil)], elapsed: Double(second)).isEmpty) }
  }

  @Test func `a process that is known to have ended is not waited for, one that lives is`() {
    var watch = LeaseWatch()
    let dead = lease("worker/a", process: ProcessIdentity.ended)
    let living = lease("worker/b", process: ProcessIdentity.current.description)
    #expect(watch.void(among: [dead, living], elapsed: 0) == [dead])
    #expect(dead.holderHasEnded && !living.holderHasEnded)
    #expect(!dead.seemsAlive(at: .distantPast) && living.seemsAlive(at: .distantFuture))
  }

  @Test func `one who cannot be told to live or not seems alive for twice the duration, as clocks go`() throws {
    let now = try time("2026-05-19 12:00")
    let elsewhere = lease(renewedAt: now)
    for (seconds, isAlive) in [(0.0, true), (29, true), (30, false), (-29, true), (-31, false)] {
      #expect(elsewhere.seemsAlive(at: now.addingTimeInterval(seconds)) == isAlive)
    }
    #expect(!lease(process: nil, renewedAt: now).seemsAlive(at: now))
  }
}
