// The priority at which a thread uses disks.

import CLinux

enum IOPriority {
  /// That of the calling thread, as the kernel writes it: the class, and below 13 bits the level.
  static var current: Int32 { pobsync_io_priority() }

  /// Best effort, the last of eight levels. The class "idle" may be starved for ever by others; besides, a whole file
  /// system waits for whoever holds its journal.
  static let lowest = pobsync_lowest_io_priority()

  /// What `body` does with disks yields to all else that is done with them, where the kernel's scheduler for the disk
  /// knows of priorities.
  static func atLowest(_ body: () -> Void) {
    let former = current
    _ = pobsync_set_io_priority(lowest)
    defer { _ = pobsync_set_io_priority(former) }
    body()
  }
}
