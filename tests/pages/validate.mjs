// Validates the pages of a folder (the argument) and prints, as JSON, what is wrong with each.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { HtmlValidate } from "html-validate";

const validator = new HtmlValidate({
  root: true,
  extends: ["html-validate:recommended", "html-validate:standard", "html-validate:a11y"],
  rules: {
    // Boxes for one question share its name (HTML §4.10.22.4): `accused`, `not_to` and others.
    "form-dup-name": ["error", { shared: ["radio", "checkbox", "submit", "button"] }],
    // Spaces at line ends are the templates'.
    "no-trailing-whitespace": "off",
  },
});
const folder = process.argv[2];
const found = {};
for (const name of readdirSync(folder).sort()) {
  const report = await validator.validateString(readFileSync(join(folder, name), "utf8"), name);
  const messages = report.results.flatMap((result) => result.messages);
  if (messages.length > 0) {
    found[name] = messages.map((each) => `${each.line}: ${each.ruleId}: ${each.message}`);
  }
}
console.log(JSON.stringify(found));
