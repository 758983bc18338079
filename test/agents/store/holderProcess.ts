import { join } from "node:path";
import { holdLock } from "../../../agents/store/lock.ts";
import { Store } from "../../../agents/store/store.ts";

// Holds a store and a key until it is killed.
const [folder] = process.argv.slice(2);
const store = new Store(join(folder!, "state.sqlite"));
store.set("outbox", "a", 1);
holdLock(folder!, "0xabc");
process.stdout.write("held\n");
setInterval(() => store.size, 1000);
