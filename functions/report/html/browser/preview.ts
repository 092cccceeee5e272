/// <reference lib="dom" />
import { verdictOf } from '../../../analysis/verdict.ts';
import type { Severity } from '../../../checks/finding.ts';
import { verdictLook } from '../words.ts';

/** Ticks in a section of a cluster: says what the verdict would be without what is ticked, by the rule of the analysis itself. */
export function enablePreview(section: Element): void {
  const result = section.querySelector('[data-preview-result]');
  if (!result) return;
  const boxes = [...section.querySelectorAll<HTMLInputElement>('.findings input[type=checkbox]')];
  const initial = result.textContent;
  const update = () => {
    const ticked = boxes.filter(({ checked }) => checked).length;
    result.textContent = ticked === 0 ? initial : `With ${ticked} of ${boxes.length} done: ${verdictLook[previewed(boxes)].words}.`;
  };
  section.addEventListener('change', update);
  section.addEventListener('click', ({ target }) => {
    const what = target instanceof HTMLElement ? target.dataset.tick : undefined;
    if (what === undefined) return;
    for (const box of boxes) {
      if (what === 'required') box.checked ||= box.dataset.severity === 'required';
      else box.checked = what === 'all';
    }
    update();
  });
}

function previewed(boxes: readonly HTMLInputElement[]) {
  const left = boxes.filter(({ checked }) => !checked);
  const findings = left.flatMap(({ dataset }) => (isSeverity(dataset.severity) ? [{ severity: dataset.severity }] : []));
  const unknown = left
    .filter(({ dataset }) => dataset.unknown !== undefined)
    .map(({ dataset }) => ({ essential: dataset.essential === 'true' }));
  return verdictOf(findings, unknown);
}

function isSeverity(text: string | undefined): text is Severity {
  return text === 'required' || text === 'recommended' || text === 'info';
}
