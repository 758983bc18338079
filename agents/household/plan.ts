import type { HistoryView } from "../data/historyView.ts";
import { type Forecasters, forecastHome, type HomeForecast } from "../forecast/net.ts";
import type { SlotRange } from "../model/slots.ts";
import { dispatch, type Flows, storedAtCut } from "./battery.ts";
import type { Home } from "./home.ts";
import type { Reservation } from "./reservation.ts";

/** What a home expects of the slots of a session: the flows of its devices if load and PV come as forecast (p50). */
export interface Plan extends SlotRange {
  readonly flows: Flows;
  /** From the view's cut to the end of the session, which may begin before the session does. */
  readonly forecast: HomeForecast;
  /** What an optimiser found packets to be worth; by the battery's rule where left out (`reservation`). */
  readonly reservation?: Reservation;
}

/**
 * Plans a session with what the view knows: forecasts from the cut to the session's end, runs the battery's rule from
 * what it holds at the cut, and keeps the session's slots. Throws RangeError if the session has begun at the cut,
 * InputError without history.
 */
export function planSession(view: HistoryView, home: Home, session: SlotRange, forecasters: Forecasters): Plan {
  const lead = session.firstSlot - view.endSlot;
  if (lead < 0) throw new RangeError(`the session's first slot ${session.firstSlot} ended or began before the cut`);
  const window = { firstSlot: view.endSlot, slotCount: lead + session.slotCount };
  const forecast = forecastHome(view, window, forecasters);
  const stored = home.battery ? storedAtCut(view, home.battery) : 0;
  const flows = dispatch(forecast.load.p50, forecast.pv.p50, view.slotSeconds, home.battery, stored);
  return { ...session, flows: tail(flows, lead), forecast };
}

function tail(flows: Flows, start: number): Flows {
  return {
    importWh: flows.importWh.subarray(start),
    exportWh: flows.exportWh.subarray(start),
    batteryWh: flows.batteryWh.subarray(start),
    storedWh: flows.storedWh.subarray(start),
    spareChargeWh: flows.spareChargeWh.subarray(start),
    spareDischargeWh: flows.spareDischargeWh.subarray(start),
  };
}
