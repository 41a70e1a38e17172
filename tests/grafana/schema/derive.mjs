// Derives the JSON Schema of dashboards and of the panels that come with Grafana from the TypeScript types in
// @grafana/schema, which publishes nothing else. Prints one schema whose definitions are `Dashboard`,
// `timeseries.Options`, `timeseries.FieldConfig` and so on, under the names that panels have in dashboards.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { createGenerator } from "ts-json-schema-generator";

const here = dirname(fileURLToPath(import.meta.url));
const types = join(here, "node_modules/@grafana/schema/dist/types/raw");

// The folders are called without the marks that the panels' names have.
const NAMES = {
  annotationslist: "annolist",
  dashboardlist: "dashlist",
  nodegraph: "nodeGraph",
  statetimeline: "state-timeline",
  statushistory: "status-history",
};
// No released Grafana calls panels by the first four names; of a map two types have one name, which the generator
// does not take.
const LEFT_OUT = new Set(["logsnew", "logstable", "newgauge", "xychart2", "geomap"]);

function panels() {
  const folders = readdirSync(join(types, "composable")).sort();
  const texts = folders.map((folder) => {
    try {
      return [folder, readFileSync(join(types, "composable", folder, "panelcfg/x/types.gen.d.ts"), "utf8")];
    } catch {
      return [folder, ""]; // the types of a data source
    }
  });
  return texts.flatMap(([folder, text]) =>
    LEFT_OUT.has(folder)
      ? []
      : ["Options", "FieldConfig"]
          .filter((name) => new RegExp(`^export interface ${name}\\b`, "m").test(text))
          .map((name) => ({ folder, name, key: `${NAMES[folder] ?? folder}.${name}` })),
  );
}

// One program for all types: starting the compiler is what takes the time.
const wanted = panels();
const scratch = mkdtempSync(join(here, "entry-"));
try {
  const entry = join(scratch, "entry.ts");
  writeFileSync(
    entry,
    [
      `export type Dashboard = import("../node_modules/@grafana/schema/dist/types/raw/dashboard/x/types.gen").Dashboard;`,
      ...wanted.map(
        ({ folder, name }, index) =>
          `export type Panel${index} = import("../node_modules/@grafana/schema/dist/types/raw/composable/${folder}/panelcfg/x/types.gen").${name};`,
      ),
    ].join("\n"),
  );
  const generator = createGenerator({ path: entry, skipTypeCheck: true, topRef: false, sortProps: true });
  const definitions = {};
  const take = (type, key) => {
    const { $schema, definitions: shared = {}, ...schema } = generator.createSchema(type);
    // Each root keeps its own definitions: two panels may mean different things by one name.
    definitions[key] = { ...schema, definitions: shared };
  };
  take("Dashboard", "Dashboard");
  wanted.forEach(({ key }, index) => take(`Panel${index}`, key));
  process.stdout.write(`${JSON.stringify(definitions, null, 1)}\n`);
} finally {
  rmSync(scratch, { recursive: true });
}
