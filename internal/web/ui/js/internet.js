// Everything that the internet site sends to a phone: 7 kB at most.
import "./once.js";
import "./auto-save.js";
import "./file-drop.js";
import "./file-bunch.js";
import "./person-picker.js";
import "./live-check.js";
import "./copy.js";
import "./size.js";
import "./keep-typed.js";
