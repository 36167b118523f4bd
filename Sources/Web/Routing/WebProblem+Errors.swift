// Errors of the lower rooms as problems: in one place it is said which of them a person can put right.

import Engine
import HTTPTypes
import Reconciler
import Spec
import Store

extension WebProblem {
  /// Gives nil for what is nobody's business but the log's.
  init?(of error: any Error) {
    switch error {
    case let error as Diagnostics:
      self.init(
        .unprocessableContent, "invalid_spec",
        error.items.count == 1 ? "The spec is wrong" : "The spec is wrong in \(error.items.count) places",
        diagnostics: error.items)
    case let error as StoreError:
      guard let status = Self.status(of: error.code) else { return nil }
      self.init(status, error.code.rawValue, error.message.asSentence, remedy: error.remedy)
    case let error as InvalidText: self.init(.unprocessableContent, "invalid_value", error.description.asSentence)
    case let error as UnfitPassword: self.init(.unprocessableContent, "unfit_password", error.description.asSentence)
    case let error as PlanFileError: self.init(.conflict, "plan", error.description.asSentence)
    case is UnknownHost, is UnknownSnapshot: self.init(.notFound, "not_found", "\(error)".asSentence)
    default:
      guard let code = Self.conflict(error) else { return nil }
      self.init(.conflict, code, "\(error)".asSentence)
    }
  }

  private static func status(of code: StoreError.Code) -> HTTPResponse.Status? {
    switch code {
    case .unknownResource, .unknownAccount, .unknownToken: .notFound
    case .stillReferenced, .missingReference, .conflict, .tooManyRemovals, .removalPrevented, .stalePlan, .refused,
      .accountExists, .accountDisabled, .lastAdmin, .tokenExists:
      .conflict
    case .needsAdmin: .forbidden
    case .locked, .connectionLost: .serviceUnavailable
    default: nil
    }
  }

  /// What stands in the way of what was asked for, and in whose own words that is told.
  private static func conflict(_ error: any Error) -> String? {
    switch error {
    case is NotAdopted: "not_adopted"
    case is RequestRefused: "refused"
    case is BackupRootUnusable, is BackupRootError: "backup_root_unusable"
    case is HostBusy: "host_busy"
    case is DirectoryOfAnother: "directory_of_another"
    case is DirectoryMissing: "directory_missing"
    case is DirectoryOccupied: "directory_occupied"
    case is UndeleteError: "undelete"
    case is RemovalObjection: "removal_objection"
    case is SSHToolFailure: "ssh_tool_failed"
    case is DeliveryFailure: "delivery_failed"
    case is LeaseLost: "lease_lost"
    case is DiskError: "disk"
    default: nil
    }
  }
}

extension String {
  /// With a capital letter at its start, unless it starts with a path or a name.
  fileprivate var asSentence: String {
    guard let first, first.isLetter, let word = split(separator: " ").first,
      word.allSatisfy({ $0.isLetter || $0 == "," })
    else { return self }
    return first.uppercased() + dropFirst()
  }
}
