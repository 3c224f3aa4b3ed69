// The office and passport sites: what all do, and keys.
import "./common.js";
import "./keys.js";
import "./look-again.js";
import "./size.js";
