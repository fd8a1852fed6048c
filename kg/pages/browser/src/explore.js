// What the pages to look at share: names suggested in their forms, and what is behind a number.

import { suggestNames } from "./fields.js";

/** Lets the fields of the form ask the graph for names. */
export function suggestInForm() {
  const form = document.querySelector("form.parameters");
  for (const input of form.querySelectorAll("input[data-kind]")) suggestNames(input, form.dataset.labels);
}

let turn = 0;

/** Shows what is behind something, as the page at that address has it, without leaving this one. */
export async function showBehind(href) {
  const behind = document.getElementById("behind");
  turn += 1;
  const mine = turn;
  behind.hidden = false;
  behind.setAttribute("aria-busy", "true");
  const response = await fetch(href).catch(() => null);
  const text = response ? await response.text() : "";
  if (mine !== turn) return;
  const found = new DOMParser().parseFromString(text, "text/html").getElementById("behind");
  if (found) behind.replaceChildren(...found.childNodes);
  else behind.textContent = "The server did not answer. Is it still running?";
  behind.removeAttribute("aria-busy");
  history.replaceState(null, "", href);
  behind.scrollIntoView({ block: "nearest" });
}

/** Takes clicks on links of a kind, unless they are to open a window of their own. */
export function showOnClick(selector) {
  document.querySelector("main").addEventListener("click", (event) => {
    const link = event.target.closest(selector);
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    showBehind(link.getAttribute("href"));
  });
}

/** Says that the script is through. */
export function ready() {
  document.documentElement.dataset.ready = "true";
}
