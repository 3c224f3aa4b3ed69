// What every site's pages do.
import "./once.js";
import "./auto-save.js";
import "./file-drop.js";
import "./file-bunch.js";
import "./person-picker.js";
import "./live-check.js";
import "./copy.js";
import "./size.js";
