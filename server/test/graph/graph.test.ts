import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Graph } from '../../src/core/graph/index.ts';

test('a Group that lies below itself, in a tree that is half read anew, is not usable', () => {
  const graph = new Graph('run_1');
  graph.put('spaces', ['space_1', 'One', 'active', false]);
  graph.put('groups', ['group_a', 'space_1', 'group_b', 'b.a', 'active', false]);
  graph.put('groups', ['group_b', 'space_1', 'group_a', 'a.b', 'active', false]);
  const group = graph.group('group_a');
  assert.ok(group);
  assert.equal(graph.isUsable(group), false);
  graph.put('groups', ['group_b', 'space_1', null, 'b', 'active', false]);
  assert.equal(graph.isUsable(group), true);
});

test('a Group at the deepest level that a path has room for is usable', () => {
  const graph = new Graph('run_1');
  graph.put('spaces', ['space_1', 'One', 'active', false]);
  const path = Array.from({ length: 512 }, () => 'a');
  for (let level = 0; level < path.length; level += 1) {
    const parent = level === 0 ? null : `group_${level - 1}`;
    graph.put('groups', [
      `group_${level}`,
      'space_1',
      parent,
      path.slice(0, level + 1).join('.'),
      'active',
      false,
    ]);
  }
  const deepest = graph.group('group_511');
  assert.ok(deepest && deepest.path.length <= 1024);
  assert.equal(graph.isUsable(deepest), true);
});
