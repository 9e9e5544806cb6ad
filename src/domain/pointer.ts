/** The JSON Pointer of a member or item (RFC 6901, section 3). */
export function member(pointer: string, name: string | number): string {
  return `${pointer}/${String(name).replaceAll('~', '~0').replaceAll('/', '~1')}`
}
