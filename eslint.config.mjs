import js from "@eslint/js";
import globals from "globals";

// Syntax is held by ecmaVersion. These would be called, and Chrome 80, Safari 14 or Firefox 78 lacks them.
const TOO_NEW = ["at", "replaceAll", "replaceChildren", "randomUUID", "findLast", "findLastIndex", "hasOwn", "toSorted", "toReversed", "any", "requestSubmit", "structuredClone"];
const CALLS = `CallExpression[callee.property.name=/^(${TOO_NEW.join("|")})$/], CallExpression[callee.name=/^(${TOO_NEW.join("|")})$/]`;

// Not in all of the three either: only ever asked for as a property of `window`, and with another way beside it.
const TOO_NEW_GLOBALS = ["BroadcastChannel", "CompressionStream", "ImageCapture", "MediaStreamTrackGenerator", "MediaStreamTrackProcessor", "OffscreenCanvas", "VideoFrame", "WeakRef", "createImageBitmap", "navigation", "requestIdleCallback", "scheduler"];
const TOO_NEW_PROPERTIES = ["getDisplayMedia", "showModal", "showPicker", "inert", "popover", "checkVisibility"];

export default [
  js.configs.recommended,
  {
    files: ["webapp/static/js/**/*.js"],
    languageOptions: { ecmaVersion: 2020, sourceType: "module", globals: globals.browser },
    rules: {
      "max-lines": ["error", 350],
      eqeqeq: "error",
      "prefer-const": "error",
      "no-var": "error",
      "no-restricted-globals": ["error", ...TOO_NEW_GLOBALS],
      "no-restricted-properties": ["error", ...TOO_NEW_PROPERTIES.map((property) => ({ property }))],
      "no-restricted-syntax": ["error", { selector: CALLS, message: "Chrome 80, Safari 14 or Firefox 78 does not have it." }],
    },
  },
];
