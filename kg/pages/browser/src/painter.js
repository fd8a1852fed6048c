// Paints a network: lines by number of meetings, names where there is room for them.

const KINDS = { state: "--position", person: "--meeting", organisation: "--statement", group: "--statement", anonymous: "--soft" };
const CELL = 24;
const AROUND = 0.5; // of its width and height, on either side, is painted before it is dragged there

export class Painter {
  constructor(canvas, graph, order) {
    Object.assign(this, { canvas, graph, order });
    this.context = canvas.getContext("2d");
    this.most = Math.max(1, ...graph.edges.map((edge) => edge.count));
    this.learnColours();
    this.forgetWidths();
  }

  learnColours() {
    const style = getComputedStyle(document.documentElement);
    const colour = (name) => style.getPropertyValue(name).trim();
    this.colours = { ink: colour("--ink"), card: colour("--card"), line: colour("--line-strong"), accent: colour("--accent") };
    for (const [kind, name] of Object.entries(KINDS)) this.colours[kind] = colour(name);
    this.font = getComputedStyle(document.body).fontFamily;
  }

  forgetWidths() {
    this.widths = new Map();
  }

  width(edge) {
    return 1 + 6 * Math.sqrt((edge.count - 1) / Math.max(1, this.most - 1));
  }

  /**
   * @param view where it is looked at from
   * @param chosen the node or edge that is lit
   * @param held what is dragged: a node, or all of it; null where nothing moves
   */
  paint(view, chosen, held = null) {
    const { canvas, context } = this;
    const ratio = devicePixelRatio || 1;
    const [width, height] = [canvas.clientWidth, canvas.clientHeight];
    if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
      canvas.width = Math.round(width * ratio);
      canvas.height = Math.round(height * ratio);
    }
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, width, height);
    if (held) this.#move(view, chosen, held, { width, height, ratio });
    else {
      this.#all(context, view, chosen, width, height);
      this.kept = null;
    }
  }

  /** Draws a picture of what keeps its place, as to paint it takes longer than a frame, then what is dragged. */
  #move(view, chosen, held, { width, height, ratio }) {
    const { context, kept } = this;
    const isThere = kept?.held === held && kept.view.scale === view.scale
      && Math.abs(view.x - kept.view.x) <= kept.left && Math.abs(view.y - kept.view.y) <= kept.top;
    if (!isThere) this.kept = this.#picture(view, chosen, held, { width, height, ratio });
    const { picture, left, top, view: from } = this.kept;
    context.drawImage(picture, view.x - from.x - left, view.y - from.y - top, picture.width / ratio, picture.height / ratio);
    if (!held.node) return;
    const near = this.#near(chosen.node, chosen.edge);
    this.#lines(context, view, near, chosen.edge, held.node.edges);
    this.#dots(context, view, near, width, height, [held.node]);
    this.#names(context, view, near, width, height, [held.node]);
  }

  /** Returns a picture of what keeps its place, and where it was painted. */
  #picture(view, chosen, held, { width, height, ratio }) {
    const [left, top] = held.node ? [0, 0] : [width * AROUND, height * AROUND];
    const picture = document.createElement("canvas");
    picture.width = Math.round((width + 2 * left) * ratio);
    picture.height = Math.round((height + 2 * top) * ratio);
    const context = picture.getContext("2d");
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    this.#all(context, { ...view, x: view.x + left, y: view.y + top }, chosen, width + 2 * left, height + 2 * top, held.node);
    return { held, picture, left, top, view: { ...view } };
  }

  /** Paints all but a node that is dragged. */
  #all(context, view, { node, edge }, width, height, without = null) {
    const near = this.#near(node, edge);
    const others = (nodes) => (without ? nodes.filter((one) => one !== without) : nodes);
    const apart = (edges) => (without ? edges.filter((one) => !without.edges.includes(one)) : edges);
    this.#lines(context, view, near, edge, apart(this.graph.edges));
    this.#dots(context, view, near, width, height, others(this.graph.nodes));
    this.#names(context, view, near, width, height, others(this.order));
  }

  /** Returns what is lit: a node with its neighbours, the ends of an edge, or null for all. */
  #near(node, edge) {
    if (edge) return { nodes: new Set([edge.source, edge.target]), edges: new Set([edge]) };
    if (!node) return null;
    return { nodes: new Set([node, ...node.edges.flatMap((one) => [one.source, one.target])]), edges: new Set(node.edges) };
  }

  #lines(context, view, near, chosen, lines) {
    const draw = (edges, colour, alpha) => {
      context.strokeStyle = colour;
      context.globalAlpha = alpha;
      const byWidth = new Map();
      for (const edge of edges) {
        const width = Math.round(this.width(edge) * 2) / 2;
        if (!byWidth.has(width)) byWidth.set(width, []);
        byWidth.get(width).push(edge);
      }
      for (const [width, same] of byWidth) {
        context.lineWidth = width;
        context.beginPath();
        for (const { source, target } of same) {
          context.moveTo(source.x * view.scale + view.x, source.y * view.scale + view.y);
          context.lineTo(target.x * view.scale + view.x, target.y * view.scale + view.y);
        }
        context.stroke();
      }
      context.globalAlpha = 1;
    };
    draw(lines, this.colours.line, near ? 0.18 : 0.55);
    if (near) draw(lines.filter((line) => near.edges.has(line)), chosen ? this.colours.accent : this.colours.ink, 0.9);
  }

  #dots(context, view, near, width, height, nodes) {
    for (const node of nodes) {
      const x = node.x * view.scale + view.x;
      const y = node.y * view.scale + view.y;
      if (x < -20 || y < -20 || x > width + 20 || y > height + 20) continue;
      context.globalAlpha = near && !near.nodes.has(node) ? 0.25 : 1;
      context.fillStyle = this.colours[node.kind];
      context.strokeStyle = this.colours.card;
      context.lineWidth = 1.5;
      context.beginPath();
      // States are squares, so that kinds differ by more than colour.
      if (node.kind === "state") context.rect(x - node.size, y - node.size, 2 * node.size, 2 * node.size);
      else context.arc(x, y, node.size, 0, 2 * Math.PI);
      context.fill();
      context.stroke();
    }
    context.globalAlpha = 1;
  }

  /** Writes names, those with most meetings first, where none is written yet. */
  #names(context, view, near, width, height, order) {
    context.font = `500 14px ${this.font}`;
    context.textBaseline = "middle";
    context.lineJoin = "round";
    context.lineWidth = 3.5;
    context.strokeStyle = this.colours.card;
    const taken = new Set();
    const wanted = new Set(order);
    const lit = near ? [...[...near.nodes].filter((node) => wanted.has(node)), ...order.filter((node) => !near.nodes.has(node))] : order;
    for (const node of lit) {
      const x = node.x * view.scale + view.x + node.size + 5;
      const y = node.y * view.scale + view.y;
      if (x < 0 || y < 8 || x > width || y > height - 8) continue;
      if (!this.widths.has(node)) this.widths.set(node, context.measureText(node.name).width);
      const cells = [];
      for (let at = x; at < x + this.widths.get(node) + CELL; at += CELL) {
        cells.push(`${Math.floor(at / CELL)},${Math.floor(y / 18)}`);
      }
      if (cells.some((cell) => taken.has(cell))) continue;
      for (const cell of cells) taken.add(cell);
      context.globalAlpha = near && !near.nodes.has(node) ? 0.3 : 1;
      context.strokeText(node.name, x, y);
      context.fillStyle = this.colours.ink;
      context.fillText(node.name, x, y);
    }
    context.globalAlpha = 1;
  }
}
