// @marcbachmann/cel-js: an expression for each rule, parsed and type-checked once, tried in order
// until one holds. Numbers of JavaScript are doubles of CEL.
import { Environment } from '@marcbachmann/cel-js';

const kTypes = { int: 'double', enum: 'string', bool: 'bool', text: 'string' };

function test({ field, kind, low, high, values, value, text }) {
  switch (kind) {
    case 'range':
      return `${field} >= ${low}.0 && ${field} <= ${high}.0`;
    case 'set':
      return values.length === 1
        ? `${field} == ${JSON.stringify(values[0])}`
        : `${field} in ${JSON.stringify(values)}`;
    case 'is':
      return value ? field : `!${field}`;
    default:
      return `${field}.startsWith(${JSON.stringify(text)})`;
  }
}

export async function make(set) {
  const environment = new Environment();
  for (const { name, kind } of set.fields) environment.registerVariable(name, kTypes[kind]);
  const rules = set.rules.map((rule) => environment.parse(rule.map(test).join(' && ')));
  const decide = (input) => {
    for (let i = 0; i < rules.length; ++i) if (rules[i](input)) return i;
    return rules.length;
  };
  return {
    decideAll: (inputs) => inputs.map(decide),
  };
}
