import { type Finding, severities } from '../checks/finding.ts';

/** By code unit, so that the same inputs give the same bytes on every machine. */
export function byCodeUnit(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Severity, check, namespace, name, discriminator; kind and id make the order total. */
export function compareFindings(a: Finding, b: Finding): number {
  return (
    severities.indexOf(a.severity) - severities.indexOf(b.severity) ||
    byCodeUnit(a.check, b.check) ||
    byCodeUnit(a.subject.namespace ?? '', b.subject.namespace ?? '') ||
    byCodeUnit(a.subject.name, b.subject.name) ||
    byCodeUnit(a.discriminator ?? '', b.discriminator ?? '') ||
    byCodeUnit(a.subject.kind, b.subject.kind) ||
    byCodeUnit(a.id, b.id)
  );
}
