import { addSummary, annotate, readState, shred } from "./chunks/process.js";
// src/post.ts
for (const name of ["key-directory", "temp-directory"]) {
	const directory = readState(name);
	if (directory !== "") await shred(directory);
}
if (readState("temp-directory") !== "" && readState("finished") === "") {
	const message = "The run was cut off before it could report. What it had begun on a host goes on there. Run the workflow again: it looks at the cluster and goes on where this one stopped.";
	annotate({
		level: "warning",
		title: "INTERRUPTED",
		message
	}, process.cwd());
	await addSummary(`## ⏸️ Interrupted\n\n${message}\n`);
}
export {};
