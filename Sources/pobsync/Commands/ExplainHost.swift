// `pobsync explain host`: every value that holds for a host, and the file and line, or the person, that it comes from.

import ArgumentParser
import Engine
import Reconciler
import Spec
import Store

struct ExplainHost: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "host",
    abstract: "Show every value that holds for a host, and where it comes from.",
    discussion: """
      A value comes from the host's own declaration, a profile, its schedule or retention policy, the settings, or it is
      the default. Where it stands is told by file and line, as of the last apply, or else by who has changed it since.

      With -f: what would hold if the files were applied.

      EXAMPLE
        pobsync explain host web-1
        pobsync explain host web-1 -f hosts.yaml -o json
      """)

  @OptionGroup var target: HostArgument
  @OptionGroup var specs: SpecOptions
  @OptionGroup var storage: StoreOptions
  @OptionGroup var output: OutputOptions

  func run() async throws {
    let store: Store? =
      if specs.files.isEmpty { try await storage.open() } else { try await storage.openIfThere() }
    let stored = try await store?.desired() ?? StoredSpec()
    var spec = stored.spec
    var sources: [SourceText] = []
    if !specs.files.isEmpty {
      sources = try SpecSources.read(specs.files)
      spec = spec.merging(try SpecReader.read(sources, known: stored.spec).spec)
    }
    guard let values = spec.explanation(of: target.host) else {
      if let store, try await store.retainedHost(target.host) != nil {
        throw CommandFailure(
          "host \(target.host) is declared no more, so that no values hold for it; `pobsync describe host \(target.host)` shows "
            + "what is left of it")
      }
      throw CommandFailure(unknown: target.host, among: spec)
    }
    let tracer = try await ValueTracer(for: values, files: SpecPlaces(sources), stored: stored, in: store)
    let traced = values.map { (value: $0, source: tracer.source(of: $0)) }
    Listing(
      headers: ["KEY", "VALUE", "FROM"],
      rows: traced.map { [$0.value.path, ($0.value.value?.shown ?? "-").printable(), $0.source.description] },
      value: .map([
        YAMLPair("host", .string(target.host.description)),
        YAMLPair("values", .list(traced.map { $0.source.document(of: $0.value) })),
      ]), empty: ""
    ).print(as: output.format)
  }
}

extension ValueSource {
  /// A value and its source for programs.
  fileprivate func document(of explained: ExplainedValue) -> YAMLValue {
    var pairs = [
      YAMLPair("path", .string(explained.path)), YAMLPair("value", explained.value ?? .null),
      YAMLPair("layer", .string(layer)),
      YAMLPair("resource", resource.map { .string($0.description) } ?? .null),
    ]
    switch self {
    case .builtIn, .forgotten: break
    case .file(_, let place):
      pairs += [YAMLPair("file", .string(place.file)), YAMLPair("line", .int(Int64(place.line)))]
    case .change(_, let origin, let at):
      pairs += [
        YAMLPair("source", .string(origin.source)), YAMLPair("actor", .string(origin.actor)),
        YAMLPair("changed_at", .string(Timestamp.text(at))),
      ]
    }
    return .map(pairs)
  }
}
