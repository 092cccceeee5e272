/// <reference lib="dom" />
import {
  type ColumnId,
  columns,
  type Filters,
  type FleetRow,
  filterRows,
  initialSorting,
  rowHtml,
  type Sorting,
  sortRows,
} from '../fleet-row.ts';
import { count, grouped } from '../words.ts';

/** Rows that are shown before somebody asks for all. */
const rowsAtOnce = 200;

/** Sorting and filtering of the table of the fleet.
 *  @returns shows the clusters of one verdict */
export function enableTable(rows: readonly FleetRow[]): (verdict: string) => void {
  const table = document.querySelector('[data-fleet]');
  const form = document.querySelector<HTMLFormElement>('form.filters');
  const body = table?.querySelector('tbody');
  const more = document.querySelector<HTMLElement>('[data-more]');
  if (!table || !form || !body) return () => undefined;
  const controls = [...form.querySelectorAll<HTMLInputElement | HTMLSelectElement>('[data-filter]')];
  let sorting: Sorting = initialSorting;
  let limit = rowsAtOnce;

  const show = () => {
    const matching = sortRows(filterRows(rows, filtersIn(controls)), sorting);
    body.innerHTML = matching
      .slice(0, limit)
      .map((row) => rowHtml(row).html)
      .join('');
    for (const head of table.querySelectorAll<HTMLElement>('th[data-column]')) {
      if (head.dataset.column === sorting.column) head.setAttribute('aria-sort', sorting.direction);
      else head.removeAttribute('aria-sort');
    }
    const said =
      matching.length === rows.length ? count(rows.length, 'cluster') : `${grouped(matching.length)} of ${count(rows.length, 'cluster')}`;
    const status = form.querySelector('[data-matching]');
    if (status) status.textContent = said;
    if (more) more.hidden = matching.length <= limit;
    const button = more?.querySelector('button');
    if (button) button.textContent = `Show all ${grouped(matching.length)}`;
  };

  table.addEventListener('click', ({ target }) => {
    const column =
      target instanceof Element ? columns.find(({ id }) => id === target.closest<HTMLElement>('[data-sort]')?.dataset.sort)?.id : undefined;
    if (column === undefined) return;
    sorting = { column, direction: column === sorting.column ? opposite(sorting.direction) : firstDirection(column) };
    show();
  });
  form.addEventListener('input', show);
  form.querySelector('[data-clear]')?.addEventListener('click', () => {
    form.reset();
    show();
  });
  form.addEventListener('submit', (event) => event.preventDefault());
  more?.addEventListener('click', () => {
    limit = Number.POSITIVE_INFINITY;
    show();
  });
  show();
  return (verdict) => {
    form.reset();
    for (const control of controls) if (control.dataset.filter === 'verdict') control.value = verdict;
    show();
  };
}

function filtersIn(controls: readonly (HTMLInputElement | HTMLSelectElement)[]): Filters {
  const filterOf = (name: keyof Filters) => controls.find(({ dataset }) => dataset.filter === name)?.value ?? '';
  return {
    text: filterOf('text'),
    verdict: filterOf('verdict'),
    account: filterOf('account'),
    region: filterOf('region'),
    version: filterOf('version'),
    owner: filterOf('owner'),
  };
}

/** Of numbers somebody wants the biggest, of names the first. */
function firstDirection(column: ColumnId): Sorting['direction'] {
  return ['required', 'recommended', 'unknown', 'usd'].includes(column) ? 'descending' : 'ascending';
}

function opposite(direction: Sorting['direction']): Sorting['direction'] {
  return direction === 'ascending' ? 'descending' : 'ascending';
}
