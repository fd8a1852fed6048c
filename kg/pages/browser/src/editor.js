// The editor: CodeMirror with SPARQL, completions from this graph, and errors at their line.

import { autocompletion, acceptCompletion, closeBrackets, closeBracketsKeymap, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { HighlightStyle, bracketMatching, indentOnInput, syntaxHighlighting } from "@codemirror/language";
import { lintGutter, setDiagnostics } from "@codemirror/lint";
import { EditorState, Prec } from "@codemirror/state";
import { EditorView, drawSelection, highlightActiveLine, highlightActiveLineGutter, keymap, lineNumbers } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { sparql } from "codemirror-lang-sparql";
import { completions } from "./completions.js";

const colours = HighlightStyle.define([
  { tag: [tags.keyword, tags.operatorKeyword, tags.modifier], class: "sy-keyword" },
  { tag: [tags.variableName, tags.special(tags.variableName)], class: "sy-variable" },
  { tag: [tags.string, tags.special(tags.string)], class: "sy-string" },
  { tag: [tags.number, tags.bool, tags.literal], class: "sy-number" },
  { tag: [tags.comment, tags.lineComment], class: "sy-comment" },
  { tag: [tags.namespace, tags.typeName, tags.propertyName, tags.url, tags.name], class: "sy-name" },
  { tag: [tags.function(tags.variableName), tags.standard(tags.name)], class: "sy-function" },
]);

// When a browser itself types over a selection, it keeps the look of the old text in a style
// attribute, which the page's policy refuses. So such input never reaches the browser's editing.
const typingOver = EditorView.domEventHandlers({
  beforeinput(event, view) {
    const { from, to, empty } = view.state.selection.main;
    if (event.inputType !== "insertText" || event.data === null || empty || view.composing) return false;
    event.preventDefault();
    const insert = () => view.state.update(view.state.replaceSelection(event.data), { userEvent: "input.type", scrollIntoView: true });
    if (!view.state.facet(EditorView.inputHandler).some((handle) => handle(view, from, to, event.data, insert))) {
      view.dispatch(insert());
    }
    return true;
  },
});

/** Puts an editor in the place of a textarea; returns how to read, change and mark its text. */
export function createEditor({ area, nonce, vocabulary, labelsAddress, run }) {
  const view = new EditorView({
    parent: area.parentElement,
    state: EditorState.create({
      doc: area.value,
      extensions: [
        EditorView.cspNonce.of(nonce),
        EditorView.contentAttributes.of({ "aria-label": "SPARQL query", spellcheck: "false" }),
        lineNumbers(), highlightActiveLine(), highlightActiveLineGutter(), history(), drawSelection(),
        EditorState.tabSize.of(2), indentOnInput(), bracketMatching(), closeBrackets(), lintGutter(),
        typingOver, sparql(), syntaxHighlighting(colours), EditorView.lineWrapping,
        autocompletion({ override: completions(vocabulary, labelsAddress), icons: false }),
        Prec.highest(keymap.of([
          { key: "Mod-Enter", run: () => { run(); return true; } },
          { key: "Tab", run: acceptCompletion },
        ])),
        keymap.of([...closeBracketsKeymap, ...completionKeymap, ...historyKeymap, ...defaultKeymap, indentWithTab]),
        EditorView.updateListener.of((update) => { if (update.docChanged) area.value = update.state.doc.toString(); }),
      ],
    }),
  });
  area.hidden = true;
  for (const label of area.labels) label.addEventListener("click", () => view.focus());

  const place = ({ line, column }) => {
    const row = view.state.doc.line(Math.min(Math.max(line, 1), view.state.doc.lines));
    return { row, at: Math.min(row.from + Math.max(column - 1, 0), row.to) };
  };
  const editor = {
    text: () => view.state.doc.toString(),
    set: (text) => view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text } }),
    mark: (problem) => {
      const { row, at } = place(problem);
      const from = at >= row.to && row.length ? row.from : at;
      view.dispatch(setDiagnostics(view.state, [{ from, to: row.to, severity: "error", message: problem.message }]));
    },
    markText: (node) => {
      const found = node.textContent.match(/Line (\d+), column (\d+)\.\s*([^]*)/);
      if (found) editor.mark({ line: Number(found[1]), column: Number(found[2]), message: found[3].trim() });
    },
    clear: () => view.dispatch(setDiagnostics(view.state, [])),
    go: (problem) => {
      const closed = area.closest("details:not([open])");
      if (closed) closed.open = true;
      view.dispatch({ selection: { anchor: place(problem).at }, scrollIntoView: true });
      view.focus();
    },
  };
  return editor;
}
