// One peer over one set: node run.mjs PEER FOLDER. The folder has set.json and inputs.jsonl; what it
// prints, one JSON object, is checked and compared by peers_bench. Steps: make (not timed), decide
// inputs for its answers (which warms up too), warm up, then turns over the same inputs.
import { readFileSync } from 'node:fs';

const kAnswersMs = 4000;  // time for answers; a slow peer gives fewer
const kWarmUpMs = 1500;
const kTurns = 9;
const kTurnMs = 120;
const kBatch = 64;

const peers = {
  zen: ['./zen.mjs', 'zen-engine-2'],
  zen_054: ['./zen.mjs', 'zen-engine-054'],
  cedar: ['./cedar.mjs', '@cedar-policy/cedar-wasm'],
  json_rules_engine: ['./json_rules_engine.mjs', 'json-rules-engine'],
  casbin: ['./casbin.mjs', 'casbin'],
  cel_js: ['./cel_js.mjs', '@marcbachmann/cel-js'],
};

const [peer, folder] = process.argv.slice(2);
const [path, moduleName] = peers[peer];
const set = JSON.parse(readFileSync(`${folder}/set.json`, 'utf8'));
const lines = readFileSync(`${folder}/inputs.jsonl`, 'utf8').trim().split('\n');
const inputs = lines.map((line) => JSON.parse(line));
const { version } = JSON.parse(
  readFileSync(new URL(`./node_modules/${moduleName}/package.json`, import.meta.url), 'utf8'),
);
const inBatches = (all) => {
  const out = [];
  for (let i = 0; i < all.length; i += kBatch) out.push(all.slice(i, i + kBatch));
  return out;
};
const batches = inBatches(inputs), texts = inBatches(lines);

const milliseconds = () => Number(process.hrtime.bigint()) / 1e6;
const cpuMilliseconds = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e3;
};

const begin = cpuMilliseconds();
const { make } = await import(path);
const { decideAll } = await make(set, moduleName, batches[0]);
const madeMs = cpuMilliseconds() - begin;

const answers = [];
for (const until = milliseconds() + kAnswersMs; answers.length < inputs.length;) {
  answers.push(...(await decideAll(batches[answers.length / kBatch])));
  if (milliseconds() > until) break;
}
const used = Math.ceil(answers.length / kBatch);
let next = 0;
// Decides for that long, from objects or from JSON text; ns of a decision, by the clock or by the
// CPU time of all threads, whichever is less: waiting is not held against a peer, nor is work that
// its collector of garbage does beside it.
async function turn(ms, fromText) {
  const wallBegin = milliseconds(), cpuBegin = cpuMilliseconds();
  let count = 0;
  do {
    const batch = fromText ? texts[next].map((line) => JSON.parse(line)) : batches[next];
    count += (await decideAll(batch)).length;
    next = (next + 1) % used;
  } while (milliseconds() - wallBegin < ms);
  return (Math.min(milliseconds() - wallBegin, cpuMilliseconds() - cpuBegin) * 1e6) / count;
}
await turn(kWarmUpMs, false);
await turn(kWarmUpMs / 5, true);
const turns = [], textTurns = [];
for (let i = 0; i < kTurns; ++i) {
  turns.push(await turn(kTurnMs, false));
  textTurns.push(await turn(kTurnMs, true));
}
const median = (values) => Math.round(values.sort((a, b) => a - b)[kTurns >> 1]);
console.log(
  JSON.stringify({
    version, made_ms: Math.round(madeMs), ns: median(turns), text_ns: median(textTurns), answers,
  }),
);
process.exit(0);
