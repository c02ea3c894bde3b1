// Writes the types of each document in the folder documents, as a user of openapi-typescript does.
// A member with a default may be left out of a request, which openapi-typescript believes of none unless
// it is told to (--default-non-nullable=false).
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import openapiTS, { astToString } from "openapi-typescript";

mkdirSync("api");
for (const file of readdirSync("documents")) {
  const types = await openapiTS(readFileSync(`documents/${file}`, "utf8"), { silent: true, defaultNonNullable: false });
  writeFileSync(`api/${file.replace(/\.json$/, ".d.ts")}`, astToString(types));
}
