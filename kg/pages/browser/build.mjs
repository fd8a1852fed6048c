// Bundles the browser files into the folder given as the only argument:
// hashed modules, styles and fonts, manifest.json (name -> file) and LICENSES.txt.
import { build } from "esbuild";
import { readdirSync, readFileSync, writeFileSync, existsSync } from "node:fs";
import { basename, join } from "node:path";

const out = process.argv[2];
if (!out) throw new Error("usage: node build.mjs OUTPUT_FOLDER");

const result = await build({
  entryPoints: ["src/query.js", "src/network.js", "src/positions.js", "src/timeline.js", "src/site.css", "src/mark.svg"],
  outdir: out,
  bundle: true,
  minify: true,
  splitting: true,
  format: "esm",
  target: ["es2022"],
  // What Safari 15.4, Firefox 102 and Chromium 102 lack is not used in the styles.
  entryNames: "[name]-[hash]",
  chunkNames: "[name]-[hash]",
  assetNames: "[name]-[hash]",
  loader: { ".svg": "copy", ".woff2": "file" },
  legalComments: "none",
  charset: "utf8",
  metafile: true,
  logLevel: "warning",
});

const manifest = {};
const packages = new Set();
for (const [file, output] of Object.entries(result.metafile.outputs)) {
  if (output.entryPoint) manifest[basename(output.entryPoint)] = basename(file);
  for (const input of Object.keys(output.inputs)) {
    const inside = input.match(/^node_modules\/((?:@[^/]+\/)?[^/]+)/);
    if (inside) packages.add(inside[1]);
  }
}
// The copy loader and stylesheets' assets leave no entry point of their own.
for (const file of readdirSync(out)) {
  const copied = file.match(/^(mark)-[A-Z0-9]+(\.svg)$/);
  if (copied) manifest[copied[1] + copied[2]] = file;
}
for (const needed of ["query.js", "editor.js", "network.js", "drawing.js", "positions.js", "timeline.js", "site.css", "mark.svg"]) {
  if (!manifest[needed]) throw new Error(`no output for ${needed}`);
}
writeFileSync(join(out, "manifest.json"), JSON.stringify(manifest, null, 1) + "\n");

const parts = ["Licences of the libraries and fonts in this folder.\n"];
for (const name of [...packages].sort()) {
  const folder = join("node_modules", name);
  const about = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const licence = readdirSync(folder).find((file) => /^(licen[sc]e|copying)/i.test(file));
  const text = licence && existsSync(join(folder, licence))
    ? readFileSync(join(folder, licence), "utf8").trim()
    : `Licensed under ${about.license}; the package carries no licence text.`;
  parts.push(`${"=".repeat(78)}\n${name} ${about.version} (${about.license})\n\n${text}\n`);
}
writeFileSync(join(out, "LICENSES.txt"), parts.join("\n"));
