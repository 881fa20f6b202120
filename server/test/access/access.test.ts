import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { operations } from '../../src/contract/generated/core/operations.ts';
import type { Operation } from '../../src/contract/operation.ts';
import type { Answer } from '../harness/server-http.ts';
import { accessRequests, pathOf } from './access-requests.ts';
import { accessTable, alike, type Column, columns } from './access-table.ts';
import { openAccessWorld } from './access-world.ts';

type Id = keyof typeof operations;
const ids = Object.keys(operations) as Id[];
/** What ends the caller's own session gets a caller that nobody else uses. */
const endsItself: readonly string[] = ['logout', 'changeOwnPassword', 'switchMember'];
const others = Object.keys(alike) as (keyof typeof alike)[];
const everyCaller: readonly Column[] = [...columns, ...others];
const world = await openAccessWorld();
after(() => world.stop());

test('the table has every operation of the contract and no other, and a cell for every caller', () => {
  assert.deepEqual(Object.keys(accessTable).sort(), [...ids].sort());
  for (const id of ids) {
    for (const [place, row] of rowsOf(id)) {
      const cells = cellsOf(row);
      assert.equal(cells.length, columns.length, `${id} ${place}`);
      assert.ok(
        cells.every((cell) => /^(ok|40[134])$/.test(cell)),
        `${id} ${place}: ${row}`,
      );
    }
  }
});

for (const id of ids) {
  for (const [place, row] of rowsOf(id)) {
    test(`${id}${place === '' ? '' : ` (${place})`} answers each caller as the table says`, async () => {
      const cells = cellsOf(row);
      const wrong: string[] = [];
      for (const column of everyCaller) {
        const expected = cells[columns.indexOf(columnOf(column))];
        const answer = await call(id, place, column);
        const got = answer.status >= 200 && answer.status < 300 ? 'ok' : String(answer.status);
        if (got !== expected || !told(answer)) {
          wrong.push(`${column}: expected ${expected}, got ${got} ${answer.text.slice(0, 300)}`);
        }
      }
      assert.deepEqual(wrong, []);
    });
  }
}

async function call(id: Id, place: string, column: Column): Promise<Answer> {
  const caller = await world.caller(column, endsItself.includes(id));
  const request = await accessRequests[id](world, place, caller);
  const operation: Operation = operations[id];
  if (id === 'restoreSpace') await world.sql("update spaces set status = 'disabled' where id = 'space_a'");
  const answer = await world.api(operation.method.toUpperCase(), pathOf(operation.path, request), {
    ...(request.body === undefined ? {} : { body: request.body }),
    ...(column === 'none' || caller.token === undefined ? {} : { token: caller.token }),
    ...(caller.key === undefined ? {} : { key: caller.key }),
  });
  if (id === 'restoreSpace' || id === 'disableSpace') {
    await world.sql("update spaces set status = 'active' where id = 'space_a'");
  }
  return answer;
}

/** A refusal of the door says the one code of its status; what is not found is an object, never a route. */
function told({ status, body }: Answer): boolean {
  if (status === 401) return body.error.code === 'AUTHENTICATION_REQUIRED';
  if (status === 403) return body.error.code === 'ADMIN_PERMISSION_REQUIRED';
  return status !== 404 || (body.error.code.endsWith('_NOT_FOUND') && body.error.code !== 'ROUTE_NOT_FOUND');
}

function columnOf(caller: Column): (typeof columns)[number] {
  return caller in alike ? alike[caller as keyof typeof alike] : (caller as (typeof columns)[number]);
}

function rowsOf(id: Id): [string, string][] {
  const rows = accessTable[id];
  return typeof rows === 'string' ? [['', rows]] : Object.entries(rows);
}

function cellsOf(row: string): string[] {
  return row.trim().split(/\s+/);
}
