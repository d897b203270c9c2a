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
}
const views = { ...makeViews(words, linkTo(place.dataset.base, lang), number), response: Response };
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
  if (rows === undefined || took === undefined) return;
  results.dataElement.dir = document.documentElement.dir;
  results.dataElement.textContent = `${number.format(rows)} ${words.rows} · ${number.format(took / 1000)} ${words.seconds}`;
};
for (const [part, word] of [[".yasqe_queryButton", words.ask], [".yasqe_share", words.share]]) {
  const button = place.querySelector(part);
  if (button) button.title = button.ariaLabel = word;
}

form.hidden = true;
place.hidden = false;
editor.refresh();
place.dataset.ready = "true";
