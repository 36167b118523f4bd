// A remote rsync that stops where a test wants it to, so that the test can act in the middle of a transfer.

import Foundation
import Glibc

/// A script to be used as the remote rsync program: it says that it has started, holds until it is let go, and goes on.
///
/// It holds before rsync runs, or after a number of bytes have gone to the client. It ends by itself when the connection does,
/// and after a minute.
package struct HeldRsync: Sendable {
  /// The script's path, for `--rsync-path`.
  package let path: String
  private let directory: String

  /// Writes the script into a new directory of the scratch directory.
  package init(in scratch: ScratchDirectory, afterBytes bytes: Int? = nil, rsync: String = "rsync") throws {
    let name = "held-rsync-\(UUID().uuidString.prefix(8))"
    directory = try scratch.makeDirectory(name)
    let run = bytes.map { bytes in
      """
      { \(rsync) "$@"; echo $? >"$here/status"; } | { stdbuf -o0 head -c \(bytes); hold; cat; }
      exit "$(cat "$here/status")"
      """
    }
    path = try scratch.write(
      """
      #!/bin/sh
      # Test only: rsync that holds until there is a file "go".
      here='\(directory)'
      client=$PPID
      hold() {
        : >"$here/holding"
        tries=0
        while [ ! -e "$here/go" ]; do
          tries=$((tries + 1))
          [ $tries -le 1200 ] && kill -0 "$client" 2>/dev/null || exit 75
          sleep 0.05
        done
      }
      printf '%s\\n' "$@" >"$here/arguments"
      \(run ?? "hold\nexec \(rsync) \"$@\"")

      """, to: "\(name)/remote-rsync", mode: 0o755)
  }

  /// Whether the script is holding, or was.
  package var isHolding: Bool { access("\(directory)/holding", F_OK) == 0 }

  /// The arguments it was started with; empty before.
  package var arguments: [String] {
    let text = (try? String(contentsOfFile: "\(directory)/arguments", encoding: .utf8)) ?? ""
    return text.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map(String.init)
  }

  /// Waits until the script holds.
  package func waitUntilHolding(
    timeout: Double = 60, isolation: isolated (any Actor)? = #isolation
  ) async throws {
    try await poll(until: timeout, "the remote rsync to hold") { isHolding }
  }

  /// Lets the script go on, now or as soon as it would hold.
  package func release() throws {
    guard FileManager.default.createFile(atPath: "\(directory)/go", contents: nil) else {
      throw FileError("create", RawPath("\(directory)/go"))
    }
  }

  /// Makes the next start hold again.
  package func reset() {
    for name in ["go", "holding", "arguments", "status"] { unlink("\(directory)/\(name)") }
  }
}
