"use strict";
// Theme, section marks and the sample browser. Text from models is only ever set as textContent.

const ROW = 44;
const $ = (selector, root = document) => root.querySelector(selector);

function make(tag, options = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(options)) {
    if (name === "class") element.className = value;
    else if (name === "text") element.textContent = value;
    else if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value);
  }
  element.append(...children.filter((child) => child !== null));
  return element;
}

// Theme: auto, light, dark. Storage may be refused for a local file; then the choice lasts for the visit.
function setUpTheme() {
  const button = $("#theme");
  const themes = ["auto", "light", "dark"];
  let theme = "auto";
  try { theme = localStorage.getItem("selfexec-theme") || "auto"; } catch { /* kept for this visit only */ }
  const show = () => {
    if (theme === "auto") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme;
    $("span", button).textContent = theme;
  };
  button.addEventListener("click", () => {
    theme = themes[(themes.indexOf(theme) + 1) % themes.length];
    try { localStorage.setItem("selfexec-theme", theme); } catch { /* as above */ }
    show();
  });
  button.hidden = false;
  show();
}

function setUpNavigation() {
  const links = new Map([...document.querySelectorAll("nav a")].map((link) => [link.hash.slice(1), link]));
  const bar = $("nav ul");
  const visible = new Set();
  const watch = new IntersectionObserver((entries) => {
    for (const entry of entries) visible[entry.isIntersecting ? "add" : "delete"](entry.target.id);
    const current = [...links.keys()].find((id) => visible.has(id));
    for (const [id, link] of links) {
      if (id === current) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
    // In a narrow window the links are one line that scrolls.
    const link = links.get(current);
    if (link) bar.scrollLeft = link.offsetLeft - (bar.clientWidth - link.offsetWidth) / 2;
  }, { rootMargin: "-10% 0px -60% 0px" });
  for (const id of links.keys()) watch.observe(document.getElementById(id));
}

// Blocks: base64 of deflated JSON, unpacked when first asked for.
const unpacked = new Map();
function unpack(id) {
  if (!unpacked.has(id)) {
    const text = atob(document.getElementById(id).textContent.trim());
    const bytes = Uint8Array.from(text, (character) => character.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
    unpacked.set(id, new Response(stream).json());
  }
  return unpacked.get(id);
}

const OUTCOMES = {
  AC: "accepted", WA: "wrong answer", TLE: "time limit", MLE: "memory limit", OLE: "output limit",
  RE: "crash", CE: "no runnable program", INTERNAL: "sandbox fault",
};

class Browser {
  constructor(root, index) {
    this.root = root;
    this.problems = index.problems;
    this.columns = index.columns;
    this.block = index.block;
    this.total = index.columns.problem.length;
    this.words = this.problems.map((p) => [p.id, p.topic, p.platform, p.date, p.difficulty].join(" ").toLowerCase());
    this.list = $(".list", root);
    this.runway = $(".runway", root);
    this.detail = $(".detail", root);
    this.form = $(".filters", root);
    this.shown = [];
    this.cursor = -1;
    this.open = -1;
    this.rows = new Map();
    this.setUpFilters();
    this.form.addEventListener("input", () => this.filter());
    this.form.addEventListener("submit", (event) => event.preventDefault());
    this.form.addEventListener("reset", () => setTimeout(() => this.filter()));
    this.list.addEventListener("scroll", () => this.draw(), { passive: true });
    this.list.addEventListener("keydown", (event) => this.key(event));
    new ResizeObserver(() => this.draw()).observe(this.list);
    document.addEventListener("keydown", (event) => this.shortcut(event));
    addEventListener("hashchange", () => this.follow());
    root.hidden = false;
    this.filter();
    this.follow();
  }

  setUpFilters() {
    const { outcome, change, predicted, ended } = this.columns;
    const counted = (values) => {
      const counts = new Map();
      for (const value of values) counts.set(value, (counts.get(value) || 0) + 1);
      return [...counts].filter(([value]) => value !== "" && value !== null).sort((a, b) => b[1] - a[1]);
    };
    const fill = (name, choices) => {
      const select = this.form.elements[name];
      select.append(...choices.map(([value, text]) => make("option", { value, text })));
      select.closest("label").hidden = choices.length < 3;
    };
    const failed = counted(outcome).filter(([value]) => value !== "AC");
    fill("outcome", [["", "all"], ["AC", "accepted"], ["-", "not accepted"], ["p", "passes public tests only"],
      ...failed.map(([value, count]) => [value, `${value}, ${OUTCOMES[value] || value} (${count})`])]);
    const levels = new Set(this.problems.map((p) => p.difficulty).filter(Boolean));
    fill("difficulty", [["", "all"], ...[...levels].map((value) => [value, value])]);
    fill("change", [["", "all"], ...counted(change).map(([value, count]) => [value, `${value} (${count})`])]);
    fill("predicted", predicted.some((value) => value !== null) ? [["", "all"], ["fooled", "fooled: predicted to pass, fails"],
      ["rejected", "rejected: predicted to fail, passes"], ["pass", "predicted to pass"], ["fail", "predicted to fail"]] : []);
    fill("ended", [["", "all"], ...counted(ended).map(([value, count]) => [value, `${value} (${count})`])]);
    fill("order", [["", "problem"], ["tokens", "longest first"], ["short", "shortest first"]]);
  }

  filter() {
    const started = performance.now();
    const wanted = Object.fromEntries(new FormData(this.form));
    const search = wanted.search.trim().toLowerCase().split(/\s+/).filter(Boolean);
    const { problem, outcome, public: passesPublic, change, predicted, ended, tokens } = this.columns;
    const fits = this.problems.map((p, i) => (!wanted.difficulty || p.difficulty === wanted.difficulty)
      && search.every((word) => this.words[i].includes(word)));
    const by = {
      "": () => true,
      AC: (i) => outcome[i] === "AC",
      "-": (i) => outcome[i] !== "AC",
      p: (i) => outcome[i] !== "AC" && passesPublic[i] === 1,
    }[wanted.outcome] || ((i) => outcome[i] === wanted.outcome);
    const verifier = {
      fooled: (i) => predicted[i] === 1 && outcome[i] !== "AC",
      rejected: (i) => predicted[i] === 0 && outcome[i] === "AC",
      pass: (i) => predicted[i] === 1,
      fail: (i) => predicted[i] === 0,
    }[wanted.predicted] || (() => true);
    const shown = [];
    for (let i = 0; i < this.total; i++) {
      if (fits[problem[i]] && by(i) && verifier(i) && (!wanted.change || change[i] === wanted.change)
        && (!wanted.ended || ended[i] === wanted.ended)) shown.push(i);
    }
    if (wanted.order) {
      const sign = wanted.order === "tokens" ? -1 : 1;
      shown.sort((a, b) => sign * ((tokens[a] || 0) - (tokens[b] || 0)));
    }
    this.shown = shown;
    this.cursor = shown.indexOf(this.open);
    this.runway.style.height = `${shown.length * ROW}px`;
    this.list.scrollTop = this.cursor > 0 ? this.cursor * ROW - 2 * ROW : 0;
    $(".count", this.root).textContent = `${shown.length.toLocaleString("en")} of ${this.total.toLocaleString("en")} samples`;
    for (const row of this.rows.values()) row.remove();
    this.rows.clear();
    this.draw();
    this.root.dataset.filterMs = (performance.now() - started).toFixed(1);
  }

  // Only rows in sight exist.
  draw() {
    const first = Math.max(0, Math.floor(this.list.scrollTop / ROW) - 5);
    const last = Math.min(this.shown.length, Math.ceil((this.list.scrollTop + this.list.clientHeight) / ROW) + 5);
    for (const [place, row] of this.rows) {
      if (place < first || place >= last) { row.remove(); this.rows.delete(place); }
    }
    for (let place = first; place < last; place++) {
      if (!this.rows.has(place)) {
        const row = this.row(place);
        this.rows.set(place, row);
        this.runway.append(row);
      }
    }
    for (const [place, row] of this.rows) {
      row.setAttribute("aria-selected", String(this.shown[place] === this.open));
      row.classList.toggle("cursor", place === this.cursor);
    }
    if (this.rows.has(this.cursor)) this.list.setAttribute("aria-activedescendant", this.rows.get(this.cursor).id);
    else this.list.removeAttribute("aria-activedescendant");
  }

  row(place) {
    const i = this.shown[place];
    const row = make("div", {
      class: "row", role: "option", id: `row-${i}`, "aria-setsize": this.shown.length, "aria-posinset": place + 1,
      onclick: () => this.show(i),
    }, badge(this.columns.outcome[i]), make("span", { class: "id", text: this.problems[this.columns.problem[i]].id }),
    make("span", { class: "number", text: `#${this.columns.sample[i]}` }));
    row.style.top = `${place * ROW}px`;
    return row;
  }

  key(event) {
    const page = Math.max(1, Math.floor(this.list.clientHeight / ROW) - 1);
    const moves = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page, Home: -Infinity, End: Infinity };
    if (event.key in moves) {
      event.preventDefault();
      this.move(Math.min(this.shown.length - 1, Math.max(0, this.cursor + moves[event.key])));
    } else if ((event.key === "Enter" || event.key === " ") && this.cursor >= 0) {
      event.preventDefault();
      this.show(this.shown[this.cursor]).then(() => this.detail.focus({ preventScroll: true }));
    }
  }

  shortcut(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName)) return;
    if (event.key === "/") {
      event.preventDefault();
      this.form.elements.search.focus();
    } else if ((event.key === "j" || event.key === "k") && this.open >= 0) {
      this.step(event.key === "j" ? 1 : -1);
    } else if (event.key === "Escape" && this.detail.contains(event.target)) {
      this.list.focus();
    }
  }

  move(place) {
    this.cursor = place;
    const top = place * ROW;
    if (top < this.list.scrollTop) this.list.scrollTop = top;
    else if (top + ROW > this.list.scrollTop + this.list.clientHeight) this.list.scrollTop = top + ROW - this.list.clientHeight;
    this.draw();
  }

  step(by) {
    const place = this.shown.indexOf(this.open) + by;
    if (place >= 0 && place < this.shown.length) this.show(this.shown[place]);
  }

  // A link to a sample: #sample=PROBLEM/NUMBER.
  follow() {
    const match = /^#sample=(.*)\/(\d+)$/.exec(decodeURIComponent(location.hash));
    if (!match) return;
    const { problem, sample } = this.columns;
    const found = problem.findIndex((p, i) => this.problems[p].id === match[1] && sample[i] === Number(match[2]));
    if (found < 0 || found === this.open) return;
    if (!this.shown.includes(found)) this.form.reset();
    this.show(found);
    this.root.scrollIntoView();
  }

  async show(i) {
    const started = performance.now();
    this.open = i;
    this.move(Math.max(0, this.shown.indexOf(i)));
    const details = await unpack(`block-${Math.floor(i / this.block)}`);
    if (this.open !== i) return;
    const problem = this.problems[this.columns.problem[i]];
    history.replaceState(null, "", `#sample=${encodeURIComponent(problem.id)}/${this.columns.sample[i]}`);
    this.detail.replaceChildren(...this.parts(i, problem, details[i % this.block]));
    this.detail.scrollTop = 0;
    this.root.dataset.showMs = (performance.now() - started).toFixed(1);
  }

  parts(i, problem, detail) {
    const { solution, verdicts, predictions, turns } = detail;
    const facts = [problem.difficulty, problem.platform, problem.topic, problem.date.slice(0, 10),
      solution.n_tokens === undefined ? "" : `${solution.n_tokens.toLocaleString("en")} tokens`,
      solution.finish_reason === "stop" ? "" : `ended: ${solution.finish_reason}`,
      this.columns.change[i] ? `self-fix: ${this.columns.change[i]}` : "", problem.flags];
    const direct = verdicts.direct || [];
    return [
      make("header", {}, make("h3", { text: `${problem.id} #${this.columns.sample[i]}` }),
        make("div", { class: "steps" },
          make("button", { type: "button", text: "Previous", onclick: () => this.step(-1) }),
          make("button", { type: "button", text: "Next", onclick: () => this.step(1) }))),
      make("p", { class: "meta", text: facts.filter(Boolean).join(" · ") }),
      strip(direct),
      fold("Statement", "", true, () => [make("pre", { text: problem.statement }), ...publicTests(problem)], false),
      fold("Program", solution.code ? "" : "none found", Boolean(solution.code), () => [make("pre", { text: solution.code || "" })], true),
      ...Object.entries(verdicts).map(([regime, rows]) => fold(
        regime === "direct" ? "Tests" : `Tests of the last program, ${regime}`,
        `${rows.filter((row) => row[2] === "AC").length} of ${rows.length} pass`, true, () => [testTable(rows)], regime === "direct")),
      fold("Predictions", count(predictions, "prediction"), predictions.length, () => predictionParts(predictions), false),
      fold("Self-fix turns", count(turns, "step"), turns.length, () => turnList(turns), false),
      fold("Response", "", true, () => [
        ...(solution.reasoning ? [make("h4", { text: "Reasoning" }), make("pre", { text: solution.reasoning }), make("h4", { text: "Answer" })] : []),
        make("pre", { text: solution.response || "(no response: the program was given)" })], false),
    ].filter(Boolean);
  }
}

const count = (rows, noun) => `${rows.length} ${noun}${rows.length === 1 ? "" : "s"}`;

function badge(verdict) {
  return make("span", { class: verdict === "AC" ? "badge ac" : "badge", title: OUTCOMES[verdict] || verdict, text: verdict });
}

// A part that folds; it is filled when first opened.
function fold(title, aside, present, fill, open) {
  if (!present) return null;
  const details = make("details", {}, make("summary", {}, title, aside ? make("span", { class: "aside", text: `  ${aside}` }) : null));
  let filled = false;
  const unfold = () => {
    if (!filled) details.append(...fill());
    filled = true;
  };
  details.addEventListener("toggle", () => details.open && unfold());
  if (open) {
    unfold();
    details.open = true;
  }
  return details;
}

function strip(rows) {
  if (!rows.length) return null;
  const passed = rows.filter((row) => row[2] === "AC").length;
  const list = make("ul", { class: "strip", role: "img", "aria-label": `${passed} of ${rows.length} tests pass` });
  rows.forEach((row, place) => {
    if (place && row[1] !== rows[place - 1][1]) list.append(make("li", { class: "gap" }));
    list.append(make("li", { class: row[2] === "AC" ? "ac" : "", title: `${row[1]} test ${row[0]}: ${row[2]}` }));
  });
  return list;
}

function table(head, rows) {
  const cell = (tag, value, place) => {
    const element = make(tag, head[place].endsWith("*") ? { class: "text" } : {});
    element.append(value instanceof Node ? value : String(value ?? "–").replace(/\*$/, ""));
    return element;
  };
  const top = make("tr", {}, ...head.map((name, place) => cell("th", name, place)));
  for (const th of top.children) th.scope = "col";
  const box = make("div", { class: "scroll", tabindex: "0" });
  box.append(make("table", {}, make("thead", {}, top),
    make("tbody", {}, ...rows.map((row) => make("tr", {}, ...row.map((value, place) => cell("td", value, place)))))));
  return box;
}

const plain = (text) => document.createTextNode(text ?? "");

function publicTests(problem) {
  if (!problem.tests.length) return [];
  return [make("h4", { text: "Public tests" }),
    table(["test", "input*", "expected*"], problem.tests.map((test, i) => [i, plain(test.input), plain(test.output)]))];
}

function testTable(rows) {
  return table(["test", "kind", "verdict", "CPU ms", "MiB", "detail*"], rows.map(([test, visibility, verdict, cpu, rss, detail]) => [
    test, visibility, badge(verdict), cpu === null ? null : cpu.toFixed(1), rss === null ? null : (rss / 1024).toFixed(0), plain(detail)]));
}

function predictionParts(rows) {
  const yes = (value) => (value ? "yes" : "no");
  const tests = [...new Set(rows.map((row) => row.test))];
  return tests.flatMap((test) => {
    const attempts = rows.filter((row) => row.test === test);
    return [
      make("h4", { text: `Public test ${test}` }),
      table(["attempt", "predicted*", "is printed", "is expected"], attempts.map((row) => [
        row.attempt, plain(row.predicted), yes(row.match_actual), yes(row.match_expected)])),
      fold("Responses", "", true, () => attempts.flatMap((row) => [
        make("h4", { text: `Attempt ${row.attempt}` }),
        make("pre", { text: [row.reasoning, row.response].filter(Boolean).join("\n\n") })]), false),
    ];
  });
}

function turnList(rows) {
  return rows.flatMap((row) => {
    const words = row.kind === "simulate"
      ? `Turn ${row.turn}: simulate test ${row.test}` : `Turn ${row.turn}: ${row.decision || "fix"}`;
    return [make("h4", { text: row.feedback === "simulated" ? words : `${words} (${row.feedback})` }),
      ...(row.predicted === undefined ? [] : [make("pre", { text: row.predicted })]),
      ...(row.code ? [make("pre", { text: row.code })] : []),
      ...(row.response ? [fold("Response", "", true, () => [make("pre", { text: row.response })], false)] : [])];
  });
}

setUpTheme();
setUpNavigation();
if (document.getElementById("index")) {
  // After the first paint: the numbers are read before the samples.
  requestAnimationFrame(() => setTimeout(async () => {
    window.samples = new Browser(document.getElementById("browser"), await unpack("index"));
    document.documentElement.dataset.ready = performance.now().toFixed(0);
  }));
}
