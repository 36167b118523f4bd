// Watching a directory of specs: when what is seen there is to be read. A pure value; others look and act.

package import Spec

/// Tells from look to look whether there is something to act on. What is half-written, as in the middle of a checkout,
/// looks different at the next look; only what two looks in a row have seen alike counts.
package struct SpecDirectoryWatch: Sendable {
  private var last: SpecDirectorySight?
  private var isTaken = false

  package init() {}

  /// Takes a look.
  /// - Returns: whether what is there stands still and was not acted on yet.
  package mutating func see(_ sight: SpecDirectorySight) -> Bool {
    guard sight == last else {
      last = sight
      isTaken = false
      return false
    }
    return !isTaken
  }

  /// Notes that what was seen last has been acted on.
  package mutating func take() { isTaken = true }

  /// Has what was seen last acted on once more.
  package mutating func takeAgain() { isTaken = false }
}
