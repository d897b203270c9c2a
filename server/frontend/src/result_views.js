// Answers of a query as a table, a chart, a timeline or a network.
import { colours } from "./colours.js";

const isNumber = (cell) => cell?.type === "literal" && /#(integer|decimal|double|float|int|long|nonNegativeInteger)$/.test(cell.datatype ?? "");
const isDay = (cell) => cell?.type === "literal" && /^\d{4}(-\d\d){0,2}([/T]|$)/.test(cell.value);
const shorten = (text) => (/^https?:/.test(text) ? decodeURIComponent(text.replace(/[/#]$/, "").replace(/.*[/#]/, "")).replace(/-/g, " ") : text);

const MOST_ROWS = 1000;

// Our things are read here, whatever host their names have.
export const linkTo = (base, lang) => (iri) => (iri.startsWith(base) ? `/${lang}/${iri.slice(base.length)}` : /^https?:/.test(iri) ? iri : null);

// A day in the reader's calendar, the other one beside it; a month by its name, for its digits would turn round.
function tellDay(text) {
  if (document.documentElement.lang !== "fa") return text;
  const [, year, month, day] = /^(\d{4})(?:-(\d\d))?(?:-(\d\d))?$/.exec(text) ?? [];
  if (!year) return text;
  const write = (calendar, fields) => {
    const format = new Intl.DateTimeFormat(`fa-IR-u-ca-${calendar}`, { ...fields, year: "numeric", timeZone: "UTC" });
    const parts = Object.fromEntries(format.formatToParts(new Date(text)).map(({ type, value }) => [type, value]));
    return [parts.day, parts.month, parts.year].filter(Boolean).join(" ");
  };
  if (!month) return write("gregory", {});
  if (!day) return write("gregory", { month: "long" });
  return `${write("persian", { day: "numeric", month: "long" })} (${write("gregory", { day: "numeric", month: "long" })})`;
}

class View {
  constructor(yasr) {
    this.yasr = yasr;
  }

  get bindings() {
    return this.yasr.results?.getBindings() ?? [];
  }

  get variables() {
    return this.yasr.results?.getVariables() ?? [];
  }

  // The variables whose cells, wherever there are any, are all of a kind.
  columns(test) {
    return this.variables.filter((name) => {
      const cells = this.bindings.map((row) => row[name]).filter(Boolean);
      return cells.length > 0 && cells.every(test);
    });
  }

  // What a reader is shown: things by their names where the answer has these, words leading to their statement.
  get shown() {
    const led = { content: "statement", deniedContent: "denied", title: "article" };
    const has = (name) => name !== undefined && this.variables.includes(name);
    const behind = (name) => (has(led[name]) ? led[name] : has(name.replace(/Name$/, "")) ? name.replace(/Name$/, "") : undefined);
    const left = new Set(this.variables.filter((name) => behind(name) !== name).map(behind));
    return this.variables.filter((name) => !left.has(name)).map((name) => [name, behind(name)]);
  }

  // A cell, as a link where it leads anywhere.
  cell(row, name, behind, link, number) {
    const term = row[name];
    const address = row[behind]?.type === "uri" ? link(row[behind].value) : null;
    const part = document.createElement(address ? "a" : isDay(term) ? "time" : "bdi");
    if (address) part.href = address;
    part.dir = "auto";
    if (term?.["xml:lang"]) part.lang = term["xml:lang"];
    part.textContent = !term ? "" : term.type === "uri" ? shorten(term.value) : isNumber(term) ? number.format(term.value) : isDay(term) ? tellDay(term.value) : term.value;
    if (term?.type === "uri") part.title = term.value;
    return part;
  }

  getIcon() {
    const icon = document.createElement("span");
    icon.textContent = this.sign;
    icon.ariaHidden = "true";
    return icon;
  }
}

export function makeViews(words, link, number, explained) {
  const called = (name) => words.columns[name] ?? words.columns[name.replace(/Name$/, "")] ?? name;

  class Table extends View {
    label = words.table;
    priority = 10;
    sign = "▤";
    sorted = null;

    canHandleResults() {
      return this.variables.length > 0;
    }

    draw() {
      const { shown } = this;
      const rows = this.bindings.slice(0, MOST_ROWS);
      if (this.sorted) {
        const { name, down } = this.sorted;
        const key = (row) => row[name]?.value ?? "";
        const numeric = this.columns(isNumber).includes(name);
        rows.sort((a, b) => (numeric ? key(a) - key(b) : key(a).localeCompare(key(b), document.documentElement.lang)) * (down ? -1 : 1));
      }
      const table = document.createElement("table");
      const head = table.createTHead().insertRow();
      for (const [name] of shown) {
        const cell = document.createElement("th");
        cell.scope = "col";
        const button = document.createElement("button");
        button.type = "button";
        button.className = "sort";
        button.textContent = called(name);
        const { down } = this.sorted?.name === name ? this.sorted : {};
        if (down !== undefined) cell.ariaSort = down ? "descending" : "ascending";
        button.addEventListener("click", () => {
          this.sorted = { name, down: down === false };
          this.draw();
        });
        cell.append(button);
        head.append(cell);
      }
      const body = table.createTBody();
      for (const row of rows) {
        const line = body.insertRow();
        for (const [name, behind] of shown) {
          const cell = line.insertCell();
          if (name.toLowerCase().endsWith("content")) cell.className = "wide";
          cell.append(this.cell(row, name, behind, link, number));
        }
      }
      const box = document.createElement("div");
      box.className = "scroll view-table";
      box.dir = document.documentElement.dir;
      box.tabIndex = 0;
      box.role = "region";
      box.ariaLabel = words.table;
      box.append(table);
      const rest = document.createElement("p");
      rest.className = "hint";
      rest.dir = box.dir;
      rest.textContent = this.bindings.length > rows.length ? words.shown.replace("{count}", number.format(rows.length)) : "";
      if (this.bindings.length === 0) rest.textContent = words.none;
      this.yasr.resultsEl.replaceChildren(...(this.bindings.length ? [box] : []), rest);
    }
  }

  class Problem extends View {
    label = words.problem;
    priority = 20;
    sign = "!";
    hideFromSelection = true;

    canHandleResults() {
      return Boolean(this.yasr.results?.getError());
    }

    async draw() {
      const box = document.createElement("div");
      box.className = "problem view-problem";
      box.role = "alert";
      box.dir = document.documentElement.dir;
      const title = document.createElement("strong");
      title.textContent = words.problem;
      const list = document.createElement("dl");
      const { text } = this.yasr.results.getError();
      let told;
      try {
        told = JSON.parse(text);
      } catch {
        told = { error: text };
      }
      const parts = Object.entries(told).filter(([, value]) => value);
      // The server has the words of its errors in the reader's language, what is quoted in them escaped.
      const reply = await fetch(`${explained}?${new URLSearchParams(parts)}`).catch(() => null);
      const shown = reply?.ok ? await reply.json() : [];
      for (const [name, said] of shown) {
        const [term, words] = [document.createElement("dt"), document.createElement("dd")];
        term.textContent = name;
        words.innerHTML = said;
        list.append(term, words);
      }
      box.append(title, shown.length ? list : Object.assign(document.createElement("p"), { dir: "auto", textContent: told.error }));
      this.yasr.resultsEl.replaceChildren(box);
    }
  }

  class Chart extends View {
    label = words.chart;
    priority = 5;
    sign = "▮";

    canHandleResults() {
      return this.columns(isNumber).length > 0;
    }

    async draw() {
      const { BarController, BarElement, CategoryScale, Chart: Bars, Legend, LinearScale, Tooltip } = await import("chart.js");
      Bars.register(BarController, BarElement, CategoryScale, Legend, LinearScale, Tooltip);
      const numbers = this.columns(isNumber);
      const labels = this.variables.filter((name) => !numbers.includes(name));
      const named = labels.filter((name) => !this.columns((cell) => cell.type === "uri").includes(name));
      const rows = this.bindings.slice(0, 60);
      const colour = colours();
      const paints = [colour.accent, colour.against, colour.for, colour.faint];
      const box = document.createElement("div");
      box.className = "view-chart";
      const canvas = document.createElement("canvas");
      canvas.setAttribute("role", "img");
      canvas.ariaLabel = `${words.chart}: ${numbers.join(", ")}`;
      box.append(canvas);
      this.yasr.resultsEl.replaceChildren(box);
      const rtl = document.documentElement.dir === "rtl";
      Bars.defaults.font.family = getComputedStyle(document.body).fontFamily;
      Bars.defaults.color = colour.ink;
      new Bars(canvas, {
        type: "bar",
        data: {
          labels: rows.map((row) => (named.length ? named : labels).map((name) => shorten(row[name]?.value ?? "")).join(" · ")),
          datasets: numbers.map((name, at) => ({
            label: called(name), data: rows.map((row) => Number(row[name]?.value ?? 0)), backgroundColor: paints[at % paints.length],
          })),
        },
        options: {
          animation: false, maintainAspectRatio: false, locale: rtl ? "fa-IR" : "en-GB",
          scales: {
            x: { reverse: rtl, grid: { display: false } },
            y: { position: rtl ? "right" : "left", grid: { color: colour.line }, beginAtZero: true, ticks: { precision: rows.every((row) => numbers.every((name) => Number.isInteger(Number(row[name]?.value ?? 0)))) ? 0 : undefined } },
          },
          plugins: { legend: { rtl }, tooltip: { rtl } },
        },
      });
    }
  }

  class Timeline extends View {
    label = words.timeline;
    priority = 4;
    sign = "◷";

    canHandleResults() {
      return this.columns(isDay).length > 0;
    }

    draw() {
      const [day] = this.columns(isDay);
      const list = document.createElement("ul");
      list.className = "view-timeline plain";
      list.dir = document.documentElement.dir;
      const rows = this.bindings.filter((row) => row[day]).sort((a, b) => (a[day].value < b[day].value ? -1 : 1));
      for (const row of rows.slice(0, 500)) {
        const item = document.createElement("li");
        const time = document.createElement("time");
        time.dateTime = row[day].value;
        time.textContent = tellDay(row[day].value);
        item.append(time);
        const parts = this.shown.filter(([name]) => name !== day && row[name]);
        for (const [name, behind] of parts) {
          const part = this.cell(row, name, behind, link, number);
          part.title = called(name);
          item.append(" · ", part);
        }
        list.append(item);
      }
      this.yasr.resultsEl.replaceChildren(list);
    }
  }

  class Network extends View {
    label = words.network;
    priority = 3;
    sign = "⚯";

    canHandleResults() {
      return this.columns((cell) => cell.type === "uri").length > 1;
    }

    async draw() {
      const { drawNetwork } = await import("./network.js");
      const [from, to] = this.columns((cell) => cell.type === "uri");
      const [weight] = this.columns(isNumber);
      const nodes = new Map();
      const edges = [];
      for (const row of this.bindings.slice(0, 400)) {
        if (!row[from] || !row[to]) continue;
        for (const [name, cell] of [[from, row[from]], [to, row[to]]]) {
          const label = row[`${name}Name`]?.value ?? shorten(cell.value);
          const node = nodes.get(cell.value) ?? { id: cell.value, label, size: 0 };
          node.size += 1;
          nodes.set(cell.value, node);
        }
        edges.push({ source: row[from].value, target: row[to].value, count: weight ? Number(row[weight]?.value ?? 1) : 1 });
      }
      const box = document.createElement("div");
      box.className = "network";
      box.setAttribute("role", "img");
      box.ariaLabel = `${words.network}: ${nodes.size} · ${edges.length}`;
      this.yasr.resultsEl.replaceChildren(box);
      drawNetwork(box, [...nodes.values()], edges);
    }
  }

  return { error: Problem, table: Table, chart: Chart, timeline: Timeline, network: Network };
}
