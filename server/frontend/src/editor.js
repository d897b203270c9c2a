// The query editor in place of the plain text field.
import Yasgui from "@zazuko/yasgui";
import "@zazuko/yasgui/build/yasgui.min.css";
import "./editor.css";
import { makeCompleter, readTerms } from "./completion.js";
import { makeViews } from "./result_views.js";

const { Yasqe, Yasr } = Yasgui;
const form = document.getElementById("query-form");
const field = form.elements.query;
const place = document.getElementById("editor");
const words = JSON.parse(place.dataset.words);
const terms = await readTerms(place.dataset.dataset, place.dataset.vocabulary);
const { prefixes } = terms;

// Completion knows our own data and vocabulary and asks nobody else.
for (const kind of ["class", "property"]) {
  Yasqe.forkAutocompleter(kind, makeCompleter(kind, terms, document.documentElement.lang), false);
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
  editorHeight: "260px",
  requestConfig: { endpoint: new URL(place.dataset.endpoint, location.href).href, method: "POST" },
  prefixCcApi: "", // no request leaves for another host
});
editor.addPrefixes?.({});
editor.getInputField().setAttribute("aria-label", words.query);

for (const [name, view] of Object.entries(makeViews(words))) Yasr.registerPlugin(name, view);
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

form.hidden = true;
place.hidden = false;
editor.refresh();
place.dataset.ready = "true";
