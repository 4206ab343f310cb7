import { SUMMARY_LIMIT, TOOL, VERSION, abortWhenAskedToStop, asKubestairError, execute, exitCodeOf, failureOf, markdown, paintFor, prepareReport, problemText, readArgv, resultDocument, resumeHint, run, systemClock, terminalLog, terminalPrompt, terminalText, wantsJson, writeReport } from "./engine.js";
import { makePrivateDirectory, removeDirectory, socketRoot } from "./process.js";
import { randomBytes } from "node:crypto";
import { rmSync } from "node:fs";
// src/command-line.ts
/**
* Carries a command line out: the result goes to standard output, everything else to standard error.
* @param args without the names of Node.js and of the program
*/
async function runCommandLine(args) {
	const read = readOrFail(args);
	if (read.kind === "text") {
		await writeOut(read.text);
		return 0;
	}
	const ending = read.kind === "failed" ? read.ending : await runRequest(read);
	await report(ending, read.output);
	const unwritable = ending.command === "failure" && ending.outcome.problem.code === "OUTPUT_FAILED";
	if (read.kind === "run" && read.report !== void 0 && !unwritable) await keepReport(read.report, ending);
	return exitCodeOf(ending);
}
function readOrFail(args) {
	try {
		return readArgv(args, VERSION);
	} catch (thrown) {
		return {
			kind: "failed",
			ending: failureOf(asKubestairError(thrown), void 0),
			output: wantsJson(args) ? "json" : "text"
		};
	}
}
async function runRequest({ request, report: file }) {
	try {
		if (file !== void 0) await prepareReport(file);
	} catch (thrown) {
		return failureOf(asKubestairError(thrown), request.command);
	}
	const log = terminalLog(process.stderr, systemClock, request.verbose);
	const tempDir = await makePrivateDirectory(socketRoot(process.env));
	const next = resumeHint(request);
	const signal = abortWhenAskedToStop({
		next,
		onFirst: (name) => log.warn(`${name}: stopping where it is safe. Once more stops at once. ${next}`),
		onAgain: () => {
			rmSync(tempDir, {
				recursive: true,
				force: true
			});
			process.exit(4);
		}
	});
	try {
		const { env } = process;
		const ask = terminalPrompt(process.stdin, process.stderr);
		const io = {
			log,
			clock: systemClock,
			signal,
			env,
			cwd: process.cwd(),
			tool: TOOL,
			tempDir,
			random: randomBytes,
			...ask !== void 0 && { ask }
		};
		return await execute(run, request, io);
	} finally {
		await removeDirectory(tempDir);
	}
}
async function keepReport(file, ending) {
	const log = terminalLog(process.stderr, systemClock, false);
	if (await writeReport(file, ending, {
		clock: systemClock,
		log,
		tool: "kubestair/0.1.0"
	})) log.info(`Report: ${file}`);
}
async function report(ending, output) {
	await writeOut(rendered(ending, output));
	const { problem } = ending.outcome;
	if (problem !== void 0) process.stderr.write(`${problemText(problem, paintFor(process.stderr))}\n`);
}
function rendered(ending, output) {
	switch (output) {
		case "json": return resultDocument(ending, TOOL);
		case "markdown": return ending.command === "failure" ? "" : markdown(ending, SUMMARY_LIMIT);
		case "text": {
			const text = terminalText(ending, paintFor(process.stdout));
			return text === "" ? "" : `${text}\n`;
		}
	}
}
async function writeOut(text) {
	if (text === "") return;
	await new Promise((resolve) => {
		process.stdout.once("error", () => resolve());
		process.stdout.write(text, () => resolve());
	});
}
export { runCommandLine };
