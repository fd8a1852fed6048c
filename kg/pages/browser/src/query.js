// The query page: puts the editor over the plain form, asks the endpoint, shows the answer.

import { AnswerView } from "./answer.js";
import { Problem, ask, given } from "./ask.js";
import { siftQuestions, suggestNames } from "./fields.js";
import { Labels } from "./table.js";
import { Names } from "./terms.js";

const form = document.getElementById("ask");
const area = document.getElementById("query");
const results = document.getElementById("results");
const { terms: termsAddress, labels: labelsAddress, page, named, name, base, nonce } = form.dataset;
const namedText = area.value;

for (const input of document.querySelectorAll("input[data-kind]")) suggestNames(input, labelsAddress);
const sift = document.getElementById("sift");
const shelf = document.querySelector(".shelf .questions");
if (sift) siftQuestions(sift, shelf);
const current = shelf?.querySelector("[aria-current]");
if (current) shelf.scrollTop = current.offsetTop - shelf.offsetTop - shelf.clientHeight / 3;

const vocabulary = fetch(termsAddress).then((response) => response.json());
const labels = new Labels(labelsAddress);
let editor = { text: () => area.value, set: (text) => { area.value = text; }, mark: () => {}, clear: () => {}, go: () => area.focus() };
let running = null;
let place = location.pathname;

async function view() {
  const { prefixes } = await vocabulary;
  return new AnswerView(results, new Names(base, prefixes), labels, read("columns") ?? {}, wanted(), keep);
}

/** Returns the view that the address asks for, else the one that suits the question. */
function wanted() {
  const hash = new URLSearchParams(location.hash.slice(1));
  if (hash.has("query")) return hash.get("view") ?? "table";
  return new URLSearchParams(location.search).get("view") ?? form.dataset.view ?? "table";
}

/** Puts the chosen view into the address. */
function keep(view) {
  const address = new URL(location.href);
  const hash = new URLSearchParams(address.hash.slice(1));
  if (hash.has("query")) {
    hash.set("view", view);
    address.hash = hash;
  } else {
    address.searchParams.set("view", view);
  }
  history.replaceState(null, "", address);
}

/** Runs what stands in the editor. */
async function run() {
  running?.abort();
  const turn = new AbortController();
  running = turn;
  results.setAttribute("aria-busy", "true");
  const query = editor.text();
  const shown = await view();
  const own = !named || query !== namedText;
  editor.clear();
  shown.wait(() => turn.abort());
  remember(query, own);
  try {
    const answer = await ask(query, turn.signal);
    shown.show(answer, query, own ? null : named, name);
  } catch (problem) {
    if (running !== turn) return;
    const known = problem instanceof Problem ? problem
      : new Problem(problem.name === "AbortError" ? "Stopped." : String(problem.message ?? problem));
    if (known.line) editor.mark(known);
    shown.fail(known, () => editor.go(known));
  }
}

/** Puts the query into the address, so that it can be shared and gone back to. */
function remember(query, own) {
  const same = new URLSearchParams(location.hash.slice(1)).get("query") === query;
  if (own && same) return;
  const address = own ? `${page}#${new URLSearchParams({ query })}` : named;
  if (own && address !== location.pathname + location.hash) history.pushState(null, "", address);
  place = location.pathname;
}

function fromAddress() {
  const query = new URLSearchParams(location.hash.slice(1)).get("query");
  if (query === null || query === editor.text()) return false;
  editor.set(query);
  return true;
}

function read(id) {
  const node = document.getElementById(id);
  return node ? JSON.parse(node.textContent) : null;
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  run();
});
area.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    run();
  }
});
window.addEventListener("popstate", () => {
  if (location.pathname !== place) location.reload();
  else if (fromAddress()) run();
});

const { createEditor } = await import("./editor.js");
editor = createEditor({ area, nonce, vocabulary, labelsAddress, run });
document.getElementById("keys").hidden = false;

const answer = read("answer");
if (fromAddress()) {
  run();
} else if (answer?.whole) {
  (await view()).show(given(answer), editor.text(), named, name);
} else if (answer) {
  run();
} else {
  const trouble = results.querySelector(".trouble");
  if (trouble) editor.markText(trouble);
}
document.documentElement.dataset.ready = "true";
