// Facts over time in three lanes, as SVG: packed into rows, moved and come nearer to.

import { element } from "./dom.js";
import { dayOf, marks, spanInWords } from "./days.js";

const SVG = "http://www.w3.org/2000/svg";
const ROW = 28;
const BAR = 24;
const AXIS = 30;
const MOST_ROWS = 9;
const LETTER = 6.9; // about the width of one
export const LANES = [["meeting", "Meetings"], ["statement", "Statements"], ["position", "Positions"]];
const SIGNS = { supports: "+ ", opposes: "− ", neutral: "○ " };

export class Lanes {
  /**
   * @param holder where it goes
   * @param data facts with begin, end, when, kind, label, note, stance and href
   * @param lanes kinds with their names, from above to below
   */
  constructor(holder, data, lanes = LANES) {
    this.lanes = lanes;
    this.events = data.map((one) => ({ ...one, first: dayOf(one.begin), last: dayOf(one.end) + 1 }));
    this.said = element("p", { class: "span", "aria-live": "polite" });
    this.svg = draw("svg", { role: "group", tabindex: "0", "aria-label": "Timeline; plus and minus come nearer and go back, arrow keys move, 0 shows all" });
    const button = (label, text, onclick) =>
      element("button", { type: "button", class: "button quiet", "aria-label": label, title: label, onclick }, text);
    holder.replaceChildren(
      element("div", { class: "steer" },
        button("Earlier", "←", () => this.move(-0.4)), button("Later", "→", () => this.move(0.4)),
        button("Nearer", "+", () => this.zoom(0.5)), button("Farther", "−", () => this.zoom(2)),
        button("Show all", "All", () => this.all()), this.said),
      this.svg);
    this.#listen(holder);
    this.all();
  }

  all() {
    const first = Math.min(...this.events.map((one) => one.first));
    const last = Math.max(...this.events.map((one) => one.last));
    const edge = Math.max(1, (last - first) * 0.03);
    this.#show(first - edge, last + edge);
  }

  /** Moves by a part of what is seen. */
  move(part) {
    const by = (this.last - this.first) * part;
    this.#show(this.first + by, this.last + by);
  }

  /** Shows that many times the time, around a place from 0 to 1. */
  zoom(factor, at = 0.5) {
    const span = Math.min(800000, Math.max(6, (this.last - this.first) * factor));
    const middle = this.first + (this.last - this.first) * at;
    this.#show(middle - span * at, middle + span * (1 - at));
  }

  #show(first, last) {
    Object.assign(this, { first, last });
    this.said.textContent = spanInWords(first, last - 1);
    this.#draw();
  }

  #listen(holder) {
    this.svg.addEventListener("keydown", (event) => {
      const at = document.activeElement?.dataset?.at;
      // A fact that is focused stays where it is.
      const middle = () => (at ? Math.min(1, Math.max(0, (this.events[at].first - this.first) / (this.last - this.first))) : 0.5);
      const actions = {
        ArrowLeft: () => this.move(-0.2), ArrowRight: () => this.move(0.2), "+": () => this.zoom(0.5, middle()),
        "=": () => this.zoom(0.5, middle()), "-": () => this.zoom(2, middle()), 0: () => this.all(), Home: () => this.all(),
      };
      const action = actions[event.key];
      if (!action || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      action();
      // What was focused is drawn anew.
      (this.svg.querySelector(`[data-at="${at}"]`) ?? this.svg).focus();
    });
    this.svg.addEventListener("wheel", (event) => {
      if (!event.ctrlKey && !event.metaKey) return;
      event.preventDefault();
      const box = this.svg.getBoundingClientRect();
      this.zoom(Math.exp(event.deltaY / 300), (event.clientX - box.left) / box.width);
    }, { passive: false });
    let held = null;
    this.svg.addEventListener("pointerdown", (event) => {
      if (event.button === 0 && !event.target.closest("a")) held = { x: event.clientX, first: this.first, last: this.last };
    });
    window.addEventListener("pointermove", (event) => {
      if (!held) return;
      const by = ((held.x - event.clientX) / this.svg.clientWidth) * (held.last - held.first);
      this.#show(held.first + by, held.last + by);
    });
    window.addEventListener("pointerup", () => { held = null; });
    window.addEventListener("pointercancel", () => { held = null; });
    new ResizeObserver(() => { if (this.svg.clientWidth !== this.width) this.#draw(); }).observe(holder);
  }

  #draw() {
    const width = this.svg.clientWidth;
    if (!width) return;
    this.width = width;
    const x = (day) => ((day - this.first) / (this.last - this.first)) * width;
    const parts = [];
    let top = AXIS;
    for (const [kind, name] of this.lanes) {
      const seen = this.events.filter((one) => one.kind === kind && one.last > this.first && one.first < this.last);
      const { placed, rows, cut } = pack(seen, x, width);
      const height = Math.max(1, rows) * ROW + 30;
      const words = cut ? `${name} ${seen.length}, ${cut} of them not drawn: come nearer` : `${name} ${seen.length}`;
      parts.push(draw("rect", { class: "lane", x: 0, y: top, width, height }), draw("text", { class: "lane-name", x: 8, y: top + 19 }, words));
      for (const one of placed) parts.push(this.#bar(one, top + 26 + one.row * ROW));
      top += height + 6;
    }
    const axis = marks(this.first, this.last, width / 70).flatMap((mark) => [
      draw("line", { class: mark.major ? "mark major" : "mark", x1: x(mark.at), x2: x(mark.at), y1: AXIS - 8, y2: top - 6 }),
      draw("text", { class: mark.major ? "mark-name major" : "mark-name", x: x(mark.at) + 3, y: AXIS - 11 }, mark.text),
    ]);
    this.svg.setAttribute("viewBox", `0 0 ${width} ${top}`);
    this.svg.setAttribute("height", top);
    const lanes = parts.filter((part) => part.classList.contains("lane"));
    this.svg.replaceChildren(...lanes, ...axis, ...parts.filter((part) => !lanes.includes(part)));
  }

  #bar({ event, from, to, left, room, text, side }, y) {
    const kind = `bar k-${event.kind}${event.note ? ` note-${event.note}` : ""}`;
    const link = draw("a", { ...(event.href ? { href: event.href } : {}), class: kind, "data-at": this.events.indexOf(event) },
      draw("title", {}, `${event.label}${event.note ? ` (${event.note})` : ""}, ${event.when}`),
      // The whole of it can be pressed, and is large enough for a finger.
      draw("rect", { class: "reach", x: left, y, width: room, height: BAR }),
      draw("rect", { class: "time", x: from, y: y + 3, width: Math.max(7, to - from), height: BAR - 6, rx: 3 }),
      draw("text", side === "before" ? { x: from - 5, y: y + 17, "text-anchor": "end" }
        : { x: side === "inside" ? Math.max(from, 0) + 6 : Math.max(from + 7, to) + 5, y: y + 17 }, text));
    link.setAttribute("aria-label", `${event.label}${event.note ? `, ${event.note}` : ""}, ${event.when}`);
    return link;
  }
}

/** Puts facts into rows where their words have room; what finds none is counted. */
function pack(events, x, width) {
  const ends = [];
  const placed = [];
  let cut = 0;
  for (const event of events) {
    const from = Math.max(x(event.first), -20);
    const to = Math.min(x(event.last), width + 20);
    const label = (SIGNS[event.stance] ?? "") + event.label + (event.note ? ` (${event.note})` : "");
    const long = Math.max(7, to - Math.max(from, 0));
    const after = width - Math.max(from + 7, to) - 10;
    // Words stand in a bar that is long enough, else beside it: before it at the right edge.
    const side = long > 120 ? "inside" : after < 180 && from > 260 ? "before" : "after";
    const most = Math.min(side === "inside" ? long - 10 : 235, side === "after" ? after : 9999) / LETTER;
    const text = most < 4 ? "" : label.length > most ? `${label.slice(0, Math.floor(most) - 1).trimEnd()}…` : label;
    const beside = side === "inside" ? 0 : text.length * LETTER + 8;
    const left = side === "before" ? from - beside : from;
    const room = Math.max(24, Math.max(7, to - from) + beside);
    let row = ends.findIndex((end) => end < left);
    if (row < 0) row = ends.length;
    if (row >= MOST_ROWS) {
      cut += 1;
      continue;
    }
    ends[row] = left + room + 6;
    placed.push({ event, from, to, left, room, row, text, side });
  }
  return { placed, rows: ends.length, cut };
}

function draw(name, properties, ...children) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(properties)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}
