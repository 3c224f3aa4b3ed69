// The office and passport sites: the same, and keys.
import "./internet.js";
import "./keys.js";
import "./look-again.js";
import "./size.js";
