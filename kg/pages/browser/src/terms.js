// RDF terms as SPARQL TSV and N-Triples write them, and their short forms.

const XSD = "http://www.w3.org/2001/XMLSchema#";
const RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type";
const ESCAPES = { t: "\t", b: "\b", n: "\n", r: "\r", f: "\f", '"': '"', "'": "'", "\\": "\\" };
const TERM = /<([^>]*)>|"((?:[^"\\]|\\.)*)"(?:@([\w-]+)|\^\^<([^>]*)>)?|(_:[^\s]+)|([^\s\t]+)/y;

/** @typedef {{kind: "iri" | "literal" | "blank", value: string, language?: string, datatype?: string}} Term */

/** Reads the term at a place of a line; returns it with the place after it, or null at the end. */
export function readTerm(line, start) {
  TERM.lastIndex = start;
  const found = TERM.exec(line);
  if (!found) return null;
  const [, iri, text, language, datatype, blank, bare] = found;
  const next = TERM.lastIndex;
  if (iri !== undefined) return [{ kind: "iri", value: unescape(iri) }, next];
  if (text !== undefined) return [{ kind: "literal", value: unescape(text), language, datatype }, next];
  if (blank !== undefined) return [{ kind: "blank", value: blank }, next];
  return [{ kind: "literal", value: bare, datatype: XSD + bareType(bare) }, next];
}

/** Returns the cells of a row of SPARQL 1.1 TSV; an unbound variable is null. */
export function readRow(line) {
  return line.split("\t").map((cell) => (cell === "" ? null : readTerm(cell, 0)?.[0] ?? null));
}

/** Returns subject, predicate and object of a line of N-Triples, or null for a blank line. */
export function readTriple(line) {
  const row = [];
  let at = 0;
  while (row.length < 3) {
    while (line[at] === " " || line[at] === "\t") at += 1;
    const found = readTerm(line, at);
    if (!found) return null;
    row.push(found[0]);
    at = found[1];
  }
  return row;
}

function bareType(text) {
  if (text === "true" || text === "false") return "boolean";
  if (/^[+-]?\d+$/.test(text)) return "integer";
  return /[eE]/.test(text) ? "double" : "decimal";
}

function unescape(text) {
  if (!text.includes("\\")) return text;
  return text.replace(/\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))/g, (whole, short, long, one) =>
    short || long ? String.fromCodePoint(parseInt(short ?? long, 16)) : ESCAPES[one] ?? whole);
}

/** Shortens IRIs and finds where they lead, as the pages of the server do. */
export class Names {
  constructor(base, prefixes) {
    this.base = base;
    this.byLength = Object.entries(prefixes).sort((a, b) => b[1].length - a[1].length);
    this.prefixes = prefixes;
  }

  /** Returns `prefix:name`, or null where none fits or the name is not a plain one. */
  curie(iri) {
    for (const [prefix, space] of this.byLength) {
      if (iri.startsWith(space)) {
        const name = iri.slice(space.length);
        if (/^[\p{L}\p{N}_](?:[\p{L}\p{N}_-]*[\p{L}\p{N}_])?$/u.test(name)) return `${prefix}:${name}`;
      }
    }
    return null;
  }

  /** Returns a form for people. */
  short(iri) {
    if (iri === RDF_TYPE) return "a";
    if (iri.startsWith(this.base) && iri.length > this.base.length) return iri.slice(this.base.length);
    return this.curie(iri) ?? iri;
  }

  /** Returns a host-relative path for what this server describes, a web address, or null. */
  href(iri) {
    const root = this.prefixes.state.replace(/state\/$/, "");
    if (iri.startsWith(this.base)) {
      const local = iri.slice(this.base.length);
      if (/^(id|article|graph|text)\//.test(local)) return path(local);
    } else if (iri.startsWith(this.prefixes.state)) {
      return path(`id/state/${iri.slice(this.prefixes.state.length)}`);
    } else if (iri.startsWith(this.prefixes.dkg)) {
      return path(`ontology/${iri.slice(this.prefixes.dkg.length)}`);
    } else if (iri.startsWith(root)) {
      return path(`ontology/${iri.slice(root.length)}`);
    }
    // Data may hold any scheme: only the web is ever linked.
    return /^https?:\/\/[^/]/i.test(iri) ? iri : null;
  }
}

function path(local) {
  // An IRI's own escapes stay as they are.
  return `/${encodeURI(local).replace(/%25(?=[0-9A-Fa-f]{2})/g, "%").replaceAll("?", "%3F")}`;
}
