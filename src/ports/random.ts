/** Where every random byte comes from: keys and ids in production, a seed in a simulation. */
export interface Random {
  bytes(count: number): Uint8Array;
}
