import type { components } from '../../contract/generated/core/types.ts';

type Manifest = components['schemas']['PluginManifestCreate'];

/** A broken rule of manifests, with its place in the manifest. */
export type Problem = components['schemas']['ManifestProblem'];

/** An entry of one of the lists of a manifest, and where it is. */
export type Part<Entry> = { readonly entry: Entry; readonly pointer: string };

type ListName = {
  [Name in keyof Manifest]-?: NonNullable<Manifest[Name]> extends readonly unknown[] ? Name : never;
}[keyof Manifest];
type EntryOf<Name extends ListName> = NonNullable<Manifest[Name]>[number];

/** Access to the parts of a manifest whose form is right. */
export type Parts = {
  /** Whether nothing at or below the place is malformed. */
  isSound(pointer: string): boolean;
  /** The entries of a list that are not malformed; none where it is left out. */
  list<Name extends ListName>(name: Name): readonly Part<EntryOf<Name>>[];
};

/** The parts of a manifest, where `malformed` are the places (JSON pointers) whose form is broken. */
export function partsOf(manifest: Partial<Manifest>, malformed: readonly string[]): Parts {
  const isSound = (pointer: string) =>
    !malformed.some((broken) => broken === pointer || broken.startsWith(`${pointer}/`) || broken === '');
  return {
    isSound,
    list<Name extends ListName>(name: Name) {
      const entries: unknown = manifest[name];
      if (malformed.includes(`/${name}`) || !Array.isArray(entries)) return [];
      return entries
        .map((entry: EntryOf<Name>, at) => ({ entry, pointer: `/${name}/${at}` }))
        .filter(({ pointer }) => isSound(pointer));
    },
  };
}
