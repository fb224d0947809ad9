import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import asc from 'assemblyscript/asc';
import binaryen from 'binaryen';

/**
 * Compiles the code of the shortcut: `node src/exchange/shortcut/compile.mjs` writes `shortcut-code.ts` beside this folder.
 * AssemblyScript leaves many calls of small functions; Binaryen is told to put those into one another, which takes a tenth off
 * the time of a frame. With larger ones, too, V8 would take longer to compile the whole than short captures take. What is
 * called in one place only becomes part of it: so what pairs frames and what pairs records are compiled apart.
 */
const ENTRIES = { FRAMES_CODE: 'entry-frames.ts', RECORDS_CODE: 'entry-records.ts' };
const TARGET = new URL('../shortcut-code.ts', import.meta.url);

/** What every Node that runs this package has. */
const { SIMD128, BulkMemory, BulkMemoryOpt, SignExt, MutableGlobals, NontrappingFPToInt } = binaryen.Features;
const FEATURES = SIMD128 | BulkMemory | BulkMemoryOpt | SignExt | MutableGlobals | NontrappingFPToInt;

/** WebAssembly's binary format. */
export async function compile(entry) {
  let code = null;
  const options = [
    '--outFile',
    'out.wasm',
    '--optimizeLevel',
    '3',
    '--noAssert',
    '--runtime',
    'stub',
    '--enable',
    'simd',
  ];
  const memory = ['--importMemory', '--memoryBase', '0', '--initialMemory', '124'];
  const { error, stderr } = await asc.main(
    [fileURLToPath(new URL(entry, import.meta.url)), ...options, ...memory],
    {
      writeFile: (_name, contents) => {
        code = contents;
      },
    },
  );
  if (error) throw new Error(`${error.message}\n${stderr}`);
  return inlined(code);
}

function inlined(code) {
  const module = binaryen.readBinary(code);
  module.setFeatures(FEATURES);
  binaryen.setOptimizeLevel(4);
  binaryen.setShrinkLevel(0);
  binaryen.setAlwaysInlineMaxSize(20);
  binaryen.setFlexibleInlineMaxSize(400);
  binaryen.setOneCallerInlineMaxSize(1000);
  binaryen.setAllowInliningFunctionsWithLoops(true);
  module.optimize();
  const binary = module.emitBinary();
  module.dispose();
  return binary;
}

/** The text of `shortcut-code.ts`. */
export async function codeModule() {
  let text =
    '/** The folder `shortcut/` as WebAssembly, in base64: made by `npm run compile:shortcut`, never by hand. */\n';
  for (const [name, entry] of Object.entries(ENTRIES)) {
    const base64 = Buffer.from(await compile(entry)).toString('base64');
    text += `export const ${name} =\n  '${base64}';\n`;
  }
  return text;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(TARGET, await codeModule());
