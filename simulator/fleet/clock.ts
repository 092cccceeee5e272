/** The instant at which the demo fleet is seen, whatever the day on which somebody looks. */
export const demoNow = new Date('2026-11-21T06:00:00Z');
