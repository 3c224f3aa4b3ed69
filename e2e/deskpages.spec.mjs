// The pages of the office.
import { everyPageOf } from "./lib/everypage.mjs";
import { keptTown, test } from "./lib/test.mjs";

test("every page of the office site is open to everybody: axe, light and dark, 1440 and 390 pixels", everyPageOf("office"), keptTown);
