// The settings as they hold, and what this service is: for looking; editing has a page of its own.

import Engine
import Foundation
import Reconciler
import Spec
import Store

struct SettingsView: Sendable {
  let mayOperate: Bool
  let editPath: String
  let isSuspended: Bool
  let suspension: [String]
  let groups: [GroupView]
  let facts: [FactView]

  struct GroupView: Sendable {
    let legend: String
    let fields: [FieldLine]
  }

  /// A setting, and what it is for.
  struct FieldLine: Sendable {
    let key: String
    let help: String
    let shown: String
    let isSet: Bool
  }

  struct FactView: Sendable {
    let label: String
    let fact: String
  }

  static func answer(_ request: WebRequest, _ site: Site) async throws -> WebResponse {
    let mayOperate = request.may(.operator)
    let version = FactView(label: "Version", fact: PobsyncVersion.current)
    guard mayOperate else {
      let view = SettingsView(
        mayOperate: false, editPath: "", isSuspended: false, suspension: [], groups: [], facts: [version])
      return .page(Page("Settings", in: .settings, .settings, view))
    }
    let settings = try await site.store.settings() ?? Settings()
    let isAdopted = try await site.store.isAdopted(settings)
    let root = settings.backupRoot.map { "\($0)\(isAdopted ? "" : " (not adopted: nothing in it is pruned)")" }
    let facts = [
      version,
      FactView(label: "Database", fact: site.store.dialect == .sqlite ? "SQLite" : "MariaDB"),
      FactView(label: "Backup root", fact: root ?? "not set: nothing can be backed up"),
      FactView(label: "SSH files", fact: site.environment.sshDefaults.directory),
      FactView(label: "Runs as", fact: site.environment.actor),
    ]
    let view = SettingsView(
      mayOperate: true, editPath: ResourceID.settings.editPath, isSuspended: settings.suspended == true,
      suspension: [settings.suspendedReason?.description].compactMap(\.self), groups: groups(settings), facts: facts)
    return .page(Page("Settings", in: .settings, .settings, view))
  }

  private static func groups(_ settings: Settings) -> [GroupView] {
    let values = Settings.fields.encode(settings)
    var groups: [(legend: String, fields: [FieldLine])] = []
    for field in ResourceKind.settings.outline {
      let parts = field.path.split(separator: ".").map(String.init)
      let legend = parts.count > 1 ? parts[0] : "Service"
      let value = values.value(at: field.path)
      let line = FieldLine(
        key: parts.last ?? field.path, help: field.summary,
        shown: value.map { field.entry(for: $0).text.withoutOuterBlanks } ?? "",
        isSet: value != nil)
      if let index = groups.firstIndex(where: { $0.legend == legend }) {
        groups[index].fields.append(line)
      } else {
        groups.append((legend, [line]))
      }
    }
    return groups.map { GroupView(legend: $0.legend, fields: $0.fields) }
  }
}

extension Template {
  static let settings = Template(
    name: "settings",
    source: #"""
      <header class="page-head"><div><h1>Settings</h1></div><div class="actions"><a class="button" href="/settings/account">Your account</a>{{#mayOperate}}<a class="button primary" href="{{editPath}}">Edit settings</a>{{/mayOperate}}</div></header>
      {{#isSuspended}}<div class="notice warn"><p><strong>Everything is suspended.</strong> {{#suspension}}{{.}}{{/suspension}}</p></div>{{/isSuspended}}
      <section><h2>This service</h2><dl class="facts">{{#facts}}<div><dt>{{label}}</dt><dd>{{fact}}</dd></div>{{/facts}}</dl></section>
      {{#groups}}<section><h2>{{legend}}</h2><div class="table"><table class="data stack"><thead><tr><th>Setting</th><th>Value</th><th>Meaning</th></tr></thead><tbody>{{#fields}}<tr><th scope="row" class="mono" data-label="Setting">{{key}}</th><td class="mono" data-label="Value">{{#isSet}}{{shown}}{{/isSet}}{{^isSet}}<span class="dim">not set</span>{{/isSet}}</td><td class="wrap dim" data-label="Meaning">{{help}}</td></tr>{{/fields}}</tbody></table></div></section>{{/groups}}

      """#)
}
