import { debug, endGroup, error, getInput, getState, info, notice, saveState as saveState$1, setOutput, setSecret, startGroup, summary, warning } from "./actions.js";
import { randomFillSync, randomUUID } from "node:crypto";
import { lstat, mkdtemp, open, readFile, readdir, rm, rmdir, unlink, writeFile } from "node:fs/promises";
import { isAbsolute, join, relative } from "node:path";
// src/report/clean.ts
/**
* Names and messages come from clusters: control characters could drive a terminal, and bidirectional marks could show
* another text than is there. Line feeds and tabs stay.
*/
const unsafe = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;
function cleanText(text) {
	return text.replace(unsafe, "�");
}
/** The same plain data with every text cleaned. */
function cleanData(value) {
	return cleanUnknown(value);
}
function cleanUnknown(value) {
	if (typeof value === "string") return cleanText(value);
	if (Array.isArray(value)) return value.map(cleanUnknown);
	if (typeof value !== "object" || value === null) return value;
	return Object.fromEntries(Object.entries(value).map(([key, inner]) => [cleanText(key), cleanUnknown(inner)]));
}
// src/adapters/throttle.ts
/**
* For displays that cannot replace a line: says whether a progress line is worth a line of its own, which it is when it
* differs from the last one of its key and that one is old enough.
*/
function progressThrottle(clock, seconds) {
	const last = /* @__PURE__ */ new Map();
	return (key, message) => {
		const now = clock.now().getTime();
		const before = last.get(key);
		if (before !== void 0 && (before.message === message || now - before.at < seconds * 1e3)) return false;
		last.set(key, {
			message,
			at: now
		});
		return true;
	};
}
// src/adapters/actions.ts
/** Trimmed value of an Action input; empty when it is not set. */
function readInput(name) {
	return getInput(name);
}
function saveState(name, value) {
	saveState$1(name, value);
}
function readState(name) {
	return getState(name);
}
/** Has the runner hide a secret in everything printed from here on, whole and line by line. */
function maskSecret(secret) {
	for (const line of secret.split(/\r?\n/)) if (line.trim() !== "") setSecret(line.trim());
}
/** The event that started the workflow; undefined where the runner left none that can be read. */
async function readEvent() {
	const path = process.env.GITHUB_EVENT_PATH;
	if (!path) return void 0;
	try {
		return JSON.parse(await readFile(path, "utf8"));
	} catch {
		return;
	}
}
function setOutputs(outputs) {
	for (const [name, value] of Object.entries(outputs)) setOutput(name, value);
}
/** Adds Markdown to the step's summary, where there is one. */
async function addSummary(markdown) {
	if (!process.env.GITHUB_STEP_SUMMARY) return;
	await summary.addRaw(markdown).write();
}
/** Prints an annotation; GitHub places it by a path relative to the workspace. */
function annotate({ level, title, message, location }, workspace) {
	const properties = { title };
	if (location !== void 0) {
		properties.file = isAbsolute(location.file) ? relative(workspace, location.file) : location.file;
		if (location.line !== void 0) properties.startLine = location.line;
		if (location.column !== void 0) properties.startColumn = location.column;
	}
	const print = {
		error,
		warning,
		notice
	}[level];
	print(message, properties);
}
/** The log of an Action run. GitHub shows the time of each line itself and folds groups, which do not nest. */
function actionsLog(clock, verbose) {
	const worthALine = progressThrottle(clock, 10);
	let depth = 0;
	return {
		debug: (message) => verbose ? print(message) : debug(cleanText(message)),
		info: (message, weight) => weight === "milestone" ? notice(cleanText(message)) : print(message),
		warn: (message) => warning(cleanText(message)),
		mask: maskSecret,
		async group(title, work) {
			if (depth > 0) print(title);
			else startGroup(cleanText(title));
			depth += 1;
			try {
				return await work();
			} finally {
				depth -= 1;
				if (depth === 0) endGroup();
			}
		},
		progress(key, message) {
			if (message !== void 0 && worthALine(key, message)) print(message);
		}
	};
}
function print(message) {
	const text = cleanText(message);
	const token = /^\s*::|##\[/m.test(text) ? randomUUID() : void 0;
	if (token !== void 0) info(`::stop-commands::${token}`);
	info(text);
	if (token !== void 0) info(`::${token}::`);
}
// src/adapters/private-files.ts
/** A Unix socket's path has at most 107 characters (unix(7)), of which ssh needs about 60 for its own name. */
const longestRoot = 30;
/** Makes a directory that only this user can enter. */
async function makePrivateDirectory(root) {
	return mkdtemp(join(root, "kubestair-"));
}
/** Where sockets go: $TMPDIR unless it is too long for them. */
function socketRoot(env) {
	const chosen = env.TMPDIR ?? "/tmp";
	return chosen.length <= longestRoot ? chosen : "/tmp";
}
/** Writes a file that only this user can read; it must not exist yet. */
async function writePrivateFile(path, content) {
	await writeFile(path, content, {
		mode: 384,
		flag: "wx"
	});
	return path;
}
/**
* Overwrites every file below a directory with random bytes, then removes them and it. A directory that is not there is
* fine: main and post both call this.
*/
async function shred(path) {
	const found = await lstat(path).catch(ignoreMissing);
	if (found === void 0) return;
	if (found.isDirectory()) {
		for (const name of await readdir(path)) await shred(join(path, name));
		await rmdir(path);
		return;
	}
	if (found.isFile()) await overwrite(path, found.size);
	await unlink(path);
}
/** Removes a directory without secrets. */
async function removeDirectory(path) {
	await rm(path, {
		recursive: true,
		force: true
	});
}
async function overwrite(path, size) {
	const file = await open(path, "r+");
	try {
		const noise = Buffer.alloc(65536);
		for (let written = 0; written < size; written += noise.length) {
			const length = Math.min(noise.length, size - written);
			await file.write(randomFillSync(noise), 0, length, written);
		}
		await file.sync();
	} finally {
		await file.close();
	}
}
function ignoreMissing(thrown) {
	if (thrown instanceof Error && "code" in thrown && thrown.code === "ENOENT") return void 0;
	throw thrown;
}
export { actionsLog, addSummary, annotate, cleanData, cleanText, makePrivateDirectory, maskSecret, progressThrottle, readEvent, readInput, readState, removeDirectory, saveState, setOutputs, shred, socketRoot, writePrivateFile };
