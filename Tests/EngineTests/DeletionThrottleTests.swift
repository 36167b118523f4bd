// The throttle of deletions, in virtual time.

import Testing

@testable import Engine

struct DeletionThrottleTests {
  /// A clock that goes on while somebody sleeps.
  private final class Time: Sendable {
    let now = Locked(0.0)
    let naps = Locked(0)

    var elapsed: ElapsedClock { ElapsedClock { self.now.with { $0 } } }

    func sleep(_ seconds: Double) {
      now.with { $0 += seconds }
      naps.with { $0 += 1 }
    }
  }

  @Test(arguments: [1, 7, 100, 2000, 50_000]) func `no more files go in a second than it allows`(_ rate: Int) {
    let time = Time()
    let throttle = DeletionThrottle(rate: rate, elapsed: time.elapsed, sleep: { time.sleep($0) })
    for _ in 0..<(rate * 5) { _ = throttle.goesOn() }
    let took = time.now.with { $0 }
    #expect(took > 3.9 && took < 5.2, "\(took) s for what may go in 5")
    #expect(throttle.total == rate * 5)
  }

  @Test func `time that the deletions themselves take is not waited for again`() {
    let time = Time()
    let throttle = DeletionThrottle(rate: 100, elapsed: time.elapsed, sleep: { time.sleep($0) })
    for _ in 0..<100 {
      time.now.with { $0 += 0.02 }
      _ = throttle.goesOn()
    }
    #expect(time.naps.with { $0 } == 0)
  }

  @Test func `nothing is deleted while something else needs the disk, and then it goes on`() {
    let time = Time()
    let throttle = DeletionThrottle(
      rate: 1000, elapsed: time.elapsed, sleep: { time.sleep($0) }, makesWay: { time.now.with { $0 } < 3600 })
    #expect(throttle.goesOn())
    #expect(time.now.with { $0 } >= 3600, "not even the first")
    for _ in 0..<1000 { _ = throttle.goesOn() }
    #expect(time.now.with { $0 } < 3602)
  }

  @Test func `it is stopped at once, also while it makes way`() {
    let time = Time()
    let throttle = DeletionThrottle(
      rate: 1, elapsed: time.elapsed, sleep: { time.sleep($0) }, makesWay: { true },
      isStopped: { time.now.with { $0 } > 10 })
    #expect(!throttle.goesOn())
    #expect(time.now.with { $0 } < 11)
  }

  @Test func `it tells how far it is`() {
    let time = Time()
    let told = Locked<[Int]>([])
    let throttle = DeletionThrottle(
      rate: 200, elapsed: time.elapsed, sleep: { time.sleep($0) }, report: { count in told.with { $0.append(count) } })
    for _ in 0..<100 { _ = throttle.goesOn() }
    #expect(told.with { $0 } == [11, 21, 31, 41, 51, 61, 71, 81, 91])
  }
}
