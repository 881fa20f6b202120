import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { atOnce, race, tally } from './race.ts';
import { openRaceWorld, type RaceWorld } from './race-world.ts';

let world: RaceWorld;
before(async () => {
  world = await openRaceWorld();
});
after(() => world.stop());

const GROUPS = '/api/v1/spaces/space_1/groups';

type Decision = {
  readonly decision: string;
  readonly deny_code: string | null;
  readonly audit_log_id: string;
};

const newGroup = async (path: string) => (await world.done<{ id: string }>('POST', GROUPS, { path })).id;
const move = (id: string, parent: string | null) =>
  world.call('POST', `${GROUPS}/${id}/move`, { parent_group_id: parent });

/** Groups whose path is not that of their parent and one segment, or that hang from nothing. */
const crooked = `
with recursive tree as (
  select id, path from groups where parent_group_id is null and path not like '%.%'
  union all
  select g.id, g.path from groups g join tree on g.parent_group_id = tree.id
    and g.path ~ ('^' || replace(tree.path, '.', '[.]') || '[.][a-z0-9_]+$')
)
select id, path from groups where id not in (select id from tree)`;

/** Two Groups at the top and one below the first of them; a Member may approve invoices in and below the first. */
async function twoPlaces(name: string) {
  const here = await newGroup(`here_${name}`);
  const there = await newGroup(`there_${name}`);
  const moving = await newGroup(`here_${name}.moving`);
  return { here, there, moving };
}

race(
  'a Group that moves takes its resources along at once: a decision knows one place, whole',
  async (round) => {
    const { here, there, moving } = await twoPlaces(`check_${round}`);
    const invoice = `moved_${round}`;
    await world.sql(
      `insert into permissions (id, resource, action, scope) values ('permission_tree', 'invoice', 'approve', 'group_tree')
     on conflict do nothing`,
    );
    await world.done('POST', '/api/v1/spaces/space_1/roles', {
      id: `role_tree_${round}`,
      key: `tree_${round}`,
    });
    await world.done('POST', '/api/v1/role-permissions', {
      role_id: `role_tree_${round}`,
      permission_id: 'permission_tree',
    });
    const member = `mover_${round}`;
    const binding = `binding_mover_${round}`;
    await world.done('POST', '/api/v1/spaces/space_1/members', { id: member, display_name: 'Mover' });
    await world.done('POST', '/api/v1/spaces/space_1/user-members', {
      id: binding,
      user_id: 'user_1',
      member_id: member,
      relation_type: 'self',
    });
    await world.done('POST', '/api/v1/spaces/space_1/member-roles', {
      member_id: member,
      role_id: `role_tree_${round}`,
      scope_anchor_group_id: here,
    });
    await world.done('POST', '/api/v1/spaces/space_1/resources', {
      id: invoice,
      resource_type: 'invoice',
      group_id: moving,
    });
    const actor = { user_id: 'user_1', member_id: member, user_member_id: binding, space_id: 'space_1' };
    const question = { action: 'approve', resource_type: 'invoice', resource_id: invoice, actor };
    const check = async () => {
      const answer = await world.ask<Decision>(question);
      assert.equal(answer.status, 200, answer.text);
      return answer.body.data;
    };
    assert.equal((await check()).decision, 'allow');

    const decisions = await atOnce(async (caller) => {
      if (caller !== 0) return [await check(), await check()];
      // One mover: what it is told has happened, the next decision knows, whichever process takes it.
      const known = [];
      for (const parent of [there, here, there, here]) {
        assert.equal((await move(moving, parent)).status, 200);
        const decided = await check();
        assert.equal(decided.decision, parent === here ? 'allow' : 'deny');
        known.push(decided);
      }
      return known;
    });
    for (const { decision, deny_code, audit_log_id } of decisions.flat()) {
      assert.ok(decision === 'allow' || deny_code === 'SCOPE_OUT_OF_BOUNDS', `${decision} ${deny_code}`);
      const [row] = await world.sql<{ trace: unknown }>('select trace from audit_logs where id = $1', [
        audit_log_id,
      ]);
      const places = JSON.stringify(row?.trace).match(/(here|there)_check_\d+\.moving/g) ?? [];
      assert.deepEqual(
        [...new Set(places)],
        [`${decision === 'allow' ? 'here' : 'there'}_check_${round}.moving`],
        'the decision and the place in its trace',
      );
    }
  },
);

race('a Group moves while children are made below it: each child is where its parent is', async (round) => {
  const { here, there, moving } = await twoPlaces(`child_${round}`);
  const answers = await atOnce((caller) => {
    if (caller % 5 === 0) return move(moving, caller % 10 === 0 ? there : here);
    const parent = caller % 2 === 0 ? 'here' : 'there';
    return world.call('POST', GROUPS, { path: `${parent}_child_${round}.moving.child_${caller}` });
  });
  // A path below a Group that has gone elsewhere is a path without a parent.
  for (const { status, text } of answers) assert.ok([200, 201, 404].includes(status), text);
  assert.deepEqual(await world.sql(crooked), [], tally(answers));
  const made = answers.filter(({ status }) => status === 201).length;
  assert.equal(await world.count('select from groups where parent_group_id = $1', [moving]), made);
});

race('a Group is made below one that moves, named by id: it is where its parent is', async (round) => {
  const { here, there, moving } = await twoPlaces(`named_${round}`);
  const answers = await atOnce((caller) => {
    if (caller % 5 === 0) return move(moving, caller % 10 === 0 ? there : here);
    const parent = caller % 2 === 0 ? 'here' : 'there';
    const path = `${parent}_named_${round}.moving.child_${caller}`;
    return world.call('POST', GROUPS, { path, parent_group_id: moving });
  });
  for (const { status, text } of answers) assert.ok([200, 201, 400, 404].includes(status), text);
  assert.deepEqual(await world.sql(crooked), [], tally(answers));
});

race('Groups that move below each other, 50 at once: the tree stays one, without a circle', async (round) => {
  const ids: string[] = [];
  for (const name of ['one', 'two', 'three', 'four', 'five']) {
    ids.push(await newGroup(`${name}_${round}`));
    await newGroup(`${name}_${round}.below`);
  }
  const answers = await atOnce((caller) => {
    const id = ids[caller % ids.length] as string;
    const parent = ids[(caller * 3 + 1 + Math.floor(caller / 5)) % ids.length] as string;
    return move(id, caller % 7 === 0 ? null : parent);
  });
  for (const { status, text } of answers) assert.ok([200, 400].includes(status), text);
  assert.ok(
    answers.some(({ status }) => status === 200),
    tally(answers),
  );
  assert.deepEqual(await world.sql(crooked), [], tally(answers));
  const rows = `select from groups where path ~ '_${round}([.]|$)' and path ~ '(one|two|three|four|five)_'`;
  assert.equal(await world.count(rows), 10);
});

race('50 Groups that want the same place: one gets it, and the others stay where they are', async (round) => {
  const target = await newGroup(`target_${round}`);
  const ids = await atOnce((caller) => newGroup(`top_${round}_${caller}`));
  const answers = await atOnce((caller) =>
    world.call('POST', `${GROUPS}/${ids[caller]}/move`, { parent_group_id: target, segment: 'wanted' }),
  );
  assert.equal(tally(answers), '200: 1, 409: 49');
  assert.deepEqual(await world.sql(crooked), []);
});
