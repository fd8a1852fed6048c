// A network on a canvas: drawn, moved, looked at closely, and gone through by keyboard.

import { element } from "./dom.js";
import { connect, arrange } from "./layout.js";
import { Painter } from "./painter.js";

const NEAREST = 6;

export class Drawing {
  /**
   * @param holder where the canvas goes
   * @param data `nodes` with name, href and kind; `edges` with ends, count, when and href
   * @param open `openNode` and `openEdge`, called with what was chosen
   */
  constructor(holder, data, open) {
    this.open = open;
    this.graph = connect(data);
    this.order = [...this.graph.nodes].sort((a, b) => b.meetings - a.meetings || a.at - b.at);
    this.canvas = element("canvas", {
      tabindex: "0", role: "application", "aria-roledescription": "network",
      "aria-label": `Network of ${data.nodes.length} names and ${data.edges.length} pairs. Arrow keys left and right go from name to name, up and down from line to line, Enter opens. The table below has the same.`,
    });
    this.told = element("p", { class: "told", "aria-live": "polite" });
    holder.replaceChildren(this.canvas, this.told, this.#buttons());
    this.view = { x: 0, y: 0, scale: 1 };
    this.chosen = { node: null, edge: null };
    this.painter = new Painter(this.canvas, this.graph, this.order);
    this.#listen();
    this.ready = arrange(this.graph).then(() => this.whole());
  }

  draw() {
    if (this.waiting || this.graph.nodes[0]?.x === undefined) return;
    this.waiting = requestAnimationFrame(() => {
      this.waiting = 0;
      this.painter.paint(this.view, this.chosen, this.held?.moved ? this.held : null);
    });
  }

  /** Shows all of it. */
  whole() {
    const xs = this.graph.nodes.map((node) => node.x);
    const ys = this.graph.nodes.map((node) => node.y);
    const [left, right, top, bottom] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
    const { clientWidth: width, clientHeight: height } = this.canvas;
    const scale = Math.min(1.8, (width - 130) / (right - left + 1), (height - 70) / (bottom - top + 1));
    this.view = { scale, x: width / 2 - (scale * (left + right)) / 2, y: height / 2 - (scale * (top + bottom)) / 2 };
    this.draw();
  }

  zoom(factor, at = { x: this.canvas.clientWidth / 2, y: this.canvas.clientHeight / 2 }) {
    const { scale, x, y } = this.view;
    const next = Math.min(8, Math.max(0.05, scale * factor));
    this.view = { scale: next, x: at.x - ((at.x - x) * next) / scale, y: at.y - ((at.y - y) * next) / scale };
    this.draw();
  }

  /** Marks a node, or a line of it, and says what it is. */
  choose(node, edge = null) {
    this.chosen = { node, edge };
    const times = (count) => `${count} ${count === 1 ? "meeting" : "meetings"}`;
    this.told.textContent = edge
      ? `${edge.source.name} and ${edge.target.name}: ${times(edge.count)}${edge.when ? `, ${edge.when}` : ""}`
      : node ? `${node.name}: ${times(node.meetings)} with ${node.edges.length} ${node.edges.length === 1 ? "other" : "others"}` : "";
    this.draw();
  }

  #buttons() {
    const button = (label, text, onclick) =>
      element("button", { type: "button", class: "button quiet", "aria-label": label, title: label, onclick }, text);
    return element("div", { class: "zoom" },
      button("Nearer", "+", () => this.zoom(1.4)),
      button("Farther", "−", () => this.zoom(1 / 1.4)),
      button("Show all", "All", () => this.whole()));
  }

  #listen() {
    const canvas = this.canvas;
    canvas.addEventListener("pointerdown", (event) => this.#press(event));
    canvas.addEventListener("pointermove", (event) => this.#move(event));
    canvas.addEventListener("pointerup", (event) => this.#release(event));
    canvas.addEventListener("pointercancel", () => { this.held = null; });
    canvas.addEventListener("pointerleave", () => { if (!this.held) this.choose(null); });
    canvas.addEventListener("keydown", (event) => this.#key(event));
    canvas.addEventListener("wheel", (event) => {
      // Without Ctrl, or a pinch, which browsers report so, scrolling is the page's own.
      if (!event.ctrlKey && !event.metaKey) return;
      event.preventDefault();
      this.zoom(Math.exp(-event.deltaY / 200), this.#place(event));
    }, { passive: false });
    new ResizeObserver(() => this.draw()).observe(canvas);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
      this.painter.learnColours();
      this.draw();
    });
    document.fonts?.ready.then(() => {
      this.painter.forgetWidths();
      this.draw();
    });
  }

  #place(event) {
    const box = this.canvas.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  }

  /** Returns the node or edge at a place of the canvas. */
  at({ x, y }) {
    const { scale, x: left, y: top } = this.view;
    const point = { x: (x - left) / scale, y: (y - top) / scale };
    let best = NEAREST / scale;
    let found = { node: null, edge: null };
    for (const node of this.graph.nodes) {
      const away = Math.hypot(node.x - point.x, node.y - point.y) - node.size;
      if (away < best) {
        best = away;
        found = { node, edge: null };
      }
    }
    if (found.node) return found;
    for (const edge of this.graph.edges) {
      const away = distance(point, edge.source, edge.target);
      if (away < best) {
        best = away;
        found = { node: null, edge };
      }
    }
    return found;
  }

  #press(event) {
    if (event.button !== 0) return;
    const place = this.#place(event);
    this.held = { from: place, view: { ...this.view }, ...this.at(place), moved: false };
    this.canvas.setPointerCapture(event.pointerId);
  }

  #move(event) {
    const place = this.#place(event);
    const held = this.held;
    if (!held) {
      const found = this.at(place);
      this.canvas.classList.toggle("pointing", Boolean(found.node ?? found.edge));
      if (found.node !== this.chosen.node || found.edge !== this.chosen.edge) this.choose(found.node, found.edge);
      return;
    }
    if (!held.moved && Math.hypot(place.x - held.from.x, place.y - held.from.y) < 4) return;
    held.moved = true;
    this.canvas.classList.add("dragging");
    if (held.node) {
      held.node.x = (place.x - this.view.x) / this.view.scale;
      held.node.y = (place.y - this.view.y) / this.view.scale;
    } else {
      this.view = { ...held.view, x: held.view.x + place.x - held.from.x, y: held.view.y + place.y - held.from.y };
    }
    this.draw();
  }

  #release() {
    const held = this.held;
    this.held = null;
    this.canvas.classList.remove("dragging");
    this.draw();
    if (!held || held.moved) return;
    this.choose(held.node, held.edge);
    this.#enter();
  }

  #enter() {
    const { node, edge } = this.chosen;
    if (edge) this.open.openEdge(edge);
    else if (node) this.open.openNode(node);
  }

  #key(event) {
    const { node, edge } = this.chosen;
    const from = node ?? edge?.source ?? null;
    const step = (list, at, by) => list[(at + by + list.length) % list.length];
    const along = (by) => {
      const place = from ? this.order.indexOf(from) : by > 0 ? -1 : 0;
      this.choose(step(this.order, place, by));
    };
    const across = (by) => {
      const node = from ?? this.order[0];
      const place = edge ? node.edges.indexOf(edge) : by > 0 ? -1 : 0;
      this.choose(node, step(node.edges, place, by));
    };
    const actions = {
      ArrowRight: () => along(1), ArrowLeft: () => along(-1), ArrowDown: () => across(1), ArrowUp: () => across(-1),
      Enter: () => this.#enter(), Escape: () => this.choose(null), "+": () => this.zoom(1.4), "=": () => this.zoom(1.4),
      "-": () => this.zoom(1 / 1.4), 0: () => this.whole(),
    };
    const action = actions[event.key];
    if (!action || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    action();
  }
}

function distance(point, a, b) {
  const [dx, dy] = [b.x - a.x, b.y - a.y];
  const along = Math.max(0, Math.min(1, ((point.x - a.x) * dx + (point.y - a.y) * dy) / (dx * dx + dy * dy || 1)));
  return Math.hypot(point.x - a.x - along * dx, point.y - a.y - along * dy);
}
