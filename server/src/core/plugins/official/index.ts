import { apiKeysManifest } from './api-keys.ts';
import { authCompleteManifest } from './auth-complete.ts';
import { emailCloudflareManifest, emailSmtpManifest } from './email-providers.ts';
import { moderationManifest } from './moderation.ts';
import { notificationsManifest } from './notifications.ts';
import type { OfficialManifest } from './official-manifest.ts';
import { webhooksManifest } from './webhooks.ts';

/** The manifests of the official plugins, ready to be installed, by key. None of them is installed by itself. */
export const officialPlugins: readonly OfficialManifest[] = [
  apiKeysManifest,
  authCompleteManifest,
  emailCloudflareManifest,
  emailSmtpManifest,
  moderationManifest,
  notificationsManifest,
  webhooksManifest,
];
