// The network page: draws the pairs of its table, and shows the meetings behind one that is chosen.

import { ready, showBehind, showOnClick, suggestInForm } from "./explore.js";

suggestInForm();
showOnClick("a.of-pair");
const data = document.getElementById("network");
if (data) {
  document.getElementById("drawing").hidden = false;
  const { Drawing } = await import("./drawing.js");
  const drawing = new Drawing(document.getElementById("canvas"), JSON.parse(data.textContent), {
    openNode: (node) => { if (node.href) location.assign(node.href); },
    openEdge: (edge) => showBehind(edge.href),
  });
  await drawing.ready;
}
ready();
