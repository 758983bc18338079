/** Who lives in a generated home, and so when someone is up and about. */
export type Occupancy = "commuters" | "family" | "home-office" | "retired";

export const OCCUPANCIES: readonly Occupancy[] = ["commuters", "family", "home-office", "retired"];

/** A rise and fall of activity: hour of the day, width in hours, height. */
type Bump = readonly [hour: number, width: number, height: number];

const WEEKDAY: Readonly<Record<Occupancy, readonly Bump[]>> = {
  commuters: [
    [6.8, 0.8, 0.7],
    [19.5, 2.2, 1],
  ],
  family: [
    [7, 0.9, 0.8],
    [13.5, 1.5, 0.4],
    [18.8, 2.4, 1],
  ],
  "home-office": [
    [8, 1, 0.6],
    [12.5, 3, 0.6],
    [19.5, 2.2, 0.9],
  ],
  retired: [
    [8.5, 1.5, 0.6],
    [12.5, 2.5, 0.7],
    [18.5, 2.5, 0.8],
  ],
};
const WEEKEND: readonly Bump[] = [
  [9.5, 1.5, 0.7],
  [13, 2.5, 0.7],
  [19.5, 2.5, 1],
];

/** How much is going on, 0.05 (all asleep or out) to about 1, at an hour of the local day. Weekday 1 is Monday. */
export function presence(occupancy: Occupancy, hour: number, weekday: number): number {
  const bumps = weekday > 5 ? WEEKEND : WEEKDAY[occupancy];
  return 0.05 + bumps.reduce((sum, [at, width, height]) => sum + height * Math.exp(-(((hour - at) / width) ** 2)), 0);
}
