// Why a host's own list of its files is of no use.

import Spec

/// What has ended the reading of a list.
enum ListingFault: Error, Sendable, Hashable {
  /// It ended before all was said.
  case ended
  /// Nothing came for as long as the host's `rsync.timeout` allows.
  case timedOut
  /// Something came that is not known here, or is not as it has to be.
  case notUnderstood(String)
  /// There is more of something than is worth its room.
  case tooMuch(String)
}

extension ListingFault: CustomStringConvertible {
  /// Continues "the host's list of files was of no use: ".
  var description: String {
    switch self {
    case .ended: "it ended early"
    case .timedOut: "it came to a halt"
    case .notUnderstood(let what): "\(what.printable(limit: 200)) is not understood"
    case .tooMuch(let what): "there are too many \(what)"
    }
  }
}
