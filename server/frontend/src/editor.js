// The query editor in place of the plain text field.
import Yasgui from "@zazuko/yasgui";
import "@zazuko/yasgui/build/yasgui.min.css";
import "./editor.css";
import { makeCompleter, readTerms } from "./completion.js";
import { linkTo, makeViews } from "./result_views.js";

const { Yasqe, Yasr } = Yasgui;
const form = document.getElementById("query-form");
const field = form.elements.query;
const place = document.getElementById("editor");
const words = JSON.parse(place.dataset.words);
const { lang } = document.documentElement;
const number = new Intl.NumberFormat(lang === "fa" ? "fa-IR" : "en-GB", { maximumFractionDigits: 2 });
const terms = await readTerms(place.dataset.dataset, place.dataset.vocabulary);
const { prefixes } = terms;

// Completion knows our own data and vocabulary and asks nobody else.
for (const kind of ["class", "property"]) {
  Yasqe.forkAutocompleter(kind, makeCompleter(kind, terms, lang), false);
}
Yasqe.forkAutocompleter("prefixes", {
  name: "our-prefixes", persistenceId: null, get: Object.entries(prefixes).map(([prefix, iri]) => `${prefix}: <${iri}>`),
}, false);

const editor = new Yasqe(place.querySelector(".query-field"), {
  value: field.value,
  autocompleters: ["our-prefixes", "our-class", "our-property", "variables"],
  persistenceId: null,
  consumeShareLink: null,
  createShareableLink: () => address(),
  editorHeight: "300px",
  requestConfig: { endpoint: new URL(place.dataset.endpoint, location.href).href, method: "POST" },
  prefixCcApi: "", // no request leaves for another host
});
editor.addPrefixes?.({});
editor.getInputField().setAttribute("aria-label", words.query);

class Response extends Yasr.plugins.response {
  label = words.response;
  helpReference = null;
}
const views = { ...makeViews(words, linkTo(place.dataset.base, lang), number, place.dataset.explained), response: Response };
for (const [name, view] of Object.entries(views)) Yasr.registerPlugin(name, view);
const results = new Yasr(place.querySelector(".query-answer"), {
  persistenceId: null,
  prefixes: () => ({ ...prefixes, ...editor.getPrefixesFromQuery() }),
  pluginOrder: ["table", "chart", "timeline", "network", "response"],
});

function address() {
  const shared = new URL(form.action, location.href);
  shared.searchParams.set("query", editor.getValue());
  return shared.href;
}

editor.on("query", () => {
  document.getElementById("answer")?.remove(); // what the server showed belongs to the query before
  place.querySelector(".query-answer").hidden = false;
  field.value = editor.getValue();
  history.replaceState(null, "", address());
});
editor.on("queryResponse", (_, response, duration) => results.setResponse(response, duration));
// How much came, in the reader's language.
const tell = results.updateResponseInfo.bind(results);
results.updateResponseInfo = () => {
  tell();
  const rows = results.results?.getBindings()?.length;
  const took = results.results?.getResponseTime();
  if (took === undefined) return;
  results.dataElement.dir = document.documentElement.dir;
  const counted = rows === undefined ? "" : `${number.format(rows)} ${words.rows} · `;
  results.dataElement.textContent = `${counted}${number.format(took / 1000)} ${words.seconds}`;
};
results.documentationLink?.remove(); // it leads to the help of another project
const tellDownload = results.updateExportHeaders.bind(results);
results.updateExportHeaders = () => {
  tellDownload();
  const button = results.downloadBtn;
  if (button) button.title = button.ariaLabel = words.download;
};
for (const [name, view] of Object.entries(results.plugins)) {
  const button = place.querySelector(`.select_${name}`);
  if (button) button.ariaLabel = view.label ?? name;
}
const nameButtons = () => {
  for (const [part, word] of [[".yasqe_queryButton", words.ask], [".yasqe_share", words.share]]) {
    const button = place.querySelector(part);
    if (button) button.title = button.ariaLabel = word;
  }
};
const updateQueryButton = editor.updateQueryButton.bind(editor);
editor.updateQueryButton = (status) => {
  updateQueryButton(status);
  nameButtons();
};
nameButtons();
// The box of the share button, in the reader's language; its listener comes after the one that makes the box.
place.querySelector(".yasqe_share")?.addEventListener("click", () => {
  const box = place.querySelector(".yasqe_sharePopup");
  box.dir = document.documentElement.dir;
  Object.assign(box.querySelector("input"), { ariaLabel: words.share_link, dir: "ltr", readOnly: true });
  box.querySelector(".curl").textContent = words.as_command;
});

// What the editor says beside a line that it cannot read; what may stand there it lists itself.
place.addEventListener("mouseover", ({ target }) => {
  const said = target.closest(".parseErrorIcon")?.querySelector(".yasqe_tooltip")?.firstChild;
  if (said?.data?.startsWith("This line is invalid")) said.data = words.invalid_line;
});

form.hidden = true;
place.hidden = false;
editor.refresh();
place.dataset.ready = "true";
