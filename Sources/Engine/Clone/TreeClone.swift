// Clones of trees: every directory is made anew, and everything else becomes one more hard link to what is there.

import Foundation
import Glibc

/// Makes a second tree of the same files: what `cp -al` does, by directory descriptors and with several threads.
///
/// No symbolic link is followed, in either tree, and no file is opened. Directories get owner, mode, ACLs, attributes and
/// time of modification of their models.
struct TreeClone: Sendable {
  struct Outcome: Sendable, Hashable {
    var directories = 0
    var linked = 0
    /// Files that have as many links as the file system allows, and so were copied.
    var copied = 0
    /// Directories in which their owner may not work, with the mode that they are still to get; till then they can be
    /// worked in.
    var restricted: [TreePath: mode_t] = [:]
  }

  /// The operation of the errors that say that a file cannot be hard-linked.
  static let linking = "hard-link into the clone"

  let source: String
  let destination: String
  let threads: Int

  /// - Parameters:
  ///   - source: the tree to clone, which is only read.
  ///   - destination: an empty directory.
  ///   - threads: how many work at it.
  init(of source: String, to destination: String, threads: Int = TreeClone.usualThreads) {
    self.source = source
    self.destination = destination
    self.threads = max(1, threads)
  }

  static let usualThreads = max(1, min(4, ProcessInfo.processInfo.activeProcessorCount))

  /// Makes the clone on threads of its own. What was made when an error came, or the task was cancelled, is left.
  ///
  /// - Throws: `DiskError`, `CancellationError`.
  func run() async throws -> Outcome {
    let work = CloneWork()
    return try await withTaskCancellationHandler {
      try await blocking { try run(work) }
    } onCancel: {
      work.stop(CancellationError())
    }
  }

  private func run(_ work: CloneWork) throws -> Outcome {
    try checkFileSystems()
    work.add(PathList([.root]))
    // The survey is waited for as well, and is what takes longest: it goes first.
    var started = 0
    for _ in 0..<threads {
      work.enter()
      let isStarted = DedicatedThread.start(niceness: 10) {
        carryOut(work)
        work.leave()
      }
      if isStarted { started += 1 } else { work.leave() }
    }
    if started == 0 { carryOut(work) }
    work.waitForThreads()
    let outcome = try work.outcome()
    let copies = work.copies
    if !copies.isEmpty { try mendGroups(copies) }
    return outcome
  }

  /// Hard links end at the border of a file system, which the first link would tell after much else was done.
  private func checkFileSystems() throws(DiskError) {
    var (model, place) = (stat(), stat())
    guard lstat(source, &model) == 0 else { throw DiskError("look at", source) }
    guard lstat(destination, &place) == 0 else { throw DiskError("look at", destination) }
    guard model.st_dev == place.st_dev else { throw DiskError(Self.linking, source, code: EXDEV) }
  }

  private func carryOut(_ work: CloneWork) {
    do {
      let worker = try CloneWorker(self, work)
      while let paths = work.take() {
        try worker.clone(paths)
        work.finish()
      }
      work.add(worker.outcome)
    } catch {
      work.stop(error)
    }
  }

  /// Makes the other names of files that had to be copied names of the copy as well, as they are names of one file in the
  /// model.
  ///
  /// - Parameter copies: the paths of the copies, by the inode numbers of what was copied.
  private func mendGroups(_ copies: [UInt64: TreePath]) throws {
    var names: [(path: TreePath, copy: TreePath)] = []
    try TreeWalk.visit(destination) { directory, entry in
      if let copy = copies[entry.inode] { names.append((directory.appending(entry.name), copy)) }
    }
    let (edit, copied) = (try TreeEdit(destination), try Descent(destination))
    for (path, copy) in names {
      let place = "\(destination)/\(path)"
      guard let directory = try edit.directory(path.parent), let home = try copied.directory(copy.parent) else {
        throw DiskError("find again", place, code: ENOENT)
      }
      guard unlinkat(directory, path.name.cName, 0) == 0,
        linkat(home, copy.name.cName, directory, path.name.cName, 0) == 0
      else { throw DiskError(Self.linking, place) }
    }
    try edit.finish()
  }
}

/// What the threads of one clone share: directories that nobody has taken yet, and what came of the others.
private final class CloneWork: @unchecked Sendable {
  // Sendable although it holds mutable state, because that state is reached only while the condition is locked.
  private let condition = NSCondition()
  private var queue: [PathList] = []
  /// Threads that have taken something and not finished it.
  private var active = 0
  private var idle = 0
  /// Threads that have not come to their end.
  private var threads = 0
  private var error: (any Error)?
  private var total = TreeClone.Outcome()
  private var known: [UInt64: TreePath] = [:]

  private func locked<Result>(_ body: () throws -> Result) rethrows -> Result {
    condition.lock()
    defer { condition.unlock() }
    return try body()
  }

  func enter() { locked { threads += 1 } }

  func leave() {
    locked {
      threads -= 1
      condition.broadcast()
    }
  }

  func waitForThreads() {
    locked { while threads > 0 { condition.wait() } }
  }

  func add(_ paths: PathList) {
    locked {
      queue.append(paths)
      condition.signal()
    }
  }

  /// Waits for something to do.
  /// - Returns: nil once there is nothing left.
  func take() -> PathList? {
    locked {
      idle += 1
      defer { idle -= 1 }
      while queue.isEmpty, active > 0, error == nil { condition.wait() }
      guard error == nil, let paths = queue.popLast() else {
        condition.broadcast()
        return nil
      }
      active += 1
      return paths
    }
  }

  /// What was taken is done.
  func finish() {
    locked {
      active -= 1
      if active == 0 { condition.broadcast() }
    }
  }

  /// Whether a thread waits for something to do that nobody has offered yet.
  var isWanting: Bool { locked { idle > queue.count } }

  var isStopped: Bool { locked { error != nil } }

  /// Ends it all; the first error counts.
  func stop(_ error: any Error) {
    locked {
      self.error = self.error ?? error
      condition.broadcast()
    }
  }

  func add(_ outcome: TreeClone.Outcome) {
    locked {
      total.directories += outcome.directories
      total.linked += outcome.linked
      total.copied += outcome.copied
      total.restricted.merge(outcome.restricted) { $1 }
    }
  }

  func outcome() throws -> TreeClone.Outcome {
    try locked {
      if let error { throw error }
      return total
    }
  }

  var copies: [UInt64: TreePath] { locked { known } }

  /// Gives the copy of a file, which is made by `body` the first time. One thread at a time copies.
  func copy(of inode: UInt64, _ body: (_ known: TreePath?) throws(DiskError) -> TreePath) throws(DiskError) {
    condition.lock()
    defer { condition.unlock() }
    known[inode] = try body(known[inode])
  }
}

/// One thread's part in a clone.
private final class CloneWorker {
  private(set) var outcome = TreeClone.Outcome()
  private let trees: TreeClone
  private let work: CloneWork
  private let source: Descent
  private let destination: Descent
  private let copies: Descent
  private let scan = DirectoryScan()
  private let attributes = AttributeCopier()
  /// Directories that are made and still empty.
  private var pending = PathList()
  /// After so many entries of a directory it is asked again whether to go on.
  private static let patience = 512

  init(_ trees: TreeClone, _ work: CloneWork) throws(DiskError) {
    self.trees = trees
    self.work = work
    source = try Descent(trees.source)
    destination = try Descent(trees.destination)
    copies = try Descent(trees.destination)
  }

  /// Fills directories, and all below them but for what others want to do.
  func clone(_ paths: PathList) throws(DiskError) {
    pending = paths
    while let path = pending.popLast(), !work.isStopped {
      try fill(path)
      if pending.count > 0, work.isWanting { work.add(pending.takeFirstHalf()) }
    }
  }

  private func fill(_ path: TreePath) throws(DiskError) {
    let place = "\(trees.destination)/\(path)"
    guard let model = try source.directory(path) else {
      throw DiskError("find again", "\(trees.source)/\(path)", code: ENOENT)
    }
    guard let directory = try destination.directory(path) else { throw DiskError("find again", place, code: ENOENT) }
    var status = stat()
    guard fstat(model, &status) == 0 else { throw DiskError("look at", "\(trees.source)/\(path)") }
    scan.begin(model)
    var count = 0
    while let entry = try scan.next(in: "\(trees.source)/\(path)") {
      count += 1
      if count % Self.patience == 0, work.isStopped { return }
      if entry.isDirectory(in: model) {
        guard mkdirat(directory, entry.name, 0o700) == 0 else {
          throw DiskError("create the directory", "\(trees.destination)/\(path.appending(entry.name))")
        }
        pending.append(path.appending(entry.name))
      } else if linkat(model, entry.name, directory, entry.name, 0) == 0 {
        outcome.linked += 1
      } else {
        guard errno == EMLINK else {
          throw DiskError(TreeClone.linking, "\(trees.source)/\(path.appending(entry.name))")
        }
        try copy(entry.name, from: model, to: directory, path.appending(entry.name))
      }
    }
    let mode = try attributes.complete(directory, like: model, status, place: place)
    if let mode { outcome.restricted[path] = mode }
    outcome.directories += 1
  }

  /// Copies what has no room for another link. Its other names become names of the copy.
  private func copy(
    _ name: UnsafePointer<CChar>, from model: Int32, to directory: Int32, _ path: TreePath
  ) throws(DiskError) {
    let place = "\(trees.destination)/\(path)"
    var status = stat()
    guard fstatat(model, name, &status, AT_SYMLINK_NOFOLLOW) == 0 else { throw DiskError("look at", place) }
    try work.copy(of: UInt64(status.st_ino)) { known throws(DiskError) in
      if let known, let home = try copies.directory(known.parent),
        linkat(home, known.name.cName, directory, name, 0) == 0
      {
        outcome.linked += 1
        return known
      }
      try FileCopy(attributes).copy(name, status, from: model, to: directory, place: place)
      outcome.copied += 1
      return path
    }
  }
}
