import { build } from 'esbuild'; import { gzipSync } from 'node:zlib';
const r = await build({ stdin:{contents:"export { createRuntime } from './src/index.ts';", resolveDir:process.cwd()}, bundle:true, minify:true, format:'esm', platform:'browser', target:'es2022', write:false, metafile:true, logLevel:'error', outdir:'x'});
console.log(gzipSync(r.outputFiles[0].contents,{level:9}).length, r.outputFiles[0].contents.length);
const o=Object.values(r.metafile.outputs)[0].inputs; console.log(Object.entries(o).map(([f,{bytesInOutput}])=>[bytesInOutput,f]).sort((a,b)=>b[0]-a[0]).slice(0,34).map(x=>x.join(' ')).join('\n'));
