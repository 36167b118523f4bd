// A simulated controller process: the real controller, which may die, freeze, and be started again.

package import Foundation
package import Logging
package import Reconciler

/// One controller process.
package final class SimulatedController {
  package let process: String
  package private(set) var isAlive = true
  /// In seconds of elapsed time; until then it stands still.
  package var frozenUntil: Double?
  /// The last round, if it led.
  package private(set) var isLeading = false
  private let controller: Controller
  private let time: SimulatedTime

  package init(_ environment: Environment, time: SimulatedTime, disk: SimulatedDisk, logger: Logger) {
    self.time = time
    process = environment.process
    controller = Controller(environment, disk: disk, logger: logger)
  }

  package var isFrozen: Bool { frozenUntil.map { time.elapsed < $0 } ?? false }

  /// When something falls due for it, by the time of day.
  package var nextDue: Date? {
    get async { isAlive && isLeading ? await controller.nextDue : nil }
  }

  package func die() {
    isAlive = false
    isLeading = false
  }

  /// Gives the lead back, and ends.
  package func resign() async {
    await controller.resign()
    die()
  }

  /// A round, unless it is dead or stands still.
  package func step() async throws -> Controller.Round? {
    guard isAlive, !isFrozen else {
      isLeading = false
      return nil
    }
    frozenUntil = nil
    let round = try await controller.round()
    isLeading = round.isLeading
    return round
  }
}
