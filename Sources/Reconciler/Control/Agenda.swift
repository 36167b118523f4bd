// The agenda: when each host has to be looked at again though nothing happens to it, the earliest first.

import Foundation
import Spec

/// A time for each of many hosts, of which those that have come are taken at the cost of these alone.
struct Agenda {
  private struct Entry {
    let at: Date
    let host: HostName
  }

  /// A binary heap. It may hold entries that are out of date, but not as the first.
  private var heap: [Entry] = []
  private var times: [HostName: Date] = [:]

  /// The earliest time.
  var next: Date? { heap.first?.at }

  /// Sets a host's time, or with nil takes the host off.
  mutating func set(_ host: HostName, at date: Date?) {
    guard times[host] != date else { return }
    times[host] = date
    if let date { push(Entry(at: date, host: host)) }
    // What is out of date must not outgrow what is not.
    if heap.count > 2 * times.count + 64 { rebuild() }
    dropOutdated()
  }

  /// Takes the hosts whose time has come.
  mutating func take(until now: Date) -> Set<HostName> {
    var due: Set<HostName> = []
    while let first = heap.first, first.at <= now {
      times[first.host] = nil
      due.insert(first.host)
      dropOutdated()
    }
    return due
  }

  private mutating func dropOutdated() {
    while let first = heap.first, times[first.host] != first.at { pop() }
  }

  private mutating func rebuild() {
    heap = []
    for (host, date) in times { push(Entry(at: date, host: host)) }
  }

  private mutating func push(_ entry: Entry) {
    heap.append(entry)
    var child = heap.count - 1
    while child > 0 {
      let parent = (child - 1) / 2
      guard heap[child].at < heap[parent].at else { return }
      heap.swapAt(child, parent)
      child = parent
    }
  }

  private mutating func pop() {
    let last = heap.removeLast()
    guard !heap.isEmpty else { return }
    heap[0] = last
    var parent = 0
    while true {
      let children = [2 * parent + 1, 2 * parent + 2].filter { $0 < heap.count }
      guard let least = children.min(by: { heap[$0].at < heap[$1].at }), heap[least].at < heap[parent].at else {
        return
      }
      heap.swapAt(parent, least)
      parent = least
    }
  }
}
