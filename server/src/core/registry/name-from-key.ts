/** A name for people made from a key: `invoice_line` becomes `Invoice Line`. */
export function nameFromKey(key: string): string {
  const words = key.split('_').filter((word) => word !== '');
  return words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join(' ');
}
