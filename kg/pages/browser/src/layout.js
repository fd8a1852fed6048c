// Where the names of a network stand. The same graph always gets the same places.

import { forceCollide, forceLink, forceManyBody, forceSimulation, forceX, forceY } from "d3-force";

const STEPS = 260;
const STEPS_OF_MANY = 120;
const MANY = 200;
const SLICE = 40; // milliseconds of one go, so that the page stays responsive

/** Gives each node `x`, `y` and `size`, each edge its nodes and its place in each node's list. */
export function connect({ nodes, edges }) {
  const made = nodes.map((node, at) => ({ ...node, at, edges: [], meetings: 0 }));
  const links = edges.map((edge) => ({ ...edge, source: made[edge.ends[0]], target: made[edge.ends[1]] }));
  for (const edge of links) {
    for (const node of [edge.source, edge.target]) {
      node.edges.push(edge);
      node.meetings += edge.count;
    }
  }
  for (const node of made) {
    node.size = 4 + Math.min(9, 1.6 * Math.sqrt(node.edges.length));
    node.edges.sort((a, b) => b.count - a.count);
  }
  return { nodes: made, edges: links };
}

/** Moves the nodes to their places, a few steps at a time. */
export async function arrange({ nodes, edges }) {
  const steps = nodes.length > MANY ? STEPS_OF_MANY : STEPS;
  const spread = nodes.length > 150 ? 26 : 46;
  const simulation = forceSimulation(nodes)
    .force("link", forceLink(edges).distance((edge) => spread + 3 * (edge.source.size + edge.target.size)).strength(0.35))
    .force("charge", forceManyBody().strength(-spread * 5).distanceMax(600).theta(1))
    .force("x", forceX().strength(0.055))
    .force("y", forceY().strength(0.085))
    .force("collide", forceCollide((node) => node.size + 5))
    .alphaDecay(1 - 0.001 ** (1 / steps))
    .stop();
  for (let done = 0; done < steps;) {
    const until = performance.now() + SLICE;
    do {
      simulation.tick();
      done += 1;
    } while (done < steps && performance.now() < until);
    await new Promise((next) => { setTimeout(next); });
  }
}
