import type { MutationSite } from './mutation-site.ts';
import type { Mutation } from './random-mutations.ts';

const last = `substring(g.path from '[^.]+$')`;
const moved = (path: string, from: string) => `${path} || substr(t.path, char_length(${from}) + 1)`;
const depth = (path: string) => `char_length(${path}) - char_length(replace(${path}, '.', ''))`;

/** Moves the subtree of the Group in `chosen` to a path and a parent, which come as SQL over its row `g`. */
const moveTo = (path: string, parent: string) => `
  update groups t set path = ${moved(path, 'g.path')}, depth = ${depth(moved(path, 'g.path'))},
    parent_group_id = case when t.id = g.id then ${parent} else t.parent_group_id end
  from (select c.role, n.* from chosen c join groups n on n.id = c.id) g
  where t.space_id = g.space_id and (t.id = g.id or starts_with(t.path, g.path || '.'))`;

const choose = (query: string) => `create temporary table chosen on commit drop as ${query}`;

/** Below another Group, or to the top. */
const move: Mutation = (site: MutationSite) => {
  const target = `select p.%s from groups p where p.space_id = g.space_id and p.id <> g.id
    and not starts_with(p.path, g.path || '.') order by ${site.shuffled('p.id')} limit 1`;
  const below = site.dice.chance(0.7);
  return [
    choose(`select id, 'moved' as role from groups where id = ${site.one('groups')}`),
    below
      ? moveTo(`(${target.replace('%s', 'path')}) || '.' || ${last}`, `(${target.replace('%s', 'id')})`)
      : moveTo(last, 'null'),
  ];
};

const onlyRole = (statement: string, role: string) => `${statement} and g.role = '${role}'`;
const above = `case when g.depth = 0 then '' else left(g.path, char_length(g.path) - char_length(${last})) end`;

/** Two Groups below the same one exchange their names, and with them the paths of all below them. */
const exchange: Mutation = (site) => [
  choose(`
    select unnest(array[a.id, b.id]) as id, unnest(array['a', 'b']) as role,
      unnest(array[substring(b.path from '[^.]+$'), substring(a.path from '[^.]+$')]) as name
    from (select a.id as a, b.id as b from groups a join groups b on b.space_id = a.space_id
        and b.parent_group_id is not distinct from a.parent_group_id and a.id < b.id
      where starts_with(a.id, '${site.prefix}') order by ${site.shuffled('a.id || b.id')} limit 1) pair
    join groups a on a.id = pair.a join groups b on b.id = pair.b`),
  onlyRole(moveTo(`${above} || 'between'`, 'g.parent_group_id'), 'a'),
  ...['b', 'a'].map((role) =>
    onlyRole(
      moveTo(`${above} || (select name from chosen where role = '${role}')`, 'g.parent_group_id'),
      role,
    ),
  ),
];

/** A Group and one below it exchange their places: the lower one takes the upper one in. */
const invert: Mutation = (site) => [
  choose(`
    select unnest(array[p.id, c.id]) as id, unnest(array['upper', 'lower']) as role,
      p.parent_group_id as top, p.id as upper, c.id as lower, substring(c.path from '[^.]+$') as name,
      left(p.path, char_length(p.path) - char_length(substring(p.path from '[^.]+$'))) as above
    from groups c join groups p on p.id = c.parent_group_id where c.id = ${site.one('groups', 'x.depth > 0')}`),
  onlyRole(
    moveTo(
      `(select above || 'between' from chosen where role = 'lower')`,
      `(select top from chosen where role = 'lower')`,
    ),
    'lower',
  ),
  onlyRole(
    moveTo(
      `(select above || 'between.' || ${last} from chosen where role = 'upper')`,
      `(select lower from chosen where role = 'upper')`,
    ),
    'upper',
  ),
  onlyRole(
    moveTo(`${above} || (select name from chosen where role = 'lower')`, 'g.parent_group_id'),
    'lower',
  ),
];

/** Moves within the trees of Groups. */
export const groupMoves: readonly (readonly [weight: number, mutation: Mutation])[] = [
  [4, move],
  [3, exchange],
  [3, invert],
];
