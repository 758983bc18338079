import { z } from "zod";
import { readText } from "../data/csv.ts";
import { InputError } from "../data/inputError.ts";
import type { Boats } from "./ruleBased.ts";
import type { Building, Site } from "./site.ts";

/** An instance: its site, and the boats with what the main battery is beside them, where the file has some for it. */
export interface Instance {
  readonly site: Site;
  readonly description: string;
  readonly withBoats: readonly { readonly site: Site; readonly boats: Boats }[];
}

const finite = z.number();
const amount = finite.min(0);
const efficiency = finite.gt(0).max(1);
const perBuilding = z.record(z.string(), z.array(amount));
const batterySchema = z.object({
  capacity_kWh: finite.gt(0),
  max_charge_per_step_kWh: amount,
  max_discharge_per_step_kWh: amount,
});
const metaSchema = z.object({
  steps: z.int().min(1).optional(),
  battery: batterySchema.partial().optional(),
});
const instanceSchema = z.object({
  name: z.union([z.string().min(1), z.number()]),
  description: z.string().optional(),
  load_kWh: perBuilding.optional(),
  pv_kWh: perBuilding.optional(),
  net_kWh: z.array(finite).optional(),
  price_buy_p: z.array(finite),
  price_sell_p: z.array(finite),
  eta_charge: efficiency.default(1),
  eta_discharge: efficiency.default(1),
  soc0_kWh: finite.nullish(),
  soc_min_kWh: amount.default(0),
  soc_max_kWh: amount.nullish(),
  soc_end_min_kWh: finite.nullish(),
  battery: batterySchema.partial().optional(),
});
const storeWindow = z.object({ lo_kWh: amount, hi_kWh: amount, soc0_kWh: amount });
const boatsSchema = z.object({
  instance: z.string(),
  p_ref: finite,
  bess1: storeWindow,
  bess2: storeWindow.extend({ rate_kWh: amount }),
});
const fileSchema = z.object({
  meta: z.unknown().optional(),
  instances: z.array(z.unknown()),
  rule_based_with_boats: z.array(boatsSchema).optional(),
});

type InstanceData = z.infer<typeof instanceSchema>;
type BatteryData = z.infer<typeof batterySchema>;

/**
 * The instances of a file in the schema of `test/vectors/incluster.json`; fields it doesn't know, such as what an
 * instance is expected to cost, are passed over. Throws InputError, naming file, instance and field, for anything else.
 */
export function readInstances(file: string): Instance[] {
  const read = checked(fileSchema, parsed(file), file, "the file", 'put the instances into {"meta", "instances"}');
  const meta = checked(metaSchema, read.meta ?? {}, file, "meta", "give whole steps and a battery in kWh");
  if (read.instances.length === 0)
    throw new InputError("the file has no instances", { file }, 'put at least one into "instances"');
  const names = new Set<string>();
  return read.instances.map((given, i) => {
    const where = placeOf(given, i);
    const data = checked(instanceSchema, given, file, where, remedyOf);
    if (names.has(`${data.name}`))
      throw refused(file, where, "the name stands twice", "give each instance its own name");
    names.add(`${data.name}`);
    return instanceOf(data, meta, read.rule_based_with_boats ?? [], (what, remedy) =>
      refused(file, where, what, remedy),
    );
  });
}

type Refuse = (what: string, remedy: string) => InputError;

function instanceOf(
  data: InstanceData,
  meta: z.infer<typeof metaSchema>,
  boats: readonly z.infer<typeof boatsSchema>[],
  refuse: Refuse,
): Instance {
  const battery = batteryOf({ ...meta.battery, ...data.battery }, refuse);
  checkLengths(data, meta.steps ?? data.price_buy_p.length, refuse);
  const site = siteOf(data, battery, refuse);
  checkWindow(data, site, battery, refuse);
  const withBoats = boats
    .filter(({ instance }) => instance === site.id)
    .map(({ p_ref, bess1, bess2 }) => ({
      site: { ...site, battery: { ...site.battery, ...windowOf(bess1) }, startKwh: bess1.soc0_kWh },
      boats: {
        storage: { ...site.battery, ...windowOf(bess2), mostIn: bess2.rate_kWh, mostOut: bess2.rate_kWh },
        startKwh: bess2.soc0_kWh,
        referencePrice: p_ref,
      },
    }));
  return { site, description: data.description ?? "", withBoats };
}

const windowOf = ({ lo_kWh, hi_kWh }: z.infer<typeof storeWindow>) => ({ lowest: lo_kWh, highest: hi_kWh });

function batteryOf(given: Partial<BatteryData>, refuse: Refuse): BatteryData {
  const battery = batterySchema.safeParse(given);
  if (battery.success) return battery.data;
  const field = String(battery.error.issues[0]!.path[0]);
  throw refuse(`its battery has no ${field}`, `give meta.battery.${field}`);
}

function siteOf(data: InstanceData, battery: BatteryData, refuse: Refuse): Site {
  const start = data.soc0_kWh ?? data.soc_min_kWh;
  return {
    id: `${data.name}`,
    buildings: buildingsOf(data, refuse),
    buyPrice: data.price_buy_p,
    sellPrice: data.price_sell_p,
    battery: {
      lowest: data.soc_min_kWh,
      highest: data.soc_max_kWh ?? battery.capacity_kWh,
      mostIn: battery.max_charge_per_step_kWh,
      mostOut: battery.max_discharge_per_step_kWh,
      inEfficiency: data.eta_charge,
      outEfficiency: data.eta_discharge,
      grain: 0,
    },
    startKwh: start,
    endAtLeastKwh: data.soc_end_min_kWh ?? data.soc_min_kWh,
  };
}

/** The buildings of load and PV; a site that has only a net need is one building. */
function buildingsOf({ load_kWh, pv_kWh, net_kWh }: InstanceData, refuse: Refuse): Building[] {
  const names = [...new Set([...Object.keys(load_kWh ?? {}), ...Object.keys(pv_kWh ?? {})])];
  const none = (net_kWh ?? Object.values(load_kWh ?? pv_kWh ?? {})[0] ?? []).map(() => 0);
  const of = (name: string) => ({ name, loadKwh: load_kWh?.[name] ?? none, pvKwh: pv_kWh?.[name] ?? none });
  if (names.length > 0) return names.map(of);
  if (net_kWh === undefined)
    throw refuse("neither load_kWh nor net_kWh", "give the loads of its buildings, kWh per step");
  return [
    { name: "site", loadKwh: net_kWh.map((kwh) => Math.max(0, kwh)), pvKwh: net_kWh.map((kwh) => Math.max(0, -kwh)) },
  ];
}

function checkLengths(data: InstanceData, steps: number, refuse: Refuse): void {
  const series: (readonly [string, readonly number[] | undefined])[] = [
    ["price_buy_p", data.price_buy_p],
    ["price_sell_p", data.price_sell_p],
    ["net_kWh", data.net_kWh],
    ...(["load_kWh", "pv_kWh"] as const).flatMap((field) =>
      Object.entries(data[field] ?? {}).map(([name, kwh]) => [`${field} of "${name}"`, kwh] as const),
    ),
  ];
  for (const [field, values] of series)
    if (values !== undefined && values.length !== steps)
      throw refuse(`${field} has ${values.length} values for ${steps} steps`, "give one value per step");
  checkNet(data, refuse);
}

/** A net need beside loads must be what they say. */
function checkNet({ load_kWh, pv_kWh, net_kWh }: InstanceData, refuse: Refuse): void {
  if (net_kWh === undefined || load_kWh === undefined) return;
  const sum = (series: Record<string, number[]> | undefined, step: number) =>
    Object.values(series ?? {}).reduce((total, kwh) => total + kwh[step]!, 0);
  const wrong = net_kWh.findIndex((net, step) => Math.abs(sum(load_kWh, step) - sum(pv_kWh, step) - net) > 1e-6);
  if (wrong >= 0) throw refuse(`net_kWh of step ${wrong + 1} is not load less PV`, "correct it or leave net_kWh out");
}

function checkWindow(
  data: InstanceData,
  { battery, startKwh, endAtLeastKwh }: Site,
  given: BatteryData,
  refuse: Refuse,
): void {
  const { lowest, highest } = battery;
  const window = `the window ${lowest} to ${highest} kWh`;
  if (lowest > highest) throw refuse(`${window} is empty`, "give a soc_min_kWh that is not above soc_max_kWh");
  if (highest > given.capacity_kWh)
    throw refuse(
      `${window} is beyond the battery's ${given.capacity_kWh} kWh`,
      "give a soc_max_kWh within the capacity",
    );
  if (startKwh < lowest || startKwh > highest)
    throw refuse(`soc0_kWh ${startKwh} is outside ${window}`, "start within the window");
  if (data.soc_end_min_kWh != null && endAtLeastKwh > highest)
    throw refuse(`soc_end_min_kWh ${endAtLeastKwh} is above ${window}`, "ask for an end within the window");
}

function parsed(file: string): unknown {
  const text = readText(file);
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new InputError(`not JSON: ${(error as Error).message}`, { file }, "correct the file");
  }
}

function checked<T>(
  schema: z.ZodType<T>,
  given: unknown,
  file: string,
  where: string,
  remedy: string | ((field: string) => string),
): T {
  const read = schema.safeParse(given);
  if (read.success) return read.data;
  const { path, message } = read.error.issues[0]!;
  const field = path
    .map((key) => (typeof key === "number" ? `[${key}]` : `.${String(key)}`))
    .join("")
    .replace(/^\./, "");
  const said = typeof remedy === "string" ? remedy : remedy(String(path[0] ?? ""));
  throw refused(file, where, `${field === "" ? "" : `${field}: `}${message}`, said);
}

const refused = (file: string, where: string, what: string, remedy: string) =>
  new InputError(`${where}: ${what}`, { file }, remedy);

function remedyOf(field: string): string {
  if (field.startsWith("price")) return "give a finite number of pence per kWh for each step";
  if (field.startsWith("eta")) return "give an efficiency above 0 and at most 1";
  if (field === "name") return "give each instance a name";
  return "give finite numbers of kWh; load, PV and window not below 0";
}

function placeOf(given: unknown, index: number): string {
  const name = (given as { name?: unknown } | null)?.name;
  return typeof name === "string" && name !== "" ? `instance ${index + 1} "${name}"` : `instance ${index + 1}`;
}
