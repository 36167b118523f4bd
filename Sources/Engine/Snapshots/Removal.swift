// Removal: trees are deleted entirely, whatever they are made of, and never by way of a link.

import Foundation
import Glibc
import Synchronization

/// Deletes trees by directory descriptors: no path is resolved twice, no symbolic link is followed, and no other file
/// system is entered.
///
/// Several threads share the work, and use the disk at a low priority. Each goes down into the tree by itself; whenever
/// one has nothing to do, another hands over half of the directories that it would enter next.
package enum TreeRemoval {
  /// Deletes everything in a directory, but not the directory itself. What cannot be deleted does not keep the other
  /// entries from it, wherever in the tree they are; the first such failure is thrown in the end.
  ///
  /// - Parameters:
  ///   - isMeant: whether an entry of this name is to go, if not all are. What is no UTF-8 in a name is U+FFFD here.
  ///   - goingOn: asked before each file and directory, by one thread at a time, and the others wait for that; once it
  ///     says no, the rest is left.
  package static func removeContents(
    of path: String, only isMeant: (String) -> Bool = { _ in true }, while goingOn: (@Sendable () -> Bool)? = nil
  ) throws(DiskError) {
    let top = try DoomedDirectory(at: path)
    defer { top.close() }
    var tasks: [RemovalCrew.Task] = []
    while let entries = try top.nextEntries() {
      tasks.append((top, entries.filter { isMeant(DoomedDirectory.decoded($0.name)) }[...]))
    }
    let crew = RemovalCrew(below: top, tasks, while: goingOn)
    for _ in 1..<threads { Thread.detachNewThread { IOPriority.atLowest { crew.work() } } }
    // This thread works as well: what is done here does not depend on there being others.
    IOPriority.atLowest { crew.work() }
    if let failure = crew.firstFailure { throw failure }
  }

  /// More than most machines have processors to spare, for they often wait: for the disk, for who else changes the same
  /// directory, and for the one journal that a file system has.
  private static let threads = 4

  /// Whether a name is that of something which lay too deep for the open descriptors, and was moved up.
  static func isMovedUp(_ name: String) -> Bool { name.hasPrefix(RemovalCrew.movedUpPrefix) }
}

/// The threads that remove one tree, and what they share.
private final class RemovalCrew: @unchecked Sendable {
  // Sendable although it holds mutable state, because that state is reached only while the lock is held; a directory's
  // own is too, but for what the thread that has opened it reads in it.

  /// Entries to be removed, and the directory that they are in.
  typealias Task = (directory: DoomedDirectory, entries: ArraySlice<DoomedEntry>)

  static let movedUpPrefix = ".deep-"
  /// Each thread has the directories open through which it went down.
  private static let maximumDepth = 50

  private let top: DoomedDirectory
  private let goingOn: (@Sendable () -> Bool)?
  /// How many threads wait for a task. It is read without the lock, to see whether to take it.
  private let idle = Atomic(0)

  /// Held by whoever reads or changes what follows, or `holders` and `isKept` of a directory, or asks `goingOn`.
  private let lock = NSCondition()
  private var tasks: [Task]
  /// How many threads work.
  private var busy = 0
  private var isStopped = false
  private var lastMovedUp = 0
  private var failure: DiskError?

  init(below top: DoomedDirectory, _ tasks: [Task], while goingOn: (@Sendable () -> Bool)?) {
    self.top = top
    self.tasks = tasks
    self.goingOn = goingOn
    top.holders += tasks.count
  }

  var firstFailure: DiskError? { lock.withLock { failure } }

  /// Removes what there is to remove. When it returns, nothing is left to do, and nobody does anything any more.
  func work() {
    lock.lock()
    defer { lock.unlock() }
    while !tasks.isEmpty || busy > 0 {
      guard let task = tasks.popLast() else {
        idle.add(1, ordering: .relaxed)
        lock.wait()
        idle.subtract(1, ordering: .relaxed)
        continue
      }
      busy += 1
      lock.unlock()
      remove(task.entries, of: task.directory)
      release(task.directory)
      lock.lock()
      busy -= 1
    }
    lock.broadcast()
  }

  /// - Returns: false if it is to stop.
  @discardableResult
  private func remove(_ entries: ArraySlice<DoomedEntry>, of directory: DoomedDirectory) -> Bool {
    var rest = entries
    while let entry = rest.first {
      guard goesOn(with: &rest, of: directory) else { return false }
      rest.removeFirst()
      if entry.isDirectory {
        removeDirectory(entry.name, in: directory)
      } else {
        removeFile(entry.name, in: directory)
      }
    }
    return true
  }

  /// Asks whether to go on, and hands over a part of the rest, never its first, if anybody has nothing to do.
  private func goesOn(with rest: inout ArraySlice<DoomedEntry>, of directory: DoomedDirectory) -> Bool {
    if let goingOn {
      let mayGoOn = lock.withLock {
        isStopped = isStopped || !goingOn()
        directory.isKept = directory.isKept || isStopped
        return !isStopped
      }
      guard mayGoOn else { return false }
    }
    if idle.load(ordering: .relaxed) > 0 {
      lock.withLock {
        if idle.load(ordering: .relaxed) > tasks.count, let part = rest.splitOff() { add((directory, part)) }
      }
    }
    return true
  }

  /// To be called with the lock.
  private func add(_ task: Task) {
    task.directory.holders += 1
    tasks.append(task)
    lock.signal()
  }

  private func removeFile(_ name: [CChar], in directory: DoomedDirectory) {
    if unlinkat(directory.descriptor, name, 0) == 0 || errno == ENOENT { return }
    let code = errno
    // Not every file system tells what is a directory.
    if [EISDIR, EPERM, EACCES].contains(code), directory.holdsDirectory(name) {
      removeDirectory(name, in: directory)
    } else {
      fail(DiskError("delete", directory.path(of: name), code: code), in: directory)
    }
  }

  private func removeDirectory(_ name: [CChar], in parent: DoomedDirectory) {
    do throws(DiskError) {
      guard let directory = try parent.opened(name) else { return }
      guard directory.depth <= Self.maximumDepth else {
        directory.close()
        return try moveUp(name, from: parent)
      }
      lock.withLock { parent.holders += 1 }
      defer { release(directory) }
      do throws(DiskError) {
        while let entries = try directory.nextEntries(), remove(entries[...], of: directory) {}
      } catch {
        fail(error, in: directory)
      }
    } catch {
      fail(error, in: parent)
    }
  }

  private func moveUp(_ name: [CChar], from directory: DoomedDirectory) throws(DiskError) {
    let newName = lock.withLock {
      repeat { lastMovedUp += 1 } while top.holds("\(Self.movedUpPrefix)\(lastMovedUp)")
      return Array("\(Self.movedUpPrefix)\(lastMovedUp)".utf8CString)
    }
    guard renameat(directory.descriptor, name, top.descriptor, newName) == 0 else {
      throw DiskError("move up", directory.path(of: name))
    }
    lock.withLock { add((top, [DoomedEntry(inode: 0, isDirectory: true, name: newName)])) }
  }

  /// Notes that something in a directory stays.
  private func fail(_ error: DiskError, in directory: DoomedDirectory) {
    lock.withLock {
      failure = failure ?? error
      directory.isKept = true
    }
  }

  /// Lets go of a directory, which is removed if nobody else holds it.
  private func release(_ directory: DoomedDirectory) {
    var released = directory
    while let parent = released.parent {
      let (isLast, isKept) = lock.withLock {
        released.holders -= 1
        return (released.holders == 0, released.isKept)
      }
      guard isLast else { return }
      released.close()
      if isKept {
        lock.withLock { parent.isKept = true }
      } else if unlinkat(parent.descriptor, released.name, AT_REMOVEDIR) != 0, errno != ENOENT {
        fail(DiskError("delete", parent.path(of: released.name)), in: parent)
      }
      released = parent
    }
  }
}

extension ArraySlice<DoomedEntry> {
  /// Takes away the second half of the directories, which stand last.
  ///
  /// Files are not handed over: two threads that remove from the same directory wait for each other.
  fileprivate mutating func splitOff() -> ArraySlice? {
    guard last?.isDirectory == true, count > 1 else { return nil }
    let directories = reversed().prefix(while: \.isDirectory).count
    let part = suffix(directories < count ? (directories + 1) / 2 : directories / 2)
    removeLast(part.count)
    return part
  }
}
