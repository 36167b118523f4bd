// Metrics as Prometheus reads them: the text format 0.0.4, written from plain values.

import Foundation
import Reconciler

/// All figures of one name.
struct MetricFamily: Sendable {
  enum Kind: String, Sendable {
    case counter, gauge, histogram
  }

  let name: String
  let kind: Kind
  /// A sentence, for people.
  let help: String
  private(set) var samples: [MetricSample] = []

  init(_ name: String, _ kind: Kind, _ help: String) {
    self.name = name
    self.kind = kind
    self.help = help
  }
}

/// One figure.
struct MetricSample: Sendable {
  /// What follows the name of the family, as of the parts of a histogram.
  let suffix: String
  let labels: [MetricLabel]
  let value: Double
}

/// What tells a figure from others of the same name.
struct MetricLabel: Sendable, Hashable {
  let name: String
  let value: String

  init(_ name: String, _ value: some CustomStringConvertible) {
    self.name = name
    self.value = value.description
  }
}

/// How many of something were at most so large, for each of a few bounds.
struct MetricHistogram: Sendable, Hashable {
  let bounds: [Double]
  let cumulative: [Int]
  let count: Int
  let sum: Double

  init(bounds: [Double], cumulative: [Int], count: Int, sum: Double) {
    self.bounds = bounds
    self.cumulative = cumulative
    self.count = count
    self.sum = sum
  }

  init(_ durations: DurationHistogram) {
    self.init(bounds: durations.bounds, cumulative: durations.cumulative, count: durations.count, sum: durations.sum)
  }
}

extension MetricFamily {
  /// A family of one figure.
  init(_ name: String, _ kind: Kind, _ help: String, value: some BinaryInteger) {
    self.init(name, kind, help)
    add(value)
  }

  mutating func add(_ value: some BinaryInteger, _ labels: MetricLabel...) { add(Double(value), labels) }

  mutating func add(seconds value: Double, _ labels: MetricLabel...) { add(value, labels) }

  mutating func add(ratio value: Double, _ labels: MetricLabel...) { add(value, labels) }

  /// A time, in seconds since 1970.
  mutating func add(_ date: Date, _ labels: MetricLabel...) { add(date.timeIntervalSince1970, labels) }

  mutating func add(_ flag: Bool, _ labels: MetricLabel...) { add(flag ? 1 : 0, labels) }

  mutating func add(_ histogram: MetricHistogram, _ labels: MetricLabel...) {
    for (bound, count) in zip(histogram.bounds, histogram.cumulative) {
      add(Double(count), labels + [MetricLabel("le", Exposition.number(bound))], suffix: "_bucket")
    }
    add(Double(histogram.count), labels + [MetricLabel("le", "+Inf")], suffix: "_bucket")
    add(histogram.sum, labels, suffix: "_sum")
    add(Double(histogram.count), labels, suffix: "_count")
  }

  private mutating func add(_ value: Double, _ labels: [MetricLabel], suffix: String = "") {
    samples.append(MetricSample(suffix: suffix, labels: labels, value: value))
  }
}

enum Exposition {
  static let contentType = "text/plain; version=0.0.4; charset=utf-8"

  /// The text of families. One that has no figures is left out, and of figures that are named alike the first is told:
  /// a reader refuses the whole text for the second.
  static func text(_ families: [MetricFamily]) -> String {
    var text = ""
    var names: Set<String> = []
    for family in families where !family.samples.isEmpty && names.insert(family.name).inserted {
      text += "# HELP \(family.name) \(escaped(family.help, quotes: false))\n"
      text += "# TYPE \(family.name) \(family.kind.rawValue)\n"
      var series: Set<String> = []
      for sample in family.samples {
        let name = family.name + sample.suffix + labels(sample.labels)
        guard series.insert(name).inserted else { continue }
        text += "\(name) \(number(sample.value))\n"
      }
    }
    return text
  }

  private static func labels(_ labels: [MetricLabel]) -> String {
    guard !labels.isEmpty else { return "" }
    return "{" + labels.map { "\($0.name)=\"\(escaped($0.value, quotes: true))\"" }.joined(separator: ",") + "}"
  }

  /// What would end a line or a label is written as the format says; all else may stand as it is.
  private static func escaped(_ text: String, quotes: Bool) -> String {
    guard
      text.utf8.contains(where: { $0 == UInt8(ascii: "\\") || $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\"") })
    else { return text }
    var escaped = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\\": escaped += "\\\\"
      case "\n": escaped += "\\n"
      case "\"" where quotes: escaped += "\\\""
      default: escaped.unicodeScalars.append(scalar)
      }
    }
    return escaped
  }

  static func number(_ value: Double) -> String {
    if value.isNaN { return "NaN" }
    if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
    // Whole numbers are written without a fraction, as far as they are exact.
    return value == value.rounded() && abs(value) < 9_007_199_254_740_992 ? String(Int64(value)) : "\(value)"
  }
}
