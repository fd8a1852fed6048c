// How else than as a table an answer can be seen, told from its columns.

const NUMBER = /XMLSchema#(integer|decimal|double|float|int|long|short|byte|nonNegativeInteger|positiveInteger)$/;
const DATE = /XMLSchema#date(Time)?$/;
const PARTY = /^id\/(person|organisation|group|anonymous)\//;
const LOOKED_AT = 200;
const DRAWN = 1500;

/** The columns of an answer by what is in them; a column that only names another is not among them. */
class Columns {
  constructor(answer, names) {
    const { columns, rows } = answer;
    const some = rows.slice(0, LOOKED_AT);
    const all = (at, test) => some.some((row) => row[at]) && some.every((row) => !row[at] || test(row[at]));
    this.naming = new Map(columns.flatMap((name, at) => {
      const other = columns.findIndex((column) => column === `${name}Name` || column === `${name}Label`);
      return other >= 0 ? [[at, other]] : [];
    }));
    const own = [...columns.keys()].filter((at) => ![...this.naming.values()].includes(at));
    const state = names.prefixes.state;
    this.parties = own.filter((at) => all(at, ({ kind, value }) => kind === "iri"
      && (value.startsWith(state) || (value.startsWith(names.base) && PARTY.test(value.slice(names.base.length))))));
    this.numbers = own.filter((at) => all(at, ({ datatype }) => NUMBER.test(datatype ?? "")));
    this.dates = own.filter((at) => all(at, ({ datatype }) => DATE.test(datatype ?? "")));
    const rest = own.filter((at) => !this.numbers.includes(at) && !this.dates.includes(at));
    const named = (name) => (columns.includes(name) ? columns.indexOf(name) : -1);
    this.label = [named("label"), rest.find((at) => this.naming.has(at)), rest[0]].find((at) => at >= 0) ?? -1;
    this.fact = named("fact") >= 0 ? named("fact") : this.label;
    this.kind = named("kind");
  }
}

/**
 * Returns the views that fit an answer: each with its name, its label, and `show`, which draws it
 * into an element.
 * @param labels asks for labels of IRIs
 */
export function viewsOf(answer, names, labels, headings) {
  if (answer.shape !== "rows" || !answer.rows.length) return [];
  const found = new Columns(answer, names);
  const text = (row, at) => {
    const term = row[at];
    if (!term) return "";
    return row[found.naming.get(at)]?.value ?? labels.known.get(term.value) ?? (term.kind === "iri" ? names.short(term.value) : term.value);
  };
  const learn = (rows, columns) => labels.learn(rows.flatMap((row) =>
    columns.filter((at) => row[at]?.kind === "iri" && !found.naming.has(at)).map((at) => row[at].value)));
  const rows = answer.rows.slice(0, DRAWN);
  const href = (row, at) => (row[at]?.kind === "iri" ? names.href(row[at].value) : null);
  const heading = (at) => headings[answer.columns[at]] ?? answer.columns[at];
  const views = [];

  if (found.parties.length > 1) {
    const [one, other] = found.parties;
    views.push({ name: "network", label: "Network", show: async (node) => {
      await learn(rows, [one, other]);
      const { Drawing } = await import("./drawing.js");
      await new Drawing(node, graph(rows, one, other, found.numbers[0], text, href), {
        openNode: (chosen) => { if (chosen.href) location.assign(chosen.href); },
        openEdge: (edge) => { if (edge.href) location.assign(edge.href); },
      }).ready;
    } });
  }
  if (found.dates.length && found.label >= 0) {
    const [begin, end = begin] = found.dates;
    views.push({ name: "timeline", label: "Timeline", show: async (node) => {
      const dated = rows.filter((row) => row[begin]);
      await learn(dated, [found.label]);
      const { Lanes, LANES } = await import("./lanes.js");
      const events = dated.map((row) => event(row, { begin, end, ...found }, text, href)).sort((a, b) => (a.begin < b.begin ? -1 : 1));
      const kinds = new Set(events.map((one) => one.kind));
      new Lanes(node, events, [...LANES, ["fact", heading(found.label)]].filter(([kind]) => kinds.has(kind)));
    } });
  }
  const number = found.numbers[0];
  const along = found.dates.length && number !== undefined && answer.columns.length <= 3 ? found.dates[0] : found.label;
  if (number !== undefined && along >= 0 && answer.rows.length > 1 && found.parties.length < 2) {
    views.push({ name: "chart", label: "Chart", show: async (node) => {
      await learn(rows, [along]);
      const { chart } = await import("./chart.js");
      const points = rows.filter((row) => row[number]).map((row) =>
        ({ text: text(row, along), href: href(row, along), value: Number(row[number].value) }));
      node.replaceChildren(chart(points, found.dates.includes(along), heading(number), heading(along)));
    } });
  }
  return views;
}

function graph(rows, one, other, number, text, href) {
  const places = new Map();
  const nodes = [];
  const pairs = new Map();
  const place = (row, at) => {
    const iri = row[at].value;
    if (!places.has(iri)) {
      places.set(iri, nodes.length);
      const kind = iri.match(/\/id\/(person|organisation|group|anonymous)\//)?.[1] ?? "state";
      nodes.push({ name: text(row, at), href: href(row, at), kind });
    }
    return places.get(iri);
  };
  for (const row of rows) {
    if (!row[one] || !row[other] || row[one].value === row[other].value) continue;
    const ends = [place(row, one), place(row, other)].sort((a, b) => a - b);
    const key = ends.join();
    const count = number === undefined ? 1 : Number(row[number]?.value ?? 0);
    if (pairs.has(key)) pairs.get(key).count += count;
    else pairs.set(key, { ends, count, when: "", href: null });
  }
  return { nodes, edges: [...pairs.values()] };
}

function event(row, at, text, href) {
  const [begin, end] = [row[at.begin].value.slice(0, 10), (row[at.end] ?? row[at.begin]).value.slice(0, 10)];
  const kind = row[at.kind]?.value.split(/[#/]/).pop().toLowerCase();
  return {
    begin, end: end < begin ? begin : end, when: begin === end ? begin : `${begin} to ${end}`,
    kind: ["meeting", "statement", "position"].includes(kind) ? kind : "fact",
    label: text(row, at.label), note: "", stance: "", href: href(row, at.fact),
  };
}
