// Small file systems of a test's own, for disks that are full, read-only or gone.

import Foundation
import Glibc

/// A kind of file system on a loop device.
package enum LoopFileSystem: String, Sendable, CaseIterable {
  case ext4, btrfs

  /// Whether this machine and user can make one at all.
  package static var isAvailable: Bool { ext4.isAvailable }

  /// Whether this machine and user can make one of this kind.
  package var isAvailable: Bool { LoopFileSystem.mayMount && program != nil }

  fileprivate var program: String? {
    ["/usr/sbin", "/sbin", "/usr/bin"].map { "\($0)/mkfs.\(rawValue)" }.first { access($0, X_OK) == 0 }
  }

  /// Root, with the capability to mount (bit 21, CAP_SYS_ADMIN), loop devices, and a kernel that has a free one.
  private static let mayMount: Bool = {
    guard geteuid() == 0, let status = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8),
      let line = status.split(separator: "\n").first(where: { $0.hasPrefix("CapEff:") }),
      let capabilities = UInt64(line.dropFirst(7).trimmingCharacters(in: .whitespaces), radix: 16),
      capabilities & 1 << 21 != 0
    else { return false }
    let control = open("/dev/loop-control", O_RDWR | O_CLOEXEC)
    guard control >= 0 else { return false }
    defer { close(control) }
    let freeDevice = ioctl(control, 0x4c82)
    return freeDevice >= 0 && access("/dev/loop\(freeDevice)", R_OK | W_OK) == 0
  }()
}

/// Makes a file system in an image file, mounts it, gives `body` the mount point, and takes all away afterwards.
///
/// `options` go to mkfs (`-N 64` makes an ext4 that soon has no free inode), `mountOptions` to `mount -o`. btrfs needs at
/// least 110 MiB.
@discardableResult
package func withLoopFileSystem<Result>(
  _ type: LoopFileSystem,
  sizeMiB: Int = 64,
  options: [String] = [],
  mountOptions: String? = nil,
  isolation: isolated (any Actor)? = #isolation,
  _ body: (String) async throws -> Result
) async throws -> Result {
  guard let program = type.program else { throw ToolError(message: "there is no mkfs.\(type.rawValue)") }
  return try await withScratchDirectory("loop") { scratch in
    let image = scratch.path("image")
    let mountPoint = try scratch.makeDirectory("mount")
    guard FileManager.default.createFile(atPath: image, contents: nil), truncate(image, off_t(sizeMiB) << 20) == 0
    else {
      throw FileError("truncate", RawPath(image))
    }
    let quiet = type == .ext4 ? ["-q", "-F"] : ["-q", "-f"]
    try await runTool(program, quiet + options + [image]).check()
    let device = try await attach(image)
    let mounted = try await runTool(
      "mount", ["-t", type.rawValue] + (mountOptions.map { ["-o", $0] } ?? []) + [device, mountPoint])
    // While it is mounted this only marks the device, to be freed when it is unmounted, by whom ever and whenever.
    try await runTool("losetup", ["-d", device]).check()
    try mounted.check()
    let result: Result
    do {
      result = try await body(mountPoint)
    } catch {
      try await unmount(mountPoint)
      throw error
    }
    try await unmount(mountPoint)
    return result
  }
}

/// Takes all room of the file system at a mount point but `spare` bytes, with a file whose path this gives.
///
/// The last blocks are taken one by one, as more at once may find no room where one does; and a file system that wrote
/// its journal meanwhile has what it held back for that again.
package func fillFileSystem(at mountPoint: String, butFor spare: Int = 0) async throws -> String {
  let filling = """
    cd "$1" || exit 1
    head -c "$2" /dev/zero > spare
    for turn in 1 2 3; do
      cat /dev/zero >> filler
      dd if=/dev/zero bs=512 oflag=append conv=notrunc of=filler
      sync -f filler
    done
    rm spare
    sync -f filler
    """
  _ = try await runTool("/bin/sh", ["-c", filling, "sh", mountPoint, "\(spare)"])
  return "\(mountPoint)/filler"
}

/// A loop device for an image; tries again, as another process may take the free one first.
private func attach(_ image: String) async throws -> String {
  var last: ToolResult?
  for _ in 0..<20 {
    let result = try await runTool("losetup", ["--find", "--show", image])
    if result.succeeded { return result.stdout.trimmingCharacters(in: .whitespacesAndNewlines) }
    last = result
  }
  throw ToolError(message: "no loop device for \(image): \(last?.description ?? "")")
}

/// Unmounts, waiting a while for those who still use the file system; then takes it out of sight whoever does.
private func unmount(_ mountPoint: String) async throws {
  do {
    try await poll(until: 5, every: 0.05, "\(mountPoint) to be free") {
      try await runTool("umount", [mountPoint]).succeeded
    }
  } catch let error as PollTimeout {
    try await runTool("umount", ["--lazy", mountPoint]).check()
    throw ToolError(message: "still in use after the test: \(error)")
  }
}
