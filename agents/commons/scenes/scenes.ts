import { EMERGENCY_DAY } from "./emergencyDay.ts";
import { PACKETISED } from "./packetised.ts";
import { RESUBMISSION } from "./resubmission.ts";
import type { Scene } from "./scene.ts";
import { SLICING } from "./slicing.ts";
import { THREE_HOMES } from "./threeHomes.ts";

/** Every scene of the commons, in the order in which they are best read. */
export const SCENES: readonly Scene[] = [PACKETISED, SLICING, THREE_HOMES, RESUBMISSION, EMERGENCY_DAY];
