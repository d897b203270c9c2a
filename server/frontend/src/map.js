// The map of relations: the picture, its slider over the months, and the picture as a file.
import { arrange, drawNetwork, save, toSvg } from "./network.js";

const canvas = document.getElementById("network");
const { nodes, edges, months, focus } = await (await fetch(canvas.dataset.source)).json();
if (edges.length) {
  canvas.hidden = false;
  document.getElementById("tools").hidden = false;
  const cy = drawNetwork(canvas, nodes, edges);
  if (focus) cy.getElementById(focus).addClass("focus");
  cy.on("tap", "node", ({ target }) => (location.href = target.data("address")));
  cy.on("tap", "edge", ({ target }) => (location.href = target.data("address")));

  const [from, until] = ["from", "until"].map((name) => document.getElementById(`slide-${name}`));
  const shown = document.getElementById("slide-shown");
  const names = JSON.parse(canvas.dataset.months);
  for (const slider of [from, until]) slider.max = Math.max(0, months.length - 1);
  until.value = until.max;
  const slide = () => {
    const [first, last] = [+from.value, +until.value].sort((a, b) => a - b);
    const whole = first === 0 && last === +until.max;
    shown.textContent = months.length ? `${names[first]} – ${names[last]}` : "";
    cy.batch(() => {
      for (const edge of cy.edges()) {
        const inside = edge.data("months").reduce((sum, [month, count]) => (month >= first && month <= last ? sum + count : sum), 0);
        edge.toggleClass("hidden", whole ? false : inside === 0);
        if (!whole && inside) edge.data("count", inside);
        if (whole) edge.data("count", edge.data("total"));
      }
      for (const node of cy.nodes()) node.toggleClass("hidden", node.connectedEdges().filter((edge) => !edge.hasClass("hidden")).empty());
    });
  };
  for (const slider of [from, until]) slider.addEventListener("input", slide);
  slide();
  document.getElementById("arrange").addEventListener("click", () => arrange(cy));
  document.getElementById("save-png").addEventListener("click", () =>
    save(cy.png({ output: "blob", scale: 2, full: true, bg: getComputedStyle(canvas).backgroundColor }), "relations.png"));
  document.getElementById("save-svg").addEventListener("click", () =>
    save(new Blob([toSvg(cy)], { type: "image/svg+xml" }), "relations.svg"));
  canvas.dataset.ready = "true";
}
