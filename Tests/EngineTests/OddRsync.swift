// Programs in rsync's place, for faults that rsync itself has seldom.

import Foundation
import Support

/// Programs to be used as rsync that now and then do something else.
enum OddRsync {
  /// For this side, with shell commands for surveys, for transfers of listed names, and for all: unless they exit, rsync
  /// runs after them. `$last` is where rsync is to put things.
  static func here(
    in scratch: ScratchDirectory, survey: String = ":", transfer: String = ":", always: String = ":"
  ) throws -> String {
    try scratch.write(
      """
      #!/bin/sh
      # Test only: rsync, but for what follows.
      [ "$1" = --version ] && exec rsync "$@"
      for last do :; done
      last=${last%/}
      \(always)
      case " $* " in
      *' --dry-run '*)
      \(survey)
      ;;
      *' --files-from='*)
      \(transfer)
      ;;
      esac
      exec rsync "$@"

      """, to: "odd-rsync-\(UUID().uuidString.prefix(8))", mode: 0o755)
  }

  /// For the other side, with shell commands for lists that pobsync reads itself, and for transfers of listed names.
  static func there(in scratch: ScratchDirectory, list: String = ":", transfer: String = ":") throws -> String {
    try scratch.write(
      """
      #!/bin/sh
      # Test only: rsync, but for what follows.
      case " $* " in
      *' --files-from='*)
      \(transfer)
      ;;
      *e.iLsfxC' '*)
      \(list)
      ;;
      esac
      exec rsync "$@"

      """, to: "odd-rsync-\(UUID().uuidString.prefix(8))", mode: 0o755)
  }
}
