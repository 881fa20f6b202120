import { IntColumn, IntMap, Texts } from '../../platform/compact/index.ts';
import type { GraphRows } from './graph-tables.ts';
import type { AssignmentNode, BindingNode, MemberNode } from './nodes.ts';
import { Windows } from './windows.ts';

const ACTIVE = 1;
const DELETED = 2;
const PRIMARY = 4;
const NONE = -1;

/**
 * Members, bindings and assigned Roles: the part of the graph that there are millions of. They lie in columns of
 * numbers outside of the JavaScript heap, with every text kept once, and the assignments of a Member in a chain. A row
 * is found by its id, and never taken out: what is deleted is marked.
 */
export class Memberships {
  readonly #texts = new Texts();
  readonly #windows = new Windows();
  readonly #members = {
    byId: new IntMap(),
    id: new IntColumn(),
    space: new IntColumn(),
    name: new IntColumn(),
    flags: new IntColumn(),
    firstAssignment: new IntColumn(),
    count: 0,
  };
  readonly #bindings = {
    byId: new IntMap(),
    id: new IntColumn(),
    user: new IntColumn(),
    member: new IntColumn(),
    relation: new IntColumn(),
    flags: new IntColumn(),
    window: new IntColumn(),
    count: 0,
  };
  readonly #assignments = {
    byId: new IntMap(),
    id: new IntColumn(),
    member: new IntColumn(),
    role: new IntColumn(),
    anchor: new IntColumn(),
    flags: new IntColumn(),
    window: new IntColumn(),
    next: new IntColumn(),
    count: 0,
  };

  /** How many rows there are, and the bytes that they take. */
  get size() {
    const columns = [this.#members, this.#bindings, this.#assignments].flatMap((table) =>
      Object.values(table).map((part) => (typeof part === 'number' ? 0 : part.byteLength)),
    );
    return {
      members: this.#members.count,
      bindings: this.#bindings.count,
      assignments: this.#assignments.count,
      bytes: columns.reduce((sum, bytes) => sum + bytes, this.#texts.byteLength + this.#windows.byteLength),
    };
  }

  putMember([id, spaceId, name, status, deleted]: GraphRows['members']): void {
    const row = this.#rowOf(this.#members, id);
    const table = this.#members;
    table.space.set(row, this.#texts.add(spaceId));
    table.name.set(row, this.#texts.add(name));
    table.flags.set(row, flagsOf(status === 'active', deleted));
  }

  putBinding(row: GraphRows['user_members']): void {
    const [id, userId, memberId, relation, status, isPrimary, expiresAt, deleted] = row;
    const table = this.#bindings;
    const at = this.#rowOf(table, id);
    table.user.set(at, this.#texts.add(userId));
    table.member.set(at, this.#memberRow(memberId));
    table.relation.set(at, this.#texts.add(relation));
    table.flags.set(at, flagsOf(status === 'active', deleted) | (isPrimary ? PRIMARY : 0));
    table.window.set(at, this.#windows.put(table.window.at(at), null, expiresAt));
  }

  /** Role and anchor come as their numbers; the anchor is -1 where there is none. */
  putAssignment(row: GraphRows['member_roles'], role: number, anchor: number): void {
    const [id, memberId, , , status, notBefore, expiresAt, deleted] = row;
    const table = this.#assignments;
    const known = table.byId.get(this.#texts.find(id));
    const at = this.#rowOf(table, id);
    const member = this.#memberRow(memberId);
    if (known === NONE) this.#chain(at, member);
    else if (table.member.at(at) !== member) this.#moveToChain(at, member);
    table.role.set(at, role);
    table.anchor.set(at, anchor);
    table.flags.set(at, flagsOf(status === 'active', deleted));
    table.window.set(at, this.#windows.put(table.window.at(at), notBefore, expiresAt));
  }

  /** The Member with this id; null when there is none or it is deleted. */
  member(id: string): MemberNode | null {
    const table = this.#members;
    const row = this.#find(table, id);
    if (row === NONE) return null;
    return {
      id,
      spaceId: this.#texts.at(table.space.at(row)),
      displayName: this.#texts.at(table.name.at(row)),
      status: (table.flags.at(row) & ACTIVE) === 0 ? 'disabled' : 'active',
    };
  }

  /** The binding with this id, in the Space of its Member; null when there is none or it is deleted. */
  binding(id: string): BindingNode | null {
    const table = this.#bindings;
    const row = this.#find(table, id);
    if (row === NONE) return null;
    const member = table.member.at(row);
    const flags = table.flags.at(row);
    return {
      id,
      userId: this.#texts.at(table.user.at(row)),
      memberId: this.#texts.at(this.#members.id.at(member)),
      spaceId: this.#texts.at(this.#members.space.at(member)),
      relationType: this.#texts.at(table.relation.at(row)),
      status: (flags & ACTIVE) === 0 ? 'revoked' : 'active',
      isPrimary: (flags & PRIMARY) !== 0,
      expiresAt: this.#windows.until(table.window.at(row)),
    };
  }

  /** The Roles assigned to a Member, whatever their state; those that are deleted are left out. */
  assignmentsOf(memberId: string): readonly AssignmentNode[] {
    const found: AssignmentNode[] = [];
    const member = this.#find(this.#members, memberId);
    if (member === NONE) return found;
    const table = this.#assignments;
    for (let at = this.#members.firstAssignment.at(member); at !== NONE; at = table.next.at(at)) {
      const flags = table.flags.at(at);
      if ((flags & DELETED) !== 0) continue;
      const window = table.window.at(at);
      found.push({
        id: this.#texts.at(table.id.at(at)),
        roleOrdinal: table.role.at(at),
        anchorOrdinal: table.anchor.at(at),
        status: (flags & ACTIVE) === 0 ? 'revoked' : 'active',
        notBefore: this.#windows.from(window),
        expiresAt: this.#windows.until(window),
      });
    }
    return found;
  }

  /** The ids of the Members and of the bindings that are not deleted, in the order in which they came. */
  *ids(kind: 'members' | 'bindings'): Iterable<string> {
    const table = kind === 'members' ? this.#members : this.#bindings;
    for (let row = 0; row < table.count; row += 1) {
      if ((table.flags.at(row) & DELETED) === 0) yield this.#texts.at(table.id.at(row));
    }
  }

  #find(table: { byId: IntMap; flags: IntColumn }, id: string): number {
    const handle = this.#texts.find(id);
    const row = handle === NONE ? NONE : table.byId.get(handle);
    return row === NONE || (table.flags.at(row) & DELETED) !== 0 ? NONE : row;
  }

  /** A Member that something refers to before it came itself counts as deleted until then. */
  #memberRow(id: string): number {
    const row = this.#members.byId.get(this.#texts.find(id));
    return row === NONE ? this.#rowOf(this.#members, id) : row;
  }

  #rowOf(table: RowTable, id: string): number {
    const handle = this.#texts.add(id);
    const known = table.byId.get(handle);
    if (known !== NONE) return known;
    const row = table.count;
    table.count += 1;
    table.byId.set(handle, row);
    table.id.set(row, handle);
    table.flags.set(row, DELETED);
    table.window?.set(row, NONE);
    table.firstAssignment?.set(row, NONE);
    return row;
  }

  #chain(at: number, member: number): void {
    const { next, member: memberOf } = this.#assignments;
    memberOf.set(at, member);
    next.set(at, this.#members.firstAssignment.at(member));
    this.#members.firstAssignment.set(member, at);
  }

  #moveToChain(at: number, member: number): void {
    const { next, member: memberOf } = this.#assignments;
    const before = memberOf.at(at);
    const { firstAssignment } = this.#members;
    if (firstAssignment.at(before) === at) firstAssignment.set(before, next.at(at));
    else {
      let previous = firstAssignment.at(before);
      while (next.at(previous) !== at) previous = next.at(previous);
      next.set(previous, next.at(at));
    }
    this.#chain(at, member);
  }
}

type RowTable = {
  readonly byId: IntMap;
  readonly id: IntColumn;
  readonly flags: IntColumn;
  readonly window?: IntColumn;
  readonly firstAssignment?: IntColumn;
  count: number;
};

function flagsOf(active: boolean, deleted: boolean): number {
  return (active ? ACTIVE : 0) | (deleted ? DELETED : 0);
}
