// Numbers as bars by name, or as a line over time.

import { element } from "./dom.js";
import { dayOf, marks } from "./days.js";

const SVG = "http://www.w3.org/2000/svg";
const BARS = 60;

/** Returns a figure: a line where the texts of the points are dates, else bars. */
export function chart(points, dated, number, along) {
  const most = Math.max(...points.map((point) => point.value), 0) || 1;
  const shown = dated ? points : points.slice(0, BARS);
  const words = `${number} by ${along}`;
  const cut = points.length - shown.length;
  return element("figure", { class: "chart" }, dated ? line(shown, most, words) : bars(shown, most),
    element("figcaption", {}, cut ? `${words}; the first ${shown.length}, ${cut} more in the table` : words));
}

function bars(points, most) {
  return element("ul", { class: "bars" }, ...points.map(({ text, href, value }) => {
    const svg = draw("svg", { class: "amount", "aria-hidden": "true", viewBox: "0 0 100 10", preserveAspectRatio: "none" },
      draw("rect", { x: 0, y: 0, height: 10, width: Math.max(0.4, (Math.max(0, value) / most) * 100) }));
    return element("li", {}, href ? element("a", { href }, text) : element("span", {}, text || "none"),
      svg, element("b", {}, value.toLocaleString("en")));
  }));
}

function line(points, most, words) {
  const [width, height] = [900, 300];
  const sorted = points.map((point) => ({ ...point, day: dayOf(point.text.slice(0, 10)) })).sort((a, b) => a.day - b.day);
  const [first, last] = [sorted[0].day - 1, sorted.at(-1).day + 1];
  const x = (day) => 50 + ((day - first) / (last - first)) * (width - 70);
  const y = (value) => height - 30 - (value / most) * (height - 60);
  const parts = marks(first, last, 10).map((mark) => draw("text", { class: "mark-name", x: x(mark.at), y: height - 8 }, mark.text));
  for (const part of [0, 0.5, 1]) {
    parts.push(draw("line", { class: "mark", x1: 50, x2: width - 20, y1: y(most * part), y2: y(most * part) }),
      draw("text", { class: "mark-name", x: 44, y: y(most * part) + 5, "text-anchor": "end" }, (most * part).toLocaleString("en")));
  }
  parts.push(draw("polyline", { class: "curve", points: sorted.map((one) => `${x(one.day)},${y(one.value)}`).join(" ") }),
    ...sorted.map((one) => draw("circle", { class: "point", cx: x(one.day), cy: y(one.value), r: 3.5 },
      draw("title", {}, `${one.text}: ${one.value.toLocaleString("en")}`))));
  return draw("svg", { class: "curves", viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": `${words}, from ${sorted[0].text} to ${sorted.at(-1).text}; the table has the numbers` }, ...parts);
}

function draw(name, properties, ...children) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(properties)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}
