import pg from 'pg';
import type { StagedWorld } from '../staleness/staged-world.ts';
import { beside } from './beside-tables.ts';

/** One write after the other; `n` counts them, so that each differs from the one before. */
type Write = (n: number) => Promise<unknown>;

/** Something that is written to at full speed. */
export type Storm = {
  readonly name: string;
  /** Opens a writer. */
  writer(world: StagedWorld, targets: Targets): Promise<{ write: Write; close(): Promise<void> }>;
};

/** What is written to: assignments and resources that no question is about. */
export type Targets = { readonly memberRoles: readonly string[]; readonly resources: readonly string[] };

/** A storm in the graph, and writes that cost the same and that no decision rests on. */
export type Pair = { readonly storm: Storm; readonly beside: Storm };

const members = 200;
const until = (n: number) => `2999-01-01T00:00:${String(n % 60).padStart(2, '0')}Z`;

/** The storms that are measured. */
export const pairs: readonly Pair[] = [
  {
    storm: bySql('SQL in one Space', assignments('member_roles')),
    beside: bySql('SQL, unrelated', assignments(beside('member_roles'))),
  },
  {
    storm: byHttp('HTTP in one Space', (world, { memberRoles }, n) =>
      world.stage.change('PATCH', `${world.at}/member-roles/${of(memberRoles, n)}`, { expires_at: until(n) }),
    ),
    beside: byHttp('HTTP, unrelated', (world, { resources }, n) =>
      world.stage.change('PATCH', `${world.at}/resources/${of(resources, n)}`, {
        display_name: `Number ${n}`,
      }),
    ),
  },
  {
    storm: bySql('SQL, instance-wide', descriptions('permissions')),
    beside: bySql('SQL, instance-wide, unrelated', descriptions(beside('permissions'))),
  },
];

/** Stores the assignments and resources that are written to. */
export async function makeTargets({ stage, space, role, groups, type }: StagedWorld): Promise<Targets> {
  const ids = (prefix: string) => Array.from({ length: members }, (_, n) => `${prefix}_${n}`);
  const { sql } = stage.behind;
  await sql(
    `insert into members (id, space_id, display_name)
     select 'storm_member_' || n, $1, 'Many' from generate_series(0, $2::integer - 1) as n`,
    [space, members],
  );
  await sql(
    `insert into member_roles (id, space_id, member_id, role_id, scope_anchor_group_id)
     select 'storm_role_' || n, $1, 'storm_member_' || n, $2, $3 from generate_series(0, $4::integer - 1) as n`,
    [space, role, groups.c, members],
  );
  await sql(
    `insert into resources (id, space_id, resource_type, group_id)
     select 'storm_resource_' || n, $1, $2, $3 from generate_series(0, $4::integer - 1) as n`,
    [space, type, groups.c, members],
  );
  return { memberRoles: ids('storm_role'), resources: ids('storm_resource') };
}

type Statement = (world: StagedWorld, targets: Targets, n: number) => [text: string, values: unknown[]];

function assignments(table: string): Statement {
  return (_world, { memberRoles }, n) => [
    `update ${table} set expires_at = $2, version = version + 1, updated_at = now() where id = $1`,
    [of(memberRoles, n), until(n)],
  ];
}

function descriptions(table: string): Statement {
  return ({ permission }, _targets, n) => [
    `update ${table} set description = $2, version = version + 1, updated_at = now() where id = $1`,
    [permission, `Number ${n}`],
  ];
}

function bySql(name: string, statement: Statement): Storm {
  return {
    name,
    async writer(world, targets) {
      const client = new pg.Client({ connectionString: world.stage.databaseUrl });
      await client.connect();
      return {
        write: (n) => {
          const [text, values] = statement(world, targets, n);
          return client.query({ name: 'write', text, values });
        },
        close: () => client.end(),
      };
    },
  };
}

function byHttp(
  name: string,
  send: (world: StagedWorld, targets: Targets, n: number) => Promise<unknown>,
): Storm {
  return {
    name,
    writer: async (world, targets) => ({ write: (n) => send(world, targets, n), close: async () => {} }),
  };
}

function of(ids: readonly string[], n: number): string {
  return ids[n % ids.length] as string;
}
