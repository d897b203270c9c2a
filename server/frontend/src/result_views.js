// Answers of a query as a chart, a timeline or a network, beside the editor's own table.
import { colours } from "./colours.js";

const isNumber = (cell) => cell?.type === "literal" && /#(integer|decimal|double|float|int|long|nonNegativeInteger)$/.test(cell.datatype ?? "");
const isDay = (cell) => cell?.type === "literal" && /^\d{4}(-\d\d){0,2}([/T]|$)/.test(cell.value);
const shorten = (text) => (/^https?:/.test(text) ? decodeURIComponent(text.replace(/[/#]$/, "").replace(/.*[/#]/, "")).replace(/-/g, " ") : text);

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

  getIcon() {
    const icon = document.createElement("span");
    icon.textContent = this.sign;
    icon.ariaHidden = "true";
    return icon;
  }
}

export function makeViews(words) {
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
            label: name, data: rows.map((row) => Number(row[name]?.value ?? 0)), backgroundColor: paints[at % paints.length],
          })),
        },
        options: {
          animation: false, maintainAspectRatio: false,
          scales: { x: { reverse: rtl, grid: { display: false } }, y: { position: rtl ? "right" : "left", grid: { color: colour.line } } },
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
      const list = document.createElement("ol");
      list.className = "view-timeline";
      const rows = this.bindings.filter((row) => row[day]).sort((a, b) => (a[day].value < b[day].value ? -1 : 1));
      for (const row of rows.slice(0, 500)) {
        const item = document.createElement("li");
        const time = document.createElement("time");
        time.dateTime = time.textContent = row[day].value;
        item.append(time);
        for (const name of this.variables.filter((variable) => variable !== day && row[variable])) {
          const { type, value } = row[name];
          const part = document.createElement(type === "uri" ? "a" : "bdi");
          if (type === "uri") part.href = value;
          part.textContent = type === "uri" ? shorten(value) : value;
          part.title = name;
          item.append(" ", part);
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

  return { chart: Chart, timeline: Timeline, network: Network };
}
