import type { Template } from './template.ts';

/** How applications are run: Core, its database and the plugins' own processes under Docker Compose. */
export function deploymentProfile(
  more: { readonly configuration?: readonly string[]; readonly healthChecks?: readonly string[] } = {},
): Template['deployment_profile'] {
  return {
    id: 'backend-os-alpha-compose',
    runtime: 'docker-compose',
    database: 'PostgreSQL 16 or newer',
    requires_external_postgres: true,
    structured_logs: true,
    configuration: [
      'SERVER_MODE',
      'SERVER_PUBLIC_URL',
      'DATABASE_URL',
      'PLYSTRA_SESSION_SECRET',
      'PLYSTRA_API_KEY_SECRET',
      'CORS_ALLOWED_ORIGINS',
      'TRUSTED_PROXIES',
      ...(more.configuration ?? []),
    ],
    one_command_start: ['docker compose --env-file .env up -d'],
    health_checks: ['/api/v1/health', '/api/v1/ready', ...(more.healthChecks ?? [])],
    backup: ['Dump PostgreSQL.', 'Export configuration and secrets from where they are kept.'],
    restore: [
      'Restore the dump into an empty database.',
      'Start with the same secrets.',
      'Verify the migrations before the application is exposed.',
    ],
  };
}
