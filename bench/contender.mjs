// One contender in one round, in a process of its own: `node contender.mjs ROW CONTENDER URL` prints what it measured as JSON.
const [row, contender, url] = process.argv.slice(2);
const { contenders } = await import(`./rows/${row}.mjs`);
console.log(JSON.stringify(await contenders[contender].run(url)));
