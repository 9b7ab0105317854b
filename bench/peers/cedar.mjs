// Cedar in WebAssembly: a permit for each rule, parsed once. Cedar has no order of policies: it
// evaluates all of them and names those that permit; the first of these is the rule that decides.
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

function test({ field, kind, low, high, values, value, text }) {
  const name = `context.${field}`;
  switch (kind) {
    case 'range':
      return `${name} >= ${low} && ${name} <= ${high}`;
    case 'set':
      return values.length === 1
        ? `${name} == ${JSON.stringify(values[0])}`
        : `${JSON.stringify(values)}.contains(${name})`;
    case 'is':
      return value ? name : `!${name}`;
    default:
      return `${name} like ${JSON.stringify(`${text}*`)}`;
  }
}

export async function make(set) {
  const cedar = require('@cedar-policy/cedar-wasm/nodejs');
  const staticPolicies = {};
  set.rules.forEach((rule, index) => {
    staticPolicies[`r${index}`] =
      `permit(principal, action, resource) when { ${rule.map(test).join(' && ')} };`;
  });
  const parsed = cedar.preparsePolicySet('rules', { staticPolicies });
  if (parsed.type !== 'success') throw new Error(JSON.stringify(parsed.errors));
  const one = { type: 'Any', id: 'one' };
  const decide = (context) => {
    const answer = cedar.statefulIsAuthorized({
      principal: one, action: one, resource: one, context, entities: [],
      preparsedPolicySetId: 'rules', validateRequest: false,
    });
    if (answer.type !== 'success') throw new Error(JSON.stringify(answer.errors));
    if (answer.response.diagnostics.errors.length !== 0) {
      throw new Error(JSON.stringify(answer.response.diagnostics.errors));
    }
    let first = set.rules.length;
    for (const id of answer.response.diagnostics.reason) first = Math.min(first, Number(id.slice(1)));
    return first;
  };
  return {
    decideAll: (inputs) => inputs.map(decide),
  };
}
