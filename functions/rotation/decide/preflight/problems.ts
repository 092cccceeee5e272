import type { Problem } from '../../record.ts';

/** `null`: there is nothing to do about it. */
type Finding = [id: string, rule: string, object: string, message: string, remedy: string | null];

const of =
  (severity: Problem['severity']) =>
  (...[id, rule, object, message, remedy]: Finding): Problem => ({ id, rule, severity, object, message, remedy, waived: false });

/** The rotation must not begin. */
export const block = of('block');
/** The rotation can go on, and somebody should know before it does. */
export const warn = of('warn');
export const info = of('info');

/** Certain harm refuses; what can only be feared is a warning. */
export function blockIf(certain: boolean, ...finding: Finding): Problem {
  return certain ? block(...finding) : warn(...finding);
}

/** `a`, `a and b`, `a, b and 3 more`: of long lists the first few. */
export function listed(names: readonly string[], most = 3): string {
  if (names.length > most) return `${names.slice(0, most).join(', ')} and ${names.length - most} more`;
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}

/** `1 node`, `2 nodes`. */
export function counted(amount: number, one: string, many = `${one}s`): string {
  return `${amount} ${amount === 1 ? one : many}`;
}
