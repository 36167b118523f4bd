// The times of the wall clock that a cron expression matches, before any time zone has its say.

extension CronExpression {
  /// How many years to look for a day: 29 February on a given day of the week may take 40 (1888 to 1928, 2088 to 2128).
  private static let searchedYears = 40

  /// The first matching minute at or after a wall time.
  ///
  /// Wall times are seconds since 1970-01-01 00:00 on the wall, as if each day had 86,400 of them.
  func firstWallTime(from wall: Int) -> Int? {
    let minute = -floorDivide(-wall, 60)
    let day = floorDivide(minute, 1_440)
    if matches(day: day), let today = firstMinute(from: minute - day * 1_440) {
      return (day * 1_440 + today) * 60
    }
    guard let later = firstDay(from: day + 1), let start = firstMinute(from: 0) else { return nil }
    return (later * 1_440 + start) * 60
  }

  /// The last matching minute at or before a wall time.
  func lastWallTime(through wall: Int) -> Int? {
    let minute = floorDivide(wall, 60)
    let day = floorDivide(minute, 1_440)
    if matches(day: day), let today = lastMinute(through: minute - day * 1_440) {
      return (day * 1_440 + today) * 60
    }
    guard let earlier = lastDay(through: day - 1), let end = lastMinute(through: 1_439) else { return nil }
    return (earlier * 1_440 + end) * 60
  }

  // MARK: Within a day

  private func firstMinute(from minute: Int) -> Int? {
    let (hour, minute) = minute.quotientAndRemainder(dividingBy: 60)
    if hours.contains(hour), let match = minutes.first(from: minute) { return hour * 60 + match }
    guard let later = hours.first(from: hour + 1), let match = minutes.first(from: 0) else { return nil }
    return later * 60 + match
  }

  private func lastMinute(through minute: Int) -> Int? {
    let (hour, minute) = minute.quotientAndRemainder(dividingBy: 60)
    if hours.contains(hour), let match = minutes.last(through: minute) { return hour * 60 + match }
    guard hour > 0, let earlier = hours.last(through: hour - 1), let match = minutes.last(through: 59) else {
      return nil
    }
    return earlier * 60 + match
  }

  // MARK: Day by day

  private func matches(day count: Int) -> Bool {
    let date = CivilDay(daysSinceEpoch: count)
    return months.contains(date.month) && days(ofMonth: date.month, inYear: date.year).contains(date.day)
  }

  private func firstDay(from count: Int) -> Int? {
    let start = CivilDay(daysSinceEpoch: count)
    for year in start.year...(start.year + Self.searchedYears) {
      var month = year == start.year ? start.month : 1
      while let match = months.first(from: month) {
        let day = year == start.year && match == start.month ? start.day : 1
        if let day = days(ofMonth: match, inYear: year).first(from: day) {
          return CivilDay(year: year, month: match, day: day).daysSinceEpoch
        }
        month = match + 1
      }
    }
    return nil
  }

  private func lastDay(through count: Int) -> Int? {
    let end = CivilDay(daysSinceEpoch: count)
    for year in (end.year - Self.searchedYears...end.year).reversed() {
      var month = year == end.year ? end.month : 12
      while let match = months.last(through: month) {
        let day = year == end.year && match == end.month ? end.day : 31
        if let day = days(ofMonth: match, inYear: year).last(through: day) {
          return CivilDay(year: year, month: match, day: day).daysSinceEpoch
        }
        month = match - 1
      }
    }
    return nil
  }
}
