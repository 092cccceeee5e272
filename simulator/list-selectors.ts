/** Selectors of a list, as far as a scan uses them: `a=b`, `a==b`, `a!=b`, and for labels `a`, `!a`, `a in (b,c)`, joined by commas.
 *  @see https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors */

type Labels = Readonly<Record<string, string>>;

/** Whether an object with these labels is selected; an empty selector selects all. `a!=b` selects what has no `a`, too. */
export function hasLabels(labels: Labels, labelSelector: string): boolean {
  return requirementsOf(labelSelector).every(({ key, operator, values }) => {
    const value = labels[key];
    if (operator === 'exists') return value !== undefined;
    return (value !== undefined && (values.length === 0 || values.includes(value))) === (operator === 'in');
  });
}

/** Whether an object has these fields, e.g. `type=helm.sh/release.v1`; a field that it has not counts as empty. */
export function hasFields(object: object, fieldSelector: string): boolean {
  return requirementsOf(fieldSelector).every(({ key, operator, values }) => {
    if (values.length !== 1) throw new Error(`field selector ${fieldSelector}: ${key} needs = or !=`);
    return values.includes(fieldOf(object, key)) === (operator === 'in');
  });
}

interface Requirement {
  readonly key: string;
  readonly operator: 'in' | 'not in' | 'exists';
  /** None: whatever it is. */
  readonly values: readonly string[];
}

const requirement = /^(?<not>!)?(?<key>[\w./-]+)(?:(?<operator>==?|!=)(?<value>[\w./-]*)| in \((?<values>[\w./,-]+)\))?$/;

function requirementsOf(selector: string): Requirement[] {
  if (selector === '') return [];
  // Not at the commas of a set.
  return selector.split(/,(?![^(]*\))/).map((one): Requirement => {
    const parts = requirement.exec(one)?.groups;
    if (parts?.key === undefined) throw new Error(`selector ${selector}: ${one} is none that the simulator knows`);
    const { not, key, operator, value, values } = parts;
    if (values !== undefined) return { key, operator: 'in', values: values.split(',') };
    if (value !== undefined) return { key, operator: operator === '!=' ? 'not in' : 'in', values: [value] };
    return { key, operator: not ? 'not in' : 'exists', values: [] };
  });
}

function fieldOf(object: object, path: string): string {
  let value: unknown = object;
  for (const part of path.split('.')) {
    if (typeof value !== 'object' || value === null) return '';
    value = new Map(Object.entries(value)).get(part);
  }
  return typeof value === 'string' ? value : '';
}
