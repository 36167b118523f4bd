// Every value that holds for a host, and where it comes from.

import Reconciler
import Spec

struct HostValuesView: Sendable {
  struct Row: Sendable {
    let key: String
    let value: String
    let from: String
    let isDefault: Bool
  }

  let name: String
  let path: String
  let rows: [Row]

  init(_ host: HostName, _ values: [ExplainedValue], _ tracer: ValueTracer) {
    name = host.description
    path = HostPath.host(host)
    rows = values.map { explained in
      let source = tracer.source(of: explained)
      return Row(
        key: explained.path, value: Self.text(explained.value).printable(limit: 1000), from: source.description,
        isDefault: source == .builtIn)
    }
  }

  private static func text(_ value: YAMLValue?) -> String {
    switch value {
    case nil, .null?: Shown.nothing
    case .string(let text)?: text
    case let other?: JSONWriter.compact(other)
    }
  }
}

extension Template {
  static let hostValues = Template(
    name: "host-values",
    source: #"""
      <nav class="crumbs" aria-label="Breadcrumb"><a href="/hosts">Hosts</a><a href="{{path}}">{{name}}</a><span aria-current="page">Values</span></nav>
      <header class="page-head">
        <div><h1>Values of {{name}}</h1><p class="sub">What holds for the host, and the file and line, or the person, that it comes from.</p></div>
        <div class="actions"><a class="button" href="{{path}}/edit">Edit</a></div>
      </header>
      <div class="table"><table class="data stack"><thead><tr><th>Key</th><th>Value</th><th>From</th></tr></thead><tbody>
      {{#rows}}<tr><th scope="row" class="mono" data-label="Key">{{key}}</th><td class="mono wrap" data-label="Value">{{value}}</td><td class="wrap{{#isDefault}} dim{{/isDefault}}" data-label="From">{{from}}</td></tr>
      {{/rows}}</tbody></table></div>
      """#)
}
