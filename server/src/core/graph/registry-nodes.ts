import type { GraphRows } from './graph-tables.ts';
import type { ResourceActionNode, ResourceMappingNode, ResourceTypeNode } from './nodes.ts';

/** The Resource Registry in memory. Its rows may be taken out for good, which the other tables refuse. */
export class RegistryNodes {
  readonly types = new Map<string, ResourceTypeNode>();
  readonly actions = new Map<string, ResourceActionNode>();
  readonly mappings = new Map<string, ResourceMappingNode>();
  readonly #typesByKey = new Map<string, ResourceTypeNode>();
  readonly #actionsByKey = new Map<string, ResourceActionNode>();
  readonly #mappingsByType = new Map<string, ResourceMappingNode>();

  putType([id, key, displayName, description, status, source, metadata]: GraphRows['resource_types']): void {
    this.removeType(id);
    const node = { id, key, displayName, description, status, source, metadata };
    this.types.set(id, node);
    this.#typesByKey.set(key, node);
  }

  removeType(id: string): void {
    const node = this.types.get(id);
    this.types.delete(id);
    if (node !== undefined && this.#typesByKey.get(node.key)?.id === id) this.#typesByKey.delete(node.key);
  }

  putAction(row: GraphRows['resource_actions']): void {
    const [id, resourceTypeId, key, displayName, description, riskLevel, auditDefault, status, metadata] =
      row;
    this.removeAction(id);
    const names = { id, resourceTypeId, key, displayName, description };
    const node = { ...names, riskLevel, auditDefault, status, metadata };
    this.actions.set(id, node);
    this.#actionsByKey.set(actionKey(resourceTypeId, key), node);
  }

  removeAction(id: string): void {
    const node = this.actions.get(id);
    this.actions.delete(id);
    if (node === undefined) return;
    const key = actionKey(node.resourceTypeId, node.key);
    if (this.#actionsByKey.get(key)?.id === id) this.#actionsByKey.delete(key);
  }

  putMapping(row: GraphRows['resource_mappings']): void {
    const [id, resourceTypeId, storageKind, tableName, idField, spaceField, groupField] = row;
    const [, , , , , , , ownerMemberField, visibilityField, metadataField, status, metadata] = row;
    this.removeMapping(id);
    const fields = { idField, spaceField, groupField, ownerMemberField, visibilityField, metadataField };
    const node = { id, resourceTypeId, storageKind, tableName, ...fields, status, metadata };
    this.mappings.set(id, node);
    this.#mappingsByType.set(resourceTypeId, node);
  }

  removeMapping(id: string): void {
    const node = this.mappings.get(id);
    this.mappings.delete(id);
    if (node !== undefined && this.#mappingsByType.get(node.resourceTypeId)?.id === id) {
      this.#mappingsByType.delete(node.resourceTypeId);
    }
  }

  /** The type with this key, its action with that key, and its mapping; null for each that is not there. */
  find(typeKey: string, action: string) {
    const resourceType = this.#typesByKey.get(typeKey) ?? null;
    if (resourceType === null) return { resourceType, resourceAction: null, resourceMapping: null };
    return {
      resourceType,
      resourceAction: this.#actionsByKey.get(actionKey(resourceType.id, action)) ?? null,
      resourceMapping: this.#mappingsByType.get(resourceType.id) ?? null,
    };
  }
}

function actionKey(typeId: string, action: string): string {
  return `${typeId}\n${action}`;
}
