// What is wrong, in a few words: the verdict for checks that watch over pobsync.

package import Foundation
import Spec

extension StatusReport {
  /// What has to be looked at, a line each; none if all is well.
  ///
  /// - Parameter maxSilence: for how long there may be no controller, in seconds. Nobody judges hosts meanwhile, so that
  ///   late ones would not be seen.
  package func problems(maxSilence: TimeInterval = 0) -> [String] {
    var problems: [String] = []
    if let problem = backupRoot.problem { problems.append(problem) }
    if !backupRoot.isAdopted {
      problems.append("the backup root is not adopted, so that nothing is pruned: `pobsync adopt`")
    }
    if let controller = service.controller {
      let silence = at.timeIntervalSince(controller.heardAt)
      if !controller.isAlive, silence > maxSilence {
        problems.append("no controller is running; one was last heard of \(silence.shownAsAge) ago")
      }
    } else {
      problems.append("no controller has ever run: start `pobsync run`")
    }
    let lists = [(failed, "failed"), (lateOnly, "late"), (waitingOnly, "waiting for a person")]
    for (hosts, what) in lists where !hosts.isEmpty {
      let names = hosts.prefix(3).map(\.host.description) + (hosts.count > 3 ? ["…"] : [])
      problems.append("\(hosts.count) \(what): \(names.joined(separator: ", "))")
    }
    return problems
  }
}

extension StatusReport {
  /// Hosts that are late and have not failed.
  package var lateOnly: [HostTrouble] { withoutFailed(late) }
  /// Hosts that wait for a person and have not failed.
  package var waitingOnly: [HostTrouble] { withoutFailed(waiting) }

  private func withoutFailed(_ troubles: [HostTrouble]) -> [HostTrouble] {
    let failed = Set(failed.map(\.host))
    return troubles.filter { !failed.contains($0.host) }
  }
}

extension TimeInterval {
  /// A length of time to two units, for people: `45s`, `12m 05s`, `3h 04m`, `2d 3h`.
  package var shownAsAge: String {
    let seconds = Swift.max(0, Int(clamping: Int64(rounded())))
    func padded(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    switch seconds {
    case ..<60: return "\(seconds)s"
    case ..<3600: return "\(seconds / 60)m \(padded(seconds % 60))s"
    case ..<86_400: return "\(seconds / 3600)h \(padded(seconds / 60 % 60))m"
    default: return "\(seconds / 86_400)d \(seconds / 3600 % 24)h"
    }
  }
}
