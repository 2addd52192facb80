/**
 * A state machine as data: for every state and every event the state that follows, or `null` where the event is
 * refused. There are no holes: the compiler wants every pair.
 */
export type Transitions<State extends string, Event extends string> = Readonly<
  Record<State, Readonly<Record<Event, State | null>>>
>;

/** The state after `event`, or undefined where the machine refuses it. */
export function transition<State extends string, Event extends string>(
  machine: Transitions<State, Event>,
  from: State,
  event: Event,
): State | undefined {
  return machine[from][event] ?? undefined;
}

/** The machine as a Mermaid diagram, for the documentation. */
export function renderDiagram<State extends string, Event extends string>(machine: Transitions<State, Event>): string {
  const lines = ['stateDiagram-v2'];
  for (const [from, row] of Object.entries<Readonly<Record<Event, State | null>>>(machine)) {
    for (const [event, to] of Object.entries<State | null>(row)) {
      if (to !== null) lines.push(`  ${from} --> ${to}: ${event}`);
    }
  }
  return lines.join('\n');
}
