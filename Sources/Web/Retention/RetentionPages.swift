// Retention: the policies that are declared, a policy played over years, and a host's plan.

import Engine
import Foundation
import HTTPTypes
import Reconciler
import Spec
import Store

extension Route {
  static let retentionPages: [Route] = [
    .get("/retention", .role(.operator), "The retention policies, and a simulator that plays one over years.") {
      request, site in try await RetentionView.answer(request, site)
    },
    .get("/hosts/:host/retention", .role(.operator), "Which snapshots of a host its policy keeps, and why.") {
      request, site in try await HostRetentionView.answer(request, site)
    },
    .post("/hosts/:host/retention/apply", .role(.admin), "Names what would go, and removes it once that is confirmed.")
    {
      request, site in try await RetentionApplication(request, site).take()
    },
  ]
}

struct RetentionView: Sendable {
  let mayEdit: Bool
  let policies: [PolicyView]
  let form: FormView
  let problems: [String]
  let diagnostics: [ShownDiagnostic]
  /// One, if anything was played.
  let results: [SimulationView]

  struct PolicyView: Sendable {
    let name: String
    let path: String
    let tryPath: String
    let rules: String
    let hosts: String
    let owner: String
  }

  struct FormView: Sendable {
    let choices: [FieldView.ChoiceView]
    let keys: String
    let paces: [FieldView.ChoiceView]
    let years: Int
  }

  static func answer(_ request: WebRequest, _ site: Site) async throws -> WebResponse {
    let stored = try await site.store.desired()
    let (name, keys) = (request.query("policy") ?? "", (request.query("keys") ?? "").withUnixLines.withoutOuterBlanks)
    let pace = request.query("pace") ?? SimulationRequest.standardPace
    let years = try request.count("years", default: SimulationRequest.standardYears, in: SimulationRequest.years)
    var problem: SimulationProblem?
    var results: [SimulationView] = []
    if !name.isEmpty || !keys.isEmpty {
      do {
        // It is nothing but computing, and must not hold up what waits for its turn.
        let view = try await blocking {
          let played = try SimulationRequest(
            policyName: name, keys: keys, pace: pace, years: years, in: stored.spec, endingAt: site.now)
          return SimulationView(RetentionSimulation(of: played.policy, times: played.times), isCut: played.isCut)
        }
        results = [view]
      } catch let error as SimulationProblem {
        problem = error
      }
    }
    let view = RetentionView(
      mayEdit: request.may(.operator), policies: policies(stored),
      form: form(stored.spec, policy: name, keys: keys, pace: pace, years: years),
      problems: [problem?.sentence].compactMap(\.self),
      diagnostics: (problem?.diagnostics ?? []).map { ShownDiagnostic($0) }, results: results)
    return .page(
      Page("Retention", in: .retention, .retention, view, status: problem == nil ? .ok : .unprocessableContent))
  }

  private static func policies(_ stored: StoredSpec) -> [PolicyView] {
    let used = Dictionary(grouping: stored.spec.effectiveHosts.compactMap { $0.retention?.name }, by: \.self)
    return stored.spec.retention.sorted { $0.key < $1.key }.map { name, policy in
      let id = ResourceID(kind: .retention, name: name.description)
      return PolicyView(
        name: name.description, path: id.editPath,
        tryPath: "/retention?policy=\(PercentEncoding.encoded(name.description))",
        rules: policy.words, hosts: Shown.plural(used[name]?.count ?? 0, "host"),
        owner: stored.records[id]?.source ?? "")
    }
  }

  private static func form(
    _ spec: Spec, policy: String, keys: String, pace: String, years: Int
  ) -> FormView {
    func choice(_ value: String, _ label: String, _ chosen: String) -> FieldView.ChoiceView {
      FieldView.ChoiceView(value: value, label: label, isChosen: value == chosen)
    }
    let paces = HistoryPart.Pace.allCases.map { choice($0.rawValue, $0.rawValue, pace) }
    let schedules = spec.names(of: .schedule).map {
      choice(SimulationRequest.schedulePrefix + $0, "by schedule \($0)", pace)
    }
    return FormView(
      choices: spec.names(of: .retention).map { choice($0, $0, policy) }, keys: keys, paces: paces + schedules,
      years: years)
  }
}

/// What a policy has kept once it was played.
struct SimulationView: Sendable {
  let name: String
  let rules: String
  let zone: String
  let made: String
  let kept: String
  let most: String
  let oldest: String
  let chartSVG: String
  let growthSVG: String
  let years: [YearView]
  let timeline: String
  let leftOut: [String]

  /// How many there were in a year.
  struct YearView: Sendable {
    let year: String
    let made: String
    let most: String
    let atEnd: String
  }

  init(_ simulation: RetentionSimulation, isCut: Bool) {
    let (policy, counts) = (simulation.policy, simulation.counts)
    name = policy.name.description
    rules = policy.policy.words
    zone = policy.timeZone.description
    made = Shown.count(counts.count)
    kept = Shown.count(simulation.kept.count)
    most = simulation.most.map { Shown.count($0.kept) } ?? Shown.nothing
    oldest = simulation.kept.last.map { Timestamp.short($0.snapshot.startedAt) } ?? Shown.nothing
    let times = simulation.kept.map(\.snapshot.startedAt)
    let marks = zip(policy.days(of: times), simulation.kept).map { day, decision in
      RetentionChart.Mark(day: day, tier: RetentionChart.Tier(decision.tier))
    }
    chartSVG = RetentionChart.svg(marks, label: "What \(policy.name) keeps")
    growthSVG = SeriesChart.svg(
      counts.map { SeriesChart.Point(time: $0.at, value: Double($0.kept)) },
      label: "Snapshots that are there", unit: .count, drawn: .line)
    years = Self.years(counts, policy)
    timeline = RetentionTimeline.lines(times, in: policy.timeZone).joined(separator: "\n")
    let begin = counts.first.map { Timestamp.short($0.at) } ?? ""
    leftOut =
      isCut
      ? [
        "This is the last part of what was asked for, from \(begin) on: playing all of it takes too long. Choose fewer "
          + "years, or a slower pace."
      ] : []
  }

  private static func years(_ counts: [RetentionSimulation.Count], _ policy: EffectiveRetention) -> [YearView] {
    var kept: [Int: [Int]] = [:]
    for (day, count) in zip(policy.days(of: counts.map(\.at)), counts) {
      kept[day.year, default: []].append(count.kept)
    }
    return kept.sorted { $0.key < $1.key }.map { year, found in
      YearView(
        year: "\(year)", made: Shown.count(found.count), most: Shown.count(found.max() ?? 0),
        atEnd: Shown.count(found.last ?? 0))
    }
  }
}

extension RetentionChart.Tier {
  /// - Parameter tier: what keeps a snapshot; nil if nothing does.
  init(_ tier: RetentionTier?) {
    switch tier {
    case .last?: self = .last
    case .within?: self = .within
    case .hourly?: self = .hourly
    case .daily?: self = .daily
    case .weekly?: self = .weekly
    case .monthly?: self = .monthly
    case .yearly?: self = .yearly
    case .other?: self = .other
    case nil: self = .goes
    }
  }
}

extension Template {
  static let retention = Template(
    name: "retention",
    source: #"""
      <header class="page-head"><div><h1>Retention</h1><p class="sub">What is kept, and for how long.</p></div>{{#mayEdit}}<div class="actions"><a class="button" href="/new/retention">New policy</a></div>{{/mayEdit}}</header>
      <section><h2>Policies</h2><div class="table"><table class="data stack"><thead><tr><th>Policy</th><th>Keeps</th><th>Used by</th><th>Declared by</th><th><span class="hidden">Actions</span></th></tr></thead><tbody>
      {{#policies}}<tr><th scope="row" data-label="Policy"><a href="{{path}}">{{name}}</a></th><td class="wrap mono" data-label="Keeps">{{rules}}</td><td data-label="Used by">{{hosts}}</td><td data-label="Declared by">{{owner}}</td><td class="acts"><a class="button small" href="{{tryPath}}">Try out</a></td></tr>{{/policies}}
      {{^policies}}<tr><td colspan="5" class="dim">None is declared: every snapshot is kept.</td></tr>{{/policies}}
      </tbody></table></div></section>
      <section><h2>Simulator</h2><p>Plays a policy over a made-up history, by the code that prunes. No real snapshot is looked at.</p>
      {{#problems}}<div class="notice bad" role="alert"><p>{{.}}</p></div>{{/problems}}
      {{#diagnostics}}{{> diagnostic}}{{/diagnostics}}
      {{#form}}<form class="form" method="get" action="/retention">
      <div class="row"><div class="field"><label for="policy">Policy</label><select id="policy" name="policy"><option value="">written out below</option>{{#choices}}<option value="{{value}}"{{#isChosen}} selected{{/isChosen}}>{{label}}</option>{{/choices}}</select></div>
      <div class="field"><label for="pace">Snapshots</label><select id="pace" name="pace">{{#paces}}<option value="{{value}}"{{#isChosen}} selected{{/isChosen}}>{{label}}</option>{{/paces}}</select></div>
      <div class="field short"><label for="years">Years</label><input type="number" id="years" name="years" min="1" max="10" value="{{years}}"></div></div>
      <div class="field"><label for="keys">Or a policy written out</label><textarea id="keys" name="keys" class="code" rows="5" spellcheck="false" placeholder="keep_daily: 14" aria-describedby="keys-help">
      {{keys}}</textarea><p class="help" id="keys-help">Its keys as YAML, in place of the policy above. At most ten years are played, and fewer where that takes too long.</p></div>
      <div class="buttons"><button class="primary">Play</button></div></form>{{/form}}</section>
      {{#results}}<section><h2>{{name}}</h2><p class="mono">{{rules}}</p>
      {{#leftOut}}<div class="notice warn"><p>{{.}}</p></div>{{/leftOut}}
      <div class="figures"><div class="figure"><b>{{made}}</b><span>made</span></div><div class="figure"><b>{{kept}}</b><span>kept at the end</span></div><div class="figure"><b>{{most}}</b><span>at most</span></div><div class="figure"><b>{{oldest}}</b><span>the oldest</span></div></div>
      <figure class="chart"><figcaption>What is kept at the end</figcaption>{{{chartSVG}}}</figure>
      <figure class="chart"><figcaption>How many are there over time</figcaption>{{{growthSVG}}}</figure>
      <div class="table"><table class="data"><thead><tr><th>Year</th><th class="num">Made</th><th class="num">At most</th><th class="num">At its end</th></tr></thead><tbody>{{#years}}<tr><th scope="row">{{year}}</th><td class="num">{{made}}</td><td class="num">{{most}}</td><td class="num">{{atEnd}}</td></tr>{{/years}}</tbody></table></div>
      <details class="fold"><summary>As text</summary><pre class="code">{{timeline}}</pre><p class="help">A mark a month, in the newest year a mark a day ({{zone}}); behind each line its sum.</p></details></section>{{/results}}

      """#)
}
