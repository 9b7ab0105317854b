// GoRules Zen: a decision table with the hit policy `first`, its content compiled once. `evaluate`
// hands each decision to a thread of its own runtime and back; where the version has
// `evaluateBatch`, both are tried and the one that takes less CPU time is used.
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

function cell(condition) {
  if (condition === undefined) return '';
  switch (condition.kind) {
    case 'range':
      return `[${condition.low}..${condition.high}]`;
    case 'set':
      return condition.values.map((value) => JSON.stringify(value)).join(', ');
    case 'is':
      return String(condition.value);
    default:
      return `startsWith($, ${JSON.stringify(condition.text)})`;
  }
}

function content(set) {
  const rules = set.rules.map((rule, index) => {
    const row = { _id: `row${index}`, out: String(index) };
    for (const field of set.fields) {
      row[field.name] = cell(rule.find((condition) => condition.field === field.name));
    }
    return row;
  });
  const otherwise = { _id: 'otherwise', out: String(set.rules.length) };
  for (const field of set.fields) otherwise[field.name] = '';
  const table = {
    id: 'table', name: 'table', type: 'decisionTableNode', position: { x: 1, y: 0 },
    content: {
      hitPolicy: 'first',
      inputs: set.fields.map((field) => ({ id: field.name, name: field.name, field: field.name })),
      outputs: [{ id: 'out', name: 'rule', field: 'rule' }],
      rules: [...rules, otherwise],
    },
  };
  return {
    nodes: [
      { id: 'in', name: 'in', type: 'inputNode', position: { x: 0, y: 0 } },
      table,
      { id: 'end', name: 'end', type: 'outputNode', position: { x: 2, y: 0 } },
    ],
    edges: [
      { id: 'a', sourceId: 'in', targetId: 'table', type: 'edge' },
      { id: 'b', sourceId: 'table', targetId: 'end', type: 'edge' },
    ],
  };
}

async function cost(decideAll, inputs) {
  const begin = process.cpuUsage();
  for (let i = 0; i < 30; ++i) await decideAll(inputs);
  const { user, system } = process.cpuUsage(begin);
  return user + system;
}

export async function make(set, moduleName, sample) {
  const { ZenDecisionContent, ZenEngine } = require(moduleName);
  const compiled = new ZenDecisionContent(content(set));
  const engine = new ZenEngine({ loader: async () => compiled });
  const decision = engine.createDecision(compiled);
  const atOnce = async (inputs) => {
    const answers = await Promise.all(inputs.map((input) => decision.evaluate(input)));
    return answers.map((answer) => answer.result.rule);
  };
  if (engine.evaluateBatch === undefined) return { decideAll: atOnce };
  const inBatch = async (inputs) => {
    const answers = await engine.evaluateBatch(inputs.map((context) => ({ key: 'table', context })));
    return answers.map((answer) => answer.data.result.rule);
  };
  await cost(atOnce, sample);
  await cost(inBatch, sample);
  const isBatchCheaper = (await cost(inBatch, sample)) < (await cost(atOnce, sample));
  return { decideAll: isBatchCheaper ? inBatch : atOnce };
}
