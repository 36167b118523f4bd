// The "did you mean" of every message about a name that nobody knows.

/// The candidate that `word` is most likely a slip of, or nil when nothing is near.
///
/// Near means at most one slip for each three letters (and one for a shorter word), where a slip is a letter added,
/// left out, replaced, or swapped with its neighbour. Case is no slip. Of two candidates equally near, the one that
/// sorts first wins, so that a message is the same on every run.
package func nearest(to word: String, among candidates: some Sequence<String>) -> String? {
  let letters = Array(word.lowercased())
  let limit = max(1, letters.count / 3)
  var best: (distance: Int, name: String)?
  for candidate in candidates {
    let other = Array(candidate.lowercased())
    guard abs(other.count - letters.count) <= limit else { continue }
    let distance = slips(from: letters, to: other)
    guard distance <= limit else { continue }
    if let best, (best.distance, best.name) <= (distance, candidate) { continue }
    best = (distance, candidate)
  }
  return best?.name
}

/// The Damerau-Levenshtein distance in its "optimal string alignment" form: no letter is edited twice.
private func slips(from source: [Character], to target: [Character]) -> Int {
  // Three rows of the usual table are enough: a swap looks back two rows, everything else one.
  var beforeLast: [Int] = []
  var last = Array(0...target.count)
  for (row, letter) in source.enumerated() {
    var current = [row + 1]
    for (column, other) in target.enumerated() {
      var cost = min(last[column + 1] + 1, current[column] + 1, last[column] + (letter == other ? 0 : 1))
      if row > 0, column > 0, letter == target[column - 1], source[row - 1] == other {
        cost = min(cost, beforeLast[column - 1] + 1)
      }
      current.append(cost)
    }
    (beforeLast, last) = (last, current)
  }
  return last[target.count]
}
