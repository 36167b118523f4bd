// The template of the overview. All of it changes by itself.

extension Template {
  static let overview = Template(
    name: "overview",
    source: #"""
      <div id="live" data-live>
      <header class="page-head">
        <div><h1>Overview {{#serviceBadge}}{{> badge}}{{/serviceBadge}}</h1><p class="sub">{{serviceText}} As of {{#at}}{{> time}}{{/at}}.</p></div>
      </header>
      {{#serviceRemedy}}<div class="notice bad"><p><strong>The service does not do its work.</strong></p><p class="remedy">{{.}}</p></div>{{/serviceRemedy}}
      {{#isNotAdopted}}<div class="notice warn"><p><strong>The backup root is not adopted.</strong> Nothing is removed from it until somebody has looked at what was found there.</p><p class="remedy"><code>pobsync adopt</code></p></div>{{/isNotAdopted}}
      {{^hasHosts}}<div class="empty"><h2>No hosts yet</h2><p>A spec declares the first.</p>{{#mayOperate}}<a class="button primary" href="/spec">Open spec</a>{{/mayOperate}}</div>{{/hasHosts}}
      <div class="figures">
        {{#figures}}<a class="figure {{style}}" href="{{path}}"><b>{{number}}</b><span>{{name}}</span></a>{{/figures}}
      </div>
      <div class="split">
      <div>
        {{#troubles}}<section class="card flush"><div class="section-head"><h2>{{title}}</h2><a href="{{path}}">{{#.more}}{{.}}{{/.more}}{{^.more}}All{{/.more}}</a></div>
          <div class="table"><table class="data stack"><thead><tr><th>Host</th><th>Why</th><th>Since</th><th>Last good</th></tr></thead><tbody>
          {{#rows}}<tr class="{{rowStyle}}"><th scope="row" data-label="Host"><a href="{{path}}">{{name}}</a></th><td class="wrap" data-label="Why">{{reason}}{{#.message}}<small>{{.}}</small>{{/.message}}</td><td data-label="Since">{{#since}}{{> age}}{{/since}}</td><td data-label="Last good">{{#.good}}{{> age}}{{/.good}}{{^.good}}<span class="dim">–</span>{{/.good}}</td></tr>
          {{/rows}}</tbody></table></div></section>{{/troubles}}
        <section class="card flush"><div class="section-head"><h2>Running and queued</h2><a href="/runs">All runs</a></div>
          {{#isQuiet}}<div class="empty"><p>Nothing is running, and nothing waits.</p></div>{{/isQuiet}}
          {{#hasRunning}}<div class="table"><table class="data stack"><thead><tr><th>Host</th><th>Run</th><th>Progress</th><th class="num">For</th></tr></thead><tbody>
          {{#running}}<tr><th scope="row" data-label="Host"><a href="{{hostPath}}">{{hostName}}</a></th><td data-label="Run"><a href="{{runPath}}">{{runName}}</a><small>{{kind}}</small></td><td data-label="Progress">{{> fleet-progress}}</td><td class="num" data-label="For">{{elapsed}}</td></tr>
          {{/running}}</tbody></table></div>{{/hasRunning}}
          {{#hasQueued}}<div class="table"><table class="data stack"><thead><tr><th>Host</th><th>Run</th><th>Waits for</th></tr></thead><tbody>
          {{#queued}}<tr><th scope="row" data-label="Host"><a href="{{path}}">{{name}}</a></th><td data-label="Run"><a href="{{runPath}}">{{runName}}</a><small>{{kind}}</small></td><td class="wrap" data-label="Waits for">{{waitsFor}}</td></tr>
          {{/queued}}</tbody></table></div>{{#moreQueued}}<p class="dim">{{.}}</p>{{/moreQueued}}{{/hasQueued}}
        </section>
      </div>
      <aside>
        {{#disk}}{{> overview-disk}}{{/disk}}
        <section class="card"><h2>Next</h2>
          {{#hasFires}}<dl class="facts">{{#fires}}<div><dt>{{#at}}{{> age}}{{/at}}</dt><dd>{{hosts}}{{#.scheduleName}} <small>{{.}}</small>{{/.scheduleName}}</dd></div>{{/fires}}</dl>{{/hasFires}}
          {{^hasFires}}<p class="dim">No schedule fires.</p>{{/hasFires}}
        </section>
        {{#hasPauses}}<section class="card"><h2>Paused and suspended</h2><dl class="facts">{{#pauses}}<div><dt>{{#.path}}<a href="{{.}}">{{name}}</a>{{/.path}}{{^.path}}{{name}}{{/.path}}</dt><dd>{{text}}</dd></div>{{/pauses}}</dl></section>{{/hasPauses}}
        {{#hasRequests}}<section class="card"><h2>Requested by the spec</h2><dl class="facts">{{#requests}}<div><dt>{{#.path}}<a href="{{.}}">{{name}}</a>{{/.path}}</dt><dd>{{text}}</dd></div>{{/requests}}</dl></section>{{/hasRequests}}
      </aside>
      </div>
      <section class="card"><h2>The last three weeks</h2><figure class="chart">{{{heatMapSVG}}}</figure></section>
      </div>
      """#)
}
