// `node scripts/plant-bugs.mjs [--seeds N] [--only WORD]`: plants bugs one by one, and tells with which seed the simulation finds each. The sources stay as they are:
// the text is replaced while they are bundled. A bug whose text is not there, or there twice, is an error: the sources have changed.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { installPackages, requireNode, ROOT } from './install.mjs';
import { bundleSimulation, playSeeds } from './simulate.mjs';

const BUGS = [
  { name: 'a lower floor replaces a higher one on disk', file: 'src/storage/ruling.ts', find: "if (compareChecked(entry, stored) >= 0) return 'lower';", put: "if (compareChecked(entry, stored) >= -1) return 'lower';" },
  { name: 'what is older than the newest replaces it', file: 'actors/entries/entry-actors.ts', find: 'compareChecked(event.entry, context.latest) > 0', put: 'compareChecked(event.entry, context.latest) !== 0' },
  { name: 'what is pushed needs no signature', file: 'actors/verifier/verification.ts', find: 'if (!(await this.verify(entry)))', put: "if (!('connection' in word.origin) && !(await this.verify(entry)))" },
  { name: 'verdicts are remembered without their signatures', file: 'actors/verifier/memo.ts', find: 'scratch.set(signature, 32);', put: 'scratch.fill(0, 32, 96);' },
  { name: 'findings of a batch are taken in backwards', file: 'actors/entries/absorber.ts', find: 'for (const finding of batch) this.#apply(', put: 'for (const finding of batch.toReversed()) this.#apply(' },
  { name: '"not found" erases what is known', file: 'machines/entry.ts', find: "            ADOPTED: { guard: 'isNewer', actions: 'adopt' },", put: "            ADOPTED: { guard: 'isNewer', actions: 'adopt' }, MISSING: { target: '#entry.live.absent', actions: 'claim' },", also: [{ file: 'actors/entries/result-of.ts', find: 'if (packed !== undefined) return', put: "if (packed !== undefined && !matchesState({ live: 'absent' }, value)) return" }] },
  { name: 'a volatile floor is called durable', file: 'src/storage/floors.ts', find: "isDurable && known.isSaved ? 'durable' : 'volatile'", put: "known.entry !== undefined && isDurable !== undefined ? 'durable' : 'volatile'" },
  { name: 'what is shown is not committed', file: 'src/storage/floors.ts', find: 'return ruling === \'same\' ? this.#renewed(id, current) : packFloor(entry, this.#recency.stamp(id, current));', put: 'return undefined;' },
  { name: 'a runtime forgets the floors of the one before it', file: 'actors/entries/opening-floors.ts', find: 'return (await this.#store).getMany(entries.map(({ id }) => id));', put: 'return (await this.#store, entries.map(() => undefined));', also: [{ file: 'actors/entries/absorber.ts', find: 'foreign: isHigher(entry, highest) ? entry : undefined', put: 'foreign: undefined' }] },
  { name: 'a stored record is believed without its signature', file: 'actors/entries/host.ts', find: 'verify: (entry) => this.#verify(takeSignedEntry(entry)), clock', put: 'verify: () => Promise.resolve(true), clock' },
  { name: 'another tab is believed without a signature', file: 'actors/entries/shared-floors.ts', find: 'if (!(await this.#world.verify(entry))) return;', put: '' },
  { name: 'revisions pass through a double', file: 'src/registry/wire/fields.ts', find: 'return value instanceof JsonNumber ? value.unsigned(MAX_REVISION) : undefined;', put: 'const read = value instanceof JsonNumber ? value.unsigned(MAX_REVISION) : undefined; return read === undefined ? undefined : BigInt(Number(read)) & MAX_REVISION;' },
  { name: 'a new connection is not subscribed', file: 'actors/portal/subscription.ts', find: "for (const wanted of world.wanted) this.#request('subscribe', wanted);", put: '' },
  { name: 'the end of a connection changes nothing', file: 'actors/entries/vouching.ts', find: '    row.disconnect();\n', put: '' },
  { name: 'the end of a connection is not told to watchers', file: 'actors/entries/vouching.ts', find: '    row.disconnect();\n    this.#onChange(row);', put: '    row.disconnect();' },
  { name: 'a back-off never ends', file: 'machines/portal.ts', find: "after: { backoff: { target: 'seeking', actions: ['endRound', 'dialNext'] } },", put: "after: { backoff: { target: '.tired', actions: 'endRound' } }," },
  { name: 'a pipe loses the last of what waits', file: 'src/link/pipe/pipe.ts', find: '      const items = this.#waiting.splice(0, MOST_ITEMS);', put: '      const items = this.#waiting.splice(0, MOST_ITEMS); if (items.length > 2) items.pop();' },
  { name: 'a pipe that was full stays so', file: 'src/link/pipe/pipe.ts', find: 'this.#asked = Math.max(0, this.#asked - 1);\n    this.#flush();', put: 'this.#asked = Math.max(0, this.#asked - 1);' },
  { name: 'a write is accepted by who refused it', file: 'actors/entries/writing.ts', find: "if (reply.kind === 'accepted') await accepted(url);", put: "if (reply.kind !== 'failed') await accepted(url);" },
  { name: 'who accepted a write has confirmed it', file: 'machines/entry.ts', find: 'return { latest, floor, confirmedAt: 0, confirmedBy: [], claimedBy: [] };', put: "return { latest, floor, confirmedAt: 0, confirmedBy: ['http://portal-0.example'], claimedBy: [] };" },
  { name: 'a newer value keeps the confirmations of the older one', file: 'machines/entry.ts', find: 'confirmedBy: [portal], claimedBy: [] };', put: 'confirmedBy: [...new Set([portal, "http://portal-1.example"])], claimedBy: [] };' },
  { name: 'an update that was overtaken is shown', file: 'src/runtime/watches.ts', find: '    const order = orderOf(body, at, known);\n    if (order < 0) return;', put: '    const order = orderOf(body, at, known);' },
  { name: 'a successor is not told what was shown', file: 'src/runtime/runtime.ts', find: "if (shown.length > 0) entries.call('recall', shown, { deadline: Infinity }).catch(error);", put: '' },
  { name: 'a successor is not told what is watched', file: 'src/runtime/watches.ts', find: "commands.push({ kind: 'watch', name", put: "if (commands === undefined) commands.push({ kind: 'watch', name" },
  { name: 'portals are believed that claim an entry away', file: 'actors/entries/absorber.ts', find: 'if (missing.size > 0 && row.latest === undefined) {', put: 'if (missing.size > 0) {' },
  { name: 'a portal in quarantine is used', file: 'machines/ranking.ts', find: 'isUsable: !isOpen || portal.quarantine === undefined', put: 'isUsable: isOpen || !isOpen' },
  { name: 'a portal in quarantine is asked to confirm', file: 'actors/portal/host.ts', find: 'usable.filter(({ url }) => url === only);', put: '[this.addressOf(only)];', also: [{ file: 'actors/portal/host.ts', find: 'if (!this.#usable().includes(portal)) throw quarantined(portal.url);', put: '' }] },
  { name: 'what a check brings is taken for live', file: 'actors/entries/vouching.ts', find: "if (!('connection' in origin) || !this.#open.has(origin.connection)) return false;", put: "if ('isCheck' in origin) return (row.voucher = Math.max(0, ...this.#open.keys())) > 0; if (!('connection' in origin) || !this.#open.has(origin.connection)) return false;" },
  { name: 'what a check finds is not asked of the live connection', file: 'actors/entries/absorber.ts', find: "if ('isCheck' in origin && !word.isBehind && this.#vouching.connection > 0", put: "if (word.number === -1 && 'isCheck' in origin && !word.isBehind && this.#vouching.connection > 0" },
  { name: 'one confirmation counts twice', file: 'actors/entries/reading.ts', find: 'if (urls.length < this.confirmations) return undefined;', put: 'if (urls.length + 1 < this.confirmations) return undefined;' },
  { name: 'an older answer confirms', file: 'actors/entries/table.ts', find: 'this.confirming.note(row, portal, number, !isBehind);', put: 'this.confirming.note(row, portal, number, true);' },
  { name: 'an update whose outcome is unknown is made again', file: 'actors/entries/updating.ts', find: "      return { kind: 'unsure', error: reply.error };", put: "      return { kind: 'lost' };" },
  { name: 'an update that was not taken counts', file: 'actors/entries/updating.ts', find: "if (reply.kind === 'refused' && reply.status === 412) return { kind: 'lost' };", put: "if (reply.kind === 'refused' && reply.status === 412) return this.#taken(row, request, true);" },
  { name: 'an update is sent without its condition', file: 'actors/portal/registry-client.ts', find: 'const precondition = replaces === undefined || !this.#keeping.has(portal.url) ? undefined', put: 'const precondition = replaces !== 1 ? undefined' },
  { name: 'no grace for portals that lag', file: 'actors/entries/lags.ts', find: 'new Deadlines(clock, policy.lagGrace, onDue)', put: 'new Deadlines(clock, 1, onDue)' },
  { name: 'a forged answer ends the question', file: 'actors/entries/absorber.ts', find: 'if (finding.origin.inquiry !== undefined) this.#world.portal.goOn(finding.origin.inquiry);', put: 'if (finding.origin.inquiry !== undefined) this.#world.portal.settle(finding.origin.inquiry);' },
  { name: 'of many reads the first grow old', file: 'src/runtime/reads.ts', find: 'return results.map((result, i) => this.#renewed(reads[i], result));', put: 'return results;' },
  { name: 'a portal is blamed for what another one forged', file: 'actors/entries/incidents.ts', find: "this.observe({ kind: 'bad-signature', portal, at,", put: "this.observe({ kind: 'bad-signature', portal: 'http://portal-1.example', at," },
];

const { values } = parseArgs({ options: { seeds: { type: 'string', default: '200' }, only: { type: 'string', default: '' } } });
const seeds = Number(values.seeds);
if (!Number.isSafeInteger(seeds) || seeds < 1) throw new RangeError('--seeds takes a whole number');

if (!requireNode() || !installPackages()) process.exit(1);

/** Puts a bug into the files that it takes while they are bundled. */
function planting({ name, ...edit }) {
  const planted = new Map();
  for (const { file, find, put } of [edit, ...(edit.also ?? [])]) {
    const path = join(ROOT, file);
    const source = planted.get(path) ?? readFileSync(path, 'utf8');
    const count = source.split(find).length - 1;
    if (count !== 1) throw new Error(`${name}: its text stands ${count} times in ${file}`);
    planted.set(path, source.replace(find, () => put));
  }
  return { name: 'a bug', setup: ({ onLoad }) => onLoad({ filter: /\.ts$/ }, ({ path }) => (planted.has(path) ? { contents: planted.get(path), loader: 'ts' } : undefined)) };
}

/** The first failure within so many seeds. */
async function findBug(bug) {
  const { url, remove } = await bundleSimulation([planting(bug)]);
  let found;
  let played = 0;
  try {
    await playSeeds({ url, from: 1, seeds, minutes: 10, threads: 2 }, (report) => {
      played++;
      if (report.failure !== undefined) found = report;
      return found === undefined;
    });
  } catch (error) {
    // What is broken so thoroughly that a thread dies is found, too.
    found = { seed: '?', failure: { message: `the thread died: ${error instanceof Error ? error.message : String(error)}` } };
  } finally {
    remove();
  }
  return { bug: bug.name, found: found === undefined ? 'NOT FOUND' : `seed ${found.seed}`, played, by: found?.failure.message.split('\n')[0].slice(0, 110) ?? '' };
}

const chosen = BUGS.filter(({ name }) => name.includes(values.only));
// All texts first: who runs this for half an hour wants to know at once.
for (const bug of chosen) planting(bug);
let missed = 0;
for (const bug of chosen) {
  const row = await findBug(bug);
  if (row.found === 'NOT FOUND') missed++;
  console.log(`${row.found.padEnd(10)} ${bug.name}${row.by === '' ? '' : `\n           ${row.by}`}`);
}
console.log(`${chosen.length - missed} of ${chosen.length} bugs were found, each within ${seeds} seeds`);
process.exitCode = missed === 0 ? 0 : 1;
