// Asks the endpoint and reads the answer line by line, so that a large one can be cut short.

import { readRow, readTriple } from "./terms.js";

export const MOST = 20000;
const LINES = "text/tab-separated-values, application/n-triples;q=0.9";

/** What the endpoint says is wrong; line and column count from 1 where there are any. */
export class Problem extends Error {
  constructor(message, line, column) {
    super(message);
    this.line = line;
    this.column = column;
  }
}

/**
 * Runs a query.
 * @returns {Promise<{shape: "rows"|"triples"|"boolean", columns: string[], rows: Array, more: boolean, truth: boolean, seconds: number}>}
 */
export async function ask(query, signal) {
  const begun = performance.now();
  const response = await request(query, LINES, signal);
  const answer = new Answer(response.headers.get("Content-Type") ?? "");
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) break;
    const lines = (rest + value).split("\n");
    rest = lines.pop();
    if (!answer.take(lines)) {
      await reader.cancel();
      rest = "";
      break;
    }
  }
  if (rest) answer.take([rest]);
  answer.seconds = (performance.now() - begun) / 1000;
  return answer.finish();
}

/** Returns the answer that came with the page, if it is whole. */
export function given(data) {
  const media = data.shape === "triples" ? "application/n-triples" : "text/tab-separated-values";
  const answer = new Answer(media);
  answer.take(data.body.split("\n").slice(0, -1));
  answer.seconds = data.seconds;
  return answer.finish();
}

/** Returns the beginning of the answer in a format, as text, and whether there is more. */
export async function raw(query, media, most) {
  const response = await request(query, media);
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return { text, more: false };
    text += value;
    if (text.length > most) {
      await reader.cancel();
      return { text: text.slice(0, most), more: true };
    }
  }
}

/** Returns the whole answer as a blob, for saving. */
export async function whole(query, format) {
  return (await request(query, "*/*", undefined, `?format=${format}`)).blob();
}

async function request(query, accept, signal, parameters = "") {
  let response;
  try {
    response = await fetch(`/sparql${parameters}`, {
      method: "POST",
      headers: { Accept: accept, "Content-Type": "application/sparql-query" },
      body: query,
      signal,
    });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Problem("The server did not answer. Is it still running?");
  }
  if (response.ok) return response;
  const problem = await response.json().catch(() => null);
  if (!problem) throw new Problem(`The server answered ${response.status}.`);
  const words = [problem.detail ?? problem.title, problem.remedy].filter(Boolean).join("; ");
  const end = /[.?!]$/.test(words) ? "" : ".";
  throw new Problem(words.charAt(0).toUpperCase() + words.slice(1) + end, problem.line, problem.column);
}

class Answer {
  constructor(media) {
    this.triples = media.startsWith("application/n-triples");
    this.columns = this.triples ? ["subject", "property", "value"] : null;
    this.rows = [];
    this.more = false;
    this.truth = null;
    this.seconds = 0;
  }

  /** Takes lines; returns false when there are enough. */
  take(lines) {
    for (const line of lines) {
      const text = line.endsWith("\r") ? line.slice(0, -1) : line;
      if (this.columns === null) {
        if (text === "true" || text === "false") this.truth = text === "true";
        this.columns = text === "" ? [] : text.split("\t").map((name) => name.replace(/^\?/, ""));
        continue;
      }
      if (this.rows.length >= MOST) {
        this.more = true;
        return false;
      }
      const row = this.triples ? readTriple(text) : readRow(text);
      if (row) this.rows.push(row);
    }
    return true;
  }

  finish() {
    const boolean = this.truth !== null && !this.triples && !this.rows.length;
    return {
      shape: this.triples ? "triples" : boolean ? "boolean" : "rows",
      columns: boolean ? [] : this.columns ?? [],
      rows: this.rows,
      more: this.more,
      truth: this.truth === true,
      seconds: this.seconds,
    };
  }
}
