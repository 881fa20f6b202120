/** What the demo's API key may do: load the scenario, ask, and look its answers up. */
export const demoPermissions = [
  'authz:check',
  'audit:read',
  'groups:manage',
  'members:manage',
  'permissions:manage',
  'registry:manage',
  'resources:manage',
  'roles:manage',
  'spaces:manage',
  'user_members:manage',
  'users:manage',
] as const;
