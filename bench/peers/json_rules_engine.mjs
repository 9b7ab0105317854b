// json-rules-engine: a rule each, in order of priority; the first that fires stops the engine.
// Ranges and beginnings of texts are operators of our own, as its documentation shows, so that a
// range is one condition.
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

function condition({ field, kind, low, high, values, value, text }) {
  switch (kind) {
    case 'range':
      return { fact: field, operator: 'between', value: [low, high] };
    case 'set':
      return { fact: field, operator: 'in', value: values };
    case 'is':
      return { fact: field, operator: 'equal', value };
    default:
      return { fact: field, operator: 'startsWith', value: text };
  }
}

export async function make(set) {
  const { Engine } = require('json-rules-engine');
  const engine = new Engine();
  engine.addOperator('between', (fact, [low, high]) => fact >= low && fact <= high);
  engine.addOperator('startsWith', (fact, text) => fact.startsWith(text));
  set.rules.forEach((rule, index) => {
    engine.addRule({
      conditions: { all: rule.map(condition) },
      event: { type: 'fired', params: { rule: index } },
      priority: set.rules.length - index,
    });
  });
  engine.on('success', () => engine.stop());
  return {
    decideAll: async (inputs) => {
      const out = [];
      for (const input of inputs) {
        const { events } = await engine.run(input);
        out.push(events.length === 0 ? set.rules.length : events[0].params.rule);
      }
      return out;
    },
  };
}
