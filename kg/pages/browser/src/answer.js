// The answer below the query: tally, views, formats to save, or what went wrong.

import { raw, whole } from "./ask.js";
import { element } from "./dom.js";
import { Table } from "./table.js";
import { viewsOf } from "./views.js";

const FORMATS = {
  rows: [
    ["json", "JSON", "application/sparql-results+json"], ["xml", "XML", "application/sparql-results+xml"],
    ["csv", "CSV", "text/csv"], ["tsv", "TSV", "text/tab-separated-values"],
    ["spreadsheet", "Spreadsheet"],
  ],
  triples: [
    ["ttl", "Turtle", "text/turtle"], ["nt", "N-Triples", "application/n-triples"],
    ["jsonld", "JSON-LD", "application/ld+json"], ["rdf", "RDF/XML", "application/rdf+xml"],
  ],
};
FORMATS.boolean = FORMATS.rows.filter(([suffix]) => suffix !== "spreadsheet");
// CSV in which no cell is a formula, by the name under which programs for tables know it.
const FILE = { spreadsheet: "csv" };
const LONGEST_LINK = 1800;
const LONGEST_RAW = 200000;

export class AnswerView {
  /**
   * @param wanted the view to begin with, where the answer has it
   * @param chosen called with the view that the reader chose
   */
  constructor(node, names, labels, headings, wanted, chosen) {
    Object.assign(this, { node, names, labels, headings, wanted, chosen });
  }

  /** Says that the query runs, with a way to stop it. */
  wait(stop) {
    this.node.setAttribute("aria-busy", "true");
    this.node.replaceChildren(element("p", { class: "tally", role: "status" }, "Running… ",
      element("button", { type: "button", class: "button quiet", onclick: stop }, "Stop")));
  }

  /** Says what is wrong; `go` leads to the place in the query. */
  fail(problem, go) {
    this.node.removeAttribute("aria-busy");
    const place = problem.line
      ? element("button", { type: "button", class: "place", onclick: go }, `Line ${problem.line}, column ${problem.column}`)
      : null;
    this.node.replaceChildren(element("div", { class: "trouble", role: "alert" },
      element("p", {}, place, place ? " " : "", problem.message)));
  }

  /**
   * Shows an answer.
   * @param answer what `ask` returned
   * @param query the SPARQL that was asked
   * @param link address that gives the answer to a named query, or null
   */
  show(answer, query, link, name) {
    this.node.removeAttribute("aria-busy");
    this.query = query;
    const parts = [this.#tally(answer)];
    const tools = element("div", { class: "tools" });
    if (answer.shape === "boolean") {
      parts.push(tools, element("p", { class: "truth" }, answer.truth ? "Yes" : "No"));
    } else if (!answer.rows.length) {
      parts.push(element("p", { class: "empty" },
        `No ${answer.shape}: nothing in this graph answers that. Loosen a condition, or try another value.`));
    } else {
      const table = new Table(answer, this.names, this.labels, this.headings);
      const text = element("div", { class: "raw", hidden: true });
      const drawn = element("div", { class: "canvas drawn", hidden: true });
      tools.append(this.#views(answer, table, text, drawn));
      if (table.hasIris) table.node.prepend(this.#naming(table));
      parts.push(tools, table.node, drawn, text);
    }
    if (answer.shape === "boolean" || answer.rows.length) tools.append(this.#save(answer, link, name));
    this.node.replaceChildren(element("div", { class: "toolbar" }, parts.shift(), tools), ...parts.filter((part) => part !== tools));
  }

  #tally(answer) {
    const took = answer.seconds < 0.01 ? "under 0.01" : answer.seconds.toFixed(2);
    const one = { rows: "row", triples: "triple" }[answer.shape];
    const count = answer.rows.length.toLocaleString("en");
    const words = answer.shape === "boolean" ? `Answered in ${took} s`
      : answer.more ? `The first ${count} ${answer.shape}; save it to have all`
        : `${count} ${answer.rows.length === 1 ? one : answer.shape} in ${took} s`;
    return element("p", { class: "tally", role: "status" }, words);
  }

  #views(answer, table, text, drawn) {
    const fitting = viewsOf(answer, this.names, this.labels, this.headings);
    const buttons = new Map();
    const choose = (name) => {
      for (const [other, button] of buttons) button.setAttribute("aria-pressed", String(other === name));
      table.node.hidden = name !== "table";
      text.hidden = name !== "raw";
      const view = fitting.find((one) => one.name === name);
      drawn.hidden = !view;
      if (name === "raw") this.#source(answer, text);
      if (view) this.#draw(view, drawn);
    };
    for (const { name, label } of [{ name: "table", label: "Table" }, ...fitting, { name: "raw", label: "Raw" }]) {
      buttons.set(name, element("button", { type: "button", "aria-pressed": "false", onclick: () => {
        choose(name);
        this.chosen(name);
      } }, label));
    }
    const start = buttons.has(this.wanted) ? this.wanted : "table";
    // What is drawn needs its place on the page to know its size.
    if (start === "table") choose(start);
    else queueMicrotask(() => choose(start));
    return element("div", { class: "switch", role: "group", "aria-label": "View" }, ...buttons.values());
  }

  async #draw(view, node) {
    node.setAttribute("aria-busy", "true");
    try {
      await view.show(node);
    } catch (problem) {
      node.replaceChildren(element("p", { class: "trouble", role: "alert" }, `This view could not be drawn: ${problem.message}`));
    }
    node.removeAttribute("aria-busy");
  }

  async #source(answer, text) {
    if (text.childElementCount) return;
    const [, label, media] = FORMATS[answer.shape][0];
    text.replaceChildren(element("p", { class: "aside", role: "status" }, "Fetching…"));
    try {
      const found = await raw(this.query, media, LONGEST_RAW);
      const note = found.more ? `${label}, the beginning; save it to have all` : label;
      text.replaceChildren(element("p", { class: "aside" }, note),
        element("pre", { tabindex: "0", role: "region", "aria-label": label }, found.text));
    } catch (problem) {
      text.replaceChildren(element("p", { class: "trouble", role: "alert" }, problem.message));
    }
  }

  #naming(table) {
    const change = (labelled) => (event) => {
      for (const other of group.children) other.setAttribute("aria-pressed", String(other === event.currentTarget));
      table.name(labelled);
    };
    const group = element("div", { class: "switch", role: "group", "aria-label": "Things shown as" },
      element("button", { type: "button", "aria-pressed": "true", onclick: change(true) }, "Names"),
      element("button", { type: "button", "aria-pressed": "false", onclick: change(false) }, "IRIs"));
    return group;
  }

  #save(answer, link, name) {
    const list = element("p", { class: "save" }, element("span", {}, "Save as "));
    for (const [suffix, label] of FORMATS[answer.shape]) {
      const short = `/sparql?${new URLSearchParams({ query: this.query, format: suffix })}`;
      const file = `${name ?? "answer"}.${FILE[suffix] ?? suffix}`;
      if (link || short.length <= LONGEST_LINK) {
        const href = link ? `${link}${link.includes("?") ? "&" : "?"}format=${suffix}` : short;
        list.append(element("a", { href, download: file }, label), " ");
      } else {
        list.append(element("button", { type: "button", class: "linklike", onclick: () => this.#fetch(suffix, file) }, label), " ");
      }
    }
    return list;
  }

  async #fetch(format, file) {
    try {
      const address = URL.createObjectURL(await whole(this.query, format));
      element("a", { href: address, download: file }).click();
      setTimeout(() => URL.revokeObjectURL(address), 60000);
    } catch (problem) {
      this.fail(problem);
    }
  }
}
