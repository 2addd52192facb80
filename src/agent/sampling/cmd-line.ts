const JSON_BYTES_MAX = 32 * 1024;

/** Cut so that a row stays under the protocol's 64 KiB whatever the command line holds. */
export function cutCmdLine(text: string): string {
  let cut = text.toWellFormed();
  // A character is at most six bytes of JSON; short texts need no measuring.
  while (cut.length * 6 > JSON_BYTES_MAX && Buffer.byteLength(JSON.stringify(cut)) > JSON_BYTES_MAX) {
    cut = cut.slice(0, Math.floor(cut.length * 0.9)).toWellFormed();
  }
  return cut;
}
