/**
 * What a home may own that moves energy, as fixed properties; how each behaves is in the file of its name. Energy in
 * Wh, power in W, temperature in degrees Celsius, shares in thousandths. Electricity drawn is positive.
 */

/** A home battery, seen from the home's side of its inverter. Discharge is positive, charge negative, everywhere. */
export interface Battery {
  readonly capacityWh: number;
  /** Highest power in either direction, W. */
  readonly powerW: number;
  /** Of 1,000 Wh put in, this many are stored. */
  readonly chargePermille: number;
  /** Of 1,000 Wh stored, this many come out. */
  readonly dischargePermille: number;
  /** What taking out one kWh costs in wear, micro-currency. */
  readonly wearMicroPerKwh: number;
  /** Stored energy at the first slot of the history, Wh. */
  readonly startWh: number;
}

/** An electric car at its charger. It only charges. */
export interface Car {
  readonly capacityWh: number;
  readonly powerW: number;
  readonly chargePermille: number;
}

/** A tank of hot water, heated by electricity directly or by a heat pump. */
export interface Tank {
  /** Heat between cold and as hot as the thermostat allows. */
  readonly capacityWh: number;
  /** Electric power of the heater. */
  readonly powerW: number;
  /** Heat from 1,000 Wh of electricity: 1,000 for a heating rod, about 2,500 for a heat pump. */
  readonly heatPermille: number;
  /** Of 1,000 Wh of heat, this many are lost in an hour. */
  readonly lossPermillePerHour: number;
  /** Heat below which the water is too cold. */
  readonly comfortWh: number;
}

/** A washer, dryer or dishwasher: once started, its programme runs to the end. */
export interface Appliance {
  readonly programme: "washer" | "dryer" | "dishwasher";
  /** Energy of the programme in consecutive spans of `spanSeconds`. */
  readonly profileWh: readonly number[];
  readonly spanSeconds: number;
}

/** A heat pump that heats a building which holds its warmth for some hours. */
export interface HeatPump {
  /** Electric power between which it runs, unless it is off. */
  readonly leastPowerW: number;
  readonly powerW: number;
  /** Heat from 1,000 Wh of electricity at 0 degrees outside, and how much that changes per degree. */
  readonly heatPermille: number;
  readonly heatPermillePerDegree: number;
  /** Heat that the building loses per degree of difference to the outside, W; and holds per degree, Wh. */
  readonly lossWPerDegree: number;
  readonly heldWhPerDegree: number;
}

/** Panels; those with a controllable inverter can be told to feed in less than they could. */
export interface Pv {
  readonly peakW: number;
  readonly curtailable: boolean;
}
