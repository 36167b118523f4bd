// The stylesheet: a calm neutral page with one accent, light and dark as the reader's system is, from a phone's width up.

extension Asset {
  /// Colours are variables, so that the two themes differ in one place; every text meets WCAG AA on its ground in both.
  static let style = frame + icons + narrow

  private static let frame = #"""
    :root{color-scheme:light dark;
    --bg:#f5f6f8;--surface:#fff;--raised:#fff;--sunk:#eef0f3;--line:#e1e4ea;--edge:#c9ced8;--field:#8790a0;
    --text:#171c26;--dim:#5a6372;--accent:#4353d6;--accent-strong:#3543b8;--accent-soft:#eceefc;--on-accent:#fff;
    --good:#12713a;--good-soft:#e3f3e9;--warn:#8a5300;--warn-soft:#fdf0d5;--bad:#b3261e;--bad-soft:#fdebe9;
    --hold:#6941b0;--hold-soft:#f1eafc;--idle:#525b69;--idle-soft:#e9ecf1;
    --m-good:#45a06d;--m-warn:#b58c00;--m-late:#d5600f;--m-bad:#cf3a2e;--m-run:#5b6be6;--m-hold:#9370d8;--m-none:#e3e6ec;--m-idle:#a4adbb;
    --shadow:0 1px 2px rgb(20 28 45/.05),0 1px 6px rgb(20 28 45/.04);--pop:0 8px 28px rgb(20 28 45/.16);
    --radius:10px;--mono:ui-monospace,"SF Mono",SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;
    --sans:system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue","Noto Sans","Liberation Sans",Arial,sans-serif}
    @media(prefers-color-scheme:dark){:root{
    --bg:#0e1116;--surface:#161a21;--raised:#1d222b;--sunk:#0b0e12;--line:#272d37;--edge:#3c4452;--field:#68727f;
    --text:#e6e9ef;--dim:#9ba5b4;--accent:#93a1ff;--accent-strong:#aab5ff;--accent-soft:#20264a;--on-accent:#0e1116;
    --good:#6fd399;--good-soft:#13301f;--warn:#ecb95a;--warn-soft:#362a10;--bad:#ff9186;--bad-soft:#411c19;
    --hold:#c3a8f7;--hold-soft:#2b2242;--idle:#aab3c1;--idle-soft:#262c36;
    --m-good:#2f8554;--m-warn:#c9a035;--m-late:#e07c28;--m-bad:#ea5a4d;--m-run:#7f8efa;--m-hold:#9d7fe6;--m-none:#262c36;--m-idle:#5d6778;
    --shadow:0 1px 2px rgb(0 0 0/.4);--pop:0 10px 30px rgb(0 0 0/.6)}}

    *,*::before,*::after{box-sizing:border-box}
    html{font:400 93.75%/1.5 var(--sans);background:var(--bg);color:var(--text);-webkit-text-size-adjust:100%;
    scroll-padding-top:4rem;accent-color:var(--accent)}
    body,h1,h2,h3,p,dl,dd,ul,ol,figure,fieldset,pre{margin:0}
    body{min-height:100vh;overflow-wrap:break-word}
    h1{font-size:1.6rem;line-height:1.25;letter-spacing:-.015em;font-weight:650;text-wrap:balance}
    h2{font-size:1.05rem;line-height:1.35;font-weight:650;letter-spacing:-.005em}
    h3{font-size:.95rem;font-weight:650}
    small{font-size:.85em;color:var(--dim)}
    a{color:var(--accent);text-decoration:none}
    a:hover{text-decoration:underline;text-underline-offset:.18em}
    :focus-visible{outline:2px solid var(--accent);outline-offset:2px;border-radius:4px}
    main:focus{outline:0}
    ::selection{background:var(--accent);color:var(--on-accent)}
    code,pre,.mono,output{font-family:var(--mono);font-size:.9em}
    p code,dd code,li code,td code{background:var(--idle-soft);border-radius:4px;padding:.1em .35em;overflow-wrap:anywhere}
    [hidden]{display:none!important}
    .hidden,.skip:not(:focus){position:absolute;width:1px;height:1px;margin:-1px;overflow:hidden;clip-path:inset(50%);
    white-space:nowrap}
    .skip:focus{position:fixed;z-index:20;left:1rem;top:1rem;padding:.6rem 1rem;background:var(--accent);
    color:var(--on-accent);border-radius:8px}
    .dim{color:var(--dim)}
    .num{font-variant-numeric:tabular-nums}

    /* The frame: navigation at the left, folded away behind a button on narrow screens. */
    .app{display:grid;grid-template-columns:14.5rem minmax(0,1fr)}
    .side{position:sticky;top:0;height:100vh;display:flex;flex-direction:column;gap:.25rem;padding:1.1rem .8rem .8rem;
    background:var(--surface);border-right:1px solid var(--line);overflow-y:auto}
    .brand{display:flex;align-items:center;gap:.6rem;padding:.1rem .5rem 1rem;color:var(--text);font-weight:700;
    font-size:1.1rem;letter-spacing:-.02em}
    .brand:hover{text-decoration:none}
    .brand img{width:1.75rem;height:1.75rem;display:block}
    .side nav{flex:1}
    .side nav h2{padding:1rem .6rem .3rem;font-size:.72rem;font-weight:600;letter-spacing:.06em;text-transform:uppercase;
    color:var(--dim)}
    .side ul,.names,.plain{list-style:none;padding:0}
    .side li a{display:flex;align-items:center;gap:.65rem;padding:.4rem .6rem;border-radius:7px;color:var(--text);
    font-weight:500}
    .side li a:hover{background:var(--idle-soft);text-decoration:none}
    .side li a[aria-current]{background:var(--accent-soft);color:var(--accent-strong);font-weight:600}
    .side li a::before{content:"";flex:none;width:1.05rem;height:1.05rem;background:currentColor;opacity:.75;
    -webkit-mask:var(--i) center/contain no-repeat;mask:var(--i) center/contain no-repeat}
    .side li a[aria-current]::before{opacity:1}
    .service{display:flex;flex-wrap:wrap;align-items:center;gap:.5rem;padding:.5rem .6rem;order:2}
    .livedot{font-size:.78rem;color:var(--dim)}
    .livedot::before{content:"";display:inline-block;width:.5rem;height:.5rem;margin-right:.35rem;border-radius:50%;
    background:var(--m-good)}
    .livedot[data-state=off]::before{background:var(--m-idle)}
    .account{order:3;border-top:1px solid var(--line);padding-top:.5rem;position:relative}
    .account summary{list-style:none;cursor:pointer;display:flex;align-items:center;gap:.6rem;padding:.45rem .6rem;
    border-radius:7px}
    .account summary::-webkit-details-marker{display:none}
    .account summary:hover{background:var(--idle-soft)}
    .account summary span{min-width:0;line-height:1.25}
    .account summary b,.account summary small{display:block;overflow:hidden;text-overflow:ellipsis;font-weight:600}
    .account summary small{font-weight:400}
    .account summary::before{content:"";flex:none;width:1.7rem;height:1.7rem;border-radius:50%;background:var(--dim);
    -webkit-mask:var(--i) center/contain no-repeat;mask:var(--i) center/contain no-repeat}
    .account summary::after{content:"";margin-left:auto;width:.45rem;height:.45rem;border:solid var(--dim);
    border-width:1.5px 1.5px 0 0;transform:rotate(-45deg)}
    .account div{position:absolute;left:0;right:0;bottom:calc(100% + .3rem);padding:.4rem;background:var(--raised);
    border:1px solid var(--line);border-radius:var(--radius);box-shadow:var(--pop)}
    .account div a,.account div button{display:block;width:100%;padding:.45rem .6rem;border:0;border-radius:6px;
    background:none;box-shadow:none;color:var(--text);font-weight:500;text-align:left}
    .account div a:hover,.account div button:hover{background:var(--idle-soft);text-decoration:none}
    .side .menu{display:none}
    main{min-width:0;max-width:86rem;padding:1.75rem 2.25rem 3rem;width:100%}
    main>*+*,[data-live]>*+*,.split>*>*+*,.halves>*>*+*,section>*+*,.card>*+*,.stacked>*+*{margin-top:1.25rem}
    .card>*+*{margin-top:.9rem}
    [data-live]>section:not(.card),main>section:not(.card){margin-top:2rem}
    .foot{grid-column:2;padding:0 2.25rem 1.25rem;font-size:.8rem;color:var(--dim)}

    /* Headings of pages and of their parts. */
    .crumbs{display:flex;flex-wrap:wrap;gap:.2rem .5rem;font-size:.87rem;margin-bottom:-.75rem}
    .crumbs>*+*::before{content:"/";margin-right:.5rem;color:var(--edge)}
    .crumbs span{color:var(--dim)}
    .page-head{display:flex;flex-wrap:wrap;gap:.75rem 1.5rem;align-items:flex-start;justify-content:space-between}
    .page-head>div:first-child{min-width:0;flex:1 1 20rem}
    .page-head h1 .badge{vertical-align:.3em;margin-left:.35rem;letter-spacing:0}
    .sub{color:var(--dim);margin-top:.2rem}
    .actions,.buttons,td.acts{display:flex;flex-wrap:wrap;gap:.5rem;align-items:center}
    .actions form,td.acts form,.buttons form{display:contents}
    .section-head{display:flex;flex-wrap:wrap;gap:.25rem 1rem;align-items:baseline;justify-content:space-between}
    .section-head+*{margin-top:.75rem!important}
    .section-head>a,.section-head>small{font-size:.87rem}
    .split{display:grid;grid-template-columns:minmax(0,2fr) minmax(0,1fr);gap:1.25rem;align-items:start}
    .halves{display:grid;grid-template-columns:repeat(2,minmax(0,1fr));gap:1.25rem;align-items:start}
    .tabs{display:flex;gap:1.4rem;border-bottom:1px solid var(--line);overflow-x:auto;scrollbar-width:none}
    .tabs a{padding:.5rem 0;color:var(--dim);font-weight:550;white-space:nowrap;border-bottom:2px solid transparent;
    margin-bottom:-1px}
    .tabs a:hover{color:var(--text);text-decoration:none}
    .tabs a:focus-visible{outline-offset:-2px}
    .tabs [aria-current]{color:var(--text);border-color:var(--accent)}

    /* Buttons. */
    button,.button{display:inline-flex;align-items:center;justify-content:center;gap:.4rem;padding:.42rem .85rem;
    font:550 .95rem/1.4 var(--sans);color:var(--text);background:var(--raised);border:1px solid var(--edge);
    border-radius:8px;box-shadow:var(--shadow);cursor:pointer;white-space:nowrap;transition:background .12s,border-color .12s}
    button:hover,.button:hover{background:var(--idle-soft);text-decoration:none}
    button:disabled{opacity:.55;cursor:not-allowed}
    .primary{background:var(--accent);border-color:var(--accent);color:var(--on-accent)}
    .primary:hover{background:var(--accent-strong);border-color:var(--accent-strong)}
    button.danger,.button.danger{color:var(--bad);border-color:currentColor}
    button.danger:hover,.button.danger:hover{background:var(--bad-soft)}
    .confirm button.danger{background:#b3261e;border-color:#b3261e;color:#fff}
    .confirm button.danger:hover{background:#8f1d17}
    button.quiet,.button.quiet{border-color:transparent;background:none;box-shadow:none;color:var(--dim)}
    button.quiet:hover,.button.quiet:hover{color:var(--text);background:var(--idle-soft)}
    button.small,.button.small{padding:.15rem .6rem;font-size:.85rem;border-radius:6px}
    [data-copy]{display:none}
    .js [data-copy]{display:inline-flex}

    /* Fields. */
    input,select,textarea{font:inherit;color:inherit;background:var(--surface);border:1px solid var(--field);
    border-radius:8px;padding:.42rem .65rem;width:100%;min-width:0;min-height:2.35rem;font-weight:400}
    input:hover,select:hover,textarea:hover{border-color:var(--dim)}
    input:focus-visible,select:focus-visible,textarea:focus-visible{outline:2px solid var(--accent);outline-offset:-1px;
    border-radius:8px}
    input[type=checkbox],input[type=radio]{width:1.05rem;height:1.05rem;flex:none;margin:.2rem 0 0;min-height:0}
    ::placeholder{color:var(--dim);opacity:.85}
    textarea{line-height:1.55;resize:vertical}
    textarea.code{font-family:var(--mono);font-size:.87rem;tab-size:2;white-space:pre;overflow:auto}
    label,legend{font-weight:600}
    .form{max-width:52rem}
    .form.wide{max-width:none}
    .form>*+*,.confirm>*+*{margin-top:1.25rem}
    fieldset{min-width:0;border:1px solid var(--line);border-radius:var(--radius);background:var(--surface);
    padding:1.25rem 1.4rem 1.4rem;box-shadow:var(--shadow)}
    legend{float:left;width:100%;padding:0;margin-bottom:1rem;font-size:1.05rem}
    legend+*{clear:both}
    .field+.field,.row+.field,.field+.row,.row+.row{margin-top:1.1rem}
    .field>label{display:block;margin-bottom:.3rem}
    .field>output{display:block;padding:.45rem .65rem;min-height:2.35rem;border-radius:8px;background:var(--idle-soft)}
    .short>:not(label,p){max-width:12rem}
    .check>label{display:flex;gap:.6rem;align-items:flex-start;font-weight:500;margin:0}
    .check>.help{margin-left:1.65rem}
    .help{color:var(--dim);font-size:.87rem;margin-top:.3rem}
    .wrong{color:var(--bad);font-size:.87rem;font-weight:550;margin-top:.3rem}
    .invalid input,.invalid select,.invalid textarea,[aria-invalid=true]{border-color:var(--bad)}
    .row{display:grid;grid-template-columns:repeat(auto-fit,minmax(11rem,1fr));gap:1.1rem;align-items:start}
    .row>.field{margin-top:0!important}
    .toolbar{display:flex;flex-wrap:wrap;gap:.6rem .75rem;align-items:flex-end}
    .toolbar label{display:grid;gap:.2rem;min-width:8.5rem}
    .toolbar label>span{font-size:.8rem;font-weight:550;color:var(--dim)}
    .toolbar .grow{flex:1 1 15rem;max-width:26rem}
    .chips{display:flex;flex-wrap:wrap;gap:.4rem}
    .chips a{padding:.2rem .75rem;border:1px solid var(--line);border-radius:99px;background:var(--surface);
    color:var(--text);font-size:.9rem;font-weight:500}
    .chips a:hover{border-color:var(--edge);text-decoration:none}
    .chips a[aria-current]{background:var(--accent-soft);border-color:var(--accent);color:var(--accent-strong)}
    .chips b,.count{font-weight:600;color:var(--dim);font-variant-numeric:tabular-nums;margin-left:.15rem}

    /* Tables. */
    .table{position:relative;overflow-x:auto;background:var(--surface);border:1px solid var(--line);border-radius:var(--radius);
    box-shadow:var(--shadow)}
    .data{width:100%;border-collapse:separate;border-spacing:0;font-size:.95rem}
    .data th,.data td{padding:.55rem .9rem;text-align:left;vertical-align:top;border-bottom:1px solid var(--line)}
    .data th:first-child,.data td:first-child{padding-left:1.2rem}
    .data th:last-child,.data td:last-child{padding-right:1.2rem}
    .data tbody tr:last-child>*{border-bottom:0}
    .data thead th{position:sticky;top:0;z-index:1;background:var(--surface);font-size:.82rem;font-weight:600;
    color:var(--dim);white-space:nowrap;vertical-align:bottom}
    .data thead a{color:inherit}
    .data [aria-sort] a{color:var(--text)}
    .data [aria-sort] a::after{content:"";display:inline-block;margin:0 0 .15em .4em;border:.28em solid transparent;
    border-top-width:0;border-bottom-color:currentColor}
    .data [aria-sort=descending] a::after{transform:rotate(180deg)}
    .data tbody th{font-weight:600}
    .data tbody tr:hover>*{background:color-mix(in srgb,var(--idle-soft) 45%,var(--surface))}
    .data th small,.data td>small{display:block;font-weight:400;max-width:20rem;overflow:hidden;text-overflow:ellipsis}
    .data .num{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
    .data .mono,.data tbody th{white-space:nowrap}
    .data .mono.wrap{white-space:normal;overflow-wrap:anywhere}
    .data .dim{color:var(--dim)}
    .data .wrap{min-width:16rem;max-width:44rem}
    .data .wrap small{max-width:none}
    .data time,.data .badge{white-space:nowrap}
    td.acts{display:table-cell;text-align:right;white-space:nowrap;padding-block:.4rem}
    td.acts>*+*,td.acts form+form button{margin-left:.35rem}
    .data tr.failed>:first-child{box-shadow:inset 3px 0 var(--m-bad)}
    .data tr.late>:first-child{box-shadow:inset 3px 0 var(--m-late)}
    .data tr.warning>:first-child{box-shadow:inset 3px 0 var(--m-warn)}
    .data tr.running>:first-child{box-shadow:inset 3px 0 var(--m-run)}
    .data tr.dir th a::before,.data tr.dir td.mono a::before{content:"▸ ";color:var(--dim)}
    .pager{display:flex;gap:.5rem;align-items:center;margin-top:.9rem!important;font-size:.9rem}
    .pager span{margin-right:auto;color:var(--dim);font-variant-numeric:tabular-nums}

    /* States: always a word, with a dot before it. */
    .badge{display:inline-flex;align-items:center;gap:.4em;padding:.12em .65em .12em .55em;border-radius:99px;
    font:600 .82rem/1.45 var(--sans);color:var(--idle);background:var(--idle-soft)}
    .badge::before{content:"";flex:none;width:.5em;height:.5em;border-radius:50%;background:currentColor}
    .badge:is(.succeeded,.success,.ready,.ok,.true){color:var(--good);background:var(--good-soft)}
    .badge:is(.warning,.partial,.late){color:var(--warn);background:var(--warn-soft)}
    .badge:is(.failed,.error,.false){color:var(--bad);background:var(--bad-soft)}
    .badge:is(.running,.info){color:var(--accent-strong);background:var(--accent-soft)}
    .badge:is(.paused,.suspended,.interrupted,.pinned){color:var(--hold);background:var(--hold-soft)}
    .badge:is(.queued,.cancelled,.unknown)::before{background:none;box-shadow:inset 0 0 0 1.5px currentColor}
    .badge.failed::before,.badge.error::before,.badge.false::before{border-radius:1px;transform:rotate(45deg)}
    .badge.running::before{animation:pulse 1.6s ease-in-out infinite}
    @keyframes pulse{50%{opacity:.25}}
    .label{display:inline-block;padding:.05em .5em;margin:.1em .2em .1em 0;border:1px solid var(--line);border-radius:5px;
    font:500 .82rem/1.5 var(--mono);color:var(--dim)}

    /* Cards, figures, definitions. */
    .card{background:var(--surface);border:1px solid var(--line);border-radius:var(--radius);padding:1.15rem 1.3rem 1.3rem;
    box-shadow:var(--shadow);min-width:0}
    .card.flush{padding:0;overflow:hidden}
    .card.flush>*{margin-left:1.3rem;margin-right:1.3rem}
    .card.flush>:first-child{margin-top:1rem}
    .card.flush>.table{border:0;border-top:1px solid var(--line);border-radius:0;box-shadow:none;margin:.8rem 0 0!important}
    .card.flush>.pager{margin:.75rem 1.2rem!important}
    .card.flush>.empty{border:0;margin:0!important}
    .cards{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(22rem,100%),1fr));gap:1.25rem;align-items:start}
    .cards>*,.figures>*{margin-top:0!important}
    .figures{display:grid;grid-template-columns:repeat(auto-fit,minmax(9.5rem,1fr));gap:.9rem}
    .figure{display:block;position:relative;padding:.9rem 1.1rem 1rem;background:var(--surface);border:1px solid var(--line);
    border-radius:var(--radius);box-shadow:var(--shadow);color:var(--text);overflow:hidden;
    container-type:inline-size}
    a.figure:hover{border-color:var(--edge);text-decoration:none}
    .figure b{display:block;font-size:clamp(1.2rem,14cqi,1.75rem);line-height:1.25;font-weight:650;letter-spacing:-.02em;
    font-variant-numeric:tabular-nums;text-wrap:balance}
    .figure span{font-weight:550}
    .figure small{display:block;margin-top:.1rem}
    .figure:is(.failed,.warning,.late,.succeeded,.running)::before{content:"";position:absolute;inset:0 0 auto;height:3px;
    background:var(--m-good)}
    .figure.failed::before{background:var(--m-bad)!important}
    .figure.warning::before{background:var(--m-warn)!important}
    .figure.late::before{background:var(--m-late)!important}
    .figure.running::before{background:var(--m-run)!important}
    .figure.failed b{color:var(--bad)}
    .figure:is(.warning,.late) b{color:var(--warn)}
    .facts>div{display:grid;grid-template-columns:minmax(5.5rem,30%) minmax(0,1fr);gap:.2rem 1rem;padding:.5rem 0;
    border-top:1px solid var(--line)}
    .facts>div:first-child{border-top:0;padding-top:0}
    .facts>div:last-child{padding-bottom:0}
    .facts dt{color:var(--dim)}
    .facts dd{overflow-wrap:anywhere}

    /* Words to the reader. */
    .notice{padding:.8rem 1.1rem;border:1px solid var(--line);border-left:4px solid var(--m-run);border-radius:8px;
    background:var(--surface)}
    .notice.ok{border-left-color:var(--m-good);background:color-mix(in srgb,var(--good-soft) 55%,var(--surface))}
    .notice.warn{border-left-color:var(--m-warn);background:color-mix(in srgb,var(--warn-soft) 55%,var(--surface))}
    .notice.bad{border-left-color:var(--m-bad);background:color-mix(in srgb,var(--bad-soft) 55%,var(--surface))}
    .notice p+p,.remedy{margin-top:.25rem}
    .remedy{color:var(--dim)}
    .empty{padding:2.75rem 1.5rem;text-align:center;color:var(--dim);border:1px dashed var(--edge);border-radius:var(--radius)}
    .empty>*+*{margin-top:.5rem}
    .empty h2{color:var(--text)}
    .empty .button{margin-top:1rem}
    .danger-zone{border:1px solid color-mix(in srgb,var(--m-bad) 45%,var(--line));border-radius:var(--radius);
    background:var(--surface);overflow:hidden}
    .danger-zone>*{padding:.9rem 1.3rem;margin:0}
    .danger-zone>h2{background:var(--bad-soft);color:var(--bad);font-size:.95rem;padding-block:.55rem}
    .danger-zone>div{display:flex;flex-wrap:wrap;gap:.5rem 1.5rem;align-items:center;justify-content:space-between}
    .danger-zone>div+div{border-top:1px solid var(--line)}
    .danger-zone p{flex:1 1 18rem}
    .confirm,.problem{max-width:44rem}
    .names{max-height:16rem;overflow-y:auto;border:1px solid var(--line);border-radius:8px;background:var(--sunk)}
    .names li{padding:.3rem .8rem}
    .names li+li{border-top:1px solid var(--line)}
    .fold>summary{cursor:pointer;font-weight:550;padding:.25rem 0}
    .fold[open]>summary{margin-bottom:.6rem}
    .progress{display:grid;gap:.3rem;font-size:.88rem;color:var(--dim);font-variant-numeric:tabular-nums;min-width:9rem}
    progress{appearance:none;width:100%;height:.45rem;border:0;border-radius:9px;overflow:hidden;background:var(--m-none);
    vertical-align:middle}
    progress::-webkit-progress-bar{background:var(--m-none)}
    progress::-webkit-progress-value{background:var(--m-run);border-radius:9px;transition:width .4s}
    progress::-moz-progress-bar{background:var(--m-run);border-radius:9px}
    progress:indeterminate{background:linear-gradient(90deg,var(--m-none) 30%,var(--m-run) 50%,var(--m-none) 70%) 0/220% 100%;
    animation:slide 1.8s linear infinite}
    progress:indeterminate::-webkit-progress-bar{background:none}
    progress:indeterminate::-moz-progress-bar{background:none}
    @keyframes slide{from{background-position:100%}to{background-position:-100%}}

    /* Code, logs, diagnostics, differences. */
    pre{overflow:auto;tab-size:2;line-height:1.55}
    pre.code,pre.log,pre.diff,.diagnostic pre{padding:.85rem 1.1rem;border:1px solid var(--line);border-radius:8px;
    background:var(--sunk)}
    pre.log{max-height:min(70vh,44rem);min-height:6rem;white-space:pre-wrap;overflow-wrap:anywhere;
    overscroll-behavior:contain;background:#10141b;color:#dde2ea}
    pre.log:empty::before{content:"Nothing yet.";color:#98a2b1}
    .copyable{position:relative}
    .copyable pre{padding-right:5.5rem;white-space:pre-wrap;overflow-wrap:anywhere}
    .copyable>button{position:absolute;top:.55rem;right:.55rem}
    pre.diff{padding:.6rem 0;white-space:pre-wrap;overflow-wrap:anywhere}
    .diff span{display:block;padding:0 1.1rem}
    .diff .head{font-weight:700;padding-block:.4rem .15rem}
    .diff .added{background:var(--good-soft);color:var(--good)}
    .diff .removed{background:var(--bad-soft);color:var(--bad)}
    .diff .changed{background:var(--warn-soft);color:var(--warn)}
    .diff .same{color:var(--dim)}
    .tally{display:flex;gap:.9rem;font-variant-numeric:tabular-nums}
    .tally .added{color:var(--good)}
    .tally .removed{color:var(--bad)}
    .tally .changed{color:var(--warn)}
    .diagnostic{padding:.8rem 1.1rem 1rem;border:1px solid var(--line);border-left:4px solid var(--m-bad);border-radius:8px;
    background:var(--surface)}
    .diagnostic.warning{border-left-color:var(--m-warn)}
    .diagnostic b{color:var(--bad)}
    .diagnostic.warning b{color:var(--warn)}
    .diagnostic pre{margin-top:.5rem;padding:.5rem .9rem}
    .diagnostic+.diagnostic{margin-top:.75rem}
    .diagnostic .caret{color:var(--bad);font-weight:700}

    /* Charts: colours come from the class of a mark, sizes from the drawing. */
    .chart .plot:not(.wide){max-width:38rem}
    .chart{overflow-x:auto;overflow-y:hidden}
    .chart figcaption{font-weight:600;margin-bottom:.4rem;position:sticky;left:0}
    .chart.newest{direction:rtl}
    .chart.newest>*{direction:ltr}
    .plot{display:block;width:100%;height:auto;min-width:18rem;font-family:var(--sans)}
    .plot.wide{min-width:46rem}
    .plot.narrow{min-width:0;max-width:26rem}
    .plot.spark{display:inline-block;width:6.5rem;height:1.5rem;min-width:0;vertical-align:middle}
    .plot text{fill:var(--dim);font-size:11px;font-variant-numeric:tabular-nums}
    .plot text.strong{fill:var(--text);font-weight:600}
    .plot a text{fill:var(--accent)}
    .plot a:hover text{text-decoration:underline}
    .plot .grid{stroke:var(--line);stroke-width:1;fill:none}
    .plot .axis{stroke:var(--edge);stroke-width:1;fill:none}
    .plot .gap{stroke:var(--surface);fill:none}
    .plot .area{fill:var(--m-run);opacity:.14;stroke:none}
    .plot .hit{fill:transparent}
    .plot .hit:hover{fill:var(--text);fill-opacity:.07}
    .plot .track{fill:var(--m-none)}
    .plot{color:var(--m-run)}
    .plot :is(.succeeded,.success,.good,.daily){color:var(--m-good)}
    .plot :is(.warning,.partial){color:var(--m-warn)}
    .plot .late{color:var(--m-late)}
    .plot :is(.failed,.error,.goes){color:var(--m-bad)}
    .plot :is(.manual,.pinned,.interrupted,.paused,.yearly){color:var(--m-hold)}
    .plot :is(.unknown,.cancelled,.queued,.other){color:var(--m-idle)}
    .plot :is(.none,.spare){color:var(--m-none)}
    .plot :is(.last,.hourly,.within){color:var(--m-idle)}
    .plot .monthly{color:var(--m-warn)}
    .plot .pin{fill:var(--text)}
    .plot a:hover circle,.plot .bar:hover{opacity:.7}

    /* The sign-in page and whatever a stranger sees. */
    .door{display:grid;place-items:center;grid-template-rows:1fr auto;padding:1.5rem;
    background:radial-gradient(60rem 30rem at 50% -8rem,var(--accent-soft),transparent) var(--bg)}
    .door main{max-width:25rem;padding:0 0 6vh}
    .door main.problem{max-width:38rem}
    .door .brand{justify-content:center;padding:0 0 1.4rem;font-size:1.5rem}
    .door .brand img{width:2.5rem;height:2.5rem}
    .door .card{padding:1.9rem 2rem 2rem;box-shadow:var(--pop)}
    .door h1{font-size:1.3rem}
    .door .foot{grid-column:auto;padding:0}
    .sign-in button{width:100%;padding:.6rem}
    .sign-in>*+*{margin-top:1.1rem}
    .status{font:650 .95rem var(--mono);color:var(--dim)}

    """#

  /// What narrow screens, print and readers' wishes change; after the rest, to win over it.
  private static let narrow = #"""
    @media(max-width:70rem){.split{grid-template-columns:minmax(0,1fr)}}
    @media(max-width:58rem){
    .app{display:block}
    .side{position:sticky;z-index:10;height:auto;max-height:100vh;display:grid;grid-template-columns:1fr auto auto;
    align-items:center;padding:.6rem 1rem;border-right:0;border-bottom:1px solid var(--line)}
    .brand{padding:0}
    .service{order:0;padding:0}
    .service .livedot{display:none}
    .side .menu{display:inline-flex;margin-left:.4rem}
    #menu{position:absolute;opacity:0;width:1px;height:1px}
    #menu:focus-visible+.menu{outline:2px solid var(--accent);outline-offset:2px}
    .side nav,.account{display:none;grid-column:1/-1}
    #menu:checked~nav,#menu:checked~.account{display:block}
    .side nav ul{display:grid;grid-template-columns:repeat(auto-fill,minmax(9.5rem,1fr))}
    .side li a{padding-block:.6rem}
    .account div{position:static;border:0;box-shadow:none;background:none;padding:.2rem 0 0}
    main{padding:1.25rem 1rem 2.5rem}
    .foot{padding:0 1rem 1rem}
    .halves{grid-template-columns:minmax(0,1fr)}
    h1{font-size:1.4rem}
    .data thead th{position:static}}
    @media(min-width:58.01rem){#menu{display:none}}
    @media(max-width:40rem){
    .figures{grid-template-columns:repeat(2,minmax(0,1fr));gap:.65rem}
    .figure b{font-size:clamp(1.1rem,14cqi,1.4rem)}
    .actions{width:100%}
    .actions>*,.actions form>*{flex:1 1 auto}
    .toolbar label,.toolbar .grow{flex:1 1 45%;max-width:none}
    .toolbar .grow{flex-basis:100%}
    .facts>div{grid-template-columns:1fr}
    .card,fieldset{padding:1rem}
    .table:has(.stack){background:none;border:0;box-shadow:none;overflow:visible}
    .card.flush>.table:has(.stack){border:0}
    .stack thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
    .stack,.stack tbody{display:block}
    .stack tr{display:block;background:var(--surface);border:1px solid var(--line);border-radius:var(--radius);
    padding:.5rem .9rem;box-shadow:var(--shadow)}
    .flush .stack tr{border-width:1px 0 0;border-radius:0;box-shadow:none}
    .stack tr+tr{margin-top:.6rem}
    .flush .stack tr+tr{margin:0}
    .stack tr>*{display:flow-root!important;padding:.25rem 0!important;border:0!important;max-width:none!important;
    min-width:0!important;white-space:normal!important;overflow-wrap:anywhere}
    .stack tr>[data-label]{text-align:right}
    .stack tr>[data-label]::before{content:attr(data-label);float:left;margin-right:1rem;color:var(--dim);
    font:400 .95rem/1.5 var(--sans)}
    .stack .progress{clear:both}
    .stack td.wrap{text-align:left}
    .stack td.wrap::before{float:none;display:block}
    .stack tbody th{text-align:left!important;font-size:1.02rem}
    .stack tbody th::before{display:none}
    .stack tr.failed>:first-child,.stack tr.late>:first-child,.stack tr.warning>:first-child,
    .stack tr.running>:first-child{box-shadow:none}
    .stack tr.failed{box-shadow:inset 3px 0 var(--m-bad)}
    .stack tr.late{box-shadow:inset 3px 0 var(--m-late)}
    .stack tr.warning{box-shadow:inset 3px 0 var(--m-warn)}
    .stack tr.running{box-shadow:inset 3px 0 var(--m-run)}
    .stack td.acts{text-align:right}}
    @media(prefers-reduced-motion:reduce){*,*::before,*::after{animation:none!important;transition:none!important}}
    @media(forced-colors:active){.badge,.figure,.button,button{border:1px solid}.side li a::before{background:LinkText}}
    @media print{
    :root{--bg:#fff;--surface:#fff;--text:#000;--dim:#444;--line:#bbb;--shadow:none}
    .side,.actions,.toolbar,.chips,.pager,.acts,.skip,[data-copy],.danger-zone{display:none!important}
    .app{display:block}main{padding:0;max-width:none}
    .card,.table,.figure{break-inside:avoid;box-shadow:none}
    pre.log{max-height:none;background:none;color:#000;border-color:#bbb}
    .data thead th{position:static}}
    """#
}
