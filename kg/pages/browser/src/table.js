// A table of an answer: a page of rows at a time, sorted by any column, with labels for IRIs.

import { element } from "./dom.js";

const PAGE = 100;
const NUMBER = /XMLSchema#(integer|decimal|double|float|int|long|short|byte|nonNegativeInteger|positiveInteger)$/;

export class Table {
  /**
   * @param answer what was answered
   * @param names shortens IRIs
   * @param labels asks for the labels of IRIs
   * @param headings column name to heading
   */
  constructor(answer, names, labels, headings) {
    Object.assign(this, { answer, names, labels, headings });
    this.rows = answer.rows;
    this.page = 0;
    this.sorted = null;
    this.labelled = true;
    this.naming = 0;
    this.numeric = answer.columns.map((_, at) =>
      answer.rows.length > 0 && answer.rows.slice(0, 200).every((row) => !row[at] || NUMBER.test(row[at].datatype ?? "")));
    this.named = new Map(answer.columns.flatMap((name, at) => {
      const other = answer.columns.findIndex((column) => column === `${name}Name` || column === `${name}Label`);
      return other >= 0 && answer.rows.every((row) => !row[at] || row[at].kind === "iri") ? [[at, other]] : [];
    }));
    this.merged = new Set(this.named.values());
    this.hasIris = answer.rows.slice(0, 200).some((row) => row.some((term) => term?.kind === "iri"));
    this.body = element("tbody");
    this.heads = answer.columns.map((name, at) => this.#heading(name, at));
    this.pager = element("nav", { class: "pager", "aria-label": "Pages of the answer" });
    this.node = element("div", {},
      element("div", { class: "table", role: "region", "aria-label": "Answer", tabindex: "0" },
        element("table", {}, element("thead", {}, element("tr", {}, ...this.heads)), this.body)),
      this.pager);
    this.show();
  }

  /** Shows names instead of short IRIs, or the other way. */
  name(labelled) {
    this.labelled = labelled;
    this.show();
  }

  show() {
    const first = this.page * PAGE;
    const rows = this.rows.slice(first, first + PAGE);
    this.body.replaceChildren(...rows.map((row) =>
      element("tr", {}, ...row.map((_, at) => this.#cell(row, at)))));
    this.heads.forEach((head, at) => { head.hidden = this.#isMerged(at); });
    this.#fit();
    this.#paging(first, rows.length);
    if (this.labelled) this.#label(rows);
  }

  #heading(name, at) {
    const button = element("button", { type: "button", class: "sort", onclick: () => this.#sort(at) },
      this.headings[name] ?? name);
    return element("th", { scope: "col", class: this.numeric[at] ? "number" : null }, button);
  }

  #sort(at) {
    const down = this.sorted?.at === at && !this.sorted.down;
    this.sorted = { at, down };
    const order = this.numeric[at]
      ? (a, b) => Number(a) - Number(b)
      : new Intl.Collator(undefined, { numeric: true, sensitivity: "base" }).compare;
    this.rows = [...this.answer.rows].sort((a, b) => {
      if (!a[at] || !b[at]) return (a[at] ? 0 : 1) - (b[at] ? 0 : 1);
      const step = order(this.#text(a, at), this.#text(b, at));
      return down ? -step : step;
    });
    this.heads.forEach((head, place) => {
      if (place === at) head.setAttribute("aria-sort", down ? "descending" : "ascending");
      else head.removeAttribute("aria-sort");
    });
    this.page = 0;
    this.show();
  }

  /** Tells whether a column only names the things of another one, which then shows the names. */
  #isMerged(at) {
    return this.labelled && this.merged.has(at);
  }

  #text(row, at) {
    const term = row[at];
    if (term.kind !== "iri") return term.value;
    const name = this.labelled && (row[this.named.get(at)]?.value || this.labels.known.get(term.value));
    return name || this.names.short(term.value);
  }

  #cell(row, at) {
    const cell = element("td", { class: this.numeric[at] ? "number" : null, hidden: this.#isMerged(at) });
    const term = row[at];
    if (!term) return cell;
    if (term.kind !== "iri") {
      cell.append(element("span", { lang: term.language, title: plainType(term) }, term.value));
      return cell;
    }
    const href = this.names.href(term.value);
    const text = this.#text(row, at);
    const shown = href
      ? element("a", { href, title: term.value, rel: href.startsWith("/") ? null : "noreferrer" }, text)
      : element("span", { title: term.value }, text);
    if (!this.named.has(at)) shown.dataset.iri = term.value;
    if (text === this.names.short(term.value)) shown.classList.add("short");
    cell.append(shown);
    return cell;
  }

  /** Puts names in the place of short IRIs; the table says that it is busy until they are there. */
  async #label(rows) {
    const iris = rows.flatMap((row) => row.filter((term, at) => term?.kind === "iri" && !this.named.has(at)))
      .map((term) => term.value);
    this.naming += 1;
    this.node.setAttribute("aria-busy", "true");
    const learnt = await this.labels.learn(iris);
    this.naming -= 1;
    if (this.naming === 0) this.node.removeAttribute("aria-busy");
    if (learnt) {
      for (const node of this.body.querySelectorAll("[data-iri]")) {
        const label = this.labels.known.get(node.dataset.iri);
        if (label && this.labelled) {
          node.textContent = label;
          node.classList.remove("short");
        }
      }
      this.#fit();
    }
  }

  /** Gives each column a width by the longest text in it. */
  #fit() {
    for (const at of this.answer.columns.keys()) {
      const cells = [...this.body.rows].map((row) => row.cells[at]);
      const longest = Math.max(0, ...cells.map((cell) => cell.textContent.length));
      for (const cell of cells) {
        cell.classList.toggle("long", longest > 60);
        cell.classList.toggle("middling", longest > 24 && longest <= 60);
        cell.classList.toggle("brief", longest <= 24);
      }
    }
  }

  #paging(first, count) {
    const pages = Math.ceil(this.rows.length / PAGE);
    this.pager.hidden = pages < 2;
    if (pages < 2) return;
    const go = (page) => () => {
      this.page = page;
      this.show();
      this.node.querySelector(".table").scrollIntoView({ block: "nearest" });
    };
    const step = (text, page, off) =>
      element("button", { type: "button", class: "button quiet", disabled: off, onclick: go(page) }, text);
    this.pager.replaceChildren(
      step("Earlier rows", this.page - 1, this.page === 0),
      element("span", { class: "aside", "aria-live": "polite" },
        `${(first + 1).toLocaleString("en")}–${(first + count).toLocaleString("en")} of ${this.rows.length.toLocaleString("en")}`),
      step("Later rows", this.page + 1, this.page >= pages - 1));
  }
}

function plainType(term) {
  const kind = term.datatype?.replace("http://www.w3.org/2001/XMLSchema#", "xsd:");
  return kind && kind !== "xsd:string" ? kind : term.language;
}

/** The labels of IRIs, asked for once. */
export class Labels {
  constructor(address) {
    this.address = address;
    this.known = new Map();
    this.asked = new Set();
  }

  /** Asks for labels not asked for before; returns whether there may be any to show. */
  async learn(iris) {
    const wanted = [...new Set(iris)].filter((iri) => !this.asked.has(iri));
    for (const iri of wanted) this.asked.add(iri);
    for (let at = 0; at < wanted.length; at += 400) {
      const response = await fetch(this.address, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify(wanted.slice(at, at + 400)),
      }).catch(() => null);
      if (!response?.ok) return false;
      for (const [iri, label] of Object.entries(await response.json())) this.known.set(iri, label);
    }
    return iris.length > 0;
  }
}
