/** A name for people made from a key: `purchase_order.paid` becomes `Purchase Order Paid`. */
export function nameOfKey(key: string): string {
  const words = key.split(/[_.]/).filter((word) => word !== '');
  return words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join(' ');
}
