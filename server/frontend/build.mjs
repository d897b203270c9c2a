// Bundle the scripts and the font into ../static/built, with the licences of all that goes in.
import { build } from "esbuild";
import { mkdir, readFile, readdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

const folder = "../static/built";
const target = `${folder}.new`; // takes the place of the former one when it is whole
const tools = new Set(["esbuild", "axe-core"]); // used here, not shipped

await rm(target, { recursive: true, force: true });
await mkdir(target, { recursive: true });
const { metafile } = await build({
  entryPoints: ["src/site.js", "src/map.js", "src/editor.js", "src/font.css"],
  outdir: target,
  bundle: true,
  minify: true,
  splitting: true,
  format: "esm",
  target: "es2022",
  legalComments: "none", // all of them are in LICENSES.txt
  loader: { ".woff2": "file" },
  assetNames: "[name]",
  chunkNames: "[name]-[hash]",
  metafile: true,
});
await writeFile(join(target, "LICENSES.txt"), await licences());
await rm(folder, { recursive: true, force: true });
await rename(target, folder);
for (const [file, { bytes }] of Object.entries(metafile.outputs)) console.log(file.replace(".new/", "/"), `${Math.ceil(bytes / 1024)} kB`);

async function licences() {
  const parts = [];
  for (const name of await packages()) {
    const home = join("node_modules", name);
    const about = JSON.parse(await readFile(join(home, "package.json"), "utf8"));
    const file = (await readdir(home)).find((entry) => /^(licen[cs]e|copying|ofl)/i.test(entry));
    const author = typeof about.author === "object" ? about.author.name : about.author;
    const text = file ? await readFile(join(home, file), "utf8") : `Licence: ${about.license}. Author: ${author ?? "see its page"}.`;
    parts.push(`${name} ${about.version} (${about.license ?? "see below"})\n${about.homepage ?? ""}\n\n${text.trim()}\n`);
  }
  return parts.join(`\n${"-".repeat(80)}\n\n`);
}

async function packages() {
  const names = [];
  for (const entry of (await readdir("node_modules")).sort()) {
    if (entry.startsWith(".") || entry.startsWith("@esbuild") || tools.has(entry)) continue;
    if (!entry.startsWith("@")) names.push(entry);
    else for (const inner of (await readdir(join("node_modules", entry))).sort()) names.push(`${entry}/${inner}`);
  }
  return names;
}
