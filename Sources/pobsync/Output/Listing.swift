// Lists in three forms: a table for people, JSON and YAML for programs. Every command that lists goes through here.

import ArgumentParser
import Spec

enum OutputFormat: String, ExpressibleByArgument, CaseIterable {
  case table, json, yaml
}

struct OutputOptions: ParsableArguments {
  @Option(name: [.customShort("o"), .customLong("output")], help: "How to print: table, json or yaml.")
  var format: OutputFormat = .table
}

/// Rows for people, and the same as a value for programs. Only what is printed is made.
struct Listing {
  private let headers: [String]
  private let rows: () -> [[String]]
  private let value: () -> YAMLValue
  private let empty: String

  /// - Parameter empty: what to say when there are no rows.
  init(
    headers: [String], rows: @autoclosure @escaping () -> [[String]],
    value: @autoclosure @escaping () -> YAMLValue, empty: String
  ) {
    self.headers = headers
    self.rows = rows
    self.value = value
    self.empty = empty
  }

  func print(as format: OutputFormat) {
    switch format {
    case .table:
      let rows = rows()
      Terminal.printLine(rows.isEmpty ? empty : table(rows))
    case .json: Terminal.printLine(JSONWriter.pretty(value()))
    case .yaml: Terminal.printLine(YAMLWriter.write(value()).trimmingSuffix("\n"))
    }
  }

  private func table(_ rows: [[String]]) -> String {
    let widths = headers.indices.map { column in
      max(headers[column].count, rows.map { $0[column].count }.max() ?? 0)
    }
    func line(_ cells: [String]) -> String {
      let padded = zip(cells, widths).map { cell, width in
        cell + String(repeating: " ", count: width - cell.count)
      }
      return padded.joined(separator: "  ").trimmingSuffix(" ")
    }
    return ([Terminal.paint(line(headers), .dim)] + rows.map(line)).joined(separator: "\n")
  }
}

extension String {
  func trimmingSuffix(_ suffix: Character) -> String {
    var text = self[...]
    while text.last == suffix { text = text.dropLast() }
    return String(text)
  }
}
