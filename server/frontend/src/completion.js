// What a query is completed from: the classes and properties that the data set says it has (VoID), the most used first,
// each with its label from the ontology. While the data set is still being counted, the ontology's own terms.
const VOID = "http://rdfs.org/ns/void#";

export async function readTerms(dataset, vocabulary) {
  const { prefixes, labels, ...known } = await (await fetch(vocabulary)).json();
  const answer = await fetch(dataset, { headers: { accept: "application/ld+json" } });
  const nodes = answer.ok ? await answer.json() : [];
  const used = (kind, count) => nodes.filter((node) => node[VOID + kind] && node[VOID + count])
    .map((node) => ({ iri: node[VOID + kind][0]["@id"], count: Number(node[VOID + count][0]["@value"]) }))
    .sort((a, b) => b.count - a.count || (a.iri < b.iri ? -1 : 1));
  const or = (found, all) => (found.length ? found : all.map((iri) => ({ iri })));
  return {
    prefixes, labels,
    class: or(used("class", "entities"), known.classes),
    property: or(used("property", "triples"), known.properties),
  };
}

export function makeCompleter(kind, terms, language) {
  const format = new Intl.NumberFormat(language);
  const shorten = (iri) => {
    const [prefix, space] = Object.entries(terms.prefixes).find(([, start]) => iri.startsWith(start)) ?? [];
    return prefix ? `${prefix}:${iri.slice(space.length)}` : `<${iri}>`;
  };
  const expand = (text) => text.replace(/^<?([a-z]*):(?!\/)/, (all, prefix) => terms.prefixes[prefix] ?? all).replace(/^</, "");
  const told = new Map(terms[kind].flatMap(({ iri, count }) => {
    const words = [shorten(iri), terms.labels[iri]?.[language], count && format.format(count)].filter(Boolean).join(" · ");
    return [[shorten(iri), words], [`<${iri}>`, words]];
  }));
  return {
    name: `our-${kind}`,
    persistenceId: null,
    bulk: false,
    get: (_, token) => {
      const typed = expand(token?.autocompletionString ?? token?.string ?? "");
      return terms[kind].map(({ iri }) => iri).filter((iri) => iri.startsWith(typed));
    },
    // Our server knows the usual prefixes, declared or not.
    postProcessSuggestion: (_, token, iri) => (token.string.startsWith("<") ? `<${iri}>` : shorten(iri)),
    postprocessHints: (_, hints) => hints.map((hint) => ({ ...hint, displayText: told.get(hint.text.trim()) ?? hint.text })),
  };
}
