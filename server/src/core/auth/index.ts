export { authSecrets } from './auth-secrets.ts';
export type { AuthServices, AuthSettings } from './services.ts';
