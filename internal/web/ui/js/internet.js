// Everything that the internet site sends to a phone: 8 kB at most.
import "./offline.js";
import "./common.js";
import "./keep-typed.js";
