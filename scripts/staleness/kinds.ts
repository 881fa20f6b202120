import { credentialKinds } from './credential-kinds.ts';
import { graphKinds } from './graph-kinds.ts';
import type { Kind } from './kind.ts';
import { resourceKinds } from './resource-kinds.ts';

/** All kinds of changes after which an answer may be another. */
export const kinds: readonly Kind[] = [...graphKinds, ...resourceKinds, ...credentialKinds];
