// casbin: a policy line for each rule and one matcher over its columns; the effect "some allow"
// stops at the first line that matches, and enforceExSync says which. A line holds texts: JavaScript
// compares them with numbers as numbers.
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

const kLow = -1e15, kHigh = 1e15;

function columns({ name, kind }, rule) {
  const condition = rule.find((one) => one.field === name);
  switch (kind) {
    case 'int':
      return condition ? [condition.low, condition.high] : [kLow, kHigh];
    case 'enum':
      return [condition ? `;${condition.values.join(';')};` : ''];
    case 'bool':
      return [condition ? String(condition.value) : ''];
    default:
      return [condition ? condition.text : ''];
  }
}

function matcher({ name, kind }) {
  switch (kind) {
    case 'int':
      return `r.${name} >= p.${name}_low && r.${name} <= p.${name}_high`;
    case 'enum':
      return `(p.${name} == "" || oneOf(p.${name}, r.${name}))`;
    case 'bool':
      return `(p.${name} == "" || p.${name} == r.${name})`;
    default:
      return `(p.${name} == "" || startsWith(r.${name}, p.${name}))`;
  }
}

export async function make(set) {
  const { newEnforcer, newModelFromString, StringAdapter } = require('casbin');
  const names = set.fields.flatMap(({ name, kind }) =>
    kind === 'int' ? [`${name}_low`, `${name}_high`] : [name],
  );
  const model = newModelFromString(`
[request_definition]
r = ${set.fields.map(({ name }) => name).join(', ')}
[policy_definition]
p = rule, ${names.join(', ')}
[policy_effect]
e = some(where (p.eft == allow))
[matchers]
m = ${set.fields.map(matcher).join(' && ')}
`);
  const lines = set.rules.map((rule, index) =>
    ['p', index, ...set.fields.flatMap((field) => columns(field, rule))].join(', '),
  );
  const enforcer = await newEnforcer(model, new StringAdapter(lines.join('\n')));
  await enforcer.addFunction('oneOf', (values, value) => values.includes(`;${value};`));
  await enforcer.addFunction('startsWith', (value, text) => value.startsWith(text));
  const decide = (input) => {
    const values = set.fields.map(({ name, kind }) =>
      kind === 'bool' ? String(input[name]) : input[name],
    );
    const [allowed, line] = enforcer.enforceExSync(...values);
    return allowed ? Number(line[0]) : set.rules.length;
  };
  return {
    decideAll: (inputs) => inputs.map(decide),
  };
}
