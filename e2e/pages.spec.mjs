// The pages of those who apply, and of those who make passports.
import { everyPageOf } from "./lib/everypage.mjs";
import { keptTown, test } from "./lib/test.mjs";

test("every page of the internet site is open to everybody: axe, light and dark, 1440 and 390 pixels", everyPageOf("internet"), keptTown);
test("every page of the passport site is open to everybody: axe, light and dark, 1440 and 390 pixels", everyPageOf("passport"), keptTown);
