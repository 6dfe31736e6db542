// A statement that is written apart from any visit: kept until it is saved, and nothing else is pressed over its head.
import { mindStatement } from "./statement.js";
import { forgetOld } from "./written.js";

forgetOld();
mindStatement(document.querySelector("[data-told]").dataset.told, "main form");
