// Why a snapshot is made with `link_dest` although its host has the strategy `clone`. Nothing is wrong with it then.

import Glibc
import Spec

enum CloneObstacle: Error, Sendable, Hashable {
  /// An extra argument with which a survey would not tell exactly what differs.
  case argument(String)
  /// rsync could not read everything, so that it left out what has been deleted.
  case surveyPartial(String)
  /// rsync did not manage to survey, or to be told which files to transfer.
  case refused(String)
  case notUnderstood(String)
  /// A directory of the source is a symbolic link in the base, through which rsync looked for what is in it.
  case linkBecameDirectory(TreePath)
  /// What is said to be another name of a file is one of something that differs by itself.
  case leaderUnclear(TreePath)
  /// The base is not what it was when it was cloned.
  case baseChanged
  /// Directories that do not tell the inode numbers of what is in them, as on overlays.
  case inodesUntold
  case noHardLinks(String)
  /// Something that this account may not do, as it may be where that is not root's.
  case noAccess(String)
  /// A name that the backup root's file system does not take. What else there is comes with `link_dest`, which tells.
  case nameTooLong(String)
  /// So much differs that it is as well transferred at once.
  case tooMuch

  /// Whether an operator should be told.
  var isRemarkable: Bool { self != .tooMuch }

  /// For files that cannot be hard-linked, and directories that cannot be entered or given to their owners.
  /// - Returns: nil for errors that `link_dest` would meet as well.
  init?(_ error: any Error) {
    switch error {
    case let obstacle as CloneObstacle: self = obstacle
    case let error as DiskError
    where error.operation == TreeClone.linking
      && [EXDEV, EPERM, EOPNOTSUPP, ENOTSUP, ENOSYS, EMLINK].contains(error.code):
      self = .noHardLinks("\(error)")
    // Labels and lists of other file systems and systems, which not everything takes that has them.
    case let error as DiskError
    where error.operation == AttributeCopier.attributes && !error.isOutOfSpace && error.code != EIO:
      self = .noAccess("\(error)")
    case let error as DiskError where [EACCES, EPERM].contains(error.code): self = .noAccess("\(error)")
    case let error as DiskError where error.code == ENAMETOOLONG: self = .nameTooLong("\(error)")
    default: return nil
    }
  }
}

extension CloneObstacle: CustomStringConvertible {
  /// Continues "made with link_dest: ".
  var description: String {
    switch self {
    case .argument(let argument): "with \(argument.quoted) in `extra_args`, a survey is not exact"
    case .surveyPartial(let note): "the survey could not read everything (\(note))"
    case .refused(let why): "rsync did not do what the clone strategy asks of it (\(why))"
    case .notUnderstood(let line): "the survey said \(line.quoted), which is not understood"
    case .linkBecameDirectory(let path): "\(path) is a directory now, and was a symbolic link in the base"
    case .leaderUnclear(let path): "the survey is not clear about the hard links of \(path)"
    case .baseChanged: "somebody has changed the base meanwhile"
    case .inodesUntold: "directories of the backup root do not tell the inode numbers of their files"
    case .noHardLinks(let why), .noAccess(let why), .nameTooLong(let why): why
    case .tooMuch: "nearly everything differs from the base"
    }
  }
}
