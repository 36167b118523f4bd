// The script: what a page does by itself while it stays open. Everything else works without it.

extension Asset {
  /// Live regions, followed logs, times in the reader's zone, and copying. It takes markup only from pages of this
  /// server, through `DOMParser`, which runs nothing; whatever else it shows is text.
  static let script = #"""
    (() => {
    "use strict";
    const all = (query, place = document) => [...place.querySelectorAll(query)];
    const pause = (ms) => new Promise((done) => setTimeout(done, ms));
    document.documentElement.classList.add("js");

    // Times: the reader's zone as a tooltip, and ages as the server words them, kept up to date.
    const steps = [[60, 1, "s"], [5400, 60, "min"], [129600, 3600, "h"], [5184000, 86400, "days"],
      [63072000, 2629800, "months"], [Infinity, 31557600, "years"]];
    function age(seconds) {
      const size = Math.abs(seconds);
      if (size < 45) return seconds < 0 ? "now" : "just now";
      const [, length, unit] = steps.find(([below]) => size < below);
      const words = Math.round(size / length) + " " + unit;
      return seconds < 0 ? "in " + words : words + " ago";
    }
    function tell() {
      for (const time of all("time[datetime]")) {
        const date = new Date(time.dateTime);
        if (isNaN(date)) continue;
        time.title = date.toLocaleString(undefined, { dateStyle: "full", timeStyle: "long" });
        if (!("age" in time.dataset)) continue;
        const words = age((Date.now() - date) / 1000);
        if (time.textContent !== words) time.textContent = words;
      }
    }

    // Live regions: the page is fetched again, and what differs is put in place of what stands there.
    const regions = all("[data-live][id]");
    // Hidden fields hold tokens, which may differ each time.
    const content = (region) => region.innerHTML.replace(/<input type="hidden"[^>]*>/g, "");
    const seen = new Map(regions.map((region) => [region.id, content(region)]));
    const light = document.querySelector("[data-live-state]");
    function show(state, words) {
      if (!light || !regions.length) return;
      light.hidden = false;
      light.dataset.state = state;
      light.textContent = words;
    }
    function inUse(region) {
      const active = document.activeElement;
      if (region.contains(active) && active.matches("input,select,textarea")) return true;
      const selection = getSelection();
      return !selection.isCollapsed && region.contains(selection.anchorNode);
    }
    function replace(region, fresh) {
      const html = content(fresh);
      if (html === seen.get(region.id)) return true;
      if (inUse(region)) return false;
      seen.set(region.id, html);
      const spots = "a,button,summary";
      const place = all(spots, region).indexOf(document.activeElement);
      const words = place < 0 ? "" : document.activeElement.textContent;
      const open = all("details[open]>summary", region).map((summary) => summary.textContent);
      const scrolled = all(".table,.chart,pre", region).map((box) => [box.scrollLeft, box.scrollTop]);
      region.replaceChildren(...fresh.childNodes);
      for (const summary of all("details>summary", region))
        if (open.includes(summary.textContent)) summary.parentElement.open = true;
      all(".table,.chart,pre", region).forEach((box, n) => scrolled[n] && box.scrollTo(...scrolled[n]));
      const spot = place < 0 ? null : all(spots, region)[place];
      if (spot && spot.textContent === words) spot.focus({ preventScroll: true });
      return true;
    }
    let wanted = false, busy = false, last = 0;
    async function refresh() {
      wanted = true;
      if (busy) return;
      busy = true;
      while (wanted && !document.hidden) {
        await pause(Math.max(150, last + 2000 - Date.now()));
        wanted = false;
        last = Date.now();
        try {
          const answer = await fetch(location.href, { headers: { Accept: "text/html" }, cache: "no-store" });
          // Signed out meanwhile: the sign-in page has no such regions, and says so itself.
          if (answer.redirected || answer.status === 401) { location.reload(); return; }
          if (!answer.ok) continue;
          const page = new DOMParser().parseFromString(await answer.text(), "text/html");
          for (const region of regions) {
            const fresh = page.getElementById(region.id);
            if (fresh && !replace(region, fresh)) setTimeout(refresh, 5000);
          }
          tell();
        } catch { show("off", "Offline"); }
      }
      busy = false;
    }
    let stream = null, later = 0;
    // A page may be as it was two seconds ago: when it is calm again, another look shows the last change too.
    function changed() {
      refresh();
      clearTimeout(later);
      later = setTimeout(refresh, 2500);
    }
    function listen() {
      if (!regions.length || stream || document.hidden) return;
      stream = new EventSource("/api/stream");
      stream.onopen = () => show("on", "Live");
      stream.addEventListener("change", changed);
      stream.onerror = () => {
        show("off", "Reconnecting");
        if (stream && stream.readyState === EventSource.CLOSED) { hush(); setTimeout(listen, 15000); }
      };
    }
    function hush() { if (stream) { stream.close(); stream = null; } }
    document.addEventListener("visibilitychange", () => {
      if (document.hidden) { hush(); show("off", "Paused"); } else { listen(); tell(); if (regions.length) refresh(); }
    });
    addEventListener("pagehide", hush);
    addEventListener("pageshow", listen);
    const every = Math.min(...regions.map((region) => Number(region.dataset.every) || Infinity));
    if (every < Infinity) setInterval(() => { if (!document.hidden) refresh(); }, Math.max(2, every) * 1000);

    // Logs: what came since is fetched and appended as text; the view stays at the bottom if it was there.
    const longest = 4e6;
    async function follow(log) {
      const decoder = new TextDecoder();
      let offset = Number(log.dataset.offset) || 0, wait = 1000, size = log.textContent.length;
      log.scrollTop = log.scrollHeight;
      for (;;) {
        if (!document.hidden) try {
          const answer = await fetch(log.dataset.log + "?offset=" + offset, { cache: "no-store" });
          if (answer.status >= 400 && answer.status < 500) return;
          if (answer.ok) {
            const bytes = await answer.arrayBuffer();
            const text = decoder.decode(bytes, { stream: true });
            const next = answer.headers.get("X-Log-Offset");
            offset = next === null ? offset + bytes.byteLength : Number(next);
            if (text) {
              const bottom = log.scrollTop + log.clientHeight >= log.scrollHeight - 12;
              log.append(text);
              size += text.length;
              while (size > longest && log.firstChild !== log.lastChild) {
                size -= log.firstChild.textContent.length;
                log.firstChild.remove();
              }
              if (bottom) log.scrollTop = log.scrollHeight;
            }
            if (answer.headers.get("X-Log-Ended") === "true") { if (regions.length) refresh(); return; }
            wait = text ? 1000 : Math.min(wait * 1.5, 5000);
          }
        } catch { wait = 5000; }
        await pause(wait);
      }
    }

    // Copying. Pages that came without TLS have no clipboard of their own, and a field that is selected instead.
    async function copy(button) {
      const source = document.querySelector(button.dataset.copy);
      if (!source) return;
      const text = "value" in source ? source.value : source.textContent;
      try { await navigator.clipboard.writeText(text); } catch {
        const field = document.createElement("textarea");
        field.className = "hidden";
        field.value = text;
        document.body.append(field);
        field.select();
        document.execCommand("copy");
        field.remove();
        button.focus();
      }
      const words = button.textContent;
      button.textContent = "Copied";
      button.disabled = true;
      await pause(1500);
      button.textContent = words;
      button.disabled = false;
    }
    document.addEventListener("click", (event) => {
      const button = event.target.closest("[data-copy]");
      if (button) copy(button);
      for (const menu of all(".account[open]")) if (!menu.contains(event.target)) menu.open = false;
    });

    all("[data-log]").forEach(follow);
    tell();
    setInterval(() => { if (!document.hidden) tell(); }, 15000);
    listen();
    })();
    """#
}
