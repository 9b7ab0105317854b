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
  zen_054: ['./zen.mjs', '@gorules/zen-engine'],
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
const batches = [];
for (let i = 0; i < inputs.length; i += kBatch) batches.push(inputs.slice(i, i + kBatch));

const milliseconds = () => Number(process.hrtime.bigint()) / 1e6;
const cpuMilliseconds = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e3;
};

const begin = cpuMilliseconds();
const { make } = await import(path);
const { decideAll } = await make(set, moduleName);
const madeMs = cpuMilliseconds() - begin;

const answers = [];
for (const until = milliseconds() + kAnswersMs; answers.length < inputs.length;) {
  answers.push(...(await decideAll(batches[answers.length / kBatch])));
  if (milliseconds() > until) break;
}
const used = batches.slice(0, Math.ceil(answers.length / kBatch));
let next = 0;
// Decides for that long; ns of a decision, by the clock or by the CPU time of all threads,
// whichever is less: waiting is not held against a peer, nor is its collector of garbage.
async function turn(ms) {
  const wallBegin = milliseconds(), cpuBegin = cpuMilliseconds();
  let count = 0;
  do {
    count += (await decideAll(used[next])).length;
    next = (next + 1) % used.length;
  } while (milliseconds() - wallBegin < ms);
  return (Math.min(milliseconds() - wallBegin, cpuMilliseconds() - cpuBegin) * 1e6) / count;
}
await turn(kWarmUpMs);
const turns = [];
for (let i = 0; i < kTurns; ++i) turns.push(Math.round(await turn(kTurnMs)));
turns.sort((a, b) => a - b);
console.log(
  JSON.stringify({ version, made_ms: Math.round(madeMs), ns: turns[kTurns >> 1], answers }),
);
process.exit(0);
