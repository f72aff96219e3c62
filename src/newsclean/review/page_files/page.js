"use strict";
// Builds the screen from the data in the page. Text only ever becomes text nodes: nothing in an article is markup.
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const AT_ONCE = 20;
  const state = { view: "articles", page: 0, wrong: new Map(), saved: false };
  const $ = (id) => document.getElementById(id);

  function make(tag, props = {}, ...children) {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(props)) {
      if (name === "class") node.className = value;
      else if (name === "hue") node.style.setProperty("--hue", value);
      else if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
      else if (value !== null) node.setAttribute(name, value);
    }
    node.append(...children);
    return node;
  }

  const hues = new Map();
  data.kinds.forEach(([kind], i) => hues.set(kind, Math.round((i * 137.5) % 360)));
  const hue = (kind) => hues.get(kind) ?? 210;
  const count = (n, one, many) => `${n.toLocaleString("en")} ${n === 1 ? one : many ?? one + "s"}`;

  // Filters.
  const keys = ["kind", "rule", "strength"];
  function options(id, values, all) {
    $(id).replaceChildren(make("option", { value: "" }, all), ...values.map((v) => make("option", { value: v }, v)));
  }
  const findings = data.articles.flatMap((a) => a.findings);
  for (const key of keys) options(key, [...new Set(findings.map((f) => f[key]))].sort(), "all");
  options("copy", data.copyKinds.map(([kind]) => kind), "all");
  options("site", [...new Set(data.articles.map((a) => a.site).filter(Boolean))].sort(), "all");

  const wanted = (f) =>
    keys.every((key) => !$(key).value || f[key] === $(key).value) &&
    (!$("gone").value || f.gone === ($("gone").value === "removed"));
  const narrowed = () => keys.some((key) => $(key).value) || $("gone").value;
  function holds(article) {
    const words = $("words").value.trim().toLowerCase();
    return (
      (!$("site").value || article.site === $("site").value) &&
      (!narrowed() || article.findings.some(wanted)) &&
      (!words || (article.title + " " + article.id + "\n" + article.pieces.map((p) => p[0]).join("")).toLowerCase().includes(words))
    );
  }
  const groupHolds = (group) => {
    const words = $("words").value.trim().toLowerCase();
    const all = [group.kept, ...group.copies];
    return (
      (!$("copy").value || group.copies.some((copy) => copy.kind === $("copy").value)) &&
      (!$("site").value || all.some((a) => a.site === $("site").value)) &&
      (!words || all.some((a) => (a.title + " " + a.id).toLowerCase().includes(words)))
    );
  };

  // One article.
  function about(article) {
    return [article.id, article.site].filter(Boolean).join(" · ");
  }
  function articleNode(article, number) {
    const text = make("div", { class: "text" });
    const last = new Map();
    article.pieces.forEach(([, marks], i) => marks.forEach((m) => last.set(m, i)));
    article.pieces.forEach(([part, marks], i) => {
      if (!marks.length) return text.append(part);
      const gone = marks.some((m) => article.findings[m].gone);
      const first = article.findings[marks[0]];
      const piece = make(gone ? "del" : "span", { class: gone ? "found" : "found left", hue: hue(first.kind), title: [`${first.kind} (${first.strength}): ${first.reason}`, ...first.evidence].join("\n") }, part);
      text.append(piece);
      for (const m of marks) if (last.get(m) === i) text.append(...why(article, number, m));
    });
    const heading = `h-${number}`;
    return make(
      "article", { "aria-labelledby": heading, tabindex: "-1" },
      make("h2", { id: heading }, article.title || article.id),
      make("p", { class: "about" }, about(article)),
      ...article.warnings.map((w) => make("p", { class: "warning" }, `Warning: ${w}`)),
      text,
      ...(article.repairs.length ? [repairs(article)] : []),
    );
  }
  function repairs(article) {
    return make(
      "details", {}, make("summary", {}, count(article.repairs.length, "repaired stretch", "repaired stretches")),
      make("ul", {}, ...article.repairs.map(([kind, before, after]) => make("li", {}, `${kind}: ${JSON.stringify(before)} became ${JSON.stringify(after)}`))),
    );
  }
  function why(article, number, m) {
    const f = article.findings[m];
    const key = `${number}/${m}`;
    const id = `note-${number}-${m}`;
    const verb = f.gone ? "removed" : "seen and left";
    const button = make("button", {
      type: "button", class: state.wrong.has(key) ? "why wrong" : "why", hue: hue(f.kind),
      "aria-expanded": "false", "aria-controls": id,
      "aria-label": `${f.kind}, strength ${f.strength}, ${verb}: why`,
    }, `${f.kind} ${f.strength}`);
    const wrong = make("button", { type: "button", "aria-pressed": String(state.wrong.has(key)), onclick: mark }, "This was wrong");
    const note = make(
      "span", { class: "note", id, hue: hue(f.kind), hidden: "" },
      make("span", {}, make("strong", {}, `${f.kind} (${f.strength}, ${f.rule}), ${verb}`)),
      make("span", {}, f.reason),
      ...f.evidence.map((e) => make("span", {}, `– ${e}`)),
      ...(f.gone ? [wrong] : []),
    );
    let pinned = false;
    const show = (on) => { note.hidden = !on; button.setAttribute("aria-expanded", String(on)); };
    function mark() {
      if (state.wrong.has(key)) state.wrong.delete(key);
      else state.wrong.set(key, { ...f, article: about(article) });
      wrong.setAttribute("aria-pressed", String(state.wrong.has(key)));
      button.classList.toggle("wrong", state.wrong.has(key));
      marks();
    }
    button.markWrong = f.gone ? mark : () => {};
    button.closeNote = () => { pinned = false; show(false); };
    button.addEventListener("click", () => { pinned = !pinned; show(pinned); });
    button.addEventListener("focus", () => { if (button.matches(":focus-visible")) show(true); });
    button.addEventListener("mouseenter", () => show(true));
    for (const node of [button, note]) {
      const maybe = (event) => {
        const to = event.relatedTarget;
        if (!pinned && !(to && (note.contains(to) || button.contains(to))) && document.activeElement !== button && !note.contains(document.activeElement)) show(false);
      };
      node.addEventListener("mouseleave", maybe);
      node.addEventListener("focusout", (event) => { const to = event.relatedTarget; if (!pinned && to !== button && !(to && note.contains(to))) show(false); });
    }
    return [button, note];
  }

  // One group of copies.
  function side(name, article, parts) {
    return make(
      "div", {}, make("p", { class: "about" }, `${name}: ${about(article)}`),
      make("div", { class: "text" }, ...parts.map(([part, differs]) => make("span", { class: differs ? "differs" : "same" }, part))),
    );
  }
  function groupNode(group, number) {
    const heading = `g-${number}`;
    return make(
      "article", { "aria-labelledby": heading, tabindex: "-1" },
      make("h2", { id: heading }, `Kept: ${group.kept.title || group.kept.id}`),
      make("p", { class: "about" }, `${about(group.kept)} · ${count(group.copies.length + group.more, "copy", "copies")} (${group.kind})`),
      ...group.copies.map((copy) =>
        make(
          "details", {},
          make("summary", {}, `${copy.title || copy.id}: ${copy.kind}, jaccard ${copy.jaccard}, containment ${copy.containment}`),
          make("div", { class: "sides" }, side("kept", group.kept, copy.a), side("copy", copy, copy.b)),
        )),
      ...(group.more ? [make("p", { class: "small" }, `and ${group.more} more`)] : []),
    );
  }

  // Counts.
  function chart(caption, rows, filter) {
    const top = Math.max(...rows.map((r) => r[1]), 1);
    const svg = (value) => {
      const node = document.createElementNS("http://www.w3.org/2000/svg", "svg");
      node.setAttribute("viewBox", "0 0 100 10");
      node.setAttribute("preserveAspectRatio", "none");
      node.setAttribute("aria-hidden", "true");
      const bar = document.createElementNS("http://www.w3.org/2000/svg", "rect");
      bar.setAttribute("width", String((100 * value) / top));
      bar.setAttribute("height", "10");
      node.append(bar);
      return node;
    };
    return make(
      "table", {}, make("caption", {}, caption),
      make("tbody", {}, ...rows.map(([name, value]) =>
        make("tr", { hue: filter === "kind" ? hue(name) : 210 }, make("th", { scope: "row" }, filter && name ? make("button", { type: "button", onclick: () => only(filter, name) }, name) : name || "(no site)"), make("td", { class: "bar" }, svg(value)), make("td", { class: "number" }, value.toLocaleString("en"))))),
    );
  }

  // The screen.
  function show(focus) {
    const articles = state.view === "articles";
    const list = articles ? data.articles.filter(holds) : data.groups.filter(groupHolds);
    const last = Math.max(0, Math.ceil(list.length / AT_ONCE) - 1);
    state.page = Math.min(state.page, last);
    const from = state.page * AT_ONCE;
    const part = list.slice(from, from + AT_ONCE);
    const index = new Map((articles ? data.articles : data.groups).map((item, i) => [item, i]));
    $("items").replaceChildren(...part.map((item) => (articles ? articleNode : groupNode)(item, index.get(item))));
    if (narrowed() && articles) {
      part.forEach((article, i) => article.findings.forEach((f, m) => {
        if (!wanted(f)) return;
        const node = document.querySelector(`[aria-controls="note-${index.get(article)}-${m}"]`);
        if (node) node.classList.add("wanted");
      }));
    }
    const what = articles ? count(list.length, "article") : count(list.length, "group") + " of copies";
    $("status").textContent = list.length ? `${what}; ${from + 1} to ${from + part.length} shown` : `${what}`;
    const step = (name, to) => {
      const button = make("button", { type: "button", onclick: () => { state.page = to; show(true); } }, name);
      button.disabled = to < 0 || to > last;
      return button;
    };
    $("pages").replaceChildren(step("Previous", state.page - 1), `page ${state.page + 1} of ${last + 1}`, step("Next", state.page + 1));
    $("pages").hidden = last === 0;
    for (const node of document.querySelectorAll(".of-findings")) node.hidden = !articles;
    for (const node of document.querySelectorAll(".of-copies")) node.hidden = articles;
    for (const view of ["articles", "groups"]) $(`view-${view}`).setAttribute("aria-pressed", String(state.view === view));
    if (focus) { $("list").focus({ preventScroll: true }); $("list").scrollIntoView(); }
  }
  function view(name) { state.view = name; state.page = 0; show(); }
  function only(filter, name) {
    // A bar of the charts, chosen: what it counts is shown.
    const there = [...$(filter).options].some((option) => option.value === name);
    if (!there) return;
    $(filter).value = name;
    if (filter !== "site") state.view = filter === "copy" ? "groups" : "articles";
    state.page = 0;
    show(true);
  }

  // Marks: the removals that were wrong, as a rule file.
  function marks() {
    state.saved = false;
    $("marks").hidden = !state.wrong.size;
    $("count").textContent = count(state.wrong.size, "removal") + " marked as wrong.";
  }
  const escaped = (text) => text.replace(/[\\^$.|?*+()[\]{}#&~-]/g, "\\$&").replace(/\s+/g, "\\s+");
  const pattern = (f, text) => {
    const body = escaped(text.trim());
    return f.action === "drop" ? `(?m:^\\s*${body}\\s*$)` : body;
  };
  const quoted = (text) => '"' + text.replace(/["\\]/g, "\\$&").replace(/[\u0000-\u001f\u007f]/g, (c) => "\\u" + c.charCodeAt(0).toString(16).padStart(4, "0")) + '"';
  const shown = (text) => text.replace(/[\u0000-\u001f\u007f\u2028\u2029]+/g, " ").slice(0, 150);
  function toml() {
    const lines = ["# What was marked as wrong on a review page: text that nothing may remove.", "protect = ["];
    const seen = new Set();
    const wrong = [...state.wrong.values()].flatMap((f) => f.texts.map((text) => [f, text]));
    for (const [f, text] of wrong) {
      const line = quoted(pattern(f, text));
      if (!text.trim() || seen.has(line)) continue;
      seen.add(line);
      lines.push(`  # ${shown(f.kind)}, ${shown(f.rule)}, in ${shown(f.article)}`, `  ${line},`);
    }
    return lines.concat("]", "").join("\n");
  }
  function save() {
    state.saved = true;
    const url = URL.createObjectURL(new Blob([toml()], { type: "application/toml" }));
    make("a", { href: url, download: "corrections.toml" }).click();
    setTimeout(() => URL.revokeObjectURL(url), 1000);
  }

  // Keys.
  function step(selector, by) {
    const all = [...$("items").querySelectorAll(selector)];
    if (!all.length) return;
    const at = all.findIndex((node) => node === document.activeElement || node.contains(document.activeElement));
    const next = at < 0 ? (by > 0 ? 0 : all.length - 1) : Math.min(all.length - 1, Math.max(0, at + by));
    all[next].focus({ focusVisible: true });
    all[next].scrollIntoView({ block: selector === "article" ? "start" : "center" });
  }
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName)) return;
    const focused = document.activeElement;
    const close = focused && focused.closest(".note");
    const button = close ? document.querySelector(`[aria-controls="${close.id}"]`) : focused;
    const finding = state.view === "articles" && narrowed() ? ".why.wanted" : ".why";
    if (event.key === "j") step("article", 1);
    else if (event.key === "k") step("article", -1);
    else if (event.key === "n") step(finding, 1);
    else if (event.key === "p") step(finding, -1);
    else if (event.key === "w" && button && button.markWrong) button.markWrong();
    else if (event.key === "Escape" && button && button.closeNote) { button.focus(); button.closeNote(); }
    else return;
    event.preventDefault();
  });

  const t = data.totals;
  const share = t.characters ? ((100 * t.gone) / t.characters).toFixed(1) : "0.0";
  $("totals").textContent =
    `${count(t.articles, "article")}, ${t.touched.toLocaleString("en")} of them changed; ${count(t.removals, "removal")}, ` +
    `${share} % of the characters; ${count(t.copies, "copy", "copies")} in ${count(t.groups, "group")}.` +
    (t.shown < t.articles ? ` ${t.shown.toLocaleString("en")} articles are shown, evenly from all.` : "") +
    (t.groupsShown < t.groups ? ` The first ${t.groupsShown} groups are shown.` : "");
  $("charts").append(
    ...(data.kinds.length ? [chart("Removals by kind", data.kinds, "kind")] : []),
    ...(data.sites.length > 1 || (data.sites.length && data.sites[0][0]) ? [chart("Removals by site", data.sites, "site")] : []),
    ...(data.copyKinds.length ? [chart("Copies by kind", data.copyKinds, "copy")] : []),
  );
  $("view-groups").hidden = !data.groups.length;
  $("view-articles").addEventListener("click", () => view("articles"));
  $("view-groups").addEventListener("click", () => view("groups"));
  $("filters").addEventListener("input", () => { state.page = 0; show(); });
  $("filters").addEventListener("reset", () => setTimeout(() => { state.page = 0; show(); }));
  $("filters").addEventListener("submit", (event) => event.preventDefault());
  $("export").addEventListener("click", save);
  $("clear").addEventListener("click", () => { state.wrong.clear(); marks(); show(); });
  window.addEventListener("beforeunload", (event) => { if (state.wrong.size && !state.saved) event.preventDefault(); });
  $("more").open = window.matchMedia("(min-width: 50rem)").matches; // on a phone the articles come first
  show();
})();
