import "./internet.js";
