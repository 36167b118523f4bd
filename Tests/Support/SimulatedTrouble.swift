// Trouble: what befalls a simulated fleet, as a list of events that are drawn one after the other.

import Foundation
import Spec

/// Something that happens to a fleet from without.
package enum SimulatedTrouble: Sendable, CaseIterable {
  case workerDies, workerFreezes, workerLeaves
  case controllerDies, controllerFreezes, controllerResigns
  case machineStops
  case clockIsSet
  case hostChanges
  case rootGoes
  case handsOnDisk
  case hostIsLocked
  case specIsEdited
  case pause, suspension
  case request
  case cancellation

  /// What happens more often than the rest.
  private static let usual: [SimulatedTrouble] = [.hostChanges, .hostChanges, .specIsEdited, .request, .workerDies]

  package static func any(_ random: inout SeededGenerator) -> SimulatedTrouble {
    let all = allCases + usual
    return all[Int.random(in: all.indices, using: &random)]
  }
}
