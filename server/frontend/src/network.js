// A network of who stands for and against whom, drawn by cytoscape.
import cytoscape from "cytoscape";
import { colours } from "./colours.js";

const STYLE_ID = "__________cytoscape_stylesheet"; // its own <style> is refused by our policy; ours stands in site.css

export function drawNetwork(container, nodes, edges) {
  if (!document.getElementById(STYLE_ID)) {
    const stand = document.createElement("span");
    stand.id = STYLE_ID;
    stand.hidden = true;
    document.body.append(stand);
  }
  const colour = colours();
  const font = getComputedStyle(document.body).fontFamily;
  const cy = cytoscape({
    container,
    elements: { nodes: nodes.map((data) => ({ data })), edges: edges.map((data) => ({ data })) },
    style: [
      { selector: "node", style: {
        label: "data(label)", "font-family": font, "font-size": 13, color: colour.ink,
        "text-outline-color": colour.sheet, "text-outline-width": 2, "text-valign": "bottom", "text-margin-y": 3,
        "text-wrap": "ellipsis", "text-max-width": "130px",
        "background-color": colour.faint, width: "mapData(size, 1, 40, 14, 44)", height: "mapData(size, 1, 40, 14, 44)",
      } },
      { selector: 'node[kind = "topic"]', style: { shape: "round-rectangle", "background-color": colour.accent } },
      { selector: "node.focus", style: { "border-width": 4, "border-color": colour.accent } },
      { selector: "edge", style: {
        "curve-style": "bezier", "target-arrow-shape": "triangle", "arrow-scale": 0.9,
        width: "mapData(count, 1, 20, 1.2, 7)", "line-color": colour.faint, "target-arrow-color": colour.faint, opacity: 0.85,
      } },
      { selector: 'edge[polarity = "positive"]', style: { "line-color": colour.for, "target-arrow-color": colour.for } },
      // Told apart without colour as well.
      { selector: 'edge[polarity = "negative"]', style: { "line-color": colour.against, "target-arrow-color": colour.against, "line-style": "dashed" } },
      { selector: ".hidden", style: { display: "none" } },
      { selector: ".faded", style: { opacity: 0.12 } },
    ],
  });
  arrange(cy);
  cy.on("mouseover", "node", ({ target }) => cy.elements().difference(target.closedNeighborhood()).addClass("faded"));
  cy.on("mouseout", "node", () => cy.elements().removeClass("faded"));
  return cy;
}

export function arrange(cy) {
  const seen = cy.elements(":visible");
  // From a circle and not from chance: the same relations give the same picture.
  seen.layout({ name: "circle", animate: false }).run();
  seen.layout({
    name: "cose", animate: false, randomize: false, nodeRepulsion: () => 60000, idealEdgeLength: () => 90,
    nodeOverlap: 24, componentSpacing: 80, gravity: 0.6, numIter: 1500, padding: 24,
  }).run();
}

// The picture as SVG, from where everything stands now.
export function toSvg(cy) {
  const colour = colours();
  const box = cy.elements(":visible").boundingBox({ includeLabels: true });
  const pad = 20;
  const escape = (text) => String(text).replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
  const parts = [];
  for (const edge of cy.edges(":visible")) {
    const [from, to] = [edge.sourceEndpoint(), edge.targetEndpoint()];
    const middle = edge.midpoint();
    const paint = edge.data("polarity") === "negative" ? colour.against : edge.data("polarity") === "positive" ? colour.for : colour.faint;
    const dash = edge.data("polarity") === "negative" ? ' stroke-dasharray="6 4"' : "";
    // A quadratic curve through the middle that is drawn.
    const [x, y] = [2 * middle.x - (from.x + to.x) / 2, 2 * middle.y - (from.y + to.y) / 2];
    parts.push(`<path d="M${from.x} ${from.y}Q${x} ${y} ${to.x} ${to.y}" fill="none" stroke="${paint}" stroke-width="${edge.numericStyle("width")}"${dash} marker-end="url(#${edge.data("polarity") ?? "plain"})"/>`);
  }
  for (const node of cy.nodes(":visible")) {
    const { x, y } = node.position();
    const radius = node.width() / 2;
    parts.push(
      node.data("kind") === "topic"
        ? `<rect x="${x - radius}" y="${y - radius}" width="${2 * radius}" height="${2 * radius}" rx="5" fill="${colour.accent}"/>`
        : `<circle cx="${x}" cy="${y}" r="${radius}" fill="${colour.faint}"/>`,
      `<text x="${x}" y="${y + radius + 16}" text-anchor="middle" font-size="13" fill="${colour.ink}">${escape(node.data("label"))}</text>`,
    );
  }
  const marker = (id, paint) =>
    `<marker id="${id}" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="5" markerHeight="5" orient="auto-start-reverse"><path d="M0 0L10 5L0 10z" fill="${paint}"/></marker>`;
  const view = [box.x1 - pad, box.y1 - pad, box.w + 2 * pad, box.h + 2 * pad];
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="${view.join(" ")}" font-family="Vazirmatn, Tahoma, sans-serif">` +
    `<defs>${marker("positive", colour.for)}${marker("negative", colour.against)}${marker("plain", colour.faint)}</defs>` +
    `<rect x="${view[0]}" y="${view[1]}" width="${view[2]}" height="${view[3]}" fill="${colour.sheet}"/>${parts.join("")}</svg>`
  );
}

export function save(content, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(content);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}
