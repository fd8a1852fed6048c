// The timeline page: draws the facts of its list over time.

import { ready, suggestInForm } from "./explore.js";

suggestInForm();
const data = document.getElementById("timeline");
if (data) {
  document.getElementById("drawing").hidden = false;
  const { Lanes } = await import("./lanes.js");
  new Lanes(document.getElementById("lanes"), JSON.parse(data.textContent));
}
ready();
