// What the editor offers: prefixes, terms with their meaning, variables, keywords, and things of
// this graph by name.

const KEYWORDS = `SELECT CONSTRUCT ASK DESCRIBE WHERE DISTINCT REDUCED FROM NAMED GRAPH OPTIONAL UNION
MINUS FILTER BIND VALUES SERVICE UNDEF AS PREFIX BASE LIMIT OFFSET EXISTS IN NOT GROUP_CONCAT
SEPARATOR`.split(/\s+/).concat(["GROUP BY", "ORDER BY", "HAVING", "FILTER NOT EXISTS"]);
const FUNCTIONS = `COUNT SUM MIN MAX AVG SAMPLE STR LANG LANGMATCHES DATATYPE BOUND IRI BNODE RAND ABS CEIL FLOOR
ROUND CONCAT STRLEN UCASE LCASE ENCODE_FOR_URI CONTAINS STRSTARTS STRENDS STRBEFORE STRAFTER YEAR
MONTH DAY HOURS MINUTES SECONDS NOW COALESCE IF STRLANG STRDT SAMETERM ISIRI ISBLANK ISLITERAL
ISNUMERIC REGEX SUBSTR REPLACE`.split(/\s+/);

/** Returns the completion sources of an editor. */
export function completions(vocabulary, labelsAddress) {
  return [variables, prefixed(vocabulary, labelsAddress), words(vocabulary, labelsAddress)];
}

function variables(context) {
  const token = context.matchBefore(/[?$]\w*/);
  if (!token) return null;
  const text = context.state.doc.toString();
  const found = new Set(text.match(/[?$]\w+/g));
  found.delete(token.text);
  return { from: token.from, options: [...found].map((label) => ({ label, type: "variable" })), validFor: /^[?$]\w*$/ };
}

function prefixed(vocabulary, labelsAddress) {
  return async (context) => {
    const token = context.matchBefore(/[A-Za-z][\w-]*:[\p{L}\p{N}_-]*/u);
    if (!token || inside(context, token.from)) return null;
    const [prefix, local] = [token.text.slice(0, token.text.indexOf(":")), token.text.slice(token.text.indexOf(":") + 1)];
    const { prefixes, terms, concepts } = await vocabulary;
    const space = declared(context.state.doc.toString())[prefix] ?? prefixes[prefix];
    if (!space) return null;
    const options = [...terms, ...concepts]
      .filter((term) => term.iri.startsWith(space))
      .map((term) => option(`${prefix}:${term.iri.slice(space.length)}`, term, prefix, prefixes));
    if (space === prefixes.state && local.length > 1) {
      for (const one of await search(labelsAddress, local, "state")) {
        options.push(option(`${prefix}:${one.iri.slice(space.length)}`, { label: one.label, kind: "state" }, prefix, prefixes, 2));
      }
      return { from: token.from, options, filter: false };
    }
    return { from: token.from, options, validFor: /^[A-Za-z][\w-]*:[\w-]*$/ };
  };
}

function words(vocabulary, labelsAddress) {
  return async (context) => {
    const token = context.matchBefore(/[\p{L}_][\p{L}\p{N}_-]*/u);
    if (!token || (token.text.length < 2 && !context.explicit) || inside(context, token.from)) return null;
    const before = context.state.sliceDoc(Math.max(0, token.from - 1), token.from);
    if (/[?$:<@^/]/.test(before)) return null;
    const { prefixes, terms, concepts, base } = await vocabulary;
    const typed = token.text.toLowerCase();
    const hit = (text) => text.toLowerCase().split(/[^\p{L}\p{N}]+/u).some((word) => word.startsWith(typed));
    const options = [];
    for (const label of KEYWORDS) if (label.toLowerCase().startsWith(typed)) options.push({ label, type: "keyword", boost: 1 });
    for (const name of FUNCTIONS) if (name.toLowerCase().startsWith(typed)) options.push({ label: `${name}()`, displayLabel: name, type: "function", apply: call(name) });
    for (const [prefix, iri] of Object.entries(prefixes)) {
      if (prefix.startsWith(typed)) options.push({ label: `${prefix}:`, detail: iri, type: "namespace" });
    }
    for (const term of [...terms, ...concepts]) {
      const found = shorten(term.iri, prefixes);
      if (found && (hit(term.label) || hit(found[1].replace(/([a-z])([A-Z])/g, "$1 $2")))) options.push(option(`${found[0]}:${found[1]}`, term, found[0], prefixes));
    }
    for (const one of await search(labelsAddress, token.text, "entity")) {
      const found = shorten(one.iri, prefixes);
      const written = found ? `${found[0]}:${found[1]}` : `<${one.iri}>`;
      const kind = one.iri.startsWith(base) ? one.iri.slice(base.length).split("/")[1] : "";
      options.push({
        label: one.label, displayLabel: one.label, detail: kind || written, type: "entity", boost: -1,
        apply: found ? insert(written, found[0], prefixes) : written,
      });
    }
    return options.length ? { from: token.from, options, filter: false } : null;
  };
}

function option(label, term, prefix, prefixes, boost) {
  return {
    label, detail: term.label, type: term.kind ?? "concept", boost,
    info: term.comment ? () => Object.assign(document.createElement("p"), { textContent: term.comment }) : undefined,
    apply: insert(label, prefix, prefixes),
  };
}

/** Returns what inserts a name, and declares its prefix where the query does not. */
function insert(text, prefix, prefixes) {
  return (view, _completion, from, to) => {
    const changes = [{ from, to, insert: text }];
    let shift = 0;
    if (!(prefix in declared(view.state.doc.toString())) && prefixes[prefix]) {
      const line = `PREFIX ${prefix}: <${prefixes[prefix]}>\n`;
      changes.unshift({ from: 0, insert: line });
      shift = line.length;
    }
    view.dispatch({ changes, selection: { anchor: from + text.length + shift }, userEvent: "input.complete" });
  };
}

function call(name) {
  return (view, _completion, from, to) =>
    view.dispatch({ changes: { from, to, insert: `${name}()` }, selection: { anchor: from + name.length + 1 } });
}

function declared(text) {
  return Object.fromEntries([...text.matchAll(/\bPREFIX\s+([\w-]*):\s*<([^>]*)>/gi)].map((found) => [found[1], found[2]]));
}

function shorten(iri, prefixes) {
  const found = Object.entries(prefixes).filter(([, space]) => iri.startsWith(space)).sort((a, b) => b[1].length - a[1].length)[0];
  const name = found && iri.slice(found[1].length);
  return found && /^[\p{L}\p{N}_](?:[\p{L}\p{N}_-]*[\p{L}\p{N}_])?$/u.test(name) ? [found[0], name] : null;
}

/** Tells whether a place lies in a comment, a string or an IRI of its line. */
function inside(context, at) {
  const line = context.state.doc.lineAt(at);
  const before = line.text.slice(0, at - line.from);
  const bare = before.replace(/<[^<>\s]*>/g, "").replace(/"(?:[^"\\]|\\.)*"/g, "");
  return /["#]/.test(bare) || /<[^\s<>]*$/.test(bare);
}

async function search(address, words, kind) {
  const response = await fetch(`${address}?${new URLSearchParams({ q: words, kind })}`).catch(() => null);
  return response?.ok ? response.json() : [];
}
