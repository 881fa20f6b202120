import type {
  ActorFacts,
  ActorIds,
  GrantFacts,
  GroupFacts,
  Question,
  ResourceActionFacts,
  ResourceMappingFacts,
  ResourceTypeFacts,
  TargetFacts,
} from './facts.ts';
import type { Soon } from './soon.ts';

/** What is registered about the type and the action of a question. */
export type RegistryFacts = {
  readonly resourceType: ResourceTypeFacts | null;
  readonly resourceAction: ResourceActionFacts | null;
  readonly resourceMapping: ResourceMappingFacts | null;
};

/** All that is on record about a question. */
export type StoredFacts = RegistryFacts & {
  readonly actor: ActorFacts | null;
  readonly target: TargetFacts | null;
  /** Whatever the Roles of the Member bring for this action, in whatever state. */
  readonly grants: readonly GrantFacts[];
};

/** Facts, and the database's clock that goes with them (milliseconds since the epoch). */
export type AtInstant<Facts> = Facts & { readonly now: number };

/** Where the facts of a question come from: the database, or the graph in memory, which mostly has them there. */
export type FactsSource = {
  /** All that is on record: the actor, the registry, the Member's grants, and the resource where it is wanted. */
  stored(question: Question, resourceToo: boolean): Soon<AtInstant<StoredFacts>>;
  /** The registry alone, for a question whose other facts came with the request. */
  registry(question: Question): Soon<AtInstant<RegistryFacts>>;
  /** A stored Group by its id, in whatever Space; null when there is none. */
  group(id: string): Soon<GroupFacts | null>;
  /** A stored Group by its path in a Space; null when there is none. */
  groupAt(spaceId: string, path: string): Soon<GroupFacts | null>;
  /** Whether the four ids name a binding that can be acted through at this moment. */
  isUsableBinding(actor: ActorIds): Soon<boolean>;
};
