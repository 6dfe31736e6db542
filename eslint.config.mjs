import js from "@eslint/js";
import globals from "globals";

export default [
  js.configs.recommended,
  {
    files: ["webapp/static/js/**/*.js"],
    languageOptions: { ecmaVersion: 2020, sourceType: "module", globals: globals.browser },
    rules: { "max-lines": ["error", 350], eqeqeq: "error", "prefer-const": "error", "no-var": "error" },
  },
];
